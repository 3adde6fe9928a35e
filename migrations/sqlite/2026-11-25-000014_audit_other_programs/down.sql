DROP TRIGGER user_added_audit;
DROP TRIGGER user_roles_audit;
DROP TRIGGER user_deleted_audit;
DROP TRIGGER champion_added_audit;
DROP TRIGGER champion_stage_audit;
DROP TRIGGER champion_deleted_audit;
DROP TABLE current_operation;
