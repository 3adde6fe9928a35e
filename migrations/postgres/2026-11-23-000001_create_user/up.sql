-- Text is compared by bytes (COLLATE "C") everywhere: the order is the same as SQLite's and no index depends on the
-- machine's locale. A timestamp is finite and has a year of four digits, so that it can be printed.
--
-- roles has one form only: enum order, no duplicates. The check rebuilds the array and compares.
CREATE TABLE "user" (
  id text COLLATE "C" PRIMARY KEY
    CONSTRAINT user_id_check CHECK (
      octet_length(id) BETWEEN 1 AND 512 AND id NOT LIKE '% %' AND id NOT LIKE '%@%'),
  email text COLLATE "C" NOT NULL CONSTRAINT user_email_check CHECK (
    email LIKE '_%@_%' AND email NOT LIKE '%@%@%' AND email NOT LIKE '% %'),
  name text COLLATE "C" NOT NULL CONSTRAINT user_name_check CHECK (name <> ''),
  origin text COLLATE "C" NOT NULL CONSTRAINT user_origin_check CHECK (origin <> ''),
  profile_img text COLLATE "C" CONSTRAINT user_profile_img_check CHECK (profile_img <> ''),
  roles text[] NOT NULL DEFAULT '{}'
    CONSTRAINT user_roles_check CHECK (
      roles = array_remove(ARRAY[
        CASE WHEN 'student' = ANY (roles) THEN 'student' END,
        CASE WHEN 'teacher' = ANY (roles) THEN 'teacher' END,
        CASE WHEN 'admin' = ANY (roles) THEN 'admin' END,
        CASE WHEN 'champion' = ANY (roles) THEN 'champion' END,
        CASE WHEN 'superadmin' = ANY (roles) THEN 'superadmin' END], NULL)),
  created_at timestamptz NOT NULL DEFAULT now()
    CONSTRAINT user_created_at_check CHECK (created_at >= '0001-01-01Z' AND created_at < '10000-01-01Z'),
  -- Set if the user was erased or merged: the row remains as a placeholder, since the log refers to it.
  erased_at timestamptz
    CONSTRAINT user_erased_at_check CHECK (erased_at >= '0001-01-01Z' AND erased_at < '10000-01-01Z'),
  merged_into text COLLATE "C" REFERENCES "user" (id)
    CONSTRAINT user_merged_into_check CHECK (merged_into IS NULL OR merged_into <> id AND erased_at IS NOT NULL)
);

-- lower() folds only ASCII letters under "C" and on SQLite: both engines treat the same emails as equal.
CREATE UNIQUE INDEX user_email_unique ON "user" (lower(email));

-- To find the users merged into a user: a merge, an export and an erasure include them.
CREATE INDEX user_merged_into ON "user" (merged_into) WHERE merged_into IS NOT NULL;
