//! The operation: one run of a changing command, which must not take effect twice.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel::{QueryableByName, sql_query};
use sha2::{Digest as _, Sha256};

use super::{AnyConnection, reason_of_undo};
use crate::error::{ExitStatus, Failure};

/// One run of a command, with its id and what was asked for.
#[derive(Debug, Clone)]
pub struct Operation {
    id: String,
    /// Whether the id was given, so that it may be that of an earlier run.
    is_given: bool,
    /// Why the change is made.
    reason: Option<String>,
    /// The checksum of the command line.
    request: String,
    /// The lists and files that were read.
    input: Sha256,
    /// How many changes of each kind this run has made.
    changes: BTreeMap<String, u64>,
}

/// The error for an operation that is done already. It is no failure: the exit code is 0.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct AlreadyDone(String);

#[derive(QueryableByName)]
struct Recorded {
    #[diesel(sql_type = Text)]
    request: String,
    #[diesel(sql_type = Text)]
    actor: String,
    #[diesel(sql_type = Text)]
    result: String,
}

impl Operation {
    /// An operation. `request` is the command line, without what does not matter for the change.
    #[must_use]
    pub fn new(id: String, is_given: bool, request: &str, reason: Option<String>) -> Self {
        let request = base16ct::lower::encode_string(&Sha256::digest(request));
        Self { id, is_given, reason, request, input: Sha256::new(), changes: BTreeMap::new() }
    }

    /// The id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Whether the id was given.
    #[must_use]
    pub const fn is_given(&self) -> bool {
        self.is_given
    }

    /// Why the change is made.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }

    /// Sets why the change is made.
    pub fn set_reason(&mut self, reason: String) {
        self.reason = Some(reason);
    }

    /// Adds input to what was asked for: the names of a list, the checksum of a file.
    pub fn add_input(&mut self, input: &[u8]) {
        self.input.update(input.len().to_be_bytes());
        self.input.update(input);
    }

    /// Counts changes of a kind.
    pub fn count(&mut self, kind: &str, changes: u64) {
        *self.changes.entry(kind.to_owned()).or_default() += changes;
    }

    /// Reserves the id at the start of a transaction, if it was given.
    ///
    /// # Errors
    /// [`AlreadyDone`] when an earlier run with the same request is recorded; a conflict when the request was another.
    pub(super) fn begin(&mut self, actor: &str, conn: &mut AnyConnection) -> anyhow::Result<()> {
        self.changes.clear();
        if !self.is_given {
            return Ok(());
        }
        // Waits for a transaction with the same id that has not ended.
        if self.insert(actor, conn)? == 1 {
            return Ok(());
        }
        match self.recorded(conn)? {
            Some(recorded) => Err(self.done_or_conflict(&recorded, conn)),
            None => Ok(()),
        }
    }

    /// Checks early whether the operation is done already: a person that it has merged can be looked up no more.
    ///
    /// # Errors
    /// As [`Self::begin`], as far as the command line and the input that was read so far tell.
    pub(super) fn check(&self, conn: &mut AnyConnection) -> anyhow::Result<()> {
        match self.recorded(conn)? {
            Some(recorded)
                if recorded.request == self.request_hash() || !recorded.request.starts_with(&self.request) =>
            {
                Err(self.done_or_conflict(&recorded, conn))
            }
            _ => Ok(()),
        }
    }

    fn recorded(&self, conn: &mut AnyConnection) -> QueryResult<Option<Recorded>> {
        if !self.is_given {
            return Ok(None);
        }
        let recorded = sql_query("SELECT request, actor, result FROM operation WHERE id = $1");
        recorded.bind::<Text, _>(&self.id).get_result(conn).optional()
    }

    /// The operation that has undone this one, unless that was undone itself.
    fn undone_by(&self, conn: &mut AnyConnection) -> QueryResult<Option<String>> {
        let mut last = self.id.clone();
        let mut undo = None;
        while let Some(next) = latest_undo_of(&last, conn)? {
            undo = if undo.is_none() { Some(next.clone()) } else { None };
            last = next;
        }
        Ok(undo)
    }

    fn done_or_conflict(&self, recorded: &Recorded, conn: &mut AnyConnection) -> anyhow::Error {
        let Recorded { actor, result, .. } = recorded;
        match self.undone_by(conn) {
            Ok(None) => {}
            Ok(Some(undo)) => {
                let message = format!("operation {} was done, and undone by operation {undo}", self.id);
                let hint = "use another --operation-id to do it again";
                return Failure::new(ExitStatus::Conflict, message).hint(hint).into();
            }
            Err(error) => return error.into(),
        }
        if recorded.request == self.request_hash() {
            return AlreadyDone(format!("operation {} is already done, by {actor}: {result}", self.id)).into();
        }
        let message = format!("operation {} is recorded with other arguments or input", self.id);
        Failure::new(ExitStatus::Conflict, message).hint("use another --operation-id for another change").into()
    }

    /// Records the operation at the end of a transaction, if it has changed anything.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) fn end(&self, actor: &str, conn: &mut AnyConnection) -> anyhow::Result<()> {
        if !self.is_given && self.changes.is_empty() {
            return Ok(());
        }
        if !self.is_given {
            self.insert(actor, conn)?;
        }
        sql_query("UPDATE operation SET result = $1 WHERE id = $2")
            .bind::<Text, _>(self.result())
            .bind::<Text, _>(&self.id)
            .execute(conn)?;
        Ok(())
    }

    fn insert(&self, actor: &str, conn: &mut AnyConnection) -> QueryResult<usize> {
        sql_query("INSERT INTO operation (id, request, actor, result) VALUES ($1, $2, $3, '') ON CONFLICT DO NOTHING")
            .bind::<Text, _>(&self.id)
            .bind::<Text, _>(self.request_hash())
            .bind::<Text, _>(actor)
            .execute(conn)
    }

    fn request_hash(&self) -> String {
        format!("{} {}", self.request, base16ct::lower::encode_string(&self.input.clone().finalize()))
    }

    /// What was done, as text: `roles 3, nominate 1`.
    fn result(&self) -> String {
        if self.changes.is_empty() {
            return "nothing to change".to_owned();
        }
        let changes: Vec<String> = self.changes.iter().map(|(kind, count)| format!("{kind} {count}")).collect();
        changes.join(", ")
    }
}

/// The last operation that has undone an operation.
fn latest_undo_of(operation: &str, conn: &mut AnyConnection) -> QueryResult<Option<String>> {
    #[derive(QueryableByName)]
    struct Undo {
        #[diesel(sql_type = Text)]
        id: String,
    }
    let undo = sql_query(
        "SELECT operation_id AS id FROM audit_event WHERE operation_id IS NOT NULL AND operation_id <> $1 \
         AND (reason = $2 OR substr(reason, length(reason) - length($3) + 1) = $3) ORDER BY position DESC LIMIT 1",
    );
    let [alone, beside] = [None, Some("")].map(|reason| reason_of_undo(operation, reason));
    let undo = undo.bind::<Text, _>(operation).bind::<Text, _>(alone).bind::<Text, _>(beside);
    Ok(undo.get_result::<Undo>(conn).optional()?.map(|undo| undo.id))
}
