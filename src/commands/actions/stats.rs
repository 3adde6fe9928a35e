use std::collections::HashSet;

use clap::ValueEnum;
use serde::Serialize;

use crate::clock::{Unit, WeekStart};
use crate::context::{Command, Context};
use crate::db::Access;
use crate::error::{ExitStatus, Failure};
use crate::output::{ArrangeArgs, ChartArg, Format, Record, cell, plural};
use crate::selection::{ActionFilter, PopulationFilter};

mod draw;
mod query;

/// Count actions and users by type, time, user, target, course or source, or by two of these
///
/// Two values give a matrix, with the second value as its columns. Hours, days, weeks, months and quarters without
/// actions count 0; one that a filter or the present cuts off is marked as partial. Charts are bars beside the counts, a
/// calendar for days, and columns for other spans.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten, next_help_heading = "Filters")]
    filter: ActionFilter,
    #[command(flatten, next_help_heading = "Filters")]
    population: PopulationFilter,
    /// Value to count by, or two values separated by a comma
    #[arg(long, value_enum, value_delimiter = ',', default_value = "type", hide_possible_values = false)]
    by: Vec<By>,
    /// Day on which weeks start
    #[arg(long, value_enum, default_value_t, value_name = "DAY", hide_short_help = true)]
    week_start: WeekStart,
    /// Maximum number of groups, the largest or latest ones [default: 50 in a table, unlimited in other formats]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..), hide_short_help = true)]
    limit: Option<u32>,
    #[command(flatten)]
    chart: ChartArg,
    #[command(flatten, next_help_heading = "Output")]
    arrange: ArrangeArgs,
}

/// The value by which actions are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum By {
    /// Action type
    Type,
    /// Hour
    Hour,
    /// Day
    Day,
    /// Week, shown as the date of its first day
    Week,
    /// Month
    Month,
    /// Quarter
    Quarter,
    /// Day of the week
    Weekday,
    /// Hour of the day
    HourOfDay,
    /// User id
    User,
    /// Target, as TYPE:ID
    Target,
    /// Course that is the target, or of the enrollment
    Course,
    /// Cohort that is the target, or of the enrollment
    Cohort,
    /// Source system
    Source,
}

impl By {
    /// The unit of time that groups follow each other in.
    const fn unit(self, week_start: WeekStart) -> Option<Unit> {
        match self {
            Self::Hour => Some(Unit::Hour),
            Self::Day => Some(Unit::Day),
            Self::Week => Some(Unit::Week(week_start)),
            Self::Month => Some(Unit::Month),
            Self::Quarter => Some(Unit::Quarter),
            _ => None,
        }
    }
}

/// The number of actions and of distinct users in a group.
#[derive(Debug, Clone, Serialize)]
struct Count {
    value: String,
    /// The second value, in a matrix.
    #[serde(skip_serializing_if = "Option::is_none")]
    across: Option<String>,
    actions: i64,
    users: i64,
    /// Whether a filter or the present cuts the span off; `None` for what is no span of time.
    #[serde(skip_serializing_if = "Option::is_none")]
    partial: Option<bool>,
}

impl Command for Args {
    fn access(&self) -> Access {
        Access::Read
    }

    fn run(mut self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        if !self.by.contains(&By::Cohort) {
            self.population = self.population.or_cohort(|| ctx.cohorts(Vec::new()));
        }
        self.arrange.check::<Count>()?;
        let args = &self;
        let clock = ctx.clock;
        let (db, out) = ctx.open()?;
        let usage = |message: &str| Failure::new(ExitStatus::Usage, message);
        let (by, across) = match args.by[..] {
            [by] => (by, None),
            [by, across] if by != across => (by, Some(across)),
            _ => return Err(usage("--by expects one value or two different values").into()),
        };
        args.chart.apply(out);
        let query = query::CountQuery {
            filter: &args.filter,
            population: &args.population,
            by,
            across,
            week_start: args.week_start,
            clock,
        };
        let query::Counts { groups: mut counts, values, across: columns } = db.snapshot(|db| {
            db.scan()?;
            query.counts(&mut db.conn)
        })?;
        let is_time = by.unit(args.week_start).is_some();
        if counts.is_empty() {
            out.status("no actions");
        }
        let limit = args.limit.map(|limit| limit as usize).or(out.default_limit());
        let chart = if out.draws_charts() && across.is_none() && out.format() == Format::Table && !counts.is_empty() {
            draw::chart(&counts, by, out.width())
        } else {
            None
        };
        let is_sorted = args.arrange.is_sorted();
        let mut hidden = limit.filter(|_| !is_sorted).map_or(0, |limit| cut(&mut counts, limit, is_time));
        if let Some(chart) = chart {
            out.document(&chart)?;
        }
        if out.format() == Format::Table && across.is_some() && !args.arrange.is_given() {
            let matrix = draw::matrix(&counts, &values, &columns, out.table_width());
            if !matrix.is_empty() {
                out.document(&matrix)?;
            }
        } else {
            let is_table = out.format() == Format::Table;
            let is_shown = |column: &&str| match *column {
                "across" => across.is_some(),
                "partial" => counts.iter().any(|count| count.partial.is_some_and(|partial| partial || !is_table)),
                _ => true,
            };
            out.show_columns(Count::COLUMNS.iter().copied().filter(is_shown).collect());
            let first = limit.filter(|_| is_sorted).unwrap_or(usize::MAX);
            hidden += args.arrange.print_first(&counts, first, out)?;
        }
        if hidden > 0 {
            let which = match by {
                _ if is_sorted => "after these",
                _ if is_time => "earlier",
                By::Weekday | By::HourOfDay => "later",
                _ => "smaller",
            };
            let groups = plural(hidden as u64, "more group");
            out.status(format_args!("{groups}, all {which}; show them with --limit N, or in another format"));
        }
        Ok(ExitStatus::Done)
    }
}

/// Keeps so many values, the latest or the first; returns how many others there were.
fn cut(counts: &mut Vec<Count>, limit: usize, is_time: bool) -> usize {
    let mut values: Vec<String> = counts.iter().map(|count| count.value.clone()).collect();
    values.dedup();
    let hidden = values.len().saturating_sub(limit);
    if hidden > 0 {
        let kept: HashSet<String> =
            if is_time { values.split_off(hidden) } else { values.drain(..limit).collect() }.into_iter().collect();
        counts.retain(|count| kept.contains(&count.value));
    }
    hidden
}

impl Record for Count {
    const COLUMNS: &'static [&'static str] = &["value", "across", "actions", "users", "partial"];
    const TABLE: &'static [&'static str] = Self::COLUMNS;
    const NUMBERS: &'static [&'static str] = &["actions", "users"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.value.clone(),
            self.across.clone().unwrap_or_default(),
            self.actions.to_string(),
            self.users.to_string(),
            cell(self.partial),
        ]
    }

    const BAR: Option<&'static str> = Some("actions");

    #[expect(clippy::cast_precision_loss, reason = "a bar needs no such precision")]
    fn bar(&self) -> Option<f64> {
        Some(self.actions as f64)
    }

    fn id(&self) -> &str {
        &self.value
    }
}
