-- Changes of emails, names, origins, pictures and notes that other programs make with SQL are in the audit trail, too, not
-- only changes of roles and stages. Of a user, an event has the fields that have changed, and the roles:
-- any event tells what they were at a time.
CREATE OR REPLACE FUNCTION rollbook_audit_user() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  old_fields jsonb;
  new_fields jsonb;
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO audit_event (actor, verb, subject_kind, subject_id, after)
      VALUES (session_user, 'sql', 'user', NEW.id, jsonb_build_object('roles', to_jsonb(NEW.roles)));
  ELSIF TG_OP = 'UPDATE' THEN
    SELECT jsonb_object_agg(o.key, o.value), jsonb_object_agg(n.key, n.value) INTO old_fields, new_fields
      FROM jsonb_each(to_jsonb(OLD)) AS o JOIN jsonb_each(to_jsonb(NEW)) AS n ON n.key = o.key
      WHERE o.key = 'roles' OR (o.value <> n.value AND o.key IN ('email', 'name', 'origin', 'profile_img'));
    INSERT INTO audit_event (actor, verb, subject_kind, subject_id, before, after)
      VALUES (session_user, 'sql', 'user', NEW.id, old_fields, new_fields);
  ELSE
    INSERT INTO audit_event (actor, verb, subject_kind, subject_id, before)
      VALUES (session_user, 'sql', 'user', OLD.id, jsonb_build_object('roles', to_jsonb(OLD.roles)));
  END IF;
  RETURN NULL;
END
$$;

DROP TRIGGER user_roles_audit ON "user";
DROP TRIGGER champion_stage_audit ON champion;

-- Where the log is distributed, every node has a copy of these tables: the coordinator alone records their changes.
DO $$
DECLARE
  home CONSTANT text := (SELECT relnamespace::regnamespace::text FROM pg_class WHERE oid = 'user_action'::regclass);
  is_distributed CONSTANT boolean := EXISTS (
    SELECT FROM pg_attribute WHERE attrelid = 'user_action'::regclass AND attname = 'recorded_node' AND NOT attisdropped);
  is_here CONSTANT text := CASE WHEN is_distributed THEN format(' AND %s.rollbook_node() = 0', home) ELSE '' END;
BEGIN
  EXECUTE format('ALTER FUNCTION %s.rollbook_audit_user() SET search_path = %s, pg_temp', home, home);
  IF is_distributed THEN
    EXECUTE format('ALTER FUNCTION %s.rollbook_audit_user() SET citus.allow_nested_distributed_execution = on', home);
  END IF;
  EXECUTE format(
    'CREATE TRIGGER user_changed_audit AFTER UPDATE OF roles, email, name, origin, profile_img ON "user" FOR EACH ROW '
    'WHEN ((OLD.roles <> NEW.roles OR OLD.email <> NEW.email OR OLD.name <> NEW.name OR OLD.origin <> NEW.origin '
    'OR OLD.profile_img IS DISTINCT FROM NEW.profile_img) '
    'AND current_setting(''rollbook.recorded'', true) IS DISTINCT FROM ''on''%s) '
    'EXECUTE FUNCTION rollbook_audit_user()', is_here);
  EXECUTE format(
    'CREATE TRIGGER champion_changed_audit AFTER UPDATE OF stage, notes, user_id, cohort_id ON champion FOR EACH ROW '
    'WHEN ((OLD.stage <> NEW.stage OR OLD.notes IS DISTINCT FROM NEW.notes OR OLD.user_id <> NEW.user_id '
    'OR OLD.cohort_id IS DISTINCT FROM NEW.cohort_id) '
    'AND current_setting(''rollbook.recorded'', true) IS DISTINCT FROM ''on''%s) '
    'EXECUTE FUNCTION rollbook_audit_champion()', is_here);
END
$$;
ALTER TABLE "user" ENABLE ALWAYS TRIGGER user_changed_audit;
ALTER TABLE champion ENABLE ALWAYS TRIGGER champion_changed_audit;
