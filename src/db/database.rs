//! Which database a command uses, and how it is opened.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context as _;

use super::engine::{postgres, sqlite};
use super::migrations::{self, State};
use super::{AnyConnection, DatabaseUrl, Db, Operation};
use crate::error::{ExitStatus, Failure, RETRY_HINT, hint_of, status_of, unclassified_message};
use crate::text::{Quoted as _, nearest, shell_quoted};

/// What a command does with the database; it decides what opening may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Read: a SQLite file that does not exist is an error that says what to run.
    Read,
    /// Write: a SQLite file that does not exist is created and migrated if `create`, or if the database may be created.
    Write {
        /// Whether it is.
        create: bool,
    },
    /// Write and roll back at the end: a SQLite file that would be created is replaced by one in memory.
    DryRun {
        /// Whether it would be.
        create: bool,
    },
    /// Look at a database that exists, in whatever state its tables are.
    Examine,
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
        if dry_run { Self::DryRun { create: false } } else { Self::Write { create: false } }
    }

    /// As [`Self::of_change`], of an import, which creates a database.
    #[must_use]
    pub const fn of_import(dry_run: bool) -> Self {
        if dry_run { Self::DryRun { create: true } } else { Self::Write { create: true } }
    }

    /// Whether it changes anything.
    #[must_use]
    pub const fn writes(self) -> bool {
        matches!(self, Self::Write { .. } | Self::Migrate { .. })
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
    /// Who is logged in to the machine.
    pub os_user: String,
    /// Whether a command that writes may create the SQLite file: it is the default one, or `--create` is given.
    pub may_create: bool,
    /// The operation that changes are part of.
    pub operation: Operation,
    /// Whether this process has committed anything.
    pub commits: Commits,
}

/// How long the server is asked about a transaction whose connection was lost.
const MAX_COMMIT_WAIT: Duration = Duration::from_secs(30);

/// What became of a transaction whose connection was lost during the commit.
pub(super) enum CommitOutcome {
    /// It was committed; the connection is the new one.
    Committed(AnyConnection),
    /// It was rolled back.
    RolledBack,
    /// The server cannot be asked, or does not know any more.
    Unknown,
}

/// Whether a process has committed a change, or tried to: what "nothing was changed" rests on.
#[derive(Debug, Clone, Default)]
pub struct Commits {
    sent: Arc<AtomicBool>,
    /// Whether one was answered.
    answered: Arc<AtomicBool>,
    /// Whether the last one was.
    answered_last: Arc<AtomicBool>,
}

impl Commits {
    /// Notes that a COMMIT is about to be sent.
    pub(super) fn attempt(&self) {
        self.sent.store(true, Ordering::Relaxed);
        self.answered_last.store(false, Ordering::Relaxed);
    }

    /// Notes that the COMMIT was answered.
    pub(super) fn succeed(&self) {
        self.answered.store(true, Ordering::Relaxed);
        self.answered_last.store(true, Ordering::Relaxed);
    }

    /// Whether no COMMIT was sent.
    #[must_use]
    pub fn is_none(&self) -> bool {
        !self.sent.load(Ordering::Relaxed)
    }

    /// Whether a COMMIT was answered.
    pub(super) fn is_any_done(&self) -> bool {
        self.answered.load(Ordering::Relaxed)
    }

