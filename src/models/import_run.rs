//! The import history.

use diesel::prelude::*;
use serde::Serialize;

use super::enums::text_enum;
use super::start_of_id;
use crate::db::AnyConnection;
use crate::db::types::{Json, Timestamp};
use crate::error::Failure;
use crate::schema::import_run;

text_enum! {
    /// How an import ended.
    RunOutcome {
        /// All rows were imported, except skipped ones.
        Committed = "committed",
        /// The import is still running, was killed, or was stopped by rejected rows; the batches committed so far are
        /// recorded.
        Partial = "partial",
        /// Rolled back because of rejected or conflicting rows.
        RolledBack = "rolled_back",
        /// Rolled back because of an error.
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
    /// The file name as given; `standard input` for `-`.
    pub file_name: String,
    /// The SHA-256 of its bytes, in lower-case hexadecimal; `None` if they were not read to the end.
    pub file_sha256: Option<String>,
    /// The file size in bytes.
    pub file_bytes: Option<i64>,
    /// The options; the member `interpretation` contains those that decide how a row is interpreted.
    pub options: Json,
    /// The actor.
    pub actor: String,
    /// When reading started.
    pub started_at: Timestamp,
    /// When the last row was written, before the commit.
    pub finished_at: Timestamp,
    /// The outcome.
    pub outcome: RunOutcome,
    /// Why it failed.
    pub reason: Option<String>,
    /// Rows added.
    pub inserted: i64,
    /// Rows changed by `--update`.
    pub updated: i64,
    /// Rows that were already recorded with the same content.
    pub replay: i64,
    /// Rows that are recorded with different content.
    pub conflict: i64,
    /// Invalid rows.
    pub rejected: i64,
    /// Rows that the preset skips, and blank rows.
    pub skipped: i64,
    /// Events of unknown users that were kept for later.
    pub parked: i64,
}

impl ImportRun {
    /// How many rows were read.
    #[must_use]
    pub const fn rows(&self) -> i64 {
        self.inserted + self.updated + self.replay + self.conflict + self.rejected + self.skipped + self.parked
    }
}

impl ImportRun {
    /// Finds an import by its id, or by the start of one that no other id has.
    ///
    /// # Errors
    /// When there is none (exit code 6), several ids start so (exit code 2), or the database fails.
    pub fn find(conn: &mut AnyConnection, run: &str) -> anyhow::Result<Self> {
        if let Some(found) = import_run::table.find(run).select(Self::as_select()).first(conn).optional()? {
            return Ok(found);
        }
        Self::find_by_start(conn, run)?.ok_or_else(|| {
            Failure::not_found(format!("unknown import {run}")).hint("list them: rollbook import history").into()
        })
    }

    /// Finds the import whose id starts with the text, if no other id does.
    ///
    /// # Errors
    /// When several ids do (exit code 2), or the database fails.
    pub fn find_by_start(conn: &mut AnyConnection, start: &str) -> anyhow::Result<Option<Self>> {
        start_of_id::find_by_start!(import_run, Self, start, conn)
    }
}
