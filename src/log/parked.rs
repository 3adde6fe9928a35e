//! Events of people who are not known yet: they are kept, and recorded when the people are, each once.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::event_input::{EventFields, EventInput, EventRows};
use super::user_lookup::UserKey;
use super::verdict::InputRow;
use crate::db::Db;
use crate::db::types::{Json, Timestamp};
use crate::models::{ActionType, ParkedEvent, SourceSystem, TargetType};

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
    occurred_at: Timestamp,
}

/// Keeps events; returns how many, and those for which there is no space.
pub(super) fn park(rows: EventRows, db: &mut Db) -> anyhow::Result<(u64, EventRows)> {
    let space = usize::try_from(ParkedEvent::MAX - ParkedEvent::count(&mut db.conn)?).unwrap_or(0);
    let mut rows = rows;
    let others = rows.split_off(space.min(rows.len()));
    let run = db.import_run.clone();
    let events = rows.iter().map(|row| parked(&row.content, run.as_deref())).collect::<anyhow::Result<Vec<_>>>()?;
    ParkedEvent::park(&events, db)?;
    Ok((rows.len() as u64, others))
}

fn parked(event: &EventInput, run: Option<&str>) -> anyhow::Result<ParkedEvent> {
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
        occurred_at: event.occurred_at,
    };
    let key = match event.key() {
        Some(key) => key.to_owned(),
        None => content_key(&stored)?,
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

/// What tells an event without a key from others: its content, to which a generated id does not belong.
fn content_key(stored: &StoredEvent) -> anyhow::Result<String> {
    let mut content = stored.clone();
    if !stored.id_given {
        content.id.clear();
    }
    let digest = Sha256::digest(serde_json::to_string(&content)?.as_bytes());
    Ok(format!("content:{}", base16ct::lower::encode_string(&digest)))
}

/// A parked event as a row with a number.
///
/// # Errors
/// When it was changed by another program.
pub(super) fn row_of(parked: &ParkedEvent, number: u64) -> anyhow::Result<InputRow<EventInput>> {
    let stored: StoredEvent = serde_json::from_str(parked.event.as_str())?;
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
