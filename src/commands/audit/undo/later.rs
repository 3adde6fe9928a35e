//! What was changed of the objects of an operation after it: what somebody has decided since is not undone.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;

use super::changes::NetChange;
use crate::db::types::Json;
use crate::db::{Db, is_any_of, undone_operation};
use crate::models::{AuditEvent, Role, Roles, Subject};
use crate::output::field_changes;
use crate::schema::audit_event;

/// Adds the fields of the objects that were changed later; of roles, each by itself.
pub(super) fn add_fields(
    kind: Subject,
    nets: &[&NetChange],
    found: &mut HashMap<(&'static str, String), HashSet<String>>,
    db: &mut Db,
) -> anyhow::Result<()> {
    let last: HashMap<&str, i64> = nets.iter().map(|net| (net.id.as_str(), net.last)).collect();
    let Some(first) = last.values().min() else { return Ok(()) };
    let ids: Vec<&str> = last.keys().copied().collect();
    let events: Vec<AuditEvent> = audit_event::table
        .select(AuditEvent::as_select())
        .filter(audit_event::subject_kind.eq(kind))
        .filter(is_any_of(&db.conn, "subject_id", &ids)?)
        .filter(audit_event::refusal.is_null())
        .filter(audit_event::position.gt(first))
        .order(audit_event::position.desc())
        .load(&mut db.conn)?;
    let mut of_objects: HashMap<&str, Vec<&AuditEvent>> = HashMap::new();
    for event in
        events.iter().filter(|event| last.get(event.subject_id.as_str()).is_some_and(|last| event.position > *last))
    {
        of_objects.entry(&event.subject_id).or_default().push(event);
    }
    for (id, events) in of_objects {
        let fields = changed_fields(&events)?;
        if !fields.is_empty() {
            found.insert((kind.as_str(), id.to_owned()), fields);
        }
    }
    Ok(())
}

/// The fields that events changed, latest first. An operation that was undone counts no more than the undo.
fn changed_fields(events: &[&AuditEvent]) -> anyhow::Result<HashSet<String>> {
    let mut undone: HashSet<&str> = HashSet::new();
    let mut fields = HashSet::new();
    for event in events {
        if event.operation_id.as_deref().is_some_and(|operation| undone.contains(operation)) {
            continue;
        }
        if let Some(operation) = event.reason.as_deref().and_then(undone_operation) {
            undone.insert(operation);
            continue;
        }
        for change in field_changes(event.before.as_ref(), event.after.as_ref()) {
            if change.field == "roles" {
                let roles = |value: &Option<Json>| -> anyhow::Result<Roles> {
                    Ok(value.as_ref().map(|json| serde_json::from_str(json.as_str())).transpose()?.unwrap_or_default())
                };
                let (before, after) = (roles(&change.from)?, roles(&change.to)?);
                let changed = Role::ALL.iter().filter(|role| before.contains(**role) != after.contains(**role));
                fields.extend(changed.map(ToString::to_string));
            } else {
                fields.insert(change.field);
            }
        }
    }
    Ok(fields)
}
