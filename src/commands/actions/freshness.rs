use std::time::Duration;

use diesel::prelude::*;
use serde::Serialize;

use crate::db::Db;
use crate::db::types::{Instant, parse_age};
use crate::error::{ExitStatus, Failure};
use crate::models::SourceSystem;
use crate::output::{Output, Record, span};
use crate::schema::user_action;

/// Fail when a source has recorded nothing of late: a watchdog for cron
///
/// What counts is when the newest event was done. The exit code is 1 when that is longer ago than --max-age, and also when
/// there is no event at all.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The system to watch [default: all of them together]
    #[arg(long, value_enum)]
    source: Option<SourceSystem>,
    /// How long ago the newest event may be, like 26h
    #[arg(long, value_name = "AGE", value_parser = parse_age)]
    max_age: Duration,
}

/// How fresh a source is.
#[derive(Debug, Serialize)]
struct Freshness {
    source: String,
    /// When the newest event was done.
    newest: Option<Instant>,
    /// How many seconds ago.
    age: Option<u64>,
    fresh: bool,
}

pub(super) fn run(args: &Args, db: &mut Db, out: &mut Output) -> anyhow::Result<ExitStatus> {
    let now = Instant::now();
    // The newest is the first that the index has. One that is dated ahead says nothing of today.
    let mut actions = user_action::table
        .select(user_action::occurred_at)
        .filter(user_action::occurred_at.le(now))
        .order(user_action::occurred_at.desc())
        .into_boxed();
    if let Some(source) = args.source {
        actions = actions.filter(user_action::source_system.eq(source));
    }
    let newest: Option<Instant> = actions.first(&mut db.conn).optional()?;
    let age = newest.map(|newest| now.since(newest));
    let source = args.source.map_or_else(|| "all sources".to_owned(), |source| source.to_string());
    let fresh = age.is_some_and(|age| age <= args.max_age);
    let row = Freshness { source: source.clone(), newest, age: age.map(|age| age.as_secs()), fresh };
    if fresh {
        out.one(&row)?;
        return Ok(ExitStatus::Done);
    }
    // To the second: 26 hours are not one day.
    let limit = humantime::format_duration(args.max_age);
    Err(match newest.zip(age) {
        None => Failure::failed(format!("{source}: no event is recorded, and at most {limit} may pass without one")),
        Some((newest, age)) => Failure::failed(format!(
            "{source}: the newest event is of {newest}, {} ago; at most {limit} may pass",
            span(age)
        )),
    }
    .into())
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
