-- The filter of a consumer, as a list with commas; NULL for all types.
ALTER TABLE feed_cursor ADD COLUMN types TEXT CONSTRAINT feed_cursor_types_check CHECK (types <> '');

-- Actions that a consumer has acknowledged without being able to process them.
CREATE TABLE feed_parked (
  consumer TEXT NOT NULL REFERENCES feed_cursor (consumer) ON DELETE CASCADE,
  action_id TEXT NOT NULL,
  parked_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z'),
  reason TEXT,
  PRIMARY KEY (consumer, action_id)
) STRICT;

-- The position of an action is above those of all others: one below would never be delivered. After the largest number
-- SQLite would make positions up at random. A bulk import drops the trigger while
-- it has the file for itself; for other imports it was measured to cost 6 %.
CREATE TRIGGER user_action_position AFTER INSERT ON user_action
WHEN NEW.position <> (SELECT max(position) FROM user_action) OR NEW.position > 4611686018427387904
BEGIN
  SELECT RAISE(ABORT, 'the position of an action is set by the database: leave it out');
END;
