use chrono_tz::Tz;
use clap::ValueEnum;
use serde::Serialize;

use super::selection::Selection;
use crate::db::Db;
use crate::error::{ExitStatus, Failure};
use crate::output::{Format, Output, Record};

mod draw;
mod query;
mod timeline;

/// Count actions, and who did them: by type, time, user, target or source, or by two of these
///
/// By two it is a matrix, the second across. Bars stand beside the counts; days make a calendar, hours and weeks a line.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    selection: Selection,
    /// Count by this; by two of them, with a comma between
    #[arg(long, value_enum, value_delimiter = ',', default_value = "type", hide_possible_values = false)]
    by: Vec<By>,
    /// Where days, weeks and hours begin
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    tz: Tz,
    /// Tell at most so many groups: the largest; of days, weeks and hours the latest
    #[arg(long, value_name = "N", default_value_t = 400, value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
    /// Whether charts are drawn
    #[arg(long, value_enum, default_value_t = Chart::Auto, value_name = "WHEN")]
    chart: Chart,
}

/// What actions are counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum By {
    /// What was done
    Type,
    /// The day
    Day,
    /// The week, by its Monday
    Week,
    /// The hour
    Hour,
    /// Who did it
    User,
    /// What it was done to
    Target,
    /// Which system reported it
    Source,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Chart {
    /// On a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl By {
    /// Whether groups are told in the order of time.
    const fn is_time(self) -> bool {
        matches!(self, Self::Day | Self::Week | Self::Hour)
    }
}

/// How many actions a group has, and of how many users.
#[derive(Debug, Clone, Serialize)]
struct Count {
    value: String,
    /// The second value, in a matrix.
    #[serde(skip_serializing_if = "Option::is_none")]
    across: Option<String>,
    actions: i64,
    users: i64,
}

pub(super) fn run(args: &Args, db: &mut Db, out: &mut Output) -> anyhow::Result<ExitStatus> {
    let usage = |message: &str| Failure::new(ExitStatus::Usage, message);
    let (by, across) = match args.by[..] {
        [by] => (by, None),
        [by, across] if by != across => (by, Some(across)),
        _ => return Err(usage("count by one thing, or by two of them").into()),
    };
    match args.chart {
        Chart::Auto => {}
        Chart::Always => out.draw_charts(true),
        Chart::Never => out.draw_charts(false),
    }
    let counts = db.snapshot(|db| {
        db.scan()?;
        query::counts(&args.selection, by, across, args.tz, args.limit, &mut db.conn)
    })?;
    if counts.is_empty() {
        out.status("no actions");
    }
    if out.format() != Format::Table {
        if across.is_none() {
            out.show_columns(vec!["value", "actions", "users"]);
        }
    } else if across.is_some() {
        let matrix = draw::matrix(&counts, out.width());
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

    #[expect(clippy::cast_precision_loss, reason = "a bar is not that long")]
    fn bar(&self) -> Option<f64> {
        Some(self.actions as f64)
    }

    fn id(&self) -> &str {
        &self.value
    }
}
