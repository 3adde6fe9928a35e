-- A record moves one stage forward. Any other change of the stage requires that the last audit event of the record
-- has the new stage (`champions move --force`, an import). A record that has reached stage champion cannot be
-- deleted.
CREATE TRIGGER champion_steps BEFORE UPDATE OF stage ON champion
WHEN NEW.stage <> OLD.stage
  AND CASE OLD.stage WHEN 'candidate' THEN 'selected' WHEN 'selected' THEN 'champion' WHEN 'champion' THEN 'alumni' ELSE '' END
    <> NEW.stage
  AND NOT EXISTS (
    SELECT 1 FROM (
      SELECT verb, after FROM audit_event
      WHERE subject_kind = 'champion' AND subject_id = OLD.id AND refusal IS NULL
      ORDER BY position DESC LIMIT 1)
    WHERE verb IN ('move', 'import') AND after ->> '$.stage' = NEW.stage)
BEGIN
  SELECT RAISE(ABORT, 'a champion record moves one stage forward: use rollbook champions move --force');
END;

CREATE TRIGGER champion_withdrawals BEFORE DELETE ON champion
WHEN OLD.stage NOT IN ('candidate', 'selected')
BEGIN
  SELECT RAISE(ABORT, 'a record that has been champion is not deleted');
END;
