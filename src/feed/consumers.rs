//! The consumers of the feeds, in raw SQL: the engines express commit order differently, and diesel has no type `xid8`.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};

use super::{Cursor, Feed, Reset};
use crate::db::types::{Timestamp, sql};
use crate::db::{CommitOrder, Db};
use crate::error::Failure;

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

/// A consumer's place in the feed, and its filter.
#[derive(Debug, Clone)]
pub struct Place {
    /// What was acknowledged last.
    pub cursor: Cursor,
    /// The types of actions that it gets, with commas between them; all if there are none.
    pub types: Option<String>,
}

/// How far a consumer is behind.
#[derive(Debug)]
pub struct Lag {
    /// The name of the consumer.
    pub consumer: String,
    /// Its place.
    pub place: Place,
    /// When it acknowledged something, or was registered.
    pub acknowledged_at: Timestamp,
    /// Number of parked actions.
    pub parked: i64,
    /// Number of rows that it has not acknowledged.
    pub lag: i64,
    /// The time of the first of them.
    pub oldest: Option<Timestamp>,
}

/// The cursor that `--reset` names.
///
/// # Errors
/// When the feed has no such cursor (exit code 6), or the database fails.
pub fn reset_cursor(feed: Feed, reset: Reset, db: &mut Db) -> anyhow::Result<Cursor> {
    match reset {
        Reset::Start => Ok(Cursor::default()),
        Reset::End => last(feed, db),
        Reset::At(cursor) if cursor == Cursor::default() || is_there(feed, cursor, db)? => Ok(cursor),
        Reset::At(cursor) => Err(Failure::not_found(format!("unknown cursor {cursor}")).into()),
    }
}

/// The cursor of the last row of the feed, or that of the start if there is none.
///
/// # Errors
/// When the database fails.
pub fn last(feed: Feed, db: &mut Db) -> anyhow::Result<Cursor> {
    let CommitOrder { transaction, settled, latest_first, .. } = db.conn.engine().commit_order();
    let (table, condition) = (feed.table(), feed.condition());
    let last: Option<CursorRow> = sql_query(format!(
        "SELECT {transaction} AS xid, position FROM {table} WHERE {settled} AND {condition} \
         ORDER BY {latest_first} LIMIT 1"
    ))
    .get_result(&mut db.conn)
    .optional()?;
    last.map_or(Ok(Cursor::default()), |last| last.cursor())
}

/// Whether the cursor is that of a row which the feed can show.
///
/// # Errors
/// When the database fails.
pub fn is_there(feed: Feed, cursor: Cursor, db: &mut Db) -> anyhow::Result<bool> {
    #[derive(QueryableByName)]
    struct Found {
        #[diesel(sql_type = Bool)]
        found: bool,
    }
    let CommitOrder { at, settled, .. } = db.conn.engine().commit_order();
    let (table, condition) = (feed.table(), feed.condition());
    let found: Found =
        sql_query(format!("SELECT EXISTS (SELECT 1 FROM {table} WHERE {at} AND {settled} AND {condition}) AS found"))
            .bind::<Text, _>(cursor.transaction.to_string())
            .bind::<BigInt, _>(cursor.position)
            .get_result(&mut db.conn)?;
    Ok(found.found)
}

/// The place and the filter of a consumer, if it is registered.
///
/// # Errors
/// When it is a consumer of the other feed, or the database fails.
pub fn place(feed: Feed, consumer: &str, db: &mut Db) -> anyhow::Result<Option<Place>> {
    place_with(feed, consumer, "", db)
}

/// As [`place`], and locks the consumer until the transaction ends.
///
/// # Errors
/// As [`place`].
pub fn place_and_lock(feed: Feed, consumer: &str, db: &mut Db) -> anyhow::Result<Option<Place>> {
    place_with(feed, consumer, db.conn.engine().sql("", "FOR UPDATE"), db)
}

