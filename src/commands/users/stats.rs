use diesel::dsl::{count_star, sql};
use diesel::prelude::*;
use diesel::sql_types::Text;
use serde::Serialize;

use crate::analytics::{RetentionCell, active_users, activity_weeks, retention, stickiness};
use crate::clock::{Age, Clock, Period, TimeArg, Unit, WeekStart};
use crate::context::{Command, Context};
use crate::db::types::Timestamp;
use crate::db::{Access, AnyConnection, Db};
use crate::error::ExitStatus;
use crate::models::{Role, Roles};
use crate::output::{ArrangeArgs, ChartArg, Record, cell};
use crate::schema::user;
use crate::selection::People;

/// Count users by role, combination of roles, origin and week of sign-up, and those who are active
///
/// Active users have an action in the day, the 7 days or the 30 days before --until, or before now; erased users are not
/// counted. Stickiness is the mean number of users a day, as a share of the users of all the days: the last 30 whole ones.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only users who signed up at or after this time, date or age, e.g. 30d
    #[arg(long, value_name = "TIME", help_heading = "Filters")]
    since: Option<TimeArg>,
    /// Only users who signed up before this time, date or age
    #[arg(long, value_name = "TIME", help_heading = "Filters")]
    until: Option<TimeArg>,
    /// Show, for the users whose first action was in each week, how many acted again in each week after it
    #[arg(long, help_heading = "Output")]
    retention: bool,
    /// Number of weeks to show, up to the current one or --until
    #[arg(long, value_name = "N", default_value_t = 12, value_parser = clap::value_parser!(u16).range(1..=520), help_heading = "Output")]
    weeks: u16,
    /// Day on which weeks start
    #[arg(long, value_enum, default_value_t, value_name = "DAY", hide_short_help = true, help_heading = "Output")]
    week_start: WeekStart,
    /// Number of origins to show; the rest are counted as others
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..), help_heading = "Output")]
    origins: u16,
    #[command(flatten, next_help_heading = "Output")]
    chart: ChartArg,
    #[command(flatten, next_help_heading = "Output")]
    arrange: ArrangeArgs,
}

/// The number of users in one group.
#[derive(Debug, Serialize)]
struct Count {
    by: &'static str,
    value: String,
    users: i64,
    /// Percentage of all users.
    share_percent: Option<f64>,
}

impl Command for Args {
    fn access(&self) -> Access {
        Access::Read
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let args = &self;
        let clock = ctx.clock;
        let (since, until) = clock.span(args.since, args.until)?;
        let end = until.unwrap_or(clock.now());
        let weeks = clock.periods(Unit::Week(args.week_start), clock.weeks_before(end, args.weeks)?, end)?;
        let weeks = &weeks[weeks.len().saturating_sub(args.weeks.into())..];
        let (db, out) = ctx.open()?;
        args.chart.apply(out);
        if args.retention {
            let cells = db.snapshot(|db| {
                let unit = Unit::Week(args.week_start);
                let users = args.people(since, until, db)?;
                let activity = activity_weeks(unit, (Timestamp::FIRST, end), users.as_ref(), clock, db)?;
                let named: Vec<(String, bool)> = weeks.iter().map(|week| (week.name.clone(), week.end > end)).collect();
                Ok(retention(&activity, &named))
            })?;
            if cells.is_empty() {
                out.status("no first actions in these weeks");
            }
            args.arrange.print(&cells, out)?;
            return Ok(ExitStatus::Done);
        }
        let counts = db.snapshot(|db| {
            let conn = &mut db.conn;
            let people = || {
                let people = user::table.filter(user::erased_at.is_null());
                people
                    .filter(user::created_at.ge(since.unwrap_or(Timestamp::FIRST)))
                    .filter(user::created_at.lt(until.unwrap_or(Timestamp::LAST)))
            };
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
            counts.extend(section("week", by_week(weeks, since, until, clock, args.week_start, conn)?, 0));
            let users = args.people(since, until, db)?;
            counts.extend(active(end, all, users.as_ref(), clock, db)?);
            Ok(counts)
        })?;
        args.arrange.print(&counts, out)?;
        Ok(ExitStatus::Done)
    }
}

