//! Finds the rows that are already recorded, and checks whether their content is the same, a batch at a time.
//!
//! The log is read sequentially first: the events of a file that is imported again, or overlaps with an earlier one,
//! were recorded close together. So the events that follow the last replay are read in storage order and matched by
//! key in memory, which takes a third of the time of looking up each row. Rows not found there are looked up by key,
//! until many lookups have found nothing.

mod on_nodes;
mod recorded;

use anyhow::Context as _;
use diesel::connection::DefaultLoadingMode;
use diesel::dsl::sql as literal;
use diesel::pg::PgRowByRowLoadingMode;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Text};
use foldhash::HashMap;

use on_nodes::match_on_nodes;
use recorded::{RecordedColumns, RecordedText, match_postgres, match_sqlite};

use super::event_input::EventInput;
use super::verdict::InputRow;
use crate::db::{AnyConnection, Db};
use crate::schema::user_action;

/// The result of comparing a row with the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyMatch {
    /// Its key is not recorded.
    New,
    /// Already recorded, with the same content.
    Replay,
    /// Its key is recorded; the content differs, or is written differently.
    Differs,
}

/// Rows looked up by key per query; PostgreSQL can hold this many in memory.
const KEYS_PER_QUERY: usize = 5000;
/// Number of consecutive batches with too few matches after which the log is no longer read sequentially.
const MAX_MISSES: u32 = 2;
/// Rows of the log read per query.
const ROWS_PER_READ: usize = 2500;
/// Number of key lookups after which, if none found anything, the remaining rows are assumed to be new.
const LOOKUPS_UNTIL_TRUSTED: u64 = 10_000;
/// Number of rows of a batch that are looked up to find where in the log the batch may start.
const PROBES: usize = 8;

/// The location of a row in the log: its position or, on PostgreSQL, which has no index on positions, the two parts
/// of its `ctid`.
type LogPlace = i64;

/// Compares rows with the log, and tracks where in the log the next replays may be.
#[derive(Debug, Default)]
pub(super) struct Comparison {
    /// The location of the last replay.
    last: Option<LogPlace>,
    misses: u32,
    /// Number of rows looked up by key, and how many of those were recorded.
    looked_up: u64,
    found_by_key: u64,
}

impl Comparison {
    /// Compares each row with the log; if `unkeyed`, only by reading the log sequentially. Rows that are not found
    /// count as new: the unique indexes, or the filter that stands in for them, detect the duplicates among them.
    pub(super) fn match_rows(
        &mut self,
        rows: &[InputRow<EventInput>],
        unkeyed: bool,
        db: &mut Db,
    ) -> anyhow::Result<Vec<KeyMatch>> {
        let mut matches: Vec<Option<KeyMatch>> = vec![None; rows.len()];
        // A distributed log has no order of places.
        if self.misses < MAX_MISSES && !rows.is_empty() && !db.conn.engine().is_log_distributed() {
            self.match_along_log(rows, &mut matches, db)?;
        }
        if !unkeyed {
            self.match_by_key(rows, &mut matches, db)?;
        }
        Ok(matches.into_iter().map(|look| look.unwrap_or(KeyMatch::New)).collect())
    }

    /// Whether rows that are not found by reading the log are assumed to be new: many were looked up by key, and none
    /// was recorded.
    pub(super) const fn is_trusting(&self) -> bool {
        self.found_by_key == 0 && self.looked_up >= LOOKUPS_UNTIL_TRUSTED
    }

    /// Looks up every row by key from now on: a row that was assumed to be new was not.
    pub(super) const fn mistrust(&mut self) {
        self.found_by_key += 1;
    }

    /// Whether replays were found, all of them by reading the log sequentially.
    pub(super) const fn needs_no_keys(&self) -> bool {
        self.last.is_some() && self.found_by_key == 0
    }

    fn match_by_key(
        &mut self,
        rows: &[InputRow<EventInput>],
        matches: &mut [Option<KeyMatch>],
        db: &mut Db,
    ) -> anyhow::Result<()> {
        let mut open: Vec<usize> =
            (0..rows.len()).filter(|i| matches[*i].is_none() && rows[*i].content.key().is_some()).collect();
        // The first lookups take rows in file order: rows with the smallest keys would not be a fair sample.
        let weighed = usize::try_from(LOOKUPS_UNTIL_TRUSTED.saturating_sub(self.looked_up))?.min(open.len());
        let (weighed, others) = open.split_at_mut(weighed);
        for part in [weighed, others] {
            if self.is_trusting() {
                break;
            }
            // Sorted as in the index, so that each of its pages is read once.
            part.sort_unstable_by_key(|i| rows[*i].content.key());
            self.match_keys(part, rows, matches, db)?;
        }
        Ok(())
    }

    fn match_keys(
        &mut self,
        numbers: &[usize],
        rows: &[InputRow<EventInput>],
        matches: &mut [Option<KeyMatch>],
        db: &mut Db,
    ) -> anyhow::Result<()> {
        let is_distributed = db.conn.engine().is_log_distributed();
        for numbers in numbers.chunks(if is_distributed { on_nodes::KEYS } else { KEYS_PER_QUERY }) {
            let events: Vec<&EventInput> = numbers.iter().map(|i| &rows[*i].content).collect();
            let found = match &mut db.conn {
                AnyConnection::Sqlite(conn) => match_sqlite(&events, conn)?,
                AnyConnection::Postgres(conn) if is_distributed => match_on_nodes(&events, conn)?,
                AnyConnection::Postgres(conn) => match_postgres(&events, conn)?,
            };
            self.looked_up += found.len() as u64;
            self.found_by_key += found.iter().filter(|key_match| **key_match != KeyMatch::New).count() as u64;
            numbers.iter().zip(found).for_each(|(i, look)| matches[*i] = Some(look));
        }
        Ok(())
    }