    /// Whether the last COMMIT was answered: what it was of is saved.
    #[must_use]
    pub fn is_last_done(&self) -> bool {
        self.answered_last.load(Ordering::Relaxed)
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
                Access::Migrate { create: true } => sqlite::create(path, self.lock_timeout)?,
                Access::Write { create } if create || self.may_create => sqlite::create(path, self.lock_timeout)?,
                Access::DryRun { create } if create || self.may_create => sqlite::in_memory(&self.url, true)?,
                Access::Inspect => sqlite::in_memory(&self.url, false)?,
                _ => return Err(self.missing(path, access).into()),
            },
        };
        let mut db = self.db(conn);
        if matches!(access, Access::Inspect | Access::Examine | Access::Migrate { .. }) {
            return Ok(db);
        }
        match migrations::state(&mut db.conn).with_context(|| format!("cannot read {}", self.url))? {
            State::Current => {}
            // A file without tables: this process, or another at the same time, has just created it.
            State::Empty(_) if matches!(access, Access::Write { .. }) && !db.conn.engine().has_concurrent_writers() => {
                migrations::run(&mut db.conn, &self.url)?;
            }
            state => return Err(state.refusal(&self.url)),
        }
        if access.writes() {
            db.check_operation()?;
        }
        Ok(db)
    }

    /// A database that is only read, by nobody in particular.
    #[must_use]
    pub fn to_read(url: DatabaseUrl) -> Self {
        Self {
            url,
            lock_timeout: Duration::ZERO,
            actor: String::new(),
            os_user: String::new(),
            may_create: false,
            operation: Operation::new(String::new(), false, "", None),
            commits: Commits::default(),
        }
    }

    /// Whether it is a SQLite file that does not exist.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        matches!(&self.url, DatabaseUrl::Sqlite(path) if !path.exists())
    }

    /// Asks the server, on a new connection, what became of a transaction whose connection was lost during the commit.
    pub(super) fn outcome_of(&self, transaction: &str) -> CommitOutcome {
        let deadline = Instant::now() + self.lock_timeout.min(MAX_COMMIT_WAIT);
        loop {
            if let Ok(mut conn) = postgres::connect(&self.url, self.lock_timeout) {
                match postgres::transaction_status(transaction, &mut conn).as_ref().map(Option::as_deref) {
                    Ok(Some("committed")) => return CommitOutcome::Committed(conn),
                    Ok(Some("aborted")) => return CommitOutcome::RolledBack,
                    Ok(None) => return CommitOutcome::Unknown,
                    Ok(Some(_)) | Err(_) => {}
                }
            }
            if Instant::now() >= deadline {
                return CommitOutcome::Unknown;
            }
            std::thread::sleep(Duration::from_millis(200));
        }
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
    fn missing(&self, path: &Path, access: Access) -> Failure {
        let failure = Failure::not_found(format!("database {} does not exist", shell_quoted(&self.url.to_string())));
        if let Some(nearest) = nearest_file(path) {
            return failure.hint(format!("did you mean {}?", nearest.quoted()));
        }
        let url = shell_quoted(&self.url.to_string());
        if access.writes() {
            failure.hint(format!("create it with --create, or with: rollbook migrate run --database-url {url}"))
        } else {
            failure.hint(format!("create it: rollbook migrate run --database-url {url}"))
        }
    }

    fn exists(&self, path: &Path) -> anyhow::Result<bool> {
        path.try_exists().with_context(|| format!("cannot check whether {} exists", self.url))
    }

    fn db(&self, conn: AnyConnection) -> Db {
        Db {
            conn,
            actor: self.actor.clone(),
            import_run: None,
            operation: self.operation.clone(),
            database: self.clone(),
            file: match &self.url {
                DatabaseUrl::Sqlite(path) => sqlite::OpenFile::at(path),
                DatabaseUrl::Postgres(_) => None,
            },
            is_aside: false,
        }
    }
}

/// The file in the same directory with the most similar name, if one is similar enough to be meant.
fn nearest_file(path: &Path) -> Option<PathBuf> {
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let names: Vec<String> = std::fs::read_dir(directory)
        .ok()?
        .filter_map(|entry| entry.ok().filter(|entry| entry.path().is_file())?.file_name().into_string().ok())
        .filter(|name| !["-wal", "-shm", "-journal"].iter().any(|suffix| name.ends_with(suffix)))
        .collect();
    let nearest = nearest(path.file_name()?.to_str()?, names.iter().map(String::as_str))?;
    Some(path.with_file_name(nearest))
}
