//! The database: which one, how it is opened, and transactions.

mod any_connection;
mod is_any_of;
pub mod migrations;
mod sqlite;
mod transaction;
pub mod types;
mod url;

use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, PgConnection};

pub use any_connection::{AnyConnection, MultiBackend, MultiRawValue};
pub use is_any_of::is_any_of;
pub use url::{DatabaseUrl, UrlError};

use crate::error::{ExitStatus, Failure};
use migrations::State;

/// What a command means to do with the database; it decides what opening may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Read: a SQLite file that is not there yet is an error that says what to run.
    Read,
    /// Write: a SQLite file that is not there yet is created and migrated.
    Write,
    /// Write and take it all back at the end: a SQLite file that is not there yet is imagined, in memory.
    Rehearse,
}

/// A database that can be opened, and for whom.
#[derive(Debug, Clone)]
pub struct Database {
    /// Where it is.
    pub url: DatabaseUrl,
    /// How long to wait for a lock that another process holds.
    pub lock_timeout: Duration,
    /// Who is to be named in the audit trail.
    pub actor: String,
}

/// An open database, and on whose behalf it is changed.
pub struct Db {
    /// Where every query runs.
    pub conn: AnyConnection,
    /// Who is named in the audit trail.
    pub actor: String,
    /// The import that changes are part of, if any.
    pub import_run: Option<String>,
}

impl Database {
    /// Opens the database for a command that needs the tables as this version of rollbook knows them.
    ///
    /// # Errors
    /// When it is not there, cannot be reached, belongs to another program, or has migrations pending.
    pub fn open(&self, access: Access) -> anyhow::Result<Db> {
        let conn = match &self.url {
            DatabaseUrl::Postgres(_) => self.connect_postgres()?,
            DatabaseUrl::Sqlite(path) if self.exists(path)? => {
                sqlite::open(path, self.lock_timeout, access == Access::Write)?
            }
            DatabaseUrl::Sqlite(path) => match access {
                Access::Read => return Err(self.missing()),
                Access::Write => sqlite::create(path, self.lock_timeout)?,
                Access::Rehearse => sqlite::in_memory(&self.url)?,
            },
        };
        let mut db = self.db(conn);
        match migrations::state(&mut db.conn).with_context(|| format!("{} cannot be read", self.url))? {
            State::Current => {}
            // A file without tables: we, or another process at the same time, have just created it.
            State::Empty(_) if self.url.is_sqlite() && access == Access::Write => {
                migrations::run(&mut db.conn, &self.url)?;
            }
            state => return Err(state.refusal(&self.url)),
        }
        Ok(db)
    }

    /// The error for a SQLite file that a command needs and that is not there.
    #[must_use]
    pub fn missing(&self) -> anyhow::Error {
        Failure::failed(format!("there is no database at {}", self.url))
            .hint("rollbook migrate run creates an empty one; so does the first command that writes")
            .into()
    }

    /// Opens the database for `migrate`, in whatever state it is, to write to it or only to look; `None` when there is no
    /// SQLite file.
    ///
    /// # Errors
    /// When it cannot be reached or is no database.
    pub fn open_as_it_is(&self, write: bool) -> anyhow::Result<Option<Db>> {
        let conn = match &self.url {
            DatabaseUrl::Postgres(_) => self.connect_postgres()?,
            DatabaseUrl::Sqlite(path) if self.exists(path)? => sqlite::open(path, self.lock_timeout, write)?,
            DatabaseUrl::Sqlite(_) => return Ok(None),
        };
        Ok(Some(self.db(conn)))
    }

    /// Opens the database for `migrate run`, which creates a SQLite file that is not there.
    ///
    /// # Errors
    /// When it cannot be reached or created.
    pub fn open_or_create(&self) -> anyhow::Result<Db> {
        match (self.open_as_it_is(true)?, &self.url) {
            (None, DatabaseUrl::Sqlite(path)) => Ok(self.db(sqlite::create(path, self.lock_timeout)?)),
            (None, DatabaseUrl::Postgres(_)) => Ok(self.db(self.connect_postgres()?)),
            (Some(db), _) => Ok(db),
        }
    }

    fn exists(&self, path: &Path) -> anyhow::Result<bool> {
        path.try_exists().with_context(|| format!("cannot look for {}", self.url))
    }

    fn db(&self, conn: AnyConnection) -> Db {
        Db { conn, actor: self.actor.clone(), import_run: None }
    }

    fn connect_postgres(&self) -> anyhow::Result<AnyConnection> {
        let unreachable = |reason: String| {
            let status = if is_final(&reason) { ExitStatus::Failed } else { ExitStatus::Unavailable };
            Failure::new(status, format!("cannot connect to {}: {}", self.url, self.url.redact(reason.trim())))
        };
        let mut conn =
            PgConnection::establish(&self.url.for_libpq()).map_err(|error| unreachable(error.to_string()))?;
        // Every check that looks again after a lock needs READ COMMITTED. 0 would be no time-out at all.
        conn.batch_execute(&format!(
            "SET lock_timeout = {}; SET default_transaction_isolation = 'read committed'",
            self.lock_timeout.as_millis().max(1)
        ))
        .map_err(|error| unreachable(error.to_string()))?;
        Ok(AnyConnection::Postgres(conn))
    }
}

