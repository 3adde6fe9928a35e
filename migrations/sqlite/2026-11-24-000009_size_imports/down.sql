ALTER TABLE import_run DROP COLUMN file_bytes;
