//! The consumers of the feeds, in raw SQL: the engines express commit order differently, and diesel has no type `xid8`.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};

use super::{Cursor, Feed, Reset};
use crate::db::types::{Timestamp, sql};
use crate::db::{CursorSql, Db, LogOrder, LogPosition};
use crate::error::Failure;

#[derive(QueryableByName)]
struct CursorRow {
    #[diesel(sql_type = Text)]
    xid: String,
    #[diesel(sql_type = BigInt)]
    position: i64,
    #[diesel(sql_type = Text)]
    nodes: String,
}

impl CursorRow {
    fn cursor(&self) -> anyhow::Result<Cursor> {
        if self.nodes.is_empty() {
            let position = LogPosition { node: None, transaction: self.xid.parse()?, position: self.position };
            return Ok(Cursor::of(position));
        }
        self.nodes.parse().map_err(anyhow::Error::msg)
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

/// How much a consumer lags.
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
pub fn reset_cursor(feed: Feed, reset: &Reset, db: &mut Db) -> anyhow::Result<Cursor> {
    match reset {
        Reset::Start => Ok(Cursor::default()),
        Reset::End => last(feed, &feed.order(db)?, db),
        Reset::At(cursor) if *cursor == Cursor::default() || is_there(feed, cursor, db)? => Ok(cursor.clone()),
        Reset::At(cursor) => Err(Failure::not_found(format!("unknown cursor {cursor}")).into()),
    }
}

/// The cursor of the last row of the feed in an order, or that of the start if there is none.
///
/// # Errors
/// When the database fails.
pub fn last(feed: Feed, order: &LogOrder, db: &mut Db) -> anyhow::Result<Cursor> {
    #[derive(QueryableByName)]
    struct Last {
        #[diesel(sql_type = Text)]
        xid: String,
        #[diesel(sql_type = BigInt)]
        position: i64,
    }
    let (table, condition) = (feed.table(), feed.condition());
    let mut cursor = Cursor::default();
    for stream in &order.streams {
        let last: Option<Last> = sql_query(format!(
            "SELECT {} AS xid, position FROM {table} WHERE {} AND {condition} ORDER BY {} LIMIT 1",
            order.transaction(),
            order.settled_of(stream),
            order.descending(),
        ))
        .get_result(&mut db.conn)
        .optional()?;
        if let Some(Last { xid, position }) = last {
            cursor = cursor.after(LogPosition { node: stream.node, transaction: xid.parse()?, position });
        }
    }
    Ok(cursor)
}

/// Whether the cursor is that of a row which the feed can show, and so is its position on every other node.
///
/// # Errors
/// When the database fails.
pub fn is_there(feed: Feed, cursor: &Cursor, db: &mut Db) -> anyhow::Result<bool> {
    #[derive(QueryableByName)]
    struct Found {
        #[diesel(sql_type = Bool)]
        found: bool,
    }
    let order = feed.order(db)?;
    let (table, condition, settled) = (feed.table(), feed.condition(), order.settled());
    for position in cursor.positions() {
        let at = order.at(*position);
        let row = format!("SELECT EXISTS (SELECT 1 FROM {table} WHERE {at} AND {settled} AND {condition}) AS found");
        if !sql_query(row).get_result::<Found>(&mut db.conn)?.found {
            return Ok(false);
        }
    }
    Ok(!cursor.positions().is_empty())
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
fn place_and_lock(feed: Feed, consumer: &str, db: &mut Db) -> anyhow::Result<Option<Place>> {
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
    let CursorSql { transaction, nodes, .. } = db.conn.engine().cursor_sql();
    let query = format!(
        "SELECT {transaction} AS xid, position, {nodes} AS nodes, types, feed FROM feed_cursor WHERE consumer = $1 {lock}"
    );
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
    let statement = db.conn.engine().cursor_sql().register;
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
pub fn set(feed: Feed, consumer: &str, cursor: &Cursor, at: Timestamp, db: &mut Db) -> anyhow::Result<()> {
    register(feed, consumer, None, db)?;
    place_and_lock(feed, consumer, db)?;
    let nodes = cursor.nodes();
    let position = cursor.position().filter(|_| nodes.is_empty());
    let moved = sql_query(db.conn.engine().cursor_sql().acknowledge)
        .bind::<sql::UtcTimestamp, _>(at)
        .bind::<BigInt, _>(position.map_or(0, |position| position.position))
        .bind::<Text, _>(position.map_or(0, |position| position.transaction).to_string())
        .bind::<Text, _>(consumer)
        .bind::<Text, _>(nodes)
        .execute(&mut db.conn)?;
    anyhow::ensure!(moved == 1, "the cursor {cursor} cannot be stored");
    Ok(())
}

/// The names of the consumers of a feed.
pub(super) fn names(feed: Feed, db: &mut Db) -> anyhow::Result<Vec<String>> {
    #[derive(QueryableByName)]
    struct Name {
        #[diesel(sql_type = Text)]
        consumer: String,
    }
    let names = sql_query("SELECT consumer FROM feed_cursor WHERE feed = $1").bind::<Text, _>(feed.name());
    Ok(names.load::<Name>(&mut db.conn)?.into_iter().map(|row| row.consumer).collect())
}

/// The place and the filter of a consumer, which is locked until the transaction ends.
///
/// # Errors
/// When it is not registered (exit code 6), is a consumer of the other feed, or the database fails.
pub fn registered(feed: Feed, consumer: &str, db: &mut Db) -> anyhow::Result<Place> {
    place_and_lock(feed, consumer, db)?.map_or_else(|| Err(feed.unknown(consumer, db)), Ok)
}

/// All consumers of a feed with their lag, in the order of their names.
///
/// # Errors
/// When the database fails.
pub fn lags(feed: Feed, db: &mut Db) -> anyhow::Result<Vec<Lag>> {
    #[derive(QueryableByName)]
    struct Registered {
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
    }
    #[derive(QueryableByName)]
    struct Unacknowledged {
        #[diesel(sql_type = BigInt)]
        lag: i64,
        #[diesel(sql_type = Nullable<sql::UtcTimestamp>)]
        oldest: Option<Timestamp>,
    }
    let CursorSql { transaction, nodes, .. } = db.conn.engine().cursor_sql();
    let consumers: Vec<Registered> = sql_query(format!(
        "SELECT consumer, {transaction} AS xid, position, {nodes} AS nodes, acknowledged_at, types, \
           (SELECT count(*) FROM feed_parked p WHERE p.consumer = c.consumer) AS parked \
         FROM feed_cursor c WHERE feed = $1 ORDER BY consumer"
    ))
    .bind::<Text, _>(feed.name())
    .load(&mut db.conn)?;
    let order = feed.order(db)?;
    let (table, condition) = (feed.table(), feed.condition());
    let time = match feed {
        Feed::Actions => "recorded_at",
        Feed::Users => "at",
    };
    let mut lags = Vec::new();
    for Registered { consumer, place, acknowledged_at, types, parked } in consumers {
        let cursor = place.cursor()?;
        let after = order.after(cursor.positions());
        let of_type = if types.is_some() { IS_OF_TYPE } else { "$1 = ''" };
        let Unacknowledged { lag, oldest } = sql_query(format!(
            "SELECT count(*) AS lag, min({time}) AS oldest FROM {table} WHERE {after} AND {condition} AND {of_type}"
        ))
        .bind::<Text, _>(types.as_deref().unwrap_or_default())
        .get_result(&mut db.conn)?;
        lags.push(Lag { consumer, place: Place { cursor, types }, acknowledged_at, parked, lag, oldest });
    }
    Ok(lags)
}

/// The condition that an action is of the types in a list with commas, $1.
pub const IS_OF_TYPE: &str = "',' || $1 || ',' LIKE '%,' || action_type || ',%'";
