//! Errors with a message, a hint for the operator, and an exit code for scripts.

use std::process::ExitCode;

use diesel::result::{DatabaseErrorKind, Error as QueryError};
use rustix::io::Errno;
use rustix::process::{Resource, getrlimit};

use crate::text::{did_you_mean, shell_quoted};

/// The exit code of the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitStatus {
    /// Success.
    Done = 0,
    /// Failure; nothing was changed unless the message says otherwise.
    Failed = 1,
    /// The command line makes no sense.
    Usage = 2,
    /// Rows were rejected.
    Rejected = 3,
    /// An event, a user or a champion record exists with different content.
    Conflict = 4,
    /// The database is busy or cannot be reached; a retry may succeed.
    Unavailable = 5,
    /// An object that the command line names does not exist.
    NotFound = 6,
    /// SIGINT (Ctrl-C) or SIGTERM; the open transaction is rolled back.
    Interrupted = 130,
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> Self {
        Self::from(status as u8)
    }
}

/// An error with its own exit code or a hint.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    message: String,
    status: ExitStatus,
    hint: Option<String>,
}

impl Failure {
    /// An error with this exit code.
    pub fn new(status: ExitStatus, message: impl Into<String>) -> Self {
        Self { message: message.into(), status, hint: None }
    }

    /// An error with [`ExitStatus::Failed`].
    pub fn failed(message: impl Into<String>) -> Self {
        Self::new(ExitStatus::Failed, message)
    }

    /// The command line makes no sense.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(ExitStatus::Usage, message)
    }

    /// An error with [`ExitStatus::NotFound`].
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(ExitStatus::NotFound, message)
    }

    /// A name that nothing of its kind has, with the one that was probably meant (exit code 6).
    #[must_use]
    pub fn unknown<'a>(kind: &str, name: &str, known: impl Iterator<Item = &'a str>) -> Self {
        let mut failure = Self::not_found(format!("unknown {kind} {}", shell_quoted(name)));
        failure.hint = did_you_mean(name, known);
        failure
    }

    /// Adds a hint, if there is none yet.
    #[must_use]
    pub fn or_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint.get_or_insert_with(|| hint.into());
        self
    }

    /// The same error with another exit code.
    #[must_use]
    pub const fn with_status(mut self, status: ExitStatus) -> Self {
        self.status = status;
        self
    }

    /// Replaces the message.
    #[must_use]
    pub fn with_message(mut self, message: impl Into<String>) -> Self {
        self.message = message.into();
        self
    }

    /// Adds a hint: what the operator can do about the error.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// A failed migration. diesel hides the type of its error, so only the text is left.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct MigrationError(pub String);

/// The exit code of an error: that of its [`Failure`], else 5 for a transient database error, else 1.
#[must_use]
pub fn status_of(error: &anyhow::Error) -> ExitStatus {
    match error.downcast_ref::<Failure>() {
        Some(failure) => failure.status,
        None if is_transient(error) => ExitStatus::Unavailable,
        None => ExitStatus::Failed,
    }
}

/// The hint of an error: that of its [`Failure`], else to retry after a transient database error, else the server's.
#[must_use]
pub fn hint_of(error: &anyhow::Error) -> Option<&str> {
    match error.downcast_ref::<Failure>() {
        Some(failure) => failure.hint.as_deref().or_else(|| shortage_hint(error)).or_else(|| server_hint(error)),
        None if shortage_hint(error).is_some() => shortage_hint(error),
        None if is_read_only(error) => Some(READ_ONLY_HINT),
        None if is_transient(error) => Some(RETRY_HINT),
        None => server_hint(error),
    }
}

/// What PostgreSQL, or a guard of ours in it, says besides its message.
fn server_hint(error: &anyhow::Error) -> Option<&str> {
    error.chain().find_map(|cause| match cause.downcast_ref() {
        Some(QueryError::DatabaseError(_, information)) => information.hint(),
        _ => None,
    })
}

