//! Checks the number of events that a transaction has added, by counting them in the log.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::BigInt;

use crate::db::Db;
use crate::error::Failure;

/// The end of the log before a transaction adds to it.
#[derive(Debug, Clone, Copy)]
pub(super) struct LogEnd(i64);

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

impl LogEnd {
    /// The end of the log for this transaction. On PostgreSQL, where others add rows at the same time, only the
    /// transaction's own rows count.
    pub(super) fn now(db: &mut Db) -> QueryResult<Self> {
        let own = db.conn.engine().own_rows();
        // diesel has no xid8.
        let last: Number =
            sql_query(format!("SELECT coalesce(max(position), 0) AS number FROM user_action WHERE {own}"))
                .get_result(&mut db.conn)?;
        Ok(Self(last.number))
    }

    /// Counts the rows that this transaction has added since, and compares the number with `inserted`.
    ///
    /// # Errors
    /// If the numbers differ: the transaction must be rolled back.
    pub(super) fn ensure_added(self, inserted: u64, db: &mut Db) -> anyhow::Result<()> {
        let own = db.conn.engine().own_rows();
        // A count of all rows reads SQLite's smallest index instead of the table: 0.02 s instead of 0.15 s for a million.
        let after = if self.0 == 0 { "$1 = 0" } else { "position > $1" };
        let added: Number = sql_query(format!("SELECT count(*) AS number FROM user_action WHERE {own} AND {after}"))
            .bind::<BigInt, _>(self.0)
            .get_result(&mut db.conn)?;
        let added = added.number;
        if u64::try_from(added)? == inserted {
            return Ok(());
        }
        let message = format!("{inserted} events were added, but the log has {added} of them: rolled back");
        Err(Failure::failed(message).hint("look for a trigger on user_action that rollbook did not create").into())
    }
}
