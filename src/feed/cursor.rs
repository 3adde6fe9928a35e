//! A cursor: the position of a consumer in a feed.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

/// Identifies an action of the feed: the transaction that recorded it (0 on SQLite, where positions are in commit
/// order), and its position in the log. It is written `745.16714`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Cursor {
    /// The transaction.
    pub transaction: u64,
    /// The position.
    pub position: i64,
}

/// The new cursor of a consumer, as `--reset` names it.
#[derive(Debug, Clone, Copy)]
pub enum Reset {
    /// Before the first row.
    Start,
    /// After the last row.
    End,
    /// After this one.
    At(Cursor),
}

impl FromStr for Cursor {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let numbers = text.split_once('.').and_then(|(transaction, position)| {
            Some(Self { transaction: transaction.parse().ok()?, position: position.parse().ok()? })
        });
        numbers.ok_or_else(|| "expected a cursor of the feed, e.g. 745.16714".to_owned())
    }
}

impl FromStr for Reset {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "start" => Ok(Self::Start),
            "end" => Ok(Self::End),
            cursor => cursor.parse().map(Self::At).map_err(|error| format!("expected start, end or a cursor: {error}")),
        }
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.transaction, self.position)
    }
}

impl Serialize for Cursor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
