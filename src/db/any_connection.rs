//! The connection type for both engines.
//!
//! The enum has a file of its own because the derived code does `use super::*`.

#![expect(missing_docs, reason = "the derived types have none")]

use diesel::{MultiConnection, PgConnection, SqliteConnection};

/// A connection to either engine. Most queries run on the enum itself; the few statements that differ match on it.
///
/// Never call its derived `establish`: it tries the variants in turn. [`super::Database::open`] picks by URL.
#[derive(MultiConnection)]
pub enum AnyConnection {
    /// SQLite, compiled in; the default.
    Sqlite(SqliteConnection),
    /// A PostgreSQL server, version 15 or later.
    Postgres(PgConnection),
}
