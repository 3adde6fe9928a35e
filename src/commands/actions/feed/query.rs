//! The feed's statements. They are in SQL: the engines have another order of the commits, and diesel has no `xid8`.
//!
//! On PostgreSQL a row is shown once every transaction that began before its own has ended: `pg_snapshot_xmin` is the
//! oldest that has not, in any database of the server. Positions alone are handed out before the commit, and a reader that
//! went by them would skip what is committed late.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};
use serde::Serialize;

use super::Consumer;
use super::cursor::Cursor;
use crate::db::types::{Instant, sql};
use crate::db::{AnyConnection, Db};
use crate::models::{ActionType, UserAction};
use crate::output::Record as _;

/// An action of the feed.
#[derive(Debug, Serialize)]
pub(super) struct FeedRow {
    pub(super) cursor: Cursor,
    #[serde(flatten)]
    action: UserAction,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    xid: String,
    #[diesel(embed)]
    action: UserAction,
}

#[derive(QueryableByName)]
struct Place {
    #[diesel(sql_type = Text)]
    xid: String,
    #[diesel(sql_type = BigInt)]
    position: i64,
}

impl Place {
    fn cursor(&self) -> anyhow::Result<Cursor> {
        Ok(Cursor { transaction: self.xid.parse()?, position: self.position })
    }
}

/// What differs between the engines.
struct Dialect {
    /// The transaction of an action, as text.
    transaction: &'static str,
    /// The condition that an action is behind the cursor whose transaction and position are $1 and $2.
    behind: &'static str,
    /// The condition that it is the action of that cursor.
    at: &'static str,
    /// The condition that nothing can come before it any more.
    settled: &'static str,
    order: &'static str,
}

const fn dialect(conn: &AnyConnection) -> Dialect {
    match conn {
        AnyConnection::Sqlite(_) => Dialect {
            transaction: "'0'",
            behind: "$1 IS NOT NULL AND position > $2",
            at: "$1 = '0' AND position = $2",
            settled: "TRUE",
            order: "position",
        },
        AnyConnection::Postgres(_) => Dialect {
            transaction: "recorded_xid::text",
            behind: "(recorded_xid, position) > ($1::xid8, $2)",
            at: "recorded_xid = $1::xid8 AND position = $2",
            settled: "recorded_xid < pg_snapshot_xmin(pg_current_snapshot())",
            order: "recorded_xid, position",
        },
    }
}

/// The actions behind a cursor, of the types if any are named.
pub(super) fn page(behind: Cursor, types: &[ActionType], limit: usize, db: &mut Db) -> anyhow::Result<Vec<FeedRow>> {
    let Dialect { transaction, behind: is_behind, settled, order, .. } = dialect(&db.conn);
    let columns = UserAction::COLUMNS.join(", ");
    let types: Vec<String> = types.iter().map(|action_type| format!("'{action_type}'")).collect();
    let of_type = if types.is_empty() { "TRUE".to_owned() } else { format!("action_type IN ({})", types.join(", ")) };
    let rows: Vec<Row> = sql_query(format!(
        "SELECT {transaction} AS xid, {columns} FROM user_action \
         WHERE {is_behind} AND {settled} AND {of_type} ORDER BY {order} LIMIT $3"
    ))
    .bind::<Text, _>(behind.transaction.to_string())
    .bind::<BigInt, _>(behind.position)
    .bind::<BigInt, _>(i64::try_from(limit)?)
    .load(&mut db.conn)?;
    let feed_row = |row: Row| {
        let cursor = Cursor { transaction: row.xid.parse()?, position: row.action.position };
        Ok(FeedRow { cursor, action: row.action })
    };
    rows.into_iter().map(feed_row).collect()
}

/// The last action of the feed.
pub(super) fn last(db: &mut Db) -> anyhow::Result<Cursor> {
    let Dialect { transaction, settled, order, .. } = dialect(&db.conn);
    let order = order.replace(", ", " DESC, ");
    let last: Option<Place> = sql_query(format!(
        "SELECT {transaction} AS xid, position FROM user_action WHERE {settled} ORDER BY {order} DESC LIMIT 1"
    ))
    .get_result(&mut db.conn)
    .optional()?;
    last.map_or(Ok(Cursor::default()), |last| last.cursor())
}

