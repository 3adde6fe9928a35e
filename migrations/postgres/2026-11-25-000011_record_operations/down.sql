ALTER TABLE audit_event DROP COLUMN reason, DROP COLUMN operation_id;
DROP TABLE operation;
