//! The audit trail: who changed what.

use diesel::{Insertable, RunQueryDsl as _, insert_into};
use serde::Serialize;

use crate::db::types::Json;
use crate::db::{AnyConnection, Db};
use crate::schema::audit_event;

/// What a change is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// A user, or the roles of one.
    User,
    /// A champion record.
    Champion,
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

#[derive(Insertable)]
#[diesel(table_name = audit_event, treat_none_as_default_value = false)]
struct NewEvent<'a> {
    actor: &'a str,
    verb: &'a str,
    subject_kind: &'static str,
    subject_id: &'a str,
    before: Option<Json>,
    after: Option<Json>,
    import_run_id: Option<String>,
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
        let Db { conn, actor, import_run } = db;
        let event = |change| Self::event(change, actor, import_run.as_deref());
        let events = changes.iter().map(event).collect::<anyhow::Result<Vec<_>>>()?;
        let insert = insert_into(audit_event::table).values(&events);
        match conn {
            AnyConnection::Sqlite(conn) => insert.execute(conn)?,
            AnyConnection::Postgres(conn) => insert.execute(conn)?,
        };
        Ok(())
    }

    fn event<'e>(&'e self, actor: &'e str, import_run: Option<&str>) -> anyhow::Result<NewEvent<'e>> {
        Ok(NewEvent {
            actor,
            verb: self.verb,
            subject_kind: match self.subject {
                Subject::User => "user",
                Subject::Champion => "champion",
            },
            subject_id: self.id,
            before: self.before.map(Json::of).transpose()?,
            after: self.after.map(Json::of).transpose()?,
            import_run_id: import_run.map(ToOwned::to_owned),
        })
    }
}
