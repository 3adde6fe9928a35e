//! Who was active when.

use std::collections::{BTreeMap, HashMap};

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Text};
use serde::Serialize;

use super::percent;
use crate::clock::{Clock, Unit};
use crate::db::types::{Timestamp, sql};
use crate::db::{Db, Parameter, TimeBucket, for_each_row};
use crate::models::{ActionType, time_column};
use crate::selection::People;

/// The spans in which users were active.
pub struct Activity {
    /// The names of the spans.
    names: Vec<String>,
    /// The spans of each user, by their places among the names: of millions, the names would take ten times the memory.
    users: HashMap<Box<str>, Vec<u32>>,
}

/// How many of the users whose first actions were in a week came back some weeks later.
#[derive(Debug, Clone, Serialize)]
pub struct RetentionCell {
    /// The week of the first action, by its first day.
    pub week: String,
    /// Users whose first action was then.
    pub users: u64,
    /// The number of weeks after it.
    pub weeks_later: u64,
    /// Those who acted in that week.
    pub active: u64,
    /// The same as a percentage.
    pub retention_percent: Option<f64>,
    /// Whether that week is not over.
    pub partial: bool,
}

#[derive(QueryableByName)]
struct UserSpan {
    #[diesel(sql_type = Text)]
    user_id: String,
    #[diesel(sql_type = Text)]
    span: String,
}

/// The weeks in which users were active, within a span.
///
/// # Errors
/// When the database fails.
pub fn activity_weeks(
    unit: Unit,
    (since, until): (Timestamp, Timestamp),
    users: Option<&People>,
    clock: Clock,
    db: &mut Db,
) -> anyhow::Result<Activity> {
    spans(unit.bucket(), since, until, users, clock, db)
}

fn spans(
    bucket: TimeBucket,
    since: Timestamp,
    until: Timestamp,
    users: Option<&People>,
    clock: Clock,
    db: &mut Db,
) -> anyhow::Result<Activity> {
    let engine = db.conn.engine();
    engine.prepare_time_buckets(clock.tz(), &mut db.conn)?;
    let span = engine.time_bucket(bucket, "occurred_at", clock.tz());
    let time = time_column(since, until, &mut db.conn)?;
    // The name of the span is an expression of the engine.
    let text = format!(
        "SELECT DISTINCT CAST(user_id AS text) AS user_id, {span} AS span FROM user_action \
         WHERE {time} >= $1 AND {time} < $2"
    );
    let mut activity = Activity { names: Vec::new(), users: HashMap::new() };
    let mut places: HashMap<String, u32> = HashMap::new();
    for_each_row(&text, &[Parameter::Time(since), Parameter::Time(until)], &mut db.conn, |row: UserSpan| {
        if users.is_some_and(|users| !users.contains(&row.user_id)) {
            return Ok(());
        }
        let place = if let Some(place) = places.get(&row.span) {
            *place
        } else {
            let place = u32::try_from(activity.names.len())?;
            activity.names.push(row.span.clone());
            places.insert(row.span, place);
            place
        };
        activity.users.entry(row.user_id.into()).or_default().push(place);
        Ok(())
    })?;
    Ok(activity)
}

/// The number of users with an action in a span.
///
/// # Errors
/// When the database fails.
pub fn active_users(since: Timestamp, until: Timestamp, users: Option<&People>, db: &mut Db) -> anyhow::Result<u64> {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        users: i64,
    }
    #[derive(QueryableByName)]
    struct Id {
        #[diesel(sql_type = Text)]
        user_id: String,
    }
    let time = time_column(since, until, &mut db.conn)?;
    let Some(users) = users else {
        let count: Count = sql_query(format!(
            "SELECT count(DISTINCT user_id) AS users FROM user_action WHERE {time} >= $1 AND {time} < $2"
        ))
        .bind::<sql::UtcTimestamp, _>(since)
        .bind::<sql::UtcTimestamp, _>(until)
        .get_result(&mut db.conn)?;
        return Ok(count.users.unsigned_abs());
    };
    let text =
        format!("SELECT DISTINCT CAST(user_id AS text) AS user_id FROM user_action WHERE {time} >= $1 AND {time} < $2");
    let mut count = 0;
    for_each_row(&text, &[Parameter::Time(since), Parameter::Time(until)], &mut db.conn, |id: Id| {
        count += u64::from(users.contains(&id.user_id));
        Ok(())
    })?;
    Ok(count)
}

/// The users of a span of whole days, and the mean number of users a day as a percentage of them; `None` without any.
///
/// # Errors
/// When the database fails.
#[expect(clippy::cast_precision_loss, reason = "counts stay below 2^53")]
pub fn stickiness(
    since: Timestamp,
    until: Timestamp,
    users: Option<&People>,
    clock: Clock,
    db: &mut Db,
) -> anyhow::Result<Option<(u64, f64)>> {
    let days = spans(TimeBucket::Day, since, until, users, clock, db)?;
    let (all, user_days) = (days.users.len() as f64, days.users.values().map(Vec::len).sum::<usize>() as f64);
    let length = if since < until { clock.periods(Unit::Day, since, until)?.len() as f64 } else { 0.0 };
    let percent = || (user_days / length / all * 1000.0).round() / 10.0;
    Ok((all > 0.0 && length > 0.0).then(|| (days.users.len() as u64, percent())))
}

