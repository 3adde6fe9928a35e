-- The roles that a user had at a time: after the last change up to the time, else before the first change after it, else
-- the roles of now, for a user whose roles the audit trail does not know. NULL for a user who did not exist yet.
-- $1, twice: the time. It is one expression of a query on "user".
(SELECT CASE WHEN NOT EXISTS (SELECT
  FROM audit_event WHERE subject_kind = 'user'
  AND subject_id = "user".id
  AND refusal IS NULL AND (before -> 'roles' IS NOT NULL OR after -> 'roles' IS NOT NULL)) THEN "user".roles
  WHEN known.roles IS NOT NULL THEN ARRAY(SELECT jsonb_array_elements_text(known.roles)) END
  FROM (SELECT coalesce((SELECT after -> 'roles'
  FROM audit_event WHERE subject_kind = 'user'
  AND subject_id = "user".id
  AND refusal IS NULL AND after -> 'roles' IS NOT NULL AND at <= $1
  ORDER BY position DESC LIMIT 1),
  (SELECT before -> 'roles'
  FROM audit_event WHERE subject_kind = 'user'
  AND subject_id = "user".id
  AND refusal IS NULL AND (before -> 'roles' IS NOT NULL OR after -> 'roles' IS NOT NULL) AND at > $1
  ORDER BY position LIMIT 1)) AS roles) AS known)
