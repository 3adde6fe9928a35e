//! The mark of a database into which another one is being copied: until the copy ends, no command uses it.

use diesel::sql_types::Text;
use diesel::{QueryResult, RunQueryDsl as _, sql_query};

use crate::db::AnyConnection;

/// A version among those of the migrations, so that no rollbook, of whatever version, uses the database.
pub(super) const VERSION: &str = "unfinished-copy";

/// Marks the database, in the open transaction.
///
/// # Errors
/// When the role does not own the tables.
pub fn begin(conn: &mut AnyConnection) -> QueryResult<()> {
    let statement = "INSERT INTO __diesel_schema_migrations (version) VALUES ($1)";
    sql_query(statement).bind::<Text, _>(VERSION).execute(conn).map(drop)
}

/// Removes the mark, in the open transaction.
///
/// # Errors
/// When the database fails.
pub fn end(conn: &mut AnyConnection) -> QueryResult<()> {
    let statement = "DELETE FROM __diesel_schema_migrations WHERE version = $1";
    sql_query(statement).bind::<Text, _>(VERSION).execute(conn).map(drop)
}
