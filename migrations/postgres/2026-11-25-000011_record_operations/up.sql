-- One row per run of a command that has changed something, written in the transaction of the change: the same id again
-- changes nothing.
CREATE TABLE operation (
  id text COLLATE "C" PRIMARY KEY CONSTRAINT operation_id_check CHECK (octet_length(id) BETWEEN 1 AND 512),
  -- SHA-256 of what was asked for.
  request text COLLATE "C" NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  actor text COLLATE "C" NOT NULL,
  -- What was done, as text.
  result text COLLATE "C" NOT NULL
);

-- Which operation a change was part of, and why it was made.
ALTER TABLE audit_event ADD COLUMN operation_id text COLLATE "C", ADD COLUMN reason text COLLATE "C";
