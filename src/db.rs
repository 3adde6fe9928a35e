//! Opening the database, and running transactions.

mod any_connection;
mod commit;
mod database;
mod engine;
mod fold;
mod membership;
pub mod migrations;
mod operation;
mod rows;
mod transaction;
pub mod types;
mod undo_reason;
mod url;

use diesel::connection::SimpleConnection as _;

pub use any_connection::{AnyConnection, MultiBackend, MultiRawValue};
pub use database::{Access, Commits, Database};
pub(crate) use engine::execute_on;
pub use engine::{
    ColumnKind, CursorSql, Engine, Lock, LogOrder, LogPosition, LogStream, Obstacle, SqlDialect, StepTimes, Tallied,
    Tally, TimeBucket, Tls,
};
pub use fold::folded;
pub use membership::is_any_of;
pub use operation::{AlreadyDone, Operation};
pub use rows::{Parameter, for_each_row};
pub use undo_reason::{reason_of_undo, undone_operation};
pub use url::{DatabaseUrl, UrlError};

use engine::sqlite;

/// An open database, with the actor and the import to record for its changes.
pub struct Db {
    /// The connection.
    pub conn: AnyConnection,
    /// The actor to record in the audit trail.
    pub actor: String,
    /// The id of the import that the changes are part of, if any.
    pub import_run: Option<String>,
    /// The operation that the changes are part of.
    pub operation: Operation,
    database: Database,
    /// The SQLite file, as it was found.
    file: Option<sqlite::OpenFile>,
    /// Whether a transaction records an attempt beside the operation.
    is_aside: bool,
}

/// A statement from a file of SQL, without the comment at its top.
#[must_use]
pub fn statement(file: &'static str) -> &'static str {
    let mut rest = file;
    while let Some(comment) = rest.strip_prefix("--") {
        rest = comment.split_once('\n').map_or("", |(_, rest)| rest);
    }
    rest.trim()
}

/// How a transaction ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Its changes are committed.
    Commit,
    /// Its changes are rolled back, though nothing failed.
    Rollback,
}

impl End {
    /// How the transaction of a change ends, which may be a dry run.
    #[must_use]
    pub const fn of_change(dry_run: bool) -> Self {
        if dry_run { Self::Rollback } else { Self::Commit }
    }
}

impl Db {
    /// Switches a SQLite file from the write-ahead log to a rollback journal, unless another process has it open;
    /// returns whether it did. New pages are then written once instead of twice, and overwritten pages go directly to
    /// their place, however often the cache overflows.
    pub fn leave_write_ahead_log(&mut self) -> bool {
        match &mut self.conn {
            AnyConnection::Sqlite(conn) => sqlite::leave_write_ahead_log(conn),
            AnyConnection::Postgres(_) => false,
        }
    }

    /// Switches back to the write-ahead log and releases the file. An error is ignored: the data is written, and the
    /// next process that writes switches the file.
    pub fn return_to_write_ahead_log(&mut self) {
        if let AnyConnection::Sqlite(conn) = &mut self.conn {
            drop(sqlite::return_to_write_ahead_log(conn));
        }
    }

    /// Makes SQLite overwrite content that this connection deletes or replaces, instead of leaving it in free pages.
    ///
    /// # Errors
    /// When the connection is lost.
    pub fn overwrite_what_is_deleted(&mut self) -> anyhow::Result<()> {
        if let AnyConnection::Sqlite(conn) = &mut self.conn {
            conn.batch_execute("PRAGMA secure_delete = ON")?;
        }
        Ok(())
    }

    /// Rewrites the SQLite file without free space, in which deleted data may remain. Returns whether there is none now: on
    /// PostgreSQL only the owner of a table may do that.
    ///
    /// # Errors
    /// When another process uses the database, or there is no space for the copy.
    pub fn vacuum(&mut self) -> anyhow::Result<bool> {
        let AnyConnection::Sqlite(conn) = &mut self.conn else { return Ok(false) };
        // As large as it is for other statements, the cache would take a multiple of that, and nothing would be faster.
        conn.batch_execute("PRAGMA cache_size = -2000; VACUUM")?;
        self.conn.engine().end_bulk_load(&mut self.conn)?;
        Ok(true)
    }

    /// Writes SQLite's write-ahead log into the file and empties it. Returns whether the log is empty: another
    /// process that reads can prevent that.
    pub fn write_log_into_file(&mut self) -> bool {
        match &mut self.conn {
            AnyConnection::Sqlite(conn) => sqlite::checkpoint(conn),
            AnyConnection::Postgres(_) => true,
        }
    }

    /// Writes a copy of a SQLite database, as it is now, to an empty file.
    ///
    /// # Errors
    /// When the file cannot be written, or the database is not SQLite.
    pub fn copy_file_to(&mut self, path: &std::path::Path) -> anyhow::Result<()> {
        sqlite::copy_to(path, &mut self.conn)
    }

    /// Whether a pooler, or what looks like one, is between this process and the server.
    #[must_use]
    pub fn is_pooled(&self) -> bool {
        matches!(self.conn, AnyConnection::Postgres(_)) && engine::postgres::session::is_pooled()
    }

    /// Takes the time-outs of the database role off, for a command that may have to read for long before it writes.
    ///
    /// # Errors
    /// When the connection is lost.
    pub fn take_timeouts_off(&mut self) -> anyhow::Result<()> {
        match &mut self.conn {
            AnyConnection::Postgres(conn) => Ok(engine::postgres::session::take_timeouts_off(conn)?),
            AnyConnection::Sqlite(_) => Ok(()),
        }
    }

