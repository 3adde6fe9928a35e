-- "ROLL" identifies the file as a rollbook database, so that another program's file is never migrated by mistake.
PRAGMA application_id = 0x524F4C4C;

-- Timestamps are TEXT of fixed width (2026-03-04T14:22:00.000000Z), so that text order is time order. GLOB checks the
-- separators; date() accepts only digits between them and, with '+0 days', returns the normalized day, which is
-- compared with the given one (IS is false for NULL): this rejects February 30 and hour 24. The fraction is checked
-- only by GLOB, since some versions of SQLite round it.
--
-- roles is JSON text in one form only: enum order, no duplicates, no spaces. The check rebuilds the text and
-- compares, which rejects everything else.
CREATE TABLE "user" (
  id TEXT NOT NULL PRIMARY KEY
    CONSTRAINT user_id_check CHECK (
      length(CAST(id AS BLOB)) BETWEEN 1 AND 512 AND id NOT LIKE '% %' AND id NOT LIKE '%@%'),
  email TEXT NOT NULL CONSTRAINT user_email_check CHECK (
    email LIKE '_%@_%' AND email NOT LIKE '%@%@%' AND email NOT LIKE '% %'),
  name TEXT NOT NULL CONSTRAINT user_name_check CHECK (name <> ''),
  origin TEXT NOT NULL CONSTRAINT user_origin_check CHECK (origin <> ''),
  profile_img TEXT CONSTRAINT user_profile_img_check CHECK (profile_img <> ''),
  roles TEXT NOT NULL DEFAULT '[]'
    CONSTRAINT user_roles_check CHECK (
      roles = '[' || substr(
        CASE WHEN instr(roles, '"student"') THEN ',"student"' ELSE '' END ||
        CASE WHEN instr(roles, '"teacher"') THEN ',"teacher"' ELSE '' END ||
        CASE WHEN instr(roles, '"admin"') THEN ',"admin"' ELSE '' END ||
        CASE WHEN instr(roles, '"champion"') THEN ',"champion"' ELSE '' END ||
        CASE WHEN instr(roles, '"superadmin"') THEN ',"superadmin"' ELSE '' END, 2) || ']'
    ),
  created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z')
    CONSTRAINT user_created_at_check CHECK (
      created_at GLOB '????-??-??T??:??:??.[0-9][0-9][0-9][0-9][0-9][0-9]Z'
      AND date(substr(created_at, 1, 19), '+0 days') IS substr(created_at, 1, 10) AND created_at >= '0001'),
  -- Set if the user was erased or merged: the row remains as a placeholder, since the log refers to it.
  erased_at TEXT
    CONSTRAINT user_erased_at_check CHECK (
      erased_at GLOB '????-??-??T??:??:??.[0-9][0-9][0-9][0-9][0-9][0-9]Z'
      AND date(substr(erased_at, 1, 19), '+0 days') IS substr(erased_at, 1, 10) AND erased_at >= '0001'),
  merged_into TEXT REFERENCES "user" (id)
    CONSTRAINT user_merged_into_check CHECK (merged_into IS NULL OR merged_into <> id AND erased_at IS NOT NULL)
) STRICT;

-- lower() folds only ASCII letters here and under PostgreSQL's "C" collation: both engines treat the same emails as
-- equal.
CREATE UNIQUE INDEX user_email_unique ON "user" (lower(email));

-- To find the users merged into a user: a merge, an export and an erasure include them.
CREATE INDEX user_merged_into ON "user" (merged_into) WHERE merged_into IS NOT NULL;
