//! What a transaction has added to the log, by the log's own account.

use diesel::dsl::max;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::BigInt;

use crate::db::{AnyConnection, Db};
use crate::error::Failure;
use crate::schema::user_action;

/// The end of the log before a transaction adds to it.
#[derive(Debug, Clone, Copy)]
pub(super) struct LogEnd(i64);

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

impl LogEnd {
    /// The end of the log as this transaction sees it: of PostgreSQL's rows, which others add to at the same time, only
    /// its own count.
    pub(super) fn now(db: &mut Db) -> QueryResult<Self> {
        match &mut db.conn {
            AnyConnection::Sqlite(conn) => {
                let last: Option<i64> = user_action::table.select(max(user_action::position)).get_result(conn)?;
                Ok(Self(last.unwrap_or(0)))
            }
            AnyConnection::Postgres(conn) => sql_query(
                "SELECT coalesce(max(position), 0) AS number FROM user_action \
                 WHERE recorded_xid = pg_current_xact_id()",
            )
            .get_result::<Number>(conn)
            .map(|last| Self(last.number)),
        }
    }

    /// Counts the rows that this transaction has added since, and compares.
    ///
    /// # Errors
    /// When that is another number than `inserted`: the transaction must be rolled back.
    pub(super) fn ensure_added(self, inserted: u64, db: &mut Db) -> anyhow::Result<()> {
        let added = match &mut db.conn {
            AnyConnection::Sqlite(conn) => {
                user_action::table.filter(user_action::position.gt(self.0)).count().get_result(conn)?
            }
            AnyConnection::Postgres(conn) => {
                sql_query(
                    "SELECT count(*) AS number FROM user_action \
                     WHERE recorded_xid = pg_current_xact_id() AND position > $1",
                )
                .bind::<BigInt, _>(self.0)
                .get_result::<Number>(conn)?
                .number
            }
        };
        if u64::try_from(added)? == inserted {
            return Ok(());
        }
        let message = format!("{inserted} events were added, but the log has {added} of them: rolled back");
        Err(Failure::failed(message).hint("look for a trigger on user_action that rollbook did not create").into())
    }
}
