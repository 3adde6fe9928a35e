//! Counts the verdicts of the rows, and keeps the first refused rows for the report.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::file_kind::FileKind;
use super::source::Source;
use super::verdict_text::{field_of, kind_of, reason_of, word_of};
use crate::db::types::Timestamp;
use crate::log::{BatchVerdicts, RefusedRow, Verdict};
use crate::models::{Prefix, new_id};
use crate::output::{Output, plural, thousands};

/// Maximum number of refused rows that are listed; the others are counted by kind of error.
const MAX_SHOWN_PROBLEMS: usize = 10;
/// Maximum number of hints: some name the value.
const MAX_HINTS: usize = 20;
/// Maximum number of kinds of errors that are counted separately.
const MAX_PROBLEM_KINDS: usize = 20;

/// The results of importing one file.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// The name of the file, as given.
    pub file: String,
    /// The name in messages.
    #[serde(skip)]
    pub(super) shown: String,
    /// The kind of its rows: `users`, `actions` or `champions`.
    pub kind: &'static str,
    /// Rows read.
    pub read: u64,
    /// Rows added; 0 if the import was rolled back.
    pub inserted: u64,
    /// Rows changed; 0 if the import was rolled back.
    pub updated: u64,
    /// Rows that would have been added, if the import was rolled back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub would_insert: Option<u64>,
    /// Rows that would have been changed, if the import was rolled back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub would_update: Option<u64>,
    /// Number of events that would have been parked, if the import was rolled back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub would_park: Option<u64>,
    /// Rows already recorded, with equal content.
    pub replay: u64,
    /// Rows recorded with other content.
    pub conflict: u64,
    /// Invalid rows.
    pub rejected: u64,
    /// Rows that the preset skips, and blank rows.
    pub skipped: u64,
    /// Events of unknown users that were kept for later.
    pub parked: u64,
    /// The skipped rows, by kind.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub skipped_kinds: BTreeMap<String, u64>,
    /// The id of its entry in the import history; a dry run adds no entry.
    pub run: String,
    /// The SHA-256 of the file, if it was read to the end.
    pub sha256: Option<String>,
    /// The size of the file.
    pub bytes: u64,
    /// The id of the earlier import of the same file, if the file was not read again.
    pub same_as: Option<String>,
    /// What somebody should know of the file as a whole.
    pub notes: Vec<String>,
    /// The first refused rows.
    pub problems: Vec<Problem>,
    #[serde(skip)]
    pub(super) started_at: Timestamp,
    #[serde(skip)]
    kinds: BTreeMap<String, u64>,
    #[serde(skip)]
    hints: BTreeSet<Cow<'static, str>>,
}

/// What a part of an import has written.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Written {
    inserted: u64,
    updated: u64,
    parked: u64,
}

impl Written {
    pub(super) const fn of(verdicts: &BatchVerdicts) -> Self {
        Self { inserted: verdicts.inserted, updated: verdicts.updated, parked: verdicts.parked }
    }
}

/// A refused row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The line where the row starts.
    pub line: u64,
    /// `conflict` or `rejected`.
    pub verdict: &'static str,
    /// The affected columns, separated by blanks.
    pub field: String,
    /// The reason, as text.
    pub reason: String,
    #[serde(skip)]
    kind: String,
}

impl Report {
    pub(super) fn new(kind: FileKind, source: &Source) -> Self {
        Self {
            file: source.name().to_owned(),
            shown: source.shown().to_owned(),
            bytes: source.bytes(),
            kind: kind.as_str(),
            read: 0,
            inserted: 0,
            updated: 0,
            would_insert: None,
            would_update: None,
            would_park: None,
            replay: 0,
            conflict: 0,
            rejected: 0,
            skipped: 0,
            parked: 0,
            skipped_kinds: BTreeMap::new(),
            run: new_id(Prefix::ImportRun),
            sha256: None,
            same_as: None,
            notes: Vec::new(),
            problems: Vec::new(),
            started_at: Timestamp::now(),
            kinds: BTreeMap::new(),
            hints: BTreeSet::new(),
        }
    }

