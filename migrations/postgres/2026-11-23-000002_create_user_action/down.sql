DROP TABLE user_action;
DROP FUNCTION rollbook_refuse_change();
