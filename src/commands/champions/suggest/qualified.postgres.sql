-- Users who did enough in a window of time and were not in the pipeline at its end, the best first.
-- $1, $2: start and end of the window. $3: the cohort, NULL for all users and the global pipeline.
-- $4 to $7: the least number of threads, replies, active days and completed modules or courses; 0 asks for none.
-- {counts} is the condition that an action counts for a criterion with a threshold. {active_days} is the number of active days, for
-- which the engines sort, or 0 if no threshold is on it.
-- $8: whether the end of the window is in the past. $9: the most rows to return.
-- SQLite numbers parameters by first appearance: `parameter` names all of them in order.
WITH parameter AS (SELECT $1 AS p1, $2 AS p2, $3 AS p3, $4 AS p4, $5 AS p5, $6 AS p6, $7 AS p7, $8 AS p8, $9 AS p9),
counted AS (
  SELECT user_id,
    count(CASE WHEN action_type = 'posted_thread' THEN 1 END) AS threads,
    count(CASE WHEN action_type = 'posted_reply' THEN 1 END) AS replies,
    {active_days} AS active_days,
    count(CASE WHEN action_type IN ('completed_module', 'completed_course') THEN 1 END) AS completed
  FROM user_action
  WHERE occurred_at >= $1 AND occurred_at < $2
    AND {counts}
    AND ($3 IS NULL OR user_id IN (
      SELECT user_id FROM user_action
      WHERE action_type = 'enrolled' AND target_type = 'cohort' AND target_id = $3))
  GROUP BY user_id
), scored AS (
  SELECT user_id, threads, replies, active_days, completed,
    CASE WHEN $4 > 0 THEN CAST(threads AS double precision) / $4 ELSE 0 END
    + CASE WHEN $5 > 0 THEN CAST(replies AS double precision) / $5 ELSE 0 END
    + CASE WHEN $6 > 0 THEN CAST(active_days AS double precision) / $6 ELSE 0 END
    + CASE WHEN $7 > 0 THEN CAST(completed AS double precision) / $7 ELSE 0 END AS score
  FROM counted
  WHERE threads >= $4 AND replies >= $5 AND active_days >= $6 AND completed >= $7
)
SELECT user_id, name, score, threads, replies, active_days, completed
FROM scored
JOIN "user" ON "user".id = scored.user_id AND "user".erased_at IS NULL
WHERE NOT EXISTS (
    SELECT 1 FROM champion
    WHERE champion.user_id = scored.user_id AND coalesce(cohort_id, '') = coalesce($3, '')
      AND CASE WHEN $8
        -- A record was open then: it existed, and became alumni later if at all.
        THEN champion.created_at < $2 AND (stage <> 'alumni' OR EXISTS (
          SELECT 1 FROM audit_event
          WHERE subject_kind = 'champion' AND subject_id = champion.id AND refusal IS NULL
            AND after ->> 'stage' = 'alumni' AND at >= $2))
        ELSE stage <> 'alumni' END)
  AND (NOT $8 OR NOT EXISTS (
    SELECT 1 FROM audit_event
    WHERE subject_kind = 'champion' AND verb = 'withdraw' AND refusal IS NULL AND at >= $2
      AND before ->> 'user_id' = scored.user_id AND coalesce(before ->> 'cohort_id', '') = coalesce($3, '')
      AND (before ->> 'created_at')::timestamptz < $2))
ORDER BY score DESC, user_id
LIMIT $9
