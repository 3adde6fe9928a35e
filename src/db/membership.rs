//! Asks for many keys at once.

use diesel::dsl::sql;
use diesel::sql_types::{Bool, Text};
use diesel::{BoxableExpression, QuerySource};

use super::{AnyConnection, MultiBackend};

/// The condition that a text column equals one of the keys; their number is unlimited.
///
/// The keys are bound as one JSON array. diesel's `eq_any` binds each key separately: SQLite limits their number to
/// 32,766, and each number of keys makes another statement.
///
/// # Errors
/// When the keys cannot be written as JSON.
pub fn is_any_of<T: QuerySource>(
    conn: &AnyConnection,
    column: &'static str,
    keys: &[&str],
) -> serde_json::Result<Box<dyn BoxableExpression<T, MultiBackend, SqlType = Bool>>> {
    let [before, after] = conn.engine().is_any_of();
    let keys = serde_json::to_string(keys)?;
    Ok(Box::new(sql::<Bool>(column).sql(before).bind::<Text, _>(keys).sql(after)))
}
