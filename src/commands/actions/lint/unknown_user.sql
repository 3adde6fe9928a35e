-- Actions of users who do not exist: another program wrote them without foreign keys.
-- $1: now. $2: how many actions of one user in one second are too many. $3: how many examples to return.
WITH parameter AS (SELECT $1 AS now, $2 AS too_many)
SELECT id, user_id, occurred_at, count(*) OVER () AS found
FROM (
  SELECT id, user_id, occurred_at
  FROM user_action
  WHERE NOT EXISTS (SELECT 1 FROM "user" WHERE "user".id = user_action.user_id)) AS suspect
ORDER BY occurred_at, id
LIMIT $3
