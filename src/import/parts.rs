//! An import in many transactions (`--commit-every`), on one connection or several (`--jobs`).
//!
//! Locks are short and other writers get their turn, at the price of one transaction for the whole: what was committed
//! when something goes wrong stays. That is safe since importing the same file again adds what is missing and no more.
//! Each part is written in the order of its keys, so that two that hold the same events wait for each other in one
//! order; with several connections the parts are recorded in no particular one.

use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::sync::mpsc::Receiver;
use std::{panic, thread};

use anyhow::{Context as _, anyhow};

use super::actions::{ActionLog, Actions};
use super::champions::{ChampionTable, Champions};
use super::options::OnError;
use super::outcome::Ending;
use super::source::Source;
use super::stream::{self, Chunk};
use super::users::{UserTable, Users};
use super::verdict::{Judged, Row, Verdict};
use super::{FileKind, Go, Import, Kind, Table, ledger, take_turns};
use crate::db::{Access, Database, Db, End};
use crate::models::{Outcome, ensure_a_superadmin};

/// How many bytes of text make a part, when rows are long.
const PART_BYTES: usize = 48 << 20;

/// Imports the files one after the other.
pub(super) fn import_all(
    import: &mut Import<'_>,
    files: Vec<(FileKind, Source)>,
    database: &Database,
    db: &mut Db,
) -> anyhow::Result<Ending> {
    import.interrupt.listen()?;
    for (kind, mut source) in files {
        if db.transaction(|db| import.is_known(kind, &mut source, db))? {
            continue;
        }
        let (options, report) = (import.options, import.begin(kind, &source).clone());
        db.transaction(|db| ledger::record(&report, Outcome::Partial, None, options, db))?;
        let meaning = &options.meaning;
        let go = match kind {
            FileKind::Users => {
                Parts::new(import, database).read(source, &Users::new(meaning), &|| UserTable::new(meaning), db)
            }
            FileKind::Actions => {
                let ids = import.new_event_ids(source.name());
                let files = import.event_ids.clone();
                let interrupt = import.interrupt.clone();
                let log = || ActionLog::new(meaning, files.clone(), 0, false, interrupt.clone());
                Parts::new(import, database).read(source, &Actions::new(meaning, ids), &log, db)
            }
            FileKind::Champions => {
                Parts::new(import, database).read(source, &Champions::new(meaning), &|| ChampionTable::new(meaning), db)
            }
        }?;
        let outcome = if go == Go::On { Outcome::Committed } else { Outcome::Partial };
        if let Some(report) = import.reports.last() {
            db.transaction(|db| ledger::record(report, outcome, None, options, db))?;
        }
        if go == Go::NoFurther {
            return Ok(Ending::Partial);
        }
    }
    Ok(Ending::Committed)
}

/// What the connections of one file share.
struct Parts<'a, 'b> {
    import: Mutex<Shared<'a, 'b>>,
    database: &'a Database,
    rows: usize,
    jobs: u32,
    run: Option<String>,
}

struct Shared<'a, 'b> {
    import: &'a mut Import<'b>,
    go: Go,
}

impl<'a, 'b> Parts<'a, 'b> {
    fn new(import: &'a mut Import<'b>, database: &'a Database) -> Self {
        let options = import.options;
        Self {
            rows: options.commit_every.map_or(1, NonZeroUsize::get),
            jobs: options.jobs.get(),
            run: import.reports.last().map(|report| report.run.clone()),
            import: Mutex::new(Shared { import, go: Go::On }),
            database,
        }
    }

    fn read<K: Kind>(
        &self,
        source: Source,
        kind: &K,
        table: &(impl Fn() -> K::Table + Sync),
        db: &mut Db,
    ) -> anyhow::Result<Go> {
        let (opened, keep) = self.with(|shared| {
            let opened = shared.import.open::<K>(source);
            Ok((opened?, shared.import.rejects.is_some()))
        })?;
        let (reader, header) = opened;
        let ((), sha256) = stream::run(reader, &header, kind, keep, |chunks: Receiver<Chunk<K::Content>>| {
            let chunks = Mutex::new(chunks);
            if self.jobs == 1 {
                return self.work(&chunks, table(), db);
            }
            // All of them before the first row: a server that has no room for one more says so now.
            let mut connections =
                (0..self.jobs).map(|_| self.database.open(Access::Write)).collect::<anyhow::Result<Vec<_>>>()?;
            thread::scope(|scope| {
                let chunks = &chunks;
                let workers: Vec<_> = connections
                    .iter_mut()
                    .map(|db| scope.spawn(move || self.work_or_stop(chunks, table(), db)))
                    .collect();
                workers
                    .into_iter()
                    .try_for_each(|worker| worker.join().unwrap_or_else(|panicked| panic::resume_unwind(panicked)))
            })
        })?;
        self.with(|shared| {
            if let Some(report) = shared.import.reports.last_mut()
                && shared.go == Go::On
            {
                report.sha256 = sha256;
                anyhow::ensure!(report.adds_up(), "{}: the verdicts do not add up to the rows read", report.file);
            }
            Ok(shared.go)
        })
    }

