//! Imports champion records as they are in the file: the stage, with the timestamps that belong to it.

use std::collections::HashMap;

use diesel::prelude::*;

use super::{Kind, Table};
use crate::db::Db;
use crate::db::types::{TimeReader, Timestamp};
use crate::import::check::{FieldErrors, NullMarkers, time_notes};
use crate::import::interpretation::Interpretation;
use crate::import::record::{Columns, Record};
use crate::log::{BatchVerdicts, Conflict, FieldError, Gone, InputRow, UserKey, UserLookup, Verdict};
use crate::models::{
    CHAMPION_COLUMNS, Champion, ChampionInput, Difference, Prefix, RoleRule, Stage, Tombstone, User, column_names,
    differences, in_cohort, new_id,
};
use crate::schema::champion;

/// Reads champion records.
pub(in crate::import) struct Champions {
    times: TimeReader,
    empty_clears: Vec<String>,
    nulls: NullMarkers,
}

impl Champions {
    pub(in crate::import) fn new(interpretation: &Interpretation) -> Self {
        Self {
            times: interpretation.times(),
            empty_clears: interpretation.empty_clears.clone(),
            nulls: NullMarkers::default(),
        }
    }
}

/// Writes champion records.
pub(in crate::import) struct ChampionTable {
    update: bool,
    force: bool,
    users: UserLookup,
    /// The lines of the records that the file adds or changes, by record id.
    lines: HashMap<String, u64>,
}

impl ChampionTable {
    pub(in crate::import) fn new(interpretation: &Interpretation) -> Self {
        Self {
            update: interpretation.update,
            force: interpretation.force,
            users: UserLookup::default(),
            lines: HashMap::new(),
        }
    }
}

impl Kind for Champions {
    const COLUMNS: Columns = Columns {
        names: &column_names(&CHAMPION_COLUMNS),
        required: &[&["user_id", "user_email"], &["stage"]],
        metadata: false,
    };
    type Content = ChampionRow;
    type Table = ChampionTable;

    fn check(&self, _number: u64, _line: u64, record: Record<'_>) -> Result<ChampionRow, Vec<FieldError>> {
        let mut errors = FieldErrors::default();
        let input = errors.read_columns(&CHAMPION_COLUMNS, record, &self.times, &self.empty_clears, &self.nulls);
        if !errors.is_empty() {
            return Err(errors.into());
        }
        if input.user_id.is_none() && input.user_email.is_none() {
            errors.push(FieldError::of_row("row has neither user_id nor user_email"));
        }
        let Some(stage) = input.stage else {
            errors.push(FieldError::missing("stage"));
            return Err(errors.into());
        };
        errors.extend(timestamp_errors(stage, input.selected_at, input.became_champion_at));
        errors.or(ChampionRow { stage, input })
    }

    fn notes(&self) -> Vec<String> {
        self.nulls.notes().into_iter().chain(time_notes(&self.times)).collect()
    }
}

/// What a row says of a champion record, with a stage that agrees with its timestamps.
pub(in crate::import) struct ChampionRow {
    stage: Stage,
    input: ChampionInput,
}

impl Table for ChampionTable {
    type Content = ChampionRow;

    fn write(
        &mut self,
        rows: Vec<InputRow<ChampionRow>>,
        db: &mut Db,
        verdicts: &mut BatchVerdicts,
    ) -> anyhow::Result<()> {
        self.users.look_up(rows.iter().map(|row| row.content.user()), db)?;
        for row in rows {
            match self.users.get(row.content.user()).map(ToOwned::to_owned) {
                Ok(user) => {
                    // From here on the row names its user by id, whatever the file contains.
                    let input = ChampionInput { user_id: Some(user.clone()), ..row.content.input.clone() };
                    let verdict = self.classify(row.line, row.content.stage, &input, &user, db)?;
                    verdicts.add(row, verdict);
                }
                Err(error) => verdicts.reject(row, error),
            }
        }
        Ok(())
    }

    fn finish(&mut self, _db: &mut Db, _verdicts: &mut BatchVerdicts) -> anyhow::Result<()> {
        // The next part is another transaction: users may be renamed, merged or erased before it starts.
        self.users = UserLookup::default();
        Ok(())
    }
}

impl ChampionRow {
    fn user(&self) -> UserKey<'_> {
        UserKey { id: self.input.user_id.as_deref(), email: self.input.user_email.as_deref() }
    }
}

/// How stage and timestamps contradict each other; the CHECK of the table refuses the same.
fn timestamp_errors(
    stage: Stage,
    selected_at: Option<Timestamp>,
    became_champion_at: Option<Timestamp>,
) -> Vec<FieldError> {
    let mut errors = Vec::new();
    for (field, time, is_set) in [
        ("selected_at", selected_at, stage.rule().is_selected),
        ("became_champion_at", became_champion_at, stage.rule().is_champion),
    ] {
        match (time, is_set) {
            (None, true) => errors.push(FieldError::of_field(field, format!("missing, required in stage {stage}"))),
            (Some(time), false) => {
                errors.push(FieldError::new(field, &time.to_string(), format!("not allowed in stage {stage}")));
            }
            _ => {}
        }
    }
    if let (Some(selected), Some(champion)) = (selected_at, became_champion_at)
        && champion < selected
        && errors.is_empty()
    {
        let problem = format!("before selected_at, {selected}");
        errors.push(FieldError::new("became_champion_at", &champion.to_string(), problem));
    }
    errors
}

