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
use crate::models::UserAction;
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

impl ActionRow {
    fn feed_row(self) -> anyhow::Result<FeedRow> {
        let cursor = Cursor { transaction: self.xid.parse()?, position: self.action.position };
        Ok(FeedRow { cursor, action: self.action })
    }
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

/// The condition that an action is of the types in a list with commas, $3.
const IS_OF_TYPE: &str = "',' || $3 || ',' LIKE '%,' || action_type || ',%'";

/// A consumer's place in the feed, and its filter.
#[derive(Debug, Clone)]
pub(super) struct Registered {
    pub(super) cursor: Cursor,
    pub(super) types: Option<String>,
}

/// The actions after a cursor, of the types in a list with commas, or of all.
pub(super) fn page(cursor: Cursor, types: Option<&str>, limit: usize, db: &mut Db) -> anyhow::Result<Vec<FeedRow>> {
    let CommitOrder { transaction, after, settled, order, .. } = db.conn.engine().commit_order();
    let columns = UserAction::COLUMNS.join(", ");
    let of_type = if types.is_some() { IS_OF_TYPE } else { "$3 = ''" };
    let rows: Vec<ActionRow> = sql_query(format!(
        "SELECT {transaction} AS xid, {columns} FROM user_action \
         WHERE {after} AND {settled} AND {of_type} ORDER BY {order} LIMIT $4"
    ))
    .bind::<Text, _>(cursor.transaction.to_string())
    .bind::<BigInt, _>(cursor.position)
    .bind::<Text, _>(types.unwrap_or_default())
    .bind::<BigInt, _>(i64::try_from(limit)?)
    .load(&mut db.conn)?;
    rows.into_iter().map(ActionRow::feed_row).collect()
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

/// The id of the action at a cursor, if the feed can show it.
pub(super) fn action_at(cursor: Cursor, db: &mut Db) -> anyhow::Result<Option<String>> {
    #[derive(QueryableByName)]
    struct Found {
        #[diesel(sql_type = Text)]
        id: String,
    }
    let CommitOrder { at, settled, .. } = db.conn.engine().commit_order();
    let found: Option<Found> = sql_query(format!("SELECT id FROM user_action WHERE {at} AND {settled}"))
        .bind::<Text, _>(cursor.transaction.to_string())
        .bind::<BigInt, _>(cursor.position)
        .get_result(&mut db.conn)
        .optional()?;
    Ok(found.map(|found| found.id))
}

/// The place and the filter of a consumer, if it is registered.
pub(super) fn find(consumer: &str, db: &mut Db) -> anyhow::Result<Option<Registered>> {
    find_with(consumer, "", db)
}

/// As [`find`], and locks the consumer until the transaction ends.
pub(super) fn find_and_lock(consumer: &str, db: &mut Db) -> anyhow::Result<Option<Registered>> {
    find_with(consumer, db.conn.engine().sql("", "FOR UPDATE"), db)
}

fn find_with(consumer: &str, lock: &str, db: &mut Db) -> anyhow::Result<Option<Registered>> {
    #[derive(QueryableByName)]
    struct RegisteredRow {
        #[diesel(embed)]
        place: CursorRow,
        #[diesel(sql_type = Nullable<Text>)]
        types: Option<String>,
    }
    let transaction = db.conn.engine().commit_order().transaction;
    let query = format!("SELECT {transaction} AS xid, position, types FROM feed_cursor WHERE consumer = $1 {lock}");
    let found: Option<RegisteredRow> =
        sql_query(query).bind::<Text, _>(consumer).get_result(&mut db.conn).optional()?;
    found.map(|row| Ok(Registered { cursor: row.place.cursor()?, types: row.types })).transpose()
}

/// Registers a consumer at the start of the feed, unless it already exists.
pub(super) fn register(consumer: &str, types: Option<&str>, db: &mut Db) -> anyhow::Result<()> {
    let statement = db.conn.engine().commit_order().register;
    let added = sql_query(statement).bind::<Text, _>(consumer).execute(&mut db.conn)?;
    match types {
        Some(types) if added > 0 => set_types(consumer, types, db),
        _ => Ok(()),
    }
}

/// Changes the filter of a consumer.
pub(super) fn set_types(consumer: &str, types: &str, db: &mut Db) -> anyhow::Result<()> {
    sql_query("UPDATE feed_cursor SET types = $1 WHERE consumer = $2")
        .bind::<Text, _>(types)
        .bind::<Text, _>(consumer)
        .execute(&mut db.conn)?;
    Ok(())
}

/// Removes a consumer, with its parked actions.
pub(super) fn forget(consumer: &str, db: &mut Db) -> anyhow::Result<()> {
    sql_query("DELETE FROM feed_cursor WHERE consumer = $1").bind::<Text, _>(consumer).execute(&mut db.conn)?;
    Ok(())
}

/// Parks an action, unless it is parked.
pub(super) fn park(consumer: &str, action: &str, reason: Option<&str>, db: &mut Db) -> anyhow::Result<()> {
    sql_query("INSERT INTO feed_parked (consumer, action_id, reason) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
        .bind::<Text, _>(consumer)
        .bind::<Text, _>(action)
        .bind::<Nullable<Text>, _>(reason)
        .execute(&mut db.conn)?;
    Ok(())
}

/// Removes an action from the parked ones; returns whether it was there.
pub(super) fn unpark(consumer: &str, action: &str, db: &mut Db) -> anyhow::Result<bool> {
    let removed = sql_query("DELETE FROM feed_parked WHERE consumer = $1 AND action_id = $2")
        .bind::<Text, _>(consumer)
        .bind::<Text, _>(action)
        .execute(&mut db.conn)?;
    Ok(removed > 0)
}

/// The actions that a consumer has parked, in the order of their positions.
pub(super) fn parked(consumer: &str, db: &mut Db) -> anyhow::Result<Vec<FeedRow>> {
    let transaction = db.conn.engine().commit_order().transaction;
    let columns = UserAction::COLUMNS.join(", ");
    let rows: Vec<ActionRow> = sql_query(format!(
        "SELECT {transaction} AS xid, {columns} FROM user_action \
         WHERE id IN (SELECT action_id FROM feed_parked WHERE consumer = $1) ORDER BY position"
    ))
    .bind::<Text, _>(consumer)
    .load(&mut db.conn)?;
    rows.into_iter().map(ActionRow::feed_row).collect()
}

/// Sets the cursor of a consumer, which is registered if it does not exist.
pub(super) fn set(consumer: &str, cursor: Cursor, at: Timestamp, db: &mut Db) -> anyhow::Result<()> {
    register(consumer, None, db)?;
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
        #[diesel(sql_type = Nullable<Text>)]
        types: Option<String>,
        #[diesel(sql_type = BigInt)]
        parked: i64,
        #[diesel(sql_type = BigInt)]
        lag: i64,
        #[diesel(sql_type = Nullable<sql::UtcTimestamp>)]
        oldest: Option<Timestamp>,
    }
    let CommitOrder { cursor_transaction, unacknowledged, .. } = db.conn.engine().commit_order();
    let its_own = "(c.types IS NULL OR ',' || c.types || ',' LIKE '%,' || a.action_type || ',%')";
    let rows: Vec<ConsumerRow> = sql_query(format!(
        "SELECT consumer, {cursor_transaction} AS xid, c.position, acknowledged_at, types, \
           (SELECT count(*) FROM feed_parked p WHERE p.consumer = c.consumer) AS parked, \
           (SELECT count(*) FROM user_action a WHERE {unacknowledged} AND {its_own}) AS lag, \
           (SELECT min(recorded_at) FROM user_action a WHERE {unacknowledged} AND {its_own}) AS oldest \
         FROM feed_cursor c ORDER BY consumer"
    ))
    .load(&mut db.conn)?;
    let consumer = |row: ConsumerRow| {
        let cursor = row.place.cursor()?;
        Ok(Consumer {
            consumer: row.consumer,
            cursor,
            types: row.types,
            parked: row.parked,
            acknowledged_at: (cursor != Cursor::default()).then_some(row.acknowledged_at),
            lag: row.lag,
            behind_seconds: row.oldest.map(|oldest| now.since(oldest).as_secs()),
        })
    };
    rows.into_iter().map(consumer).collect()
}
