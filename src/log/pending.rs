//! Pending rows, collected until there are enough to write together.

use foldhash::{HashSet, HashSetExt as _};

use super::compare::KeyMatch;
use super::event_input::{EventInput, EventRows};
use super::verdict::InputRow;

/// Maximum size of the pending rows in bytes, reached if they are long.
const MAX_BYTES: usize = 48 << 20;

/// Pending rows that are not replays.
#[derive(Debug)]
pub(super) struct PendingBatch {
    /// Rows that match nothing.
    new: EventRows,
    /// Rows that match a recorded event or an earlier pending row.
    others: EventRows,
    /// Hashes of everything that can match one of the rows.
    identities: HashSet<u64>,
    bytes: usize,
}

impl PendingBatch {
    pub(super) fn new() -> Self {
        Self { new: Vec::new(), others: Vec::new(), identities: HashSet::new(), bytes: 0 }
    }

    /// Adds a row. A row that shares a key with an earlier pending row is compared in detail, after the new rows are
    /// written.
    pub(super) fn push(&mut self, row: InputRow<EventInput>, key_match: KeyMatch) {
        let alone = row.content.identities().filter(|identity| !self.identities.insert(*identity)).count() == 0;
        self.bytes += row.content.bytes();
        if key_match == KeyMatch::New && alone { self.new.push(row) } else { self.others.push(row) }
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(super) const fn len(&self) -> usize {
        self.new.len() + self.others.len()
    }

    /// Number of rows that match nothing.
    pub(super) const fn new_rows(&self) -> usize {
        self.new.len()
    }

    /// Whether there are enough rows, or bytes, to write them now.
    pub(super) const fn is_full(&self, rows: usize) -> bool {
        self.len() >= rows || self.bytes >= MAX_BYTES
    }

    /// Removes and returns all rows: those that match nothing, and the others.
    pub(super) fn take(&mut self) -> (EventRows, EventRows) {
        self.identities.clear();
        self.bytes = 0;
        (std::mem::take(&mut self.new), std::mem::take(&mut self.others))
    }
}