/// Whether the cursor is that of an action which the feed has shown.
pub(super) fn is_there(cursor: Cursor, db: &mut Db) -> anyhow::Result<bool> {
    #[derive(QueryableByName)]
    struct Found {
        #[diesel(sql_type = Bool)]
        found: bool,
    }
    let Dialect { at, settled, .. } = dialect(&db.conn);
    let found: Found =
        sql_query(format!("SELECT EXISTS (SELECT 1 FROM user_action WHERE {at} AND {settled}) AS found"))
            .bind::<Text, _>(cursor.transaction.to_string())
            .bind::<BigInt, _>(cursor.position)
            .get_result(&mut db.conn)?;
    Ok(found.found)
}

/// How far the consumer has come, if it is entered.
pub(super) fn find(consumer: &str, db: &mut Db) -> anyhow::Result<Option<Cursor>> {
    find_with(consumer, "", db)
}

/// As [`find`], locked until the transaction ends.
pub(super) fn find_and_lock(consumer: &str, db: &mut Db) -> anyhow::Result<Option<Cursor>> {
    find_with(consumer, if db.conn.is_sqlite() { "" } else { "FOR UPDATE" }, db)
}

fn find_with(consumer: &str, lock: &str, db: &mut Db) -> anyhow::Result<Option<Cursor>> {
    let transaction = dialect(&db.conn).transaction;
    let found: Option<Place> =
        sql_query(format!("SELECT {transaction} AS xid, position FROM feed_cursor WHERE consumer = $1 {lock}"))
            .bind::<Text, _>(consumer)
            .get_result(&mut db.conn)
            .optional()?;
    found.map(|place| place.cursor()).transpose()
}

/// Enters a consumer at the beginning, unless it is there.
pub(super) fn register(consumer: &str, db: &mut Db) -> anyhow::Result<()> {
    let statement = match db.conn {
        AnyConnection::Sqlite(_) => {
            "INSERT INTO feed_cursor (consumer, position) VALUES ($1, 0) ON CONFLICT DO NOTHING"
        }
        AnyConnection::Postgres(_) => {
            "INSERT INTO feed_cursor (consumer, recorded_xid, position) VALUES ($1, '0', 0) ON CONFLICT DO NOTHING"
        }
    };
    sql_query(statement).bind::<Text, _>(consumer).execute(&mut db.conn)?;
    Ok(())
}

/// Moves a consumer, which is entered if it is not there.
pub(super) fn set(consumer: &str, cursor: Cursor, db: &mut Db) -> anyhow::Result<()> {
    register(consumer, db)?;
    let statement = match db.conn {
        AnyConnection::Sqlite(_) => {
            "UPDATE feed_cursor SET acknowledged_at = $1, position = $2 WHERE $3 IS NOT NULL AND consumer = $4"
        }
        AnyConnection::Postgres(_) => {
            "UPDATE feed_cursor SET acknowledged_at = $1, position = $2, recorded_xid = $3::xid8 WHERE consumer = $4"
        }
    };
    sql_query(statement)
        .bind::<sql::Instant, _>(Instant::now())
        .bind::<BigInt, _>(cursor.position)
        .bind::<Text, _>(cursor.transaction.to_string())
        .bind::<Text, _>(consumer)
        .execute(&mut db.conn)?;
    Ok(())
}

/// Every consumer, and how far behind it is.
pub(super) fn consumers(db: &mut Db) -> anyhow::Result<Vec<Consumer>> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        consumer: String,
        #[diesel(embed)]
        place: Place,
        #[diesel(sql_type = sql::Instant)]
        acknowledged_at: Instant,
        #[diesel(sql_type = BigInt)]
        lag: i64,
        #[diesel(sql_type = Nullable<sql::Instant>)]
        oldest: Option<Instant>,
    }
    let (transaction, unacknowledged) = match db.conn {
        AnyConnection::Sqlite(_) => ("'0'", "a.position > c.position"),
        AnyConnection::Postgres(_) => {
            ("c.recorded_xid::text", "(a.recorded_xid, a.position) > (c.recorded_xid, c.position)")
        }
    };
    let rows: Vec<Row> = sql_query(format!(
        "SELECT consumer, {transaction} AS xid, c.position, acknowledged_at, \
           (SELECT count(*) FROM user_action a WHERE {unacknowledged}) AS lag, \
           (SELECT min(recorded_at) FROM user_action a WHERE {unacknowledged}) AS oldest \
         FROM feed_cursor c ORDER BY consumer"
    ))
    .load(&mut db.conn)?;
    let now = Instant::now();
    let consumer = |row: Row| {
        Ok(Consumer {
            consumer: row.consumer,
            cursor: row.place.cursor()?,
            acknowledged_at: row.acknowledged_at,
            lag: row.lag,
            behind: row.oldest.map(|oldest| now.since(oldest).as_secs()),
        })
    };
    rows.into_iter().map(consumer).collect()
}
