DROP TRIGGER user_action_no_foreign_log ON user_action;
DROP FUNCTION rollbook_refuse_foreign_log();
ALTER TABLE user_action ALTER COLUMN recorded_xid TYPE xid8, ALTER COLUMN recorded_at TYPE timestamptz;
DROP DOMAIN rollbook_transaction;
DROP DOMAIN rollbook_time;
DROP TABLE feed_parked;
ALTER TABLE feed_cursor DROP COLUMN types;

CREATE OR REPLACE FUNCTION rollbook_guard_user_action() RETURNS trigger LANGUAGE plpgsql AS $$
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
DO $$
DECLARE
  home CONSTANT text := (SELECT relnamespace::regnamespace::text FROM pg_class WHERE oid = 'user_action'::regclass);
BEGIN
  EXECUTE format('ALTER FUNCTION %s.rollbook_guard_user_action() SET search_path = %s, pg_temp', home, home);
END
$$;

-- NOT VALID: the trail may hold a rebase.
ALTER TABLE audit_event DROP CONSTRAINT audit_event_subject_kind_check;
ALTER TABLE audit_event ADD CONSTRAINT audit_event_subject_kind_check
  CHECK (subject_kind IN ('user', 'champion', 'import')) NOT VALID;
