-- Actions without their user, as one problem with its cure. It stands alone: a distributed log cannot be read beside catalogues.
SELECT format('actions of %s users refer to no user', count(DISTINCT user_id)) AS problem,
  'restore a backup, or remove the actions: rollbook check names them' AS cure
FROM user_action a
WHERE NOT EXISTS (SELECT FROM "user" u WHERE u.id = a.user_id)
HAVING count(*) > 0
