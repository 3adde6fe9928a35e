-- When users enrolled in, started, completed and left what they can enroll in: one row for each user, kind of action, target
-- and enrollment, user by user. All modules count as one. CAST keeps SQLite from walking the index of users; in the order of
-- its groups, it need not sort them again.
SELECT CAST(user_id AS text) AS user_id, action_type,
  CASE WHEN action_type = 'started_module' THEN '' ELSE target_type END AS target_type,
  CASE WHEN action_type = 'started_module' THEN '' ELSE target_id END AS target_id,
  coalesce(enrollment_id, '') AS enrollment_id, min(occurred_at) AS first_at, max(occurred_at) AS last_at
FROM user_action
WHERE action_type IN ('enrolled', 'started_module', 'completed_course', 'unenrolled')
  AND (action_type <> 'enrolled' OR target_type IN ('course', 'cohort'))
GROUP BY 1, 2, 3, 4, 5
ORDER BY 1, 2, 3, 4, 5
