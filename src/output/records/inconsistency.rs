//! How what is inconsistent is printed.

use crate::analytics::Inconsistency;
use crate::output::Record;

impl Record for Inconsistency {
    const COLUMNS: &'static [&'static str] = &["rule", "subject", "problem"];
    const TABLE: &'static [&'static str] = Self::COLUMNS;
    const PROSE: &'static [&'static str] = &["problem"];

    fn cells(&self) -> Vec<String> {
        vec![self.rule.to_owned(), self.subject.clone(), self.problem.clone()]
    }

    fn id(&self) -> &str {
        &self.subject
    }
}
