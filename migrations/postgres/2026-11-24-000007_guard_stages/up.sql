-- A record moves one stage forward. Any other change of the stage requires that the last audit event of the record
-- has the new stage (`champions move --force`, an import). A record that has reached stage champion cannot be
-- deleted.
CREATE FUNCTION rollbook_guard_champion() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'a record that has been champion is not deleted' USING ERRCODE = 'restrict_violation';
  END IF;
  IF NOT EXISTS (
    SELECT FROM (
      SELECT verb, after FROM audit_event
      WHERE subject_kind = 'champion' AND subject_id = OLD.id AND refusal IS NULL
      ORDER BY position DESC LIMIT 1) AS last
    WHERE verb IN ('move', 'import') AND after ->> 'stage' = NEW.stage)
  THEN
    RAISE EXCEPTION 'a champion record moves one stage forward: use rollbook champions move --force'
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END
$$;

CREATE TRIGGER champion_steps BEFORE UPDATE OF stage ON champion
  FOR EACH ROW
  WHEN (NEW.stage <> OLD.stage
    AND CASE OLD.stage WHEN 'candidate' THEN 'selected' WHEN 'selected' THEN 'champion' WHEN 'champion' THEN 'alumni' ELSE '' END
      <> NEW.stage)
  EXECUTE FUNCTION rollbook_guard_champion();
CREATE TRIGGER champion_withdrawals BEFORE DELETE ON champion
  FOR EACH ROW
  WHEN (OLD.stage NOT IN ('candidate', 'selected'))
  EXECUTE FUNCTION rollbook_guard_champion();
