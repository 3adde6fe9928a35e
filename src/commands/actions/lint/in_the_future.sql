-- Actions that have not happened yet.
-- $1: now. $2: how many actions of one user in one second are too many. $3: how many examples to return.
WITH parameter AS (SELECT $1 AS now, $2 AS too_many)
SELECT id, user_id, occurred_at, count(*) OVER () AS found
FROM (
  SELECT id, user_id, occurred_at FROM user_action WHERE occurred_at > $1) AS suspect
ORDER BY occurred_at, id
LIMIT $3
