//! Finds the users who qualify, in one query over the action log.

use chrono_tz::Tz;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Bool, Double, Nullable, Text};

use super::rule::{Criterion, Rule};
use crate::clock::Clock;
use crate::db::types::{Timestamp, sql};
use crate::db::{Db, TimeBucket, statement};
use crate::models::time_column;

const SQLITE: &str = include_str!("qualified.sqlite.sql");
const POSTGRES: &str = include_str!("qualified.postgres.sql");

/// A user who qualifies, with the score and the count for each criterion; 0 for criteria without a threshold.
#[derive(Debug, Clone, QueryableByName)]
pub(super) struct QualifiedUser {
    #[diesel(sql_type = Text)]
    pub(super) user_id: String,
    #[diesel(sql_type = Text)]
    pub(super) name: String,
    #[diesel(sql_type = Double)]
    pub(super) score: f64,
    #[diesel(sql_type = BigInt)]
    pub(super) threads: i64,
    #[diesel(sql_type = BigInt)]
    pub(super) replies: i64,
    #[diesel(sql_type = BigInt)]
    pub(super) active_days: i64,
    #[diesel(sql_type = BigInt)]
    pub(super) completed: i64,
}

impl QualifiedUser {
    pub(super) const fn value(&self, criterion: Criterion) -> i64 {
        match criterion {
            Criterion::Threads => self.threads,
            Criterion::Replies => self.replies,
            Criterion::ActiveDays => self.active_days,
            Criterion::Completed => self.completed,
        }
    }
}

/// Users who meet the rule in the window before `until` and had no open record at its end, highest score first. With
/// a cohort, only users enrolled in it qualify, and only its records count.
pub(super) fn qualified(
    rule: &Rule,
    cohort: Option<&str>,
    until: Timestamp,
    is_past: bool,
    limit: i64,
    clock: Clock,
    db: &mut Db,
) -> anyhow::Result<Vec<QualifiedUser>> {
    let least = |wanted: Criterion| {
        let criterion = rule.criteria.iter().find(|(criterion, _)| *criterion == wanted);
        criterion.map_or(0, |(_, threshold)| i64::from(*threshold))
    };
    let since = rule.start(until, clock)?;
    let time = time_column(since, until, &mut db.conn)?;
    let engine = db.conn.engine();
    let (counts, active_days) = if least(Criterion::ActiveDays) > 0 {
        let day = engine.time_key(TimeBucket::Day, "occurred_at", Tz::UTC);
        ("TRUE".to_owned(), format!("count(DISTINCT {day})"))
    } else {
        let types = rule
            .criteria
            .iter()
            .filter(|(_, threshold)| *threshold > 0)
            .flat_map(|(criterion, _)| criterion.action_types());
        let types: Vec<String> = types.map(|action_type| format!("'{action_type}'")).collect();
        (format!("action_type IN ({})", types.join(", ")), "CAST(0 AS bigint)".to_owned())
    };
    let text = engine.sql(statement(SQLITE), statement(POSTGRES));
    let text = text.replace("{time}", &time).replace("{counts}", &counts).replace("{active_days}", &active_days);
    // Raw SQL: diesel can neither filter aggregates nor order by expressions of them.
    Ok(sql_query(text)
        .bind::<sql::UtcTimestamp, _>(since)
        .bind::<sql::UtcTimestamp, _>(until)
        .bind::<Nullable<Text>, _>(cohort)
        .bind::<BigInt, _>(least(Criterion::Threads))
        .bind::<BigInt, _>(least(Criterion::Replies))
        .bind::<BigInt, _>(least(Criterion::ActiveDays))
        .bind::<BigInt, _>(least(Criterion::Completed))
        .bind::<Bool, _>(is_past)
        .bind::<BigInt, _>(limit)
        .load(&mut db.conn)?)
}
