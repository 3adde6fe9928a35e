-- Addresses by which a person was known before: of merged and erased people, and those that were added by hand. What an
-- address is found by is its keyed hash; the address itself is kept only while the person is.
CREATE TABLE former_email (
  digest TEXT NOT NULL PRIMARY KEY CONSTRAINT former_email_digest_check CHECK (length(digest) = 64),
  user_id TEXT NOT NULL REFERENCES "user" (id),
  email TEXT CONSTRAINT former_email_email_check CHECK (email = lower(email)),
  added_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z')
) STRICT;
CREATE INDEX former_email_user ON former_email (user_id);

-- The key of the hashes. It stays in the database: with the key and the hashes alone, an address can be tried, not read.
CREATE TABLE hash_key (
  name TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL CONSTRAINT hash_key_value_check CHECK (length(value) = 64)
) STRICT;
