//! Writing transactions on either engine.

use anyhow::Context as _;
use diesel::connection::{AnsiTransactionManager, TransactionManager};

use diesel::result::{DatabaseErrorKind, Error as QueryError};

use super::AnyConnection;
use crate::error::{ExitStatus, Failure};

/// Begins a writing transaction. SQLite takes its write lock now: a transaction that upgrades later fails at once with
/// "database is locked", whatever the time-out.
///
/// # Errors
/// When another process holds the lock for longer than the time-out.
pub(super) fn begin(conn: &mut AnyConnection) -> anyhow::Result<()> {
    match conn {
        AnyConnection::Sqlite(conn) => AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN IMMEDIATE"),
        AnyConnection::Postgres(conn) => AnsiTransactionManager::begin_transaction(conn),
    }
    .context("cannot begin a transaction")
}

/// Begins a transaction that reads, all of it the same state.
///
/// # Errors
/// When the connection is lost.
pub(super) fn begin_snapshot(conn: &mut AnyConnection) -> anyhow::Result<()> {
    match conn {
        AnyConnection::Sqlite(conn) => AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN"),
        AnyConnection::Postgres(conn) => {
            AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        }
    }
    .context("cannot begin a transaction")
}

/// Begins a part of the open transaction that [`commit`] and [`rollback`] end by itself.
///
/// # Errors
/// When the connection is lost.
pub(super) fn set_savepoint(conn: &mut AnyConnection) -> anyhow::Result<()> {
    Ok(<AnyConnection as TransactionManager<AnyConnection>>::begin_transaction(conn)?)
}

/// Keeps all since the last [`begin`] or [`set_savepoint`].
///
/// # Errors
/// When the database refuses, and then nothing was changed; or when the connection is lost, and then nobody knows.
pub(super) fn commit(conn: &mut AnyConnection) -> anyhow::Result<()> {
    <AnyConnection as TransactionManager<AnyConnection>>::commit_transaction(conn).map_err(|error| {
        let lost = matches!(
            error,
            QueryError::DatabaseError(DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand, _)
        );
        if lost {
            anyhow::Error::new(error).context(
                Failure::new(
                    ExitStatus::Unavailable,
                    "the connection was lost at the commit: it may have been made or not",
                )
                .hint("look, or run the same command again: what is there already is left alone"),
            )
        } else {
            anyhow::Error::new(error).context("cannot commit: nothing was changed")
        }
    })
}

/// Takes all since the last [`begin`] or [`set_savepoint`] back.
///
/// An engine that cannot has lost the transaction already (SQLite rolls back by itself when the disk is full), and the
/// error that led here is the one to report.
pub(super) fn rollback(conn: &mut AnyConnection) {
    drop(<AnyConnection as TransactionManager<AnyConnection>>::rollback_transaction(conn));
}
