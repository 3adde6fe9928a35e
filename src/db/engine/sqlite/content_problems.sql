-- Rows that contradict others, one row for each problem, with its cure.
SELECT 'the consumer ' || consumer || ' is ahead of the log' AS problem,
  'rollbook ' || feed || ' feed CONSUMER --reset start' AS cure
FROM feed_cursor
WHERE position > coalesce(
  CASE feed WHEN 'users' THEN (SELECT max(position) FROM audit_event) ELSE (SELECT max(position) FROM user_action) END, 0)
ORDER BY problem
