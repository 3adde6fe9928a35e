ALTER TABLE import_run ADD COLUMN result TEXT NOT NULL DEFAULT 'failed'
  CONSTRAINT import_run_outcome_check CHECK (result IN ('committed', 'partial', 'refused', 'failed'));
UPDATE import_run SET result = CASE outcome WHEN 'rolled_back' THEN 'refused' ELSE outcome END;
ALTER TABLE import_run DROP COLUMN outcome;
ALTER TABLE import_run RENAME COLUMN result TO outcome;
