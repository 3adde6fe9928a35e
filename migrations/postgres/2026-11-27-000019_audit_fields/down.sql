CREATE OR REPLACE FUNCTION rollbook_audit_user() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO audit_event (actor, verb, subject_kind, subject_id, after)
      VALUES (session_user, 'sql', 'user', NEW.id, jsonb_build_object('roles', to_jsonb(NEW.roles)));
  ELSIF TG_OP = 'UPDATE' THEN
    INSERT INTO audit_event (actor, verb, subject_kind, subject_id, before, after)
      VALUES (session_user, 'sql', 'user', NEW.id, jsonb_build_object('roles', to_jsonb(OLD.roles)),
        jsonb_build_object('roles', to_jsonb(NEW.roles)));
  ELSE
    INSERT INTO audit_event (actor, verb, subject_kind, subject_id, before)
      VALUES (session_user, 'sql', 'user', OLD.id, jsonb_build_object('roles', to_jsonb(OLD.roles)));
  END IF;
  RETURN NULL;
END
$$;

DROP TRIGGER user_changed_audit ON "user";
DROP TRIGGER champion_changed_audit ON champion;

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
    'CREATE TRIGGER user_roles_audit AFTER UPDATE OF roles ON "user" FOR EACH ROW '
    'WHEN (OLD.roles <> NEW.roles AND current_setting(''rollbook.recorded'', true) IS DISTINCT FROM ''on''%s) '
    'EXECUTE FUNCTION rollbook_audit_user()', is_here);
  EXECUTE format(
    'CREATE TRIGGER champion_stage_audit AFTER UPDATE OF stage ON champion FOR EACH ROW '
    'WHEN (OLD.stage <> NEW.stage AND current_setting(''rollbook.recorded'', true) IS DISTINCT FROM ''on''%s) '
    'EXECUTE FUNCTION rollbook_audit_champion()', is_here);
END
$$;
ALTER TABLE "user" ENABLE ALWAYS TRIGGER user_roles_audit;
ALTER TABLE champion ENABLE ALWAYS TRIGGER champion_stage_audit;
