-- The import history: one row per file of an import, including imports that were rolled back.
CREATE TABLE import_run (
  id TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL CONSTRAINT import_run_kind_check CHECK (kind IN ('users', 'actions', 'champions')),
  file_name TEXT NOT NULL,
  file_sha256 TEXT
    CONSTRAINT import_run_file_sha256_check CHECK (length(file_sha256) = 64 AND file_sha256 NOT GLOB '*[^0-9a-f]*'),
  options TEXT NOT NULL DEFAULT '{}'
    CONSTRAINT import_run_options_check CHECK (json_valid(options) AND json_type(options) = 'object'),
  actor TEXT NOT NULL,
  started_at TEXT NOT NULL,
  finished_at TEXT NOT NULL,
  outcome TEXT NOT NULL
    CONSTRAINT import_run_outcome_check CHECK (outcome IN ('committed', 'partial', 'refused', 'failed')),
  reason TEXT,
  inserted INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  replay INTEGER NOT NULL,
  conflict INTEGER NOT NULL,
  rejected INTEGER NOT NULL,
  CONSTRAINT import_run_times_check CHECK (started_at <= finished_at)
) STRICT;

-- To find earlier imports of the same file.
CREATE INDEX import_run_file ON import_run (file_sha256);

-- The audit trail: one row per change of a user, a role or a champion record and per import, written in the
-- transaction of the change; and one row per refused attempt.
CREATE TABLE audit_event (
  position INTEGER NOT NULL PRIMARY KEY,
  at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z')
    CONSTRAINT audit_event_at_check CHECK (
      at GLOB '????-??-??T??:??:??.[0-9][0-9][0-9][0-9][0-9][0-9]Z'
      AND date(substr(at, 1, 19), '+0 days') IS substr(at, 1, 10) AND at >= '0001'),
  actor TEXT NOT NULL,
  verb TEXT NOT NULL,
  subject_kind TEXT NOT NULL
    CONSTRAINT audit_event_subject_kind_check CHECK (subject_kind IN ('user', 'champion', 'import')),
  subject_id TEXT NOT NULL,
  before TEXT CONSTRAINT audit_event_before_check CHECK (before IS NULL OR json_valid(before)),
  after TEXT CONSTRAINT audit_event_after_check CHECK (after IS NULL OR json_valid(after)),
  import_run_id TEXT REFERENCES import_run (id) DEFERRABLE INITIALLY DEFERRED,
  -- Why the attempt was refused; NULL if the change was made.
  refusal TEXT
) STRICT;

CREATE INDEX audit_event_subject ON audit_event (subject_kind, subject_id, position);

CREATE TRIGGER audit_event_no_update BEFORE UPDATE ON audit_event
BEGIN
  SELECT RAISE(ABORT, 'audit_event is append-only: UPDATE is refused');
END;

CREATE TRIGGER audit_event_no_delete BEFORE DELETE ON audit_event
BEGIN
  SELECT RAISE(ABORT, 'audit_event is append-only: DELETE is refused');
END;
