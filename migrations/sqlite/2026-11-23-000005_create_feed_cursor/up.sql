-- The last position that each consumer of the action feed has acknowledged. SQLite has one writer at a time, so
-- positions are in commit order.
CREATE TABLE feed_cursor (
  consumer TEXT NOT NULL PRIMARY KEY
    CONSTRAINT feed_cursor_consumer_check CHECK (length(CAST(consumer AS BLOB)) BETWEEN 1 AND 512),
  position INTEGER NOT NULL,
  acknowledged_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z')
    CONSTRAINT feed_cursor_acknowledged_at_check CHECK (
      acknowledged_at GLOB '????-??-??T??:??:??.[0-9][0-9][0-9][0-9][0-9][0-9]Z'
      AND date(substr(acknowledged_at, 1, 19), '+0 days') IS substr(acknowledged_at, 1, 10) AND acknowledged_at >= '0001')
) STRICT;
