//! Queries of the feed, in raw SQL: the engines express commit order differently, and diesel has no type `xid8`.
//!
//! On PostgreSQL a row is shown once every transaction that started before its own has ended: `pg_snapshot_xmin` is
//! the oldest one still open, in any database of the server. A position is assigned before the commit, so a reader
//! that ordered by position alone would skip rows that are committed later.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};
use serde::Serialize;

use super::Consumer;
use super::cursor::{Cursor, Reset};
use crate::db::types::{Timestamp, sql};
use crate::db::{CommitOrder, Db};
use crate::models::{ActionType, UserAction};
use crate::output::Record as _;

/// An action of the feed with its cursor.
#[derive(Debug, Serialize)]
pub(super) struct FeedRow {
    pub(super) cursor: Cursor,
    #[serde(flatten)]
    action: UserAction,
}

#[derive(QueryableByName)]
struct ActionRow {
    #[diesel(sql_type = Text)]
    xid: String,
    #[diesel(embed)]
    action: UserAction,
}

#[derive(QueryableByName)]
struct CursorRow {
    #[diesel(sql_type = Text)]
    xid: String,
    #[diesel(sql_type = BigInt)]
    position: i64,
}

impl CursorRow {
    fn cursor(&self) -> anyhow::Result<Cursor> {
        Ok(Cursor { transaction: self.xid.parse()?, position: self.position })
    }
}

/// The actions after a cursor, of the given types; of all types if `types` is empty.
pub(super) fn page(cursor: Cursor, types: &[ActionType], limit: usize, db: &mut Db) -> anyhow::Result<Vec<FeedRow>> {
    let CommitOrder { transaction, after, settled, order, .. } = db.conn.engine().commit_order();
    let columns = UserAction::COLUMNS.join(", ");
    let types: Vec<String> = types.iter().map(|action_type| format!("'{action_type}'")).collect();
    let of_type = if types.is_empty() { "TRUE".to_owned() } else { format!("action_type IN ({})", types.join(", ")) };
    let rows: Vec<ActionRow> = sql_query(format!(
        "SELECT {transaction} AS xid, {columns} FROM user_action \
         WHERE {after} AND {settled} AND {of_type} ORDER BY {order} LIMIT $3"
    ))
    .bind::<Text, _>(cursor.transaction.to_string())
    .bind::<BigInt, _>(cursor.position)
    .bind::<BigInt, _>(i64::try_from(limit)?)
    .load(&mut db.conn)?;
    let feed_row = |row: ActionRow| {
        let cursor = Cursor { transaction: row.xid.parse()?, position: row.action.position };
        Ok(FeedRow { cursor, action: row.action })
    };
    rows.into_iter().map(feed_row).collect()
}

/// The cursor that `--reset` names.
pub(super) fn reset_cursor(reset: Reset, db: &mut Db) -> anyhow::Result<Cursor> {
    match reset {
        Reset::Start => Ok(Cursor::default()),
        Reset::End => last(db),
        Reset::At(cursor) => Ok(cursor),
    }
}

/// The cursor of the last action of the feed, or that of the start if the log is empty.
fn last(db: &mut Db) -> anyhow::Result<Cursor> {
    let CommitOrder { transaction, settled, latest_first, .. } = db.conn.engine().commit_order();
    let last: Option<CursorRow> = sql_query(format!(
        "SELECT {transaction} AS xid, position FROM user_action WHERE {settled} ORDER BY {latest_first} LIMIT 1"
    ))
    .get_result(&mut db.conn)
    .optional()?;
    last.map_or(Ok(Cursor::default()), |last| last.cursor())
}