    /// Runs `work`, which waits for a person or for time to pass, outside of the transaction in which statements run
    /// through a pooler.
    ///
    /// # Errors
    /// What `work` returns, or when the connection is lost.
    pub fn while_waiting<T>(&mut self, work: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<T> {
        transaction::pause(&mut self.conn)?;
        let result = work()?;
        transaction::resume(&mut self.conn)?;
        Ok(result)
    }

    /// Waits for a lock that all processes share, and holds it until the transaction ends.
    ///
    /// # Errors
    /// When the wait takes longer than the lock time-out.
    pub fn lock(&mut self, lock: Lock) -> anyhow::Result<()> {
        Ok(self.conn.engine().lock(lock, &mut self.conn)?)
    }

    /// Runs `work` in one writing transaction that changes nothing a user asked to change: it records an attempt.
    ///
    /// # Errors
    /// As [`Self::transaction`].
    pub fn aside<T>(&mut self, work: impl FnOnce(&mut Self) -> anyhow::Result<T>) -> anyhow::Result<T> {
        let commits = std::mem::take(&mut self.database.commits);
        self.is_aside = true;
        let result = self.transaction(work);
        self.is_aside = false;
        self.database.commits = commits;
        result
    }

    /// Runs `work` in one writing transaction, which is committed if `work` succeeds and rolled back if it fails.
    ///
    /// # Errors
    /// What `work` returns, after rolling back; or the commit's own error.
    pub fn transaction<T>(&mut self, work: impl FnOnce(&mut Self) -> anyhow::Result<T>) -> anyhow::Result<T> {
        self.transaction_or_not(|db| Ok((work(db)?, End::Commit)))
    }

    /// Runs `work`, which only reads, on a snapshot: it does not see what others write in the meantime.
    ///
    /// # Errors
    /// What `work` returns.
    pub fn snapshot<T>(&mut self, work: impl FnOnce(&mut Self) -> anyhow::Result<T>) -> anyhow::Result<T> {
        transaction::begin_snapshot(&mut self.conn)?;
        let result = work(self);
        transaction::rollback(&mut self.conn);
        result
    }

    /// As [`Self::snapshot`], and closes the connection, so that unread results are discarded instead of read to the
    /// end.
    ///
    /// # Errors
    /// What `work` returns.
    pub fn last_snapshot<T>(mut self, work: impl FnOnce(&mut Self) -> anyhow::Result<T>) -> anyhow::Result<T> {
        transaction::begin_snapshot(&mut self.conn)?;
        work(&mut self)
    }

    /// Prepares the transaction for a query that reads and groups a whole table.
    ///
    /// # Errors
    /// When the connection is lost.
    pub fn scan(&mut self) -> anyhow::Result<()> {
        Ok(self.conn.engine().prepare_scan(&mut self.conn)?)
    }

    /// Runs `work` in a savepoint of the open transaction: if it fails, only its own changes are rolled back.
    ///
    /// # Errors
    /// What `work` returns.
    pub fn savepoint<T>(&mut self, work: impl FnOnce(&mut Self) -> anyhow::Result<T>) -> anyhow::Result<T> {
        transaction::set_savepoint(&mut self.conn)?;
        let result = work(self);
        match &result {
            Ok(_) => transaction::commit(&mut self.conn)?,
            Err(_) => transaction::rollback(&mut self.conn),
        }
        result
    }

    /// Runs `work` in one writing transaction, which is committed or rolled back as `work` returns.
    ///
    /// # Errors
    /// What `work` returns, after rolling back; or the commit's own error.
    pub fn transaction_or_not<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> anyhow::Result<(T, End)>,
    ) -> anyhow::Result<T> {
        transaction::begin(&mut self.conn)?;
        let engine = self.conn.engine();
        let begun = engine.begin_change(&mut self.conn).map_err(Into::into);
        let begun = begun.and_then(|()| self.begin_operation());
        let result = begun.and_then(|()| work(self)).and_then(|(value, end)| {
            if end == End::Commit {
                self.end_operation()?;
                engine.end_change(&mut self.conn)?;
            }
            Ok((value, end))
        });
        match result {
            Ok((value, End::Commit)) => {
                self.commit()?;
                Ok(value)
            }
            Ok((value, End::Rollback)) => {
                transaction::rollback(&mut self.conn);
                Ok(value)
            }
            Err(error) => {
                transaction::rollback(&mut self.conn);
                Err(error)
            }
        }
    }

    /// The URL of the database.
    #[must_use]
    pub const fn url(&self) -> &DatabaseUrl {
        &self.database.url
    }

    /// Who is logged in to the machine.
    #[must_use]
    pub fn os_user(&self) -> &str {
        &self.database.os_user
    }

    /// Adds input to what was asked for.
    ///
    /// # Errors
    /// When the operation is done already.
    pub fn add_input(&mut self, input: &[u8]) -> anyhow::Result<()> {
        self.operation.add_input(input);
        self.check_operation()
    }

    /// Checks that the operation is not done already, as far as it is known what was asked for.
    ///
    /// # Errors
    /// When it is, or its id is that of another one.
    pub fn check_operation(&mut self) -> anyhow::Result<()> {
        self.operation.check(&mut self.conn)
    }
}
