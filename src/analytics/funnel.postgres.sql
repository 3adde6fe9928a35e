-- When each user took each step of a funnel, NULL for one that was not taken.
-- $1, $2: the span in which the first step is taken; NULL for one without that end: a condition on it would have PostgreSQL expect
-- few users, and sort. $3 to $11: the types of action, NULL after the last step.
-- The log is read once a step, in its own order: looking up the actions of each user takes ten times as long. CROSS JOIN and the
-- casts keep PostgreSQL from doing so; a step without a type reads nothing.
WITH s1 AS (
  SELECT CAST(user_id AS text) AS user_id, min(occurred_at) AS t FROM user_action
  WHERE action_type = $3
  GROUP BY CAST(user_id AS text)
  HAVING ($1 IS NULL OR min(occurred_at) >= $1) AND ($2 IS NULL OR min(occurred_at) < $2)), s2 AS (
  SELECT CAST(a.user_id AS text) AS user_id, min(a.occurred_at) AS t FROM user_action a CROSS JOIN s1
  WHERE $4 IS NOT NULL AND a.action_type = $4 AND a.user_id = s1.user_id AND a.occurred_at >= s1.t
  GROUP BY CAST(a.user_id AS text)), s3 AS (
  SELECT CAST(a.user_id AS text) AS user_id, min(a.occurred_at) AS t FROM user_action a CROSS JOIN s2
  WHERE $5 IS NOT NULL AND a.action_type = $5 AND a.user_id = s2.user_id AND a.occurred_at >= s2.t
  GROUP BY CAST(a.user_id AS text)), s4 AS (
  SELECT CAST(a.user_id AS text) AS user_id, min(a.occurred_at) AS t FROM user_action a CROSS JOIN s3
  WHERE $6 IS NOT NULL AND a.action_type = $6 AND a.user_id = s3.user_id AND a.occurred_at >= s3.t
  GROUP BY CAST(a.user_id AS text)), s5 AS (
  SELECT CAST(a.user_id AS text) AS user_id, min(a.occurred_at) AS t FROM user_action a CROSS JOIN s4
  WHERE $7 IS NOT NULL AND a.action_type = $7 AND a.user_id = s4.user_id AND a.occurred_at >= s4.t
  GROUP BY CAST(a.user_id AS text)), s6 AS (
  SELECT CAST(a.user_id AS text) AS user_id, min(a.occurred_at) AS t FROM user_action a CROSS JOIN s5
  WHERE $8 IS NOT NULL AND a.action_type = $8 AND a.user_id = s5.user_id AND a.occurred_at >= s5.t
  GROUP BY CAST(a.user_id AS text)), s7 AS (
  SELECT CAST(a.user_id AS text) AS user_id, min(a.occurred_at) AS t FROM user_action a CROSS JOIN s6
  WHERE $9 IS NOT NULL AND a.action_type = $9 AND a.user_id = s6.user_id AND a.occurred_at >= s6.t
  GROUP BY CAST(a.user_id AS text)), s8 AS (
  SELECT CAST(a.user_id AS text) AS user_id, min(a.occurred_at) AS t FROM user_action a CROSS JOIN s7
  WHERE $10 IS NOT NULL AND a.action_type = $10 AND a.user_id = s7.user_id AND a.occurred_at >= s7.t
  GROUP BY CAST(a.user_id AS text)), s9 AS (
  SELECT CAST(a.user_id AS text) AS user_id, min(a.occurred_at) AS t FROM user_action a CROSS JOIN s8
  WHERE $11 IS NOT NULL AND a.action_type = $11 AND a.user_id = s8.user_id AND a.occurred_at >= s8.t
  GROUP BY CAST(a.user_id AS text))
SELECT s1.user_id AS user_id, s1.t AS t0, s2.t AS t1, s3.t AS t2, s4.t AS t3, s5.t AS t4, s6.t AS t5, s7.t AS t6, s8.t AS t7, s9.t AS t8
FROM s1
LEFT JOIN s2 ON s2.user_id = s1.user_id
LEFT JOIN s3 ON s3.user_id = s1.user_id
LEFT JOIN s4 ON s4.user_id = s1.user_id
LEFT JOIN s5 ON s5.user_id = s1.user_id
LEFT JOIN s6 ON s6.user_id = s1.user_id
LEFT JOIN s7 ON s7.user_id = s1.user_id
LEFT JOIN s8 ON s8.user_id = s1.user_id
LEFT JOIN s9 ON s9.user_id = s1.user_id