    /// Reads the log sequentially from the last replay, a range at a time, until a range matches no row: possibly
    /// only part of the batch is recorded.
    fn match_along_log(
        &mut self,
        rows: &[InputRow<EventInput>],
        matches: &mut [Option<KeyMatch>],
        db: &mut Db,
    ) -> anyhow::Result<()> {
        let mut rows_by_key = RowsByKey::new(rows);
        // Each range starts with the row that was read last: skip it.
        let mut skip = usize::from(self.last.is_some());
        if self.last.is_none() {
            self.last = place_of_any(rows, db)?;
        }
        let (mut found, mut left) = (0, rows.len());
        let mut from = self.last;
        while let Some(start) = from.take().filter(|_| left > 0) {
            let before = found;
            let mut take = |place: LogPlace, key: &str, compare: &dyn Fn(&EventInput) -> KeyMatch| {
                if let Some(i) = rows_by_key.find(key) {
                    matches[i] = Some(compare(&rows[i].content));
                    self.last = Some(place);
                    found += 1;
                }
                from = Some(place);
            };
            let limit = i64::try_from(left.min(ROWS_PER_READ) + skip)?;
            match &mut db.conn {
                AnyConnection::Sqlite(conn) => {
                    let stretch = sql_query(RecordedText::ALONG)
                        .bind::<BigInt, _>(start)
                        .bind::<BigInt, _>(limit)
                        .load_iter::<RecordedText, DefaultLoadingMode>(conn)?;
                    for recorded in stretch.skip(skip) {
                        let recorded = recorded?;
                        let (key, content) = recorded.key_and_content();
                        take(recorded.place, key, &|event| RecordedText::compare(content, event));
                    }
                }
                AnyConnection::Postgres(conn) => {
                    // Rows are compared while the server reads the next ones.
                    let stretch = sql_query(RecordedColumns::ALONG)
                        .bind::<Text, _>(ctid_of(start))
                        .bind::<BigInt, _>(limit)
                        .load_iter::<RecordedColumns, PgRowByRowLoadingMode>(conn)?;
                    for recorded in stretch.skip(skip) {
                        let recorded = recorded?;
                        let (key, content) = recorded.key_and_content();
                        take(place_of(&recorded.place)?, key, &|event| recorded.compare(content, event));
                    }
                }
            }
            left -= left.min(ROWS_PER_READ);
            skip = 1;
            if found == before {
                break;
            }
        }
        // Fewer matches than an eighth of the batch do not justify reading the log.
        self.misses = if found * 8 < rows.len() { self.misses + 1 } else { 0 };
        Ok(())
    }
}

/// Finds rows by key; fastest when the keys are requested in file order.
struct RowsByKey<'a> {
    rows: &'a [InputRow<EventInput>],
    next: usize,
    by_key: Option<HashMap<&'a str, usize>>,
}

impl<'a> RowsByKey<'a> {
    /// Number of rows compared in order before the map of keys is used.
    const AHEAD: usize = 4;

    fn new(rows: &'a [InputRow<EventInput>]) -> Self {
        Self { rows, next: 0, by_key: None }
    }

    fn find(&mut self, key: &str) -> Option<usize> {
        let ahead = self.rows.iter().enumerate().skip(self.next).take(Self::AHEAD);
        let found = ahead.into_iter().find(|(_, row)| row.content.key() == Some(key)).map(|(i, _)| i);
        let found = found.or_else(|| {
            let keys = self.rows.iter().enumerate();
            let by_key = || keys.filter_map(|(i, row)| row.content.key().map(|key| (key, i))).collect();
            self.by_key.get_or_insert_with(by_key).get(key).copied()
        });
        self.next = found.map_or(self.next, |i| i + 1);
        found
    }
}

/// The location of a recorded row of the batch; checks only a sample of the rows, in file order.
fn place_of_any(rows: &[InputRow<EventInput>], db: &mut Db) -> anyhow::Result<Option<LogPlace>> {
    for row in rows.iter().step_by(rows.len().div_ceil(PROBES)) {
        let recorded = user_action::table.filter(user_action::idempotency_key.eq(row.content.key()));
        let place = match &mut db.conn {
            AnyConnection::Sqlite(conn) => recorded.select(user_action::position).first(conn).optional()?,
            AnyConnection::Postgres(conn) => {
                // `ctid` is a system column, which diesel does not know.
                let ctid: Option<String> = recorded.select(literal::<Text>("ctid::text")).first(conn).optional()?;
                ctid.as_deref().map(place_of).transpose()?
            }
        };
        if place.is_some() {
            return Ok(place);
        }
    }
    Ok(None)
}

/// Parses a `ctid`, `(block,item)`.
fn place_of(ctid: &str) -> anyhow::Result<LogPlace> {
    let parts = ctid.trim_matches(['(', ')']).split_once(',').context("a ctid has two parts")?;
    Ok(parts.0.parse::<LogPlace>()? << ITEM_BITS | parts.1.parse::<LogPlace>()?)
}

fn ctid_of(place: LogPlace) -> String {
    format!("({},{})", place >> ITEM_BITS, place & ((1 << ITEM_BITS) - 1))
}

/// Bits reserved for the second part of a `ctid`.
const ITEM_BITS: u32 = 16;
