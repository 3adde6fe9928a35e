//! What becomes of a row.

use std::borrow::Cow;
use std::fmt::Display;

use csv::ByteRecord;

use crate::models::Difference;

/// What became of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// New, and added.
    Inserted,
    /// There, and changed to what the file says.
    Updated,
    /// There, with equal content.
    Replay,
    /// There with other content, or at odds with two recorded rows.
    Conflict(Clash),
    /// Bad in itself.
    Rejected(Vec<Fault>),
}

/// What a row is at odds with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Clash {
    /// The recorded row, or rows, in words.
    pub(super) with: String,
    /// Field by field; empty when two rows were hit.
    pub(super) differences: Vec<Difference>,
}

/// One thing that is wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    /// The column.
    pub(super) field: String,
    /// What it holds.
    pub(super) value: String,
    /// Why that is refused, as the end of a sentence that begins with the value.
    pub(super) reason: String,
    /// What to do about it; said once for all rows.
    pub(super) hint: Option<Cow<'static, str>>,
}

impl Fault {
    pub(super) fn new(field: &str, value: &str, reason: impl Display) -> Self {
        Self { field: field.to_owned(), value: value.to_owned(), reason: reason.to_string(), hint: None }
    }

    pub(super) fn hint(mut self, hint: impl Into<Cow<'static, str>>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// A row that passed its own checks, the line where it begins, and the record itself if the refused ones are kept.
#[derive(Debug)]
pub(super) struct Row<T> {
    /// The number of the record in its file: it identifies the row, as no line number does.
    pub(super) number: u64,
    pub(super) line: u64,
    pub(super) content: T,
    pub(super) record: Option<Box<ByteRecord>>,
}

/// A row that is refused.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) line: u64,
    /// [`Verdict::Conflict`] or [`Verdict::Rejected`].
    pub(super) verdict: Verdict,
    pub(super) record: Option<Box<ByteRecord>>,
}

/// The verdicts of some rows: counts of the good ones, and each of the bad ones.
#[derive(Debug, Default)]
pub(super) struct Judged {
    pub(super) inserted: u64,
    pub(super) updated: u64,
    pub(super) replay: u64,
    pub(super) refused: Vec<Refused>,
}

impl Judged {
    /// Adds the verdict of a row.
    pub(super) fn add<T>(&mut self, row: Row<T>, verdict: Verdict) {
        match verdict {
            Verdict::Inserted => self.inserted += 1,
            Verdict::Updated => self.updated += 1,
            Verdict::Replay => self.replay += 1,
            verdict @ (Verdict::Conflict(_) | Verdict::Rejected(_)) => {
                self.refused.push(Refused { line: row.line, verdict, record: row.record });
            }
        }
    }

    pub(super) fn reject<T>(&mut self, row: Row<T>, fault: Fault) {
        self.add(row, Verdict::Rejected(vec![fault]));
    }
}
