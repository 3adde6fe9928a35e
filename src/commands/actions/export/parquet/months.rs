//! Which months of the log have changed.

use std::collections::BTreeSet;

use anyhow::Context as _;
use chrono::{DateTime, Months, NaiveDate};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::Text;

use crate::db::types::Timestamp;
use crate::db::{Db, LogOrder};
use crate::feed::{Cursor, Feed};
use crate::schema::user_action;

#[derive(QueryableByName)]
struct Month {
    #[diesel(sql_type = Text)]
    month: String,
}

/// The months of all actions. By the index on their times, a lookup a month.
pub(super) fn all_months(db: &mut Db) -> anyhow::Result<BTreeSet<String>> {
    let mut months = BTreeSet::new();
    let mut start = Timestamp::FIRST;
    loop {
        let next: Option<Timestamp> = user_action::table
            .select(user_action::occurred_at)
            .filter(user_action::occurred_at.ge(start))
            .order(user_action::occurred_at)
            .first(&mut db.conn)
            .optional()?;
        let Some(next) = next else { return Ok(months) };
        let month = next.utc().format("%Y-%m").to_string();
        start = bounds(&month)?.1;
        months.insert(month);
    }
}

/// The month of a time, as SQL.
fn month_of(column: &str, db: &Db) -> String {
    let engine = db.conn.engine();
    let [start, end] = [engine.sql("substr(", "to_char("), engine.sql(", 1, 7)", " AT TIME ZONE 'UTC', 'YYYY-MM')")];
    format!("{start}{column}{end}")
}

/// The months of the actions that were recorded after a cursor.
pub(super) fn months_after(cursor: &Cursor, order: &LogOrder, db: &mut Db) -> anyhow::Result<BTreeSet<String>> {
    let (after, settled) = (order.after(cursor.positions()), order.settled());
    let month = month_of("occurred_at", db);
    let months: Vec<Month> =
        sql_query(format!("SELECT DISTINCT {month} AS month FROM user_action WHERE {after} AND {settled}"))
            .load(&mut db.conn)?;
    Ok(months.into_iter().map(|row| row.month).collect())
}

/// The months of the actions of people whom a merge or an erasure has changed after a cursor.
pub(super) fn months_of_changed_users(cursor: &Cursor, db: &mut Db) -> anyhow::Result<BTreeSet<String>> {
    #[derive(QueryableByName)]
    struct Changed {
        #[diesel(sql_type = Text)]
        user_id: String,
    }
    // A query of its own: where the log is distributed, a node would compare with its own transactions.
    let order = Feed::Users.order(db)?;
    let (after, settled) = (order.after(cursor.positions()), order.settled());
    let changed: Vec<Changed> = sql_query(format!(
        "SELECT DISTINCT coalesce(after ->> 'merged_into', subject_id) AS user_id FROM audit_event \
         WHERE {after} AND {settled} AND subject_kind = 'user' AND verb IN ('merge', 'erase_metadata') AND refusal IS NULL"
    ))
    .load(&mut db.conn)?;
    let changed: Vec<&str> = changed.iter().map(|row| row.user_id.as_str()).collect();
    let month = month_of("occurred_at", db);
    let listed = db.conn.engine().listed_values();
    let months: Vec<Month> =
        sql_query(format!("SELECT DISTINCT {month} AS month FROM user_action WHERE user_id IN ({listed})"))
            .bind::<Text, _>(serde_json::to_string(&changed)?)
            .load(&mut db.conn)?;
    Ok(months.into_iter().map(|row| row.month).collect())
}

/// The first moment of a month, and of the next one.
pub(super) fn bounds(month: &str) -> anyhow::Result<(Timestamp, Timestamp)> {
    let first = NaiveDate::parse_from_str(&format!("{month}-01"), "%Y-%m-%d")?;
    let next = first.checked_add_months(Months::new(1)).context("the month is out of range")?;
    let moment = |day: NaiveDate| -> anyhow::Result<Timestamp> {
        let time: DateTime<chrono::Utc> = day.and_time(chrono::NaiveTime::MIN).and_utc();
        Ok(Timestamp::try_from(time.fixed_offset())?)
    };
    Ok((moment(first)?, moment(next)?))
}
