use std::cell::OnceCell;
use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{Datelike as _, Months};
use clap::{Subcommand, ValueEnum};

use crate::clock::{Clock, NamedSpan, TimeArg, WeekStart};
use crate::context::{Command, Context};
use crate::db::Access;
use crate::db::types::Timestamp;
use crate::error::{ExitStatus, Failure};
use crate::output::{Format, OutputFile};
use crate::report::{PEOPLE, Report, SECTIONS, Scope, to_csv, to_html, to_json, to_mail, to_text};
use crate::selection::PopulationFilter;

mod chart;

/// Report on a month, a quarter or another period: a page, a message, text, JSON or CSV
///
/// The page is one file without scripts or addresses. Numbers of fewer than five people are hidden. Without a period, the
/// report is on the last month. SOURCE_DATE_EPOCH sets the time at which the report is made, so that the same data gives the
/// same bytes.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Args {
    #[command(subcommand)]
    chart: Option<One>,
    #[command(flatten)]
    about: About,
    /// Section to include; repeat for several [default: all]
    #[arg(long = "section", value_name = "NAME", value_parser = section_names(), hide_short_help = true)]
    sections: Vec<String>,
    /// File to write: .html, .eml, .txt, .json or .csv; - for standard output [default: text on standard output]
    #[arg(long, short, value_name = "FILE", help_heading = "Output")]
    output: Option<PathBuf>,
    /// Replace the file if it exists
    #[arg(long, help_heading = "Output", hide_short_help = true)]
    overwrite: bool,
    /// Write a message with the page attached, to be sent by a mail program
    #[arg(long, help_heading = "Output", requires = "output")]
    email: bool,
}

#[derive(Debug, Subcommand)]
enum One {
    Chart(chart::Args),
}

/// The longest period: its weeks still fit a page.
const LONGEST: Duration = Duration::from_secs(3_653 * 86_400);

/// What a report is about.
#[derive(Debug, clap::Args)]
struct About {
    /// First moment of the period: a time, date, month, quarter or age
    #[arg(long, value_name = "TIME", help_heading = "Period")]
    since: Option<TimeArg>,
    /// First moment after the period [default: now]
    #[arg(long, value_name = "TIME", help_heading = "Period", requires = "since")]
    until: Option<TimeArg>,
    /// Month, e.g. 2026-05
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
    population: PopulationFilter,
    /// Show numbers of fewer than five people: for the team only
    #[arg(long, help_heading = "Filters", hide_short_help = true)]
    small_numbers: bool,
    /// List people by name, and show small numbers: for the team only
    #[arg(long, help_heading = "Filters")]
    with_names: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Compare {
    /// The period of the same length before it
    #[default]
    Previous,
    /// The same period a year earlier
    Year,
    /// None
    None,
}

fn section_names() -> clap::builder::PossibleValuesParser {
    SECTIONS.iter().map(|(name, _)| *name).collect::<Vec<_>>().into()
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
    fn scope(&mut self, ctx: &Context) -> anyhow::Result<Scope> {
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
        let before = match (self.compare, months) {
            (Compare::None, _) => None,
            (Compare::Year, _) => Some((shifted(since, -12, clock)?, shifted(until, -12, clock)?)),
            (Compare::Previous, Some(months)) => Some((shifted(since, -months, clock)?, since)),
            (Compare::Previous, None) => Some((as_long_before(since, until, clock)?, since)),
        };
        let words = |since: Timestamp, until: Timestamp| match months {
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
            period: words(since, until),
            before_name: before.map(|(since, until)| words(since, until)).unwrap_or_default(),
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

/// The moment so many months later, or earlier, by the calendar of the zone.
fn shifted(time: Timestamp, months: i32, clock: Clock) -> anyhow::Result<Timestamp> {
    let day = time.utc().with_timezone(&clock.tz()).date_naive();
    let by = Months::new(months.unsigned_abs());
    let day = if months < 0 { day.checked_sub_months(by) } else { day.checked_add_months(by) };
    Ok(clock.start_of(day.ok_or_else(|| Failure::usage("the period is not in the years 1 to 9999"))?)?)
}

impl Command for Args {
    fn access(&self) -> Access {
        Access::Read
    }

    fn writes(&self, format: Format) -> bool {
        self.output.is_some() || kind_of(None, false, format).is_ok()
    }

    fn run(mut self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        if let Some(One::Chart(args)) = self.chart.take() {
            return args.run(ctx);
        }
        let path = self.output.as_deref();
        let kind = kind_of(path, self.email, ctx.out.format())?;
        let file = path.filter(|path| *path != Path::new("-"));
        check_file(file, self.overwrite, ctx)?;
        let mut scope = self.about.scope(ctx)?;
        if self.sections.iter().any(|name| name == PEOPLE) && !scope.shows_names {
            return Err(Failure::usage("--section people requires --with-names").into());
        }
        let (db, out) = ctx.open()?;
        let content = db.snapshot(|db| {
            db.scan()?;
            scope.users = self.about.population.users(&mut db.conn)?;
            let report = Report::build(&scope, &self.sections, db)?;
            Ok(match kind {
                Kind::Html => to_html(&report).into_bytes(),
                Kind::Mail => to_mail(&report),
                Kind::Json => to_json(&report)?,
                Kind::Csv => to_csv(&report, file.is_none() && std::io::stdout().is_terminal())?,
                Kind::Text => to_text(&report).into_bytes(),
            })
        })?;
        write(file, self.overwrite, &content, out)?;
        Ok(ExitStatus::Done)
    }
}

/// How a report is written.
#[derive(Clone, Copy)]
enum Kind {
    Html,
    Mail,
    Json,
    Csv,
    Text,
}

/// How a report is written, by the name of the file, or else by the format of the output.
fn kind_of(path: Option<&Path>, email: bool, format: Format) -> Result<Kind, Failure> {
    let file = path.filter(|path| *path != Path::new("-"));
    if email {
        return match file.filter(|file| file.extension().is_none_or(|extension| extension != "eml")) {
            Some(file) => Err(Failure::usage(format!("--email --output {}: expected a file .eml", file.display()))),
            None => Ok(Kind::Mail),
        };
    }
    let Some(path) = file else {
        return match format {
            Format::Table => Ok(Kind::Text),
            Format::Json => Ok(Kind::Json),
            Format::Csv => Ok(Kind::Csv),
            _ => Err(Failure::usage("a report has no such format; expected table, json or csv")),
        };
    };
    match path.extension().and_then(|extension| extension.to_str()).unwrap_or_default() {
        "html" | "htm" => Ok(Kind::Html),
        "eml" => Ok(Kind::Mail),
        "json" => Ok(Kind::Json),
        "csv" => Ok(Kind::Csv),
        "txt" => Ok(Kind::Text),
        _ => Err(Failure::usage(format!("--output {}: expected .html, .eml, .txt, .json or .csv", path.display()))),
    }
}

fn check_file(file: Option<&Path>, overwrite: bool, ctx: &Context) -> Result<(), Failure> {
    file.map_or(Ok(()), |path| ctx.in_use.check_output("--output", path, Some(overwrite)))
}

fn write(file: Option<&Path>, overwrite: bool, content: &[u8], out: &mut crate::output::Output) -> anyhow::Result<()> {
    let Some(path) = file else {
        out.write(|stdout| Ok(stdout.write_all(content)?))?;
        return Ok(());
    };
    let file = OutputFile::create(path, overwrite)?;
    file.handle()?.write_all(content)?;
    file.finish()?;
    out.status(format_args!("wrote {}", path.display()));
    Ok(())
}
