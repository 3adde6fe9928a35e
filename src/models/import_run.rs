//! The ledger of imports.

use diesel::{Insertable, Queryable, Selectable};
use serde::Serialize;

use super::enums::text_enum;
use crate::db::types::{Instant, Json};
use crate::schema::import_run;

text_enum! {
    /// How an import ended.
    Outcome {
        /// Its good rows are in the database.
        Committed = "committed",
    }
}

/// One file of one import.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = import_run, treat_none_as_default_value = false)]
pub struct ImportRun {
    /// `run_` and a ULID.
    pub id: String,
    /// `users`, `actions` or `champions`.
    pub kind: String,
    /// As it was given; `standard input` for `-`.
    pub file_name: String,
    /// Of the bytes read, in lower-case hexadecimal.
    pub file_sha256: String,
    /// What else decides what a row means.
    pub options: Json,
    /// On whose behalf.
    pub actor: String,
    /// When reading began.
    pub started_at: Instant,
    /// When the last row was written, before the commit.
    pub finished_at: Instant,
    /// How it ended.
    pub outcome: Outcome,
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
