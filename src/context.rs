//! What every command is given: the database, the output, the clock, the actor, the operation.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::time::Duration;

use crate::clock::Clock;
use crate::db::{Access, Database, DatabaseUrl, Db, Tls};
use crate::error::{ExitStatus, Failure};
use crate::models::{SourceSystem, check_reason};
use crate::output::{FilesInUse, Format, Output, span};
use crate::text::shell_quoted;

/// A command, with its arguments.
pub trait Command {
    /// What it does with the database, which is opened for that on first use.
    fn access(&self) -> Access;

    /// Whether what it writes is a change that somebody answers for, not the place of a reader.
    fn is_change(&self) -> bool {
        self.access().writes()
    }

    /// Whether it can write a format. Where the configuration or a variable sets one that it cannot, it writes its default.
    fn writes(&self, format: Format) -> bool {
        format != Format::Parquet
    }

    /// Runs it.
    ///
    /// # Errors
    /// Whatever stopped it.
    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus>;
}

/// What says which database it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NamedBy {
    /// Nothing: it is the default.
    Nothing,
    /// The configuration file.
    File,
    /// An option or a variable.
    Call,
}

/// What must be given before a change.
#[derive(Debug, Clone, Default)]
pub struct Protection {
    /// The profile in use.
    pub profile: Option<String>,
    /// Whether the name of the profile must be typed.
    pub is_protected: bool,
    /// Whether a reason must be given.
    pub needs_reason: bool,
    /// The name that was given as an option.
    pub confirmed: Option<String>,
}

/// The surroundings of a command.
pub struct Context {
    /// Both output streams.
    pub out: Output,
    /// What time it is.
    pub clock: Clock,
    /// How old the newest event of each source may be, by the configuration.
    pub max_ages: BTreeMap<SourceSystem, Duration>,
    /// The cohort that lists and statistics are of where no option names one, and where it is configured.
    pub default_cohort: Option<(String, String)>,
    /// What must be given before a change.
    pub protection: Protection,
    /// The databases of profiles that are protected, or need a reason.
    pub protected: Vec<(DatabaseUrl, Protection)>,
    /// The database that is read where a command only reads, and how much it may lag.
    pub read_from: Option<(DatabaseUrl, Option<Duration>)>,
    /// The database URL as it was given, with its password.
    pub url_text: String,
    /// What says which database it is.
    pub named_by: NamedBy,
    /// Hosts that are trusted like this machine.
    pub trusted_hosts: Vec<String>,
    /// The files that no output may be.
    pub in_use: FilesInUse,
    /// The whole command line, with what an alias stands for.
    pub args: Vec<OsString>,
    database: Database,
    /// Those beside it that were used.
    others: Vec<Database>,
    access: Access,
    is_change: bool,
    db: Option<Db>,
    is_verbose: bool,
}

/// What is said of a password on the command line.
#[must_use]
pub fn password_is_visible(place: &str) -> String {
    format!(
        "the password in {place} is visible to other users of this machine: \
         use --database-url-file, a variable, or ~/.pgpass"
    )
}

impl Context {
    /// The surroundings of a command on this database.
    #[must_use]
    pub fn new(database: Database, out: Output, clock: Clock, is_verbose: bool) -> Self {
        Self {
            out,
            clock,
            max_ages: BTreeMap::new(),
            default_cohort: None,
            protection: Protection::default(),
            protected: Vec::new(),
            read_from: None,
            url_text: String::new(),
            named_by: NamedBy::Call,
            trusted_hosts: Vec::new(),
            in_use: FilesInUse::default(),
            args: Vec::new(),
            database,
            others: Vec::new(),
            access: Access::Read,
            is_change: false,
            db: None,
            is_verbose,
        }
    }

    /// Runs a command.
    ///
    /// # Errors
    /// Whatever stopped it.
    pub fn run(&mut self, command: impl Command) -> anyhow::Result<ExitStatus> {
        self.access = command.access();
        self.is_change = command.is_change();
        self.out.fit_format(|format| command.writes(format));
        if self.out.format() == Format::Parquet && !command.writes(Format::Parquet) {
            return Err(Failure::usage("--format parquet is for rollbook actions export").into());
        }
        if (self.out.has_fields() || self.out.has_filter())
            && !matches!(self.access, Access::Read | Access::Examine | Access::Inspect)
        {
            // A filter that fails after the change would look as if the change had failed.
            let failure = Failure::usage("--json and --jq are for commands that read, and this one changes something");
            return Err(failure.hint("use --format json").into());
        }
        command.run(self)
    }

    /// The cohort of a list or of statistics: the one that an option names, or else the configured one, which is said.
    #[must_use]
    pub fn cohorts(&self, named: Vec<String>) -> Vec<String> {
        match &self.default_cohort {
            Some((cohort, origin)) if named.is_empty() => {
                self.out.status(format_args!("cohort {cohort} (from {origin}; all: --all-cohorts)"));
                vec![cohort.clone()]
            }
            _ => named,
        }
    }

    /// What must be given before a change of a database: all that any profile asks for that names it.
    fn protection_of(&self, url: &DatabaseUrl) -> Protection {
        let confirmed = self.protection.confirmed.clone();
        let mut protection =
            if url.is_same(&self.database.url) { self.protection.clone() } else { Protection::default() };
        for (_, other) in self.protected.iter().filter(|(protected, _)| protected.is_same(url)) {
            if other.is_protected && !protection.is_protected {
                protection.profile.clone_from(&other.profile);
                protection.is_protected = true;
            }
            protection.needs_reason |= other.needs_reason;
        }
        Protection { confirmed, ..protection }
    }

