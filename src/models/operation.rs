//! The operations: the runs of commands that have changed something.

use diesel::prelude::*;
use serde::Serialize;

use super::start_of_id;
use crate::db::AnyConnection;
use crate::db::types::Timestamp;
use crate::error::Failure;
use crate::schema::operation;
use crate::text::shell_quoted;

/// A row of `operation`.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Serialize)]
#[diesel(table_name = operation)]
pub struct OperationRow {
    /// `op_` and a ULID, or the id that was given.
    pub id: String,
    /// The start of its transaction.
    pub at: Timestamp,
    /// The actor.
    pub actor: String,
    /// What was done, as text: `roles 3, nominate 1`.
    pub result: String,
}

impl OperationRow {
    /// Finds an operation by its id, or by the start of one that no other id has.
    ///
    /// # Errors
    /// When there is none (exit code 6), several ids start so (exit code 2), or the database fails.
    pub fn find(conn: &mut AnyConnection, id: &str) -> anyhow::Result<Self> {
        if let Some(found) = operation::table.find(id).select(Self::as_select()).first(conn).optional()? {
            return Ok(found);
        }
        Self::find_by_start(conn, id)?.ok_or_else(|| {
            let failure = Failure::not_found(format!("unknown operation {}", shell_quoted(id)));
            failure.hint("list them: rollbook audit operations").into()
        })
    }

    fn find_by_start(conn: &mut AnyConnection, start: &str) -> anyhow::Result<Option<Self>> {
        start_of_id::find_by_start!(operation, Self, start, conn)
    }
}
