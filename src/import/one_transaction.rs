//! An import in one transaction: all of it is kept, or nothing.

use std::collections::BTreeSet;
use std::sync::mpsc::Receiver;

use anyhow::Context as _;

use super::file_kind::FileKind;
use super::history;
use super::interpretation::Interpretation;
use super::kinds::{Kind, Table, actions, champions, users};
use super::reader::{self, Chunk};
use super::rejects::Rejects;
use super::running::{Import, ReadMore};
use super::source::Source;
use super::summary::ImportOutcome;
use crate::db::{Db, End, Lock};
use crate::error::Failure;
use crate::log::{BatchVerdicts, InputRow, LogFile, LogWriter};
use crate::models::{EventIds, RunOutcome, ensure_a_superadmin};

/// How many bytes of long records are held at a time.
const BATCH_BYTES: usize = 8 << 20;

impl Import<'_> {
    /// Imports all files in one transaction.
    pub(super) fn in_one_transaction(
        &mut self,
        files: Vec<(FileKind, Source)>,
        db: &mut Db,
    ) -> anyhow::Result<ImportOutcome> {
        db.transaction_or_not(|db| {
            db.lock(Lock::Import)?;
            self.interrupt.listen()?;
            let bytes = files.iter().filter(|(kind, _)| *kind == FileKind::Actions).map(|(_, source)| source.bytes());
            let options = self.log_options(Some(bytes.sum()));
            let mut log = LogWriter::new(Vec::new(), options);
            for (kind, source) in files {
                if self.import_file(kind, &source, &mut log, db)?.is_break() {
                    return Ok((ImportOutcome::TooMany, End::Rollback));
                }
            }
            if self.reports.iter().any(|report| report.kind == FileKind::Users.as_str()) {
                self.record_parked(&mut log, db)?;
            }
            if log.loads_in_bulk() {
                self.meter.work(&self.reports, "building the indexes", self.out);
            }
            log.end(db).context("cannot end the import of actions")?;
            self.interrupt.check()?;
            self.check_sources()?;
            if let Some(option) = self.unused_options.as_ref().and_then(BTreeSet::first) {
                return Err(Failure::usage(format!("{option}: no file has the column")).into());
            }
            // Refused rows are on the disk before the others are committed.
            self.rejects.take().map_or(Ok(()), Rejects::finish)?;
            let read = self.reports.iter().map(|report| report.read).sum();
            Ok(match self.options.max_errors {
                Some(max) if max.is_exceeded(self.refused(), read) => (ImportOutcome::TooMany, End::Rollback),
                _ if self.must_roll_back() => (ImportOutcome::RolledBack, End::Rollback),
                _ if self.options.dry_run => (ImportOutcome::DryRun, End::Rollback),
                _ => (ImportOutcome::Committed, End::Commit),
            })
        })
    }

    fn import_file(
        &mut self,
        kind: FileKind,
        source: &Source,
        log: &mut LogWriter,
        db: &mut Db,
    ) -> anyhow::Result<ReadMore> {
        if self.is_known(kind, source, db)? {
            return Ok(ReadMore::Continue(()));
        }
        let report = self.start(kind, source);
        db.import_run = Some(report.run.clone());
        let interpretation = &self.options.interpretation;
        let read = match kind {
            FileKind::Users => self.read(source, users::Users::new, &mut users::UserTable::new(interpretation), db),
            FileKind::Actions => {
                let file = LogFile { name: source.shown().to_owned(), ids: EventIds::new_file() };
                let ids = file.ids.clone();
                log.next_file(file);
                self.read(source, |found| actions::Actions::new(found, ids), log, db)
            }
            FileKind::Champions => {
                self.read(source, champions::Champions::new, &mut champions::ChampionTable::new(interpretation), db)
            }
        };
        db.import_run = None;
        let read = read?;
        if let Some(report) = self.reports.last()
            && read.is_continue()
        {
            history::record(report, RunOutcome::Committed, None, self.options, db)?;
        }
        Ok(read)
    }

    /// Reads one file to its end and writes its rows.
    fn read<K: Kind>(
        &mut self,
        source: &Source,
        kind: impl FnOnce(&Interpretation) -> K,
        table: &mut K::Table,
        db: &mut Db,
    ) -> anyhow::Result<ReadMore> {
        let name = source.shown().to_owned();
        let records = self.open::<K>(source)?;
        let kind = kind(records.interpretation());
        let keep = self.rejects.is_some();
        let (read, sha256, notes) = reader::run(records, &kind, keep, |chunks: Receiver<Chunk<K::Content>>| {
            let mut batch: Vec<InputRow<K::Content>> = Vec::new();
            let mut bytes = 0;
            for chunk in chunks {
                self.interrupt.check()?;
                bytes += chunk.bytes;
                batch.extend(self.receive(chunk));
                if batch.len() >= <K::Table as Table>::BATCH || bytes >= BATCH_BYTES {
                    bytes = 0;
                    self.write(std::mem::take(&mut batch), table, db)?;
                }
                if self.has_too_many() {
                    return Ok(ReadMore::Break(()));
                }
            }
            self.write(batch, table, db)?;
            if let Some(work) = table.remaining_work() {
                self.meter.work(&self.reports, &work, self.out);
            }
            let mut verdicts = BatchVerdicts::default();
            table.finish(db, &mut verdicts).with_context(|| format!("cannot write {name}"))?;
            self.count(verdicts);
            Ok(if self.has_too_many() { ReadMore::Break(()) } else { ReadMore::Continue(()) })
        })?;
        if read.is_break() {
            return Ok(read);
        }
        if let Some(report) = self.reports.last_mut() {
            report.sha256 = sha256;
            report.notes = notes;
            anyhow::ensure!(report.adds_up(), "{name}: the verdicts do not add up to the rows read");
        }
        if let Some((line, change)) = table.demotion() {
            ensure_a_superadmin(&change, db)
                .with_context(|| format!("{name} line {line} removes the role superadmin from {}", change.id))?;
        }
        Ok(read)
    }

    fn write<T: Table>(&mut self, rows: Vec<InputRow<T::Content>>, table: &mut T, db: &mut Db) -> anyhow::Result<()> {
        let Some((first, last)) = rows.first().map(|row| row.line).zip(rows.last().map(|row| row.line)) else {
            return Ok(());
        };
        let mut verdicts = BatchVerdicts::default();
        table.write(rows, db, &mut verdicts).with_context(|| {
            let file = self.reports.last().map_or("", |report| report.shown.as_str());
            format!("cannot write {file} lines {first} to {last}")
        })?;
        self.count(verdicts);
        self.meter.update(&self.reports, self.out);
        Ok(())
    }
}
