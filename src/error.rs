//! What went wrong, as the operator and the calling script need to know it: a message, a hint, an exit code.

use std::process::ExitCode;

use diesel::result::{DatabaseErrorKind, Error as QueryError};

/// How a run ended; the number is the process's exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitStatus {
    /// All that was asked is done.
    Done = 0,
    /// Failed: nothing was changed unless the message says so.
    Failed = 1,
    /// The command line makes no sense.
    Usage = 2,
    /// Rows were rejected.
    Rejected = 3,
    /// An event, a user or a champion is recorded with other content.
    Conflict = 4,
    /// The database is busy or cannot be reached: try again.
    Unavailable = 5,
    /// What the command names is not there.
    NotFound = 6,
    /// Ctrl-C or a stop: what was begun is taken back.
    Interrupted = 130,
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> Self {
        Self::from(status as u8)
    }
}

/// An error whose exit code, or hint, is not the plain one.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    message: String,
    status: ExitStatus,
    hint: Option<String>,
}

impl Failure {
    /// An error with an exit code of its own.
    pub fn new(status: ExitStatus, message: impl Into<String>) -> Self {
        Self { message: message.into(), status, hint: None }
    }

    /// Something the operator asked for cannot be done.
    pub fn failed(message: impl Into<String>) -> Self {
        Self::new(ExitStatus::Failed, message)
    }

    /// Something the operator named does not exist.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(ExitStatus::NotFound, message)
    }

    /// The same with another message.
    #[must_use]
    pub fn with_message(mut self, message: impl Into<String>) -> Self {
        self.message = message.into();
        self
    }

    /// Says what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// The exit code that an error means: its own, or what the database's error says.
#[must_use]
pub fn status_of(error: &anyhow::Error) -> ExitStatus {
    match error.downcast_ref::<Failure>() {
        Some(failure) => failure.status,
        None if error.downcast_ref::<QueryError>().is_some_and(is_passing) => ExitStatus::Unavailable,
        None => ExitStatus::Failed,
    }
}

/// What the operator can do about an error, if anybody along the chain knows.
#[must_use]
pub fn hint_of(error: &anyhow::Error) -> Option<&str> {
    match error.downcast_ref::<Failure>() {
        Some(failure) => failure.hint.as_deref(),
        None if error.downcast_ref::<QueryError>().is_some_and(is_passing) => {
            Some("nothing was changed; run the same command again, or wait longer with --lock-timeout")
        }
        None => None,
    }
}

/// Whether the same statement may succeed a moment later.
fn is_passing(error: &QueryError) -> bool {
    match error {
        QueryError::DatabaseError(DatabaseErrorKind::SerializationFailure | DatabaseErrorKind::ClosedConnection, _) => {
            true
        }
        QueryError::DatabaseError(DatabaseErrorKind::Unknown, information) => is_passing_message(information.message()),
        _ => false,
    }
}

/// Whether a database's message speaks of something that passes. diesel keeps the SQLSTATE of most errors to itself, so
/// that the English message has to do.
#[must_use]
pub fn is_passing_message(message: &str) -> bool {
    [
        "database is locked",
        "database table is locked",
        "canceling statement due to lock timeout",
        "deadlock detected",
        "terminating connection due to administrator command",
        "the database system is ",
    ]
    .iter()
    .any(|passing| message.contains(passing))
}

/// Whether a row is there already that a statement wanted to add: whoever adds has looked before, so that somebody else
/// has just added it.
#[must_use]
pub fn is_taken(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        matches!(
            cause.downcast_ref::<QueryError>(),
            Some(QueryError::DatabaseError(DatabaseErrorKind::UniqueViolation, _))
        )
    })
}

#[cfg(test)]
mod tests {
    use anyhow::Context as _;

    use super::*;

    #[test]
    fn the_status_and_the_hint_come_from_anywhere_in_the_chain() {
        let error = Err::<(), _>(Failure::not_found("no user usr_1").hint("list them"))
            .context("while granting a role")
            .unwrap_err();
        assert_eq!(status_of(&error), ExitStatus::NotFound);
        assert_eq!(hint_of(&error), Some("list them"));
        let error = Err::<(), _>(std::fmt::Error)
            .context(Failure::new(ExitStatus::Unavailable, "lost").hint("look"))
            .context("while committing")
            .unwrap_err();
        assert_eq!((status_of(&error), hint_of(&error)), (ExitStatus::Unavailable, Some("look")));
        assert_eq!(status_of(&anyhow::anyhow!("disk full")), ExitStatus::Failed);
    }

    #[test]
    fn a_locked_database_is_worth_another_try() {
        let locked = |message: &str| {
            anyhow::Error::from(QueryError::DatabaseError(DatabaseErrorKind::Unknown, Box::new(message.to_owned())))
        };
        assert_eq!(status_of(&locked("database is locked").context("while importing")), ExitStatus::Unavailable);
        assert_eq!(status_of(&locked("no such table: user")), ExitStatus::Failed);
    }
}
