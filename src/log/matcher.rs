//! Matches events with recorded ones and with each other, and decides the verdict.
//!
//! An event is matched by its idempotency key, by its source and source event id, and by its id if the file gives one.
//! New events match the rows after them.

use std::collections::{HashMap, HashSet};
use std::fmt;

use super::event_input::EventInput;
use super::verdict::{Conflict, InputRow, Verdict};
use crate::db::types::Json;
use crate::error::Failure;
use crate::models::{Event, SourceSystem};
use crate::output::plural;

/// An event that matches a row, as a message names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum MatchedEvent {
    /// Recorded before this import: its id.
    Recorded(String),
    /// Added by this import: its place in the file.
    ThisImport(String),
}

impl fmt::Display for MatchedEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Recorded(id) => f.write_str(id),
            Self::ThisImport(place) => f.write_str(place),
        }
    }
}

/// An event that rows can match: a recorded one, or that of an earlier row.
#[derive(Clone, Copy)]
struct MatchCandidate<'a> {
    event: &'a Event,
    /// The number and line of the row, if the event is not recorded yet.
    row: Option<(u64, u64)>,
}

/// The recorded events that rows can match, and the new events of earlier rows.
pub(super) struct EventMatcher<'a, N> {
    keys: HashMap<&'a str, MatchCandidate<'a>>,
    sources: HashMap<(SourceSystem, &'a str), MatchCandidate<'a>>,
    ids: HashMap<&'a str, MatchCandidate<'a>>,
    /// Users whose metadata was erased: metadata that is missing from their events is not a difference.
    erased_metadata: &'a HashSet<String>,
    name: N,
}

impl<'a, N: Fn(&str) -> MatchedEvent> EventMatcher<'a, N> {
    pub(super) fn new(recorded: &'a HashMap<String, Event>, erased_metadata: &'a HashSet<String>, name: N) -> Self {
        let mut matcher =
            Self { keys: HashMap::new(), sources: HashMap::new(), ids: HashMap::new(), erased_metadata, name };
        for event in recorded.values() {
            matcher.add(MatchCandidate { event, row: None });
        }
        matcher
    }

    fn add(&mut self, candidate: MatchCandidate<'a>) {
        let event = candidate.event;
        if let Some(key) = &event.idempotency_key {
            self.keys.insert(key, candidate);
        }
        if let (Some(source), Some(id)) = (event.source_system, &event.source_event_id) {
            self.sources.insert((source, id), candidate);
        }
        self.ids.insert(&event.id, candidate);
    }

    /// Classifies a row; also returns the numbers of the earlier rows that the verdict rests on. A new row can be
    /// matched by the rows that follow it.
    pub(super) fn classify(&mut self, row: &InputRow<EventInput>, event: &'a Event) -> (Verdict, Vec<u64>) {
        let EventInput { id_given, key_given, .. } = &row.content;
        let by_key = event.idempotency_key.as_deref().and_then(|key| self.keys.get(key));
        let source = event.source_system.zip(event.source_event_id.as_deref());
        let by_source = source.and_then(|source| self.sources.get(&source));
        let by_id = if *id_given { self.ids.get(event.id.as_str()) } else { None };
        let hits = [(by_key, "idempotency_key"), (by_source, "source_event_id"), (by_id, "id")];
        let matched = || hits.iter().filter_map(|(hit, _)| *hit);

        let Some(first) = matched().next().copied() else {
            self.add(MatchCandidate { event, row: Some((row.number, row.line)) });
            return (Verdict::Inserted, Vec::new());
        };
        let on_rows = matched().filter_map(|candidate| candidate.row).map(|(number, _)| number).collect();
        if matched().any(|other| other.event.id != first.event.id) {
            let named = |(hit, field): &(Option<&MatchCandidate<'_>>, &str)| {
                hit.map(|hit| format!("{field} belongs to {}", self.name(*hit)))
            };
            let with = hits.iter().filter_map(named).collect::<Vec<_>>().join(", ");
            return (Verdict::Conflict(Conflict { with, differences: Vec::new() }), on_rows);
        }
        let mut differences = event.differences(first.event, *id_given, *key_given);
        if first.event.metadata == Json::empty_object() && self.erased_metadata.contains(&first.event.user_id) {
            differences.retain(|difference| !difference.field.starts_with("metadata"));
        }
        if differences.is_empty() {
            return (Verdict::Replay, on_rows);
        }
        let name = self.name(first);
        let with = match name {
            MatchedEvent::Recorded(_) => format!("{name} is already recorded with other content"),
            MatchedEvent::ThisImport(_) => format!("{name} has the same event with other content"),
        };
        (Verdict::Conflict(Conflict { with, differences }), on_rows)
    }

    fn name(&self, candidate: MatchCandidate<'_>) -> MatchedEvent {
        candidate.row.map_or_else(
            || (self.name)(&candidate.event.id),
            |(_, line)| MatchedEvent::ThisImport(format!("line {line}")),
        )
    }
}

/// The error for rows that a unique index refuses although no recorded event has their keys.
pub(super) fn unexplained(rows: &[InputRow<EventInput>]) -> anyhow::Error {
    let first = rows.first().map_or(0, |row| row.line);
    let rows = plural(rows.len() as u64, "row");
    Failure::failed(format!(
        "the database refuses {rows} as duplicates, the first on line {first}, but has no event with their keys"
    ))
    .hint("look for a unique index or trigger on user_action that rollbook did not create")
    .into()
}
