//! Which database a command uses, and how it is opened.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::Context as _;

use super::engine::{postgres, sqlite};
use super::migrations::{self, State};
use super::{AnyConnection, DatabaseUrl, Db};
use crate::error::{ExitStatus, Failure, RETRY_HINT, hint_of, status_of, unclassified_message};

/// What a command does with the database; it decides what opening may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Read: a SQLite file that does not exist is an error that says what to run.
    Read,
    /// Write: a SQLite file that does not exist is created and migrated.
    Write,
    /// Write and roll back at the end: a SQLite file that does not exist is replaced by one in memory.
    DryRun,
    /// Look at the tables in whatever state they are; a SQLite file that does not exist has none.
    Inspect,
    /// Change the tables, whatever state they are in; a SQLite file that does not exist is created if `create`.
    Migrate {
        /// Whether it is.
        create: bool,
    },
}

impl Access {
    /// The access of a command that changes something, unless it is a dry run.
    #[must_use]
    pub const fn of_change(dry_run: bool) -> Self {
        if dry_run { Self::DryRun } else { Self::Write }
    }

    const fn writes(self) -> bool {
        matches!(self, Self::Write | Self::Migrate { .. })
    }
}

/// The settings for opening a database.
#[derive(Debug, Clone)]
pub struct Database {
    /// The database URL.
    pub url: DatabaseUrl,
    /// How long to wait for a lock that another process holds.
    pub lock_timeout: Duration,
    /// The actor to record in the audit trail.
    pub actor: String,
    /// Whether this process has committed anything.
    pub commits: Commits,
}

/// Whether a process has committed a change, or tried to: what "nothing was changed" rests on.
#[derive(Debug, Clone, Default)]
pub struct Commits(Arc<AtomicBool>);

impl Commits {
    /// Notes that a COMMIT is about to be sent.
    pub(super) fn attempt(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether no COMMIT was sent.
    #[must_use]
    pub fn is_none(&self) -> bool {
        !self.0.load(Ordering::Relaxed)
    }
}

impl Database {
    /// Opens the database, and checks that its tables are those that this version of rollbook knows, unless the access is
    /// there to look at them or change them.
    ///
    /// # Errors
    /// When it does not exist, cannot be reached, belongs to another program, or has pending migrations.
    pub fn open(&self, access: Access) -> anyhow::Result<Db> {
        let conn = match &self.url {
            DatabaseUrl::Postgres(_) => postgres::connect(&self.url, self.lock_timeout)?,
            DatabaseUrl::Sqlite(path) if self.exists(path)? => sqlite::open(path, self.lock_timeout, access.writes())?,
            DatabaseUrl::Sqlite(path) => match access {
                Access::Read | Access::Migrate { create: false } => return Err(self.missing()),
                Access::Write | Access::Migrate { create: true } => sqlite::create(path, self.lock_timeout)?,
                Access::DryRun => sqlite::in_memory(&self.url, true)?,
                Access::Inspect => sqlite::in_memory(&self.url, false)?,
            },
        };
        let mut db = self.db(conn);
        if matches!(access, Access::Inspect | Access::Migrate { .. }) {
            return Ok(db);
        }
        match migrations::state(&mut db.conn).with_context(|| format!("cannot read {}", self.url))? {
            State::Current => {}
            // A file without tables: this process, or another at the same time, has just created it.
            State::Empty(_) if access == Access::Write && !db.conn.engine().has_concurrent_writers() => {
                migrations::run(&mut db.conn, &self.url)?;
            }
            state => return Err(state.refusal(&self.url)),
        }
        Ok(db)
    }

    /// Adds to an error of the database that a retry may succeed, if PostgreSQL says so. `elapsed` is how long the program
    /// has run.
    #[must_use]
    pub fn explain(&self, error: anyhow::Error, elapsed: Duration) -> anyhow::Error {
        let is_postgres = matches!(self.url, DatabaseUrl::Postgres(_));
        let is_transient = status_of(&error) == ExitStatus::Failed
            && is_postgres
            && unclassified_message(&error).is_some_and(|message| postgres::is_transient(message, &self.url, elapsed));
        if !is_transient {
            return error;
        }
        let hint = hint_of(&error).unwrap_or(RETRY_HINT).to_owned();
        Failure::new(ExitStatus::Unavailable, format!("{error:#}")).hint(hint).into()
    }

    /// The error for a SQLite file that a command needs and that does not exist.
    fn missing(&self) -> anyhow::Error {
        Failure::new(ExitStatus::Failed, format!("database {} does not exist", self.url))
            .hint("create it: rollbook migrate run")
            .into()
    }

    fn exists(&self, path: &Path) -> anyhow::Result<bool> {
        path.try_exists().with_context(|| format!("cannot check whether {} exists", self.url))
    }

    fn db(&self, conn: AnyConnection) -> Db {
        Db { conn, actor: self.actor.clone(), import_run: None, commits: self.commits.clone() }
    }
}
