-- Users who did more in a second than a person does, with the first action of that second.
-- $1: now. $2: how many actions of one user in one second are too many. $3: how many examples to return.
WITH parameter AS (SELECT $1 AS now, $2 AS too_many)
SELECT id, user_id, occurred_at, count(*) OVER () AS found
FROM (
  SELECT min(id) AS id, action.user_id, action.occurred_at
  FROM (
    SELECT user_id, min(occurred_at) AS first
    FROM user_action
    GROUP BY user_id, date_trunc('second', occurred_at)
    HAVING count(*) >= $2) AS busy_second
  CROSS JOIN user_action action
  WHERE action.user_id = busy_second.user_id AND action.occurred_at = busy_second.first
  GROUP BY action.user_id, action.occurred_at) AS suspect
ORDER BY occurred_at, id
LIMIT $3
