-- Users who did more in a second than a person does: the action that came so many before is of the same second.
-- $1: now. $2: how many actions of one user in one second are too many. $3: how many examples to return.
WITH parameter AS (SELECT $1 AS now, $2 AS too_many)
SELECT id, user_id, occurred_at, count(*) OVER () AS found
FROM (
  SELECT min(id) AS id, action.user_id, action.occurred_at
  FROM (
    SELECT user_id, min(earlier) AS first
    FROM (
      SELECT user_id, occurred_at,
        lag(occurred_at, CAST($2 - 1 AS integer)) OVER (PARTITION BY user_id ORDER BY occurred_at, position) AS earlier
      FROM user_action) AS following
    WHERE substr(earlier, 1, 19) = substr(occurred_at, 1, 19)
    GROUP BY user_id, substr(occurred_at, 1, 19)) AS busy_second
  CROSS JOIN user_action action
  WHERE action.user_id = busy_second.user_id AND action.occurred_at = busy_second.first
  GROUP BY action.user_id, action.occurred_at) AS suspect
ORDER BY occurred_at, id
LIMIT $3
