use std::num::NonZeroUsize;
use std::time::Duration;

use serde::Serialize;

use crate::db::types::Instant;
use crate::db::{Access, Database, Db};
use crate::error::{ExitStatus, Failure};
use crate::models::{ActionType, check_key};
use crate::output::{Format, Output, Record, json, span};
use cursor::{Cursor, Reset};

mod cursor;
mod query;

/// How many actions are read at a time.
const PAGE: usize = 1000;

/// Print what a consumer has not acknowledged, in the order of the commits, as JSON lines with a cursor on each
///
/// Every action is delivered at least once, and none is skipped, whenever it was committed: what is committed late comes
/// late. While a transaction of the PostgreSQL server is open that began before, the feed waits for it. rollbook actions
/// ack says how far the consumer has come. A new consumer begins at the beginning.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Name of the consumer
    #[arg(value_parser = check_key, required_unless_present = "list")]
    consumer: Option<String>,
    /// Print at most so many
    #[arg(long, value_name = "N")]
    limit: Option<NonZeroUsize>,
    /// Print actions of this type alone; repeated, of any of them
    #[arg(long = "type", value_name = "TYPE", value_enum)]
    types: Vec<ActionType>,
    /// Go on printing what is recorded, until Ctrl-C
    #[arg(long, conflicts_with = "limit")]
    follow: bool,
    /// Look without being entered in the list of consumers
    #[arg(long)]
    peek: bool,
    /// Move the consumer, and print nothing: to start, end, or a cursor
    #[arg(long, value_name = "TO", conflicts_with_all = ["limit", "types", "follow", "peek"])]
    reset: Option<Reset>,
    /// List the consumers, and how far behind each is
    #[arg(long, conflicts_with_all = ["consumer", "limit", "types", "follow", "peek", "reset"])]
    list: bool,
}

/// Say that a consumer has done everything up to a cursor of its feed, that action included
#[derive(Debug, clap::Args)]
pub struct Ack {
    /// Name of the consumer
    consumer: String,
    /// Cursor of the last action that is done
    cursor: Cursor,
}

pub(super) fn run(args: &Args, database: &Database, out: &mut Output) -> anyhow::Result<ExitStatus> {
    let Some(consumer) = &args.consumer else {
        let consumers = query::consumers(&mut database.open(Access::Read)?)?;
        if consumers.is_empty() {
            out.status("no consumers");
        }
        out.list::<Consumer, _>(consumers.iter().map(Ok))?;
        return Ok(ExitStatus::Done);
    };
    let mut db = database.open(if args.peek { Access::Read } else { Access::Write })?;
    if let Some(to) = &args.reset {
        let cursor = db.transaction(|db| {
            let cursor = to.cursor(db)?;
            query::set(consumer, cursor, db)?;
            Ok(cursor)
        })?;
        out.status(format_args!("{consumer} goes on behind {cursor}"));
        return Ok(ExitStatus::Done);
    }
    if !matches!(out.format(), Format::Table | Format::Jsonl) {
        return Err(Failure::new(ExitStatus::Usage, "a feed is JSON lines").into());
    }
    let cursor = query::find(consumer, &mut db)?;
    if cursor.is_none() && !args.peek {
        db.transaction(|db| query::register(consumer, db))?;
    }
    let mut behind = cursor.unwrap_or_default();
    let mut left = args.limit.map_or(usize::MAX, NonZeroUsize::get);
    loop {
        let page = query::page(behind, &args.types, left.min(PAGE), &mut db)?;
        let whole = page.len() == left.min(PAGE);
        if let Some(last) = page.last() {
            behind = last.cursor;
        }
        left -= page.len();
        let read = out.write(|out| page.iter().try_for_each(|row| json::line(out, row)))?;
        if !read || left == 0 || (!whole && !args.follow) {
            return Ok(ExitStatus::Done);
        }
        if !whole {
            std::thread::sleep(Duration::from_secs(1));
        }
    }
}

pub(super) fn ack(args: &Ack, db: &mut Db, out: &mut Output) -> anyhow::Result<ExitStatus> {
    let consumer = &args.consumer;
    let moved = db.transaction(|db| {
        let now = query::find_and_lock(consumer, db)?.ok_or_else(|| {
            Failure::not_found(format!("there is no consumer {consumer}"))
                .hint("rollbook actions feed CONSUMER enters one; rollbook actions feed --list tells who there is")
        })?;
        if args.cursor <= now {
            return Ok(false);
        }
        if !query::is_there(args.cursor, db)? {
            return Err(Failure::not_found(format!("{} is no cursor of the feed", args.cursor)).into());
        }
        query::set(consumer, args.cursor, db)?;
        Ok(true)
    })?;
    let what = if moved { "has done everything up to" } else { "had done everything up to" };
    out.status(format_args!("{consumer} {what} {}", args.cursor));
    Ok(ExitStatus::Done)
}

/// A consumer, and how far behind it is.
#[derive(Debug, Serialize)]
#[expect(clippy::struct_field_names, reason = "it is what the column is called")]
struct Consumer {
    consumer: String,
    cursor: Cursor,
    acknowledged_at: Instant,
    /// How many actions it has not acknowledged.
    lag: i64,
    /// How many seconds ago the oldest of them was recorded.
    behind: Option<u64>,
}

impl Record for Consumer {
    const COLUMNS: &'static [&'static str] = &["consumer", "cursor", "acknowledged_at", "lag", "behind"];
    const TABLE: &'static [&'static str] = Self::COLUMNS;
    const NUMBERS: &'static [&'static str] = &["lag", "behind"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.consumer.clone(),
            self.cursor.to_string(),
            self.acknowledged_at.to_string(),
            self.lag.to_string(),
            self.behind.map(|seconds| span(Duration::from_secs(seconds))).unwrap_or_default(),
        ]
    }

    fn id(&self) -> &str {
        &self.consumer
    }
}
