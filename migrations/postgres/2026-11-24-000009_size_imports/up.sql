-- How long the file was: only one of the same length is read for its checksum before it is imported.
ALTER TABLE import_run ADD COLUMN file_bytes bigint CONSTRAINT import_run_file_bytes_check CHECK (file_bytes >= 0);
