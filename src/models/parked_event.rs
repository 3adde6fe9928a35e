//! Events that wait for their users.

use diesel::prelude::*;
use diesel::{delete, insert_into};
use serde::Serialize;

use crate::db::types::{Json, Timestamp};
use crate::db::{AnyConnection, Db, execute_on, is_any_of};
use crate::schema::import_parked;

/// The condition that an event is of a user. A macro, since its type depends on the engine.
macro_rules! of_user {
    ($ids:expr, $emails:expr) => {
        import_parked::user_id
            .eq_any($ids)
            .assume_not_null()
            .or(import_parked::user_email.eq_any($emails).assume_not_null())
    };
}

/// An event of a user who is not known.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = import_parked, treat_none_as_default_value = false)]
pub struct ParkedEvent {
    /// What tells the event from others: its idempotency key, or a checksum of its content.
    pub key: String,
    /// The id of the user, as the source gives it.
    pub user_id: Option<String>,
    /// The email address of the user, in lower case.
    pub user_email: Option<String>,
    /// The fields of the event.
    pub event: Json,
    /// Why it was parked.
    pub reason: String,
    /// The import that parked it.
    pub import_run_id: Option<String>,
    /// When it was parked.
    pub parked_at: Timestamp,
}

impl ParkedEvent {
    /// How many events can be parked.
    pub const MAX: i64 = 1_000_000;

    /// How many are parked.
    ///
    /// # Errors
    /// When the database fails.
    pub fn count(conn: &mut AnyConnection) -> QueryResult<i64> {
        import_parked::table.count().get_result(conn)
    }

    /// Adds an event. Returns whether it was added: not if another process has parked one of its key in the meantime.
    ///
    /// # Errors
    /// When the database fails.
    pub fn park(&self, db: &mut Db) -> QueryResult<bool> {
        let insert = insert_into(import_parked::table).values(self).on_conflict_do_nothing();
        Ok(execute_on!(&mut db.conn, insert)? > 0)
    }

    /// The events with these keys.
    ///
    /// # Errors
    /// When the database fails.
    pub fn with_keys(keys: &[&str], db: &mut Db) -> anyhow::Result<Vec<Self>> {
        let with_keys = import_parked::table.filter(is_any_of(&db.conn, "key", keys)?);
        Ok(with_keys.select(Self::as_select()).load(&mut db.conn)?)
    }

    /// Events in the order of their keys, after a key.
    ///
    /// # Errors
    /// When the database fails.
    pub fn page(after: &str, limit: i64, conn: &mut AnyConnection) -> QueryResult<Vec<Self>> {
        let page = import_parked::table.filter(import_parked::key.gt(after)).order(import_parked::key).limit(limit);
        page.select(Self::as_select()).load(conn)
    }

    /// The next events, backwards, in the order of their keys before one; `None` for the last.
    ///
    /// # Errors
    /// When the database fails.
    pub fn page_before(before: Option<&str>, limit: i64, conn: &mut AnyConnection) -> QueryResult<Vec<Self>> {
        let mut page = import_parked::table.order(import_parked::key.desc()).limit(limit).into_boxed();
        if let Some(before) = before {
            page = page.filter(import_parked::key.lt(before));
        }
        page.select(Self::as_select()).load(conn)
    }

    /// Removes events.
    ///
    /// # Errors
    /// When the database fails.
    pub fn remove(keys: &[&str], db: &mut Db) -> anyhow::Result<usize> {
        Ok(delete(import_parked::table.filter(is_any_of(&db.conn, "key", keys)?)).execute(&mut db.conn)?)
    }

    /// The number of events that were parked before a time.
    ///
    /// # Errors
    /// When the database fails.
    pub fn count_before(time: Timestamp, conn: &mut AnyConnection) -> QueryResult<i64> {
        import_parked::table.filter(import_parked::parked_at.lt(time)).count().get_result(conn)
    }

    /// Removes the events that were parked before a time.
    ///
    /// # Errors
    /// When the database fails.
    pub fn drop_before(time: Timestamp, db: &mut Db) -> QueryResult<usize> {
        delete(import_parked::table.filter(import_parked::parked_at.lt(time))).execute(&mut db.conn)
    }

    /// Removes the events of a user, by any of the ids, or of the email addresses in lower case.
    ///
    /// # Errors
    /// When the database fails.
    pub fn remove_of_user(ids: &[String], emails: &[String], db: &mut Db) -> QueryResult<usize> {
        delete(import_parked::table.filter(of_user!(ids, emails))).execute(&mut db.conn)
    }

    /// The next events of a user, after a key, by any of the ids, or of the email addresses in lower case.
    ///
    /// # Errors
    /// When the database fails.
    pub fn page_of_user(
        ids: &[String],
        emails: &[String],
        after: &str,
        limit: i64,
        conn: &mut AnyConnection,
    ) -> QueryResult<Vec<Self>> {
        let events = import_parked::table.filter(of_user!(ids, emails)).filter(import_parked::key.gt(after));
        events.select(Self::as_select()).order(import_parked::key).limit(limit).load(conn)
    }
}
