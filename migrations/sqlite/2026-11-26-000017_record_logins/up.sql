-- Who really was logged in, whatever the actor says: the user of the machine. SQLite has no roles.
ALTER TABLE audit_event ADD COLUMN os_user TEXT;
ALTER TABLE audit_event ADD COLUMN database_role TEXT;

-- For the feed of users.
CREATE INDEX audit_event_feed ON audit_event (position) WHERE subject_kind = 'user' AND refusal IS NULL;
ALTER TABLE feed_cursor ADD COLUMN feed TEXT NOT NULL DEFAULT 'actions'
  CONSTRAINT feed_cursor_feed_check CHECK (feed IN ('actions', 'users'));

-- More exceptions to append-only: after an erasure, the origin of the user may be removed, too, and the actor, the user of
-- the machine, and the name of an imported file may become the placeholder erased:ID.
DROP TRIGGER audit_event_no_update;
CREATE TRIGGER audit_event_no_update BEFORE UPDATE ON audit_event
WHEN NOT (
  NEW.position IS OLD.position AND NEW.at IS OLD.at AND NEW.verb IS OLD.verb
  AND NEW.subject_kind IS OLD.subject_kind AND NEW.subject_id IS OLD.subject_id
  AND NEW.import_run_id IS OLD.import_run_id AND NEW.refusal IS OLD.refusal
  AND NEW.operation_id IS OLD.operation_id AND NEW.reason IS OLD.reason AND NEW.database_role IS OLD.database_role
  AND CASE WHEN NEW.actor IS OLD.actor AND NEW.os_user IS OLD.os_user
      AND OLD.subject_kind <> 'import'
    THEN NEW.before IS json_remove(OLD.before, '$.email', '$.name', '$.profile_img', '$.notes', '$.origin')
      AND NEW.after IS json_remove(OLD.after, '$.email', '$.name', '$.profile_img', '$.notes', '$.origin')
      AND EXISTS (
        SELECT 1 FROM audit_event
        WHERE subject_kind = 'user' AND verb = 'erase' AND refusal IS NULL
          AND subject_id = CASE OLD.subject_kind
            WHEN 'user' THEN OLD.subject_id
            WHEN 'champion' THEN coalesce(OLD.after ->> '$.user_id', OLD.before ->> '$.user_id')
          END)
    ELSE NEW.before IS OLD.before
      AND CASE WHEN OLD.subject_kind = 'import'
        THEN NEW.after IS json_set(OLD.after, '$.actor', NEW.after ->> '$.actor', '$.file_name', NEW.after ->> '$.file_name')
          AND (NEW.after ->> '$.actor' IS OLD.after ->> '$.actor'
            OR NEW.after ->> '$.actor' LIKE 'erased:%' AND EXISTS (
              SELECT 1 FROM audit_event
              WHERE subject_kind = 'user' AND subject_id = substr(NEW.after ->> '$.actor', 8) AND verb = 'erase'
                AND refusal IS NULL))
          AND (NEW.after ->> '$.file_name' IS OLD.after ->> '$.file_name'
            OR NEW.after ->> '$.file_name' LIKE 'erased:%' AND EXISTS (
              SELECT 1 FROM audit_event
              WHERE subject_kind = 'user' AND subject_id = substr(NEW.after ->> '$.file_name', 8) AND verb = 'erase'
                AND refusal IS NULL))
        ELSE NEW.after IS OLD.after END
      AND (NEW.actor IS OLD.actor OR NEW.actor LIKE 'erased:%' AND EXISTS (
        SELECT 1 FROM audit_event
        WHERE subject_kind = 'user' AND subject_id = substr(NEW.actor, 8) AND verb = 'erase' AND refusal IS NULL))
      AND (NEW.os_user IS OLD.os_user OR NEW.os_user LIKE 'erased:%' AND EXISTS (
        SELECT 1 FROM audit_event
        WHERE subject_kind = 'user' AND subject_id = substr(NEW.os_user, 8) AND verb = 'erase' AND refusal IS NULL))
  END)
BEGIN
  SELECT RAISE(ABORT, 'audit_event is append-only: UPDATE is refused');
END;
