DROP TABLE feed_cursor;
