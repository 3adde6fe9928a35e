//! Writing transactions on either engine.

use anyhow::Context as _;
use diesel::connection::{AnsiTransactionManager, TransactionManager};

use super::AnyConnection;

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

/// Keeps all since [`begin`].
///
/// # Errors
/// When the database refuses; then nothing was changed.
pub(super) fn commit(conn: &mut AnyConnection) -> anyhow::Result<()> {
    <AnyConnection as TransactionManager<AnyConnection>>::commit_transaction(conn)
        .context("cannot commit: nothing was changed")
}

/// Takes all since [`begin`] back.
///
/// An engine that cannot has lost the transaction already (SQLite rolls back by itself when the disk is full), and the
/// error that led here is the one to report.
pub(super) fn rollback(conn: &mut AnyConnection) {
    drop(<AnyConnection as TransactionManager<AnyConnection>>::rollback_transaction(conn));
}
