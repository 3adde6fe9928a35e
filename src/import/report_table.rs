//! The row of a table that a report is.

use super::report::Report;
use crate::output::Record;

impl Record for Report {
    const COLUMNS: &'static [&'static str] = &[
        "file",
        "kind",
        "read",
        "inserted",
        "updated",
        "replay",
        "conflict",
        "rejected",
        "skipped",
        "parked",
        "would_insert",
        "would_update",
        "would_park",
    ];
    const TABLE: &'static [&'static str] = &["kind", "read", "inserted", "updated", "replay", "conflict", "rejected"];
    const NUMBERS: &'static [&'static str] = Self::COLUMNS.split_at(2).1;

    fn cells(&self) -> Vec<String> {
        let counts = [
            self.read,
            self.inserted,
            self.updated,
            self.replay,
            self.conflict,
            self.rejected,
            self.skipped,
            self.parked,
        ];
        let would = [self.would_insert, self.would_update, self.would_park];
        let would = would.map(|count| count.map(|count| count.to_string()).unwrap_or_default());
        let names = [self.file.clone(), self.kind.to_owned()];
        names.into_iter().chain(counts.map(|count| count.to_string())).chain(would).collect()
    }

    fn id(&self) -> &str {
        &self.file
    }
}
