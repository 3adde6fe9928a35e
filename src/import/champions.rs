//! Champion records from a file. Each is as it stands there: the stage with the stamps that led to it.

use std::collections::HashMap;

use chrono_tz::Tz;
use diesel::prelude::*;

use super::check::{Faults, filled};
use super::header::Record;
use super::options::Meaning;
use super::user_key::{UserKey, Users};
use super::verdict::{Clash, Fault, Judged, Row, Verdict};
use super::{Kind, Table};
use crate::db::Db;
use crate::db::types::Instant;
use crate::models::{
    Champion, Difference, Prefix, RoleRule, Stage, Tombstone, User, check_key, check_prose, in_cohort, new_id,
};
use crate::schema::champion;

/// How champion records are read.
pub(super) struct Champions {
    assume_tz: Option<Tz>,
}

impl Champions {
    pub(super) const fn new(meaning: &Meaning) -> Self {
        Self { assume_tz: meaning.assume_tz }
    }
}

/// How they are written.
pub(super) struct ChampionTable {
    update: bool,
    force: bool,
    users: Users,
    /// Where in the file those records are that it adds.
    lines: HashMap<String, u64>,
}

impl ChampionTable {
    pub(super) fn new(meaning: &Meaning) -> Self {
        Self { update: meaning.update, force: meaning.force, users: Users::default(), lines: HashMap::new() }
    }
}

/// What a row says of a champion record.
pub(super) struct ChampionInput {
    id: Option<String>,
    user_id: Option<String>,
    user_email: Option<String>,
    cohort_id: Option<String>,
    stage: Stage,
    notes: Option<String>,
    selected_at: Option<Instant>,
    became_champion_at: Option<Instant>,
    created_at: Option<Instant>,
}

impl Kind for Champions {
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "user_id",
        "user_email",
        "cohort_id",
        "stage",
        "notes",
        "selected_at",
        "became_champion_at",
        "created_at",
    ];
    const REQUIRED: &'static [&'static [&'static str]] = &[&["user_id", "user_email"], &["stage"]];
    type Content = ChampionInput;
    type Table = ChampionTable;

    fn check(&self, _number: u64, _line: u64, record: &Record<'_>) -> Result<ChampionInput, Vec<Fault>> {
        let [id, user_id, user_email, cohort_id, stage, notes, selected_at, became_champion_at, created_at] =
            record.fields();
        let mut faults = Faults::default();
        let id = faults.read("id", filled(id), check_key);
        let (user_id, user_email) = faults.user(user_id, user_email);
        let cohort_id = faults.read("cohort_id", filled(cohort_id), check_key);
        let stage = faults.require("stage", stage, str::parse);
        let notes = notes.filter(|notes| !notes.is_empty());
        let notes = faults.read("notes", notes, check_prose);
        let time = |text| Instant::parse_in(text, self.assume_tz);
        let selected_at = faults.read("selected_at", filled(selected_at), time);
        let became_champion_at = faults.read("became_champion_at", filled(became_champion_at), time);
        let created_at = faults.read("created_at", filled(created_at), time);
        if faults.is_empty()
            && let Some(stage) = stage
        {
            faults.extend(untimely(stage, selected_at, became_champion_at));
        }
        match stage {
            Some(stage) => faults.or(ChampionInput {
                id,
                user_id: user_id.map(ToOwned::to_owned),
                user_email,
                cohort_id,
                stage,
                notes,
                selected_at,
                became_champion_at,
                created_at,
            }),
            None => Err(faults.into()),
        }
    }
}

impl Table for ChampionTable {
    type Content = ChampionInput;

    fn land(&mut self, rows: Vec<Row<ChampionInput>>, db: &mut Db, judged: &mut Judged) -> anyhow::Result<()> {
        self.users.look_up(rows.iter().map(|row| row.content.user()), db)?;
        for row in rows {
            match self.users.get(row.content.user()).map(ToOwned::to_owned) {
                Ok(user) => {
                    let verdict = self.judge(&row, &user, db)?;
                    judged.add(row, verdict);
                }
                Err(fault) => judged.reject(row, fault),
            }
        }
        Ok(())
    }

    fn finish(&mut self, _db: &mut Db, _judged: &mut Judged) -> anyhow::Result<()> {
        // The next part is another transaction; who a user is may change before it.
        self.users = Users::default();
        Ok(())
    }
}

impl ChampionInput {
    fn user(&self) -> UserKey<'_> {
        UserKey { id: self.user_id.as_deref(), email: self.user_email.as_deref() }
    }
}

/// What the stage and its stamps say against each other; the table's CHECK refuses the same.
fn untimely(stage: Stage, selected_at: Option<Instant>, became_champion_at: Option<Instant>) -> Vec<Fault> {
    let fault = |field: &str, time: Option<Instant>, reason: String| {
        Fault::new(field, &time.map(|time| time.to_string()).unwrap_or_default(), reason)
    };
    let mut faults = Vec::new();
    for (field, time, reached) in [
        ("selected_at", selected_at, stage.rule().is_selected),
        ("became_champion_at", became_champion_at, stage.rule().is_champion),
    ] {
        match (time, reached) {
            (None, true) => faults.push(fault(field, time, format!("is missing: stage {stage} has one"))),
            (Some(_), false) => faults.push(fault(field, time, format!("is given, but stage {stage} has none yet"))),
            _ => {}
        }
    }
    if let (Some(selected), Some(champion)) = (selected_at, became_champion_at)
        && champion < selected
        && faults.is_empty()
    {
        faults.push(fault("became_champion_at", Some(champion), format!("is before selected_at, {selected}")));
    }
    faults
}

