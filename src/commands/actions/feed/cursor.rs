//! A place in the feed.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use super::query;
use crate::db::Db;

/// How far a consumer has come: the transaction that recorded an action (0 on SQLite, where positions are in the order of
/// the commits), and the action's position. It is written `745.16714`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Cursor {
    pub(super) transaction: u64,
    pub(super) position: i64,
}

/// Where a consumer is moved to.
#[derive(Debug, Clone, Copy)]
pub(super) enum Reset {
    Start,
    End,
    Behind(Cursor),
}

impl FromStr for Cursor {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let numbers = text.split_once('.').and_then(|(transaction, position)| {
            Some(Self { transaction: transaction.parse().ok()?, position: position.parse().ok()? })
        });
        numbers.ok_or_else(|| "expected a cursor of the feed, like 745.16714".to_owned())
    }
}

impl FromStr for Reset {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "start" => Ok(Self::Start),
            "end" => Ok(Self::End),
            cursor => {
                cursor.parse().map(Self::Behind).map_err(|error| format!("expected start, end or a cursor: {error}"))
            }
        }
    }
}

impl Reset {
    pub(super) fn cursor(self, db: &mut Db) -> anyhow::Result<Cursor> {
        match self {
            Self::Start => Ok(Cursor::default()),
            Self::End => query::last(db),
            Self::Behind(cursor) => Ok(cursor),
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
