//! What is known of the events of a batch, and the verdict that follows from it.
//!
//! An event is met by its idempotency key, by its source and source event id, and by its id if the file gives one.
//! Those of a batch that are new are met by those behind them.

use std::collections::{HashMap, HashSet};
use std::fmt;

use diesel::prelude::*;

use super::EventInput;
use crate::db::{Db, is_any_of};
use crate::import::{Clash, Row, Verdict};
use crate::models::{Event, SourceSystem};
use crate::schema::user_action;

/// Every recorded event that one of these can meet by any of its keys, by id.
pub(super) fn recorded_events(inputs: &[&EventInput], db: &mut Db) -> anyhow::Result<HashMap<String, Event>> {
    let events = || inputs.iter().map(|input| &input.event);
    let keys: Vec<&str> = events().filter_map(|event| event.idempotency_key.as_deref()).collect();
    let mut found = events_with("idempotency_key", &keys, None, db)?;
    // A replay has been found by its key, and is the one event of its source and source event id.
    let sources: HashSet<_> = found.iter().map(source_of).collect();
    let unmet: Vec<&Event> = events().filter(|event| !sources.contains(&source_of(event))).collect();
    let mut others = Vec::new();
    for source in SourceSystem::ALL {
        let of_source = unmet.iter().filter(|event| event.source_system == Some(*source));
        let ids: Vec<&str> = of_source.filter_map(|event| event.source_event_id.as_deref()).collect();
        others.extend(events_with("source_event_id", &ids, Some(*source), db)?);
    }
    let ids: Vec<&str> = inputs.iter().filter(|input| input.id_given).map(|input| input.event.id.as_str()).collect();
    others.extend(events_with("id", &ids, None, db)?);
    found.extend(others);
    Ok(found.into_iter().map(|event| (event.id.clone(), event)).collect())
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

/// An event that a row can meet: recorded, or in an earlier row of the same batch.
#[derive(Clone, Copy)]
struct Met<'a> {
    event: &'a Event,
    /// The row's number and its line.
    row: Option<(usize, u64)>,
}

/// The recorded events that a batch can meet, and the rows of the batch that are new.
#[derive(Default)]
pub(super) struct Known<'a> {
    keys: HashMap<&'a str, Met<'a>>,
    sources: HashMap<(SourceSystem, &'a str), Met<'a>>,
    ids: HashMap<&'a str, Met<'a>>,
}

impl<'a> Known<'a> {
    pub(super) fn new(recorded: &'a HashMap<String, Event>) -> Self {
        let mut known = Self::default();
        for event in recorded.values() {
            known.add(Met { event, row: None });
        }
        known
    }

    fn add(&mut self, met: Met<'a>) {
        if let Some(key) = &met.event.idempotency_key {
            self.keys.insert(key, met);
        }
        if let (Some(source), Some(id)) = (met.event.source_system, &met.event.source_event_id) {
            self.sources.insert((source, id), met);
        }
        self.ids.insert(&met.event.id, met);
    }

    /// Judges a row, and says which earlier rows of the batch that rests on. One that is new is met by those behind it.
    pub(super) fn judge(&mut self, number: usize, row: &'a Row<EventInput>) -> (Verdict, Vec<usize>) {
        let EventInput { event, id_given, key_given, .. } = &row.content;
        let by_key = event.idempotency_key.as_deref().and_then(|key| self.keys.get(key));
        let source = event.source_system.zip(event.source_event_id.as_deref());
        let by_source = source.and_then(|source| self.sources.get(&source));
        let by_id = if *id_given { self.ids.get(event.id.as_str()) } else { None };
        let hits = [(by_key, "idempotency_key"), (by_source, "source_event_id"), (by_id, "id")];
        let met = || hits.iter().filter_map(|(hit, _)| *hit);

        let Some(first) = met().next().copied() else {
            self.add(Met { event, row: Some((number, row.line)) });
            return (Verdict::Inserted, Vec::new());
        };
        let on_rows = met().filter_map(|met| met.row).map(|(number, _)| number).collect();
        if met().any(|other| other.event.id != first.event.id) {
            let named =
                |(hit, field): &(Option<&Met<'_>>, &str)| hit.map(|hit| format!("the {field} is that of {hit}"));
            let with = hits.iter().filter_map(named).collect::<Vec<_>>().join(", ");
            return (Verdict::Conflict(Clash { with, differences: Vec::new() }), on_rows);
        }
        let differences = event.differences(first.event, *id_given, *key_given);
        if differences.is_empty() {
            return (Verdict::Replay, on_rows);
        }
        let with = match first.row {
            Some(_) => format!("{first} has the same event with other content"),
            None => format!("{first} is recorded with other content"),
        };
        (Verdict::Conflict(Clash { with, differences }), on_rows)
    }
}

impl fmt::Display for Met<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.row {
            Some((_, line)) => write!(f, "line {line}"),
            None => f.write_str(&self.event.id),
        }
    }
}
