//! The one connection type of the program.
//!
//! The enum has a file of its own because the derived code does `use super::*`.

#![expect(missing_docs, reason = "the derived types have none")]

use diesel::{MultiConnection, PgConnection, SqliteConnection};

/// A connection to either engine. Nearly every query runs on it as it is; the few statements that differ match on it.
///
/// Never call its derived `establish`: it tries the variants in turn. [`super::Database::open`] picks by URL.
#[derive(MultiConnection)]
pub enum AnyConnection {
    /// Compiled in; the embedded default.
    Sqlite(SqliteConnection),
    /// A server, 15 or later.
    Postgres(PgConnection),
}

impl AnyConnection {
    /// Whether this is the embedded engine.
    #[must_use]
    pub const fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite(_))
    }
}
