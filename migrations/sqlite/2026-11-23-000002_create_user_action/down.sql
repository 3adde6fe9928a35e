DROP TABLE user_action;