    /// As [`Self::work`]; when it fails, the other connections need not go on.
    fn work_or_stop<T: Table>(
        &self,
        chunks: &Mutex<Receiver<Chunk<T::Content>>>,
        table: T,
        db: &mut Db,
    ) -> anyhow::Result<()> {
        let worked = self.work(chunks, table, db);
        if worked.is_err() {
            self.with(|shared| {
                shared.go = Go::NoFurther;
                Ok(())
            })?;
        }
        worked
    }

    /// Takes rows and lands them, a part a transaction, until there are no more or too many are bad.
    fn work<T: Table>(
        &self,
        chunks: &Mutex<Receiver<Chunk<T::Content>>>,
        mut table: T,
        db: &mut Db,
    ) -> anyhow::Result<()> {
        db.import_run.clone_from(&self.run);
        let mut waiting: Vec<Row<T::Content>> = Vec::new();
        let mut bytes = 0;
        loop {
            let chunk = chunks.lock().map_err(|_| anyhow!("another connection has failed"))?.recv();
            let ended = chunk.is_err();
            if let Ok(chunk) = chunk {
                let size = chunk.bytes;
                let (rows, go) = self.with(|shared| {
                    shared.import.interrupt.check()?;
                    let rows = shared.import.receive(chunk);
                    if shared.import.is_undone() || shared.import.has_too_many() {
                        shared.go = Go::NoFurther;
                    }
                    Ok((rows, shared.go))
                })?;
                if go == Go::NoFurther {
                    return Ok(());
                }
                waiting.extend(rows);
                bytes += size;
            }
            while waiting.len() >= self.rows || bytes >= PART_BYTES || (ended && !waiting.is_empty()) {
                bytes = 0;
                if self.with(|shared| Ok(shared.go))? == Go::NoFurther {
                    return Ok(());
                }
                self.with(|shared| Ok(shared.import.interrupt.check()?))?;
                let behind = waiting.split_off(self.rows.min(waiting.len()));
                self.land(std::mem::replace(&mut waiting, behind), &mut table, db)?;
            }
            if ended {
                db.import_run = None;
                return Ok(());
            }
        }
    }

    /// Lands a part in a transaction of its own.
    fn land<T: Table>(&self, rows: Vec<Row<T::Content>>, table: &mut T, db: &mut Db) -> anyhow::Result<()> {
        let lines = rows.first().map_or(0, |row| row.line)..=rows.last().map_or(0, |row| row.line);
        let landed = db.transaction_or_not(|db| {
            take_turns(db, "pg_advisory_xact_lock_shared")?;
            let mut judged = Judged::default();
            table.land(rows, db, &mut judged)?;
            table.finish(db, &mut judged)?;
            if let Some((line, change)) = table.demotion() {
                ensure_a_superadmin(&change, db)
                    .with_context(|| format!("line {line} takes the role superadmin from {}", change.id))?;
            }
            self.with(|shared| {
                let options = shared.import.options;
                let undone = judged.refused.iter().any(|refused| match refused.verdict {
                    Verdict::Conflict(_) => options.conflict_aborts(),
                    _ => options.on_error == OnError::Abort,
                });
                if undone {
                    shared.go = Go::NoFurther;
                    shared.import.judged(Judged { refused: judged.refused, ..Judged::default() });
                    return Ok(((), End::Rollback));
                }
                shared.import.judged(judged);
                if shared.import.has_too_many() {
                    shared.go = Go::NoFurther;
                }
                if let Some(report) = shared.import.reports.last() {
                    ledger::record(report, Outcome::Partial, None, options, db)?;
                }
                shared.import.meter.update(&shared.import.reports, shared.import.out);
                Ok(((), End::Commit))
            })
        });
        landed.with_context(|| format!("lines {} to {} cannot be written", lines.start(), lines.end()))
    }

    fn with<R>(&self, work: impl FnOnce(&mut Shared<'a, 'b>) -> anyhow::Result<R>) -> anyhow::Result<R> {
        let mut shared = self.import.lock().map_err(|_| anyhow!("another connection has failed"))?;
        work(&mut shared)
    }
}
