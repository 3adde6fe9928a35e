//! What the feeds of actions and of users have in common on the command line.

use std::num::NonZeroUsize;
use std::time::Duration;

use serde::Serialize;

use crate::clock::Clock;
use crate::db::types::Timestamp;
use crate::db::{Db, End};
use crate::error::{ExitStatus, Failure};
use crate::feed::{self, Cursor, Feed, Lag, Reset};
use crate::models::{Change, Subject};
use crate::output::{ArrangeArgs, Output, Record, cell, json_line, plural};

/// Number of rows read per query.
const PAGE: usize = 1000;

/// How long `--follow` waits for more.
const PAUSE: Duration = Duration::from_secs(1);

/// A row that a feed delivers.
pub(super) trait Delivered: Serialize {
    /// Its place in the feed.
    fn cursor(&self) -> &Cursor;
}

/// What is printed of a feed.
pub(super) struct Printed {
    pub(super) feed: Feed,
    pub(super) limit: Option<NonZeroUsize>,
    pub(super) follow: bool,
}

impl Printed {
    /// Prints the rows after a cursor; `page` reads the next ones, at most a number of them.
    pub(super) fn print<R: Delivered>(
        &self,
        mut cursor: Cursor,
        page: impl Fn(&Cursor, usize, &mut Db) -> anyhow::Result<Vec<R>>,
        db: &mut Db,
        out: &mut Output,
    ) -> anyhow::Result<ExitStatus> {
        let mut remaining = self.limit.map_or(usize::MAX, NonZeroUsize::get);
        let mut is_first = true;
        loop {
            let page = page(&cursor, remaining.min(PAGE), db)?;
            let is_full = page.len() == remaining.min(PAGE);
            if let Some(last) = page.last() {
                cursor = last.cursor().clone();
            }
            remaining -= page.len();
            let is_read = out.write(|out| page.iter().try_for_each(|row| json_line(out, row)))?;
            if is_read
                && !is_full
                && std::mem::take(&mut is_first)
                && let Some(holder) = db.conn.engine().feed_holder(self.feed.table(), &mut db.conn)?
            {
                out.note(format_args!("an open transaction holds more {} back: {holder}", self.feed.rows()));
            }
            if !is_read || remaining == 0 || (!is_full && !self.follow) {
                return Ok(ExitStatus::Done);
            }
            if !is_full {
                db.while_waiting(|| {
                    std::thread::sleep(PAUSE);
                    Ok(())
                })?;
            }
        }
    }
}

/// Where a consumer was or is, as the audit trail has it.
#[derive(Debug, Serialize)]
pub(super) struct ConsumerPlace {
    pub(super) cursor: Cursor,
}

/// Records why a consumer has acknowledged something, where a reason is given.
pub(super) fn record_reason(consumer: &str, before: Cursor, after: Cursor, db: &mut Db) -> anyhow::Result<()> {
    if db.operation.reason().is_none() {
        return Ok(());
    }
    let (before, after) = (ConsumerPlace { cursor: before }, ConsumerPlace { cursor: after });
    let (verb, subject) = ("acknowledge", Subject::Log);
    Change { verb, subject, id: consumer, before: Some(&before), after: Some(&after) }.record(db)
}

/// A change of a consumer.
pub(super) struct ConsumerChange<'a> {
    pub(super) feed: Feed,
    pub(super) consumer: &'a str,
    /// Whether a consumer that is not registered is an error.
    pub(super) no_create: bool,
    pub(super) dry_run: bool,
}

