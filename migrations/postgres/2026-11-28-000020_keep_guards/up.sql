-- Whoever may run a trigger function can attach it to a table of his own, and have it do there, as its owner, what he may not.
-- Only the owner of the tables attaches these.
DO $$
DECLARE
  home CONSTANT regnamespace := (SELECT relnamespace FROM pg_class WHERE oid = 'user_action'::regclass);
  guard regprocedure;
BEGIN
  FOR guard IN SELECT oid FROM pg_proc
    WHERE pronamespace = home AND prorettype = 'trigger'::regtype AND proname LIKE 'rollbook\_%'
  LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', guard);
  END LOOP;
END
$$;

-- A trail that was restored from another server may have transactions ahead of this server's, as the log may. Changes of users
-- that were recorded now would come before them in the feed, and consumers that are further would never see them. A
-- distributed database does not move to another server without its log, whose order has the nodes.
DO $$
DECLARE
  home CONSTANT regnamespace := (SELECT relnamespace FROM pg_class WHERE oid = 'user_action'::regclass);
BEGIN
  CREATE FUNCTION rollbook_refuse_foreign_trail() RETURNS trigger LANGUAGE plpgsql AS $guard$
  BEGIN
    IF EXISTS (SELECT FROM added WHERE subject_kind = 'user' AND refusal IS NULL) AND EXISTS (
      SELECT FROM audit_event
      WHERE subject_kind = 'user' AND refusal IS NULL
        AND recorded_xid > pg_current_xact_id() AND recorded_xid >= pg_snapshot_xmax(pg_current_snapshot()))
    THEN
      RAISE EXCEPTION 'the audit trail comes from another server, whose transactions are ahead'
        USING ERRCODE = 'restrict_violation', HINT = 'rollbook actions feed --rebase';
    END IF;
    RETURN NULL;
  END
  $guard$;
  REVOKE ALL ON FUNCTION rollbook_refuse_foreign_trail() FROM PUBLIC;
  EXECUTE format('ALTER FUNCTION %s.rollbook_refuse_foreign_trail() SET search_path = %s, pg_temp', home, home);
  IF NOT EXISTS (
    SELECT FROM pg_attribute WHERE attrelid = 'user_action'::regclass AND attname = 'recorded_node' AND NOT attisdropped)
  THEN
    CREATE TRIGGER audit_event_no_foreign_log AFTER INSERT ON audit_event
      REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION rollbook_refuse_foreign_trail();
    ALTER TABLE audit_event ENABLE ALWAYS TRIGGER audit_event_no_foreign_log;
  END IF;
END
$$;
