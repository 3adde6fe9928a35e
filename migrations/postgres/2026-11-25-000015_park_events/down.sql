DROP TABLE import_parked;
ALTER TABLE import_run DROP COLUMN parked;
ALTER TABLE import_run DROP COLUMN skipped;
