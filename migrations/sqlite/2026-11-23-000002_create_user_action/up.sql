-- Each check runs for each row of an import; together they once took most of its time. Enums are therefore checked
-- with CASE, since SQLite builds an index for the list of IN each time a statement runs. An object is recognized by
-- its first character, since json_valid has already parsed the text.
CREATE TABLE user_action (
  position INTEGER NOT NULL PRIMARY KEY,
  id TEXT NOT NULL
    CONSTRAINT user_action_id_check CHECK (
      length(CAST(id AS BLOB)) BETWEEN 1 AND 512),
  user_id TEXT NOT NULL REFERENCES "user" (id),
  enrollment_id TEXT CONSTRAINT user_action_enrollment_id_check CHECK (enrollment_id <> ''),
  action_type TEXT NOT NULL
    CONSTRAINT user_action_action_type_check CHECK (
      CASE action_type WHEN 'enrolled' THEN 1 WHEN 'viewed_module' THEN 1 WHEN 'started_module' THEN 1
        WHEN 'completed_module' THEN 1 WHEN 'answered_question' THEN 1 WHEN 'posted_thread' THEN 1
        WHEN 'posted_reply' THEN 1 WHEN 'completed_course' THEN 1 WHEN 'unenrolled' THEN 1 ELSE 0 END),
  target_type TEXT NOT NULL
    CONSTRAINT user_action_target_type_check CHECK (
      CASE target_type WHEN 'module' THEN 1 WHEN 'content_block' THEN 1 WHEN 'question' THEN 1 WHEN 'course' THEN 1
        WHEN 'cohort' THEN 1 WHEN 'forum' THEN 1 WHEN 'thread' THEN 1 WHEN 'post' THEN 1 ELSE 0 END),
  target_id TEXT NOT NULL CONSTRAINT user_action_target_id_check CHECK (target_id <> ''),
  metadata TEXT NOT NULL DEFAULT '{}'
    CONSTRAINT user_action_metadata_check CHECK (json_valid(metadata) AND metadata >= '{' AND metadata < '|'),
  source_system TEXT
    CONSTRAINT user_action_source_system_check CHECK (
      CASE source_system WHEN 'webhook' THEN 1 WHEN 'app' THEN 1 WHEN 'stripe' THEN 1 WHEN 'segment' THEN 1
        WHEN 'manual' THEN 1 WHEN 'cron_worker' THEN 1 ELSE source_system IS NULL END),
  source_event_id TEXT
    CONSTRAINT user_action_source_event_id_check CHECK (
      source_event_id IS NULL
      OR source_system IS NOT NULL AND (length(CAST(source_event_id AS BLOB)) BETWEEN 1 AND 512)),
  idempotency_key TEXT
    CONSTRAINT user_action_idempotency_key_check CHECK (
      length(CAST(idempotency_key AS BLOB)) BETWEEN 1 AND 512),
  occurred_at TEXT NOT NULL
    CONSTRAINT user_action_occurred_at_check CHECK (
      occurred_at GLOB '????-??-??T??:??:??.[0-9][0-9][0-9][0-9][0-9][0-9]Z'
      AND date(substr(occurred_at, 1, 19), '+0 days') IS substr(occurred_at, 1, 10) AND occurred_at >= '0001'),
  recorded_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z')
    CONSTRAINT user_action_recorded_at_check CHECK (
      recorded_at GLOB '????-??-??T??:??:??.[0-9][0-9][0-9][0-9][0-9][0-9]Z'
      AND date(substr(recorded_at, 1, 19), '+0 days') IS substr(recorded_at, 1, 10) AND recorded_at >= '0001')
) STRICT;

CREATE UNIQUE INDEX user_action_id_unique ON user_action (id);

CREATE UNIQUE INDEX user_action_source_event_unique ON user_action (source_system, source_event_id)
  WHERE source_system IS NOT NULL AND source_event_id IS NOT NULL;

CREATE UNIQUE INDEX user_action_idempotency_key_unique ON user_action (idempotency_key)
  WHERE idempotency_key IS NOT NULL;

-- For actions list, which pages along this index, newest first; without it, each page sorts the whole log. Measured
-- cost for an import of one million rows into an empty log: on SQLite 25 % more time for rows in time order and 40 %
-- for others (on PostgreSQL 3 % and 8 %), and 42 MB.
CREATE INDEX user_action_occurred_at ON user_action (occurred_at, position);

-- For the actions of one user in time order: actions list --user, users export, last activity. Measured cost for an
-- import of one million rows into an empty log: on SQLite 11 % more time (on PostgreSQL not measurable), and 50 MB.
CREATE INDEX user_action_user ON user_action (user_id, occurred_at, position);

CREATE TRIGGER user_action_no_update BEFORE UPDATE ON user_action
BEGIN
  SELECT RAISE(ABORT, 'user_action is append-only: UPDATE is refused');
END;

-- INSERT OR REPLACE fires this trigger only with PRAGMA recursive_triggers = ON. Rollbook sets it on each connection;
-- other programs must set it too.
CREATE TRIGGER user_action_no_delete BEFORE DELETE ON user_action
BEGIN
  SELECT RAISE(ABORT, 'user_action is append-only: DELETE is refused');
END;
