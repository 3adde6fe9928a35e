-- Nothing to do here: positions are handed out by the one writer, so that their order is that of the commits, and they are
-- the table's own key. PostgreSQL has an index of its own for the feed.
SELECT 1;
