//! What became of the rows: counted, and the first bad ones remembered.

use std::collections::BTreeSet;
use std::time::Instant as Clock;

use serde::Serialize;

use super::{Clash, Fault, FileKind, Options, Verdict};
use crate::error::ExitStatus;
use crate::models::shorten;
use crate::output::{Output, Record, plural, thousands};

/// How many bad rows are described; of the others there is a count.
const SHOWN: usize = 10;

/// What became of the rows of one file.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// The file, as it was named.
    pub file: String,
    /// What its rows are.
    pub kind: &'static str,
    /// Rows read.
    pub read: u64,
    /// Rows added.
    pub inserted: u64,
    /// Rows changed.
    pub updated: u64,
    /// Rows that were there.
    pub replay: u64,
    /// Rows that are there with other content.
    pub conflict: u64,
    /// Rows that are bad themselves.
    pub rejected: u64,
    #[serde(skip)]
    problems: Vec<(u64, String)>,
    #[serde(skip)]
    hints: BTreeSet<&'static str>,
    #[serde(skip)]
    started: Clock,
}

impl Report {
    pub(super) fn new(kind: FileKind, file: &str) -> Self {
        Self {
            file: file.to_owned(),
            kind: kind.as_str(),
            read: 0,
            inserted: 0,
            updated: 0,
            replay: 0,
            conflict: 0,
            rejected: 0,
            problems: Vec::new(),
            hints: BTreeSet::new(),
            started: Clock::now(),
        }
    }

    /// Counts the verdicts of a batch of rows, and remembers the bad rows with the lowest lines.
    pub(super) fn add(&mut self, verdicts: impl Iterator<Item = (u64, Verdict)>) {
        for (line, verdict) in verdicts {
            let problem = match verdict {
                Verdict::Inserted => {
                    self.inserted += 1;
                    continue;
                }
                Verdict::Updated => {
                    self.updated += 1;
                    continue;
                }
                Verdict::Replay => {
                    self.replay += 1;
                    continue;
                }
                Verdict::Conflict(clash) => {
                    self.conflict += 1;
                    format!("conflict: {}", describe_clash(&clash))
                }
                Verdict::Rejected(faults) => {
                    self.rejected += 1;
                    self.hints.extend(faults.iter().filter_map(|fault| fault.hint));
                    format!("rejected: {}", faults.iter().map(describe_fault).collect::<Vec<_>>().join("; "))
                }
            };
            self.problems.push((line, problem));
        }
        self.problems.sort_by_key(|(line, _)| *line);
        self.problems.truncate(SHOWN);
    }

    /// Whether each row that was read has one verdict.
    pub(super) const fn adds_up(&self) -> bool {
        self.read == self.inserted + self.updated + self.replay + self.conflict + self.rejected
    }

    /// The exit status that the bad rows mean.
    #[must_use]
    pub const fn status(&self) -> ExitStatus {
        match (self.rejected, self.conflict) {
            (0, 0) => ExitStatus::Done,
            (0, _) => ExitStatus::Conflict,
            _ => ExitStatus::Rejected,
        }
    }
}

fn describe_clash(clash: &Clash) -> String {
    let differences: Vec<String> = clash.differences.iter().map(ToString::to_string).collect();
    let separator = if differences.is_empty() { "" } else { ": " };
    format!("{}{separator}{}", clash.with, differences.join("; "))
}

fn describe_fault(fault: &Fault) -> String {
    if fault.field.is_empty() {
        return fault.reason.clone();
    }
    format!("{}: {} {}", fault.field, shorten(&fault.value), fault.reason)
}

/// The exit status that the bad rows of all files mean: bad rows before conflicts.
pub(super) fn status(reports: &[Report]) -> ExitStatus {
    let rank = |status: &ExitStatus| match status {
        ExitStatus::Rejected => 2,
        ExitStatus::Conflict => 1,
        _ => 0,
    };
    reports.iter().map(Report::status).max_by_key(rank).unwrap_or(ExitStatus::Done)
}

/// Prints the bad rows, the counts, and whether anything was kept.
pub(super) fn print(reports: &[Report], committed: bool, options: &Options, out: &mut Output) -> anyhow::Result<()> {
    for report in reports {
        for (line, problem) in &report.problems {
            out.problem(format_args!("{} line {line}: {problem}", report.file));
        }
        let more = report.conflict + report.rejected - report.problems.len() as u64;
        if more > 0 {
            out.problem(format_args!("{}: and {}", report.file, plural(more, "more bad row")));
        }
        for hint in &report.hints {
            out.hint(hint);
        }
    }
    out.summary(reports)?;
    let rows: u64 = reports.iter().map(|report| report.read).sum();
    let seconds = reports.iter().map(|report| report.started).min().map_or(0.0, |start| start.elapsed().as_secs_f64());
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "for people"
    )]
    let rate = thousands((rows as f64 / seconds.max(0.001)) as u64);
    let pace = format!("{} in {seconds:.1} s, {rate} a second", plural(rows, "row"));
    if committed {
        let bad = reports.iter().map(|report| report.conflict + report.rejected).sum::<u64>();
        let kept = if bad > 0 { format!("; {} left out", plural(bad, "bad row")) } else { String::new() };
        out.status(format_args!("committed{kept} ({pace})"));
    } else if options.dry_run {
        out.status(format_args!("dry run: nothing was changed ({pace})"));
    } else {
        out.problem(format_args!("nothing was changed ({pace})"));
        out.hint("mend the rows, or keep the good ones with --on-error skip");
    }
    Ok(())
}

impl Record for Report {
    const COLUMNS: &'static [&'static str] =
        &["file", "kind", "read", "inserted", "updated", "replay", "conflict", "rejected"];
    const TABLE: &'static [&'static str] = &["kind", "read", "inserted", "updated", "replay", "conflict", "rejected"];
    const NUMBERS: &'static [&'static str] = &["read", "inserted", "updated", "replay", "conflict", "rejected"];

    fn cells(&self) -> Vec<String> {
        let counts = [self.read, self.inserted, self.updated, self.replay, self.conflict, self.rejected];
        [self.file.clone(), self.kind.to_owned()].into_iter().chain(counts.map(|count| count.to_string())).collect()
    }

    fn id(&self) -> &str {
        &self.file
    }
}
