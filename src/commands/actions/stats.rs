use clap::ValueEnum;
use serde::Serialize;

use crate::context::{Command, Context};
use crate::db::Access;
use crate::error::{ExitStatus, Failure};
use crate::output::{Format, Record};
use crate::selection::ActionFilter;

mod draw;
mod query;
mod timeline;

/// Count actions and users by type, time, user, target or source, or by two of these
///
/// Two values give a matrix, with the second value as its columns. Charts are bars beside the counts, a calendar for
/// days, and a line chart for hours and weeks.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten, next_help_heading = "Filters")]
    filter: ActionFilter,
    /// Value to count by, or two values separated by a comma
    #[arg(long, value_enum, value_delimiter = ',', default_value = "type", hide_possible_values = false)]
    by: Vec<By>,
    /// Show at most N groups: the largest, or the latest days, weeks or hours
    #[arg(long, value_name = "N", default_value_t = 400, value_parser = clap::value_parser!(u32).range(1..), hide_short_help = true)]
    limit: u32,
    /// When to draw charts
    #[arg(long, value_enum, default_value_t = Chart::Auto, value_name = "WHEN", hide_short_help = true)]
    chart: Chart,
}

/// The value by which actions are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum By {
    /// Action type
    Type,
    /// Day
    Day,
    /// Week, shown as the date of its Monday
    Week,
    /// Hour
    Hour,
    /// User id
    User,
    /// Target, as TYPE:ID
    Target,
    /// Source system
    Source,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Chart {
    /// Only on a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl By {
    /// Whether groups are sorted by time.
    const fn is_time(self) -> bool {
        matches!(self, Self::Day | Self::Week | Self::Hour)
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
}

impl Command for Args {
    fn access(&self) -> Access {
        Access::Read
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let args = &self;
        let clock = ctx.clock;
        let (db, out) = ctx.open()?;
        let usage = |message: &str| Failure::new(ExitStatus::Usage, message);
        let (by, across) = match args.by[..] {
            [by] => (by, None),
            [by, across] if by != across => (by, Some(across)),
            _ => return Err(usage("--by expects one value or two different values").into()),
        };
        match args.chart {
            Chart::Auto => {}
            Chart::Always => out.draw_charts(true),
            Chart::Never => out.draw_charts(false),
        }
        let counts = db.snapshot(|db| {
            db.scan()?;
            query::counts(&args.filter, by, across, clock, args.limit, &mut db.conn)
        })?;
        if counts.is_empty() {
            out.status("no actions");
        }
        if out.format() != Format::Table {
            if across.is_none() {
                out.show_columns(vec!["value", "actions", "users"]);
            }
        } else if across.is_some() {
            let matrix = draw::matrix(&counts, out.table_width());
            if !matrix.is_empty() {
                out.document(&matrix)?;
            }
            return Ok(ExitStatus::Done);
        } else if out.draws_charts() && !counts.is_empty() {
            match by {
                By::Day => out.document(&draw::calendar(&counts, out.width()))?,
                By::Hour | By::Week => out.document(&timeline::timeline(&counts, by, out.width()))?,
                By::Type | By::User | By::Target | By::Source => {}
            }
        }
        out.list::<Count, _>(counts.iter().map(Ok))?;
        Ok(ExitStatus::Done)
    }
}

impl Record for Count {
    const COLUMNS: &'static [&'static str] = &["value", "across", "actions", "users"];
    const TABLE: &'static [&'static str] = Self::COLUMNS;
    const NUMBERS: &'static [&'static str] = &["actions", "users"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.value.clone(),
            self.across.clone().unwrap_or_default(),
            self.actions.to_string(),
            self.users.to_string(),
        ]
    }

    #[expect(clippy::cast_precision_loss, reason = "a bar needs no such precision")]
    fn bar(&self) -> Option<f64> {
        Some(self.actions as f64)
    }

    fn id(&self) -> &str {
        &self.value
    }
}
