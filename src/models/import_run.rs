//! The ledger of imports.

use diesel::{AsChangeset, Insertable, Queryable, Selectable};
use serde::Serialize;

use super::enums::text_enum;
use crate::db::types::{Instant, Json};
use crate::output::Record;
use crate::schema::import_run;

text_enum! {
    /// How an import ended.
    Outcome {
        /// Every row that was not refused is in.
        Committed = "committed",
        /// It goes on, or was killed, or was stopped by refused rows: what its transactions committed is in.
        Partial = "partial",
        /// Refused rows undid it.
        Refused = "refused",
        /// An error undid it.
        Failed = "failed",
    }
}

/// One file of one import.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset, Serialize)]
#[diesel(table_name = import_run, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct ImportRun {
    /// `run_` and a ULID.
    pub id: String,
    /// `users`, `actions` or `champions`.
    pub kind: String,
    /// As it was given; `standard input` for `-`.
    pub file_name: String,
    /// Of its bytes, in lower-case hexadecimal, if they were read to the end.
    pub file_sha256: Option<String>,
    /// How many bytes it has.
    pub file_bytes: Option<i64>,
    /// What it was told; `meaning` is what decides what a row means.
    pub options: Json,
    /// On whose behalf.
    pub actor: String,
    /// When reading began.
    pub started_at: Instant,
    /// When the last row was written, before the commit.
    pub finished_at: Instant,
    /// How it ended.
    pub outcome: Outcome,
    /// Why it failed.
    pub reason: Option<String>,
    /// Rows added.
    pub inserted: i64,
    /// Rows changed by `--update`.
    pub updated: i64,
    /// Rows that were there, with equal content.
    pub replay: i64,
    /// Rows that are there with other content.
    pub conflict: i64,
    /// Rows that are bad themselves.
    pub rejected: i64,
}

impl ImportRun {
    /// How many rows were read.
    #[must_use]
    pub const fn rows(&self) -> i64 {
        self.inserted + self.updated + self.replay + self.conflict + self.rejected
    }
}

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
    ];
    const TABLE: &'static [&'static str] =
        &["id", "started_at", "file_name", "outcome", "inserted", "replay", "conflict", "rejected", "actor"];
    const NUMBERS: &'static [&'static str] = &["file_bytes", "inserted", "updated", "replay", "conflict", "rejected"];

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
        ]
    }

    fn id(&self) -> &str {
        &self.id
    }
}
