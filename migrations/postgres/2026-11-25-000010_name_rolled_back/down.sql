ALTER TABLE import_run DROP CONSTRAINT import_run_outcome_check;
UPDATE import_run SET outcome = 'refused' WHERE outcome = 'rolled_back';
ALTER TABLE import_run ADD CONSTRAINT import_run_outcome_check
  CHECK (outcome IN ('committed', 'partial', 'refused', 'failed'));
