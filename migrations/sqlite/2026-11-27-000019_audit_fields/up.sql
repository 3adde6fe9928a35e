-- Changes of emails, names, origins, pictures and notes that other programs make with SQL are in the audit trail, too, not
-- only changes of roles and stages. Of a user, an event has the fields that have changed, and the roles:
-- any event tells what they were at a time.
DROP TRIGGER user_roles_audit;
CREATE TRIGGER user_changed_audit AFTER UPDATE OF roles, email, name, origin, profile_img ON "user"
WHEN (OLD.roles, OLD.email, OLD.name, OLD.origin, OLD.profile_img) IS NOT (NEW.roles, NEW.email, NEW.name, NEW.origin, NEW.profile_img)
  AND NOT EXISTS (SELECT 1 FROM current_operation)
BEGIN
  INSERT INTO audit_event (actor, verb, subject_kind, subject_id, before, after)
  VALUES ('sql', 'sql', 'user', NEW.id,
    json_remove(json_object('roles', json(OLD.roles), 'email', OLD.email, 'name', OLD.name, 'origin', OLD.origin, 'profile_img', OLD.profile_img),
      iif(OLD.email IS NEW.email, '$.email', '$.x'),
      iif(OLD.name IS NEW.name, '$.name', '$.x'),
      iif(OLD.origin IS NEW.origin, '$.origin', '$.x'),
      iif(OLD.profile_img IS NEW.profile_img, '$.profile_img', '$.x')),
    json_remove(json_object('roles', json(NEW.roles), 'email', NEW.email, 'name', NEW.name, 'origin', NEW.origin, 'profile_img', NEW.profile_img),
      iif(OLD.email IS NEW.email, '$.email', '$.x'),
      iif(OLD.name IS NEW.name, '$.name', '$.x'),
      iif(OLD.origin IS NEW.origin, '$.origin', '$.x'),
      iif(OLD.profile_img IS NEW.profile_img, '$.profile_img', '$.x')));
END;

DROP TRIGGER champion_stage_audit;
CREATE TRIGGER champion_changed_audit AFTER UPDATE OF stage, notes, user_id, cohort_id ON champion
WHEN (OLD.stage, OLD.notes, OLD.user_id, OLD.cohort_id) IS NOT (NEW.stage, NEW.notes, NEW.user_id, NEW.cohort_id)
  AND NOT EXISTS (SELECT 1 FROM current_operation)
BEGIN
  INSERT INTO audit_event (actor, verb, subject_kind, subject_id, before, after)
  VALUES ('sql', 'sql', 'champion', NEW.id, json_object('id', OLD.id, 'user_id', OLD.user_id, 'cohort_id', OLD.cohort_id, 'stage', OLD.stage, 'notes', OLD.notes,
    'selected_at', OLD.selected_at, 'became_champion_at', OLD.became_champion_at, 'created_at', OLD.created_at), json_object('id', NEW.id, 'user_id', NEW.user_id, 'cohort_id', NEW.cohort_id, 'stage', NEW.stage, 'notes', NEW.notes,
    'selected_at', NEW.selected_at, 'became_champion_at', NEW.became_champion_at, 'created_at', NEW.created_at));
END;
