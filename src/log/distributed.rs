//! What a log that is distributed over nodes requires of an event. A node knows the keys of its own events alone, so that an
//! event must have one key in the whole cluster, whichever program delivers it; and an id is unique only as far as it was looked up.

use std::collections::HashSet;

use super::event_input::{EventInput, EventRows};
use super::lookup;
use super::verdict::{BatchVerdicts, FieldError, InputRow};
use crate::db::Db;
use crate::models::Event;

/// Rejects the rows whose keys do not identify their events; returns the others.
pub(super) fn reject_other_keys(rows: EventRows, verdicts: &mut BatchVerdicts) -> EventRows {
    let mut accepted = Vec::with_capacity(rows.len());
    for row in rows {
        match fault(&row.content) {
            Some(fault) => verdicts.reject(row, fault),
            None => accepted.push(row),
        }
    }
    accepted
}

/// What is wrong with the key of an event.
pub(super) fn fault(event: &EventInput) -> Option<FieldError> {
    let Some(key) = event.key() else {
        let problem = "is missing: the log is distributed over several nodes by this key";
        return Some(FieldError::of_field("idempotency_key", problem).hint("import without --no-content-key"));
    };
    let required = event.source_system.zip(event.source_event_id()).map(|(source, id)| Event::key_of(source, id))?;
    (key != required).then(|| {
        let problem = format!(
            "is not {required}: the log is distributed over several nodes, and an event with a source event id has this key"
        );
        FieldError::new("idempotency_key", key, problem).hint("remove the column idempotency_key")
    })
}

/// The numbers of the rows whose given ids are recorded, or those of earlier rows.
pub(super) fn with_known_ids(rows: &[InputRow<EventInput>], db: &mut Db) -> anyhow::Result<HashSet<u64>> {
    let given: Vec<_> = rows.iter().filter(|row| row.content.id_given).collect();
    if given.is_empty() {
        return Ok(HashSet::new());
    }
    let ids: Vec<&str> = given.iter().map(|row| row.content.id()).collect();
    let recorded = lookup::recorded_ids(&ids, db)?;
    let mut earlier = HashSet::new();
    let mut known = HashSet::new();
    for row in given {
        if recorded.contains(row.content.id()) || !earlier.insert(row.content.id()) {
            known.insert(row.number);
        }
    }
    Ok(known)
}
