//! An import in several transactions (`--commit-every`), on one connection or several (`--jobs`).
//!
//! Locks are short and other writers can run in between, but the import is not atomic: what was committed before an
//! error stays. This is safe, since importing the same file again adds only the missing rows. Each part is written in
//! key order, so that two parts with the same events wait for each other in one order; with several connections the
//! parts are recorded in no particular order.

use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::sync::mpsc::Receiver;
use std::{panic, thread};

use anyhow::{Context as _, anyhow};

use super::file_kind::FileKind;
use super::history;
use super::interpretation::Interpretation;
use super::kinds::actions::Actions;
use super::kinds::champions::{ChampionTable, Champions};
use super::kinds::users::{UserTable, Users};
use super::kinds::{Kind, Table};
use super::options::OnError;
use super::reader::{self, Chunk};
use super::report::Written;
use super::running::{Import, ReadMore};
use super::source::Source;
use super::summary::ImportOutcome;
use crate::db::{Access, Database, Db, End, Lock};
use crate::log::{BatchVerdicts, InputRow, LogFile, LogWriter, Verdict};
use crate::models::{EventIds, RunOutcome, ensure_a_superadmin};

/// Bytes of text after which a part is written, even if it has few rows.
const MAX_PART_BYTES: usize = 48 << 20;

/// Imports the files one after the other.
pub(super) fn import_all(
    import: &mut Import<'_>,
    files: Vec<(FileKind, Source)>,
    database: &Database,
    db: &mut Db,
) -> anyhow::Result<ImportOutcome> {
    import.interrupt.listen()?;
    let mut log_files = Vec::new();
    for (kind, source) in files {
        if db.aside(|db| import.is_known(kind, &source, db))? {
            continue;
        }
        let (options, report) = (import.options, import.start(kind, &source).clone());
        db.aside(|db| history::record(&report, RunOutcome::Partial, None, options, db))?;
        let interpretation = &options.interpretation;
        let read = match kind {
            FileKind::Users => {
                PartWriter::new(import, database).read(&source, Users::new, &|| UserTable::new(interpretation), db)
            }
            FileKind::Actions => {
                let ids = EventIds::new_file();
                log_files.push(LogFile { name: source.shown().to_owned(), ids: ids.clone() });
                let options = import.log_options(None);
                let log = || LogWriter::new(log_files.clone(), options.clone());
                PartWriter::new(import, database).read(&source, |found| Actions::new(found, ids), &log, db)
            }
            FileKind::Champions => PartWriter::new(import, database).read(
                &source,
                Champions::new,
                &|| ChampionTable::new(interpretation),
                db,
            ),
        }?;
        let is_unchanged = import.check_sources().is_ok();
        let outcome = if read.is_continue() && is_unchanged { RunOutcome::Committed } else { RunOutcome::Partial };
        if let Some(report) = import.reports.last() {
            db.transaction(|db| history::record(report, outcome, None, options, db))?;
        }
        if read.is_break() {
            return Ok(ImportOutcome::Partial);
        }
    }
    if import.reports.iter().any(|report| report.kind == FileKind::Users.as_str()) {
        db.transaction(|db| {
            let mut log = LogWriter::new(Vec::new(), import.log_options(None));
            import.record_parked(&mut log, db)?;
            log.end(db)
        })
        .context("the rows of the files are committed, but parked events cannot be recorded")?;
    }
    import.check_sources().context("the rows that were read are committed")?;
    Ok(ImportOutcome::Committed)
}

/// State shared by the connections that import a file.
struct PartWriter<'a, 'b> {
    import: Mutex<Shared<'a, 'b>>,
    database: &'a Database,
    rows: usize,
    jobs: u32,
    run: Option<String>,
}

struct Shared<'a, 'b> {
    import: &'a mut Import<'b>,
    read: ReadMore,
}

impl<'a, 'b> PartWriter<'a, 'b> {
    fn new(import: &'a mut Import<'b>, database: &'a Database) -> Self {
        let options = import.options;
        Self {
            rows: options.commit_every.map_or(1, NonZeroUsize::get),
            jobs: options.jobs.get(),
            run: import.reports.last().map(|report| report.run.clone()),
            import: Mutex::new(Shared { import, read: ReadMore::Continue(()) }),
            database,
        }
    }

    fn read<K: Kind>(
        &self,
        source: &Source,
        kind: impl FnOnce(&Interpretation) -> K,
        table: &(impl Fn() -> K::Table + Sync),
        db: &mut Db,
    ) -> anyhow::Result<ReadMore> {
        let (records, keep) = self.with(|shared| {
            let opened = shared.import.open::<K>(source);
            Ok((opened?, shared.import.rejects.is_some()))
        })?;
        let kind = kind(records.interpretation());
        let ((), sha256, notes) = reader::run(records, &kind, keep, |chunks: Receiver<Chunk<K::Content>>| {
            let chunks = Mutex::new(chunks);
            if self.jobs == 1 {
                return self.work(&chunks, table(), db);
            }
            // Opened before the first row, so that a connection limit of the server is reported before anything is
            // written.
            let mut connections = (0..self.jobs)
                .map(|_| self.database.open(Access::Write { create: true }))
                .collect::<anyhow::Result<Vec<_>>>()?;
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
                && shared.read.is_continue()
            {
                report.sha256 = sha256;
                report.notes = notes;
                anyhow::ensure!(report.adds_up(), "{}: the verdicts do not add up to the rows read", report.shown);
            }
            Ok(shared.read)
        })
    }

