DROP TRIGGER user_added_audit ON "user";
DROP TRIGGER user_roles_audit ON "user";
DROP TRIGGER user_deleted_audit ON "user";
DROP FUNCTION rollbook_audit_user();
DROP TRIGGER champion_added_audit ON champion;
DROP TRIGGER champion_stage_audit ON champion;
DROP TRIGGER champion_deleted_audit ON champion;
DROP FUNCTION rollbook_audit_champion();
