use std::time::Duration;

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Nullable, Text};
use serde::Serialize;

use crate::clock::{TimeArg, parse_duration};
use crate::context::{Command, Context};
use crate::db::types::{Timestamp, sql};
use crate::db::{Access, statement};
use crate::error::{ExitStatus, Failure};
use crate::models::ActionType;
use crate::output::{Record, cell};

/// Show how many users reached each step of a sequence of actions, and how long each step took
///
/// A user reaches the first step with their first action of that type, and every other step with the first such
/// action at or after the time of the previous step.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Action types of the steps, in order
    #[arg(value_enum, required = true, num_args = 2..=9, value_name = "TYPE")]
    steps: Vec<ActionType>,
    /// Only users who reached the first step at or after this time, date or age, e.g. 7d
    #[arg(long, value_name = "TIME")]
    since: Option<TimeArg>,
    /// Only users who reached the first step before this time, date or age, e.g. 7d
    #[arg(long, value_name = "TIME")]
    until: Option<TimeArg>,
    /// Count a step only if it is reached within this time after the first, e.g. 30d
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    within: Option<Duration>,
}

/// The times at which a user reached each step; null if not reached.
#[derive(QueryableByName)]
struct Times {
    #[diesel(sql_type = Nullable<sql::UtcTimestamp>)]
    t0: Option<Timestamp>,
    #[diesel(sql_type = Nullable<sql::UtcTimestamp>)]
    t1: Option<Timestamp>,
    #[diesel(sql_type = Nullable<sql::UtcTimestamp>)]
    t2: Option<Timestamp>,
    #[diesel(sql_type = Nullable<sql::UtcTimestamp>)]
    t3: Option<Timestamp>,
    #[diesel(sql_type = Nullable<sql::UtcTimestamp>)]
    t4: Option<Timestamp>,
    #[diesel(sql_type = Nullable<sql::UtcTimestamp>)]
    t5: Option<Timestamp>,
    #[diesel(sql_type = Nullable<sql::UtcTimestamp>)]
    t6: Option<Timestamp>,
    #[diesel(sql_type = Nullable<sql::UtcTimestamp>)]
    t7: Option<Timestamp>,
    #[diesel(sql_type = Nullable<sql::UtcTimestamp>)]
    t8: Option<Timestamp>,
}

impl Times {
    const STEPS: usize = 9;

    const fn steps(&self) -> [Option<Timestamp>; Self::STEPS] {
        [self.t0, self.t1, self.t2, self.t3, self.t4, self.t5, self.t6, self.t7, self.t8]
    }
}

/// How many users reached a step.
#[derive(Debug, Serialize)]
struct FunnelStep {
    step: ActionType,
    users: usize,
    /// Percentage of the users who reached the first step.
    of_first_percent: Option<f64>,
    /// Percentage of the users who reached the previous step.
    conversion_percent: Option<f64>,
    /// Median time from the previous step to this one, in seconds.
    median_seconds: Option<u64>,
}

impl Command for Args {
    fn access(&self) -> Access {
        Access::Read
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let args = &self;
        let clock = ctx.clock;
        let (db, out) = ctx.open()?;
        if args.steps.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(Failure::new(ExitStatus::Usage, "consecutive steps must differ").into());
        }
        let (since, until) = clock.span(args.since, args.until)?;
        let users: Vec<Times> = db.snapshot(|db| {
            db.scan()?;
            // diesel has no common table expressions.
            let mut query = sql_query(statement(include_str!("funnel.sql")))
                .into_boxed()
                .bind::<sql::UtcTimestamp, _>(since.unwrap_or(Timestamp::FIRST))
                .bind::<sql::UtcTimestamp, _>(until.unwrap_or(Timestamp::LAST));
            for n in 0..Times::STEPS {
                query = query.bind::<Nullable<Text>, _>(args.steps.get(n).map(|step| step.as_str()));
            }
            let users = query.load(&mut db.conn)?;
            Ok(users)
        })?;
        let mut taken: Vec<Vec<u64>> = vec![Vec::new(); args.steps.len()];
        for times in &users {
            let times = times.steps();
            let Some(first) = times[0] else { continue };
            let mut before = first;
            for (time, taken) in times.into_iter().zip(&mut taken) {
                let Some(time) = time.filter(|time| args.within.is_none_or(|within| time.since(first) <= within))
                else {
                    break;
                };
                taken.push(time.since(before).as_secs());
                before = time;
            }
        }
        let steps: Vec<FunnelStep> = (0..taken.len()).map(|n| step(args.steps[n], n, &mut taken)).collect();
        out.list::<FunnelStep, _>(steps.iter().map(Ok))?;
        Ok(ExitStatus::Done)
    }
}

fn step(step: ActionType, n: usize, taken: &mut [Vec<u64>]) -> FunnelStep {
    let (first, before) = (taken[0].len(), taken[n.saturating_sub(1)].len());
    let users = taken[n].len();
    taken[n].sort_unstable();
    let median_seconds = taken[n].get(users.div_ceil(2).wrapping_sub(1)).copied().filter(|_| n > 0);
    let conversion_percent = if n > 0 { percent(users, before) } else { None };
    FunnelStep { step, users, of_first_percent: percent(users, first), conversion_percent, median_seconds }
}

#[expect(clippy::cast_precision_loss, reason = "the number of users is less than 2^53")]
fn percent(some: usize, all: usize) -> Option<f64> {
    (all > 0).then(|| (some as f64 * 1000.0 / all as f64).round() / 10.0)
}

impl Record for FunnelStep {
    const COLUMNS: &'static [&'static str] =
        &["step", "users", "of_first_percent", "conversion_percent", "median_seconds"];
    const TABLE: &'static [&'static str] = Self::COLUMNS;
    const NUMBERS: &'static [&'static str] = &["users", "of_first_percent", "conversion_percent", "median_seconds"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.step.to_string(),
            self.users.to_string(),
            cell(self.of_first_percent),
            cell(self.conversion_percent),
            cell(self.median_seconds),
        ]
    }

    fn bar(&self) -> Option<f64> {
        self.of_first_percent
    }

    fn id(&self) -> &str {
        self.step.as_str()
    }
}
