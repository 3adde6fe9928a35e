//! Finds rows that repeat an earlier row of the file, where nothing but the content tells events apart.

use std::hash::{BuildHasher as _, Hash};
use std::sync::{Mutex, PoisonError};

use foldhash::HashMap;
use foldhash::quality::FixedState;

use crate::output::plural;

/// The most rows that are remembered, which takes 17 MiB: of a longer file, only the first rows are found again.
const MAX_ROWS: usize = 900_000;

/// The rows of a file without an id of their own, by a hash of their content, and those that repeat one of them.
#[derive(Debug, Default)]
pub(super) struct RepeatedRows(Mutex<Found>);

#[derive(Debug, Default)]
struct Found {
    lines: HashMap<u64, u64>,
    repeated: u64,
    /// The lines of the first two rows that are the same.
    first: Option<(u64, u64)>,
}

impl RepeatedRows {
    /// Notes the row that begins on a line.
    pub(super) fn add(&self, content: impl Hash, line: u64) {
        let hash = FixedState::with_seed(3).hash_one(content);
        let mut found = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(other) = found.lines.get(&hash).copied() {
            found.repeated += 1;
            found.first.get_or_insert((other.min(line), other.max(line)));
        } else if found.lines.len() < MAX_ROWS {
            found.lines.insert(hash, line);
        }
    }

    /// What was found, for a person.
    pub(super) fn note(&self) -> Option<String> {
        let found = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (one, other) = found.first?;
        let rows = plural(found.repeated, "row");
        Some(format!(
            "{rows} without an id repeated earlier rows, e.g. line {other} repeats line {one}: each event is recorded once; if \
             they are different events, give each an id"
        ))
    }
}
