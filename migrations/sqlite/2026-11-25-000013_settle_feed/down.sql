DROP TRIGGER user_action_position;
DROP TABLE feed_parked;
ALTER TABLE feed_cursor DROP COLUMN types;
