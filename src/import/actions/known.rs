//! What is known of some events, and the verdict that follows from it.
//!
//! An event is met by its idempotency key, by its source and source event id, and by its id if the file gives one.
//! Those that are new are met by those behind them.

use std::collections::{HashMap, HashSet};
use std::fmt;

use diesel::dsl::exists;
use diesel::prelude::*;

use super::input::EventInput;
use crate::db::types::Json;
use crate::db::{Db, is_any_of};
use crate::import::verdict::{Clash, Row, Verdict};
use crate::models::{Event, SourceSystem, Subject};
use crate::schema::{audit_event, user, user_action};

/// Every recorded event that one of these can meet by any of its keys, by id.
pub(super) fn recorded_events(
    rows: &[Row<EventInput>],
    events: &[Event],
    db: &mut Db,
) -> anyhow::Result<HashMap<String, Event>> {
    let keys: Vec<&str> = events.iter().filter_map(|event| event.idempotency_key.as_deref()).collect();
    let mut found = events_with("idempotency_key", &keys, None, db)?;
    // A replay has been found by its key, and is the one event of its source and source event id.
    let sources: HashSet<_> = found.iter().map(source_of).collect();
    let unmet: Vec<&Event> = events.iter().filter(|event| !sources.contains(&source_of(event))).collect();
    let mut others = Vec::new();
    for source in SourceSystem::ALL {
        let of_source = unmet.iter().filter(|event| event.source_system == Some(*source));
        let ids: Vec<&str> = of_source.filter_map(|event| event.source_event_id.as_deref()).collect();
        others.extend(events_with("source_event_id", &ids, Some(*source), db)?);
    }
    let given = rows.iter().filter(|row| row.content.id_given);
    let ids: Vec<&str> = given.map(|row| row.content.id()).collect();
    others.extend(events_with("id", &ids, None, db)?);
    found.extend(others);
    Ok(found.into_iter().map(|event| (event.id.clone(), event)).collect())
}

/// Whose the recorded events with these keys are, by key, if that is somebody who was erased, or into whom others were
/// merged: the email by which a file names them is not theirs any more.
pub(super) fn users_of_forgotten(keys: &[&str], db: &mut Db) -> anyhow::Result<HashMap<String, String>> {
    let merged = diesel::alias!(user as merged);
    let others = merged.filter(merged.field(user::merged_into).eq(user::id.nullable()));
    let events: Vec<(Option<String>, String)> = user_action::table
        .inner_join(user::table.on(user::id.eq(user_action::user_id)))
        .select((user_action::idempotency_key, user_action::user_id))
        .filter(is_any_of(&db.conn, "user_action.idempotency_key", keys)?)
        .filter(user::erased_at.is_not_null().or(exists(others)))
        .load(&mut db.conn)?;
    Ok(events.into_iter().filter_map(|(key, user)| Some((key?, user))).collect())
}

/// Those among the users of the events whose metadata was erased.
pub(super) fn emptied(recorded: &HashMap<String, Event>, db: &mut Db) -> anyhow::Result<HashSet<String>> {
    let users: HashSet<&str> = recorded
        .values()
        .filter(|event| event.metadata == Json::empty_object())
        .map(|event| event.user_id.as_str())
        .collect();
    if users.is_empty() {
        return Ok(HashSet::new());
    }
    let emptied: Vec<String> = audit_event::table
        .select(audit_event::subject_id)
        .filter(audit_event::subject_kind.eq(Subject::User))
        .filter(audit_event::verb.eq("erase_metadata"))
        .filter(is_any_of(&db.conn, "subject_id", &users.into_iter().collect::<Vec<_>>())?)
        .load(&mut db.conn)?;
    Ok(emptied.into_iter().collect())
}

fn source_of(event: &Event) -> (Option<SourceSystem>, Option<&str>) {
    (event.source_system, event.source_event_id.as_deref())
}

fn events_with(
    column: &'static str,
    keys: &[&str],
    source: Option<SourceSystem>,
    db: &mut Db,
) -> anyhow::Result<Vec<Event>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let mut events = user_action::table.select(Event::as_select()).into_boxed();
    events = events.filter(is_any_of(&db.conn, column, keys)?);
    if let Some(source) = source {
        events = events.filter(user_action::source_system.eq(source));
    }
    Ok(events.load(&mut db.conn)?)
}

