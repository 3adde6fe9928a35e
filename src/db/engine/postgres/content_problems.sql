-- Rows that contradict others, or that their owner does not guard, one row for each problem, with its cure.
WITH home AS (SELECT relnamespace, relowner FROM pg_class WHERE oid = 'user_action'::regclass),
our_table AS (
  SELECT c.oid, c.relname, c.relowner FROM pg_class c JOIN home USING (relnamespace)
  WHERE c.relkind IN ('r', 'p') AND c.relname IN ('user', 'user_action', 'champion', 'import_run', 'import_parked',
    'former_email', 'hash_key', 'audit_event', 'feed_cursor', 'feed_parked', 'operation', 'log_generation'))
SELECT format('the table %s belongs to the role %s, the log to %s', t.relname, t.relowner::regrole, home.relowner::regrole)
    AS problem, 'ALTER TABLE … OWNER TO: its owner can switch its guards off' AS cure
FROM our_table t CROSS JOIN home
WHERE t.relowner <> home.relowner
UNION ALL
SELECT format('every role may change the table %s', relname), 'REVOKE ALL ON … FROM PUBLIC, then rollbook migrate grants'
FROM our_table
WHERE has_table_privilege('public', oid, 'INSERT, UPDATE, DELETE, TRUNCATE, TRIGGER')
UNION ALL
SELECT 'nothing says on which server the log was written', 'rollbook actions feed --rebase'
WHERE NOT EXISTS (SELECT FROM log_generation)
UNION ALL
SELECT format('%s champion records refer to no user', count(*)), 'restore a backup, or remove the records'
FROM champion c
WHERE NOT EXISTS (SELECT FROM "user" u WHERE u.id = c.user_id)
HAVING count(*) > 0
UNION ALL
SELECT format('%s merged users refer to no user', count(*)), 'restore a backup'
FROM "user" m
WHERE m.merged_into IS NOT NULL AND NOT EXISTS (SELECT FROM "user" u WHERE u.id = m.merged_into)
HAVING count(*) > 0
UNION ALL
SELECT format('the consumer %s is ahead of the log', consumer), format('rollbook %s feed CONSUMER --reset start', feed)
FROM feed_cursor
WHERE recorded_xid >= pg_snapshot_xmax(pg_current_snapshot())
ORDER BY problem
