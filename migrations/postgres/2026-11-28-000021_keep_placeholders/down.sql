DROP TRIGGER user_keep_placeholder ON "user";
DROP FUNCTION rollbook_keep_placeholder();
