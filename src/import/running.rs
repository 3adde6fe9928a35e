//! An import in progress: what an import in one transaction and one in several have in common.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use super::file_kind::FileKind;
use super::formats::{Opened, Records, format_of};
use super::kinds::Kind;
use super::options::{OnError, Options};
use super::progress::ProgressMeter;
use super::reader::Chunk;
use super::rejects::Rejects;
use super::report::Report;
use super::source::{Source, SourceCheck};
use super::{history, saved_preset};
use crate::db::Db;
use crate::error::Failure;
use crate::interrupt::Interrupt;
use crate::log::{BatchVerdicts, InputRow, LogWriter, LogWriterOptions};
use crate::models::RunOutcome;
use crate::output::{Output, OutputFile, plural};

/// An import in progress: its options, and the results of its files so far.
pub(super) struct Import<'a> {
    pub(super) options: &'a Options,
    pub(super) out: &'a mut Output,
    pub(super) reports: Vec<Report>,
    pub(super) rejects: Option<Rejects>,
    /// The preset of the file, for a run that commits.
    pub(super) preset: Option<OutputFile>,
    pub(super) meter: ProgressMeter,
    pub(super) interrupt: Interrupt,
    /// The files that were read, to be looked at again before the commit.
    pub(super) sources: Vec<SourceCheck>,
    /// The options for columns that no file has had so far.
    pub(super) unused_options: Option<BTreeSet<String>>,
}

/// Whether to read more rows of a file; [`ControlFlow::Break`] once more of them are invalid than allowed.
pub(super) type ReadMore = ControlFlow<()>;

impl Import<'_> {
    /// Records the parked events of users who are known by now.
    pub(super) fn record_parked(&self, log: &mut LogWriter, db: &mut Db) -> anyhow::Result<()> {
        let (recorded, left) = log.record_parked(db)?;
        if recorded > 0 {
            let verb = if self.options.dry_run { "would record" } else { "recorded" };
            self.out.status(format_args!("{verb} {}", plural(recorded, "parked event")));
        }
        if left > 0 {
            self.out.note(format_args!(
                "{} not recorded: conflict with recorded events; list them: rollbook import parked --list",
                plural(left, "parked event")
            ));
        }
        Ok(())
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
        let name = source.shown().to_owned();
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
            self.preset = Some(saved_preset::write(path, self.options.overwrite, records.interpretation())?);
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

    pub(super) fn refused(&self) -> u64 {
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
