//! The audit trail: who changed what, and who tried to.

use std::collections::BTreeSet;
use std::fmt;

use diesel::insert_into;
use diesel::prelude::*;
use serde::Serialize;

use super::enums::text_enum;
use super::shorten;
use crate::db::types::{Instant, Json};
use crate::db::{AnyConnection, Db, End};
use crate::error::{ExitStatus, Failure};
use crate::output::Record;
use crate::schema::audit_event;

text_enum! {
    /// What a change is about.
    Subject {
        /// A user, or the roles of one.
        User = "user",
        /// A champion record.
        Champion = "champion",
        /// An import of a file.
        Import = "import",
    }
}

/// One change, to be written in its own transaction.
#[derive(Debug, Clone, Copy)]
pub struct Change<'a, T> {
    /// What was done, in one word of the command line: `create`, `roles`, `advance`.
    pub verb: &'a str,
    /// What it was done to.
    pub subject: Subject,
    /// Its identifier.
    pub id: &'a str,
    /// The row as it was; nothing when the change created it.
    pub before: Option<&'a T>,
    /// The row as it is now; nothing when the change removed it.
    pub after: Option<&'a T>,
}

#[derive(Debug, Insertable)]
#[diesel(table_name = audit_event, treat_none_as_default_value = false)]
struct NewEvent {
    actor: String,
    verb: String,
    subject_kind: Subject,
    subject_id: String,
    before: Option<Json>,
    after: Option<Json>,
    import_run_id: Option<String>,
    refusal: Option<String>,
}

impl<T: Serialize> Change<'_, T> {
    /// Writes the change into the audit trail, in the transaction that is open.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn record(&self, db: &mut Db) -> anyhow::Result<()> {
        Self::record_all(std::slice::from_ref(self), db)
    }

    /// Writes several changes at once; at most 4,000, so that SQLite takes their values in one statement.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn record_all(changes: &[Self], db: &mut Db) -> anyhow::Result<()> {
        let events = changes.iter().map(|change| change.event(db)).collect::<anyhow::Result<Vec<_>>>()?;
        write(&events, db)
    }

    /// The error that refuses the change, and lets [`record_refusal`] write the attempt down.
    #[must_use]
    pub fn refused(&self, failure: Failure, db: &Db) -> anyhow::Error {
        let reason = failure.to_string();
        match self.event(db) {
            Ok(event) => anyhow::Error::new(Refusal(NewEvent { refusal: Some(reason), ..event })).context(failure),
            Err(error) => error,
        }
    }

    fn event(&self, db: &Db) -> anyhow::Result<NewEvent> {
        Ok(NewEvent {
            actor: db.actor.clone(),
            verb: self.verb.to_owned(),
            subject_kind: self.subject,
            subject_id: self.id.to_owned(),
            before: self.before.map(Json::of).transpose()?,
            after: self.after.map(Json::of).transpose()?,
            import_run_id: db.import_run.clone(),
            refusal: None,
        })
    }
}

fn write(events: &[NewEvent], db: &mut Db) -> anyhow::Result<()> {
    let insert = insert_into(audit_event::table).values(events);
    match &mut db.conn {
        AnyConnection::Sqlite(conn) => insert.execute(conn)?,
        AnyConnection::Postgres(conn) => insert.execute(conn)?,
    };
    Ok(())
}

/// An attempt that a rule refused, as the audit trail is to have it; the cause of the error that says so.
#[derive(Debug)]
struct Refusal(NewEvent);

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.refusal.as_deref().unwrap_or_default())
    }
}

impl std::error::Error for Refusal {}

/// Runs `work` in one writing transaction; an attempt that a rule refuses is written down in another.
///
/// # Errors
/// What `work` returns.
pub fn change<T>(db: &mut Db, work: impl FnOnce(&mut Db) -> anyhow::Result<T>) -> anyhow::Result<T> {
    db.transaction(work).map_err(|error| record_refusal(error, db))
}

