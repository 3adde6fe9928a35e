CREATE TABLE champion (
  id TEXT NOT NULL PRIMARY KEY
    CONSTRAINT champion_id_check CHECK (length(CAST(id AS BLOB)) BETWEEN 1 AND 512),
  user_id TEXT NOT NULL REFERENCES "user" (id),
  cohort_id TEXT CONSTRAINT champion_cohort_id_check CHECK (cohort_id <> ''),
  stage TEXT NOT NULL
    CONSTRAINT champion_stage_check CHECK (stage IN ('candidate', 'selected', 'champion', 'alumni')),
  notes TEXT CONSTRAINT champion_notes_check CHECK (notes <> ''),
  selected_at TEXT
    CONSTRAINT champion_selected_at_check CHECK (
      selected_at GLOB '????-??-??T??:??:??.[0-9][0-9][0-9][0-9][0-9][0-9]Z'
      AND date(substr(selected_at, 1, 19), '+0 days') IS substr(selected_at, 1, 10) AND selected_at >= '0001'),
  became_champion_at TEXT
    CONSTRAINT champion_became_champion_at_check CHECK (
      became_champion_at GLOB '????-??-??T??:??:??.[0-9][0-9][0-9][0-9][0-9][0-9]Z'
      AND date(substr(became_champion_at, 1, 19), '+0 days') IS substr(became_champion_at, 1, 10) AND became_champion_at >= '0001'),
  created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z')
    CONSTRAINT champion_created_at_check CHECK (
      created_at GLOB '????-??-??T??:??:??.[0-9][0-9][0-9][0-9][0-9][0-9]Z'
      AND date(substr(created_at, 1, 19), '+0 days') IS substr(created_at, 1, 10) AND created_at >= '0001'),
  -- Each stage has the timestamps of the steps up to it and no others, in time order.
  CONSTRAINT champion_stage_times_check CHECK (
    CASE stage
      WHEN 'candidate' THEN selected_at IS NULL AND became_champion_at IS NULL
      WHEN 'selected' THEN selected_at IS NOT NULL AND became_champion_at IS NULL
      ELSE selected_at IS NOT NULL AND became_champion_at IS NOT NULL AND selected_at <= became_champion_at
    END)
) STRICT;

-- At most one record that is not alumni per user and cohort; global records (without a cohort) count as one cohort.
CREATE UNIQUE INDEX champion_open_unique ON champion (user_id, coalesce(cohort_id, '')) WHERE stage <> 'alumni';
