use std::num::NonZeroUsize;
use std::time::Duration;

use serde::Serialize;

use crate::commands::doctor::FOREIGN_LOG_CURE;
use crate::context::{Command, Context};
use crate::db::types::Timestamp;
use crate::db::{Access, Db};
use crate::error::{ExitStatus, Failure};
use crate::models::{ActionType, check_key};
use crate::output::{Output, Record, cell, json_line};
use cursor::{Cursor, Reset};

mod cursor;
mod query;

/// Number of actions read per query.
const PAGE: usize = 1000;

/// Print a consumer's unacknowledged actions in commit order, as JSON lines with a cursor
///
/// Every action is delivered at least once; actions committed out of order are delivered when they become visible. On
/// PostgreSQL, an action becomes visible when every transaction of the server that started before its own has ended:
/// an open transaction blocks the feed. Acknowledge actions with rollbook actions ack CONSUMER CURSOR. A new
/// consumer starts at the oldest action.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Name of the consumer
    #[arg(value_parser = check_key, required_unless_present = "list")]
    consumer: Option<String>,
    /// Maximum number of actions to print
    #[arg(long, value_name = "N")]
    limit: Option<NonZeroUsize>,
    /// Filter by action type; repeat to match any of several
    #[arg(long = "type", value_name = "TYPE", value_enum)]
    types: Vec<ActionType>,
    /// Keep printing new actions until Ctrl-C
    #[arg(long, conflicts_with = "limit")]
    follow: bool,
    /// Print actions without registering a new consumer
    #[arg(long)]
    peek: bool,
    /// Set the consumer's cursor to start, end or a cursor, without printing actions
    #[arg(long, value_name = "TO", conflicts_with_all = ["limit", "types", "follow", "peek"])]
    reset: Option<Reset>,
    /// List the consumers and the lag of each
    #[arg(long, conflicts_with_all = ["consumer", "limit", "types", "follow", "peek", "reset"])]
    list: bool,
}

/// Acknowledge a consumer's actions up to and including a cursor
#[derive(Debug, clap::Args)]
pub struct Ack {
    /// Name of the consumer
    consumer: String,
    /// Cursor of the last processed action
    cursor: Cursor,
}

impl Command for Args {
    fn access(&self) -> Access {
        if self.peek || self.list { Access::Read } else { Access::of_change(false) }
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let clock = ctx.clock;
        let (db, out) = ctx.open()?;
        check_order(db)?;
        let Some(consumer) = &self.consumer else {
            let consumers = query::consumers(clock.now(), db)?;
            if consumers.is_empty() {
                out.status("no consumers");
            }
            out.list::<Consumer, _>(consumers.iter().map(Ok))?;
            return Ok(ExitStatus::Done);
        };
        if let Some(to) = &self.reset {
            let cursor = db.transaction(|db| {
                let cursor = query::reset_cursor(*to, db)?;
                query::set(consumer, cursor, clock.now(), db)?;
                Ok(cursor)
            })?;
            out.status(format_args!("{consumer}: cursor set to {cursor}"));
            return Ok(ExitStatus::Done);
        }
        if !out.format().is_line_by_line() {
            return Err(Failure::usage("feed supports only --format jsonl").into());
        }
        let cursor = query::find(consumer, db)?;
        if cursor.is_none() && !self.peek {
            db.transaction(|db| query::register(consumer, db))?;
        }
        self.print_from(cursor.unwrap_or_default(), db, out)
    }
}

/// Checks that the order of commits in the log is that of this server: else events would be lost in silence.
fn check_order(db: &mut Db) -> anyhow::Result<()> {
    match db.conn.engine().foreign_log(&mut db.conn)? {
        None => Ok(()),
        Some(reason) => {
            Err(Failure::failed(format!("the feed cannot be read: {reason}")).hint(FOREIGN_LOG_CURE).into())
        }
    }
}

impl Args {
    /// Prints the actions after a cursor, page by page.
    fn print_from(&self, mut cursor: Cursor, db: &mut Db, out: &mut Output) -> anyhow::Result<ExitStatus> {
        let mut remaining = self.limit.map_or(usize::MAX, NonZeroUsize::get);
        loop {
            let page = query::page(cursor, &self.types, remaining.min(PAGE), db)?;
            let is_full = page.len() == remaining.min(PAGE);
            if let Some(last) = page.last() {
                cursor = last.cursor;
            }
            remaining -= page.len();
            let is_read = out.write(|out| page.iter().try_for_each(|row| json_line(out, row)))?;
            if !is_read || remaining == 0 || (!is_full && !self.follow) {
                return Ok(ExitStatus::Done);
            }
            if !is_full {
                db.while_waiting(|| {
                    std::thread::sleep(Duration::from_secs(1));
                    Ok(())
                })?;
            }
        }
    }
}

impl Command for Ack {
    fn access(&self) -> Access {
        Access::of_change(false)
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let clock = ctx.clock;
        let (db, out) = ctx.open()?;
        check_order(db)?;
        let consumer = &self.consumer;
        let moved = db.transaction(|db| {
            let acknowledged = query::find_and_lock(consumer, db)?.ok_or_else(|| {
                let hint =
                    "register it with rollbook actions feed CONSUMER; rollbook actions feed --list lists consumers";
                Failure::not_found(format!("unknown consumer {consumer}")).hint(hint)
            })?;
            if self.cursor <= acknowledged {
                return Ok(false);
            }
            if !query::is_there(self.cursor, db)? {
                return Err(Failure::not_found(format!("unknown cursor {}", self.cursor)).into());
            }
            query::set(consumer, self.cursor, clock.now(), db)?;
            Ok(true)
        })?;
        let what = if moved { "acknowledged up to" } else { "already acknowledged up to" };
        out.status(format_args!("{consumer}: {what} {}", self.cursor));
        Ok(ExitStatus::Done)
    }
}

/// A consumer and its lag, as a row of `--list`.
#[derive(Debug, Serialize)]
#[expect(clippy::struct_field_names, reason = "the field is named after its output column")]
struct Consumer {
    consumer: String,
    cursor: Cursor,
    /// `None` before the first action is acknowledged.
    acknowledged_at: Option<Timestamp>,
    /// Number of unacknowledged actions.
    lag: i64,
    /// Seconds since the oldest unacknowledged action was recorded.
    behind_seconds: Option<u64>,
}

impl Record for Consumer {
    const COLUMNS: &'static [&'static str] = &["consumer", "cursor", "acknowledged_at", "lag", "behind_seconds"];
    const TABLE: &'static [&'static str] = Self::COLUMNS;
    const NUMBERS: &'static [&'static str] = &["lag", "behind_seconds"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.consumer.clone(),
            self.cursor.to_string(),
            cell(self.acknowledged_at),
            self.lag.to_string(),
            cell(self.behind_seconds),
        ]
    }

    fn id(&self) -> &str {
        &self.consumer
    }
}
