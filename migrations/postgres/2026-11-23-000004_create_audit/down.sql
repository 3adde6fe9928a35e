DROP TABLE audit_event;
DROP TABLE import_run;
