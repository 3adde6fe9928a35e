-- Rows that the preset of an import skips, and events that it has parked.
ALTER TABLE import_run ADD COLUMN skipped bigint NOT NULL DEFAULT 0
  CONSTRAINT import_run_skipped_check CHECK (skipped >= 0);
ALTER TABLE import_run ADD COLUMN parked bigint NOT NULL DEFAULT 0
  CONSTRAINT import_run_parked_check CHECK (parked >= 0);

-- Events of people who are not known yet: they are recorded when the people are, each once.
CREATE TABLE import_parked (
  key text COLLATE "C" NOT NULL PRIMARY KEY CONSTRAINT import_parked_key_check CHECK (octet_length(key) BETWEEN 1 AND 600),
  user_id text COLLATE "C",
  user_email text COLLATE "C",
  event jsonb NOT NULL,
  reason text COLLATE "C" NOT NULL,
  import_run_id text COLLATE "C",
  parked_at timestamptz NOT NULL DEFAULT now()
);