/// Whether the cursor is that of an action which the feed can show.
pub(super) fn is_there(cursor: Cursor, db: &mut Db) -> anyhow::Result<bool> {
    #[derive(QueryableByName)]
    struct Found {
        #[diesel(sql_type = Bool)]
        found: bool,
    }
    let CommitOrder { at, settled, .. } = db.conn.engine().commit_order();
    let found: Found =
        sql_query(format!("SELECT EXISTS (SELECT 1 FROM user_action WHERE {at} AND {settled}) AS found"))
            .bind::<Text, _>(cursor.transaction.to_string())
            .bind::<BigInt, _>(cursor.position)
            .get_result(&mut db.conn)?;
    Ok(found.found)
}

/// The cursor of a consumer, if it is registered.
pub(super) fn find(consumer: &str, db: &mut Db) -> anyhow::Result<Option<Cursor>> {
    find_with(consumer, "", db)
}

/// As [`find`], and locks the consumer until the transaction ends.
pub(super) fn find_and_lock(consumer: &str, db: &mut Db) -> anyhow::Result<Option<Cursor>> {
    find_with(consumer, db.conn.engine().sql("", "FOR UPDATE"), db)
}

fn find_with(consumer: &str, lock: &str, db: &mut Db) -> anyhow::Result<Option<Cursor>> {
    let transaction = db.conn.engine().commit_order().transaction;
    let found: Option<CursorRow> =
        sql_query(format!("SELECT {transaction} AS xid, position FROM feed_cursor WHERE consumer = $1 {lock}"))
            .bind::<Text, _>(consumer)
            .get_result(&mut db.conn)
            .optional()?;
    found.map(|place| place.cursor()).transpose()
}

/// Registers a consumer at the start of the feed, unless it already exists.
pub(super) fn register(consumer: &str, db: &mut Db) -> anyhow::Result<()> {
    let statement = db.conn.engine().commit_order().register;
    sql_query(statement).bind::<Text, _>(consumer).execute(&mut db.conn)?;
    Ok(())
}

/// Sets the cursor of a consumer, which is registered if it does not exist.
pub(super) fn set(consumer: &str, cursor: Cursor, at: Timestamp, db: &mut Db) -> anyhow::Result<()> {
    register(consumer, db)?;
    let statement = db.conn.engine().commit_order().acknowledge;
    sql_query(statement)
        .bind::<sql::UtcTimestamp, _>(at)
        .bind::<BigInt, _>(cursor.position)
        .bind::<Text, _>(cursor.transaction.to_string())
        .bind::<Text, _>(consumer)
        .execute(&mut db.conn)?;
    Ok(())
}

/// All consumers with their lag, in the order of their names.
pub(super) fn consumers(now: Timestamp, db: &mut Db) -> anyhow::Result<Vec<Consumer>> {
    #[derive(QueryableByName)]
    struct ConsumerRow {
        #[diesel(sql_type = Text)]
        consumer: String,
        #[diesel(embed)]
        place: CursorRow,
        #[diesel(sql_type = sql::UtcTimestamp)]
        acknowledged_at: Timestamp,
        #[diesel(sql_type = BigInt)]
        lag: i64,
        #[diesel(sql_type = Nullable<sql::UtcTimestamp>)]
        oldest: Option<Timestamp>,
    }
    let CommitOrder { cursor_transaction, unacknowledged, .. } = db.conn.engine().commit_order();
    let rows: Vec<ConsumerRow> = sql_query(format!(
        "SELECT consumer, {cursor_transaction} AS xid, c.position, acknowledged_at, \
           (SELECT count(*) FROM user_action a WHERE {unacknowledged}) AS lag, \
           (SELECT min(recorded_at) FROM user_action a WHERE {unacknowledged}) AS oldest \
         FROM feed_cursor c ORDER BY consumer"
    ))
    .load(&mut db.conn)?;
    let consumer = |row: ConsumerRow| {
        let cursor = row.place.cursor()?;
        Ok(Consumer {
            consumer: row.consumer,
            cursor,
            acknowledged_at: (cursor != Cursor::default()).then_some(row.acknowledged_at),
            lag: row.lag,
            behind_seconds: row.oldest.map(|oldest| now.since(oldest).as_secs()),
        })
    };
    rows.into_iter().map(consumer).collect()
}
