//! What every command is given: the database, the output, the clock, the actor, the operation.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::clock::Clock;
use crate::db::{Access, Database, Db};
use crate::error::ExitStatus;
use crate::models::SourceSystem;
use crate::output::Output;

/// A command, with its arguments.
pub trait Command {
    /// What it does with the database, which is opened for that on first use.
    fn access(&self) -> Access;

    /// Runs it.
    ///
    /// # Errors
    /// Whatever stopped it.
    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus>;
}

/// The surroundings of a command.
pub struct Context {
    /// Both output streams.
    pub out: Output,
    /// What time it is.
    pub clock: Clock,
    /// How old the newest event of each source may be, by the configuration.
    pub max_ages: BTreeMap<SourceSystem, Duration>,
    database: Database,
    access: Access,
    db: Option<Db>,
    is_verbose: bool,
}

impl Context {
    /// The surroundings of a command on this database.
    #[must_use]
    pub const fn new(database: Database, out: Output, clock: Clock, is_verbose: bool) -> Self {
        Self { out, clock, max_ages: BTreeMap::new(), database, access: Access::Read, db: None, is_verbose }
    }

    /// Runs a command.
    ///
    /// # Errors
    /// Whatever stopped it.
    pub fn run(&mut self, command: impl Command) -> anyhow::Result<ExitStatus> {
        self.access = command.access();
        command.run(self)
    }

    /// The database, opened for what the command does with it, and the output.
    ///
    /// # Errors
    /// As [`Database::open`].
    pub fn open(&mut self) -> anyhow::Result<(&mut Db, &mut Output)> {
        let db = self.opened()?;
        Ok((self.db.insert(db), &mut self.out))
    }

    /// The same, with the connection to be closed by the command.
    ///
    /// # Errors
    /// As [`Database::open`].
    pub fn take(&mut self) -> anyhow::Result<(Db, &mut Output)> {
        let db = self.opened()?;
        Ok((db, &mut self.out))
    }

    fn opened(&mut self) -> anyhow::Result<Db> {
        if let Some(db) = self.db.take() {
            return Ok(db);
        }
        let is_missing = self.access.writes() && self.database.is_missing();
        let mut db = self.database.open(self.access)?;
        if self.is_verbose
            && let Some(protection) = db.conn.engine().protection(&mut db.conn)?
        {
            let between = if db.is_pooled() { " (between the pooler and the server)" } else { "" };
            let verified = if self.database.url.is_verified() { ", the name of the host is verified" } else { "" };
            self.out.status(format_args!("connection: {protection}{verified}{between}"));
        }
        if is_missing && !self.database.is_missing() {
            self.out.status(format_args!("created {}", self.database.url));
        }
        Ok(db)
    }

    /// Which database it is, for messages and further connections.
    #[must_use]
    pub const fn database(&self) -> &Database {
        &self.database
    }

    /// Whether it is certain that a command that was to write has changed nothing.
    #[must_use]
    pub fn changed_nothing(&self) -> bool {
        // A migration that fails says so itself: it may have been committed before the connection was lost.
        let writes = self.access.writes() && !matches!(self.access, Access::Migrate { .. });
        writes && self.db.is_some() && self.database.commits.is_none()
    }
}
