//! Identifiers that rollbook generates.

use std::cell::RefCell;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use ulid::{Generator, ULID_LEN, Ulid};

/// The kind of object that an identifier is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prefix {
    /// A user.
    User,
    /// An action.
    Action,
    /// A champion record.
    Champion,
    /// An import.
    ImportRun,
    /// An operation.
    Operation,
    /// The placeholder email address of an erased user.
    Erased,
    /// The placeholder email address of a merged user.
    Merged,
    /// The email address of a user whose own is given to another one, until the user has a new one.
    Moving,
}

impl Prefix {
    const fn as_str(self) -> &'static str {
        match self {
            Self::User => "usr_",
            Self::Action => "act_",
            Self::Champion => "ch_",
            Self::ImportRun => "run_",
            Self::Operation => "op_",
            Self::Erased => "erased-",
            Self::Merged => "merged-",
            Self::Moving => "moving-",
        }
    }
}

thread_local! {
    static GENERATOR: RefCell<Generator> = const { RefCell::new(Generator::new()) };
}

/// A new identifier: the prefix and a lower-case ULID. Identifiers of one thread ascend, so that index pages fill in
/// order.
#[must_use]
pub fn new_id(prefix: Prefix) -> String {
    let ulid = GENERATOR
        .with_borrow_mut(|generator| generator.generate().unwrap_or_else(ulid::Overflow::commit_overflow_increment));
    written(prefix, ulid)
}

fn written(prefix: Prefix, ulid: Ulid) -> String {
    let mut letters = [0; ULID_LEN];
    let letters = ulid.array_to_str(&mut letters);
    letters.make_ascii_lowercase();
    let mut id = String::with_capacity(prefix.as_str().len() + ULID_LEN);
    id.push_str(prefix.as_str());
    id.push_str(letters);
    id
}

/// Maximum number of changes of the offset between record and line numbers that are kept for a file: 1 MiB.
const MAX_OFFSETS: usize = 65_536;

/// Generates the ids of the events of one file: the file's own ULID plus the record number. They ascend in record
/// order, and an id is recognized as one of this file.
#[derive(Debug, Clone)]
pub struct EventIds {
    first: u128,
    lines: Arc<Lines>,
}

/// The line on which each record of a file starts.
#[derive(Debug, Default)]
struct Lines {
    /// Line number minus record number of the last record; it rarely changes, because most records are one line long.
    last_offset: AtomicU64,
    /// The record numbers at which the offset changes, each with its new offset.
    offsets: Mutex<Vec<(u64, u64)>>,
}

impl EventIds {
    /// Ids for a new file, different from those of any other file.
    #[must_use]
    pub fn new_file() -> Self {
        // Random: an id from `new_id` plus one can be the next id from `new_id`.
        Self { first: Ulid::generate().0, lines: Arc::default() }
    }

    /// The id of the event in a record, counted from 1, that starts on a line. Call it in record order.
    #[must_use]
    pub fn at(&self, record: u64, line: u64) -> String {
        let offset = line.wrapping_sub(record);
        if self.lines.last_offset.swap(offset, Ordering::Relaxed) != offset {
            let mut offsets = self.lines.offsets.lock().unwrap_or_else(PoisonError::into_inner);
            if offsets.len() < MAX_OFFSETS {
                offsets.push((record, offset));
            }
        }
        written(Prefix::Action, Ulid(self.first.wrapping_add(record.into())))
    }

    /// The place in the file of the event with this id, for a message: `line 17`, or `record 17` when there are too
    /// many offsets. `None` for events that are not from this file.
    #[must_use]
    pub fn place_of(&self, id: &str) -> Option<String> {
        let ulid = Ulid::from_string(id.strip_prefix(Prefix::Action.as_str())?).ok()?;
        // 2^40 is more records than any file has, and few enough that ids of other files do not match.
        let record = u64::try_from(ulid.0.wrapping_sub(self.first)).ok().filter(|record| *record < 1 << 40)?;
        let offsets = self.lines.offsets.lock().unwrap_or_else(PoisonError::into_inner);
        let known = offsets.partition_point(|(first, _)| *first <= record);
        if known == MAX_OFFSETS {
            return Some(format!("record {record}"));
        }
        let offset = known.checked_sub(1).map_or(0, |i| offsets[i].1);
        Some(format!("line {}", record.wrapping_add(offset)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_of_an_event_can_be_found_by_its_id() {
        let (one, other) = (EventIds::new_file(), EventIds::new_file());
        // A header, a record of one line, one of three lines, two blank lines.
        let ids = [(1, 2), (2, 3), (3, 6), (4, 9), (5, 10)].map(|(record, line)| one.at(record, line));
        let places = ids.each_ref().map(|id| one.place_of(id));
        assert_eq!(places, ["line 2", "line 3", "line 6", "line 9", "line 10"].map(|line| Some(line.to_owned())));
        assert_eq!(other.place_of(&ids[0]), None);
        assert_eq!(one.place_of(&new_id(Prefix::Action)), None);
        assert_eq!(one.place_of("act_2026_03_15_001"), None);
        assert!(ids.is_sorted());
    }

    #[test]
    fn records_on_the_same_line_have_different_ids() {
        let ids = EventIds::new_file();
        assert_ne!(ids.at(1, 1), ids.at(2, 1));
    }

    #[test]
    fn the_number_of_stored_line_offsets_is_limited() {
        let ids = EventIds::new_file();
        let made: Vec<String> = (1..=100_000).map(|record| ids.at(record, 2 * record)).collect();
        assert_eq!(ids.place_of(&made[6]), Some("line 14".to_owned()));
        assert_eq!(ids.place_of(&made[99_999]), Some("record 100000".to_owned()));
        assert_eq!(ids.lines.offsets.lock().unwrap().len(), MAX_OFFSETS);
    }

    #[test]
    fn new_ids_are_ascending_and_unique() {
        let ids: Vec<String> = (0..1000).map(|_| new_id(Prefix::Action)).collect();
        assert!(ids.is_sorted());
        assert!(ids.windows(2).all(|pair| pair[0] != pair[1]));
        assert!(ids.iter().all(|id| id.len() == 30 && id.starts_with("act_") && *id == id.to_lowercase()));
    }
}
