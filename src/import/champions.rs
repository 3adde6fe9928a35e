//! Champion records from a file. Each is as it stands there: the stage with the stamps that led to it.

use diesel::prelude::*;

use super::{Clash, Fault, Faults, Kind, Record, Row, UserKey, Verdict, filled};
use crate::db::Db;
use crate::db::types::Instant;
use crate::models::{Champion, Difference, Prefix, RoleRule, Stage, User, check_key, check_prose, in_cohort, new_id};
use crate::schema::champion;

pub(super) struct Champions;

/// What a row says of a champion record.
pub(super) struct ChampionInput {
    id: Option<String>,
    user: UserKey,
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

    fn check(&self, record: &Record<'_>) -> Result<ChampionInput, Vec<Fault>> {
        let [id, user_id, user_email, cohort_id, stage, notes, selected_at, became_champion_at, created_at] =
            record.fields();
        let mut faults = Faults::default();
        let key = |key: &str| check_key(key).map(|()| key.to_owned());
        let id = faults.read("id", filled(id), key);
        let user = faults.user(user_id, user_email);
        let cohort_id = faults.read("cohort_id", filled(cohort_id), key);
        let stage = faults.require("stage", stage, str::parse);
        let notes = notes.filter(|notes| !notes.is_empty());
        let notes = faults.read("notes", notes, |notes| check_prose(notes).map(|()| notes.to_owned()));
        let selected_at = faults.read("selected_at", filled(selected_at), str::parse);
        let became_champion_at = faults.read("became_champion_at", filled(became_champion_at), str::parse);
        let created_at = faults.read("created_at", filled(created_at), str::parse);
        if faults.is_empty()
            && let Some(stage) = stage
        {
            faults.extend(untimely(stage, selected_at, became_champion_at));
        }
        match (user, stage) {
            (Some(user), Some(stage)) => faults.or(ChampionInput {
                id,
                user,
                cohort_id,
                stage,
                notes,
                selected_at,
                became_champion_at,
                created_at,
            }),
            _ => Err(faults.into()),
        }
    }

    fn land(&mut self, rows: Vec<Row<ChampionInput>>, db: &mut Db) -> anyhow::Result<Vec<Verdict>> {
        let users = UserKey::resolve(rows.iter().map(|row| &row.content.user), db)?;
        rows.into_iter()
            .map(|row| match users.get(&row.content.user) {
                Ok(user) => judge(row.content, user, db),
                Err(fault) => Ok(Verdict::Rejected(vec![fault])),
            })
            .collect()
    }
}

/// What the stage and its stamps say against each other; the table's CHECK refuses the same.
fn untimely(stage: Stage, selected_at: Option<Instant>, became_champion_at: Option<Instant>) -> Vec<Fault> {
    let fault = |field: &str, time: Option<Instant>, reason: String| {
        Fault::new(field, &time.map(|time| time.to_string()).unwrap_or_default(), reason)
    };
    let mut faults = Vec::new();
    for (field, time, reached) in [
        ("selected_at", selected_at, stage >= Stage::Selected),
        ("became_champion_at", became_champion_at, stage >= Stage::Champion),
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

/// A record is met by its id; without one, by its content, or by its user's open record in the cohort.
fn judge(input: ChampionInput, user: &str, db: &mut Db) -> anyhow::Result<Verdict> {
    // The lock makes a nomination of the same user take turns with us.
    User::find_and_lock(&mut db.conn, user)?;
    let records = champion::table.select(Champion::as_select());
    let mut met = match &input.id {
        Some(id) => records.find(id).first(&mut db.conn).optional()?,
        None => None,
    };
    if met.is_none() {
        let of_user: Vec<Champion> = records.filter(champion::user_id.eq(user)).load(&mut db.conn)?;
        let mut in_cohort = of_user.into_iter().filter(|record| record.cohort_id == input.cohort_id);
        met = if input.id.is_none() {
            let same: Vec<Champion> = in_cohort.collect();
            same.iter()
                .find(|record| differences(&input, user, record).is_empty())
                .or_else(|| same.iter().find(|record| is_open(record.stage) && is_open(input.stage)))
                .cloned()
        } else {
            in_cohort.find(|record| is_open(record.stage) && is_open(input.stage))
        };
    }
    let Some(recorded) = met else {
        let record = Champion {
            id: input.id.unwrap_or_else(|| new_id(Prefix::Champion)),
            user_id: user.to_owned(),
            cohort_id: input.cohort_id,
            stage: input.stage,
            notes: input.notes,
            selected_at: input.selected_at,
            became_champion_at: input.became_champion_at,
            created_at: input.created_at.unwrap_or_else(Instant::now),
        };
        record.insert("import", RoleRule::Follow, db)?;
        return Ok(Verdict::Inserted);
    };
    let differences = differences(&input, user, &recorded);
    if differences.is_empty() {
        return Ok(Verdict::Replay);
    }
    let with = if input.id.is_some_and(|id| id != recorded.id) {
        format!("{user} has the open record {} {} already", recorded.id, in_cohort(recorded.cohort_id.as_deref()))
    } else {
        format!("{} is recorded with other content", recorded.id)
    };
    Ok(Verdict::Conflict(Clash { with, differences }))
}

const fn is_open(stage: Stage) -> bool {
    !matches!(stage, Stage::Alumni)
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
