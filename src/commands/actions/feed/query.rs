//! Queries of the feed of actions, in raw SQL: diesel has no type `xid8`.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Nullable, Text};
use serde::Serialize;

use crate::commands::feed::Delivered;
use crate::db::{Db, LogPosition};
use crate::feed::{self, Cursor, Feed, IS_OF_TYPE};
use crate::models::UserAction;
use crate::output::Record as _;

/// An action of the feed with its cursor.
#[derive(Debug, Serialize)]
pub(super) struct FeedRow {
    pub(super) cursor: Cursor,
    #[serde(flatten)]
    action: UserAction,
}

impl Delivered for FeedRow {
    fn cursor(&self) -> &Cursor {
        &self.cursor
    }
}

#[derive(QueryableByName)]
struct ActionRow {
    #[diesel(sql_type = Text)]
    xid: String,
    #[diesel(embed)]
    action: UserAction,
}

impl ActionRow {
    fn position(&self, node: Option<u32>) -> anyhow::Result<LogPosition> {
        Ok(LogPosition { node, transaction: self.xid.parse()?, position: self.action.position })
    }
}

/// The actions after a cursor, of the types in a list with commas, or of all. Those of several nodes are merged by the time
/// they were recorded; those of one node stay in its order.
pub(super) fn page(cursor: &Cursor, types: Option<&str>, limit: usize, db: &mut Db) -> anyhow::Result<Vec<FeedRow>> {
    let order = Feed::Actions.order(db)?;
    let columns = UserAction::COLUMNS.join(", ");
    let of_type = if types.is_some() { IS_OF_TYPE } else { "$1 = ''" };
    let mut nodes = Vec::new();
    for stream in &order.streams {
        let rows: Vec<ActionRow> = sql_query(format!(
            "SELECT {} AS xid, {columns} FROM user_action WHERE {} AND {of_type} ORDER BY {} LIMIT $2",
            order.transaction(),
            order.settled_after(stream, cursor.positions()),
            order.ascending(),
        ))
        .bind::<Text, _>(types.unwrap_or_default())
        .bind::<BigInt, _>(i64::try_from(limit)?)
        .load(&mut db.conn)?;
        nodes.push((stream.node, rows.into_iter().peekable()));
    }
    let (mut cursor, mut merged) = (cursor.clone(), Vec::new());
    while merged.len() < limit {
        let next = nodes.iter_mut().filter_map(|(node, rows)| Some((rows.peek()?.action.recorded_at, *node, rows)));
        let Some((_, node, rows)) = next.min_by_key(|(recorded_at, ..)| *recorded_at) else { break };
        if let Some(row) = rows.next() {
            cursor = cursor.after(row.position(node)?);
            merged.push(FeedRow { cursor: cursor.clone(), action: row.action });
        }
    }
    Ok(merged)
}

/// The id of the action at a cursor, if the feed can show it.
pub(super) fn action_at(cursor: &Cursor, db: &mut Db) -> anyhow::Result<Option<String>> {
    #[derive(QueryableByName)]
    struct Found {
        #[diesel(sql_type = Text)]
        id: String,
    }
    let Some(position) = cursor.position() else { return Ok(None) };
    if !feed::is_there(Feed::Actions, cursor, db)? {
        return Ok(None);
    }
    let order = Feed::Actions.order(db)?;
    let (at, settled) = (order.at(position), order.settled());
    let found: Option<Found> = sql_query(format!("SELECT id FROM user_action WHERE {at} AND {settled}"))
        .get_result(&mut db.conn)
        .optional()?;
    Ok(found.map(|found| found.id))
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

/// The actions that a consumer has parked, in the order of their positions. The cursor of each is that of the action alone.
pub(super) fn parked(consumer: &str, db: &mut Db) -> anyhow::Result<Vec<FeedRow>> {
    let order = Feed::Actions.order(db)?;
    let columns = UserAction::COLUMNS.join(", ");
    let mut parked = Vec::new();
    for stream in &order.streams {
        let rows: Vec<ActionRow> = sql_query(format!(
            "SELECT {} AS xid, {columns} FROM user_action \
             WHERE {} AND id IN (SELECT action_id FROM feed_parked WHERE consumer = $1)",
            order.transaction(),
            order.settled_of(stream),
        ))
        .bind::<Text, _>(consumer)
        .load(&mut db.conn)?;
        for row in rows {
            parked.push(FeedRow { cursor: Cursor::of(row.position(stream.node)?), action: row.action });
        }
    }
    parked.sort_unstable_by_key(|row| row.action.position);
    Ok(parked)
}
