//! The first import into an empty log: the rows are written without their indexes, and the indexes are built at the end,
//! all in the import's own transaction. Nobody ever sees the table without them; the unique ones verify all rows.
//!
//! Meanwhile nothing can be looked up, so that a Bloom filter remembers what was written. What it does not know is new
//! for certain. What it may know (an event delivered twice; one in thousands by chance) waits until the indexes are back.
//!
//! On PostgreSQL other programs wait for the table until the import ends, which is why this is for an empty log alone; if
//! somebody has the table, or it is not ours to change, the import goes the usual way.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Bool, Text};

use super::append::{execute, insert_all};
use super::input::EventInput;
use crate::db::{AnyConnection, Db};
use crate::import::options::Options;
use crate::import::verdict::Row;

/// The indexes that are built anew; others that somebody has added stay.
const INDEXES: [&str; 4] = [
    "user_action_id_unique",
    "user_action_source_event_unique",
    "user_action_idempotency_key_unique",
    "user_action_occurred_at",
];
/// From how many bytes of actions on the journal is worth a change of it.
const QUICK_JOURNAL: u64 = 1 << 20;
/// How many rows may wait.
const SUSPECTS: usize = 20_000;

/// A bulk import under way.
pub(super) struct Bulk {
    /// The statements that build the indexes.
    indexes: Vec<String>,
    written: Filter,
    suspects: Vec<Row<EventInput>>,
}

#[derive(QueryableByName)]
struct Definition {
    #[diesel(sql_type = Text)]
    definition: String,
}

/// Runs an import into an empty log of SQLite so that what it adds is written once; see [`Db::leave_write_ahead_log`].
pub(in crate::import) fn with_quick_journal<T>(
    bytes: u64,
    options: &Options,
    db: &mut Db,
    import: impl FnOnce(&mut Db) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let quick = bytes > QUICK_JOURNAL && !options.dry_run && is_empty(db)? && db.leave_write_ahead_log();
    let imported = import(db);
    if quick {
        let returned = db.return_to_write_ahead_log();
        return imported.and_then(|value| returned.map(|()| value));
    }
    imported
}

impl Bulk {
    /// Takes the indexes away, if the log is empty and that can be done at once.
    pub(super) fn begin(db: &mut Db) -> anyhow::Result<Option<Self>> {
        if !is_empty(db)? {
            return Ok(None);
        }
        let names = INDEXES.map(|name| format!("'{name}'")).join(", ");
        let taken = db.savepoint(|db| {
            let definitions = match &mut db.conn {
                AnyConnection::Sqlite(conn) => sql_query(format!(
                    "SELECT sql AS definition FROM sqlite_schema WHERE type = 'index' AND name IN ({names}) ORDER BY rowid"
                ))
                .load::<Definition>(conn)?,
                AnyConnection::Postgres(conn) => {
                    sql_query("LOCK TABLE user_action IN ACCESS EXCLUSIVE MODE NOWAIT").execute(conn)?;
                    sql_query(format!(
                        "SELECT pg_get_indexdef(indexrelid) AS definition FROM pg_index \
                         WHERE indrelid = 'user_action'::regclass AND indexrelid::regclass::text IN ({names}) \
                         ORDER BY indexrelid"
                    ))
                    .load::<Definition>(conn)?
                }
            };
            if db.conn.is_sqlite() {
                // Rows are only added at the end: the memory is the filter's.
                execute("PRAGMA cache_size = -16384", db)?;
            }
            for name in INDEXES {
                execute(&format!("DROP INDEX IF EXISTS {name}"), db)?;
            }
            Ok(definitions.into_iter().map(|found| found.definition).collect())
        });
        // Another program may have written before the lock was ours. Without the lock, or the right, nothing was done.
        match taken {
            Ok(indexes) if is_empty(db)? => Ok(Some(Self { indexes, written: Filter::new(), suspects: Vec::new() })),
            Ok(indexes) => {
                rebuild(&indexes, db)?;
                Ok(None)
            }
            Err(_) => Ok(None),
        }
    }

    /// Writes the rows that are new for certain, and keeps the others; returns how many were written.
    pub(super) fn add(&mut self, rows: Vec<Row<EventInput>>, recorded_at: &str, db: &mut Db) -> anyhow::Result<u64> {
        let mut new = Vec::with_capacity(rows.len());
        for row in rows {
            let known = row.content.identities().filter(|identity| self.written.add(*identity)).count() > 0;
            if known { self.suspects.push(row) } else { new.push(row) }
        }
        let events: Vec<&EventInput> = new.iter().map(|row| &row.content).collect();
        insert_all(&events, recorded_at, db)?;
        Ok(new.len() as u64)
    }

    /// Whether more rows wait than should.
    pub(super) const fn is_overrun(&self) -> bool {
        self.suspects.len() > SUSPECTS
    }

    /// Builds the indexes, and returns the rows that wait, in their order.
    pub(super) fn end(self, db: &mut Db) -> anyhow::Result<Vec<Row<EventInput>>> {
        rebuild(&self.indexes, db)?;
        Ok(self.suspects)
    }
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
