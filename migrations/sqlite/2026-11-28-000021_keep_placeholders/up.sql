-- What is left of a person who was erased or merged stays so: another program that gives the row an address or a role again
-- would bring the person back, and what is imported for a merged one would be recorded for two. A copy of a database refers to
-- people once all exist. A merge of the person into whom it was merged changes that person's id alone; an erasure of that
-- person, the origin.
CREATE TRIGGER user_keep_placeholder BEFORE UPDATE ON "user"
WHEN OLD.erased_at IS NOT NULL AND (
  NEW.erased_at IS NOT OLD.erased_at OR NEW.id <> OLD.id OR NEW.email <> OLD.email OR NEW.name <> OLD.name
  OR NEW.roles <> OLD.roles OR NEW.profile_img IS NOT OLD.profile_img
  OR (OLD.merged_into IS NOT NULL AND NEW.merged_into IS NULL)
  OR (OLD.email LIKE '%@erased.invalid' AND NEW.merged_into IS NOT NULL))
BEGIN
  SELECT RAISE(ABORT, 'a user who was erased or merged has a placeholder, which cannot be changed');
END;