fn place_with(feed: Feed, consumer: &str, lock: &str, db: &mut Db) -> anyhow::Result<Option<Place>> {
    #[derive(QueryableByName)]
    struct PlaceRow {
        #[diesel(embed)]
        place: CursorRow,
        #[diesel(sql_type = Nullable<Text>)]
        types: Option<String>,
        #[diesel(sql_type = Text)]
        feed: String,
    }
    let transaction = db.conn.engine().commit_order().transaction;
    let query =
        format!("SELECT {transaction} AS xid, position, types, feed FROM feed_cursor WHERE consumer = $1 {lock}");
    let found: Option<PlaceRow> = sql_query(query).bind::<Text, _>(consumer).get_result(&mut db.conn).optional()?;
    let Some(row) = found else { return Ok(None) };
    if row.feed != feed.name() {
        let message = format!("{consumer} is a consumer of rollbook {} feed", row.feed);
        return Err(Failure::usage(message).hint("use another name for each feed").into());
    }
    Ok(Some(Place { cursor: row.place.cursor()?, types: row.types }))
}

/// Registers a consumer at the start of the feed, unless it already exists.
///
/// # Errors
/// When the database fails.
pub fn register(feed: Feed, consumer: &str, types: Option<&str>, db: &mut Db) -> anyhow::Result<()> {
    let statement = db.conn.engine().commit_order().register;
    let added = sql_query(statement).bind::<Text, _>(consumer).bind::<Text, _>(feed.name()).execute(&mut db.conn)?;
    match types {
        Some(types) if added > 0 => set_types(consumer, types, db),
        _ => Ok(()),
    }
}

/// Changes the filter of a consumer.
///
/// # Errors
/// When the database fails.
pub fn set_types(consumer: &str, types: &str, db: &mut Db) -> anyhow::Result<()> {
    sql_query("UPDATE feed_cursor SET types = $1 WHERE consumer = $2")
        .bind::<Text, _>(types)
        .bind::<Text, _>(consumer)
        .execute(&mut db.conn)?;
    Ok(())
}

/// Removes a consumer, with its parked actions.
///
/// # Errors
/// When the database fails.
pub fn forget(consumer: &str, db: &mut Db) -> anyhow::Result<()> {
    sql_query("DELETE FROM feed_cursor WHERE consumer = $1").bind::<Text, _>(consumer).execute(&mut db.conn)?;
    Ok(())
}

/// Sets the cursor of a consumer, which is registered if it does not exist.
///
/// # Errors
/// When it is a consumer of the other feed, or the database fails.
pub fn set(feed: Feed, consumer: &str, cursor: Cursor, at: Timestamp, db: &mut Db) -> anyhow::Result<()> {
    register(feed, consumer, None, db)?;
    place_and_lock(feed, consumer, db)?;
    let statement = db.conn.engine().commit_order().acknowledge;
    sql_query(statement)
        .bind::<sql::UtcTimestamp, _>(at)
        .bind::<BigInt, _>(cursor.position)
        .bind::<Text, _>(cursor.transaction.to_string())
        .bind::<Text, _>(consumer)
        .execute(&mut db.conn)?;
    Ok(())
}

/// All consumers of a feed with their lag, in the order of their names.
///
/// # Errors
/// When the database fails.
pub fn lags(feed: Feed, db: &mut Db) -> anyhow::Result<Vec<Lag>> {
    #[derive(QueryableByName)]
    struct LagRow {
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
    let (table, time, its_own) = match feed {
        Feed::Actions => (
            "user_action",
            "recorded_at",
            "(c.types IS NULL OR ',' || c.types || ',' LIKE '%,' || a.action_type || ',%')",
        ),
        Feed::Users => ("audit_event", "at", feed.condition()),
    };
    let rows: Vec<LagRow> = sql_query(format!(
        "SELECT consumer, {cursor_transaction} AS xid, c.position, acknowledged_at, types, \
           (SELECT count(*) FROM feed_parked p WHERE p.consumer = c.consumer) AS parked, \
           (SELECT count(*) FROM {table} a WHERE {unacknowledged} AND {its_own}) AS lag, \
           (SELECT min({time}) FROM {table} a WHERE {unacknowledged} AND {its_own}) AS oldest \
         FROM feed_cursor c WHERE feed = $1 ORDER BY consumer"
    ))
    .bind::<Text, _>(feed.name())
    .load(&mut db.conn)?;
    let lag = |row: LagRow| {
        let place = Place { cursor: row.place.cursor()?, types: row.types };
        let LagRow { consumer, acknowledged_at, parked, lag, oldest, .. } = row;
        Ok(Lag { consumer, place, acknowledged_at, parked, lag, oldest })
    };
    rows.into_iter().map(lag).collect()
}
