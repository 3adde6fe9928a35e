//! The stage history of champion records, from the audit trail and, where that is incomplete, from the record's own
//! timestamps: a record that was imported, or moved by another program, has a history, too.

use std::collections::BTreeMap;

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::{AuditEvent, Champion, Stage, Subject};
use crate::db::types::{Json, Timestamp};
use crate::db::{Db, is_any_of};
use crate::schema::{audit_event, champion};

/// The stage history of one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    /// The user's id.
    pub user_id: String,
    /// The cohort's id.
    pub cohort_id: Option<String>,
    /// Its steps, oldest first.
    pub steps: Vec<StageStep>,
}

/// One step of a record, into a stage or out of the pipeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StageStep {
    /// The record's id.
    pub champion: String,
    /// The stage before; `None` for the nomination.
    pub from: Option<Stage>,
    /// The stage after; `None` if the record was withdrawn.
    pub to: Option<Stage>,
    /// The time; `None` if it is not recorded.
    pub at: Option<Timestamp>,
    /// The actor who moved it or imported the move; `None` if another program moved it.
    pub actor: Option<String>,
    /// The kind of change, as in the command's name.
    pub verb: Option<String>,
    /// Seconds spent in the stage after the step, up to now if the record is still in it.
    pub stayed_seconds: Option<u64>,
    /// Why it was moved.
    pub reason: Option<String>,
}

/// The fields of a record in an audit event.
#[derive(Debug, Default, Deserialize)]
struct State {
    user_id: Option<String>,
    cohort_id: Option<String>,
    stage: Option<String>,
    created_at: Option<String>,
    selected_at: Option<String>,
    became_champion_at: Option<String>,
    moved_at: Option<String>,
}

/// The histories of the records with these ids, including withdrawn records; unknown ids are skipped.
///
/// # Errors
/// When the database fails.
pub fn histories(ids: &[&str], db: &mut Db) -> anyhow::Result<Vec<History>> {
    let records: Vec<Champion> =
        champion::table.select(Champion::as_select()).filter(is_any_of(&db.conn, "id", ids)?).load(&mut db.conn)?;
    let mut records: BTreeMap<String, Champion> =
        records.into_iter().map(|record| (record.id.clone(), record)).collect();
    let events: Vec<AuditEvent> = audit_event::table
        .select(AuditEvent::as_select())
        .filter(audit_event::subject_kind.eq(Subject::Champion))
        .filter(audit_event::refusal.is_null())
        .filter(is_any_of(&db.conn, "subject_id", ids)?)
        .order(audit_event::position)
        .load(&mut db.conn)?;
    let mut events_of: BTreeMap<&str, Vec<&AuditEvent>> = BTreeMap::new();
    for event in &events {
        events_of.entry(&event.subject_id).or_default().push(event);
    }
    let now = Timestamp::now();
    let history = |id: &&str| {
        let events = events_of.get(id).map_or(&[][..], Vec::as_slice);
        History::of(id, records.remove(*id).as_ref(), events, now)
    };
    Ok(ids.iter().filter_map(history).collect())
}

impl History {
    fn of(id: &str, record: Option<&Champion>, events: &[&AuditEvent], now: Timestamp) -> Option<Self> {
        let mut steps: Vec<StageStep> = Vec::new();
        let mut whose = (None, None);
        for event in events {
            let (before, after) = (State::of(event.before.as_ref()), State::of(event.after.as_ref()));
            if let Some(state) = after.as_ref().or(before.as_ref()) {
                whose = (state.user_id.clone(), state.cohort_id.clone());
            }
            let who = |step| StageStep {
                actor: Some(event.actor.clone()),
                verb: Some(event.verb.clone()),
                reason: event.reason.clone(),
                ..step
            };
            match (before, after) {
                (None, Some(after)) => steps.extend(after.way(id).into_iter().map(who)),
                (Some(before), after) => {
                    if steps.is_empty() {
                        steps.extend(before.way(id));
                    }
                    let (from, to) = (before.stage(), after.as_ref().and_then(State::stage));
                    if from != to {
                        let at = after.and_then(|after| after.entered()).unwrap_or(event.at);
                        steps.push(who(StageStep::new(id, from, to, Some(at))));
                    }
                }
                (None, None) => {} // An erasure, which changes no stage.
            }
        }
        if let Some(record) = record {
            whose = (Some(record.user_id.clone()), record.cohort_id.clone());
            let last = steps.last().map(|step| step.to);
            if last.is_none() {
                steps = State::of_record(record).way(id);
            } else if last != Some(Some(record.stage)) {
                steps.push(StageStep::new(id, last.flatten(), Some(record.stage), entered(record)));
            }
        }
        for i in 0..steps.len() {
            let until = steps.get(i + 1).map_or(Some(now), |next| next.at);
            steps[i].stayed_seconds = match (steps[i].to, steps[i].at, until) {
                (Some(_), Some(at), Some(until)) => Some(until.since(at).as_secs()),
                _ => None,
            };
        }
        let (user_id, cohort_id) = whose;
        Some(Self { user_id: user_id?, cohort_id, steps })
    }
}

/// When the record entered its current stage, if its own timestamps contain that.
const fn entered(record: &Champion) -> Option<Timestamp> {
    match record.stage {
        Stage::Candidate => Some(record.created_at),
        Stage::Selected => record.selected_at,
        Stage::Champion => record.became_champion_at,
        Stage::Alumni => None,
    }
}

fn time(text: Option<&str>) -> Option<Timestamp> {
    text.and_then(|text| text.parse().ok())
}

impl State {
    fn of(json: Option<&Json>) -> Option<Self> {
        serde_json::from_str(json?.as_str()).ok().filter(|state: &Self| state.stage.is_some())
    }

    fn of_record(record: &Champion) -> Self {
        let text = |time: Option<Timestamp>| time.map(|time| time.to_string());
        Self {
            stage: Some(record.stage.to_string()),
            created_at: Some(record.created_at.to_string()),
            selected_at: text(record.selected_at),
            became_champion_at: text(record.became_champion_at),
            ..Self::default()
        }
    }

    /// When the stage was entered: what was recorded with the move or, of a move by another program, the time of the
    /// stage.
    fn entered(&self) -> Option<Timestamp> {
        let of_stage = match self.stage()? {
            Stage::Candidate => &self.created_at,
            Stage::Selected => &self.selected_at,
            Stage::Champion => &self.became_champion_at,
            Stage::Alumni => &None,
        };
        time(self.moved_at.as_deref().or(of_stage.as_deref()))
    }

    fn stage(&self) -> Option<Stage> {
        self.stage.as_deref()?.parse().ok()
    }

    /// The steps that lead to this state, with their times from its timestamps.
    fn way(&self, id: &str) -> Vec<StageStep> {
        let Some(stage) = self.stage() else { return Vec::new() };
        let times = [
            time(self.created_at.as_deref()),
            time(self.selected_at.as_deref()),
            time(self.became_champion_at.as_deref()),
            time(self.moved_at.as_deref()),
        ];
        let reached = Stage::ALL.iter().copied().filter(|reached| *reached <= stage);
        let before = std::iter::once(None).chain(Stage::ALL.iter().copied().map(Some));
        reached.zip(before).zip(times).map(|((to, from), at)| StageStep::new(id, from, Some(to), at)).collect()
    }
}

impl StageStep {
    fn new(id: &str, from: Option<Stage>, to: Option<Stage>, at: Option<Timestamp>) -> Self {
        Self { champion: id.to_owned(), from, to, at, actor: None, verb: None, stayed_seconds: None, reason: None }
    }
}
