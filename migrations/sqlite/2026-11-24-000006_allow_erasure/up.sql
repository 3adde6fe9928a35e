-- The exceptions to append-only. Each requires an audit event that permits it, and allows one kind of change only:
-- after erase_metadata, the metadata of the user's actions may become empty; after a merge, the user's actions may
-- move to the other user; after an erasure, the personal fields may be removed from the user's audit events.
DROP TRIGGER user_action_no_update;
CREATE TRIGGER user_action_no_update BEFORE UPDATE ON user_action
WHEN NOT (
  NEW.position IS OLD.position AND NEW.id IS OLD.id AND NEW.enrollment_id IS OLD.enrollment_id
  AND NEW.action_type IS OLD.action_type AND NEW.target_type IS OLD.target_type AND NEW.target_id IS OLD.target_id
  AND NEW.source_system IS OLD.source_system AND NEW.source_event_id IS OLD.source_event_id
  AND NEW.idempotency_key IS OLD.idempotency_key AND NEW.occurred_at IS OLD.occurred_at
  AND NEW.recorded_at IS OLD.recorded_at
  AND CASE WHEN NEW.user_id = OLD.user_id
    THEN NEW.metadata = '{}' AND EXISTS (
      SELECT 1 FROM audit_event
      WHERE subject_kind = 'user' AND subject_id = OLD.user_id AND verb = 'erase_metadata' AND refusal IS NULL)
    ELSE NEW.metadata IS OLD.metadata AND EXISTS (
      SELECT 1 FROM audit_event
      WHERE subject_kind = 'user' AND subject_id = OLD.user_id AND verb = 'merge' AND refusal IS NULL
        AND after ->> '$.merged_into' = NEW.user_id)
  END)
BEGIN
  SELECT RAISE(ABORT, 'user_action is append-only: UPDATE is refused');
END;

DROP TRIGGER audit_event_no_update;
CREATE TRIGGER audit_event_no_update BEFORE UPDATE ON audit_event
WHEN NOT (
  NEW.position IS OLD.position AND NEW.at IS OLD.at AND NEW.actor IS OLD.actor AND NEW.verb IS OLD.verb
  AND NEW.subject_kind IS OLD.subject_kind AND NEW.subject_id IS OLD.subject_id
  AND NEW.import_run_id IS OLD.import_run_id AND NEW.refusal IS OLD.refusal
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
