-- Changes of roles and of champion records that other programs make with SQL are in the audit trail, too: the actor is the
-- role that they connect with. Rollbook records its own changes, and says so with the setting rollbook.recorded.
-- SECURITY DEFINER: the other program needs no right on the audit trail.
CREATE FUNCTION rollbook_audit_user() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
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

CREATE TRIGGER user_added_audit AFTER INSERT ON "user" FOR EACH ROW
  WHEN (NEW.roles && '{teacher,admin,champion,superadmin}'
    AND current_setting('rollbook.recorded', true) IS DISTINCT FROM 'on')
  EXECUTE FUNCTION rollbook_audit_user();
CREATE TRIGGER user_roles_audit AFTER UPDATE OF roles ON "user" FOR EACH ROW
  WHEN (OLD.roles <> NEW.roles AND current_setting('rollbook.recorded', true) IS DISTINCT FROM 'on')
  EXECUTE FUNCTION rollbook_audit_user();
CREATE TRIGGER user_deleted_audit AFTER DELETE ON "user" FOR EACH ROW
  WHEN (current_setting('rollbook.recorded', true) IS DISTINCT FROM 'on')
  EXECUTE FUNCTION rollbook_audit_user();

CREATE FUNCTION rollbook_audit_champion() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO audit_event (actor, verb, subject_kind, subject_id, after)
      VALUES (session_user, 'sql', 'champion', NEW.id, to_jsonb(NEW));
  ELSIF TG_OP = 'UPDATE' THEN
    INSERT INTO audit_event (actor, verb, subject_kind, subject_id, before, after)
      VALUES (session_user, 'sql', 'champion', NEW.id, to_jsonb(OLD), to_jsonb(NEW));
  ELSE
    INSERT INTO audit_event (actor, verb, subject_kind, subject_id, before)
      VALUES (session_user, 'sql', 'champion', OLD.id, to_jsonb(OLD));
  END IF;
  RETURN NULL;
END
$$;

CREATE TRIGGER champion_added_audit AFTER INSERT ON champion FOR EACH ROW
  WHEN (current_setting('rollbook.recorded', true) IS DISTINCT FROM 'on')
  EXECUTE FUNCTION rollbook_audit_champion();
CREATE TRIGGER champion_stage_audit AFTER UPDATE OF stage ON champion FOR EACH ROW
  WHEN (OLD.stage <> NEW.stage AND current_setting('rollbook.recorded', true) IS DISTINCT FROM 'on')
  EXECUTE FUNCTION rollbook_audit_champion();
CREATE TRIGGER champion_deleted_audit AFTER DELETE ON champion FOR EACH ROW
  WHEN (current_setting('rollbook.recorded', true) IS DISTINCT FROM 'on')
  EXECUTE FUNCTION rollbook_audit_champion();

DO $$
DECLARE
  guard text;
  home CONSTANT text := (SELECT relnamespace::regnamespace::text FROM pg_class WHERE oid = 'user_action'::regclass);
BEGIN
  FOREACH guard IN ARRAY ARRAY['rollbook_audit_user', 'rollbook_audit_champion'] LOOP
    EXECUTE format('ALTER FUNCTION %s.%I() SET search_path = %s, pg_temp', home, guard, home);
  END LOOP;
END
$$;

ALTER TABLE "user" ENABLE ALWAYS TRIGGER user_added_audit;
ALTER TABLE "user" ENABLE ALWAYS TRIGGER user_roles_audit;
ALTER TABLE "user" ENABLE ALWAYS TRIGGER user_deleted_audit;
ALTER TABLE champion ENABLE ALWAYS TRIGGER champion_added_audit;
ALTER TABLE champion ENABLE ALWAYS TRIGGER champion_stage_audit;
ALTER TABLE champion ENABLE ALWAYS TRIGGER champion_deleted_audit;
