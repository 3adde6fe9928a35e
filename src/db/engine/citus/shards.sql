-- What is wrong with the shards of the log, one row for each shard that lacks something.
SELECT CASE WHEN success THEN format('shard %s lacks %s', shardid, result)
    ELSE format('shard %s cannot be read: %s', shardid, result) END AS problem
FROM run_command_on_shards('user_action', $command$
  SELECT coalesce(string_agg(name, ', ' ORDER BY name), '') FROM (
    SELECT name
    FROM (VALUES
      ('user_action_no_change', 'A'), ('user_action_node', 'O'), ('user_action_own_node', 'O'), ('user_action_stamp', 'O')
    ) AS expected (name, enabled)
    WHERE NOT EXISTS (
      SELECT FROM pg_trigger t
      WHERE t.tgrelid = %1$L::regclass AND t.tgenabled = enabled::"char" AND starts_with(t.tgname, name))
    UNION ALL
    SELECT name
    FROM (VALUES ('user_action_idempotency_key_unique'), ('user_action_source_event_unique')) AS expected (name)
    WHERE NOT EXISTS (
      SELECT FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
      WHERE i.indrelid = %1$L::regclass AND i.indisunique AND i.indisvalid AND starts_with(c.relname, name))) AS missing
$command$)
WHERE NOT success OR result <> ''
ORDER BY shardid
