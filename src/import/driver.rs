//! Runs an import: opens each file, writes its rows, and decides whether they are kept.
//!
//! On PostgreSQL imports wait for each other, by a lock of their own: two files with the same events in another order would
//! otherwise wait for each other's rows. Single inserts of other programs go on; a row that one of them adds between lookup
//! and insert conflicts with the insert, and is looked up again.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::mpsc::Receiver;
use std::time::Instant as Clock;

use anyhow::Context as _;

use super::failure::record_failure;
use super::formats::{Opened, Records, format_of};
use super::kinds::{FileKind, Kind, Table, actions, champions, users};
use super::options::{Interpretation, OnError, Options};
use super::output_files::check_output_files;
use super::progress::ProgressMeter;
use super::reader::{self, Chunk};
use super::rejects::Rejects;
use super::report::Report;
use super::source::{Source, SourceCheck};
use super::summary::{ImportOutcome, Summary};
use super::{commit_every, history, journal, saved_preset};
use crate::db::{Database, Db, End, Lock};
use crate::error::{ExitStatus, Failure};
use crate::interrupt::Interrupt;
use crate::log::{BatchVerdicts, InputRow, LogFile, LogWriter, LogWriterOptions};
use crate::models::{EventIds, RunOutcome, User, ensure_a_superadmin, record_refusal};
use crate::output::{Output, plural};

/// How many bytes of long records are held at a time.
const BATCH_BYTES: usize = 8 << 20;

/// An import in progress: its options, and the results of its files so far.
pub(super) struct Import<'a> {
    pub(super) options: &'a Options,
    pub(super) out: &'a mut Output,
    pub(super) reports: Vec<Report>,
    pub(super) rejects: Option<Rejects>,
    pub(super) meter: ProgressMeter,
    pub(super) interrupt: Interrupt,
    /// The files that were read, to be looked at again before the commit.
    pub(super) sources: Vec<SourceCheck>,
    /// The options for columns that no file has had so far.
    unused_options: Option<BTreeSet<String>>,
}

/// Whether to read more rows of a file; [`ControlFlow::Break`] once more of them are invalid than allowed.
pub(super) type ReadMore = ControlFlow<()>;

/// Imports the files, prints the results, and returns the exit status.
///
/// # Errors
/// When a file cannot be read or has not the right columns, or the database fails. Then nothing was changed, unless
/// `--commit-every` was given.
pub fn run(
    files: Vec<(FileKind, Source)>,
    options: &Options,
    database: &Database,
    db: &mut Db,
    out: &mut Output,
) -> anyhow::Result<ExitStatus> {
    check_output_files(&files, options, database)?;
    db.take_timeouts_off()?;
    if let Some(problem) = db.conn.engine().guard_problems(&mut db.conn)?.into_iter().next() {
        return Err(Failure::failed(format!("a guard of the database is not in place: {problem}"))
            .hint("see all that is wrong with the database: rollbook doctor")
            .into());
    }
    // The first import may bring its administrators.
    let is_first = !User::is_any(db)?;
    let all_roles = Options {
        interpretation: Interpretation { allow_roles: users::PRIVILEGED.to_vec(), ..options.interpretation.clone() },
        ..options.clone()
    };
    let options = if is_first { &all_roles } else { options };
    let started = Clock::now();
    let total = files.iter().map(|(_, source)| source.bytes()).sum();
    let mut import = Import {
        options,
        reports: Vec::new(),
        rejects: None,
        meter: ProgressMeter::new(options.progress, total, out),
        interrupt: Interrupt::default(),
        sources: Vec::new(),
        unused_options: None,
        out,
    };
    if db.operation.is_given() {
        for (_, source) in &files {
            let checksum = source.sha256()?;
            db.add_input(checksum.as_bytes())?;
        }
    }
    let result = if options.commit_every.is_some() && !options.dry_run {
        commit_every::import_all(&mut import, files, database, db)
    } else {
        journal::with_rollback_journal(files, options, db, |files, db| import.in_one_transaction(files, db))
    };
    import.meter.finish();
    let Import { mut reports, rejects, out, .. } = import;
    let outcome = match result {
        Ok(outcome) => {
            if matches!(outcome, ImportOutcome::RolledBack | ImportOutcome::TooMany | ImportOutcome::DryRun) {
                reports.iter_mut().for_each(Report::roll_back);
            }
            outcome
        }
        Err(error) => {
            if options.commit_every.is_none() || options.dry_run {
                reports.iter_mut().for_each(Report::roll_back);
            }
            let error = record_refusal(error, db);
            // Rows of parts that are committed were refused too, and are not read again.
            let rejected = rejects.filter(|_| options.commit_every.is_some()).map_or(Ok(()), Rejects::finish);
            let error = match rejected {
                Ok(()) => error,
                Err(rejected) => error.context(format!("{rejected:#}")),
            };
            return Err(record_failure(error, &reports, options, db));
        }
    };
    let recorded = if matches!(outcome, ImportOutcome::RolledBack | ImportOutcome::TooMany) && !options.dry_run {
        db.aside(|db| {
            reports.iter().try_for_each(|report| history::record(report, RunOutcome::RolledBack, None, options, db))
        })
        .context("the import was rolled back, and the attempt could not be recorded")
    } else {
        Ok(())
    };
    let summary = Summary { reports: &reports, outcome, options, started };
    let rejected = rejects.map_or(Ok(()), Rejects::finish);
    rejected.and_then(|()| summary.print(out)).with_context(|| match outcome {
        ImportOutcome::Committed => "the import was committed, but its report cannot be written",
        _ => "the report cannot be written",
    })?;
    recorded?;
    Ok(summary.status())
}

