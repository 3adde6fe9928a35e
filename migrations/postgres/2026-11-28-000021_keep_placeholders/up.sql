-- What is left of a person who was erased or merged stays so: another program that gives the row an address or a role again
-- would bring the person back, and what is imported for a merged one would be recorded for two.
DO $$
DECLARE
  home CONSTANT regnamespace := (SELECT relnamespace FROM pg_class WHERE oid = 'user_action'::regclass);
BEGIN
  CREATE FUNCTION rollbook_keep_placeholder() RETURNS trigger LANGUAGE plpgsql AS $guard$
  BEGIN
    RAISE EXCEPTION 'user % was erased or merged: its placeholder cannot be changed', OLD.id
      USING ERRCODE = 'restrict_violation';
  END
  $guard$;
  REVOKE ALL ON FUNCTION rollbook_keep_placeholder() FROM PUBLIC;
  EXECUTE format('ALTER FUNCTION %s.rollbook_keep_placeholder() SET search_path = %s, pg_temp', home, home);
END
$$;

-- A copy of a database refers to people once all exist. A merge of the person into whom it was merged changes that person's id
-- alone; an erasure of that person, the origin.
CREATE TRIGGER user_keep_placeholder BEFORE UPDATE ON "user" FOR EACH ROW
  WHEN (OLD.erased_at IS NOT NULL AND (
    NEW.erased_at IS DISTINCT FROM OLD.erased_at OR NEW.id <> OLD.id OR NEW.email <> OLD.email OR NEW.name <> OLD.name
    OR NEW.roles <> OLD.roles OR NEW.profile_img IS DISTINCT FROM OLD.profile_img
    OR (OLD.merged_into IS NOT NULL AND NEW.merged_into IS NULL)
    OR (OLD.email LIKE '%@erased.invalid' AND NEW.merged_into IS NOT NULL)))
  EXECUTE FUNCTION rollbook_keep_placeholder();
ALTER TABLE "user" ENABLE ALWAYS TRIGGER user_keep_placeholder;