    /// Counts verdicts, and keeps the refused rows with the lowest line numbers.
    pub(super) fn add(&mut self, verdicts: BatchVerdicts) {
        self.inserted += verdicts.inserted;
        self.updated += verdicts.updated;
        self.replay += verdicts.replay;
        self.parked += verdicts.parked;
        self.skip(verdicts.skipped);
        for RefusedRow { line, verdict, .. } in verdicts.refused {
            if let Verdict::Rejected(errors) = &verdict {
                self.rejected += 1;
                let room = MAX_HINTS.saturating_sub(self.hints.len());
                self.hints.extend(errors.iter().filter_map(|error| error.hint.clone()).take(room));
            } else {
                self.conflict += 1;
            }
            let kind = kind_of(&verdict);
            let kind = if self.kinds.len() < MAX_PROBLEM_KINDS || self.kinds.contains_key(&kind) {
                kind
            } else {
                "other".to_owned()
            };
            *self.kinds.entry(kind.clone()).or_default() += 1;
            if self.problems.len() < MAX_SHOWN_PROBLEMS || self.problems.last().is_some_and(|last| line < last.line) {
                let (field, reason) = (field_of(&verdict), reason_of(&verdict));
                let at = self.problems.partition_point(|problem| problem.line <= line);
                self.problems.insert(at, Problem { line, verdict: word_of(&verdict), field, reason, kind });
                self.problems.truncate(MAX_SHOWN_PROBLEMS);
            }
        }
    }

    /// Takes back what was counted of a part that was not committed.
    pub(super) const fn take_back(&mut self, part: Written) {
        self.inserted -= part.inserted;
        self.updated -= part.updated;
        self.parked -= part.parked;
    }

    /// Counts skipped rows.
    pub(super) fn skip(&mut self, kinds: BTreeMap<String, u64>) {
        for (kind, rows) in kinds {
            self.skipped += rows;
            // Names of events that nobody knows can be many.
            let is_full = self.skipped_kinds.len() >= MAX_PROBLEM_KINDS && !self.skipped_kinds.contains_key(&kind);
            *self.skipped_kinds.entry(if is_full { "other".to_owned() } else { kind }).or_default() += rows;
        }
    }

    /// Whether each row that was read has exactly one verdict.
    pub(super) const fn adds_up(&self) -> bool {
        self.read
            == self.inserted + self.updated + self.replay + self.conflict + self.rejected + self.skipped + self.parked
    }

    /// Counts nothing as done, because the import was rolled back.
    pub(super) fn roll_back(&mut self) {
        self.would_insert = Some(std::mem::take(&mut self.inserted));
        self.would_update = Some(std::mem::take(&mut self.updated));
        self.would_park = Some(std::mem::take(&mut self.parked));
    }

    /// Number of refused rows.
    pub(super) const fn refused(&self) -> u64 {
        self.conflict + self.rejected
    }

    /// Number of refused rows of each kind that are not listed.
    fn not_shown(&self) -> BTreeMap<&str, u64> {
        let mut kinds: BTreeMap<&str, u64> = self.kinds.iter().map(|(kind, n)| (kind.as_str(), *n)).collect();
        for problem in &self.problems {
            if let Some(n) = kinds.get_mut(problem.kind.as_str()) {
                *n -= 1;
            }
        }
        kinds.retain(|_, n| *n > 0);
        kinds
    }

    pub(super) fn print_problems(&self, conflicts: bool, out: &Output) {
        for problem in self.problems.iter().filter(|problem| conflicts || problem.verdict != "conflict") {
            out.problem(format_args!("{} line {}: {}: {}", self.shown, problem.line, problem.verdict, problem.reason));
        }
        let more = self.not_shown();
        let more: Vec<(&str, u64)> =
            more.into_iter().filter(|(kind, _)| conflicts || !kind.starts_with("conflict")).collect();
        if !more.is_empty() {
            let rows = plural(more.iter().map(|(_, n)| n).sum(), "more invalid row");
            let kinds: Vec<String> = more.iter().map(|(kind, n)| format!("{} × {kind}", thousands(*n))).collect();
            out.problem(format_args!("{}: and {rows}: {}", self.shown, kinds.join("; ")));
        }
        for note in &self.notes {
            out.note(format_args!("{}: {note}", self.shown));
        }
        // These counts are part of the result: --quiet leaves them out, as it does the table.
        let parked = self.would_park.unwrap_or(self.parked);
        if parked > 0 && !out.is_quiet() {
            let events = plural(parked, "event");
            match self.would_park {
                None => out.note(format_args!(
                    "{}: {events} of unknown users parked: rollbook import parked records them once the users are known",
                    self.shown
                )),
                Some(_) => out.note(format_args!("{}: {events} of unknown users would be parked", self.shown)),
            }
        }
        if self.skipped > 0 && !out.is_quiet() {
            let kinds: Vec<String> =
                self.skipped_kinds.iter().map(|(kind, rows)| format!("{} × {kind}", thousands(*rows))).collect();
            out.note(format_args!("{}: {} skipped: {}", self.shown, plural(self.skipped, "row"), kinds.join("; ")));
        }
        for hint in &self.hints {
            out.hint(hint);
        }
    }
}
