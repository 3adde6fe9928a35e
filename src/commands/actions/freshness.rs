use std::time::Duration;

use diesel::prelude::*;
use serde::Serialize;

use crate::clock::parse_duration;
use crate::context::{Command, Context};
use crate::db::Access;
use crate::db::types::Timestamp;
use crate::error::{ExitStatus, Failure};
use crate::models::SourceSystem;
use crate::output::{Record, span};
use crate::schema::user_action;

/// Fail if a source has no recent events, for monitoring from cron
///
/// The exit code is 1 if the newest event occurred longer ago than --max-age, or if there are no events. Events in
/// the future are ignored. The result is printed in either case.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Source system to check [default: all]
    #[arg(long, alias = "source", value_enum)]
    source_system: Option<SourceSystem>,
    /// Maximum age of the newest event, e.g. 26h
    #[arg(long, value_name = "AGE", value_parser = parse_duration)]
    max_age: Duration,
}

/// The age of a source's newest event.
#[derive(Debug, Serialize)]
struct Freshness {
    source: String,
    /// When the newest event occurred.
    newest: Option<Timestamp>,
    age_seconds: Option<u64>,
    fresh: bool,
}

impl Command for Args {
    fn access(&self) -> Access {
        Access::Read
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let args = &self;
        let clock = ctx.clock;
        let (db, out) = ctx.open()?;
        let now = clock.now();
        // One lookup in the index. An event in the future does not show that the source works today.
        let mut actions = user_action::table
            .select(user_action::occurred_at)
            .filter(user_action::occurred_at.le(now))
            .order(user_action::occurred_at.desc())
            .into_boxed();
        if let Some(source) = args.source_system {
            actions = actions.filter(user_action::source_system.eq(source));
        }
        let newest: Option<Timestamp> = actions.first(&mut db.conn).optional()?;
        let age = newest.map(|newest| now.since(newest));
        let source = args.source_system.map_or_else(|| "all sources".to_owned(), |source| source.to_string());
        let fresh = age.is_some_and(|age| age <= args.max_age);
        let row = Freshness { source: source.clone(), newest, age_seconds: age.map(|age| age.as_secs()), fresh };
        out.one(&row)?;
        if fresh {
            return Ok(ExitStatus::Done);
        }
        let limit = exact(args.max_age);
        Err(match newest.zip(age) {
            None => Failure::failed(format!("{source}: no events recorded; expected one within {limit}")),
            Some((newest, age)) => Failure::failed(format!(
                "{source}: newest event at {newest}, {} ago; expected one within {limit}",
                span(age)
            )),
        }
        .into())
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
    const COLUMNS: &'static [&'static str] = &["source", "newest", "age_seconds", "fresh"];
    const TABLE: &'static [&'static str] = Self::COLUMNS;

    fn cells(&self) -> Vec<String> {
        vec![
            self.source.clone(),
            self.newest.map(|time| time.to_string()).unwrap_or_default(),
            self.age_seconds.map(|seconds| seconds.to_string()).unwrap_or_default(),
            self.fresh.to_string(),
        ]
    }

    fn id(&self) -> &str {
        &self.source
    }
}
