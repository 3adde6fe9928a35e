//! An import.

use crate::models::ImportRun;
use crate::output::Record;

impl Record for ImportRun {
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "kind",
        "file_name",
        "file_sha256",
        "file_bytes",
        "options",
        "actor",
        "started_at",
        "finished_at",
        "outcome",
        "reason",
        "inserted",
        "updated",
        "replay",
        "conflict",
        "rejected",
        "skipped",
        "parked",
    ];
    const TABLE: &'static [&'static str] = &[
        "started_at",
        "file_name",
        "outcome",
        "inserted",
        "replay",
        "conflict",
        "rejected",
        "id",
        "updated",
        "skipped",
        "parked",
        "actor",
    ];
    const NUMBERS: &'static [&'static str] =
        &["file_bytes", "inserted", "updated", "replay", "conflict", "rejected", "skipped", "parked"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.id.clone(),
            self.kind.clone(),
            self.file_name.clone(),
            self.file_sha256.clone().unwrap_or_default(),
            self.file_bytes.map(|bytes| bytes.to_string()).unwrap_or_default(),
            self.options.to_string(),
            self.actor.clone(),
            self.started_at.to_string(),
            self.finished_at.to_string(),
            self.outcome.to_string(),
            self.reason.clone().unwrap_or_default(),
            self.inserted.to_string(),
            self.updated.to_string(),
            self.replay.to_string(),
            self.conflict.to_string(),
            self.rejected.to_string(),
            self.skipped.to_string(),
            self.parked.to_string(),
        ]
    }

    fn id(&self) -> &str {
        &self.id
    }
}
