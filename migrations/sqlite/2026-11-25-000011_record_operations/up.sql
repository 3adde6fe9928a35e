-- One row per run of a command that has changed something, written in the transaction of the change: the same id again
-- changes nothing.
CREATE TABLE operation (
  id TEXT NOT NULL PRIMARY KEY CONSTRAINT operation_id_check CHECK (length(id) BETWEEN 1 AND 512),
  -- SHA-256 of what was asked for.
  request TEXT NOT NULL,
  at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z'),
  actor TEXT NOT NULL,
  -- What was done, as text.
  result TEXT NOT NULL
) STRICT;

-- Which operation a change was part of, and why it was made.
ALTER TABLE audit_event ADD COLUMN operation_id TEXT;
ALTER TABLE audit_event ADD COLUMN reason TEXT;

DROP TRIGGER audit_event_no_update;
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
