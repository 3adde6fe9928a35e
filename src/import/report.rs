//! What became of the rows: counted, and the first bad ones remembered.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::FileKind;
use super::rejects::Rejects;
use super::source::Source;
use super::verdict::{Clash, Fault, Judged, Refused, Verdict};
use crate::db::types::Instant;
use crate::models::{Prefix, new_id, shorten};
use crate::output::{Output, Record, plural, thousands};

/// How many bad rows are described; of the others there is a count for each kind of fault.
const SHOWN: usize = 10;
/// How many kinds of faults are told apart.
const KINDS: usize = 20;

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
    /// Its entry in the ledger; a dry run leaves none.
    pub run: String,
    /// SHA-256 of its bytes, if they were read to the end.
    pub sha256: Option<String>,
    /// How many bytes it has.
    pub bytes: u64,
    /// The earlier import of the same bytes for which it was not read again.
    pub same_as: Option<String>,
    /// The first bad rows.
    pub problems: Vec<Problem>,
    #[serde(skip)]
    pub(super) started_at: Instant,
    #[serde(skip)]
    kinds: BTreeMap<String, u64>,
    #[serde(skip)]
    hints: BTreeSet<Cow<'static, str>>,
}

/// What is wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Where the row begins.
    pub line: u64,
    /// `conflict` or `rejected`.
    pub verdict: &'static str,
    /// The columns.
    pub field: String,
    /// Why, for people.
    pub reason: String,
    #[serde(skip)]
    kind: String,
}

impl Report {
    pub(super) fn new(kind: FileKind, source: &Source) -> Self {
        Self {
            file: source.name().to_owned(),
            bytes: source.bytes(),
            kind: kind.as_str(),
            read: 0,
            inserted: 0,
            updated: 0,
            replay: 0,
            conflict: 0,
            rejected: 0,
            run: new_id(Prefix::ImportRun),
            sha256: None,
            same_as: None,
            problems: Vec::new(),
            started_at: Instant::now(),
            kinds: BTreeMap::new(),
            hints: BTreeSet::new(),
        }
    }

    /// Counts the verdicts of some rows, remembers the bad rows with the lowest lines, and keeps all of them if asked to.
    pub(super) fn add(&mut self, judged: Judged, rejects: Option<&mut Rejects>) {
        self.inserted += judged.inserted;
        self.updated += judged.updated;
        self.replay += judged.replay;
        if let Some(rejects) = rejects {
            judged.refused.iter().for_each(|refused| rejects.add(refused));
        }
        for Refused { line, verdict, .. } in judged.refused {
            if let Verdict::Rejected(faults) = &verdict {
                self.rejected += 1;
                self.hints.extend(faults.iter().filter_map(|fault| fault.hint.clone()));
            } else {
                self.conflict += 1;
            }
            let kind = kind_of(&verdict);
            let kind =
                if self.kinds.len() < KINDS || self.kinds.contains_key(&kind) { kind } else { "other".to_owned() };
            *self.kinds.entry(kind.clone()).or_default() += 1;
            if self.problems.len() < SHOWN || self.problems.last().is_some_and(|last| line < last.line) {
                let (field, reason) = (field_of(&verdict), reason_of(&verdict));
                let at = self.problems.partition_point(|problem| problem.line <= line);
                self.problems.insert(at, Problem { line, verdict: word_of(&verdict), field, reason, kind });
                self.problems.truncate(SHOWN);
            }
        }
    }

    /// Whether each row that was read has one verdict.
    pub(super) const fn adds_up(&self) -> bool {
        self.read == self.inserted + self.updated + self.replay + self.conflict + self.rejected
    }

    /// How many rows are refused.
    pub(super) const fn refused(&self) -> u64 {
        self.conflict + self.rejected
    }

    /// How many bad rows of each kind are not described.
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
            out.problem(format_args!("{} line {}: {}: {}", self.file, problem.line, problem.verdict, problem.reason));
        }
        let more = self.not_shown();
        let more: Vec<(&str, u64)> =
            more.into_iter().filter(|(kind, _)| conflicts || !kind.starts_with("conflict")).collect();
        if !more.is_empty() {
            let rows = plural(more.iter().map(|(_, n)| n).sum(), "more bad row");
            let kinds: Vec<String> = more.iter().map(|(kind, n)| format!("{} × {kind}", thousands(*n))).collect();
            out.problem(format_args!("{}: and {rows}: {}", self.file, kinds.join("; ")));
        }
        for hint in &self.hints {
            out.hint(hint);
        }
    }
}

pub(super) const fn word_of(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Inserted => "inserted",
        Verdict::Updated => "updated",
        Verdict::Replay => "replay",
        Verdict::Conflict(_) => "conflict",
        Verdict::Rejected(_) => "rejected",
    }
}

/// The columns that a bad row is bad in.
pub(super) fn field_of(verdict: &Verdict) -> String {
    let fields: Vec<&str> = match verdict {
        Verdict::Conflict(clash) => clash.differences.iter().map(|difference| difference.field.as_str()).collect(),
        Verdict::Rejected(faults) => faults.iter().map(|fault| fault.field.as_str()).collect(),
        _ => Vec::new(),
    };
    fields.join(" ")
}

/// What is wrong with a bad row.
pub(super) fn reason_of(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Conflict(clash) => describe_clash(clash),
        Verdict::Rejected(faults) => faults.iter().map(describe_fault).collect::<Vec<_>>().join("; "),
        _ => String::new(),
    }
}

/// What bad rows have in common: the column and the reason without what is particular to the row.
fn kind_of(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Conflict(clash) if clash.differences.is_empty() => "conflict with two rows".to_owned(),
        Verdict::Conflict(_) => format!("conflict in {}", field_of(verdict)),
        Verdict::Rejected(faults) => faults.first().map_or_else(String::new, |fault| {
            let reason: &str = fault.reason.split([':', ';']).next().unwrap_or_default();
            let reason: String = reason.chars().filter(|c| !c.is_ascii_digit()).collect();
            format!("{} {}", fault.field, reason.trim()).trim().to_owned()
        }),
        _ => String::new(),
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
