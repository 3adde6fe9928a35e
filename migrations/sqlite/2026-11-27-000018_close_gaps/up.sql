-- An action that is recorded for a reason, a consumer that is reset or forgotten are changes of the log. The condition of a
-- column cannot be altered; as https://www.sqlite.org/lang_altertable.html says, a text that no row depends on is replaced.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, '''import''))', '''import'', ''log''))')
WHERE type = 'table' AND name = 'audit_event';
PRAGMA writable_schema = RESET;

-- INSERT OR REPLACE removes the rows that are in its way, without the triggers for DELETE unless the program sets
-- PRAGMA recursive_triggers. Nothing tells a trigger how a row is inserted; but a row that is there although another one
-- was in its way has replaced it. Rollbook itself replaces nothing.
CREATE TABLE insert_conflict (
  table_name TEXT NOT NULL PRIMARY KEY
) STRICT;

-- The database alone says when an action was recorded.
CREATE TRIGGER user_action_of_others BEFORE INSERT ON user_action
WHEN NOT EXISTS (SELECT 1 FROM current_operation)
BEGIN
  SELECT RAISE(ABORT, 'recorded_at of user_action is set by the database: leave it out')
  WHERE NEW.recorded_at <> strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z';
  DELETE FROM insert_conflict WHERE table_name = 'user_action';
  INSERT INTO insert_conflict SELECT 'user_action'
  WHERE EXISTS (SELECT 1 FROM user_action WHERE position = NEW.position)
    OR EXISTS (SELECT 1 FROM user_action WHERE id = NEW.id)
    OR EXISTS (
      SELECT 1 FROM user_action
      WHERE source_system IS NOT NULL AND source_event_id IS NOT NULL
        AND source_system = NEW.source_system AND source_event_id = NEW.source_event_id)
    OR EXISTS (
      SELECT 1 FROM user_action WHERE idempotency_key IS NOT NULL AND idempotency_key = NEW.idempotency_key);
END;

CREATE TRIGGER user_action_no_replace AFTER INSERT ON user_action
WHEN NOT EXISTS (SELECT 1 FROM current_operation)
BEGIN
  SELECT RAISE(ABORT, 'user_action is append-only: REPLACE is refused')
  WHERE EXISTS (SELECT 1 FROM insert_conflict WHERE table_name = 'user_action');
END;

CREATE TRIGGER audit_event_of_others BEFORE INSERT ON audit_event
WHEN NOT EXISTS (SELECT 1 FROM current_operation)
BEGIN
  DELETE FROM insert_conflict WHERE table_name = 'audit_event';
  INSERT INTO insert_conflict SELECT 'audit_event'
  WHERE EXISTS (SELECT 1 FROM audit_event WHERE position = NEW.position);
END;

-- And the position of an event is above those of all others, as that of an action.
CREATE TRIGGER audit_event_no_replace AFTER INSERT ON audit_event
WHEN NOT EXISTS (SELECT 1 FROM current_operation)
BEGIN
  SELECT RAISE(ABORT, 'audit_event is append-only: REPLACE is refused')
  WHERE EXISTS (SELECT 1 FROM insert_conflict WHERE table_name = 'audit_event');
  SELECT RAISE(ABORT, 'the position of an audit event is set by the database: leave it out')
  WHERE NEW.position <> (SELECT max(position) FROM audit_event) OR NEW.position > 4611686018427387904;
END;

CREATE TRIGGER user_of_others BEFORE INSERT ON "user"
WHEN NOT EXISTS (SELECT 1 FROM current_operation)
BEGIN
  DELETE FROM insert_conflict WHERE table_name = 'user';
  INSERT INTO insert_conflict SELECT 'user'
  WHERE EXISTS (SELECT 1 FROM "user" WHERE id = NEW.id)
    OR EXISTS (SELECT 1 FROM "user" WHERE lower(email) = lower(NEW.email));
END;

CREATE TRIGGER user_no_replace AFTER INSERT ON "user"
WHEN NOT EXISTS (SELECT 1 FROM current_operation)
BEGIN
  SELECT RAISE(ABORT, 'REPLACE of a user is refused: use UPDATE')
  WHERE EXISTS (SELECT 1 FROM insert_conflict WHERE table_name = 'user');
END;

CREATE TRIGGER champion_of_others BEFORE INSERT ON champion
WHEN NOT EXISTS (SELECT 1 FROM current_operation)
BEGIN
  DELETE FROM insert_conflict WHERE table_name = 'champion';
  INSERT INTO insert_conflict SELECT 'champion'
  WHERE EXISTS (SELECT 1 FROM champion WHERE id = NEW.id)
    OR EXISTS (
      SELECT 1 FROM champion
      WHERE stage <> 'alumni' AND NEW.stage <> 'alumni' AND user_id = NEW.user_id
        AND coalesce(cohort_id, '') = coalesce(NEW.cohort_id, ''));
END;

CREATE TRIGGER champion_no_replace AFTER INSERT ON champion
WHEN NOT EXISTS (SELECT 1 FROM current_operation)
BEGIN
  SELECT RAISE(ABORT, 'REPLACE of a champion record is refused: use UPDATE')
  WHERE EXISTS (SELECT 1 FROM insert_conflict WHERE table_name = 'champion');
END;

-- UPDATE OR REPLACE does the same. Updates of the log and the audit trail are refused anyway.
CREATE TRIGGER user_update_of_others BEFORE UPDATE ON "user"
WHEN NOT EXISTS (SELECT 1 FROM current_operation)
BEGIN
  DELETE FROM insert_conflict WHERE table_name = 'user';
  INSERT INTO insert_conflict SELECT 'user'
  WHERE EXISTS (SELECT 1 FROM "user" WHERE id = NEW.id AND id <> OLD.id)
    OR EXISTS (SELECT 1 FROM "user" WHERE lower(email) = lower(NEW.email) AND id <> OLD.id);
END;

CREATE TRIGGER user_update_no_replace AFTER UPDATE ON "user"
WHEN NOT EXISTS (SELECT 1 FROM current_operation)
BEGIN
  SELECT RAISE(ABORT, 'REPLACE of a user is refused: use UPDATE')
  WHERE EXISTS (SELECT 1 FROM insert_conflict WHERE table_name = 'user');
END;

CREATE TRIGGER champion_update_of_others BEFORE UPDATE ON champion
WHEN NOT EXISTS (SELECT 1 FROM current_operation)
BEGIN
  DELETE FROM insert_conflict WHERE table_name = 'champion';
  INSERT INTO insert_conflict SELECT 'champion'
  WHERE EXISTS (SELECT 1 FROM champion WHERE id = NEW.id AND id <> OLD.id)
    OR EXISTS (
      SELECT 1 FROM champion
      WHERE stage <> 'alumni' AND NEW.stage <> 'alumni' AND user_id = NEW.user_id
        AND coalesce(cohort_id, '') = coalesce(NEW.cohort_id, '') AND id <> OLD.id);
END;

CREATE TRIGGER champion_update_no_replace AFTER UPDATE ON champion
WHEN NOT EXISTS (SELECT 1 FROM current_operation)
BEGIN
  SELECT RAISE(ABORT, 'REPLACE of a champion record is refused: use UPDATE')
  WHERE EXISTS (SELECT 1 FROM insert_conflict WHERE table_name = 'champion');
END;
