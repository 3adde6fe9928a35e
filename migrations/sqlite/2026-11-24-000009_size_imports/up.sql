-- The size of the file: before an import, a file is read for its checksum only if an earlier import has the same size
-- or an unknown one.
ALTER TABLE import_run ADD COLUMN file_bytes INTEGER CONSTRAINT import_run_file_bytes_check CHECK (file_bytes >= 0);
