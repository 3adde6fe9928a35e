//! Transactions and savepoints on either engine.

use diesel::connection::{AnsiTransactionManager, SimpleConnection as _, TransactionManager};
use diesel::{PgConnection, QueryResult};

use diesel::result::{DatabaseErrorKind, Error as QueryError};

use super::AnyConnection;
use super::engine::postgres::session;
use crate::error::{ExitStatus, Failure};

/// Starts a writing transaction. SQLite takes its write lock at once: a transaction that upgrades to a write lock
/// later fails with "database is locked" immediately, whatever the time-out.
///
/// # Errors
/// When another process holds the lock for longer than the timeout.
pub(super) fn begin(conn: &mut AnyConnection) -> anyhow::Result<()> {
    match conn {
        AnyConnection::Sqlite(conn) => AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN IMMEDIATE"),
        AnyConnection::Postgres(conn) => {
            begin_postgres(conn, "BEGIN ISOLATION LEVEL READ COMMITTED", &session::settings_of_change())
        }
    }
    .map_err(cannot_start)
}

/// Starts a read-only transaction in which all queries see the same state.
///
/// # Errors
/// When the connection is lost.
pub(super) fn begin_snapshot(conn: &mut AnyConnection) -> anyhow::Result<()> {
    match conn {
        AnyConnection::Sqlite(conn) => AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN"),
        AnyConnection::Postgres(conn) => {
            let statement = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
            begin_postgres(conn, statement, &session::settings_of_snapshot())
        }
    }
    .map_err(cannot_start)
}

/// The error for a transaction that cannot start. After a lost connection, diesel only says that its own state is broken.
fn cannot_start(error: QueryError) -> anyhow::Error {
    match error {
        QueryError::BrokenTransactionManager => {
            Failure::new(ExitStatus::Unavailable, "the connection to the server is lost").into()
        }
        error => anyhow::Error::new(error).context("cannot start a transaction"),
    }
}

/// Starts a transaction on PostgreSQL, with its settings.
fn begin_postgres(conn: &mut PgConnection, statement: &str, settings: &str) -> QueryResult<()> {
    session::leave(conn)?;
    AnsiTransactionManager::begin_transaction_sql(conn, statement)?;
    conn.batch_execute(settings).inspect_err(|_| drop(AnsiTransactionManager::rollback_transaction(conn)))
}

/// Holds nothing on the server, until [`resume`].
pub(super) fn pause(conn: &mut AnyConnection) -> QueryResult<()> {
    match conn {
        AnyConnection::Postgres(conn) => session::leave(conn),
        AnyConnection::Sqlite(_) => Ok(()),
    }
}

/// Goes on as outside of a transaction.
pub(super) fn resume(conn: &mut AnyConnection) -> QueryResult<()> {
    match conn {
        AnyConnection::Postgres(conn) => session::enter(conn),
        AnyConnection::Sqlite(_) => Ok(()),
    }
}

/// Sets a savepoint in the open transaction, which the next [`commit`] or [`rollback`] ends on its own.
///
/// # Errors
/// When the connection is lost.
pub(super) fn set_savepoint(conn: &mut AnyConnection) -> anyhow::Result<()> {
    Ok(<AnyConnection as TransactionManager<AnyConnection>>::begin_transaction(conn)?)
}

/// Why a transaction was not committed.
#[derive(Debug)]
pub(super) enum CommitError {
    /// The connection was lost: it may have been committed.
    Lost(QueryError),
    /// The database rejects it, and nothing is changed.
    Failed(QueryError),
}

/// Commits everything since the last [`begin`] or [`set_savepoint`].
///
/// # Errors
/// When the database rejects the commit, or the connection is lost.
pub(super) fn commit(conn: &mut AnyConnection) -> Result<(), CommitError> {
    <AnyConnection as TransactionManager<AnyConnection>>::commit_transaction(conn).map_err(|error| match error {
        QueryError::DatabaseError(DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand, _) => {
            CommitError::Lost(error)
        }
        error => CommitError::Failed(error),
    })?;
    // What was committed stays so, even if the connection is lost now.
    drop(resume(conn));
    Ok(())
}

impl From<CommitError> for anyhow::Error {
    fn from(error: CommitError) -> Self {
        let (CommitError::Lost(error) | CommitError::Failed(error)) = error;
        Self::new(error).context("cannot commit the transaction")
    }
}

/// Rolls back everything since the last [`begin`] or [`set_savepoint`].
///
/// An error is ignored: the transaction is gone already (SQLite rolls back by itself when the disk is full), and the
/// error that led to the rollback is the one to report.
pub(super) fn rollback(conn: &mut AnyConnection) {
    drop(<AnyConnection as TransactionManager<AnyConnection>>::rollback_transaction(conn));
    drop(resume(conn));
}
