//! A single event, judged as a row of a file would be.

use super::append;
use super::input::{EventInput, Parts};
use super::known::{Known, Met, emptied, recorded_events};
use crate::db::Db;
use crate::db::types::Instant;
use crate::error::{ExitStatus, Failure};
use crate::import::verdict::{Row, Verdict};
use crate::models::{Difference, Event};

/// How often the log is looked at again when another program is in the way.
const RETRIES: usize = 3;

/// What became of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recorded {
    /// It is new, and added.
    Inserted(Event),
    /// It is there, with equal content: this one.
    Replay(Event),
    /// It is there with other content, or its keys are those of two events.
    Conflict {
        /// What is in the way, in words.
        with: String,
        /// Field by field; empty when there are two.
        differences: Vec<Difference>,
    },
}

/// Adds an event to the log, in the transaction that is open, unless it is there. Its id counts as given only if
/// `id_given`. An event without a key is given one made of its content, like a row of a file.
///
/// # Errors
/// When the event's identifier makes too long a key, or the database fails.
pub fn record(event: &Event, id_given: bool, db: &mut Db) -> anyhow::Result<Recorded> {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    for _ in 0..RETRIES {
        let mut content = EventInput::new(&Parts {
            id: &event.id,
            id_given,
            user_id: &event.user_id,
            user_email: "",
            enrollment_id: &text(&event.enrollment_id),
            action_type: event.action_type,
            target_type: event.target_type,
            target_id: &event.target_id,
            metadata: event.metadata.as_str(),
            source_system: event.source_system,
            source_event_id: &text(&event.source_event_id),
            idempotency_key: &text(&event.idempotency_key),
            key_given: event.idempotency_key.is_some(),
            occurred_at: event.occurred_at,
        })
        .map_err(|fault| {
            Failure::new(ExitStatus::Rejected, format!("{}: {} {}", fault.field, fault.value, fault.reason))
        })?;
        content.complete(&event.user_id, true)?;
        let rows = [Row { number: 1, line: 1, content, record: None }];
        let events = [rows[0].content.event()];
        let recorded = recorded_events(&rows, &events, db)?;
        let emptied = emptied(&recorded, db)?;
        let verdict = Known::new(&recorded, &emptied, |id| Met::Recorded(id.to_owned())).judge(&rows[0], &events[0]).0;
        match verdict {
            Verdict::Conflict(clash) => {
                return Ok(Recorded::Conflict { with: clash.with, differences: clash.differences });
            }
            Verdict::Replay => {
                if let Some(met) = recorded.into_values().next() {
                    return Ok(Recorded::Replay(met));
                }
            }
            _ => {
                let (_, left_out) = append::insert(rows.into(), false, &Instant::now().fixed_width(), db)?;
                if left_out.is_empty() {
                    let [event] = events;
                    return Ok(Recorded::Inserted(event));
                }
            }
        }
    }
    Err(Failure::new(ExitStatus::Unavailable, "another program keeps adding the same event").into())
}
