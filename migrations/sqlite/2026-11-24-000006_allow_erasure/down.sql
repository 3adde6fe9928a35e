DROP TRIGGER user_action_no_update;
CREATE TRIGGER user_action_no_update BEFORE UPDATE ON user_action
BEGIN
  SELECT RAISE(ABORT, 'user_action is append-only: UPDATE is refused');
END;

DROP TRIGGER audit_event_no_update;
CREATE TRIGGER audit_event_no_update BEFORE UPDATE ON audit_event
BEGIN
  SELECT RAISE(ABORT, 'audit_event is append-only: UPDATE is refused');
END;
