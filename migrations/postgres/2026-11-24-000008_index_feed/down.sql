DROP INDEX user_action_feed;
