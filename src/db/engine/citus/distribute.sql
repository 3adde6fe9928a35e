-- Distributes the log over {shards} shards, and makes all other tables reference tables, in one transaction. Foreign keys and
-- triggers come back last: else they would be checked, and fire, for every row that is copied to another node. A statement is
-- sent on its own, as the nodes get the text of a query: there is an empty line between two.
CREATE TEMPORARY TABLE distributed_table ON COMMIT DROP AS
SELECT oid, oid::regclass::text AS name
FROM pg_class
WHERE relkind = 'r' AND relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = 'user_action'::regclass)
  AND relname IN ('user', 'user_action', 'champion', 'import_run', 'import_parked', 'former_email', 'hash_key', 'audit_event',
    'feed_cursor', 'feed_parked', 'operation');

CREATE TEMPORARY TABLE distributed_trigger ON COMMIT DROP AS
SELECT t.name AS relation, g.tgname AS name, g.tgfoid::regproc::text AS function, pg_get_triggerdef(g.oid) AS definition,
  CASE g.tgenabled WHEN 'A' THEN 'ENABLE ALWAYS' WHEN 'R' THEN 'ENABLE REPLICA' WHEN 'D' THEN 'DISABLE' ELSE 'ENABLE' END AS state
FROM pg_trigger g JOIN distributed_table t ON t.oid = g.tgrelid
WHERE NOT g.tgisinternal;

CREATE TEMPORARY TABLE distributed_key ON COMMIT DROP AS
SELECT t.name AS relation, c.conname AS name, pg_get_constraintdef(c.oid) AS definition
FROM pg_constraint c JOIN distributed_table t ON t.oid = c.conrelid
WHERE c.contype = 'f';

DO $$
DECLARE
  part record;
BEGIN
  FOR part IN SELECT * FROM distributed_trigger LOOP
    EXECUTE format('DROP TRIGGER %I ON %s', part.name, part.relation);
  END LOOP;
  FOR part IN SELECT * FROM distributed_key LOOP
    EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', part.relation, part.name);
  END LOOP;
END
$$;

-- Unique indexes need the key by which the rows are distributed. Indexes are faster to build than to fill.
DROP INDEX user_action_idempotency_key_unique, user_action_id_unique, user_action_source_event_unique,
  user_action_occurred_at, user_action_user, user_action_feed, user_action_position_unique;

-- The domains that keep recorded_xid and recorded_at from being chosen compare with the transaction of the coordinator; here
-- a trigger on the shards sets them. Rows from before are of node 0, the coordinator.
ALTER TABLE user_action ALTER COLUMN recorded_xid DROP DEFAULT, ALTER COLUMN recorded_at DROP DEFAULT;

ALTER TABLE user_action ALTER COLUMN recorded_xid TYPE xid8, ALTER COLUMN recorded_at TYPE timestamptz;

ALTER TABLE user_action ALTER COLUMN recorded_at SET DEFAULT now(), ALTER COLUMN recorded_xid SET DEFAULT '0';

ALTER TABLE user_action ADD COLUMN recorded_node integer NOT NULL DEFAULT 0;

-- One event has one key in the whole cluster, by whatever program it is written.
ALTER TABLE user_action ALTER COLUMN idempotency_key SET NOT NULL;

ALTER TABLE user_action ADD CONSTRAINT user_action_event_key_check
  CHECK (source_event_id IS NULL OR idempotency_key = 'user_action:' || source_system || ':' || source_event_id);

-- The positions of a consumer on the nodes.
ALTER TABLE feed_cursor ADD COLUMN nodes text COLLATE "C";

SELECT create_distributed_table('user_action', 'idempotency_key', shard_count => {shards}, colocate_with => 'none');

SELECT create_reference_table('"user"');

SELECT create_reference_table('import_run');

SELECT create_reference_table('audit_event');

SELECT create_reference_table('champion');

SELECT create_reference_table('feed_cursor');

SELECT create_reference_table('feed_parked');

SELECT create_reference_table('operation');

SELECT create_reference_table('import_parked');

SELECT create_reference_table('former_email');

SELECT create_reference_table('hash_key');

-- The rows are in the shards and copies now; what is left of them on this node is not seen any more.
SELECT truncate_local_data_after_distributing_table(oid) FROM distributed_table;

