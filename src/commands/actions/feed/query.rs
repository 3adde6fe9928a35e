//! Queries of the feed of actions, in raw SQL: diesel has no type `xid8`.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Nullable, Text};
use serde::Serialize;

use crate::db::{CommitOrder, Db};
use crate::feed::Cursor;
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

/// The condition that an action is of the types in a list with commas, $3.
const IS_OF_TYPE: &str = "',' || $3 || ',' LIKE '%,' || action_type || ',%'";

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
