-- A position is that of one action, also where the owner of the table chooses it: of two actions of one transaction with
-- one position, the feed would deliver one. Where the log is distributed, each node has positions of its own.
DO $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM pg_attribute WHERE attrelid = 'user_action'::regclass AND attname = 'recorded_node' AND NOT attisdropped)
  THEN
    CREATE UNIQUE INDEX user_action_position_unique ON user_action (position);
  END IF;
END
$$;

-- TRUNCATE passes by the triggers that guard and record what is deleted.
CREATE FUNCTION rollbook_refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'TRUNCATE of % is refused: it would leave no trace', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER user_no_truncate BEFORE TRUNCATE ON "user"
  FOR EACH STATEMENT EXECUTE FUNCTION rollbook_refuse_truncate();
ALTER TABLE "user" ENABLE ALWAYS TRIGGER user_no_truncate;

CREATE TRIGGER champion_no_truncate BEFORE TRUNCATE ON champion
  FOR EACH STATEMENT EXECUTE FUNCTION rollbook_refuse_truncate();
ALTER TABLE champion ENABLE ALWAYS TRIGGER champion_no_truncate;

-- Adds the audit events that permit what the guards otherwise refuse: an erasure, a merge, a rebase of the feed, a move
-- between stages. Who may erase is who may execute this function: `rollbook migrate grants`.
CREATE FUNCTION rollbook_permit(events jsonb) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  added bigint;
BEGIN
  INSERT INTO audit_event (
    actor, verb, subject_kind, subject_id, before, after, import_run_id, refusal, operation_id, reason, os_user)
  SELECT event ->> 'actor', event ->> 'verb', event ->> 'subject_kind', event ->> 'subject_id',
    nullif(event -> 'before', 'null'), nullif(event -> 'after', 'null'), event ->> 'import_run_id', event ->> 'refusal',
    event ->> 'operation_id', event ->> 'reason', event ->> 'os_user'
  FROM jsonb_array_elements(events) WITH ORDINALITY AS listed (event, number)
  ORDER BY number;
  GET DIAGNOSTICS added = ROW_COUNT;
  RETURN added;
END
$$;
REVOKE ALL ON FUNCTION rollbook_permit(jsonb) FROM PUBLIC;

-- Whoever may add to the audit trail could otherwise forge such an event.
CREATE FUNCTION rollbook_refuse_permit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE') THEN
    RAISE EXCEPTION 'an audit event % of % % is added by rollbook_permit alone', NEW.verb, NEW.subject_kind, NEW.subject_id
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$$;

-- A rebase of the feed locks its tables, for which the rights to change some columns do not suffice.
CREATE FUNCTION rollbook_lock_feed() RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  LOCK TABLE user_action, audit_event, feed_cursor IN SHARE ROW EXCLUSIVE MODE;
END
$$;
REVOKE ALL ON FUNCTION rollbook_lock_feed() FROM PUBLIC;

-- The servers that the order of the log's transactions was of, the last one being that of now.
CREATE TABLE log_generation (
  number integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  system_identifier bigint NOT NULL,
  database text COLLATE "C" NOT NULL,
  begun_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
INSERT INTO log_generation (system_identifier, database)
  SELECT system_identifier, current_database() FROM pg_control_system();

-- To be called by a rebase, which begins a generation.
CREATE FUNCTION rollbook_begin_generation() RETURNS void LANGUAGE sql SECURITY DEFINER AS $$
  INSERT INTO log_generation (system_identifier, database)
    SELECT system_identifier, current_database() FROM pg_control_system();
$$;
REVOKE ALL ON FUNCTION rollbook_begin_generation() FROM PUBLIC;

DO $$
DECLARE
  part text;
  home CONSTANT text := (SELECT relnamespace::regnamespace::text FROM pg_class WHERE oid = 'user_action'::regclass);
BEGIN
  FOREACH part IN ARRAY ARRAY[
    'rollbook_refuse_truncate()', 'rollbook_refuse_permit()', 'rollbook_permit(jsonb)', 'rollbook_lock_feed()',
    'rollbook_begin_generation()']
  LOOP
    EXECUTE format('ALTER FUNCTION %s.%s SET search_path = %s, pg_temp', home, part, home);
  END LOOP;
  IF EXISTS (
    SELECT FROM pg_attribute WHERE attrelid = 'user_action'::regclass AND attname = 'recorded_node' AND NOT attisdropped)
  THEN
    -- On a cluster, the rows of another role's connection are not seen by the guards on the other nodes.
    EXECUTE format('ALTER FUNCTION %s.rollbook_permit(jsonb) SECURITY INVOKER', home);
    RETURN;
  END IF;
  CREATE TRIGGER audit_event_permits BEFORE INSERT ON audit_event FOR EACH ROW
    WHEN (NEW.refusal IS NULL AND CASE NEW.subject_kind
      WHEN 'user' THEN NEW.verb IN ('erase', 'erase_metadata', 'merge')
      WHEN 'log' THEN NEW.verb = 'rebase'
      WHEN 'champion' THEN NEW.verb IN ('move', 'import')
      ELSE FALSE END)
    EXECUTE FUNCTION rollbook_refuse_permit();
  ALTER TABLE audit_event ENABLE ALWAYS TRIGGER audit_event_permits;
END
$$;

-- The same conditions without BETWEEN, which a restored dump writes in another way: `rollbook doctor` compares the text.
ALTER TABLE "user" DROP CONSTRAINT user_id_check;
ALTER TABLE "user" ADD CONSTRAINT user_id_check CHECK (
  octet_length(id) >= 1 AND octet_length(id) <= 512 AND id NOT LIKE '% %' AND id NOT LIKE '%@%');
ALTER TABLE user_action DROP CONSTRAINT user_action_source_event_id_check;
ALTER TABLE user_action ADD CONSTRAINT user_action_source_event_id_check CHECK (
  source_event_id IS NULL
  OR octet_length(source_event_id) >= 1 AND octet_length(source_event_id) <= 512 AND source_system IS NOT NULL);
