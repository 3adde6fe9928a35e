//! The newest event of each source.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::Text;

use crate::db::Db;
use crate::db::types::{Timestamp, sql};
use crate::models::SourceSystem;
use crate::schema::user_action;

/// The events that are looked at by the index on times before the whole log is read.
const RECENT: i64 = 10_000;

#[derive(QueryableByName)]
struct Newest {
    #[diesel(sql_type = Text)]
    source: String,
    #[diesel(sql_type = sql::UtcTimestamp)]
    newest: Timestamp,
}

/// The time of the newest event of each source that has any, of those that are not in the future, in one reading of the log:
/// for a source without events, an index on times would be read to its end, with a row looked up for each entry.
///
/// # Errors
/// When the database fails.
pub fn newest_events(now: Timestamp, db: &mut Db) -> anyhow::Result<BTreeMap<SourceSystem, Timestamp>> {
    let time = db.conn.engine().unindexed("occurred_at");
    let rows: Vec<Newest> = sql_query(format!(
        "SELECT source_system AS source, max(occurred_at) AS newest FROM user_action \
         WHERE {time} <= $1 AND source_system IS NOT NULL GROUP BY source_system"
    ))
    .bind::<sql::UtcTimestamp, _>(now)
    .load(&mut db.conn)?;
    rows.into_iter().map(|row| Ok((row.source.parse()?, row.newest))).collect()
}

/// The time of the newest event of a source, or of all of them.
///
/// # Errors
/// When the database fails.
pub fn newest_event(source: Option<SourceSystem>, now: Timestamp, db: &mut Db) -> anyhow::Result<Option<Timestamp>> {
    let latest = user_action::table
        .select((user_action::occurred_at, user_action::source_system))
        .filter(user_action::occurred_at.le(now))
        .order(user_action::occurred_at.desc());
    let Some(source) = source else {
        let newest: Option<(Timestamp, Option<SourceSystem>)> = latest.first(&mut db.conn).optional()?;
        return Ok(newest.map(|(newest, _)| newest));
    };
    let recent: Vec<(Timestamp, Option<SourceSystem>)> = latest.limit(RECENT).load(&mut db.conn)?;
    match recent.into_iter().find(|(_, of)| *of == Some(source)) {
        Some((newest, _)) => Ok(Some(newest)),
        None => Ok(newest_events(now, db)?.remove(&source)),
    }
}
