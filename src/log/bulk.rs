//! Bulk load: rows are written without the table's indexes, which are rebuilt at the end, all within the import's own
//! transaction. Other sessions never see the table without them, and the unique indexes verify all rows.
//!
//! Until the indexes are rebuilt, a Bloom filter stands in for them. A row that is not in the filter is certainly
//! new. A row that may be in it (an event delivered twice; one in thousands by chance) is kept until the indexes are
//! rebuilt.
//!
//! An empty log is always loaded this way. On PostgreSQL this blocks other programs from the table until the import
//! ends, so it is used for an empty log only; if the table is locked, or the role may not alter it, the import
//! inserts rows as usual. SQLite has one writer at any time, so a bulk load is also used if the new rows are at least
//! a sixth of the recorded ones. The index on the keys is then kept to detect replays, unless all replays were
//! found by reading along the log.

use anyhow::Context as _;
use diesel::connection::DefaultLoadingMode;
use diesel::dsl::max;
use diesel::prelude::*;
use fastbloom::BloomFilter;

use super::append::{execute, insert_all};
use super::event_input::{self, EventInput, EventRows};
use super::verdict::InputRow;
use crate::db::{Db, Engine};
use crate::models::{Event, SourceSystem};
use crate::schema::user_action;

/// Maximum number of rows kept until the indexes are rebuilt.
const MAX_POSSIBLE_MATCHES: usize = 20_000;
const MAX_POSSIBLE_MATCH_BYTES: usize = 16 << 20;
/// Maximum size of a log whose indexes are dropped, in rows: for a larger one the filter would be too inaccurate.
const MAX_LOG_ROWS: i64 = 5_000_000;

/// Size of the filter, 32 MiB: with ten million events, one lookup in a thousand is a false positive.
const FILTER_BITS: usize = 1 << 28;
const FILTER_HASHES: u32 = 3;

/// A running bulk load.
pub(super) struct Bulk {
    /// The statements that rebuild the indexes.
    indexes: Vec<String>,
    /// Whether the log was empty, so that no row needs to be compared.
    into_empty: bool,
    /// Whether the index on the keys was dropped too.
    unkeyed: bool,
    seen: BloomFilter,
    possible_matches: EventRows,
    possible_match_bytes: usize,
}

impl Bulk {
    /// Drops all indexes, if the log is empty and the lock is free; otherwise returns `None`.
    pub(super) fn into_empty(db: &mut Db) -> anyhow::Result<Option<Self>> {
        if !is_empty(db)? {
            return Ok(None);
        }
        let engine = db.conn.engine();
        let dropped = db.savepoint(|db| {
            engine.lock_log(&mut db.conn)?;
            // Another program may have written before the lock was granted.
            anyhow::ensure!(is_empty(db)?, "the log is no longer empty");
            drop_indexes(engine.log_indexes(), db)
        });
        let Some(indexes) = unless_refused(dropped, engine)? else { return Ok(None) };
        engine.prepare_bulk_load(&mut db.conn)?;
        Ok(Some(Self {
            indexes,
            into_empty: true,
            unkeyed: true,
            seen: new_filter(),
            possible_matches: Vec::new(),
            possible_match_bytes: 0,
        }))
    }

    /// Drops all indexes, or all but the one on the keys, if there are enough new rows; otherwise returns `None`.
    pub(super) fn beside_little(new: u64, unkeyed: bool, db: &mut Db) -> anyhow::Result<Option<Self>> {
        if !is_worth_rebuilding(new, db)? {
            return Ok(None);
        }
        let engine = db.conn.engine();
        engine.prepare_bulk_load(&mut db.conn)?;
        let mut seen = new_filter();
        let recorded = user_action::table
            .select((
                user_action::id,
                user_action::idempotency_key,
                user_action::source_system,
                user_action::source_event_id,
            ))
            .load_iter::<(String, Option<String>, Option<SourceSystem>, Option<String>), DefaultLoadingMode>(
                &mut db.conn,
            )?;
        for event in recorded {
            let (id, key, source, source_event_id) = event?;
            let upstream = source.zip(source_event_id).map(|(source, id)| Event::key_of(source, &id));
            seen.insert_hash(event_input::hash_of_id(&id));
            key.iter().chain(&upstream).for_each(|key| {
                seen.insert_hash(event_input::hash_of_key(key));
            });
        }
        let names = &engine.log_indexes()[usize::from(!unkeyed)..];
        let dropped = db.savepoint(|db| drop_indexes(names, db));
        let Some(indexes) = unless_refused(dropped, engine)? else { return Ok(None) };
        Ok(Some(Self {
            indexes,
            into_empty: false,
            unkeyed,
            seen,
            possible_matches: Vec::new(),
            possible_match_bytes: 0,
        }))
    }

    /// Whether the log was empty, so that no row needs to be compared.
    pub(super) const fn is_into_empty(&self) -> bool {
        self.into_empty
    }

