DROP TRIGGER audit_event_no_update;
DROP INDEX audit_event_feed;
ALTER TABLE audit_event DROP COLUMN database_role;
ALTER TABLE audit_event DROP COLUMN os_user;
CREATE TRIGGER audit_event_no_update BEFORE UPDATE ON audit_event
WHEN NOT (
  NEW.position IS OLD.position AND NEW.at IS OLD.at AND NEW.actor IS OLD.actor AND NEW.verb IS OLD.verb
  AND NEW.subject_kind IS OLD.subject_kind AND NEW.subject_id IS OLD.subject_id
  AND NEW.import_run_id IS OLD.import_run_id AND NEW.refusal IS OLD.refusal
  AND NEW.operation_id IS OLD.operation_id AND NEW.reason IS OLD.reason
  AND NEW.before IS json_remove(OLD.before, '$.email', '$.name', '$.profile_img', '$.notes')
  AND NEW.after IS json_remove(OLD.after, '$.email', '$.name', '$.profile_img', '$.notes')
  AND EXISTS (
    SELECT 1 FROM audit_event
    WHERE subject_kind = 'user' AND verb = 'erase' AND refusal IS NULL
      AND subject_id = CASE OLD.subject_kind
        WHEN 'user' THEN OLD.subject_id
        WHEN 'champion' THEN coalesce(OLD.after ->> '$.user_id', OLD.before ->> '$.user_id')
      END))
BEGIN
  SELECT RAISE(ABORT, 'audit_event is append-only: UPDATE is refused');
END;
DELETE FROM feed_cursor WHERE feed <> 'actions';
ALTER TABLE feed_cursor DROP COLUMN feed;
