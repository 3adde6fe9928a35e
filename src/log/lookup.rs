//! Finds recorded events by any of their keys: idempotency key, source and source event id, id.

use std::collections::{HashMap, HashSet};

use diesel::dsl::exists;
use diesel::prelude::*;

use super::event_input::EventInput;
use super::verdict::InputRow;
use crate::db::types::Json;
use crate::db::{Db, is_any_of};
use crate::models::{Event, SourceSystem, Subject};
use crate::schema::{audit_event, user, user_action};

/// All recorded events that match one of `events` by key, source event id or id; by event id.
pub(super) fn recorded_events(
    rows: &[InputRow<EventInput>],
    events: &[Event],
    db: &mut Db,
) -> anyhow::Result<HashMap<String, Event>> {
    let keys: Vec<&str> = events.iter().filter_map(|event| event.idempotency_key.as_deref()).collect();
    let mut found = events_with("idempotency_key", &keys, None, db)?;
    // A replay was found by its key; no other event has its source and source event id.
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

/// Those of the keys that are recorded.
pub(super) fn recorded_keys(keys: &[&str], db: &mut Db) -> anyhow::Result<HashSet<String>> {
    let keys: Vec<Option<String>> = user_action::table
        .select(user_action::idempotency_key)
        .filter(is_any_of(&db.conn, "idempotency_key", keys)?)
        .load(&mut db.conn)?;
    Ok(keys.into_iter().flatten().collect())
}

/// Those of the ids that recorded events have.
pub(super) fn recorded_ids(ids: &[&str], db: &mut Db) -> anyhow::Result<HashSet<String>> {
    let ids: Vec<String> =
        user_action::table.select(user_action::id).filter(is_any_of(&db.conn, "id", ids)?).load(&mut db.conn)?;
    Ok(ids.into_iter().collect())
}

/// The users of the recorded events with these keys, by key; only users who were erased, or into whom others were
/// merged: the email by which a file names them is no longer theirs.
pub(super) fn users_of_placeholders(keys: &[&str], db: &mut Db) -> anyhow::Result<HashMap<String, String>> {
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

/// The users of these events whose metadata was erased.
pub(super) fn users_with_erased_metadata(
    recorded: &HashMap<String, Event>,
    db: &mut Db,
) -> anyhow::Result<HashSet<String>> {
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
