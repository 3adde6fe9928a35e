//! Rows that wait for more of them, to be written together.

use foldhash::{HashSet, HashSetExt as _};

use super::compare::Look;
use super::input::{EventInput, Rows};
use crate::import::verdict::Row;

/// How many bytes of them wait at most, when they are long.
const BYTES: usize = 48 << 20;

/// Rows that are not replays.
#[derive(Debug)]
pub(super) struct Waiting {
    /// Those that nobody has.
    new: Rows,
    /// Those that meet something.
    others: Rows,
    /// What both can be met by.
    identities: HashSet<u64>,
    bytes: usize,
}

impl Waiting {
    pub(super) fn none() -> Self {
        Self { new: Vec::new(), others: Vec::new(), identities: HashSet::new(), bytes: 0 }
    }

    /// Adds a row. What shares a key with an earlier row that waits is judged against it, if that one is new.
    pub(super) fn push(&mut self, row: Row<EventInput>, look: Look) {
        let alone = row.content.identities().filter(|identity| !self.identities.insert(*identity)).count() == 0;
        self.bytes += row.content.bytes();
        if look == Look::New && alone { self.new.push(row) } else { self.others.push(row) }
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(super) const fn len(&self) -> usize {
        self.new.len() + self.others.len()
    }

    /// How many of the rows nobody has.
    pub(super) const fn new_rows(&self) -> usize {
        self.new.len()
    }

    /// Whether there are so many rows, or they are so long, that they should wait no more.
    pub(super) const fn is_full(&self, rows: usize) -> bool {
        self.len() >= rows || self.bytes >= BYTES
    }

    /// Hands out all rows: those that nobody has, and those that meet something.
    pub(super) fn take(&mut self) -> (Rows, Rows) {
        self.identities.clear();
        self.bytes = 0;
        (std::mem::take(&mut self.new), std::mem::take(&mut self.others))
    }
}
