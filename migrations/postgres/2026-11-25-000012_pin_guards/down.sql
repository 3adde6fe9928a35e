ALTER TABLE champion ENABLE TRIGGER champion_steps;
ALTER TABLE champion ENABLE TRIGGER champion_withdrawals;
ALTER FUNCTION rollbook_guard_user_action() RESET search_path;
ALTER FUNCTION rollbook_guard_audit_event() RESET search_path;
ALTER FUNCTION rollbook_guard_champion() RESET search_path;
ALTER FUNCTION rollbook_refuse_change() RESET search_path;