/// The retention of the users whose first week is one of these, each up to the last of them.
#[must_use]
pub fn retention(activity: &Activity, weeks: &[(String, bool)]) -> Vec<RetentionCell> {
    let place: HashMap<&str, usize> = weeks.iter().enumerate().map(|(n, (week, _))| (&**week, n)).collect();
    let mut cohorts: BTreeMap<usize, (u64, Vec<u64>)> = BTreeMap::new();
    // The place of each span among the weeks.
    let among: Vec<Option<usize>> = activity.names.iter().map(|name| place.get(&**name).copied()).collect();
    for active in activity.users.values() {
        let first = active.iter().min_by_key(|span| &activity.names[**span as usize]);
        let Some(first) = first.and_then(|span| among[*span as usize]) else { continue };
        let (users, later) = cohorts.entry(first).or_insert_with(|| (0, vec![0; weeks.len() - first]));
        *users += 1;
        for week in active.iter().filter_map(|span| among[*span as usize]) {
            later[week - first] += 1;
        }
    }
    if let (Some((&first, _)), Some((&last, _))) = (cohorts.first_key_value(), cohorts.last_key_value()) {
        // Of a week between others in which nobody began, nobody can come back: it has one cell.
        for first in first..=last {
            cohorts.entry(first).or_insert_with(|| (0, vec![0]));
        }
    }
    cohorts
        .into_iter()
        .flat_map(|(first, (users, later))| {
            later.into_iter().enumerate().map(move |(n, active)| RetentionCell {
                week: weeks[first].0.clone(),
                users,
                weeks_later: n as u64,
                active,
                retention_percent: percent(active, users),
                partial: weeks[first + n].1,
            })
        })
        .collect()
}

impl Activity {
    /// The number of users who were active in each week.
    #[must_use]
    pub fn counts(&self) -> HashMap<&str, u64> {
        let mut counts = HashMap::new();
        for span in self.users.values().flatten() {
            *counts.entry(self.names[*span as usize].as_str()).or_default() += 1;
        }
        counts
    }
}

/// The number of actions in a span, and of the users who took them.
///
/// # Errors
/// When the database fails.
pub fn actions_and_users(
    since: Timestamp,
    until: Timestamp,
    users: Option<&People>,
    db: &mut Db,
) -> anyhow::Result<(u64, u64)> {
    #[derive(QueryableByName)]
    struct UserCount {
        #[diesel(sql_type = Text)]
        user_id: String,
        #[diesel(sql_type = BigInt)]
        actions: i64,
    }
    let time = time_column(since, until, &mut db.conn)?;
    let text = format!(
        "SELECT CAST(user_id AS text) AS user_id, count(*) AS actions FROM user_action \
         WHERE {time} >= $1 AND {time} < $2 GROUP BY CAST(user_id AS text)"
    );
    let mut counted = (0, 0);
    for_each_row(&text, &[Parameter::Time(since), Parameter::Time(until)], &mut db.conn, |count: UserCount| {
        if users.is_none_or(|users| users.contains(&count.user_id)) {
            counted = (counted.0 + count.actions.unsigned_abs(), counted.1 + 1);
        }
        Ok(())
    })?;
    Ok(counted)
}

/// The number of actions in each hour of each day of the week, from Monday.
///
/// # Errors
/// When the database fails.
pub fn weekdays_and_hours(
    since: Timestamp,
    until: Timestamp,
    users: Option<&People>,
    clock: Clock,
    db: &mut Db,
) -> anyhow::Result<[[u64; 24]; 7]> {
    #[derive(QueryableByName)]
    struct HourCount {
        #[diesel(sql_type = Text)]
        user_id: String,
        #[diesel(sql_type = Text)]
        weekday: String,
        #[diesel(sql_type = Text)]
        hour: String,
        #[diesel(sql_type = BigInt)]
        actions: i64,
    }
    let engine = db.conn.engine();
    engine.prepare_time_buckets(clock.tz(), &mut db.conn)?;
    let [weekday, hour] = [TimeBucket::Weekday, TimeBucket::HourOfDay]
        .map(|bucket| engine.time_bucket(bucket, "occurred_at", clock.tz()));
    let time = time_column(since, until, &mut db.conn)?;
    let user = if users.is_some() { "CAST(user_id AS text)" } else { "''" };
    let text = format!(
        "SELECT {user} AS user_id, {weekday} AS weekday, {hour} AS hour, count(*) AS actions FROM user_action \
         WHERE {time} >= $1 AND {time} < $2 GROUP BY 1, 2, 3"
    );
    let mut cells = [[0; 24]; 7];
    for_each_row(&text, &[Parameter::Time(since), Parameter::Time(until)], &mut db.conn, |count: HourCount| {
        if users.is_some_and(|users| !users.contains(&count.user_id)) {
            return Ok(());
        }
        let place = count.weekday.parse::<usize>().ok().zip(count.hour.parse::<usize>().ok());
        let row = place.and_then(|(day, hour)| cells.get_mut(day.checked_sub(1)?)?.get_mut(hour));
        if let Some(cell) = row {
            *cell += count.actions.unsigned_abs();
        }
        Ok(())
    })?;
    Ok(cells)
}

/// The users with an action of a type on a course, in a span.
///
/// # Errors
/// When the database fails.
pub fn users_who(action: ActionType, since: Timestamp, until: Timestamp, db: &mut Db) -> anyhow::Result<Vec<String>> {
    #[derive(QueryableByName)]
    struct Id {
        #[diesel(sql_type = Text)]
        user_id: String,
    }
    let time = time_column(since, until, &mut db.conn)?;
    let ids: Vec<Id> = sql_query(format!(
        "SELECT DISTINCT CAST(user_id AS text) AS user_id FROM user_action \
         WHERE {time} >= $1 AND {time} < $2 AND action_type = $3 AND target_type = 'course'"
    ))
    .bind::<sql::UtcTimestamp, _>(since)
    .bind::<sql::UtcTimestamp, _>(until)
    .bind::<Text, _>(action.as_str())
    .load(&mut db.conn)?;
    Ok(ids.into_iter().map(|id| id.user_id).collect())
}
