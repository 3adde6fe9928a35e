//! A user.

use crate::models::{USER_COLUMNS, User, column_names, printed_cells};
use crate::output::Record;

impl Record for User {
    const COLUMNS: &'static [&'static str] = &column_names(&USER_COLUMNS);
    const TABLE: &'static [&'static str] = &["id", "email", "name", "roles", "created_at"];

    fn cells(&self) -> Vec<String> {
        printed_cells(&USER_COLUMNS, self)
    }

    fn id(&self) -> &str {
        &self.id
    }
}