#[expect(clippy::cast_precision_loss, reason = "the number of users stays below 2^53")]
fn section(by: &'static str, values: Vec<(String, i64)>, all: i64) -> Vec<Count> {
    let share = |users: i64| (all > 0).then(|| (users as f64 * 1000.0 / all as f64).round() / 10.0);
    values.into_iter().map(|(value, users)| Count { by, value, users, share_percent: share(users) }).collect()
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

/// Sign-ups in each of the weeks; weeks without sign-ups have 0.
fn by_week(
    weeks: &[Period],
    since: Option<Timestamp>,
    until: Option<Timestamp>,
    clock: Clock,
    week_start: WeekStart,
    conn: &mut AnyConnection,
) -> anyhow::Result<Vec<(String, i64)>> {
    let Some(first) = weeks.first() else { return Ok(Vec::new()) };
    let engine = conn.engine();
    engine.prepare_time_buckets(clock.tz(), conn)?;
    let week = engine.time_bucket(Unit::Week(week_start).bucket(), "created_at", clock.tz());
    let counted: Vec<(String, i64)> = user::table
        .filter(user::erased_at.is_null())
        .filter(user::created_at.ge(since.map_or(first.start, |since| since.max(first.start))))
        .filter(user::created_at.lt(until.unwrap_or(Timestamp::LAST)))
        .group_by(sql::<Text>(&week))
        .select((sql::<Text>(&week), count_star()))
        .load(conn)?;
    let users = |week: &Period| {
        let users = counted.iter().find(|(name, _)| *name == week.name).map_or(0, |(_, users)| *users);
        (week.name.clone(), users)
    };
    Ok(weeks.iter().map(users).collect())
}

/// The users who were active in the day, the week and the month before a time, and the stickiness of the month.
fn active(end: Timestamp, all: i64, users: Option<&People>, clock: Clock, db: &mut Db) -> anyhow::Result<Vec<Count>> {
    let mut counts = Vec::new();
    for (value, days) in [("day", 1), ("7 days", 7), ("30 days", 30)] {
        let active = active_users(clock.before(end, Age::days(days))?, end, users, db)?;
        counts.push((value.to_owned(), i64::try_from(active)?));
    }
    let mut counts = section("active", counts, all);
    let (first, last) = clock.whole_days_before(end, 30)?;
    if let Some((users, percent)) = stickiness(first, last, users, clock, db)? {
        let users = i64::try_from(users)?;
        counts.push(Count { by: "stickiness", value: "30 days".to_owned(), users, share_percent: Some(percent) });
    }
    Ok(counts)
}

impl Args {
    /// The users who signed up in the span and are not erased; `None` for all.
    fn people(
        &self,
        since: Option<Timestamp>,
        until: Option<Timestamp>,
        db: &mut Db,
    ) -> anyhow::Result<Option<People>> {
        let erased = user::table.select(user::id).filter(user::erased_at.is_not_null());
        let is_any_erased = erased.first::<String>(&mut db.conn).optional()?.is_some();
        if self.since.is_none() && self.until.is_none() && !is_any_erased {
            return Ok(None);
        }
        let ids = user::table
            .select(user::id)
            .filter(user::erased_at.is_null())
            .filter(user::created_at.ge(since.unwrap_or(Timestamp::FIRST)))
            .filter(user::created_at.lt(until.unwrap_or(Timestamp::LAST)));
        Ok(Some(ids.load::<String>(&mut db.conn)?.into_iter().collect()))
    }
}

impl Record for RetentionCell {
    const COLUMNS: &'static [&'static str] =
        &["week", "users", "weeks_later", "active", "retention_percent", "partial"];
    const TABLE: &'static [&'static str] = Self::COLUMNS;
    const NUMBERS: &'static [&'static str] = &["users", "weeks_later", "active", "retention_percent"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.week.clone(),
            self.users.to_string(),
            self.weeks_later.to_string(),
            self.active.to_string(),
            cell(self.retention_percent),
            self.partial.to_string(),
        ]
    }

    const BAR: Option<&'static str> = Some("retention, %");

    fn bar(&self) -> Option<f64> {
        self.retention_percent
    }

    fn id(&self) -> &str {
        &self.week
    }
}

impl Record for Count {
    const COLUMNS: &'static [&'static str] = &["by", "value", "users", "share_percent"];
    const TABLE: &'static [&'static str] = Self::COLUMNS;
    const NUMBERS: &'static [&'static str] = &["users", "share_percent"];

    fn cells(&self) -> Vec<String> {
        vec![self.by.to_owned(), self.value.clone(), self.users.to_string(), cell(self.share_percent)]
    }

    const BAR: Option<&'static str> = Some("users");

    #[expect(clippy::cast_precision_loss, reason = "a bar needs no such precision")]
    fn bar(&self) -> Option<f64> {
        (self.by != "stickiness").then_some(self.users as f64)
    }

    fn id(&self) -> &str {
        &self.value
    }
}
