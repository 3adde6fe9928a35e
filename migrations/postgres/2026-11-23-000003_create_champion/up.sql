CREATE TABLE champion (
  id text COLLATE "C" PRIMARY KEY
    CONSTRAINT champion_id_check CHECK (octet_length(id) BETWEEN 1 AND 512),
  user_id text COLLATE "C" NOT NULL REFERENCES "user" (id),
  cohort_id text COLLATE "C" CONSTRAINT champion_cohort_id_check CHECK (cohort_id <> ''),
  stage text COLLATE "C" NOT NULL
    CONSTRAINT champion_stage_check CHECK (stage IN ('candidate', 'selected', 'champion', 'alumni')),
  notes text COLLATE "C" CONSTRAINT champion_notes_check CHECK (notes <> ''),
  selected_at timestamptz
    CONSTRAINT champion_selected_at_check CHECK (selected_at >= '0001-01-01Z' AND selected_at < '10000-01-01Z'),
  became_champion_at timestamptz
    CONSTRAINT champion_became_champion_at_check CHECK (
      became_champion_at >= '0001-01-01Z' AND became_champion_at < '10000-01-01Z'),
  created_at timestamptz NOT NULL DEFAULT now()
    CONSTRAINT champion_created_at_check CHECK (created_at >= '0001-01-01Z' AND created_at < '10000-01-01Z'),
  -- Each stage has the timestamps of the steps up to it and no others, in time order.
  CONSTRAINT champion_stage_times_check CHECK (
    CASE stage
      WHEN 'candidate' THEN selected_at IS NULL AND became_champion_at IS NULL
      WHEN 'selected' THEN selected_at IS NOT NULL AND became_champion_at IS NULL
      ELSE selected_at IS NOT NULL AND became_champion_at IS NOT NULL AND selected_at <= became_champion_at
    END)
);

-- At most one record that is not alumni per user and cohort; global records (without a cohort) count as one cohort.
CREATE UNIQUE INDEX champion_open_unique ON champion (user_id, coalesce(cohort_id, '')) WHERE stage <> 'alumni';
