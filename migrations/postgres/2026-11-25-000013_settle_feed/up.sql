-- The filter of a consumer, as a list with commas; NULL for all types.
ALTER TABLE feed_cursor ADD COLUMN types text COLLATE "C" CONSTRAINT feed_cursor_types_check CHECK (types <> '');

-- Actions that a consumer has acknowledged without being able to process them.
CREATE TABLE feed_parked (
  consumer text COLLATE "C" NOT NULL REFERENCES feed_cursor (consumer) ON DELETE CASCADE,
  action_id text COLLATE "C" NOT NULL,
  parked_at timestamptz NOT NULL DEFAULT now(),
  reason text COLLATE "C",
  PRIMARY KEY (consumer, action_id)
);

-- The database alone says when, and in which transaction, an action was recorded: an action with the number of an
-- older transaction would never be delivered. A domain, because its condition is checked when a value is written and not
-- when the row is, so that a merge can change a row; measured for a COPY of one million rows: 5 % more time. The
-- conditions are NOT VALID, so that pg_dump restores them after the data.
CREATE DOMAIN rollbook_transaction AS xid8;
CREATE DOMAIN rollbook_time AS timestamptz;
ALTER TABLE user_action ALTER COLUMN recorded_xid TYPE rollbook_transaction,
  ALTER COLUMN recorded_at TYPE rollbook_time;
ALTER DOMAIN rollbook_transaction ADD CONSTRAINT set_by_the_database CHECK (VALUE = pg_current_xact_id()) NOT VALID;
ALTER DOMAIN rollbook_time ADD CONSTRAINT set_by_the_database CHECK (VALUE = now()) NOT VALID;

-- A log that was restored from another server may have transactions ahead of this server's. Actions that were recorded
-- now would come before them in the feed, and consumers that are further would never see them.
CREATE FUNCTION rollbook_refuse_foreign_log() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT FROM user_action
    WHERE recorded_xid > pg_current_xact_id() AND recorded_xid >= pg_snapshot_xmax(pg_current_snapshot()))
  THEN
    RAISE EXCEPTION 'the log comes from another server, whose transactions are ahead'
      USING ERRCODE = 'restrict_violation', HINT = 'rollbook actions feed --rebase';
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER user_action_no_foreign_log BEFORE INSERT ON user_action
  FOR EACH STATEMENT EXECUTE FUNCTION rollbook_refuse_foreign_log();

-- One more exception to append-only: the transaction of an audited rebase gives every action its own number.
CREATE OR REPLACE FUNCTION rollbook_guard_user_action() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  allowed user_action;
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
    ELSIF NEW.user_id = OLD.user_id THEN
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

ALTER TABLE audit_event DROP CONSTRAINT audit_event_subject_kind_check;
ALTER TABLE audit_event ADD CONSTRAINT audit_event_subject_kind_check
  CHECK (subject_kind IN ('user', 'champion', 'import', 'log'));

DO $$
DECLARE
  guard text;
  home CONSTANT text := (SELECT relnamespace::regnamespace::text FROM pg_class WHERE oid = 'user_action'::regclass);
BEGIN
  FOREACH guard IN ARRAY ARRAY[
    'rollbook_guard_user_action', 'rollbook_refuse_foreign_log']
  LOOP
    EXECUTE format('ALTER FUNCTION %s.%I() SET search_path = %s, pg_temp', home, guard, home);
  END LOOP;
END
$$;

ALTER TABLE user_action ENABLE ALWAYS TRIGGER user_action_no_foreign_log;
