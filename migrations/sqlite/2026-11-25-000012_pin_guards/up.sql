-- SQLite has no search path, and its triggers cannot be disabled.
SELECT 1;
