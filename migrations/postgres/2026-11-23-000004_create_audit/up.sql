-- The import history: one row per file of an import, including imports that were rolled back.
CREATE TABLE import_run (
  id text COLLATE "C" PRIMARY KEY,
  kind text COLLATE "C" NOT NULL
    CONSTRAINT import_run_kind_check CHECK (kind IN ('users', 'actions', 'champions')),
  file_name text COLLATE "C" NOT NULL,
  file_sha256 text COLLATE "C"
    CONSTRAINT import_run_file_sha256_check CHECK (file_sha256 ~ '^[0-9a-f]{64}$'),
  options jsonb NOT NULL DEFAULT '{}'
    CONSTRAINT import_run_options_check CHECK (jsonb_typeof(options) = 'object'),
  actor text COLLATE "C" NOT NULL,
  started_at timestamptz NOT NULL,
  finished_at timestamptz NOT NULL,
  outcome text COLLATE "C" NOT NULL
    CONSTRAINT import_run_outcome_check CHECK (outcome IN ('committed', 'partial', 'refused', 'failed')),
  reason text COLLATE "C",
  inserted bigint NOT NULL,
  updated bigint NOT NULL,
  replay bigint NOT NULL,
  conflict bigint NOT NULL,
  rejected bigint NOT NULL,
  CONSTRAINT import_run_times_check CHECK (started_at <= finished_at)
);

-- To find earlier imports of the same file.
CREATE INDEX import_run_file ON import_run (file_sha256);

-- The audit trail: one row per change of a user, a role or a champion record and per import, written in the
-- transaction of the change; and one row per refused attempt.
CREATE TABLE audit_event (
  position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- Not now(), the start of the transaction: a change that waited for a lock would have an earlier time than the
  -- change that it waited for.
  at timestamptz NOT NULL DEFAULT clock_timestamp()
    CONSTRAINT audit_event_at_check CHECK (at >= '0001-01-01Z' AND at < '10000-01-01Z'),
  actor text COLLATE "C" NOT NULL,
  verb text COLLATE "C" NOT NULL,
  subject_kind text COLLATE "C" NOT NULL
    CONSTRAINT audit_event_subject_kind_check CHECK (subject_kind IN ('user', 'champion', 'import')),
  subject_id text COLLATE "C" NOT NULL,
  before jsonb,
  after jsonb,
  import_run_id text COLLATE "C" REFERENCES import_run (id) DEFERRABLE INITIALLY DEFERRED,
  -- Why the attempt was refused; NULL if the change was made.
  refusal text COLLATE "C"
);

CREATE INDEX audit_event_subject ON audit_event (subject_kind, subject_id, position);

CREATE TRIGGER audit_event_no_change BEFORE UPDATE OR DELETE ON audit_event
  FOR EACH ROW EXECUTE FUNCTION rollbook_refuse_change();
CREATE TRIGGER audit_event_no_truncate BEFORE TRUNCATE ON audit_event
  FOR EACH STATEMENT EXECUTE FUNCTION rollbook_refuse_change();
ALTER TABLE audit_event ENABLE ALWAYS TRIGGER audit_event_no_change;
ALTER TABLE audit_event ENABLE ALWAYS TRIGGER audit_event_no_truncate;
