//! Events of people who are not known yet: they are kept, and recorded when the people are, each once.

use std::collections::HashMap;

use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::event_input::{EventFields, EventInput, EventRows};
use super::user_lookup::UserKey;
use super::verdict::{BatchVerdicts, Conflict, FieldError, InputRow, Verdict};
use crate::db::Db;
use crate::db::types::{Json, Timestamp};
use crate::models::{ActionType, Difference, ParkedEvent, SourceSystem, TargetType};

/// The fields of a parked event, as they are stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct StoredEvent {
    id: String,
    id_given: bool,
    user_id: String,
    user_email: String,
    enrollment_id: String,
    action_type: ActionType,
    target_type: TargetType,
    target_id: String,
    metadata: String,
    source_system: Option<SourceSystem>,
    source_event_id: String,
    idempotency_key: String,
    key_given: bool,
    /// Whether it is recorded without a key, as equal rows are several events.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    keyless: bool,
    occurred_at: Timestamp,
}

/// Keeps events. One that is kept already is not kept again; with other content it is a conflict. With `content_key`, those
/// without a key are compared by their content.
pub(super) fn park(
    rows: EventRows,
    content_key: bool,
    db: &mut Db,
    verdicts: &mut BatchVerdicts,
) -> anyhow::Result<()> {
    let run = db.import_run.clone();
    let event = |row: &InputRow<EventInput>| parked(&row.content, content_key, run.as_deref());
    let events = rows.iter().map(event).collect::<anyhow::Result<Vec<_>>>()?;
    let keys: Vec<&str> = events.iter().map(|event| event.key.as_str()).collect();
    let recorded = ParkedEvent::with_keys(&keys, db)?;
    let mut recorded: HashMap<String, ParkedEvent> =
        recorded.into_iter().map(|event| (event.key.clone(), event)).collect();
    let mut space = ParkedEvent::MAX - ParkedEvent::count(&mut db.conn)?;
    for (row, event) in rows.into_iter().zip(events) {
        if let Some(recorded) = recorded.get(&event.key) {
            let differences = differences(&stored(recorded)?, &stored(&event)?);
            if differences.is_empty() {
                verdicts.skip(PARKED_BEFORE);
            } else {
                let with = format!("{} is already parked with other content", event.key);
                verdicts.add(row, Verdict::Conflict(Conflict { with, differences }));
            }
        } else if space <= 0 {
            let problem = format!("{} events are parked already, and there is no space for more", ParkedEvent::MAX);
            let hint = "record them or remove some: rollbook import parked";
            verdicts.reject(row, FieldError::of_row(problem).hint(hint));
        } else if event.park(db)? {
            space -= 1;
            verdicts.parked += 1;
            recorded.insert(event.key.clone(), event);
        } else {
            verdicts.skip(PARKED_BEFORE);
        }
    }
    Ok(())
}

/// The kind of the rows of events that are parked already.
const PARKED_BEFORE: &str = "already parked";

/// In which fields two events of one key differ. One source may name the user by id and another by email.
fn differences(recorded: &StoredEvent, given: &StoredEvent) -> Vec<Difference> {
    let of_both = |field: &str, recorded: &str, given: &str| {
        let both = !recorded.is_empty() && !given.is_empty();
        both.then(|| Difference::of(field, Some(recorded), Some(given))).flatten()
    };
    let of = |field: &str, recorded: &str, given: &str| {
        let filled = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        Difference::of(field, filled(recorded).as_ref(), filled(given).as_ref())
    };
    let id = if recorded.id_given && given.id_given { of("id", &recorded.id, &given.id) } else { None };
    [
        id,
        of_both("user_id", &recorded.user_id, &given.user_id),
        of_both("user_email", &recorded.user_email, &given.user_email),
        of("enrollment_id", &recorded.enrollment_id, &given.enrollment_id),
        Difference::of("action_type", Some(&recorded.action_type), Some(&given.action_type)),
        Difference::of("target_type", Some(&recorded.target_type), Some(&given.target_type)),
        of("target_id", &recorded.target_id, &given.target_id),
        of("metadata", &recorded.metadata, &given.metadata),
        Difference::of("source_system", recorded.source_system.as_ref(), given.source_system.as_ref()),
        of("source_event_id", &recorded.source_event_id, &given.source_event_id),
        Difference::of("occurred_at", Some(&recorded.occurred_at), Some(&given.occurred_at)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn stored(parked: &ParkedEvent) -> anyhow::Result<StoredEvent> {
    serde_json::from_str(parked.event.as_str()).context("a parked event is damaged")
}

fn parked(event: &EventInput, content_key: bool, run: Option<&str>) -> anyhow::Result<ParkedEvent> {
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let UserKey { id: user_id, email: user_email } = event.user();
    let stored = StoredEvent {
        id: event.id().to_owned(),
        id_given: event.id_given,
        user_id: text(user_id),
        user_email: text(user_email),
        enrollment_id: text(event.enrollment_id()),
        action_type: event.action_type,
        target_type: event.target_type,
        target_id: event.target_id().to_owned(),
        metadata: event.metadata().to_owned(),
        source_system: event.source_system,
        source_event_id: text(event.source_event_id()),
        idempotency_key: text(event.key()),
        key_given: event.key_given,
        keyless: !content_key && event.key().is_none(),
        occurred_at: event.occurred_at,
    };
    let key = match event.key() {
        Some(key) => key.to_owned(),
        None => key_of_content(&stored)?,
    };
    let reason = match (user_id, user_email) {
        (None, None) => "anonymous".to_owned(),
        (Some(user), _) | (None, Some(user)) => format!("unknown user {user}"),
    };
    Ok(ParkedEvent {
        key,
        user_id: user_id.map(ToOwned::to_owned),
        user_email: user_email.map(ToOwned::to_owned),
        event: Json::of(&stored)?,
        reason,
        import_run_id: run.map(ToOwned::to_owned),
        parked_at: Timestamp::now(),
    })
}

/// What tells an event without a key from others: its content, to which a generated id belongs only if equal rows are several
/// events.
fn key_of_content(stored: &StoredEvent) -> anyhow::Result<String> {
    let mut content = stored.clone();
    if !stored.id_given && !stored.keyless {
        content.id.clear();
    }
    let digest = Sha256::digest(serde_json::to_string(&content)?.as_bytes());
    Ok(format!("content:{}", base16ct::lower::encode_string(&digest)))
}

/// Whether a parked event is recorded without a key.
///
/// # Errors
/// When it was changed by another program.
pub(super) fn is_keyless(parked: &ParkedEvent) -> anyhow::Result<bool> {
    Ok(stored(parked)?.keyless)
}

/// A parked event as a row with a number.
///
/// # Errors
/// When it was changed by another program.
pub(super) fn row_of(parked: &ParkedEvent, number: u64) -> anyhow::Result<InputRow<EventInput>> {
    let stored = stored(parked)?;
    let content = EventInput::new(&EventFields {
        id: &stored.id,
        id_given: stored.id_given,
        user_id: &stored.user_id,
        user_email: &stored.user_email,
        enrollment_id: &stored.enrollment_id,
        action_type: stored.action_type,
        target_type: stored.target_type,
        target_id: &stored.target_id,
        metadata: &stored.metadata,
        source_system: stored.source_system,
        source_event_id: &stored.source_event_id,
        idempotency_key: &stored.idempotency_key,
        key_given: stored.key_given,
        occurred_at: stored.occurred_at,
    });
    let content = content.map_err(|error| anyhow::anyhow!("a parked event is damaged: {error}"))?;
    Ok(InputRow { number, line: number, content, record: None })
}
