DROP TRIGGER user_changed_audit;
CREATE TRIGGER user_roles_audit AFTER UPDATE OF roles ON "user"
WHEN OLD.roles <> NEW.roles AND NOT EXISTS (SELECT 1 FROM current_operation)
BEGIN
  INSERT INTO audit_event (actor, verb, subject_kind, subject_id, before, after)
  VALUES ('sql', 'sql', 'user', NEW.id, json_object('roles', json(OLD.roles)), json_object('roles', json(NEW.roles)));
END;

DROP TRIGGER champion_changed_audit;
CREATE TRIGGER champion_stage_audit AFTER UPDATE OF stage ON champion
WHEN OLD.stage <> NEW.stage AND NOT EXISTS (SELECT 1 FROM current_operation)
BEGIN
  INSERT INTO audit_event (actor, verb, subject_kind, subject_id, before, after)
  VALUES ('sql', 'sql', 'champion', NEW.id, json_object('id', OLD.id, 'user_id', OLD.user_id, 'cohort_id', OLD.cohort_id, 'stage', OLD.stage, 'notes', OLD.notes,
    'selected_at', OLD.selected_at, 'became_champion_at', OLD.became_champion_at, 'created_at', OLD.created_at), json_object('id', NEW.id, 'user_id', NEW.user_id, 'cohort_id', NEW.cohort_id, 'stage', NEW.stage, 'notes', NEW.notes,
    'selected_at', NEW.selected_at, 'became_champion_at', NEW.became_champion_at, 'created_at', NEW.created_at));
END;
