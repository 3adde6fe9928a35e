-- On PostgreSQL, this keeps other roles from running the trigger functions, and a restored audit trail from hiding changes of
-- users in the feed. SQLite has neither roles nor functions, and its positions are in commit order.
SELECT 1;
