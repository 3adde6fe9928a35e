//! The verdict on a row.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::{self, Display};

use crate::models::{Difference, shorten};

/// The verdict on a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// New, and added.
    Inserted,
    /// Already recorded, and changed to what the file says.
    Updated,
    /// Already recorded, with equal content.
    Replay,
    /// Already recorded with other content, or its keys are those of two recorded rows.
    Conflict(Conflict),
    /// Of a person who was erased, or is another one by now.
    Gone(Gone),
    /// Invalid.
    Rejected(Vec<FieldError>),
}

/// Why a row is about nobody who could be added or changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gone {
    /// The person was merged into another one.
    Merged,
    /// The person was erased.
    Erased,
}

impl Gone {
    /// The word for it in counts.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Merged => "merged",
            Self::Erased => "erased",
        }
    }
}

/// What a row conflicts with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// The recorded row or rows, as text.
    pub with: String,
    /// Field by field; empty when two rows were matched.
    pub differences: Vec<Difference>,
}

/// What is wrong with a field of a row, or with the row as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// The column; empty for the whole row.
    pub field: String,
    /// The value, where the problem does not name it.
    value: Option<String>,
    /// What is wrong, or what was expected.
    pub problem: String,
    /// What to do about it; printed once for all rows.
    pub hint: Option<Cow<'static, str>>,
}

impl FieldError {
    /// An error of a value.
    #[must_use]
    pub fn new(field: &str, value: &str, problem: impl Display) -> Self {
        Self { value: Some(value.to_owned()), ..Self::of_field(field, problem) }
    }

    /// An error of a field whose value says nothing, or is in the problem.
    #[must_use]
    pub fn of_field(field: &str, problem: impl Display) -> Self {
        Self { field: field.to_owned(), value: None, problem: problem.to_string(), hint: None }
    }

    /// An error of a row as a whole.
    #[must_use]
    pub fn of_row(problem: impl Display) -> Self {
        Self::of_field("", problem)
    }

    /// A field that is required and has no value.
    #[must_use]
    pub fn missing(field: &str) -> Self {
        Self::of_field(field, "missing")
    }

    /// Adds a hint: what the operator can do about the error.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<Cow<'static, str>>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { field, value, problem, .. } = self;
        match value {
            Some(value) => write!(f, "{field} \"{}\": {problem}", shorten(value)),
            None if field.is_empty() => f.write_str(problem),
            None => write!(f, "{field}: {problem}"),
        }
    }
}

/// A row that passed its own checks.
#[derive(Debug)]
pub struct InputRow<T> {
    /// The number of the record in its file, which identifies the row.
    pub number: u64,
    /// The line on which the record begins.
    pub line: u64,
    /// What it says.
    pub content: T,
    /// The text of the record as it stood in the file, if rejected ones are kept.
    pub record: Option<Box<[u8]>>,
}

/// A row that is not recorded.
#[derive(Debug)]
pub struct RefusedRow {
    /// The line on which the record begins.
    pub line: u64,
    /// [`Verdict::Conflict`] or [`Verdict::Rejected`].
    pub verdict: Verdict,
    /// The text of the record as it stood in the file, if rejected ones are kept.
    pub record: Option<Box<[u8]>>,
}

/// The verdicts on some rows: counts of the recorded ones, and each of the others.
#[derive(Debug, Default)]
pub struct BatchVerdicts {
    /// Rows added.
    pub inserted: u64,
    /// Rows changed.
    pub updated: u64,
    /// Rows already recorded.
    pub replay: u64,
    /// Rows of unknown users that were kept for later.
    pub parked: u64,
    /// Rows about which there is nothing to do: of people who were erased or merged, of events that are parked already.
    pub skipped: BTreeMap<String, u64>,
    /// Rows that are not recorded.
    pub refused: Vec<RefusedRow>,
}

impl BatchVerdicts {
    /// Adds the verdict on a row.
    pub fn add<T>(&mut self, row: InputRow<T>, verdict: Verdict) {
        match verdict {
            Verdict::Inserted => self.inserted += 1,
            Verdict::Updated => self.updated += 1,
            Verdict::Replay => self.replay += 1,
            Verdict::Gone(gone) => self.skip(gone.as_str()),
            verdict @ (Verdict::Conflict(_) | Verdict::Rejected(_)) => {
                self.refused.push(RefusedRow { line: row.line, verdict, record: row.record });
            }
        }
    }

    /// Counts a row about which there is nothing to do, by its kind.
    pub fn skip(&mut self, kind: &str) {
        *self.skipped.entry(kind.to_owned()).or_default() += 1;
    }

    /// Adds a row that is rejected for one reason.
    pub fn reject<T>(&mut self, row: InputRow<T>, error: FieldError) {
        self.add(row, Verdict::Rejected(vec![error]));
    }
}
