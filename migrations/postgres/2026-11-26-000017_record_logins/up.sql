-- Who really was logged in, whatever the actor says: the user of the machine, and the role of the database.
ALTER TABLE audit_event ADD COLUMN os_user text COLLATE "C", ADD COLUMN database_role text COLLATE "C";
ALTER TABLE audit_event ALTER COLUMN database_role SET DEFAULT session_user;

-- The order of commits, for the feed of users: rows from before come first.
ALTER TABLE audit_event ADD COLUMN recorded_xid xid8 NOT NULL DEFAULT '0';
ALTER TABLE audit_event ALTER COLUMN recorded_xid SET DEFAULT pg_current_xact_id();
CREATE INDEX audit_event_feed ON audit_event (recorded_xid, position) WHERE subject_kind = 'user' AND refusal IS NULL;
ALTER TABLE feed_cursor ADD COLUMN feed text COLLATE "C" NOT NULL DEFAULT 'actions'
  CONSTRAINT feed_cursor_feed_check CHECK (feed IN ('actions', 'users'));

-- More exceptions to append-only: after an erasure, the origin of the user may be removed, too, and the actor, the user of
-- the machine, and the name of an imported file may become the placeholder erased:ID; and the transaction of an audited rebase gives every row its own number.
CREATE OR REPLACE FUNCTION rollbook_guard_audit_event() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  personal CONSTANT text[] := '{email,name,profile_img,notes,origin}';
  allowed audit_event;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    allowed := OLD;
    IF NEW.recorded_xid <> OLD.recorded_xid THEN
      allowed.recorded_xid := pg_current_xact_id();
      IF NEW IS NOT DISTINCT FROM allowed AND EXISTS (
        SELECT FROM audit_event
        WHERE subject_kind = 'log' AND subject_id = 'user_action' AND verb = 'rebase' AND refusal IS NULL
          AND after ->> 'transaction' = pg_current_xact_id()::text)
      THEN
        RETURN NEW;
      END IF;
    ELSIF NEW.actor <> OLD.actor OR NEW.os_user IS DISTINCT FROM OLD.os_user OR NEW.subject_kind = 'import' THEN
      allowed.actor := NEW.actor;
      allowed.os_user := NEW.os_user;
      IF NEW.subject_kind = 'import' THEN
        allowed.after := OLD.after || jsonb_build_object(
          'actor', NEW.after -> 'actor', 'file_name', NEW.after -> 'file_name');
      END IF;
      IF NEW IS NOT DISTINCT FROM allowed AND NOT EXISTS (
        SELECT FROM (VALUES
          (OLD.actor, NEW.actor), (OLD.os_user, NEW.os_user),
          (OLD.after ->> 'actor', NEW.after ->> 'actor'),
          (OLD.after ->> 'file_name', NEW.after ->> 'file_name')) AS names (name, placeholder)
        WHERE placeholder IS DISTINCT FROM name
          AND (placeholder IS NULL OR placeholder NOT LIKE 'erased:%' OR NOT EXISTS (
          SELECT FROM audit_event
          WHERE subject_kind = 'user' AND subject_id = substr(placeholder, 8) AND verb = 'erase' AND refusal IS NULL)))
      THEN
        RETURN NEW;
      END IF;
    ELSE
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
  END IF;
  RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END
$$;

DO $$
DECLARE
  home CONSTANT text := (SELECT relnamespace::regnamespace::text FROM pg_class WHERE oid = 'user_action'::regclass);
BEGIN
  EXECUTE format('ALTER FUNCTION %s.rollbook_guard_audit_event() SET search_path = %s, pg_temp', home, home);
END
$$;
