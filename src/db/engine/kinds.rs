//! What the questions to an engine are about.

/// What one process at a time may do; released at the end of the transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lock {
    /// Import in one transaction, or change whose events these are.
    Import,
    /// Import in many transactions, beside others that do.
    ImportShared,
    /// Give an address to somebody, or remember it as a former one: two people never have the same.
    Addresses,
    /// Remove the role superadmin from a user.
    Superadmin,
    /// Change the tables.
    Migration,
}

/// A span of local time that counts are grouped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeBucket {
    /// `2026-03-15T08:00`.
    Hour,
    /// `2026-03-15`.
    Day,
    /// `2026-03-09`, the Monday.
    Week,
    /// `2026-03-08`, the Sunday.
    SundayWeek,
    /// `2026-03`.
    Month,
    /// `2026-Q1`.
    Quarter,
    /// From `1`, Monday, to `7`.
    Weekday,
    /// From `00` to `23`, whatever the day.
    HourOfDay,
}

/// What a column holds, where rows travel as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// Text.
    Text,
    /// A whole number.
    Number,
    /// A time.
    Time,
    /// JSON.
    Json,
    /// A set of roles.
    Roles,
}

/// Whether a connection is encrypted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tls {
    /// Not encrypted.
    Off,
    /// Version and cipher.
    On(String),
}
