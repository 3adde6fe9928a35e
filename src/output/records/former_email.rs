//! How the former addresses of people are printed.

use crate::models::FormerEmail;
use crate::output::{Record, cell};

impl Record for FormerEmail {
    const COLUMNS: &'static [&'static str] = &["user_id", "email", "added_at"];
    const TABLE: &'static [&'static str] = Self::COLUMNS;

    fn cells(&self) -> Vec<String> {
        vec![self.user_id.clone(), cell(self.email.as_deref()), self.added_at.to_string()]
    }

    fn id(&self) -> &str {
        self.email.as_deref().unwrap_or_default()
    }
}
