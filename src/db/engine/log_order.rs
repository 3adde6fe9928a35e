//! The order in which a log was committed, as SQL: on one server, and on the nodes of a distributed one.

use std::fmt;
use std::str::FromStr;

/// Where a row stands in the order of commits: the transaction that recorded it (0 on SQLite, where positions are in
/// commit order), and its position. It is written `745.16714`, or `2:745.16714` if it was recorded on node 2 of a
/// distributed log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogPosition {
    /// The node; `None` if there is one server.
    pub node: Option<u32>,
    /// The transaction, as the node counts them.
    pub transaction: u64,
    /// The position in the log.
    pub position: i64,
}

impl LogPosition {
    /// The start of the log on a node.
    const fn start(node: Option<u32>) -> Self {
        Self { node, transaction: 0, position: 0 }
    }

    /// Whether both are on one node. Rows from before the log was distributed are those of node 0, the coordinator.
    #[must_use]
    pub fn is_beside(self, other: Self) -> bool {
        self.node.unwrap_or_default() == other.node.unwrap_or_default()
    }

    /// Whether it comes after another one on the same node.
    #[must_use]
    pub fn is_after(self, other: Self) -> bool {
        (self.transaction, self.position) > (other.transaction, other.position)
    }
}

impl fmt::Display for LogPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(node) = self.node {
            write!(f, "{node}:")?;
        }
        write!(f, "{}.{}", self.transaction, self.position)
    }
}

impl FromStr for LogPosition {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (node, place) = match text.split_once(':') {
            Some((node, place)) => (Some(node.parse().map_err(drop)?), place),
            None => (None, text),
        };
        let (transaction, position) = place.split_once('.').ok_or(())?;
        Ok(Self { node, transaction: transaction.parse().map_err(drop)?, position: position.parse().map_err(drop)? })
    }
}

/// The rows that one node has recorded, which have an order of commits among each other.
#[derive(Debug, Clone)]
pub struct LogStream {
    /// The node; `None` if there is one server.
    pub node: Option<u32>,
    /// The condition that no row of the stream can still be committed before a row.
    pub settled: String,
}

impl LogStream {
    /// The condition that a row belongs to the stream, and `condition`.
    fn restrict(&self, condition: &str) -> String {
        self.node.map_or_else(|| condition.to_owned(), |node| format!("recorded_node = {node} AND {condition}"))
    }
}

/// The order of commits of a table at a moment.
#[derive(Debug, Clone)]
pub struct LogOrder {
    /// Whether it is that of the transactions; otherwise that of the positions alone.
    pub(super) has_transactions: bool,
    /// The streams of rows.
    pub streams: Vec<LogStream>,
}

impl LogOrder {
    /// The transaction that recorded a row, as text.
    #[must_use]
    pub const fn transaction(&self) -> &'static str {
        if self.has_transactions { "recorded_xid::text" } else { "'0'" }
    }

    /// What to order the rows of a stream by.
    #[must_use]
    pub const fn ascending(&self) -> &'static str {
        if self.has_transactions { "recorded_xid, position" } else { "position" }
    }

    /// The same, the latest first.
    #[must_use]
    pub const fn descending(&self) -> &'static str {
        if self.has_transactions { "recorded_xid DESC, position DESC" } else { "position DESC" }
    }

    fn compare(&self, operator: &str, to: LogPosition) -> String {
        let LogPosition { transaction, position, .. } = to;
        if self.has_transactions {
            format!("(recorded_xid, position) {operator} ('{transaction}'::xid8, {position})")
        } else {
            format!("position {operator} {position}")
        }
    }

    /// One condition of each stream, one of which holds.
    fn any(&self, condition: impl Fn(&LogStream) -> String) -> String {
        let conditions: Vec<String> = self.streams.iter().map(|stream| stream.restrict(&condition(stream))).collect();
        format!("({})", conditions.join(" OR "))
    }

    /// Where a stream is, given the positions on some nodes.
    fn position_in(stream: &LogStream, positions: &[LogPosition]) -> LogPosition {
        let start = LogPosition::start(stream.node);
        positions.iter().copied().find(|position| position.is_beside(start)).unwrap_or(start)
    }

    /// The condition that no row can still be committed before a row.
    #[must_use]
    pub fn settled(&self) -> String {
        self.any(|stream| stream.settled.clone())
    }

    /// The condition that a row comes after the position of its stream, or that the stream has none.
    #[must_use]
    pub fn after(&self, positions: &[LogPosition]) -> String {
        self.any(|stream| self.compare(">", Self::position_in(stream, positions)))
    }

    /// The condition that a row is a settled one of the stream.
    #[must_use]
    pub fn settled_of(&self, stream: &LogStream) -> String {
        stream.restrict(&stream.settled)
    }

    /// The condition that a row is a settled one of the stream, after its position.
    #[must_use]
    pub fn settled_after(&self, stream: &LogStream, positions: &[LogPosition]) -> String {
        let after = self.compare(">", Self::position_in(stream, positions));
        format!("{} AND {after}", self.settled_of(stream))
    }

    /// The condition that a row is the one at a position.
    #[must_use]
    pub fn at(&self, position: LogPosition) -> String {
        let has_it = |stream: &&LogStream| match stream.node {
            Some(_) => LogPosition::start(stream.node).is_beside(position),
            None => position.node.is_none(),
        };
        match self.streams.iter().find(has_it) {
            Some(stream) if self.has_transactions || position.transaction == 0 => {
                stream.restrict(&self.compare("=", position))
            }
            _ => "FALSE".to_owned(),
        }
    }
}

