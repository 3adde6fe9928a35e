//! Identifiers of our making.

use std::cell::RefCell;

use ulid::{Generator, ULID_LEN, Ulid};

/// What an identifier names.
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
    /// The address of somebody who was erased.
    Erased,
    /// The address of somebody who is another.
    Merged,
}

impl Prefix {
    const fn as_str(self) -> &'static str {
        match self {
            Self::User => "usr_",
            Self::Action => "act_",
            Self::Champion => "ch_",
            Self::ImportRun => "run_",
            Self::Erased => "erased-",
            Self::Merged => "merged-",
        }
    }
}

thread_local! {
    static GENERATOR: RefCell<Generator> = const { RefCell::new(Generator::new()) };
}

/// A new identifier: the prefix and a lower-case ULID. Those of one thread ascend, so that index pages fill in order.
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

/// The identifiers of the events of one file: the file's own ULID plus the line. They ascend as the lines do, and the
/// line can be told from an event met again, with nothing remembered.
#[derive(Debug, Clone, Copy)]
pub struct EventIds(u128);

impl EventIds {
    /// Those of another file than any before.
    #[must_use]
    pub fn new_file() -> Self {
        // Random, unlike those of `new_id`, of which the next is one more than the last.
        Self(Ulid::generate().0)
    }

    /// That of the event whose row begins at the line.
    #[must_use]
    pub fn at(self, line: u64) -> String {
        written(Prefix::Action, Ulid(self.0.wrapping_add(line.into())))
    }

    /// The line of the event, if it is one of this file.
    #[must_use]
    pub fn line_of(self, id: &str) -> Option<u64> {
        let ulid = Ulid::from_string(id.strip_prefix(Prefix::Action.as_str())?).ok()?;
        // More lines than any file has, and few enough that no other file's identifiers are among them.
        u64::try_from(ulid.0.wrapping_sub(self.0)).ok().filter(|line| *line < 1 << 40)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_of_an_event_can_be_told() {
        let (one, other) = (EventIds::new_file(), EventIds::new_file());
        assert_eq!(one.line_of(&one.at(812)), Some(812));
        assert_eq!(other.line_of(&one.at(812)), None);
        assert_eq!(one.line_of(&new_id(Prefix::Action)), None);
        assert_eq!(one.line_of("act_2026_03_15_001"), None);
        assert!(one.at(9) < one.at(10));
    }

    #[test]
    fn ids_ascend() {
        let ids: Vec<String> = (0..1000).map(|_| new_id(Prefix::Action)).collect();
        assert!(ids.is_sorted());
        assert!(ids.windows(2).all(|pair| pair[0] != pair[1]));
        assert!(ids.iter().all(|id| id.len() == 30 && id.starts_with("act_") && *id == id.to_lowercase()));
    }
}