impl ChampionTable {
    fn judge(&mut self, row: &Row<ChampionInput>, user: &str, db: &mut Db) -> anyhow::Result<Verdict> {
        let input = &row.content;
        // The lock makes a nomination of the same user take turns with us.
        User::find_and_lock_any(&mut db.conn, user)?;
        let Some(recorded) = meet(input, user, db)? else {
            if let Some(tombstone) = Tombstone::of(&mut db.conn, user)? {
                let fault = Fault::new("user_id", user, tombstone.refusal(user));
                return Ok(Verdict::Rejected(vec![fault]));
            }
            let record = Champion {
                id: input.id.clone().unwrap_or_else(|| new_id(Prefix::Champion)),
                user_id: user.to_owned(),
                cohort_id: input.cohort_id.clone(),
                stage: input.stage,
                notes: input.notes.clone(),
                selected_at: input.selected_at,
                became_champion_at: input.became_champion_at,
                created_at: input.created_at.unwrap_or_else(Instant::now),
            };
            record.insert("import", RoleRule::Follow, db)?;
            self.lines.insert(record.id, row.line);
            return Ok(Verdict::Inserted);
        };
        let differences = differences(input, user, &recorded);
        if differences.is_empty() {
            return Ok(Verdict::Replay);
        }
        if self.update && recorded.user_id == user {
            return self.update(input, &recorded, &differences, db);
        }
        let name = match self.lines.get(&recorded.id) {
            Some(line) => format!("line {line}"),
            None => recorded.id.clone(),
        };
        let with = if recorded.user_id == user && input.id.as_ref().is_some_and(|id| *id != recorded.id) {
            format!("{user} has an open record {} already, {name}", in_cohort(recorded.cohort_id.as_deref()))
        } else {
            format!("{name} has the same record with other content")
        };
        Ok(Verdict::Conflict(Clash { with, differences }))
    }
}

impl ChampionTable {
    /// Changes a record to what the row says. What the row leaves open stays; the cohort is part of what the record is.
    fn update(
        &self,
        input: &ChampionInput,
        recorded: &Champion,
        differences: &[Difference],
        db: &mut Db,
    ) -> anyhow::Result<Verdict> {
        let id = &recorded.id;
        let conflict = |with: String| Ok(Verdict::Conflict(Clash { with, differences: differences.to_vec() }));
        if differences.iter().any(|difference| matches!(difference.field.as_str(), "id" | "cohort_id")) {
            return conflict(format!("{id} has another id or cohort, which no update changes"));
        }
        if input.stage < recorded.stage && !self.force {
            return conflict(format!("{id} would go back, which --force allows"));
        }
        if input.stage.is_open() && !recorded.stage.is_open() {
            let open = Champion::find_open(&mut db.conn, &recorded.user_id, recorded.cohort_id.as_deref())?;
            if let Some(open) = open {
                return conflict(format!("{id} cannot be opened again beside {}", open.id));
            }
        }
        let after = Champion {
            stage: input.stage,
            notes: input.notes.clone().or_else(|| recorded.notes.clone()),
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

/// The record that a row meets: by its id; without one, by its content, or as its user's open record in the cohort.
fn meet(input: &ChampionInput, user: &str, db: &mut Db) -> QueryResult<Option<Champion>> {
    let records = champion::table.select(Champion::as_select());
    if let Some(id) = &input.id
        && let Some(found) = records.find(id).first(&mut db.conn).optional()?
    {
        return Ok(Some(found));
    }
    let of_user: Vec<Champion> = records.filter(champion::user_id.eq(user)).load(&mut db.conn)?;
    let in_cohort: Vec<Champion> = of_user.into_iter().filter(|record| record.cohort_id == input.cohort_id).collect();
    let same = in_cohort.iter().find(|record| input.id.is_none() && differences(input, user, record).is_empty());
    let open = || in_cohort.iter().find(|record| record.stage.is_open() && input.stage.is_open());
    Ok(same.or_else(open).cloned())
}

fn differences(input: &ChampionInput, user: &str, recorded: &Champion) -> Vec<Difference> {
    let time = |field, recorded: Option<&Instant>, given: Option<&Instant>| Difference::of(field, recorded, given);
    [
        input.id.as_ref().and_then(|id| Difference::of("id", Some(&recorded.id), Some(id))),
        Difference::of("user_id", Some(recorded.user_id.as_str()), Some(user)),
        Difference::of("cohort_id", recorded.cohort_id.as_ref(), input.cohort_id.as_ref()),
        Difference::of("stage", Some(&recorded.stage), Some(&input.stage)),
        Difference::of("notes", recorded.notes.as_ref(), input.notes.as_ref()),
        time("selected_at", recorded.selected_at.as_ref(), input.selected_at.as_ref()),
        time("became_champion_at", recorded.became_champion_at.as_ref(), input.became_champion_at.as_ref()),
        input.created_at.as_ref().and_then(|at| Difference::of("created_at", Some(&recorded.created_at), Some(at))),
    ]
    .into_iter()
    .flatten()
    .collect()
}