impl ChampionTable {
    fn classify(
        &mut self,
        line: u64,
        stage: Stage,
        input: &ChampionInput,
        user: &str,
        db: &mut Db,
    ) -> anyhow::Result<Verdict> {
        // With the lock, a concurrent nomination of the same user waits for this transaction.
        User::find_and_lock_any(&mut db.conn, user)?;
        let Some(recorded) = find_recorded(input, stage, user, self.update, db)? else {
            if Tombstone::of(&mut db.conn, user)?.is_some() {
                return Ok(Verdict::Gone(Gone::Erased));
            }
            let record = Champion {
                id: input.id.clone().unwrap_or_else(|| new_id(Prefix::Champion)),
                user_id: user.to_owned(),
                cohort_id: input.cohort_id.clone(),
                stage,
                notes: input.notes.clone().filter(|notes| !notes.is_empty()),
                selected_at: input.selected_at,
                became_champion_at: input.became_champion_at,
                created_at: input.created_at.unwrap_or_else(Timestamp::now),
            };
            record.insert("import", RoleRule::Follow, db)?;
            self.lines.insert(record.id, line);
            return Ok(Verdict::Inserted);
        };
        let differences = differences(&CHAMPION_COLUMNS, &recorded, input);
        if differences.is_empty() {
            return Ok(Verdict::Replay);
        }
        if self.update && recorded.user_id == user && !self.lines.contains_key(&recorded.id) {
            // Erased notes do not come back from a file that was exported before.
            if Tombstone::of(&mut db.conn, user)?.is_some() {
                return Ok(Verdict::Gone(Gone::Erased));
            }
            let verdict = self.update(input, stage, &recorded, &differences, db)?;
            if verdict == Verdict::Updated {
                self.lines.insert(recorded.id, line);
            }
            return Ok(verdict);
        }
        let name = match self.lines.get(&recorded.id) {
            Some(line) => format!("line {line}"),
            None => recorded.id.clone(),
        };
        let with = if recorded.user_id == user && input.id.as_ref().is_some_and(|id| *id != recorded.id) {
            format!("{user} already has an open record {}, {name}", in_cohort(recorded.cohort_id.as_deref()))
        } else {
            format!("{name} has the same record with other content")
        };
        Ok(Verdict::Conflict(Conflict { with, differences }))
    }
}

impl ChampionTable {
    /// Changes a record to the content of the row. Empty notes and an empty `created_at` keep the recorded value; the
    /// id and the cohort identify the record and cannot change.
    fn update(
        &self,
        input: &ChampionInput,
        stage: Stage,
        recorded: &Champion,
        differences: &[Difference],
        db: &mut Db,
    ) -> anyhow::Result<Verdict> {
        let id = &recorded.id;
        let conflict = |with: String| Ok(Verdict::Conflict(Conflict { with, differences: differences.to_vec() }));
        if differences.iter().any(|difference| matches!(difference.field.as_str(), "id" | "cohort_id")) {
            return conflict(format!("{id} has another id or cohort, which --update does not change"));
        }
        if stage < recorded.stage && !self.force {
            return conflict(format!("{id} would move back; add --force to allow it"));
        }
        if stage.is_open() && !recorded.stage.is_open() {
            let open = Champion::find_open(&mut db.conn, &recorded.user_id, recorded.cohort_id.as_deref())?;
            if let Some(open) = open {
                return conflict(format!("{id} cannot be reopened next to {}", open.id));
            }
        }
        let after = Champion {
            stage,
            notes: match &input.notes {
                Some(notes) => Some(notes.clone()).filter(|notes| !notes.is_empty()),
                None => recorded.notes.clone(),
            },
            selected_at: input.selected_at,
            became_champion_at: input.became_champion_at,
            created_at: input.created_at.unwrap_or(recorded.created_at),
            ..recorded.clone()
        };
        if after == *recorded {
            return Ok(Verdict::Replay);
        }
        after.save(recorded, "import", RoleRule::Follow, db)?;
        Ok(Verdict::Updated)
    }
}

/// The record that a row matches: by its id; without one, by its content, or as its user's open record in the cohort.
fn find_recorded(
    input: &ChampionInput,
    stage: Stage,
    user: &str,
    update: bool,
    db: &mut Db,
) -> QueryResult<Option<Champion>> {
    let records = champion::table.select(Champion::as_select());
    if let Some(id) = &input.id
        && let Some(found) = records.find(id).first(&mut db.conn).optional()?
    {
        return Ok(Some(found));
    }
    let of_user: Vec<Champion> = records.filter(champion::user_id.eq(user)).load(&mut db.conn)?;
    let in_cohort: Vec<Champion> = of_user.into_iter().filter(|record| record.cohort_id == input.cohort_id).collect();
    let is_same = |record: &&Champion| differences(&CHAMPION_COLUMNS, *record, input).is_empty();
    let same = in_cohort.iter().find(|record| input.id.is_none() && is_same(record));
    // An update to alumni closes the open record; else it is another one, that was closed before.
    let open = || in_cohort.iter().find(|record| record.stage.is_open() && (stage.is_open() || update));
    let same_times = |record: &&Champion| {
        let times = (record.selected_at, record.became_champion_at);
        record.stage == stage && times == (input.selected_at, input.became_champion_at)
    };
    let closed = || in_cohort.iter().find(|record| !stage.is_open() && input.id.is_none() && same_times(record));
    Ok(same.or_else(closed).or_else(open).cloned())
}
