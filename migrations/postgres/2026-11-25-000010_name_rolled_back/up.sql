-- The outcome of an import that invalid rows rolled back is named so: rolled_back, not refused.
ALTER TABLE import_run DROP CONSTRAINT import_run_outcome_check;
UPDATE import_run SET outcome = 'rolled_back' WHERE outcome = 'refused';
ALTER TABLE import_run ADD CONSTRAINT import_run_outcome_check
  CHECK (outcome IN ('committed', 'partial', 'rolled_back', 'failed'));
