DROP TRIGGER user_keep_placeholder;