/// What of the machine is short, where the error itself does not say it.
fn shortage_hint(error: &anyhow::Error) -> Option<&'static str> {
    let says = |text: &str| error.chain().any(|cause| cause.to_string().contains(text));
    let is_refused = error.chain().filter_map(|cause| cause.downcast_ref::<std::io::Error>()).any(|error| {
        let code = error.raw_os_error();
        code == Some(Errno::MFILE.raw_os_error()) || code == Some(Errno::NFILE.raw_os_error())
    });
    // SQLite does not tell why it cannot open a file.
    let few = getrlimit(Resource::Nofile).current.is_some_and(|limit| limit < FEW_FILES);
    if is_refused || few && says("unable to open database file") {
        return Some(FILES_HINT);
    }
    says("database or disk is full").then_some(SPACE_HINT)
}

/// With fewer open files than this, an import may need more.
const FEW_FILES: u64 = 64;

const FILES_HINT: &str = "the process may not have more files open: raise the limit, as with ulimit -n 1024";

const SPACE_HINT: &str = "the disk with the database is full, or the one with SQLite's temporary files: $SQLITE_TMPDIR, \
     $TMPDIR or /var/tmp";

/// Whether the server refuses to write, as a standby does.
fn is_read_only(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref())
        .any(|error| matches!(error, QueryError::DatabaseError(DatabaseErrorKind::ReadOnlyTransaction, _)))
}

/// The hint for a server that refuses to write.
const READ_ONLY_HINT: &str = "the server is a standby, or read-only: name the primary, or several hosts as in \
     postgres://HOST1,HOST2/DATABASE?target_session_attrs=read-write";

/// The hint for a transient database error.
pub const RETRY_HINT: &str = "run the command again, or wait longer for the lock: --lock-timeout SECONDS";

/// Whether a database error is transient, so that a retry may succeed, as far as the error itself tells. For others of
/// PostgreSQL the server is asked: [`crate::db::Database::explain`].
fn is_transient(error: &anyhow::Error) -> bool {
    error.chain().filter_map(|cause| cause.downcast_ref()).any(is_transient_query_error)
        || unclassified_message(error).is_some_and(is_sqlite_lock)
}

/// Whether SQLite or diesel classifies the error as one that passes.
#[must_use]
pub fn is_transient_query_error(error: &QueryError) -> bool {
    match error {
        QueryError::DatabaseError(DatabaseErrorKind::Unknown, information) => is_sqlite_lock(information.message()),
        QueryError::DatabaseError(kind, _) => {
            matches!(
                kind,
                DatabaseErrorKind::SerializationFailure
                    | DatabaseErrorKind::ClosedConnection
                    // libpq has no connection to send it on.
                    | DatabaseErrorKind::UnableToSendCommand
            )
        }
        _ => false,
    }
}

/// SQLite's messages, unlike PostgreSQL's, are the same in every language.
fn is_sqlite_lock(message: &str) -> bool {
    matches!(message, "database is locked" | "database table is locked" | "database schema is locked")
}

/// The message of the database if diesel does not classify its error, also of one in a migration.
#[must_use]
pub fn unclassified_message(error: &anyhow::Error) -> Option<&str> {
    error.chain().find_map(|cause| match cause.downcast_ref() {
        Some(QueryError::DatabaseError(DatabaseErrorKind::Unknown, information)) => Some(information.message()),
        Some(_) => None,
        None => cause
            .downcast_ref()
            .map(|MigrationError(text)| text.split_once(" with: ").map_or(&**text, |(_, rest)| rest)),
    })
}

/// Whether the error is a unique violation. Callers check for the row before they add it, so another process has
/// added it in the meantime.
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
    fn status_and_hint_are_found_anywhere_in_the_error_chain() {
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
    fn a_locked_database_has_the_status_unavailable() {
        let locked = |message: &str| {
            anyhow::Error::from(QueryError::DatabaseError(DatabaseErrorKind::Unknown, Box::new(message.to_owned())))
        };
        assert_eq!(status_of(&locked("database is locked").context("while importing")), ExitStatus::Unavailable);
        assert_eq!(status_of(&locked("no such table: user")), ExitStatus::Failed);
    }
}
