//! Asking for many keys at once.

use diesel::dsl::sql;
use diesel::sql_types::{Bool, Text};
use diesel::{BoxableExpression, QuerySource};

use super::{AnyConnection, MultiBackend};

/// The condition that a text column has one of the keys, however many there are.
///
/// They are bound as one JSON array: diesel's `eq_any` binds each by itself, which SQLite limits to 32,766 and which
/// makes another statement for each number of keys.
///
/// # Errors
/// When the keys cannot be written as JSON.
pub fn is_any_of<T: QuerySource>(
    conn: &AnyConnection,
    column: &'static str,
    keys: &[&str],
) -> serde_json::Result<Box<dyn BoxableExpression<T, MultiBackend, SqlType = Bool>>> {
    let (before, after) = match conn {
        AnyConnection::Sqlite(_) => (" IN (SELECT value FROM json_each(", "))"),
        AnyConnection::Postgres(_) => (" = ANY (ARRAY(SELECT jsonb_array_elements_text(", "::jsonb)))"),
    };
    let keys = serde_json::to_string(keys)?;
    Ok(Box::new(sql::<Bool>(column).sql(before).bind::<Text, _>(keys).sql(after)))
}
