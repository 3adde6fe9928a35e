-- How far users have come with each course, cohort and module.
-- $1: the user, $2: the course, $3: the cohort that users are enrolled in; each empty for all. $4: whether only what is
-- neither completed nor left. $5: whether the order is reversed. $6, $7: the user and the target to start after, empty
-- for the first. $8: the most rows to return. CAST keeps SQLite from walking the index of users.
SELECT user_id, target, first_enrolled_at, enrolled_at, started_at, completed_at, left_at
FROM (
  SELECT CAST(user_id AS text) AS user_id, target_type || ':' || target_id AS target,
    min(CASE WHEN action_type = 'enrolled' THEN occurred_at END) AS first_enrolled_at,
    max(CASE WHEN action_type = 'enrolled' THEN occurred_at END) AS enrolled_at,
    min(CASE WHEN action_type = 'started_module' THEN occurred_at END) AS started_at,
    min(CASE WHEN action_type IN ('completed_module', 'completed_course') THEN occurred_at END) AS completed_at,
    max(CASE WHEN action_type = 'unenrolled' THEN occurred_at END) AS left_at
  FROM user_action
  WHERE ($1 = '' OR user_id = $1) AND ($2 = '' OR target_type = 'course' AND target_id = $2)
    AND ($3 = '' OR user_id IN (
      SELECT user_id FROM user_action
      WHERE action_type = 'enrolled' AND target_type = 'cohort' AND target_id = $3))
    AND action_type IN ('enrolled', 'started_module', 'completed_module', 'completed_course', 'unenrolled')
  GROUP BY CAST(user_id AS text), target_type, target_id) AS progress
WHERE (NOT $4 OR completed_at IS NULL AND (left_at IS NULL OR left_at < enrolled_at))
  AND (NOT $5 AND (user_id, target) > ($6, $7) OR $5 AND ($6 = '' OR (user_id, target) < ($6, $7)))
ORDER BY CASE WHEN $5 THEN '' ELSE user_id END, CASE WHEN $5 THEN '' ELSE target END,
  CASE WHEN $5 THEN user_id ELSE '' END DESC, CASE WHEN $5 THEN target ELSE '' END DESC
LIMIT $8
