-- Modules that a user completed before starting them for the first time.
-- CROSS JOIN and the casts keep SQLite from looking up the actions of each user: it reads the log in its own order.
-- $1: now. $2: how many actions of one user in one second are too many. $3: how many examples to return.
WITH parameter AS (SELECT $1 AS now, $2 AS too_many)
SELECT id, user_id, occurred_at, count(*) OVER () AS found
FROM (
  SELECT action.id, action.user_id, action.occurred_at
  FROM user_action action
  CROSS JOIN (
    SELECT CAST(user_id AS text) AS user_id, target_type, target_id, min(occurred_at) AS occurred_at
    FROM user_action
    WHERE action_type = 'started_module'
    GROUP BY CAST(user_id AS text), target_type, target_id) AS first_action
  WHERE action_type = 'completed_module' AND first_action.user_id = action.user_id
    AND first_action.target_type = action.target_type AND first_action.target_id = action.target_id
    AND action.occurred_at < first_action.occurred_at) AS suspect
ORDER BY occurred_at, id
LIMIT $3