CREATE UNIQUE INDEX user_action_idempotency_key_unique ON user_action (idempotency_key)
  WHERE idempotency_key IS NOT NULL;

CREATE UNIQUE INDEX user_action_source_event_unique ON user_action (source_system, source_event_id, idempotency_key)
  WHERE source_system IS NOT NULL AND source_event_id IS NOT NULL;

CREATE UNIQUE INDEX user_action_id_unique ON user_action (id, idempotency_key);

CREATE INDEX user_action_occurred_at ON user_action (occurred_at, position);

CREATE INDEX user_action_user ON user_action (user_id, occurred_at, position);

CREATE INDEX user_action_feed ON user_action (recorded_node, recorded_xid, position);

CREATE FUNCTION rollbook_node() RETURNS integer LANGUAGE sql STABLE AS
  'SELECT groupid FROM pg_catalog.pg_dist_local_group';

-- Set which node recorded a row, and in which of its transactions. Not ENABLE ALWAYS: a row that moves to another node keeps
-- what it has. The node is looked up once a statement, and the function for each row has qualified names instead of a pinned
-- search_path: together they would take a fifth of the time of an import.
CREATE FUNCTION rollbook_name_node() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM set_config('rollbook.node', groupid::text, true) FROM pg_catalog.pg_dist_local_group;
  RETURN NULL;
END
$$;

CREATE FUNCTION rollbook_stamp_action() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.recorded_node := pg_catalog.current_setting('rollbook.node');
  NEW.recorded_xid := pg_catalog.pg_current_xact_id();
  NEW.recorded_at := pg_catalog.now();
  RETURN NEW;
END
$$;

-- A statement may set rollbook.node again among its rows: what it has added is looked at when all is there.
CREATE FUNCTION rollbook_check_node() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM added WHERE recorded_node <> (SELECT groupid FROM pg_catalog.pg_dist_local_group)) THEN
    RAISE EXCEPTION 'recorded_node of user_action is set by the database' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END
$$;

CREATE TRIGGER user_action_node BEFORE INSERT ON user_action
  FOR EACH STATEMENT EXECUTE FUNCTION rollbook_name_node();

CREATE TRIGGER user_action_own_node AFTER INSERT ON user_action
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION rollbook_check_node();

CREATE TRIGGER user_action_stamp BEFORE INSERT ON user_action
  FOR EACH ROW EXECUTE FUNCTION rollbook_stamp_action();

-- A change by another program is recorded once, by the coordinator, and not by every node that has a copy.
DO $$
DECLARE
  part record;
  home CONSTANT text := (SELECT relnamespace::regnamespace::text FROM pg_class WHERE oid = 'user_action'::regclass);
BEGIN
  -- The events of another role's connection would not be seen by the guards on the other nodes.
  EXECUTE format('ALTER FUNCTION %s.rollbook_permit(jsonb) SECURITY INVOKER', home);
  EXECUTE format('ALTER FUNCTION %s.rollbook_name_node() SET search_path = %s, pg_temp', home, home);
  EXECUTE format('ALTER FUNCTION %s.rollbook_check_node() SET search_path = %s, pg_temp', home, home);
  FOR part IN SELECT DISTINCT function FROM distributed_trigger WHERE function LIKE '%rollbook_audit_%' LOOP
    EXECUTE format('ALTER FUNCTION %s() SET citus.allow_nested_distributed_execution = on', part.function);
  END LOOP;
  FOR part IN SELECT * FROM distributed_key LOOP
    EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I %s', part.relation, part.name, part.definition);
  END LOOP;
  FOR part IN
    SELECT * FROM distributed_trigger
    WHERE function NOT LIKE '%rollbook_refuse_foreign_%' AND function NOT LIKE '%rollbook_refuse_permit'
  LOOP
    IF part.function LIKE '%rollbook_audit_%' THEN
      part.definition := regexp_replace(
        part.definition, ' WHEN \((.*)\) EXECUTE ', format(' WHEN ((\1) AND %s.rollbook_node() = 0) EXECUTE ', home));
    END IF;
    EXECUTE part.definition;
    EXECUTE format('ALTER TABLE %s %s TRIGGER %I', part.relation, part.state, part.name);
  END LOOP;
END
$$