impl ConsumerChange<'_> {
    /// Sets the cursor, and the types of what it gets if they are given.
    pub(super) fn reset(
        &self,
        to: &Reset,
        types: Option<&str>,
        clock: Clock,
        db: &mut Db,
        out: &Output,
    ) -> anyhow::Result<ExitStatus> {
        let (cursor, is_new) = db.transaction_or_not(|db| {
            let before = feed::place(self.feed, self.consumer, db)?;
            let is_new = before.is_none();
            if is_new && self.no_create {
                return Err(self.feed.unknown(self.consumer, db));
            }
            let cursor = feed::reset_cursor(self.feed, to, db)?;
            feed::set(self.feed, self.consumer, &cursor, clock.now(), db)?;
            // Repeated after an unknown outcome, it must not pass over what has come since.
            let (before, after) =
                (before.map(|place| ConsumerPlace { cursor: place.cursor }), ConsumerPlace { cursor: cursor.clone() });
            self.change("reset_consumer", before.as_ref(), Some(&after)).record(db)?;
            if let Some(types) = types {
                feed::set_types(self.consumer, types, db)?;
            }
            Ok(((cursor, is_new), End::of_change(self.dry_run)))
        })?;
        let done = match (self.dry_run, is_new) {
            (false, false) => "cursor set to",
            (false, true) => "registered at",
            (true, false) => "cursor would be set to",
            (true, true) => "would be registered at",
        };
        out.status(format_args!("{}: {done} {cursor}", self.consumer));
        Ok(ExitStatus::Done)
    }

    fn change<'b>(
        &'b self,
        verb: &'b str,
        before: Option<&'b ConsumerPlace>,
        after: Option<&'b ConsumerPlace>,
    ) -> Change<'b, ConsumerPlace> {
        Change { verb, subject: Subject::Log, id: self.consumer, before, after }
    }

    /// Removes the consumer; on a terminal a person is asked.
    pub(super) fn forget(&self, yes: bool, db: &mut Db, out: &Output) -> anyhow::Result<ExitStatus> {
        if !self.dry_run && !yes && out.is_interactive() {
            // Repeated, it is done already, and the consumer is not there to ask about.
            db.check_operation()?;
            let registered = feed::registered(self.feed, self.consumer, db)?;
            let question = format!("Forget consumer {}, which is at {}?", self.consumer, registered.cursor);
            db.while_waiting(|| out.must_agree(&question))?;
        }
        let cursor = db.transaction_or_not(|db| {
            let registered = feed::registered(self.feed, self.consumer, db)?;
            feed::forget(self.consumer, db)?;
            let before = ConsumerPlace { cursor: registered.cursor.clone() };
            self.change("forget_consumer", Some(&before), None).record(db)?;
            Ok((registered.cursor, End::of_change(self.dry_run)))
        })?;
        let done = if self.dry_run { "would forget" } else { "forgot" };
        out.status(format_args!("{done} consumer {}, which was at {cursor}", self.consumer));
        Ok(ExitStatus::Done)
    }
}

/// Prints what became of an acknowledgment.
pub(super) fn print_acknowledged(consumer: &str, done: &str, cursor: &Cursor, dry_run: bool, out: &Output) {
    let dry_run = if dry_run { " (dry run)" } else { "" };
    out.status(format_args!("{consumer}: {done} {cursor}{dry_run}"));
}

/// Lists the consumers; fails if one lags more than allowed.
pub(super) fn list(
    feed: Feed,
    max_lag: Option<u64>,
    arrange: &ArrangeArgs,
    clock: Clock,
    db: &mut Db,
    out: &mut Output,
) -> anyhow::Result<ExitStatus> {
    let now = clock.now();
    let consumers: Vec<Consumer> = feed::lags(feed, db)?.into_iter().map(|lag| Consumer::new(lag, now)).collect();
    if consumers.is_empty() {
        out.status("no consumers");
    }
    arrange.print(&consumers, out)?;
    let late = consumers.iter().find(|consumer| max_lag.is_some_and(|most| consumer.lag.unsigned_abs() > most));
    match (late, max_lag) {
        (Some(late), Some(most)) => {
            let lag = plural(late.lag.unsigned_abs(), &format!("unacknowledged {}", feed.row()));
            Err(Failure::failed(format!("consumer {} has {lag}, more than --max-lag {most}", late.consumer)).into())
        }
        _ => Ok(ExitStatus::Done),
    }
}

/// A consumer and its lag.
#[derive(Debug, Serialize)]
#[expect(clippy::struct_field_names, reason = "the field is named after its output column")]
struct Consumer {
    consumer: String,
    cursor: Cursor,
    /// The types of what it gets; all if `None`.
    types: Option<String>,
    /// Number of rows that it could not process.
    parked: i64,
    /// `None` before the first row is acknowledged.
    acknowledged_at: Option<Timestamp>,
    /// Number of unacknowledged rows.
    lag: i64,
    /// Seconds since the oldest of them was recorded.
    behind_seconds: Option<u64>,
}

impl Consumer {
    fn new(lag: Lag, now: Timestamp) -> Self {
        Self {
            consumer: lag.consumer,
            acknowledged_at: (lag.place.cursor != Cursor::default()).then_some(lag.acknowledged_at),
            cursor: lag.place.cursor,
            types: lag.place.types,
            parked: lag.parked,
            lag: lag.lag,
            behind_seconds: lag.oldest.map(|oldest| now.since(oldest).as_secs()),
        }
    }
}

impl Record for Consumer {
    const COLUMNS: &'static [&'static str] =
        &["consumer", "cursor", "acknowledged_at", "lag", "behind_seconds", "types", "parked"];
    const TABLE: &'static [&'static str] = Self::COLUMNS;
    const NUMBERS: &'static [&'static str] = &["lag", "behind_seconds", "parked"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.consumer.clone(),
            self.cursor.to_string(),
            cell(self.acknowledged_at),
            self.lag.to_string(),
            cell(self.behind_seconds),
            cell(self.types.as_ref()),
            self.parked.to_string(),
        ]
    }

    fn id(&self) -> &str {
        &self.consumer
    }
}