    /// Whether rows cannot be looked up by key, because that index was dropped.
    pub(super) const fn is_unkeyed(&self) -> bool {
        self.unkeyed
    }

    /// Writes the rows that are certainly new, and keeps the others; returns the number written.
    pub(super) fn add(&mut self, rows: EventRows, recorded_at: &str, db: &mut Db) -> anyhow::Result<u64> {
        let mut new = Vec::with_capacity(rows.len());
        for row in rows {
            let known = row.content.identities().filter(|identity| self.seen.insert_hash(*identity)).count() > 0;
            if known { self.keep_one(row) } else { new.push(row) }
        }
        insert_all(&new, recorded_at, !self.unkeyed, db)?;
        Ok(new.len() as u64)
    }

    /// Keeps rows until the indexes are rebuilt; later rows that share a key with them are kept too.
    pub(super) fn keep(&mut self, rows: EventRows) {
        for row in rows {
            row.content.identities().for_each(|identity| {
                self.seen.insert_hash(identity);
            });
            self.keep_one(row);
        }
    }

    fn keep_one(&mut self, row: InputRow<EventInput>) {
        self.possible_match_bytes += row.content.bytes();
        self.possible_matches.push(row);
    }

    /// Whether rows are kept until the indexes are rebuilt.
    pub(super) const fn keeps_rows(&self) -> bool {
        !self.possible_matches.is_empty()
    }

    /// Whether too many rows are kept.
    pub(super) const fn is_overrun(&self) -> bool {
        self.possible_matches.len() > MAX_POSSIBLE_MATCHES || self.possible_match_bytes > MAX_POSSIBLE_MATCH_BYTES
    }

    /// Rebuilds the indexes, and returns the kept rows in file order.
    pub(super) fn end(self, db: &mut Db) -> anyhow::Result<EventRows> {
        let Self { indexes, seen, mut possible_matches, .. } = self;
        // Frees the filter's memory for sorting the indexes.
        drop(seen);
        rebuild(&indexes, db)?;
        possible_matches.sort_unstable_by_key(|row| row.number);
        Ok(possible_matches)
    }
}

fn new_filter() -> BloomFilter {
    BloomFilter::with_num_bits(FILTER_BITS).seed(&0).hashes(FILTER_HASHES)
}

/// Drops indexes; returns the statements that rebuild them.
fn drop_indexes(names: &[&str], db: &mut Db) -> anyhow::Result<Vec<String>> {
    let definitions = db.conn.engine().index_definitions(names, &mut db.conn)?;
    anyhow::ensure!(definitions.len() == names.len(), "user_action lacks some of the indexes {}", names.join(", "));
    for definition in &definitions {
        let name = names.iter().find(|name| definition.split_whitespace().any(|word| word == **name));
        let name = name.with_context(|| format!("unexpected definition: {definition}"))?;
        let drop = if definition.starts_with("CREATE TRIGGER") {
            format!("DROP TRIGGER {name} {}", db.conn.engine().sql("", "ON user_action"))
        } else {
            format!("DROP INDEX {name}")
        };
        execute(&drop, db)?;
    }
    Ok(definitions)
}

/// The indexes that were dropped; `None` where nothing was, without the lock or the right. SQLite has neither: it fails when the
/// disk does.
fn unless_refused(dropped: anyhow::Result<Vec<String>>, engine: &dyn Engine) -> anyhow::Result<Option<Vec<String>>> {
    match dropped {
        Err(error) if !engine.has_concurrent_writers() => Err(error),
        dropped => Ok(dropped.ok()),
    }
}

/// Not by EXISTS: a distributed log would collect all of its rows for it.
fn is_empty(db: &mut Db) -> QueryResult<bool> {
    let any: Option<i64> = user_action::table.select(user_action::position).first(&mut db.conn).optional()?;
    Ok(any.is_none())
}

/// Whether an SQLite log is small enough for a bulk load, and `rows` is at least a sixth of its size: below that, adding to the indexes is faster.
fn is_worth_rebuilding(rows: u64, db: &mut Db) -> QueryResult<bool> {
    if db.conn.engine().has_concurrent_writers() {
        return Ok(false);
    }
    let last: Option<i64> = user_action::table.select(max(user_action::position)).get_result(&mut db.conn)?;
    Ok(last.is_none_or(|last| last <= MAX_LOG_ROWS && rows.saturating_mul(6) >= last.unsigned_abs()))
}

/// SQLite sorts an index that is larger than its cache in pieces, each on a second thread; small pieces keep both
/// processors busy.
fn rebuild(indexes: &[String], db: &mut Db) -> QueryResult<()> {
    let engine = db.conn.engine();
    engine.prepare_index_build(&mut db.conn)?;
    indexes.iter().try_for_each(|definition| execute(definition, db))?;
    engine.end_bulk_load(&mut db.conn)
}
