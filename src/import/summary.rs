//! The outcome of an import: what is printed, and the exit status.

use std::io::Write as _;
use std::path::Path;
use std::time::Instant as Clock;

use anyhow::Context as _;
use serde::Serialize;

use super::options::Options;
use super::report::Report;
use crate::error::ExitStatus;
use crate::output::{Output, OutputFile, plural, thousands};
use crate::text::Quoted as _;

/// How an import ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ImportOutcome {
    /// Committed; refused rows were skipped.
    Committed,
    /// Rolled back because of `--dry-run`; it would have been committed.
    DryRun,
    /// Refused rows rolled it back.
    RolledBack,
    /// Refused rows stopped it between two of its transactions.
    Partial,
    /// Rolled back because more rows were refused than `--max-errors` allows.
    TooMany,
}

/// What is printed after an import.
pub(super) struct Summary<'a> {
    pub(super) reports: &'a [Report],
    pub(super) outcome: ImportOutcome,
    pub(super) options: &'a Options,
    pub(super) started: Clock,
}

#[derive(Serialize)]
struct SummaryDocument<'a> {
    outcome: ImportOutcome,
    seconds: f64,
    files: &'a [Report],
}

impl Summary<'_> {
    /// The exit status for the refused rows of all files: rejected rows take precedence over conflicts.
    pub(super) fn status(&self) -> ExitStatus {
        let any = |count: fn(&Report) -> u64| self.reports.iter().any(|report| count(report) > 0);
        let sum = |count: fn(&Report) -> u64| self.reports.iter().map(count).sum::<u64>();
        let (rejected, read) = (sum(|report| report.rejected), sum(|report| report.read));
        let is_tolerated = self.options.tolerate.is_some_and(|limit| !limit.is_exceeded(rejected, read))
            && matches!(self.outcome, ImportOutcome::Committed | ImportOutcome::DryRun);
        if rejected > 0 && !is_tolerated {
            ExitStatus::Rejected
        } else if any(|report| report.conflict) && !self.options.conflicts_are_fine() {
            ExitStatus::Conflict
        } else {
            ExitStatus::Done
        }
    }

    /// Prints the refused rows, the counts, and whether the import was committed.
    pub(super) fn print(&self, out: &mut Output) -> anyhow::Result<()> {
        for report in self.reports {
            report.print_problems(!self.options.conflicts_are_fine(), out);
            if let Some(run) = &report.same_as {
                out.status(format_args!("{}: already imported by {run}; --recheck reads it again", report.shown));
            }
        }
        match &self.options.summary {
            Some(path) if path == Path::new("-") => {
                let text = serde_json::to_string(&self.document())?;
                out.document(&text)?;
            }
            Some(path) if !self.options.dry_run => {
                self.write_summary(path)?;
                out.summary(self.reports, &self.columns())?;
            }
            _ => out.summary(self.reports, &self.columns())?,
        }
        self.print_outcome(out);
        Ok(())
    }

    /// The columns of the table: what was done, or what would have been. With rows that were skipped or parked, their counts,
    /// too: all verdicts together are the rows read.
    fn columns(&self) -> Vec<&'static str> {
        let is_undone = self.reports.iter().any(|report| report.would_insert.is_some());
        let added = if is_undone { ["would_insert", "would_update"] } else { ["inserted", "updated"] };
        let mut columns =
            ["kind", "read"].into_iter().chain(added).chain(["replay", "conflict", "rejected"]).collect::<Vec<_>>();
        if self.reports.iter().any(|report| report.skipped > 0) {
            columns.push("skipped");
        }
        if self.reports.iter().any(|report| report.would_park.unwrap_or(report.parked) > 0) {
            columns.push(if is_undone { "would_park" } else { "parked" });
        }
        columns
    }

    fn document(&self) -> SummaryDocument<'_> {
        SummaryDocument { outcome: self.outcome, seconds: self.started.elapsed().as_secs_f64(), files: self.reports }
    }

    fn write_summary(&self, path: &Path) -> anyhow::Result<()> {
        let file = OutputFile::create(path, self.options.overwrite)?;
        let mut handle = file.handle()?;
        let text = serde_json::to_string(&self.document())?;
        writeln!(handle, "{text}").with_context(|| format!("cannot write the summary to {}", path.quoted()))?;
        file.finish()
    }

    fn print_outcome(&self, out: &Output) {
        let rows: u64 = self.reports.iter().map(|report| report.read).sum();
        let seconds = self.started.elapsed().as_secs_f64();
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "for people"
        )]
        let rate = thousands((rows as f64 / seconds.max(0.001)) as u64);
        let pace = format!("{} in {seconds:.1} s, {rate} a second", plural(rows, "row"));
        let bad: u64 = self.reports.iter().map(Report::refused).sum();
        match self.outcome {
            ImportOutcome::Committed if self.reports.iter().all(|report| report.same_as.is_some()) => {
                out.status("nothing to do");
            }
            ImportOutcome::Committed if bad > 0 => {
                let conflicts = self.reports.iter().all(|report| report.rejected == 0);
                let skipped = if conflicts { plural(bad, "conflict") } else { plural(bad, "invalid row") };
                out.status(format_args!("committed; {skipped} skipped ({pace})"));
            }
            ImportOutcome::Committed => out.status(format_args!("committed ({pace})")),
            ImportOutcome::DryRun => out.status(format_args!("dry run: nothing was changed ({pace})")),
            ImportOutcome::RolledBack => {
                out.problem(format_args!("rolled back: nothing was changed ({pace})"));
                let conflicts_only = self.reports.iter().all(|report| report.rejected == 0);
                let keep = if conflicts_only && self.options.on_conflict.is_some() {
                    "--on-conflict report"
                } else {
                    "--on-error skip"
                };
                let refused = if conflicts_only { "conflicts" } else { "rejected rows" };
                out.hint(format_args!("fix the {refused}, or import the other rows with {keep}"));
            }
            ImportOutcome::TooMany => {
                out.problem(format_args!(
                    "rolled back: more invalid rows than --max-errors allows; nothing was changed ({pace})"
                ));
            }
            ImportOutcome::Partial => {
                let kept: u64 = self.reports.iter().map(|report| report.inserted + report.updated).sum();
                out.problem(format_args!("stopped; {} committed ({pace})", plural(kept, "row")));
                out.hint("fix the rejected rows and import the file again: committed rows are recognized");
            }
        }
    }
}
