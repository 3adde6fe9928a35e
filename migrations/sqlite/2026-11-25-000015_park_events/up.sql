-- Rows that the preset of an import skips, and events that it has parked.
ALTER TABLE import_run ADD COLUMN skipped INTEGER NOT NULL DEFAULT 0
  CONSTRAINT import_run_skipped_check CHECK (skipped >= 0);
ALTER TABLE import_run ADD COLUMN parked INTEGER NOT NULL DEFAULT 0
  CONSTRAINT import_run_parked_check CHECK (parked >= 0);

-- Events of people who are not known yet: they are recorded when the people are, each once.
CREATE TABLE import_parked (
  key TEXT NOT NULL PRIMARY KEY CONSTRAINT import_parked_key_check CHECK (length(CAST(key AS BLOB)) BETWEEN 1 AND 600),
  user_id TEXT,
  user_email TEXT,
  event TEXT NOT NULL CONSTRAINT import_parked_event_check CHECK (json_valid(event)),
  reason TEXT NOT NULL,
  import_run_id TEXT,
  parked_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z')
) STRICT;
