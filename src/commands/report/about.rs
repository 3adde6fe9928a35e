//! What a report is about: the period, the one to compare it with, the population.

use std::cell::OnceCell;
use std::time::Duration;

use chrono::{Datelike as _, Months};
use clap::ValueEnum;

use crate::clock::{Clock, NamedSpan, TimeArg, WeekStart};
use crate::context::Context;
use crate::db::types::Timestamp;
use crate::error::Failure;
use crate::report::Scope;
use crate::selection::PopulationFilter;

/// The longest period: its weeks still fit a page.
const LONGEST: Duration = Duration::from_secs(3_653 * 86_400);

/// What a report is about.
#[derive(Debug, clap::Args)]
pub(super) struct About {
    /// First moment of the period: a time, date, month, quarter or age
    #[arg(long, value_name = "TIME", help_heading = "Period")]
    since: Option<TimeArg>,
    /// First moment after the period [default: now]
    #[arg(long, value_name = "TIME", help_heading = "Period", requires = "since")]
    until: Option<TimeArg>,
    /// Month, e.g. 2026-05 [default: last-month]
    #[arg(long, value_name = "MONTH", help_heading = "Period", value_parser = month, conflicts_with_all = ["since", "quarter"])]
    month: Option<NamedSpan>,
    /// Quarter, e.g. 2026-Q2
    #[arg(long, value_name = "QUARTER", help_heading = "Period", value_parser = quarter, conflicts_with = "since")]
    quarter: Option<NamedSpan>,
    /// Period to compare with
    #[arg(long, value_enum, value_name = "WHAT", default_value_t, help_heading = "Period", hide_short_help = true)]
    compare: Compare,
    /// Day on which weeks start
    #[arg(long, value_enum, value_name = "DAY", default_value_t, help_heading = "Period", hide_short_help = true)]
    week_start: WeekStart,
    #[command(flatten, next_help_heading = "Filters")]
    pub(super) population: PopulationFilter,
    /// Show numbers of fewer than five people: for the team only
    #[arg(long, help_heading = "Filters", hide_short_help = true)]
    small_numbers: bool,
    /// List people by name, and show small numbers: for the team only
    #[arg(long, help_heading = "Filters")]
    with_names: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum Compare {
    /// The period of the same length before it
    #[default]
    Previous,
    /// The same period a year earlier
    Year,
    /// None
    None,
}

fn month(text: &str) -> Result<NamedSpan, String> {
    match text.parse() {
        Ok(TimeArg::Span(span @ (NamedSpan::Month(_) | NamedSpan::LastMonth))) => Ok(span),
        _ => Err("expected a month, e.g. 2026-05, or last-month".to_owned()),
    }
}

fn quarter(text: &str) -> Result<NamedSpan, String> {
    match text.parse() {
        Ok(TimeArg::Span(span @ (NamedSpan::Quarter(_) | NamedSpan::LastQuarter))) => Ok(span),
        _ => Err("expected a quarter, e.g. 2026-Q2, or last-quarter".to_owned()),
    }
}

/// The time at which the report is made.
fn made_at(clock: Clock) -> Result<Timestamp, Failure> {
    let Some(seconds) = std::env::var("SOURCE_DATE_EPOCH").ok().filter(|seconds| !seconds.is_empty()) else {
        return Ok(clock.now());
    };
    let time = seconds.parse().ok().and_then(|seconds| chrono::DateTime::from_timestamp(seconds, 0));
    time.and_then(|time| Timestamp::try_from(time.fixed_offset()).ok())
        .ok_or_else(|| Failure::usage(format!("$SOURCE_DATE_EPOCH {seconds:?}: expected seconds since 1970")))
}

impl About {
    /// The period, the one before it, and both in words.
    pub(super) fn scope(&mut self, ctx: &Context) -> anyhow::Result<Scope> {
        self.population = std::mem::take(&mut self.population).or_cohort(|| ctx.cohorts(Vec::new()));
        let as_of = made_at(ctx.clock)?;
        let clock = ctx.clock.from(as_of);
        let named = self.month.or(self.quarter);
        let (since, until, months) = match (named, self.since) {
            (None, Some(since)) => {
                let (since, until) = clock.span(Some(since), self.until)?;
                (since.unwrap_or(as_of), until.unwrap_or(as_of), None)
            }
            (named, _) => {
                let span = named.unwrap_or(NamedSpan::LastMonth);
                let months = if matches!(span, NamedSpan::Quarter(_) | NamedSpan::LastQuarter) { 3 } else { 1 };
                let since = clock.resolve(TimeArg::Span(span))?;
                (since, shifted(since, months, clock)?, Some(months))
            }
        };
        if since >= until {
            return Err(Failure::usage("the period is empty: --since is not before --until").into());
        }
        if until.since(since) > LONGEST {
            let hint = "for a longer time, list the numbers: rollbook actions stats --by month";
            return Err(Failure::usage("the period is longer than ten years").hint(hint).into());
        }
        // A period that is not over is compared with the same part of the other one.
        let is_running = since < as_of && as_of < until;
        let end = if is_running { as_of } else { until };
        let before = match (self.compare, months) {
            (Compare::None, _) => None,
            (Compare::Year, _) => Some((shifted(since, -12, clock)?, shifted_end(end, -12, clock)?)),
            (Compare::Previous, Some(months)) => {
                Some((shifted(since, -months, clock)?, shifted_part(end, -months, clock)?.min(since)))
            }
            (Compare::Previous, None) => Some((as_long_before(since, end, clock)?, since)),
        };
        let words = |since: Timestamp, until: Timestamp, months: Option<i32>| match months {
            Some(1) => since.utc().with_timezone(&clock.tz()).format("%B %Y").to_string(),
            Some(_) => {
                let first = since.utc().with_timezone(&clock.tz());
                format!("Q{} {}", first.month0() / 3 + 1, first.year())
            }
            None => format!("{} to {}", day(since, clock), day(until, clock)),
        };
        Ok(Scope {
            clock,
            as_of,
            since,
            until,
            before,
            period: words(since, until, months),
            before_name: before
                .map(|(since, until)| words(since, until, months.filter(|_| !is_running)))
                .unwrap_or_default(),
            users: None,
            filters: self.population.described(),
            week_start: self.week_start,
            shows_small: self.small_numbers || self.with_names,
            shows_names: self.with_names,
            max_ages: ctx.max_ages.clone(),
            completions: OnceCell::new(),
        })
    }
}

/// The moment in the zone, as a day if it is the start of one.
fn day(time: Timestamp, clock: Clock) -> String {
    let local = time.utc().with_timezone(&clock.tz());
    match clock.start_of(local.date_naive()) {
        Ok(start) if start == time => local.date_naive().to_string(),
        _ => local.format("%Y-%m-%d %H:%M").to_string(),
    }
}

/// The start of the period before one: of as many days, if it is one of whole days in the zone, else of as many seconds.
fn as_long_before(since: Timestamp, until: Timestamp, clock: Clock) -> anyhow::Result<Timestamp> {
    let [first, end] = [since, until].map(|time| time.utc().with_timezone(&clock.tz()).date_naive());
    let is_whole_days = clock.start_of(first)? == since && clock.start_of(end)? == until;
    match first.checked_sub_signed(end - first).filter(|_| is_whole_days) {
        Some(day) => Ok(clock.start_of(day)?),
        None => Ok(since.before(until.since(since)).map_err(|error| Failure::usage(error.to_string()))?),
    }
}

/// The moment so many months later, or earlier, by the calendar of the zone, at the same time of day.
fn shifted(time: Timestamp, months: i32, clock: Clock) -> anyhow::Result<Timestamp> {
    let local = time.utc().with_timezone(&clock.tz()).naive_local();
    let by = Months::new(months.unsigned_abs());
    let there = if months < 0 { local.checked_sub_months(by) } else { local.checked_add_months(by) };
    let there = there.ok_or_else(|| Failure::usage("the period is not in the years 1 to 9999"))?;
    Ok(clock.at_or_after(there)?)
}

/// The same of the end of a part of a month: a month that does not have the day was over by then.
fn shifted_part(time: Timestamp, months: i32, clock: Clock) -> anyhow::Result<Timestamp> {
    let there = shifted(time, months, clock)?;
    let day = |time: Timestamp| time.utc().with_timezone(&clock.tz()).day();
    if day(there) < day(time) { Ok(clock.next_day(there)?) } else { Ok(there) }
}

/// The same of the end of a period: a year before 29 February is the day after 28 February, which is in the period.
fn shifted_end(time: Timestamp, months: i32, clock: Clock) -> anyhow::Result<Timestamp> {
    let date = |time: Timestamp| time.utc().with_timezone(&clock.tz()).date_naive();
    let there = shifted(time, months, clock)?;
    let is_cut = date(there).day() < date(time).day() && clock.start_of(date(time))? == time;
    if is_cut { Ok(clock.next_day(there)?) } else { Ok(there) }
}
