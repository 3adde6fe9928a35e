-- What is wrong with the unique indexes and triggers that the promises depend on, one row for each problem. $1 says whether
-- the log is whole or distributed.
WITH all_indexes (name, log, definition) AS (VALUES
  ('user_action_id_unique', 'whole', '(id)'),
  ('user_action_id_unique', 'distributed', '(id, idempotency_key)'),
  ('user_action_source_event_unique', 'whole',
    '(source_system, source_event_id) WHERE ((source_system IS NOT NULL) AND (source_event_id IS NOT NULL))'),
  ('user_action_source_event_unique', 'distributed', '(source_system, source_event_id, idempotency_key) '
    'WHERE ((source_system IS NOT NULL) AND (source_event_id IS NOT NULL))'),
  ('user_action_idempotency_key_unique', $1, '(idempotency_key) WHERE (idempotency_key IS NOT NULL)'),
  ('user_email_unique', $1, '(lower(email))'),
  ('champion_open_unique', $1, '(user_id, COALESCE(cohort_id, ''''::text)) WHERE (stage <> ''alumni''::text)')),
expected_index AS (SELECT name, definition FROM all_indexes WHERE log = $1),
-- Whether the trigger is for every row and column.
all_triggers (relation, name, guard, is_for_all) AS (VALUES
  ('user_action', 'user_action_no_change', 'rollbook_guard_user_action', TRUE),
  ('user_action', 'user_action_no_truncate', 'rollbook_refuse_change', TRUE),
  ('user_action', 'user_action_no_foreign_log', 'rollbook_refuse_foreign_log', TRUE),
  ('audit_event', 'audit_event_no_foreign_log', 'rollbook_refuse_foreign_trail', TRUE),
  ('audit_event', 'audit_event_no_change', 'rollbook_guard_audit_event', TRUE),
  ('audit_event', 'audit_event_no_truncate', 'rollbook_refuse_change', TRUE),
  ('"user"', 'user_added_audit', 'rollbook_audit_user', FALSE),
  ('"user"', 'user_changed_audit', 'rollbook_audit_user', FALSE),
  ('"user"', 'user_deleted_audit', 'rollbook_audit_user', FALSE),
  ('champion', 'champion_added_audit', 'rollbook_audit_champion', FALSE),
  ('champion', 'champion_changed_audit', 'rollbook_audit_champion', FALSE),
  ('champion', 'champion_deleted_audit', 'rollbook_audit_champion', FALSE),
  ('champion', 'champion_steps', 'rollbook_guard_champion', FALSE),
  ('champion', 'champion_withdrawals', 'rollbook_guard_champion', FALSE),
  ('user_action', 'user_action_node', 'rollbook_name_node', TRUE),
  ('user_action', 'user_action_own_node', 'rollbook_check_node', TRUE),
  ('user_action', 'user_action_stamp', 'rollbook_stamp_action', TRUE)),
-- The triggers of a distributed log, which keep what a row has that moves to another node.
of_nodes (name) AS (VALUES ('user_action_node'), ('user_action_own_node'), ('user_action_stamp')),
expected_trigger AS (
  SELECT * FROM all_triggers
  WHERE CASE $1 WHEN 'whole' THEN name NOT IN (SELECT name FROM of_nodes) ELSE name NOT LIKE '%_no_foreign_log' END),
found_index AS (
  SELECT c.relname::text AS name, i.indisunique AND i.indisvalid AND i.indisready AS works,
    split_part(pg_get_indexdef(i.indexrelid), ' USING btree ', 2) AS definition
  FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
  WHERE i.indrelid IN ('user_action'::regclass, '"user"'::regclass, 'champion'::regclass)),
found_trigger AS (
  SELECT t.tgrelid::regclass::text AS relation, t.tgname::text AS name,
    t.tgenabled = CASE WHEN t.tgname IN (SELECT name FROM of_nodes) THEN 'O' ELSE 'A' END AS works, t.tgqual IS NULL AND t.tgattr = ''::int2vector AS is_for_all, p.proname::text AS guard
  FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
  WHERE t.tgrelid IN ('user_action'::regclass, 'audit_event'::regclass, 'champion'::regclass, '"user"'::regclass))
SELECT 'the index ' || e.name || CASE
    WHEN f.name IS NULL THEN ' is missing'
    WHEN NOT f.works THEN ' is not unique, or not valid'
    ELSE ' is not the one of the migrations: ' || f.definition END AS problem
FROM expected_index e LEFT JOIN found_index f USING (name)
WHERE f.name IS NULL OR NOT f.works OR f.definition <> e.definition
UNION ALL
SELECT 'the trigger ' || e.name || CASE
    WHEN f.name IS NULL THEN ' is missing'
    WHEN NOT f.works THEN ' is disabled, or not enabled always'
    WHEN e.is_for_all AND NOT f.is_for_all THEN ' is limited to some rows or columns'
    ELSE ' calls ' || f.guard END
FROM expected_trigger e LEFT JOIN found_trigger f USING (relation, name)
WHERE f.name IS NULL OR NOT f.works OR e.is_for_all AND NOT f.is_for_all OR f.guard <> e.guard
UNION ALL
SELECT DISTINCT 'the foreign key ' || c.conname || ' is not checked: its trigger is disabled'
FROM pg_trigger t JOIN pg_constraint c ON c.oid = t.tgconstraint
WHERE t.tgisinternal AND t.tgenabled NOT IN ('O', 'A')
  AND c.conrelid IN ('user_action'::regclass, 'champion'::regclass, '"user"'::regclass)
UNION ALL
SELECT 'the domain ' || name || ' has no condition set_by_the_database'
FROM (VALUES ('rollbook_transaction'), ('rollbook_time')) AS domain (name)
WHERE $1 = 'whole' AND NOT EXISTS (
  SELECT FROM pg_constraint c JOIN pg_attribute a ON a.atttypid = c.contypid
  WHERE a.attrelid = 'user_action'::regclass AND c.contypid::regtype::text = name AND c.conname = 'set_by_the_database')
UNION ALL
SELECT 'the constraint user_action_event_key_check is missing'
WHERE $1 = 'distributed' AND NOT EXISTS (
  SELECT FROM pg_constraint
  WHERE conrelid = 'user_action'::regclass AND conname = 'user_action_event_key_check' AND convalidated)
UNION ALL
SELECT 'the function ' || p.proname || ' has no pinned search_path'
FROM pg_proc p
WHERE p.pronamespace = (SELECT relnamespace FROM pg_class WHERE oid = 'user_action'::regclass)
  -- All names in this one are qualified.
  AND p.proname IN (SELECT guard FROM expected_trigger WHERE name <> 'user_action_stamp')
  AND NOT coalesce(p.proconfig::text LIKE '%search_path=%', FALSE)
UNION ALL
SELECT 'every role may run the function ' || proname || ', as its owner'
FROM pg_proc
WHERE pronamespace = (SELECT relnamespace FROM pg_class WHERE oid = 'user_action'::regclass) AND prosecdef
  AND proname LIKE 'rollbook\_%' AND has_function_privilege('public', oid, 'EXECUTE')
UNION ALL
SELECT 'the rows of the table ' || inhrelid::regclass || ' count as rows of ' || inhparent::regclass
FROM pg_inherits
WHERE inhparent IN ('user_action'::regclass, 'audit_event'::regclass, 'champion'::regclass, '"user"'::regclass)
ORDER BY problem
