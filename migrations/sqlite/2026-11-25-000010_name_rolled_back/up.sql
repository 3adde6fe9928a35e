-- The outcome of an import that invalid rows rolled back is named so: rolled_back, not refused.
ALTER TABLE import_run ADD COLUMN result TEXT NOT NULL DEFAULT 'failed'
  CONSTRAINT import_run_outcome_check CHECK (result IN ('committed', 'partial', 'rolled_back', 'failed'));
UPDATE import_run SET result = CASE outcome WHEN 'refused' THEN 'rolled_back' ELSE outcome END;
ALTER TABLE import_run DROP COLUMN outcome;
ALTER TABLE import_run RENAME COLUMN result TO outcome;