    /// Checks what must be given before a change, and asks for it where somebody can be asked.
    ///
    /// # Errors
    /// When it is not given.
    pub fn admit_change(&mut self, url: &DatabaseUrl) -> anyhow::Result<()> {
        let Protection { profile, is_protected, needs_reason, confirmed } = &self.protection_of(url);
        let name = profile.as_deref().unwrap_or("default");
        if (profile.is_some() || *is_protected) && self.out.is_interactive() {
            self.out.status(format_args!("changing {url} (profile {name})"));
        }
        if let Some(confirmed) = confirmed.as_ref().filter(|confirmed| profile.is_some() && *confirmed != name) {
            let message = format!("--confirm-profile {confirmed}: the database is that of the profile {name}");
            return Err(Failure::usage(message).into());
        }
        if *is_protected && confirmed.is_none() {
            match self.out.ask(&format!("The profile {name} is protected. Type its name to change it: "))? {
                Some(answer) if answer == *name => {}
                Some(_) => return Err(Failure::failed("not confirmed").into()),
                None => {
                    let message = format!("refusing to change the protected profile {name} without confirmation");
                    let hint = format!("add --confirm-profile {name} and --reason TEXT");
                    return Err(Failure::usage(message).hint(hint).into());
                }
            }
        }
        let is_alone = *is_protected && !self.out.is_interactive();
        if (*needs_reason || is_alone) && self.database.operation.reason().is_none() {
            let missing = || Failure::usage("missing --reason TEXT: changes of this database need a reason");
            let answer = self.out.ask("Reason for the change: ")?.ok_or_else(missing)?;
            if answer.trim().is_empty() {
                return Err(missing().into());
            }
            let reason = check_reason(&answer).map_err(|error| Failure::usage(format!("{answer:?} {error}")))?;
            self.database.operation.set_reason(reason);
        }
        Ok(())
    }

    /// Another database that the command line names, with the settings of this one.
    ///
    /// # Errors
    /// When it is no URL (exit code 2).
    pub fn named_database(&mut self, place: &str, text: &str) -> anyhow::Result<Database> {
        let url: DatabaseUrl = text.parse().map_err(|error| Failure::usage(format!("{place}: {error}")))?;
        if url.has_secret() {
            self.out.note(password_is_visible(place));
        }
        let database = Database { url: url.trusting(&self.trusted_hosts), ..self.database.clone() };
        self.others.push(database.clone());
        Ok(database)
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
        if self.is_change {
            let url = self.database.url.clone();
            self.admit_change(&url)?;
        }
        if let (Access::Read, Some((url, most))) = (self.access, &self.read_from) {
            return self.opened_to_read(url.clone(), *most);
        }
        let is_missing = self.access.writes() && self.database.is_missing();
        let mut db = self.database.open(self.access)?;
        if self.is_verbose
            && let Some(protection) = db.conn.engine().protection(&mut db.conn)?
        {
            let is_verified = self.database.url.is_verified();
            let protection = match (protection, is_verified, db.is_pooled()) {
                (Tls::On(tls), _, true) => format!("{tls} between the pooler and the server"),
                (Tls::Off, _, true) => "no TLS between the pooler and the server".to_owned(),
                (Tls::On(tls), true, false) => format!("{tls}, the name of the host is verified"),
                // What a service file says is not known here.
                (Tls::On(tls), false, false) if self.database.url.has_service() => tls,
                (Tls::On(tls), false, false) => format!("{tls}, the name of the host is not verified"),
                (Tls::Off, _, false) => "no TLS".to_owned(),
            };
            self.out.status(format_args!("connection: {protection}"));
        }
        if is_missing && !self.database.is_missing() {
            self.out.status(format_args!("created {}", shell_quoted(&self.database.url.to_string())));
        }
        Ok(db)
    }

    /// Another database, a standby, which must not lag more than is allowed.
    fn opened_to_read(&mut self, url: DatabaseUrl, most: Option<Duration>) -> anyhow::Result<Db> {
        let database = Database { url, ..self.database.clone() };
        self.others.push(database.clone());
        let mut db = database.open(Access::Read)?;
        let Some(lag) = db.conn.engine().staleness(&mut db.conn)? else {
            self.out.status(format_args!("reading from {}, which is not a standby", database.url));
            return Ok(db);
        };
        if most.is_some_and(|most| lag > most) {
            let message = format!("{} lags by {}, more than --max-staleness", database.url, span(lag));
            let hint = "read from the primary: remove --read-url, or read_database_url in the configuration";
            return Err(Failure::new(ExitStatus::Unavailable, message).hint(hint).into());
        }
        self.out.status(format_args!("reading from the standby {}, which lags by {}", database.url, span(lag)));
        Ok(db)
    }

    /// Adds to an error of a database that a retry may succeed, if one that was used says so.
    #[must_use]
    pub fn explain(&self, error: anyhow::Error, elapsed: Duration) -> anyhow::Error {
        self.others.iter().chain([&self.database]).fold(error, |error, database| database.explain(error, elapsed))
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
