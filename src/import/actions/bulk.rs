//! Adding much to little: the rows are written without the table's indexes, which are built anew at the end, all in the
//! import's own transaction. Nobody ever sees the table without them; the unique ones verify all rows.
//!
//! Meanwhile what the indexes would tell, a Bloom filter remembers. What it does not know is new for certain. What it may
//! know (an event delivered twice; one in thousands by chance) waits until the indexes are back.
//!
//! Into an empty log everything goes this way. On PostgreSQL other programs wait for the table until the import ends,
//! which is why it is for an empty log alone; if somebody has the table, or it is not ours to change, the import goes the
//! usual way. SQLite has one writer at any time, so that it goes this way too when at least a quarter as much is added as
//! there is; the index of keys then stays and tells replays, unless they are all met along the log.

use diesel::connection::DefaultLoadingMode;
use diesel::dsl::max;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Bool, Text};

use super::append::{execute, insert_all};
use super::input::{self, EventInput, Rows};
use crate::db::{AnyConnection, Db};
use crate::import::verdict::Row;
use crate::models::{Event, SourceSystem};
use crate::schema::user_action;

/// The index that tells replays.
const KEYS: &str = "user_action_idempotency_key_unique";
/// The others that are built anew; those that somebody has added stay.
const INDEXES: [&str; 4] =
    ["user_action_id_unique", "user_action_source_event_unique", "user_action_occurred_at", "user_action_user"];
/// PostgreSQL's own.
const FEED: &str = "user_action_feed";
/// How many rows may wait.
const SUSPECTS: usize = 20_000;
const SUSPECT_BYTES: usize = 16 << 20;
/// Beside how many rows at most the indexes are taken away: of more, the filter would know too little.
const LITTLE: i64 = 5_000_000;

/// A bulk import under way.
pub(super) struct Bulk {
    /// The statements that build the indexes.
    indexes: Vec<String>,
    /// Whether there is nothing that a row could be compared with.
    into_empty: bool,
    /// Whether the index of keys is among those that are gone.
    unkeyed: bool,
    known: Filter,
    suspects: Rows,
    suspect_bytes: usize,
}

#[derive(QueryableByName)]
struct Definition {
    #[diesel(sql_type = Text)]
    definition: String,
}

impl Bulk {
    /// Takes all indexes away, if the log is empty and that can be done at once.
    pub(super) fn into_empty(db: &mut Db) -> anyhow::Result<Option<Self>> {
        if !is_empty(db)? {
            return Ok(None);
        }
        let taken = db.savepoint(|db| {
            if let AnyConnection::Postgres(conn) = &mut db.conn {
                sql_query("LOCK TABLE user_action IN ACCESS EXCLUSIVE MODE NOWAIT").execute(conn)?;
            }
            // Another program may have written before the lock was ours.
            anyhow::ensure!(is_empty(db)?, "the log is not empty any more");
            let own: &[&str] = if db.conn.is_sqlite() { &[] } else { &[FEED] };
            take_away(&[&INDEXES[..], &[KEYS], own].concat(), db)
        });
        // Without the lock, or the right, nothing was done.
        let Ok(indexes) = taken else { return Ok(None) };
        if db.conn.is_sqlite() {
            // Rows are only added at the end: the memory is the filter's.
            execute("PRAGMA cache_size = -16384", db)?;
        }
        Ok(Some(Self {
            indexes,
            into_empty: true,
            unkeyed: true,
            known: Filter::new(),
            suspects: Vec::new(),
            suspect_bytes: 0,
        }))
    }

    /// Takes all indexes away, or all but that of the keys, if so many new rows are worth it.
    pub(super) fn beside_little(new: u64, unkeyed: bool, db: &mut Db) -> anyhow::Result<Option<Self>> {
        if !is_much(new, db)? {
            return Ok(None);
        }
        // Rows are only added at the end: the memory is the filter's.
        execute("PRAGMA cache_size = -16384", db)?;
        let AnyConnection::Sqlite(conn) = &mut db.conn else { return Ok(None) };
        let mut known = Filter::new();
        let recorded = user_action::table
            .select((
                user_action::id,
                user_action::idempotency_key,
                user_action::source_system,
                user_action::source_event_id,
            ))
            .load_iter::<(String, Option<String>, Option<SourceSystem>, Option<String>), DefaultLoadingMode>(conn)?;
        for event in recorded {
            let (id, key, source, source_event_id) = event?;
            let upstream = source.zip(source_event_id).map(|(source, id)| Event::key_of(source, &id));
            known.add(input::hash_of_id(&id));
            key.iter().chain(&upstream).for_each(|key| {
                known.add(input::hash_of_key(key));
            });
        }
        let names = if unkeyed { [&INDEXES[..], &[KEYS]].concat() } else { INDEXES.to_vec() };
        let Ok(indexes) = db.savepoint(|db| take_away(&names, db)) else { return Ok(None) };
        Ok(Some(Self { indexes, into_empty: false, unkeyed, known, suspects: Vec::new(), suspect_bytes: 0 }))
    }

    /// Whether there is nothing that a row could be compared with.
    pub(super) const fn is_into_empty(&self) -> bool {
        self.into_empty
    }

    /// Whether nothing can be looked up by its key.
    pub(super) const fn is_unkeyed(&self) -> bool {
        self.unkeyed
    }

    /// Writes the rows that are new for certain, and keeps the others; returns how many were written.
    pub(super) fn add(&mut self, rows: Rows, recorded_at: &str, db: &mut Db) -> anyhow::Result<u64> {
        let mut new = Vec::with_capacity(rows.len());
        for row in rows {
            let known = row.content.identities().filter(|identity| self.known.add(*identity)).count() > 0;
            if known { self.keep_one(row) } else { new.push(row) }
        }
        insert_all(&new, recorded_at, !self.unkeyed, db)?;
        Ok(new.len() as u64)
    }

