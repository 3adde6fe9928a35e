-- The guards look their tables up in the schema of the tables alone: a temporary table audit_event must not stand for
-- the real one.
DO $$
DECLARE
  guard text;
  home CONSTANT text := (SELECT relnamespace::regnamespace::text FROM pg_class WHERE oid = 'user_action'::regclass);
BEGIN
  FOREACH guard IN ARRAY ARRAY[
    'rollbook_guard_user_action', 'rollbook_guard_audit_event', 'rollbook_guard_champion', 'rollbook_refuse_change']
  LOOP
    EXECUTE format('ALTER FUNCTION %s.%I() SET search_path = %s, pg_temp', home, guard, home);
  END LOOP;
END
$$;

-- session_replication_role = replica does not disable them.
ALTER TABLE champion ENABLE ALWAYS TRIGGER champion_steps;
ALTER TABLE champion ENABLE ALWAYS TRIGGER champion_withdrawals;