/// SQL about the rows of `feed_cursor`.
#[derive(Debug, Clone, Copy)]
pub struct CursorSql {
    /// The transaction of the cursor, as text.
    pub transaction: &'static str,
    /// The positions on the nodes, as text; empty if there is one server.
    pub nodes: &'static str,
    /// Adds a consumer, $1, of a feed, $2, at the start, unless it exists.
    pub register: &'static str,
    /// Moves a consumer, $4, to the position $2 in the transaction $3, or to those on the nodes, $5, at the time $1.
    pub acknowledge: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn position(text: &str) -> LogPosition {
        text.parse().unwrap()
    }

    fn order(nodes: &[u32]) -> LogOrder {
        let stream = |node: &u32| LogStream { node: Some(*node), settled: format!("recorded_xid < '{node}9'") };
        LogOrder { has_transactions: true, streams: nodes.iter().map(stream).collect() }
    }

    #[test]
    fn positions_are_read_as_they_are_written() {
        for text in ["745.16714", "0.0", "2:745.16714"] {
            assert_eq!(position(text).to_string(), text);
        }
        for text in ["", "745", "x.1", "1:2:3.4", ":1.2", "-1.2", "1:-1.2"] {
            assert!(text.parse::<LogPosition>().is_err(), "{text}");
        }
    }

    #[test]
    fn each_node_is_read_from_its_own_position() {
        let after = order(&[0, 2]).after(&[position("2:7.1"), position("5.3")]);
        let before_distribution = "recorded_node = 0 AND (recorded_xid, position) > ('5'::xid8, 3)";
        assert_eq!(
            after,
            format!("({before_distribution} OR recorded_node = 2 AND (recorded_xid, position) > ('7'::xid8, 1))")
        );
    }

    #[test]
    fn a_node_without_a_position_is_read_from_the_start() {
        let order = order(&[1, 2]);
        let condition = order.settled_after(&order.streams[1], &[position("1:7.1")]);
        assert_eq!(
            condition,
            "recorded_node = 2 AND recorded_xid < '29' AND (recorded_xid, position) > ('0'::xid8, 0)"
        );
    }

    #[test]
    fn there_is_no_row_at_a_position_of_an_unknown_node() {
        assert_eq!(order(&[0, 1]).at(position("3:1.1")), "FALSE");
        let of_positions =
            LogOrder { has_transactions: false, streams: vec![LogStream { node: None, settled: "TRUE".to_owned() }] };
        assert_eq!(of_positions.at(position("7.1")), "FALSE");
        assert_eq!(of_positions.at(position("0.1")), "position = 1");
        assert_eq!(of_positions.at(position("0:0.1")), "FALSE");
    }
}