/// An event that a row meets, as a message names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Met {
    /// It was there before the import.
    Recorded(String),
    /// This import has added it, from that place.
    ThisImport(String),
}

impl fmt::Display for Met {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Recorded(id) => f.write_str(id),
            Self::ThisImport(place) => f.write_str(place),
        }
    }
}

/// An event that can be met: recorded, or that of an earlier row.
#[derive(Clone, Copy)]
struct Meeting<'a> {
    event: &'a Event,
    /// The row's number and line, if it is not recorded yet.
    row: Option<(u64, u64)>,
}

/// The recorded events that rows can meet, and the rows that are new.
pub(super) struct Known<'a, N> {
    keys: HashMap<&'a str, Meeting<'a>>,
    sources: HashMap<(SourceSystem, &'a str), Meeting<'a>>,
    ids: HashMap<&'a str, Meeting<'a>>,
    /// Users whose metadata was erased: of their events, none is no difference to what there was.
    emptied: &'a HashSet<String>,
    name: N,
}

impl<'a, N: Fn(&str) -> Met> Known<'a, N> {
    pub(super) fn new(recorded: &'a HashMap<String, Event>, emptied: &'a HashSet<String>, name: N) -> Self {
        let mut known = Self { keys: HashMap::new(), sources: HashMap::new(), ids: HashMap::new(), emptied, name };
        for event in recorded.values() {
            known.add(Meeting { event, row: None });
        }
        known
    }

    fn add(&mut self, meeting: Meeting<'a>) {
        let event = meeting.event;
        if let Some(key) = &event.idempotency_key {
            self.keys.insert(key, meeting);
        }
        if let (Some(source), Some(id)) = (event.source_system, &event.source_event_id) {
            self.sources.insert((source, id), meeting);
        }
        self.ids.insert(&event.id, meeting);
    }

    /// Judges a row, and says which earlier rows that rests on, by number. One that is new is met by those behind it.
    pub(super) fn judge(&mut self, row: &Row<EventInput>, event: &'a Event) -> (Verdict, Vec<u64>) {
        let EventInput { id_given, key_given, .. } = &row.content;
        let by_key = event.idempotency_key.as_deref().and_then(|key| self.keys.get(key));
        let source = event.source_system.zip(event.source_event_id.as_deref());
        let by_source = source.and_then(|source| self.sources.get(&source));
        let by_id = if *id_given { self.ids.get(event.id.as_str()) } else { None };
        let hits = [(by_key, "idempotency_key"), (by_source, "source_event_id"), (by_id, "id")];
        let met = || hits.iter().filter_map(|(hit, _)| *hit);

        let Some(first) = met().next().copied() else {
            self.add(Meeting { event, row: Some((row.number, row.line)) });
            return (Verdict::Inserted, Vec::new());
        };
        let on_rows = met().filter_map(|meeting| meeting.row).map(|(number, _)| number).collect();
        if met().any(|other| other.event.id != first.event.id) {
            let named = |(hit, field): &(Option<&Meeting<'_>>, &str)| {
                hit.map(|hit| format!("the {field} is that of {}", self.name(*hit)))
            };
            let with = hits.iter().filter_map(named).collect::<Vec<_>>().join(", ");
            return (Verdict::Conflict(Clash { with, differences: Vec::new() }), on_rows);
        }
        let mut differences = event.differences(first.event, *id_given, *key_given);
        if first.event.metadata == Json::empty_object() && self.emptied.contains(&first.event.user_id) {
            differences.retain(|difference| !difference.field.starts_with("metadata"));
        }
        if differences.is_empty() {
            return (Verdict::Replay, on_rows);
        }
        let name = self.name(first);
        let with = match name {
            Met::Recorded(_) => format!("{name} is recorded with other content"),
            Met::ThisImport(_) => format!("{name} has the same event with other content"),
        };
        (Verdict::Conflict(Clash { with, differences }), on_rows)
    }

    fn name(&self, meeting: Meeting<'_>) -> Met {
        meeting.row.map_or_else(|| (self.name)(&meeting.event.id), |(_, line)| Met::ThisImport(format!("line {line}")))
    }
}