/// As [`change`], where `work` says at the end whether its changes are kept. A rehearsal leaves no trace.
///
/// # Errors
/// What `work` returns.
pub fn change_or_not<T>(
    rehearsal: bool,
    db: &mut Db,
    work: impl FnOnce(&mut Db) -> anyhow::Result<(T, End)>,
) -> anyhow::Result<T> {
    db.transaction_or_not(work).map_err(|error| if rehearsal { error } else { record_refusal(error, db) })
}

/// Writes an attempt that was refused into the audit trail, in a transaction of its own; returns the error.
#[must_use]
pub fn record_refusal(error: anyhow::Error, db: &mut Db) -> anyhow::Error {
    let Some(Refusal(event)) = error.chain().find_map(|cause| cause.downcast_ref()) else { return error };
    // The entry of the ledger that it would name was undone.
    let event = NewEvent {
        actor: event.actor.clone(),
        verb: event.verb.clone(),
        subject_id: event.subject_id.clone(),
        before: event.before.clone(),
        after: event.after.clone(),
        refusal: event.refusal.clone(),
        import_run_id: None,
        ..*event
    };
    match db.transaction(|db| write(&[event], db)) {
        Ok(()) => error,
        Err(unrecorded) => error
            .context(Failure::new(ExitStatus::Failed, format!("the attempt could not be recorded: {unrecorded:#}"))),
    }
}

/// A row of `audit_event`.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = audit_event)]
pub struct AuditEvent {
    /// Ascending in the order in which the changes of one subject were made.
    pub position: i64,
    /// When its transaction began.
    pub at: Instant,
    /// On whose behalf.
    pub actor: String,
    /// What was done.
    pub verb: String,
    /// What it was done to.
    pub subject_kind: Subject,
    /// Its identifier.
    pub subject_id: String,
    /// As it was.
    pub before: Option<Json>,
    /// As it is since.
    pub after: Option<Json>,
    /// The import that it was part of.
    pub import_run_id: Option<String>,
    /// Why it was refused; nothing when it was done.
    pub refusal: Option<String>,
}

/// A field that a change changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldChange {
    /// Its name.
    pub field: String,
    /// What it held; nothing is nothing.
    pub from: Option<Json>,
    /// What it holds since.
    pub to: Option<Json>,
}

/// An event of the audit trail as it is printed: what changed, field by field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HistoryRow {
    /// Where to go on: the position in the audit trail.
    pub id: String,
    /// When.
    pub at: Instant,
    /// Who.
    pub actor: String,
    /// What they did.
    pub verb: String,
    /// To what: `user` or `champion`.
    pub subject_kind: Subject,
    /// Its identifier.
    pub subject_id: String,
    /// What that changed, by the name of the field.
    pub changes: Vec<FieldChange>,
    /// The import that it was part of.
    pub import_run_id: Option<String>,
    /// Why it was refused; nothing when it was done.
    pub refusal: Option<String>,
}

impl From<&AuditEvent> for HistoryRow {
    fn from(event: &AuditEvent) -> Self {
        let members = |row: &Option<Json>| row.as_ref().map(Json::members).unwrap_or_default();
        let (before, after) = (members(&event.before), members(&event.after));
        let something = |value: Option<&Json>| value.filter(|value| value.as_str() != "null").cloned();
        let changes = before
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
            .collect();
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
            (Some(from), None) => write!(f, "{}: {} → nothing", self.field, shown(from)),
            (Some(from), Some(to)) => write!(f, "{}: {} → {}", self.field, shown(from), shown(to)),
            (None, None) => Ok(()),
        }
    }
}

impl Record for HistoryRow {
    const COLUMNS: &'static [&'static str] =
        &["id", "at", "actor", "verb", "subject_kind", "subject_id", "changes", "import_run_id", "refusal"];
    const TABLE: &'static [&'static str] = &["at", "actor", "verb", "changes", "refusal"];
    const PROSE: &'static [&'static str] = &["changes", "refusal"];

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
        ]
    }

    fn id(&self) -> &str {
        &self.id
    }
}
