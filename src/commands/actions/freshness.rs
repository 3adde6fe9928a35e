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
/// the future are ignored.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Source system to check [default: all together]
    #[arg(long, value_enum)]
    source: Option<SourceSystem>,
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
    /// Age of the newest event in seconds.
    age: Option<u64>,
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
        if let Some(source) = args.source {
            actions = actions.filter(user_action::source_system.eq(source));
        }
        let newest: Option<Timestamp> = actions.first(&mut db.conn).optional()?;
        let age = newest.map(|newest| now.since(newest));
        let source = args.source.map_or_else(|| "all sources".to_owned(), |source| source.to_string());
        let fresh = age.is_some_and(|age| age <= args.max_age);
        let row = Freshness { source: source.clone(), newest, age: age.map(|age| age.as_secs()), fresh };
        if fresh {
            out.one(&row)?;
            return Ok(ExitStatus::Done);
        }
        // Not `span`, which would show 26 hours as one day.
        let limit = humantime::format_duration(args.max_age);
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

impl Record for Freshness {
    const COLUMNS: &'static [&'static str] = &["source", "newest", "age", "fresh"];
    const TABLE: &'static [&'static str] = Self::COLUMNS;

    fn cells(&self) -> Vec<String> {
        vec![
            self.source.clone(),
            self.newest.map(|time| time.to_string()).unwrap_or_default(),
            self.age.map(|seconds| span(Duration::from_secs(seconds))).unwrap_or_default(),
            self.fresh.to_string(),
        ]
    }

    fn id(&self) -> &str {
        &self.source
    }
}
