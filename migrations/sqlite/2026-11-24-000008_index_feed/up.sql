-- Nothing to do on SQLite: its only writer assigns positions in commit order, and they are the primary key of the
-- table. PostgreSQL has a separate index for the feed.
SELECT 1;
