//! How an import ended: what is printed of it, and the exit status that it means.

use std::io::Write as _;
use std::path::Path;
use std::time::Instant as Clock;

use anyhow::Context as _;
use serde::Serialize;

use super::options::Options;
use super::report::Report;
use crate::error::ExitStatus;
use crate::output::{Output, plural, thousands};

/// How an import ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Ending {
    /// All that was not refused is in.
    Committed,
    /// It would be, but that was not asked for.
    DryRun,
    /// Refused rows undid it.
    Refused,
    /// Refused rows ended it between two of its transactions.
    Partial,
    /// There were more refused rows than `--max-errors` allows, and they undid it.
    TooMany,
}

/// What to print of an import.
pub(super) struct Outcome<'a> {
    pub(super) reports: &'a [Report],
    pub(super) ending: Ending,
    pub(super) options: &'a Options,
    pub(super) started: Clock,
}

#[derive(Serialize)]
struct Summary<'a> {
    outcome: Ending,
    seconds: f64,
    files: &'a [Report],
}

impl Outcome<'_> {
    /// The exit status that the bad rows of all files mean: bad rows before conflicts.
    pub(super) fn status(&self) -> ExitStatus {
        let any = |count: fn(&Report) -> u64| self.reports.iter().any(|report| count(report) > 0);
        if any(|report| report.rejected) {
            ExitStatus::Rejected
        } else if any(|report| report.conflict) && !self.options.conflicts_are_fine() {
            ExitStatus::Conflict
        } else {
            ExitStatus::Done
        }
    }

    /// Prints the bad rows, the counts, and whether anything was kept.
    pub(super) fn print(&self, out: &mut Output) -> anyhow::Result<()> {
        for report in self.reports {
            report.print_problems(!self.options.conflicts_are_fine(), out);
            if let Some(run) = &report.same_as {
                out.status(format_args!("{}: imported before, by {run}; --recheck reads it again", report.file));
            }
        }
        match &self.options.summary {
            Some(path) if path == Path::new("-") => {
                let text = serde_json::to_string(&self.summary())?;
                out.document(&text)?;
            }
            Some(path) => {
                self.write_summary(path)?;
                out.summary(self.reports)?;
            }
            None => out.summary(self.reports)?,
        }
        self.print_ending(out);
        Ok(())
    }

    fn summary(&self) -> Summary<'_> {
        Summary { outcome: self.ending, seconds: self.started.elapsed().as_secs_f64(), files: self.reports }
    }

    fn write_summary(&self, path: &Path) -> anyhow::Result<()> {
        let cannot = || format!("cannot write the summary to {}", path.display());
        let mut file = std::fs::File::create(path).with_context(cannot)?;
        serde_json::to_writer(&mut file, &self.summary()).with_context(cannot)?;
        file.write_all(b"\n").with_context(cannot)
    }

    fn print_ending(&self, out: &Output) {
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
        match self.ending {
            Ending::Committed if self.reports.iter().all(|report| report.same_as.is_some()) => {
                out.status("nothing to do");
            }
            Ending::Committed if bad > 0 => {
                out.status(format_args!("committed; {} left out ({pace})", plural(bad, "bad row")));
            }
            Ending::Committed => out.status(format_args!("committed ({pace})")),
            Ending::DryRun => out.status(format_args!("dry run: nothing was changed ({pace})")),
            Ending::Refused => {
                out.problem(format_args!("nothing was changed ({pace})"));
                let conflicts_only = self.reports.iter().all(|report| report.rejected == 0);
                let keep = if conflicts_only && self.options.on_conflict.is_some() {
                    "--on-conflict report"
                } else {
                    "--on-error skip"
                };
                out.hint(format_args!("mend the rows, or keep the good ones with {keep}"));
            }
            Ending::TooMany => {
                out.problem(format_args!("more bad rows than --max-errors allows: nothing was changed ({pace})"));
            }
            Ending::Partial => {
                let kept: u64 = self.reports.iter().map(|report| report.inserted + report.updated).sum();
                out.problem(format_args!("stopped; {} are in ({pace})", plural(kept, "row")));
                out.hint("mend the rows and import the file again: what is in is left alone");
            }
        }
    }
}
