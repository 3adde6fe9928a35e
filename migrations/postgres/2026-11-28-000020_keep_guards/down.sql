DROP TRIGGER IF EXISTS audit_event_no_foreign_log ON audit_event;
DROP FUNCTION rollbook_refuse_foreign_trail();
DO $$
DECLARE
  home CONSTANT regnamespace := (SELECT relnamespace FROM pg_class WHERE oid = 'user_action'::regclass);
  guard regprocedure;
BEGIN
  FOR guard IN SELECT oid FROM pg_proc
    WHERE pronamespace = home AND prorettype = 'trigger'::regtype AND proname LIKE 'rollbook\_%'
  LOOP
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO PUBLIC', guard);
  END LOOP;
END
$$;
