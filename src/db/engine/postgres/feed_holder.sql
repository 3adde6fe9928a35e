-- The oldest transaction that has written something, if rows of the feed wait for it: {waits} is the condition.
SELECT value FROM (
  SELECT 'transaction ' || transaction || ' (prepared as ' || gid || ' at ' || prepared || ')' AS value,
    transaction::text::bigint AS number
  FROM pg_prepared_xacts
  UNION ALL
  SELECT 'process ' || pid || coalesce(' of ' || nullif(usename, ''), '')
      || coalesce(' (' || nullif(application_name, '') || ')', '')
      || coalesce(', in a transaction since ' || to_char(xact_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), ''),
    backend_xid::text::bigint
  FROM pg_stat_activity
  WHERE backend_xid IS NOT NULL AND pid <> pg_backend_pid()) AS holder
WHERE value IS NOT NULL
  AND {waits}
ORDER BY number LIMIT 1
