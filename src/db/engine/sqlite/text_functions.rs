//! Functions on texts in SQLite, which folds only ASCII letters.

use diesel::sql_types::Text;
use diesel::{QueryResult, SqliteConnection};

use crate::db::folded;

/// Makes the function `rollbook_folded(text)` known to the connection.
pub(super) fn register(conn: &mut SqliteConnection) -> QueryResult<()> {
    rollbook_folded_utils::register_impl(conn, |text: String| folded(&text))
}

#[diesel::declare_sql_function]
extern "SQL" {
    /// A text without case and accents.
    fn rollbook_folded(text: Text) -> Text;
}
