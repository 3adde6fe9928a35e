//! A change in the audit trail: what changed, field by field.

use std::collections::BTreeSet;
use std::fmt;

use serde::Serialize;

use crate::db::types::{Json, Timestamp};
use crate::models::{AuditEvent, Subject, shorten};
use crate::output::Record;

/// A changed field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldChange {
    /// The field's name.
    pub field: String,
    /// The value before; `None` if it had none.
    pub from: Option<Json>,
    /// The value after; `None` if it has none.
    pub to: Option<Json>,
}

/// An audit event as it is printed: with its changes field by field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HistoryRow {
    /// The position in the audit trail, for `--after`.
    pub id: String,
    /// The time of the change.
    pub at: Timestamp,
    /// The actor.
    pub actor: String,
    /// The kind of change.
    pub verb: String,
    /// The kind of object: `user` or `champion`.
    pub subject_kind: Subject,
    /// The object's id.
    pub subject_id: String,
    /// The changed fields, in the order of their names.
    pub changes: Vec<FieldChange>,
    /// The id of the import that it was part of.
    pub import_run_id: Option<String>,
    /// Why it was rejected; `None` if it was done.
    pub refusal: Option<String>,
    /// The id of the operation that it was part of.
    pub operation_id: Option<String>,
    /// Why the change was made.
    pub reason: Option<String>,
    /// Who was logged in to the machine.
    pub os_user: Option<String>,
    /// The role of the connection to PostgreSQL.
    pub database_role: Option<String>,
}

/// The fields in which two states of an object differ, in the order of their names.
#[must_use]
pub fn field_changes(before: Option<&Json>, after: Option<&Json>) -> Vec<FieldChange> {
    let members = |state: Option<&Json>| state.map(Json::members).unwrap_or_default();
    let (before, after) = (members(before), members(after));
    let something = |value: Option<&Json>| value.filter(|value| value.as_str() != "null").cloned();
    before
        .keys()
        .chain(after.keys())
        .collect::<BTreeSet<_>>()
        .into_iter()
        .map(|field| FieldChange {
            field: field.clone(),
            from: something(before.get(field)),
            to: something(after.get(field)),
        })
        .filter(|change| change.from != change.to && !(change.field == "id" && change.from.is_none()))
        .collect()
}

impl From<&AuditEvent> for HistoryRow {
    fn from(event: &AuditEvent) -> Self {
        let changes = field_changes(event.before.as_ref(), event.after.as_ref());
        Self {
            id: event.position.to_string(),
            at: event.at,
            actor: event.actor.clone(),
            verb: event.verb.clone(),
            subject_kind: event.subject_kind,
            subject_id: event.subject_id.clone(),
            changes,
            import_run_id: event.import_run_id.clone(),
            refusal: event.refusal.clone(),
            operation_id: event.operation_id.clone(),
            reason: event.reason.clone(),
            os_user: event.os_user.clone(),
            database_role: event.database_role.clone(),
        }
    }
}

impl fmt::Display for FieldChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |value: &Json| match serde_json::from_str::<serde_json::Value>(value.as_str()) {
            Ok(serde_json::Value::String(text)) => shorten(&text),
            Ok(serde_json::Value::Array(items)) if items.is_empty() => "none".to_owned(),
            Ok(serde_json::Value::Array(items)) => {
                items.iter().map(|item| item.as_str().unwrap_or("?").to_owned()).collect::<Vec<_>>().join(",")
            }
            _ => shorten(value.as_str()),
        };
        match (&self.from, &self.to) {
            (None, Some(to)) => write!(f, "{}: {}", self.field, shown(to)),
            (Some(from), None) => write!(f, "{}: {} → none", self.field, shown(from)),
            (Some(from), Some(to)) => write!(f, "{}: {} → {}", self.field, shown(from), shown(to)),
            (None, None) => Ok(()),
        }
    }
}

impl Record for HistoryRow {
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "at",
        "actor",
        "verb",
        "subject_kind",
        "subject_id",
        "changes",
        "import_run_id",
        "refusal",
        "operation_id",
        "reason",
        "os_user",
        "database_role",
    ];
    const TABLE: &'static [&'static str] = &["at", "actor", "verb", "changes", "subject_id", "refusal", "reason", "id"];
    const PROSE: &'static [&'static str] = &["changes", "refusal", "reason"];

    fn cells(&self) -> Vec<String> {
        let changes: Vec<String> = self.changes.iter().map(ToString::to_string).collect();
        vec![
            self.id.clone(),
            self.at.to_string(),
            self.actor.clone(),
            self.verb.clone(),
            self.subject_kind.to_string(),
            self.subject_id.clone(),
            changes.join("; "),
            self.import_run_id.clone().unwrap_or_default(),
            self.refusal.clone().unwrap_or_default(),
            self.operation_id.clone().unwrap_or_default(),
            self.reason.clone().unwrap_or_default(),
            self.os_user.clone().unwrap_or_default(),
            self.database_role.clone().unwrap_or_default(),
        ]
    }

    fn id(&self) -> &str {
        &self.id
    }
}
