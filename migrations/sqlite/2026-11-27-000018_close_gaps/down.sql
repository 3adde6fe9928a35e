DROP TRIGGER champion_update_no_replace;
DROP TRIGGER champion_update_of_others;
DROP TRIGGER user_update_no_replace;
DROP TRIGGER user_update_of_others;
DROP TRIGGER champion_no_replace;
DROP TRIGGER champion_of_others;
DROP TRIGGER user_no_replace;
DROP TRIGGER user_of_others;
DROP TRIGGER audit_event_no_replace;
DROP TRIGGER audit_event_of_others;
DROP TRIGGER user_action_no_replace;
DROP TRIGGER user_action_of_others;
DROP TABLE insert_conflict;
-- Changes of the log that are recorded stay, and so does the condition that allows them.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, '''import'', ''log''))', '''import''))')
WHERE type = 'table' AND name = 'audit_event' AND NOT EXISTS (SELECT 1 FROM audit_event WHERE subject_kind = 'log');
PRAGMA writable_schema = RESET;
