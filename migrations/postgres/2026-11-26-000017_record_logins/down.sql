CREATE OR REPLACE FUNCTION rollbook_guard_audit_event() RETURNS trigger LANGUAGE plpgsql AS $$
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

DO $$
DECLARE
  home CONSTANT text := (SELECT relnamespace::regnamespace::text FROM pg_class WHERE oid = 'user_action'::regclass);
BEGIN
  EXECUTE format('ALTER FUNCTION %s.rollbook_guard_audit_event() SET search_path = %s, pg_temp', home, home);
END
$$;

DELETE FROM feed_cursor WHERE feed <> 'actions';
ALTER TABLE feed_cursor DROP COLUMN feed;
DROP INDEX audit_event_feed;
ALTER TABLE audit_event DROP COLUMN recorded_xid, DROP COLUMN database_role, DROP COLUMN os_user;
