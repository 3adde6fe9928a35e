//! Identifiers of our making.

use std::cell::RefCell;

use ulid::Generator;

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
}

impl Prefix {
    const fn as_str(self) -> &'static str {
        match self {
            Self::User => "usr_",
            Self::Action => "act_",
            Self::Champion => "ch_",
            Self::ImportRun => "run_",
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
    let mut id = prefix.as_str().to_owned();
    id.push_str(&ulid.to_string().to_ascii_lowercase());
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_ascend() {
        let ids: Vec<String> = (0..1000).map(|_| new_id(Prefix::Action)).collect();
        assert!(ids.is_sorted());
        assert!(ids.windows(2).all(|pair| pair[0] != pair[1]));
        assert!(ids.iter().all(|id| id.len() == 30 && id.starts_with("act_") && *id == id.to_lowercase()));
    }
}
