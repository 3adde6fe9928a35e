use chrono::{Datelike as _, NaiveDate, TimeDelta};
use diesel::dsl::{count_star, sql};
use diesel::prelude::*;
use diesel::sql_types::Text;
use serde::Serialize;

use crate::clock::Clock;
use crate::context::{Command, Context};
use crate::db::{Access, AnyConnection, TimeBucket};
use crate::error::ExitStatus;
use crate::models::{Role, Roles};
use crate::output::{Record, cell};
use crate::schema::user;

/// Count users by role, combination of roles, origin and week of sign-up
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Number of weeks to show, up to the current one
    #[arg(long, value_name = "N", default_value_t = 12, value_parser = clap::value_parser!(u16).range(1..=520))]
    weeks: u16,
    /// Number of origins to show; the rest are counted as others
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..))]
    origins: u16,
}

/// The number of users in one group.
#[derive(Debug, Serialize)]
struct Count {
    by: &'static str,
    value: String,
    users: i64,
    /// Percentage of all users.
    share_percent: Option<f64>,
    #[serde(skip)]
    bar: f64,
}

impl Command for Args {
    fn access(&self) -> Access {
        Access::Read
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let args = &self;
        let clock = ctx.clock;
        let (db, out) = ctx.open()?;
        let counts = db.snapshot(|db| {
            let conn = &mut db.conn;
            let people = || user::table.filter(user::erased_at.is_null());
            let all: i64 = people().count().get_result(conn)?;
            let by_roles: Vec<(Roles, i64)> =
                people().group_by(user::roles).select((user::roles, count_star())).load(conn)?;
            let by_origin: Vec<(String, i64)> = people()
                .group_by(user::origin)
                .select((user::origin, count_star()))
                .order((count_star().desc(), user::origin))
                .limit(args.origins.into())
                .load(conn)?;
            let mut counts = section("", vec![("all".to_owned(), all)], all);
            counts.extend(section("role", by_role(&by_roles), all));
            counts.extend(section("roles", by_combination(by_roles), all));
            counts.extend(section("origin", with_others(by_origin, all), all));
            counts.extend(section("week", by_week(args.weeks, clock, conn)?, 0));
            Ok(counts)
        })?;
        out.list::<Count, _>(counts.iter().map(Ok))?;
        Ok(ExitStatus::Done)
    }
}

#[expect(clippy::cast_precision_loss, reason = "the number of users stays below 2^53")]
fn section(by: &'static str, values: Vec<(String, i64)>, all: i64) -> Vec<Count> {
    let most = values.iter().map(|(_, users)| *users).max().unwrap_or_default().max(1) as f64;
    let share = |users: i64| (all > 0).then(|| (users as f64 * 1000.0 / all as f64).round() / 10.0);
    values
        .into_iter()
        .map(|(value, users)| Count { by, value, users, share_percent: share(users), bar: users as f64 / most })
        .collect()
}

fn by_role(by_roles: &[(Roles, i64)]) -> Vec<(String, i64)> {
    let with = |role| by_roles.iter().filter(|(roles, _)| roles.contains(role)).map(|(_, users)| users).sum();
    Role::ALL.iter().map(|role| (role.to_string(), with(*role))).collect()
}

fn by_combination(mut by_roles: Vec<(Roles, i64)>) -> Vec<(String, i64)> {
    by_roles.sort_by_key(|(roles, users)| (-users, roles.to_string()));
    let name = |roles: Roles| if roles == Roles::default() { "none".to_owned() } else { roles.to_string() };
    by_roles.into_iter().map(|(roles, users)| (name(roles), users)).collect()
}

fn with_others(mut by_origin: Vec<(String, i64)>, all: i64) -> Vec<(String, i64)> {
    let others = all - by_origin.iter().map(|(_, users)| users).sum::<i64>();
    if others > 0 {
        by_origin.push(("others".to_owned(), others));
    }
    by_origin
}

/// Sign-ups in each of the last `weeks` weeks, keyed by the Monday (UTC); weeks without sign-ups have 0.
fn by_week(weeks: u16, clock: Clock, conn: &mut AnyConnection) -> anyhow::Result<Vec<(String, i64)>> {
    let today = clock.now().utc().with_timezone(&clock.tz()).date_naive();
    let this_week = today - TimeDelta::days(today.weekday().num_days_from_monday().into());
    let first = this_week - TimeDelta::weeks(i64::from(weeks) - 1);
    let engine = conn.engine();
    engine.prepare_time_buckets(clock.tz(), conn)?;
    let monday = engine.time_bucket(TimeBucket::Week, "created_at", clock.tz());
    let counted: Vec<(String, i64)> = user::table
        .filter(user::erased_at.is_null())
        .filter(user::created_at.ge(clock.start_of(first)?))
        .group_by(sql::<Text>(&monday))
        .select((sql::<Text>(&monday), count_star()))
        .load(conn)?;
    let users = |week: NaiveDate| {
        let week = week.to_string();
        let users = counted.iter().find(|(monday, _)| *monday == week).map_or(0, |(_, users)| *users);
        (week, users)
    };
    Ok((0..weeks).map(|n| users(first + TimeDelta::weeks(n.into()))).collect())
}

impl Record for Count {
    const COLUMNS: &'static [&'static str] = &["by", "value", "users", "share_percent"];
    const TABLE: &'static [&'static str] = Self::COLUMNS;
    const NUMBERS: &'static [&'static str] = &["users", "share_percent"];

    fn cells(&self) -> Vec<String> {
        vec![self.by.to_owned(), self.value.clone(), self.users.to_string(), cell(self.share_percent)]
    }

    fn bar(&self) -> Option<f64> {
        (!self.by.is_empty()).then_some(self.bar)
    }

    fn id(&self) -> &str {
        &self.value
    }
}
