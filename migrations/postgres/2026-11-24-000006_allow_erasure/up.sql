-- The exceptions to append-only. Each requires an audit event that permits it, and allows one kind of change only:
-- after erase_metadata, the metadata of the user's actions may become empty; after a merge, the user's actions may
-- move to the other user; after an erasure, the personal fields may be removed from the user's audit events.
CREATE FUNCTION rollbook_guard_user_action() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  allowed user_action;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    allowed := OLD;
    IF NEW.user_id = OLD.user_id THEN
      allowed.metadata := '{}';
      IF NEW IS NOT DISTINCT FROM allowed AND EXISTS (
        SELECT FROM audit_event
        WHERE subject_kind = 'user' AND subject_id = OLD.user_id AND verb = 'erase_metadata' AND refusal IS NULL)
      THEN
        RETURN NEW;
      END IF;
    ELSE
      allowed.user_id := NEW.user_id;
      IF NEW IS NOT DISTINCT FROM allowed AND EXISTS (
        SELECT FROM audit_event
        WHERE subject_kind = 'user' AND subject_id = OLD.user_id AND verb = 'merge' AND refusal IS NULL
          AND after ->> 'merged_into' = NEW.user_id)
      THEN
        RETURN NEW;
      END IF;
    END IF;
  END IF;
  RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END
$$;

CREATE FUNCTION rollbook_guard_audit_event() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  personal CONSTANT text[] := '{email,name,profile_img,notes}';
  allowed audit_event;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    allowed := OLD;
    allowed.before := OLD.before - personal;
    allowed.after := OLD.after - personal;
    IF NEW IS NOT DISTINCT FROM allowed AND EXISTS (
      SELECT FROM audit_event
      WHERE subject_kind = 'user' AND verb = 'erase' AND refusal IS NULL
        AND subject_id = CASE OLD.subject_kind
          WHEN 'user' THEN OLD.subject_id
          WHEN 'champion' THEN coalesce(OLD.after ->> 'user_id', OLD.before ->> 'user_id')
        END)
    THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END
$$;

DROP TRIGGER user_action_no_change ON user_action;
CREATE TRIGGER user_action_no_change BEFORE UPDATE OR DELETE ON user_action
  FOR EACH ROW EXECUTE FUNCTION rollbook_guard_user_action();
ALTER TABLE user_action ENABLE ALWAYS TRIGGER user_action_no_change;

DROP TRIGGER audit_event_no_change ON audit_event;
CREATE TRIGGER audit_event_no_change BEFORE UPDATE OR DELETE ON audit_event
  FOR EACH ROW EXECUTE FUNCTION rollbook_guard_audit_event();
ALTER TABLE audit_event ENABLE ALWAYS TRIGGER audit_event_no_change;
