//! Records a single event, with the rules that apply to a row of a file.

use super::event_input::{EventFields, EventInput};
use super::lookup::{recorded_events, users_with_erased_metadata};
use super::matcher::{EventMatcher, MatchedEvent};
use super::verdict::{InputRow, Verdict};
use super::{append, distributed};
use crate::db::Db;
use crate::db::types::Timestamp;
use crate::error::{ExitStatus, Failure};
use crate::models::{Difference, Event};

/// Maximum number of attempts if another program adds the same event.
const RETRIES: usize = 3;

/// The result of recording an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recorded {
    /// The event is new and was added.
    Inserted(Event),
    /// Already recorded with equal content: the recorded event.
    Replay(Event),
    /// Recorded with other content, or its keys match two events.
    Conflict {
        /// What it conflicts with, as text.
        with: String,
        /// Differences by field; empty if the keys match two events.
        differences: Vec<Difference>,
    },
}

/// Adds an event to the log, in the open transaction, unless it is already recorded. Its id is compared only if
/// `id_given`. An event without a key gets one derived from its content, like a row of a file.
///
/// # Errors
/// If the key derived from the source event id is too long, another program keeps adding the same event, or the
/// database fails.
pub fn record(event: &Event, id_given: bool, db: &mut Db) -> anyhow::Result<Recorded> {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    for _ in 0..RETRIES {
        let mut content = EventInput::new(&EventFields {
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
        .map_err(|error| Failure::new(ExitStatus::Rejected, error.to_string()))?;
        content.complete(&event.user_id, true)?;
        if db.conn.engine().is_log_distributed()
            && let Some(fault) = distributed::fault(&content)
        {
            return Err(Failure::new(ExitStatus::Rejected, fault.to_string()).into());
        }
        let rows = [InputRow { number: 1, line: 1, content, record: None }];
        let events = [rows[0].content.event()];
        let recorded = recorded_events(&rows, &events, db)?;
        let erased_metadata = users_with_erased_metadata(&recorded, db)?;
        let verdict = EventMatcher::new(&recorded, &erased_metadata, |id| MatchedEvent::Recorded(id.to_owned()))
            .classify(&rows[0], &events[0])
            .0;
        match verdict {
            Verdict::Conflict(conflict) => {
                return Ok(Recorded::Conflict { with: conflict.with, differences: conflict.differences });
            }
            Verdict::Replay => {
                if let Some(recorded) = recorded.into_values().next() {
                    return Ok(Recorded::Replay(recorded));
                }
            }
            _ => {
                let (_, skipped) = append::insert(rows.into(), false, &Timestamp::now().fixed_width(), db)?;
                if skipped.is_empty() {
                    db.operation.count("record", 1);
                    let [event] = events;
                    return Ok(Recorded::Inserted(event));
                }
            }
        }
    }
    Err(Failure::new(ExitStatus::Unavailable, "another program keeps adding the same event").into())
}
