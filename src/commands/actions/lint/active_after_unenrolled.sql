-- Actions in an enrollment that had ended, by the time of its last enrolled and unenrolled action before.
-- The casts keep SQLite from reading the log in the order of an index, which looks up each row.
-- $1: now. $2: how many actions of one user in one second are too many. $3: how many examples to return.
WITH parameter AS (SELECT $1 AS now, $2 AS too_many)
SELECT id, user_id, occurred_at, count(*) OVER () AS found
FROM (
  SELECT id, user_id, occurred_at
  FROM (
    SELECT id, user_id, occurred_at, action_type,
      max(CASE WHEN action_type = 'unenrolled' THEN occurred_at END) OVER (
        PARTITION BY CAST(user_id AS text), enrollment_id ORDER BY occurred_at
        GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS last_unenrolled_at,
      max(CASE WHEN action_type = 'enrolled' THEN occurred_at END) OVER (
        PARTITION BY CAST(user_id AS text), enrollment_id ORDER BY occurred_at) AS last_enrolled_at
    FROM user_action
    WHERE enrollment_id IN (SELECT enrollment_id FROM user_action WHERE action_type = 'unenrolled')) AS action
  WHERE action_type NOT IN ('enrolled', 'unenrolled') AND last_unenrolled_at IS NOT NULL
    AND (last_enrolled_at IS NULL OR last_enrolled_at < last_unenrolled_at)) AS suspect
ORDER BY occurred_at, id
LIMIT $3
