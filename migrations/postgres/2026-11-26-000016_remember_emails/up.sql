-- Addresses by which a person was known before: of merged and erased people, and those that were added by hand. What an
-- address is found by is its keyed hash; the address itself is kept only while the person is.
CREATE TABLE former_email (
  digest text COLLATE "C" NOT NULL PRIMARY KEY CONSTRAINT former_email_digest_check CHECK (length(digest) = 64),
  user_id text COLLATE "C" NOT NULL REFERENCES "user" (id),
  email text COLLATE "C" CONSTRAINT former_email_email_check CHECK (email = lower(email)),
  added_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX former_email_user ON former_email (user_id);

-- The key of the hashes. It stays in the database: with the key and the hashes alone, an address can be tried, not read.
CREATE TABLE hash_key (
  name text COLLATE "C" NOT NULL PRIMARY KEY,
  value text COLLATE "C" NOT NULL CONSTRAINT hash_key_value_check CHECK (length(value) = 64)
);
