-- The last position that each consumer of the action feed has acknowledged, in commit order.
CREATE TABLE feed_cursor (
  consumer text COLLATE "C" PRIMARY KEY
    CONSTRAINT feed_cursor_consumer_check CHECK (octet_length(consumer) BETWEEN 1 AND 512),
  recorded_xid xid8 NOT NULL,
  position bigint NOT NULL,
  acknowledged_at timestamptz NOT NULL DEFAULT now()
    CONSTRAINT feed_cursor_acknowledged_at_check CHECK (
      acknowledged_at >= '0001-01-01Z' AND acknowledged_at < '10000-01-01Z')
);