impl Import<'_> {
    /// Imports all files in one transaction.
    fn in_one_transaction(&mut self, files: Vec<(FileKind, Source)>, db: &mut Db) -> anyhow::Result<ImportOutcome> {
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

    /// Records the parked events of users who are known by now.
    pub(super) fn record_parked(&self, log: &mut LogWriter, db: &mut Db) -> anyhow::Result<()> {
        let (recorded, left) = log.record_parked(db)?;
        if recorded > 0 {
            self.out.status(format_args!("recorded {}", plural(recorded, "parked event")));
        }
        if left > 0 {
            self.out.note(format_args!(
                "{} in conflict with recorded ones: rollbook import parked --list",
                plural(left, "parked event")
            ));
        }
        Ok(())
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
                let file = LogFile { name: source.name().to_owned(), ids: EventIds::new_file() };
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
        let name = source.name().to_owned();
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

    /// Whether the import history says that every row of the file is recorded; the report then says so too.
    pub(super) fn is_known(&mut self, kind: FileKind, source: &Source, db: &mut Db) -> anyhow::Result<bool> {
        let Some(run) = history::known(kind, source, self.options, db)? else { return Ok(false) };
        let mut report = Report::new(kind, source);
        report.replay = run.rows().try_into()?;
        report.read = report.replay;
        report.sha256 = run.file_sha256;
        report.same_as = Some(run.id);
        if !self.options.dry_run {
            history::record(&report, RunOutcome::Committed, None, self.options, db)?;
        }
        self.reports.push(report);
        Ok(true)
    }

    /// Starts the report of a file.
    pub(super) fn start(&mut self, kind: FileKind, source: &Source) -> &Report {
        self.reports.push(Report::new(kind, source));
        &self.reports[self.reports.len() - 1]
    }

    /// For files of so many bytes in one transaction, or for several transactions.
    pub(super) fn log_options(&self, bytes: Option<u64>) -> LogWriterOptions {
        LogWriterOptions {
            content_key: self.options.interpretation.content_key,
            parks: self.options.interpretation.parks_unknown,
            bytes,
            interrupt: self.interrupt.clone(),
        }
    }

    /// Opens a file in its format, and prepares for its rows.
    pub(super) fn open<K: Kind>(&mut self, source: &Source) -> anyhow::Result<Box<dyn Records>> {
        let interpretation = &self.options.interpretation;
        let name = source.name().to_owned();
        let (input, bytes_read, may_be_cut_off) = source.decode(interpretation)?;
        self.sources.extend(source.check());
        let file = Opened {
            name: name.clone(),
            input,
            columns: K::COLUMNS,
            kind: self.reports.last().map_or("", |report| report.kind),
            interpretation,
            keeps_text: self.options.rejects.is_some() && !self.options.dry_run,
            may_be_cut_off,
            first_line: source.first_line(),
        };
        let records = format_of(interpretation, file.input.start()).open(file)?;
        let unused: BTreeSet<String> = records.unused_options().iter().cloned().collect();
        self.unused_options = Some(match self.unused_options.take() {
            Some(before) => before.intersection(&unused).cloned().collect(),
            None => unused,
        });
        match (&self.rejects, &self.options.rejects) {
            (Some(rejects), _) => rejects.expect_header(records.header(), &name)?,
            (None, Some(path)) if !self.options.dry_run => {
                self.rejects = Some(Rejects::create(path, self.options.overwrite, &*records)?);
            }
            (None, _) => {}
        }
        if let Some(path) =
            self.options.save_preset.as_ref().filter(|_| !self.options.dry_run && self.sources.len() <= 1)
        {
            saved_preset::save(path, self.options.overwrite, records.interpretation())?;
        }
        self.meter.next_file(bytes_read);
        Ok(records)
    }

    /// Counts the rows of a chunk, and returns the valid ones.
    pub(super) fn receive<T>(&mut self, chunk: Chunk<T>) -> Vec<InputRow<T>> {
        if let Some(report) = self.reports.last_mut() {
            report.read += chunk.len() as u64;
            report.skip(chunk.skipped);
        }
        self.count(BatchVerdicts { refused: chunk.refused, ..BatchVerdicts::default() });
        chunk.rows
    }

    fn write<T: Table>(&mut self, rows: Vec<InputRow<T::Content>>, table: &mut T, db: &mut Db) -> anyhow::Result<()> {
        let Some((first, last)) = rows.first().map(|row| row.line).zip(rows.last().map(|row| row.line)) else {
            return Ok(());
        };
        let mut verdicts = BatchVerdicts::default();
        table.write(rows, db, &mut verdicts).with_context(|| {
            let file = self.reports.last().map_or("", |report| report.file.as_str());
            format!("cannot write {file} lines {first} to {last}")
        })?;
        self.count(verdicts);
        self.meter.update(&self.reports, self.out);
        Ok(())
    }

    pub(super) fn count(&mut self, verdicts: BatchVerdicts) {
        if let Some(rejects) = &mut self.rejects {
            verdicts.refused.iter().for_each(|refused| rejects.add(refused));
        }
        if let Some(report) = self.reports.last_mut() {
            report.add(verdicts);
        }
    }

    /// Checks that the files that were read are still there, with the same content.
    pub(super) fn check_sources(&self) -> Result<(), Failure> {
        self.sources.iter().try_for_each(SourceCheck::check)
    }

    fn refused(&self) -> u64 {
        let conflicts = !self.options.conflicts_are_fine();
        self.reports.iter().map(|report| report.rejected + if conflicts { report.conflict } else { 0 }).sum()
    }

    pub(super) fn has_too_many(&self) -> bool {
        self.options.max_errors.is_some_and(|max| max.is_exceeded_by(self.refused()))
    }

    /// Whether refused rows roll the import back.
    pub(super) fn must_roll_back(&self) -> bool {
        let any = |count: fn(&Report) -> u64| self.reports.iter().any(|report| count(report) > 0);
        (any(|report| report.rejected) && self.options.on_error == OnError::Abort)
            || (any(|report| report.conflict) && self.options.conflict_aborts())
    }
}
