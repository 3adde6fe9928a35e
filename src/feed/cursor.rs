//! A cursor: where a consumer is in a feed.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use crate::db::LogPosition;

/// Identifies a row of the feed by its position. In the feed of a distributed log, where each node has an order of its own, a
/// cursor has a position for each node, that of the row first: `2:745.16714,1:801.3`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cursor(Vec<LogPosition>);

/// The new cursor of a consumer, as `--reset` names it.
#[derive(Debug, Clone)]
pub enum Reset {
    /// Before the first row.
    Start,
    /// After the last row.
    End,
    /// After this one.
    At(Cursor),
}

impl Cursor {
    /// The cursor of a row that is the only one before it, or the last one of its node.
    #[must_use]
    pub fn of(position: LogPosition) -> Self {
        Self::default().after(position)
    }

    /// The position of the row; `None` at the start of the feed.
    #[must_use]
    pub fn position(&self) -> Option<LogPosition> {
        self.0.first().copied()
    }

    /// The positions on all nodes.
    #[must_use]
    pub fn positions(&self) -> &[LogPosition] {
        &self.0
    }

    /// The cursor when the row at a position was read besides.
    #[must_use]
    pub fn after(&self, position: LogPosition) -> Self {
        let others = self.0.iter().filter(|other| !other.is_beside(position));
        let is_start = position.transaction == 0 && position.position == 0;
        Self((!is_start).then_some(position).into_iter().chain(others.copied()).collect())
    }

    /// Whether all rows up to the other cursor were read at this one.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        let is_covered =
            |position: &LogPosition| self.0.iter().any(|own| own.is_beside(*position) && !position.is_after(*own));
        other.0.iter().all(is_covered)
    }

    /// The cursor when all rows up to either were read.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        other.0.iter().rev().fold(self.clone(), |cursor, position| {
            if cursor.covers(&Self(vec![*position])) { cursor } else { cursor.after(*position) }
        })
    }

    /// The positions on nodes, as they are stored; empty if there is one server.
    #[must_use]
    pub fn nodes(&self) -> String {
        if self.0.iter().all(|position| position.node.is_none()) { String::new() } else { self.to_string() }
    }
}

impl FromStr for Cursor {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut cursor = Self::default();
        for part in text.split(',').rev() {
            let position: LogPosition =
                part.parse().map_err(|()| "expected a cursor of the feed, e.g. 745.16714".to_owned())?;
            if cursor.0.iter().any(|other| other.is_beside(position)) {
                return Err(format!("{part} is a second position on its node"));
            }
            cursor = cursor.after(position);
        }
        Ok(cursor)
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
        let Some((first, others)) = self.0.split_first() else { return f.write_str("0.0") };
        write!(f, "{first}")?;
        others.iter().try_for_each(|position| write!(f, ",{position}"))
    }
}

impl Serialize for Cursor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cursor(text: &str) -> Cursor {
        text.parse().unwrap()
    }

    #[test]
    fn cursors_are_read_as_they_are_written() {
        for text in ["0.0", "745.16714", "2:745.16714,1:801.3"] {
            assert_eq!(cursor(text).to_string(), text);
        }
        for text in ["", "1", "1.1,", "1:1.1,1:2.2", "1.1,2.2", "0:1.1,2.2"] {
            assert!(text.parse::<Cursor>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_cursor_covers_what_is_before_it_on_every_node() {
        assert!(cursor("7.5").covers(&cursor("7.5")) && cursor("8.1").covers(&cursor("7.5")));
        assert!(!cursor("7.4").covers(&cursor("7.5")) && !cursor("0.0").covers(&cursor("7.5")));
        assert!(cursor("7.5").covers(&cursor("0.0")));
        assert!(cursor("2:3.1,1:9.9").covers(&cursor("1:9.9,2:2.1")));
        assert!(!cursor("2:3.1").covers(&cursor("2:3.1,1:1.1")));
        // From before the log was distributed.
        assert!(cursor("1:1.1,0:9.9").covers(&cursor("9.8")));
    }

    #[test]
    fn acknowledging_one_cursor_takes_nothing_back_on_other_nodes() {
        assert_eq!(cursor("1:5.5,2:7.7").and(&cursor("2:8.8,1:4.4")), cursor("2:8.8,1:5.5"));
        assert_eq!(cursor("7.5").and(&cursor("8.1")), cursor("8.1"));
        assert_eq!(cursor("0.0").and(&cursor("1:1.1,2:2.2")), cursor("1:1.1,2:2.2"));
    }
}
