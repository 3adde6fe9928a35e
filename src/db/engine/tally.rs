//! What is found in rows as they are read.

use crate::db::types::Timestamp;

/// Counts the rows of a query by two values, and their distinct users.
pub trait Tally {
    /// The name of the function of SQL that takes the two values and the user of a row.
    fn function(&self) -> &'static str;

    /// What was counted, in no order.
    fn counted(&self) -> Vec<Tallied>;
}

/// A group of rows.
#[derive(Debug)]
pub struct Tallied {
    /// The first value.
    pub value: String,
    /// The second value.
    pub across: String,
    /// The number of rows.
    pub rows: i64,
    /// The number of users.
    pub users: i64,
}

/// When a user took the steps of a sequence.
#[derive(Debug)]
pub struct StepTimes {
    /// The user.
    pub user_id: String,
    /// The time of each step; `None` for one that was not taken.
    pub times: Vec<Option<Timestamp>>,
}
