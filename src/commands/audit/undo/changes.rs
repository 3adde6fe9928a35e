//! What an operation changed, object by object, from its events in the audit trail.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::db::Db;
use crate::db::types::Json;
use crate::models::{AuditEvent, Subject};
use crate::output::field_changes;
use crate::schema::audit_event;
use crate::text::shell_quoted;

/// Events read per query.
const PAGE: i64 = 1000;

/// What an operation changed of one object, all its changes together.
#[derive(Debug)]
pub(super) struct NetChange {
    pub(super) kind: Subject,
    pub(super) id: String,
    /// The fields that are different, each with its value before and after.
    pub(super) fields: Vec<ChangedField>,
    /// Whether the object was there before.
    pub(super) existed: bool,
    /// The object as it was, if the operation removed it.
    pub(super) removed: Option<Json>,
    /// The user of a champion record, as the last event has it.
    pub(super) user_id: Option<String>,
    /// The position of its last event.
    pub(super) last: i64,
    /// Why it can never be undone.
    pub(super) irreversible: Option<String>,
}

/// A field that an operation changed.
#[derive(Debug)]
pub(super) struct ChangedField {
    pub(super) name: String,
    pub(super) before: Option<Json>,
    pub(super) after: Option<Json>,
}

/// The changes of an operation in the order of the objects' first ones, without attempts that a rule refused.
///
/// # Errors
/// When the database fails.
pub(super) fn of_operation(operation: &str, db: &mut Db) -> anyhow::Result<Vec<NetChange>> {
    let mut places: HashMap<(&'static str, String), usize> = HashMap::new();
    let mut nets: Vec<NetChange> = Vec::new();
    let mut last = 0;
    loop {
        let page: Vec<AuditEvent> = audit_event::table
            .select(AuditEvent::as_select())
            .filter(audit_event::operation_id.eq(operation))
            .filter(audit_event::refusal.is_null())
            .filter(audit_event::position.gt(last))
            .order(audit_event::position)
            .limit(PAGE)
            .load(&mut db.conn)?;
        let Some(end) = page.last() else { break };
        last = end.position;
        for event in page {
            let key = (event.subject_kind.as_str(), event.subject_id.clone());
            let place = *places.entry(key).or_insert_with(|| {
                nets.push(NetChange::new(&event));
                nets.len() - 1
            });
            nets[place].add(event);
        }
    }
    for net in &mut nets {
        net.fields.retain(|field| field.before != field.after);
    }
    Ok(nets)
}

impl NetChange {
    fn new(event: &AuditEvent) -> Self {
        Self {
            kind: event.subject_kind,
            id: event.subject_id.clone(),
            fields: Vec::new(),
            existed: event.before.is_some(),
            removed: None,
            user_id: None,
            last: event.position,
            irreversible: None,
        }
    }

    fn add(&mut self, event: AuditEvent) {
        self.last = event.position;
        for change in field_changes(event.before.as_ref(), event.after.as_ref()) {
            // The time of a move is no field of a record.
            if change.field == "moved_at" {
                continue;
            }
            match self.fields.iter_mut().find(|field| field.name == change.field) {
                Some(field) => field.after = change.to,
                None => self.fields.push(ChangedField { name: change.field, before: change.from, after: change.to }),
            }
        }
        let members = event.after.as_ref().or(event.before.as_ref()).map(Json::members).unwrap_or_default();
        if let Some(user) = members.get("user_id").and_then(|user| serde_json::from_str(user.as_str()).ok()) {
            self.user_id = Some(user);
        }
        if self.irreversible.is_none() {
            self.irreversible = irreversible(&event);
        }
        self.removed = if event.after.is_none() { event.before } else { None };
    }
}

/// Why a change can never be undone, if that is so.
fn irreversible(event: &AuditEvent) -> Option<String> {
    let id = shell_quoted(&event.subject_id);
    match (event.subject_kind, event.verb.as_str()) {
        (Subject::User, "create") => {
            Some(format!("user {id} was created; rollbook users erase {id} removes the person"))
        }
        (Subject::User, "merge") => Some(format!("user {id} was merged")),
        (Subject::User, "erase" | "erase_metadata") => Some(format!("data of user {id} was erased")),
        (Subject::User, "alias") => {
            Some(format!("a former address of user {id} was changed: use rollbook users alias"))
        }
        (Subject::Champion, "erase") => Some(format!("data of the user of champion record {id} was erased")),
        (Subject::Import, _) if inserted_actions(event) > 0 => {
            Some(format!("import {id} recorded actions, which are never removed"))
        }
        (Subject::Log, verb) => Some(format!("{verb} of {id} changed the action log or its consumers")),
        (Subject::User | Subject::Champion | Subject::Import, _) => None,
    }
}

/// How many actions an import recorded; users and champion records have events of their own.
fn inserted_actions(event: &AuditEvent) -> u64 {
    let members = event.after.as_ref().map(Json::members).unwrap_or_default();
    let is_of_actions = members.get("kind").is_some_and(|kind| kind.as_str() == "\"actions\"");
    let inserted = members.get("inserted").and_then(|count| count.as_str().parse().ok());
    inserted.filter(|_| is_of_actions).unwrap_or_default()
}