/// Whether another try to connect would fail as this one did: the server has answered and said no, or libpq cannot use
/// what the URL asks for. There is only their English message to tell by.
fn is_final(reason: &str) -> bool {
    let passing =
        ["the database system is", "too many clients", "remaining connection slots", "terminating connection"];
    (reason.contains("FATAL:") && !passing.iter().any(|message| reason.contains(message)))
        || reason.trim_start().starts_with("invalid")
        || reason.contains("URI")
}

/// Whether the changes of a transaction are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// They are.
    Commit,
    /// They are taken back, though nothing failed.
    Rollback,
}

impl Db {
    /// Has a SQLite file journal what a transaction overwrites instead of what it writes, if nobody else has it open. What
    /// is added is then written once, not twice; what is overwritten goes straight to its place however often the cache
    /// has no room for it. Says whether it does.
    pub fn leave_write_ahead_log(&mut self) -> bool {
        match &mut self.conn {
            AnyConnection::Sqlite(conn) => sqlite::leave_write_ahead_log(conn),
            AnyConnection::Postgres(_) => false,
        }
    }

    /// Goes back to the write-ahead log, and lets others in. If that fails it is left to the next process that writes: no
    /// error, as what was to be written is.
    pub fn return_to_write_ahead_log(&mut self) {
        if let AnyConnection::Sqlite(conn) = &mut self.conn {
            drop(sqlite::return_to_write_ahead_log(conn));
        }
    }

    /// Has SQLite overwrite what this connection deletes or replaces, instead of leaving it in the file's free space.
    ///
    /// # Errors
    /// When the connection is lost.
    pub fn overwrite_what_is_deleted(&mut self) -> anyhow::Result<()> {
        if let AnyConnection::Sqlite(conn) = &mut self.conn {
            conn.batch_execute("PRAGMA secure_delete = ON")?;
        }
        Ok(())
    }

    /// Has SQLite write its write-ahead log into the file, and empty it. Says whether there is nothing left in the log:
    /// while another process reads, there may be.
    pub fn write_log_into_file(&mut self) -> bool {
        match &mut self.conn {
            AnyConnection::Sqlite(conn) => sqlite::checkpoint(conn),
            AnyConnection::Postgres(_) => true,
        }
    }

    /// Runs `work` in one writing transaction: all of it is kept, or none.
    ///
    /// # Errors
    /// What `work` returns, after rolling back; or the commit's own error.
    pub fn transaction<T>(&mut self, work: impl FnOnce(&mut Self) -> anyhow::Result<T>) -> anyhow::Result<T> {
        self.transaction_or_not(|db| Ok((work(db)?, End::Commit)))
    }

    /// Runs `work`, which only reads, on the database as it is now, whatever others write meanwhile.
    ///
    /// # Errors
    /// What `work` returns.
    pub fn snapshot<T>(&mut self, work: impl FnOnce(&mut Self) -> anyhow::Result<T>) -> anyhow::Result<T> {
        transaction::begin_snapshot(&mut self.conn)?;
        let result = work(self);
        transaction::rollback(&mut self.conn);
        result
    }

    /// As [`Self::snapshot`], and closes the connection: what the database has sent and nobody wanted is not read to its end.
    ///
    /// # Errors
    /// What `work` returns.
    pub fn last_snapshot<T>(mut self, work: impl FnOnce(&mut Self) -> anyhow::Result<T>) -> anyhow::Result<T> {
        transaction::begin_snapshot(&mut self.conn)?;
        work(&mut self)
    }

    /// Prepares the transaction for a query that reads and groups a whole table. PostgreSQL expects too few groups, and
    /// would look up the rows of each; SQLite sorts in pieces as large as its cache, each on a second thread, and small
    /// pieces keep both processors busy.
    ///
    /// # Errors
    /// When the connection is lost.
    pub fn scan(&mut self) -> anyhow::Result<()> {
        match &mut self.conn {
            AnyConnection::Sqlite(conn) => conn.batch_execute("PRAGMA threads = 2; PRAGMA cache_size = -6144")?,
            AnyConnection::Postgres(conn) => conn.batch_execute("SET LOCAL enable_nestloop = off")?,
        }
        Ok(())
    }

    /// Runs `work` inside the transaction that is open: when it fails, what it did is taken back and the transaction goes
    /// on.
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

    /// Runs `work` in one writing transaction, and lets it say at the end whether its changes are kept.
    ///
    /// # Errors
    /// What `work` returns, after rolling back; or the commit's own error.
    pub fn transaction_or_not<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> anyhow::Result<(T, End)>,
    ) -> anyhow::Result<T> {
        transaction::begin(&mut self.conn)?;
        match work(self) {
            Ok((value, End::Commit)) => {
                transaction::commit(&mut self.conn)?;
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
}
