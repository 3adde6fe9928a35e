DROP TRIGGER user_action_no_change ON user_action;
CREATE TRIGGER user_action_no_change BEFORE UPDATE OR DELETE ON user_action
  FOR EACH ROW EXECUTE FUNCTION rollbook_refuse_change();
ALTER TABLE user_action ENABLE ALWAYS TRIGGER user_action_no_change;

DROP TRIGGER audit_event_no_change ON audit_event;
CREATE TRIGGER audit_event_no_change BEFORE UPDATE OR DELETE ON audit_event
  FOR EACH ROW EXECUTE FUNCTION rollbook_refuse_change();
ALTER TABLE audit_event ENABLE ALWAYS TRIGGER audit_event_no_change;

DROP FUNCTION rollbook_guard_user_action();
DROP FUNCTION rollbook_guard_audit_event();
