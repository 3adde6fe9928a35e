//! The audit trail: changes, and attempts that a rule rejected.

use std::fmt;

use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel::{insert_into, sql_query};
use serde::Serialize;

use super::enums::text_enum;
use crate::db::types::{Json, Timestamp};
use crate::db::{Db, End, execute_on};
use crate::error::{ExitStatus, Failure};
use crate::schema::audit_event;

text_enum! {
    /// The kind of object that is changed.
    Subject {
        /// A user, including their roles.
        User = "user",
        /// A champion record.
        Champion = "champion",
        /// An import of a file.
        Import = "import",
        /// The action log, or what belongs to it: an action, a consumer, the parked events.
        Log = "log",
    }
}

/// One change, to be recorded in the transaction that makes it.
#[derive(Debug, Clone, Copy)]
pub struct Change<'a, T> {
    /// The kind of change, as in the command's name: `create`, `roles`, `advance`.
    pub verb: &'a str,
    /// The kind of object.
    pub subject: Subject,
    /// The object's id.
    pub id: &'a str,
    /// The row before the change; `None` if the change creates it.
    pub before: Option<&'a T>,
    /// The row after the change; `None` if the change deletes it.
    pub after: Option<&'a T>,
}

#[derive(Debug, Insertable, Serialize)]
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
    operation_id: Option<String>,
    reason: Option<String>,
    os_user: Option<String>,
}

impl<T: Serialize> Change<'_, T> {
    /// Records the change in the audit trail, in the open transaction.
    ///
    /// # Errors
    /// When the database rejects the row.
    pub fn record(&self, db: &mut Db) -> anyhow::Result<()> {
        Self::record_all(std::slice::from_ref(self), db)
    }

    /// Records several changes in one statement; at most 4,000, to stay below SQLite's limit of bound values.
    ///
    /// # Errors
    /// When the database rejects a row.
    pub fn record_all(changes: &[Self], db: &mut Db) -> anyhow::Result<()> {
        let events = changes.iter().map(|change| change.event(db)).collect::<anyhow::Result<Vec<_>>>()?;
        for change in changes {
            // An action was counted when it was added to the log.
            if change.verb != "record" {
                db.operation.count(change.verb, 1);
            }
        }
        write(&events, db)
    }

    /// The error for a change that a rule rejects; [`record_refusal`] records the attempt from it.
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
            operation_id: Some(db.operation.id().to_owned()),
            reason: db.operation.reason().map(ToOwned::to_owned),
            os_user: Some(db.os_user().to_owned()),
        })
    }
}

impl NewEvent {
    /// Whether a guard permits a change because of it.
    fn is_permit(&self) -> bool {
        self.refusal.is_none()
            && match self.subject_kind {
                Subject::User => ["erase", "erase_metadata", "merge"].contains(&self.verb.as_str()),
                Subject::Champion => ["move", "import"].contains(&self.verb.as_str()),
                Subject::Log => self.verb == "rebase",
                Subject::Import => false,
            }
    }
}

fn write(events: &[NewEvent], db: &mut Db) -> anyhow::Result<()> {
    if events.iter().any(NewEvent::is_permit)
        && let Some(permit) = db.conn.engine().permit()
    {
        sql_query(permit).bind::<Text, _>(serde_json::to_string(events)?).execute(&mut db.conn)?;
        return Ok(());
    }
    let insert = insert_into(audit_event::table).values(events);
    execute_on!(&mut db.conn, insert)?;
    Ok(())
}

/// A rejected attempt, as the audit trail records it; attached to the error as its cause.
#[derive(Debug)]
struct Refusal(NewEvent);

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.refusal.as_deref().unwrap_or_default())
    }
}

impl std::error::Error for Refusal {}

/// Runs `work` in one writing transaction; an attempt that a rule rejects is recorded in a separate transaction.
///
/// # Errors
/// What `work` returns.
pub fn change<T>(db: &mut Db, work: impl FnOnce(&mut Db) -> anyhow::Result<T>) -> anyhow::Result<T> {
    db.transaction(work).map_err(|error| record_refusal(error, db))
}

/// As [`change`], where `work` decides whether to commit. A dry run records no rejected attempt.
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

/// Records a rejected attempt in the audit trail, in a separate transaction; returns the error.
#[must_use]
pub fn record_refusal(error: anyhow::Error, db: &mut Db) -> anyhow::Error {
    let Some(Refusal(event)) = error.chain().find_map(|cause| cause.downcast_ref()) else { return error };
    // Without the import's id: its row in the import history was rolled back.
    let event = NewEvent {
        actor: event.actor.clone(),
        verb: event.verb.clone(),
        subject_id: event.subject_id.clone(),
        before: event.before.clone(),
        after: event.after.clone(),
        refusal: event.refusal.clone(),
        operation_id: event.operation_id.clone(),
        reason: event.reason.clone(),
        os_user: event.os_user.clone(),
        import_run_id: None,
        ..*event
    };
    match db.aside(|db| write(&[event], db)) {
        Ok(()) => error,
        Err(unrecorded) => error.context(Failure::new(
            ExitStatus::Failed,
            format!("cannot record the rejected attempt in the audit trail: {unrecorded:#}"),
        )),
    }
}

/// A row of `audit_event`.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = audit_event)]
pub struct AuditEvent {
    /// Ascending in the order of the changes of one object.
    pub position: i64,
    /// The start of its transaction.
    pub at: Timestamp,
    /// The actor.
    pub actor: String,
    /// The kind of change.
    pub verb: String,
    /// The kind of object.
    pub subject_kind: Subject,
    /// The object's id.
    pub subject_id: String,
    /// The row before the change.
    pub before: Option<Json>,
    /// The row after the change.
    pub after: Option<Json>,
    /// The id of the import that it was part of.
    pub import_run_id: Option<String>,
    /// Why it was refused; nothing when it was done.
    pub refusal: Option<String>,
    /// The id of the operation that it was part of; nothing before migration 11.
    pub operation_id: Option<String>,
    /// Why the change was made, as the actor gave it.
    pub reason: Option<String>,
    /// Who was logged in to the machine, whatever the actor says; nothing for other programs' SQL.
    pub os_user: Option<String>,
    /// The role of the connection; nothing on SQLite.
    pub database_role: Option<String>,
}