    /// Like [`Self::work`]; an error also stops the other connections.
    fn work_or_stop<T: Table>(
        &self,
        chunks: &Mutex<Receiver<Chunk<T::Content>>>,
        table: T,
        db: &mut Db,
    ) -> anyhow::Result<()> {
        let worked = self.work(chunks, table, db);
        if worked.is_err() {
            self.with(|shared| {
                shared.read = ReadMore::Break(());
                Ok(())
            })?;
        }
        worked
    }

    /// Receives rows and writes them, one part per transaction, until there are no more or too many are refused.
    fn work<T: Table>(
        &self,
        chunks: &Mutex<Receiver<Chunk<T::Content>>>,
        mut table: T,
        db: &mut Db,
    ) -> anyhow::Result<()> {
        db.import_run.clone_from(&self.run);
        let mut pending: Vec<InputRow<T::Content>> = Vec::new();
        let mut bytes = 0;
        loop {
            let chunk = chunks.lock().map_err(|_| anyhow!("another connection has failed"))?.recv();
            let ended = chunk.is_err();
            if let Ok(chunk) = chunk {
                let size = chunk.bytes;
                let (rows, read) = self.with(|shared| {
                    shared.import.interrupt.check()?;
                    let rows = shared.import.receive(chunk);
                    if shared.import.must_roll_back() || shared.import.has_too_many() {
                        shared.read = ReadMore::Break(());
                    }
                    Ok((rows, shared.read))
                })?;
                if read.is_break() {
                    return Ok(());
                }
                pending.extend(rows);
                bytes += size;
            }
            while pending.len() >= self.rows || bytes >= MAX_PART_BYTES || (ended && !pending.is_empty()) {
                bytes = 0;
                if self.with(|shared| Ok(shared.read))?.is_break() {
                    return Ok(());
                }
                self.with(|shared| Ok(shared.import.interrupt.check()?))?;
                let rest = pending.split_off(self.rows.min(pending.len()));
                self.write(std::mem::replace(&mut pending, rest), &mut table, db)?;
            }
            if ended {
                db.import_run = None;
                return Ok(());
            }
        }
    }

    /// Writes a part in its own transaction.
    fn write<T: Table>(&self, rows: Vec<InputRow<T::Content>>, table: &mut T, db: &mut Db) -> anyhow::Result<()> {
        let lines = rows.first().map_or(0, |row| row.line)..=rows.last().map_or(0, |row| row.line);
        let mut counted = Written::default();
        let written = db.transaction_or_not(|db| {
            db.lock(Lock::ImportShared)?;
            let mut verdicts = BatchVerdicts::default();
            table.write(rows, db, &mut verdicts)?;
            table.finish(db, &mut verdicts)?;
            table.end(db)?;
            if let Some((line, change)) = table.demotion() {
                ensure_a_superadmin(&change, db)
                    .with_context(|| format!("line {line} removes the role superadmin from {}", change.id))?;
            }
            self.with(|shared| {
                let options = shared.import.options;
                let rolls_back = verdicts.refused.iter().any(|refused| match refused.verdict {
                    Verdict::Conflict(_) => options.conflict_aborts(),
                    _ => options.on_error == OnError::Abort,
                });
                if rolls_back {
                    shared.read = ReadMore::Break(());
                    shared.import.count(BatchVerdicts { refused: verdicts.refused, ..BatchVerdicts::default() });
                    return Ok(((), End::Rollback));
                }
                counted = Written::of(&verdicts);
                shared.import.count(verdicts);
                if shared.import.has_too_many() {
                    shared.read = ReadMore::Break(());
                }
                if let Some(report) = shared.import.reports.last() {
                    history::record(report, RunOutcome::Partial, None, options, db)?;
                }
                shared.import.meter.update(&shared.import.reports, shared.import.out);
                Ok(((), End::Commit))
            })
        });
        if written.is_err() {
            self.with(|shared| {
                shared.import.reports.last_mut().into_iter().for_each(|report| report.take_back(counted));
                Ok(())
            })?;
        }
        written.with_context(|| format!("cannot write lines {} to {}", lines.start(), lines.end()))
    }

    fn with<R>(&self, work: impl FnOnce(&mut Shared<'a, 'b>) -> anyhow::Result<R>) -> anyhow::Result<R> {
        let mut shared = self.import.lock().map_err(|_| anyhow!("another connection has failed"))?;
        work(&mut shared)
    }
}
