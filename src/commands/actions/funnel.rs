use std::time::Duration;

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::Nullable;
use serde::Serialize;

use crate::db::Db;
use crate::db::types::{Instant, parse_age, sql};
use crate::error::{ExitStatus, Failure};
use crate::models::ActionType;
use crate::output::{Output, Record, span};

/// Tell how many users went how far along some steps, and how long each step took
///
/// A user takes a step when they do that for the first time since the step before. Users count from their first step on.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The steps, in their order
    #[arg(value_enum, required = true, num_args = 2..=9, value_name = "TYPE")]
    steps: Vec<ActionType>,
    /// Only users who took the first step at this time or date, or later
    #[arg(long, value_name = "TIME", value_parser = Instant::parse_time_or_date)]
    since: Option<Instant>,
    /// Only users who took the first step before this time or date
    #[arg(long, value_name = "TIME", value_parser = Instant::parse_time_or_date)]
    until: Option<Instant>,
    /// Count a step only when it is taken in so long a time behind the first
    #[arg(long, value_name = "AGE", value_parser = parse_age)]
    within: Option<Duration>,
}

/// When a user took each step.
#[derive(QueryableByName)]
struct Times {
    #[diesel(sql_type = Nullable<sql::Instant>)]
    t0: Option<Instant>,
    #[diesel(sql_type = Nullable<sql::Instant>)]
    t1: Option<Instant>,
    #[diesel(sql_type = Nullable<sql::Instant>)]
    t2: Option<Instant>,
    #[diesel(sql_type = Nullable<sql::Instant>)]
    t3: Option<Instant>,
    #[diesel(sql_type = Nullable<sql::Instant>)]
    t4: Option<Instant>,
    #[diesel(sql_type = Nullable<sql::Instant>)]
    t5: Option<Instant>,
    #[diesel(sql_type = Nullable<sql::Instant>)]
    t6: Option<Instant>,
    #[diesel(sql_type = Nullable<sql::Instant>)]
    t7: Option<Instant>,
    #[diesel(sql_type = Nullable<sql::Instant>)]
    t8: Option<Instant>,
}

impl Times {
    const STEPS: usize = 9;

    const fn steps(&self) -> [Option<Instant>; Self::STEPS] {
        [self.t0, self.t1, self.t2, self.t3, self.t4, self.t5, self.t6, self.t7, self.t8]
    }
}

/// How many users came as far as a step.
#[derive(Debug, Serialize)]
#[expect(clippy::struct_field_names, reason = "it is what the column is called")]
struct Step {
    step: ActionType,
    users: usize,
    /// Of those who took the first step, in percent.
    of_first: Option<f64>,
    /// Of those who took the step before, in percent.
    conversion: Option<f64>,
    /// How many seconds after the step before half of them had taken this one.
    median: Option<u64>,
}

pub(super) fn run(args: &Args, db: &mut Db, out: &mut Output) -> anyhow::Result<ExitStatus> {
    if args.steps.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(Failure::new(ExitStatus::Usage, "a step cannot follow itself").into());
    }
    let users: Vec<Times> = db.snapshot(|db| {
        db.scan()?;
        // diesel has no common table expressions.
        let users = sql_query(statement(&args.steps))
            .bind::<sql::Instant, _>(args.since.unwrap_or(Instant::FIRST))
            .bind::<sql::Instant, _>(args.until.unwrap_or(Instant::LAST))
            .load(&mut db.conn)?;
        Ok(users)
    })?;
    let mut taken: Vec<Vec<u64>> = vec![Vec::new(); args.steps.len()];
    for times in &users {
        let times = times.steps();
        let Some(first) = times[0] else { continue };
        let mut before = first;
        for (time, taken) in times.into_iter().zip(&mut taken) {
            let Some(time) = time.filter(|time| args.within.is_none_or(|within| time.since(first) <= within)) else {
                break;
            };
            taken.push(time.since(before).as_secs());
            before = time;
        }
    }
    let steps: Vec<Step> = (0..taken.len()).map(|n| step(args.steps[n], n, &mut taken)).collect();
    out.list::<Step, _>(steps.iter().map(Ok))?;
    Ok(ExitStatus::Done)
}

fn step(step: ActionType, n: usize, taken: &mut [Vec<u64>]) -> Step {
    let (first, before) = (taken[0].len(), taken[n.saturating_sub(1)].len());
    let users = taken[n].len();
    taken[n].sort_unstable();
    let median = taken[n].get(users.div_ceil(2).wrapping_sub(1)).copied().filter(|_| n > 0);
    let conversion = if n > 0 { percent(users, before) } else { None };
    Step { step, users, of_first: percent(users, first), conversion, median }
}

#[expect(clippy::cast_precision_loss, reason = "nobody counts 2^53 users")]
fn percent(some: usize, all: usize) -> Option<f64> {
    (all > 0).then(|| (some as f64 * 1000.0 / all as f64).round() / 10.0)
}

/// A user a row: when they took each step, nothing for one that they did not take. The first step is taken between $1 and
/// $2.
///
/// The log is read once for each step, in its own order: looking up the actions of each user takes ten times as long.
/// `CROSS JOIN` and the casts keep SQLite from doing so; see [`Db::scan`] for PostgreSQL.
fn statement(steps: &[ActionType]) -> String {
    let mut tables = vec![format!(
        "s0 AS (SELECT CAST(user_id AS text) AS user_id, min(occurred_at) AS t FROM user_action \
           WHERE action_type = '{}' GROUP BY CAST(user_id AS text) \
           HAVING min(occurred_at) >= $1 AND min(occurred_at) < $2)",
        steps[0]
    )];
    tables.extend(steps.iter().enumerate().skip(1).map(|(n, step)| {
        let before = n - 1;
        format!(
            "s{n} AS (SELECT CAST(a.user_id AS text) AS user_id, min(a.occurred_at) AS t \
               FROM user_action a CROSS JOIN s{before} \
               WHERE a.action_type = '{step}' AND a.user_id = s{before}.user_id AND a.occurred_at >= s{before}.t \
               GROUP BY CAST(a.user_id AS text))"
        )
    }));
    let times: Vec<String> = (0..Times::STEPS)
        .map(|n| if n < steps.len() { format!("s{n}.t AS t{n}") } else { format!("NULLIF(s0.t, s0.t) AS t{n}") })
        .collect();
    let joins: Vec<String> = (1..steps.len()).map(|n| format!("LEFT JOIN s{n} ON s{n}.user_id = s0.user_id")).collect();
    format!("WITH {} SELECT {} FROM s0 {}", tables.join(", "), times.join(", "), joins.join(" "))
}

impl Record for Step {
    const COLUMNS: &'static [&'static str] = &["step", "users", "of_first", "conversion", "median"];
    const TABLE: &'static [&'static str] = Self::COLUMNS;
    const NUMBERS: &'static [&'static str] = &["users", "of_first", "conversion", "median"];

    fn cells(&self) -> Vec<String> {
        let percent = |percent: Option<f64>| percent.map(|percent| format!("{percent:.1}%")).unwrap_or_default();
        vec![
            self.step.to_string(),
            self.users.to_string(),
            percent(self.of_first),
            percent(self.conversion),
            self.median.map(|seconds| span(Duration::from_secs(seconds))).unwrap_or_default(),
        ]
    }

    fn bar(&self) -> Option<f64> {
        self.of_first
    }

    fn id(&self) -> &str {
        self.step.as_str()
    }
}
