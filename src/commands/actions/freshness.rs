use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

use crate::analytics::newest_event;
use crate::clock::parse_duration;
use crate::context::{Command, Context};
use crate::db::types::Timestamp;
use crate::db::{Access, Db};
use crate::error::{ExitStatus, Failure};
use crate::models::SourceSystem;
use crate::output::{ArrangeArgs, Record, span};

/// Fail if a source has no recent events, for monitoring from cron
///
/// The exit code is 1 if the newest event occurred longer ago than --max-age, or if there are no events. Without --max-age,
/// the ages in the section freshness of the configuration apply, for example: segment = "26h". Events in the future are
/// ignored. The results are printed in either case.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Source system to check [default: all together, or each in the configuration]
    #[arg(long, alias = "source", value_enum)]
    source_system: Option<SourceSystem>,
    /// Maximum age of the newest event, e.g. 26h
    #[arg(long, value_name = "AGE", value_parser = parse_duration)]
    max_age: Option<Duration>,
    #[command(flatten, next_help_heading = "Output")]
    arrange: ArrangeArgs,
}

/// The age of a source's newest event.
#[derive(Debug, Serialize)]
struct Freshness {
    source: String,
    /// When the newest event occurred.
    newest: Option<Timestamp>,
    age_seconds: Option<u64>,
    max_age_seconds: u64,
    fresh: bool,
}

impl Command for Args {
    fn access(&self) -> Access {
        Access::Read
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let now = ctx.clock.now();
        let expected = self.expected(&ctx.max_ages)?;
        let (db, out) = ctx.open()?;
        let rows = expected
            .iter()
            .map(|(source, max_age)| Freshness::of(*source, *max_age, now, db))
            .collect::<anyhow::Result<Vec<_>>>()?;
        match &rows[..] {
            [row] if !self.arrange.is_given() => out.one(row)?,
            rows => self.arrange.print(rows, out)?,
        }
        let stale: Vec<String> = rows
            .iter()
            .zip(&expected)
            .filter(|(row, _)| !row.fresh)
            .map(|(row, (_, age))| row.complaint(*age))
            .collect();
        if stale.is_empty() { Ok(ExitStatus::Done) } else { Err(Failure::failed(stale.join("; ")).into()) }
    }
}

impl Args {
    /// The sources, and how old the newest event of each may be; no source is all of them together.
    fn expected(
        &self,
        configured: &BTreeMap<SourceSystem, Duration>,
    ) -> Result<Vec<(Option<SourceSystem>, Duration)>, Failure> {
        if let Some(max_age) = self.max_age {
            return Ok(vec![(self.source_system, max_age)]);
        }
        let is_asked = |source: &SourceSystem| self.source_system.is_none_or(|asked| asked == *source);
        let expected: Vec<(Option<SourceSystem>, Duration)> = configured
            .iter()
            .filter(|(source, _)| is_asked(source))
            .map(|(source, age)| (Some(*source), *age))
            .collect();
        if expected.is_empty() {
            let hint =
                "add --max-age AGE, or to the configuration a section [freshness] with lines like segment = \"26h\"";
            return Err(Failure::usage("missing --max-age").hint(hint));
        }
        Ok(expected)
    }
}

impl Freshness {
    fn of(source: Option<SourceSystem>, max_age: Duration, now: Timestamp, db: &mut Db) -> anyhow::Result<Self> {
        // An event in the future does not show that the source works today.
        let newest = newest_event(source, now, db)?;
        let age = newest.map(|newest| now.since(newest));
        Ok(Self {
            source: source.map_or_else(|| "all sources".to_owned(), |source| source.to_string()),
            newest,
            age_seconds: age.map(|age| age.as_secs()),
            max_age_seconds: max_age.as_secs(),
            fresh: age.is_some_and(|age| age <= max_age),
        })
    }

    fn complaint(&self, max_age: Duration) -> String {
        let (source, limit) = (&self.source, exact(max_age));
        match self.newest.zip(self.age_seconds) {
            None => format!("{source}: no events recorded; expected one within {limit}"),
            Some((newest, age)) => {
                let age = span(Duration::from_secs(age));
                format!("{source}: newest event at {newest}, {age} ago; expected one within {limit}")
            }
        }
    }
}

/// A duration without rounding: 26h, where [`span`] would show one day.
fn exact(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match [("d", 86_400), ("h", 3_600), ("min", 60)].into_iter().find(|(_, length)| seconds.is_multiple_of(*length)) {
        Some((unit, length)) => format!("{}{unit}", seconds / length),
        None => format!("{seconds}s"),
    }
}

impl Record for Freshness {
    const COLUMNS: &'static [&'static str] = &["source", "newest", "age_seconds", "max_age_seconds", "fresh"];
    const TABLE: &'static [&'static str] = Self::COLUMNS;

    fn cells(&self) -> Vec<String> {
        vec![
            self.source.clone(),
            self.newest.map(|time| time.to_string()).unwrap_or_default(),
            self.age_seconds.map(|seconds| seconds.to_string()).unwrap_or_default(),
            self.max_age_seconds.to_string(),
            self.fresh.to_string(),
        ]
    }

    fn id(&self) -> &str {
        &self.source
    }
}