    /// Keeps rows until the indexes are back; what shares a key with them waits behind them.
    pub(super) fn keep(&mut self, rows: Rows) {
        for row in rows {
            row.content.identities().for_each(|identity| {
                self.known.add(identity);
            });
            self.keep_one(row);
        }
    }

    fn keep_one(&mut self, row: Row<EventInput>) {
        self.suspect_bytes += row.content.bytes();
        self.suspects.push(row);
    }

    /// Whether more rows wait than should.
    pub(super) const fn is_overrun(&self) -> bool {
        self.suspects.len() > SUSPECTS || self.suspect_bytes > SUSPECT_BYTES
    }

    /// Builds the indexes, and returns the rows that wait, in their order.
    pub(super) fn end(self, db: &mut Db) -> anyhow::Result<Rows> {
        let Self { indexes, known, mut suspects, .. } = self;
        // Its memory is that of the sorting.
        drop(known);
        rebuild(&indexes, db)?;
        suspects.sort_unstable_by_key(|row| row.number);
        Ok(suspects)
    }
}

/// Takes indexes away; returns the statements that build them.
fn take_away(names: &[&str], db: &mut Db) -> anyhow::Result<Vec<String>> {
    let list = names.iter().map(|name| format!("'{name}'")).collect::<Vec<_>>().join(", ");
    let definitions: Vec<Definition> = match &mut db.conn {
        AnyConnection::Sqlite(conn) => sql_query(format!(
            "SELECT sql AS definition FROM sqlite_schema WHERE type = 'index' AND name IN ({list}) ORDER BY rowid"
        ))
        .load(conn)?,
        AnyConnection::Postgres(conn) => sql_query(format!(
            "SELECT pg_get_indexdef(indexrelid) AS definition FROM pg_index \
             WHERE indrelid = 'user_action'::regclass AND indexrelid::regclass::text IN ({list}) ORDER BY indexrelid"
        ))
        .load(conn)?,
    };
    anyhow::ensure!(definitions.len() == names.len(), "user_action has not all of the indexes {list}");
    for name in names {
        execute(&format!("DROP INDEX {name}"), db)?;
    }
    Ok(definitions.into_iter().map(|found| found.definition).collect())
}

fn is_empty(db: &mut Db) -> QueryResult<bool> {
    #[derive(QueryableByName)]
    struct Empty {
        #[diesel(sql_type = Bool)]
        empty: bool,
    }

    let query = "SELECT NOT EXISTS (SELECT 1 FROM user_action) AS empty";
    sql_query(query).get_result::<Empty>(&mut db.conn).map(|found| found.empty)
}

/// Whether so many rows are at least a quarter of what an SQLite log has, and that is little.
fn is_much(rows: u64, db: &mut Db) -> QueryResult<bool> {
    let AnyConnection::Sqlite(conn) = &mut db.conn else { return Ok(false) };
    let last: Option<i64> = user_action::table.select(max(user_action::position)).get_result(conn)?;
    Ok(last.is_none_or(|last| last <= LITTLE && rows.saturating_mul(4) >= last.unsigned_abs()))
}

/// SQLite sorts an index of more than its cache in pieces, each on a second thread: small pieces keep both processors
/// busy.
fn rebuild(indexes: &[String], db: &mut Db) -> QueryResult<()> {
    let sqlite = db.conn.is_sqlite();
    if sqlite {
        execute("PRAGMA threads = 2", db)?;
        execute("PRAGMA cache_size = -6144", db)?;
    }
    indexes.iter().try_for_each(|definition| execute(definition, db))?;
    if sqlite {
        execute("PRAGMA cache_size = -65536", db)?;
    }
    Ok(())
}

/// A Bloom filter of fixed size: says of what was added that it may have been, and of little else. The bits of an entry
/// are in one block, which is one look into memory.
struct Filter {
    blocks: Vec<Block>,
}

type Block = [u64; 8];

impl Filter {
    /// 2^28 bits, 32 MiB: of ten million events, one in a thousand is taken for another.
    const BLOCKS_LOG2: u32 = 19;
    /// How many bits an entry sets.
    const PROBES: u32 = 4;

    fn new() -> Self {
        Self { blocks: vec![Block::default(); 1 << Self::BLOCKS_LOG2] }
    }

    /// Adds a hash, and says whether it may have been there.
    fn add(&mut self, hash: u64) -> bool {
        // The block is told by the first bits of the hash, the bits in it by the last, nine for each.
        let block = &mut self.blocks[(hash >> (u64::BITS - Self::BLOCKS_LOG2)) as usize];
        let mut there = true;
        for probe in 0..Self::PROBES {
            let bit = (hash >> (9 * probe) & 511) as usize;
            let (word, mask) = (&mut block[bit / 64], 1 << (bit % 64));
            there &= *word & mask != 0;
            *word |= mask;
        }
        there
    }
}

#[cfg(test)]
mod tests {
    use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher};

    use super::*;

    #[test]
    fn the_filter_forgets_nothing_and_seldom_errs() {
        let hash = |i: u32| BuildHasherDefault::<DefaultHasher>::default().hash_one(i);
        let mut filter = Filter::new();
        let mistaken = (0..100_000).filter(|i| filter.add(hash(*i))).count();
        assert_eq!(mistaken, 0, "of a hundred thousand");
        assert!((0..100_000).all(|i| filter.add(hash(i))));
    }
}
