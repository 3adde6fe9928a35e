//! The command line: the program's help, its global options, and the choice of the database.

use std::path::PathBuf;
use std::time::{Duration, Instant, SystemTime};

use anstream::ColorChoice;
use anyhow::Context as _;
use chrono_tz::Tz;
use clap::{ArgAction, Args, Parser, ValueEnum};

use crate::clock::Clock;
use crate::commands::Commands;
use crate::context::Context;
use crate::db::{AlreadyDone, Commits, Database, DatabaseUrl, Operation};
use crate::error::{ExitStatus, Failure, status_of};
use crate::interrupt::ignore_file_size_limit;
use crate::models::{Prefix, check_key, check_line, new_id};
use crate::output::{Format, Output, report_error};
use crate::trace::trace_statements;

mod arguments;
mod config;
pub mod help;

pub use arguments::parse;
use config::Config;

/// Administer a learning community: users, their actions, and the champion pipeline
///
/// The database is a SQLite file or PostgreSQL. Its URL is the first one found in --database-url,
/// --database-url-file, $ROLLBOOK_DATABASE_URL, $DATABASE_URL, and database_url in
/// $XDG_CONFIG_HOME/rollbook/config.toml. The default is the SQLite file $XDG_DATA_HOME/rollbook/rollbook.db.
///
/// Exit codes: 0 success, 1 failure, 2 usage error, 3 rows rejected, 4 conflicts, 5 database busy or unreachable, 6
/// not found, 130 interrupted.
#[derive(Debug, Parser)]
#[command(name = "rollbook", version, max_term_width = 100)]
pub struct Cli {
    /// The command to run.
    #[command(subcommand)]
    pub command: Commands,
    /// The global options.
    #[command(flatten)]
    pub global: Global,
    /// The command line, without what does not matter for a change.
    #[arg(skip)]
    pub request: String,
}

/// Options of every command, accepted before and after its name.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// Database URL: sqlite:PATH, a path, or postgres://…
    #[arg(long, global = true, value_name = "URL")]
    database_url: Option<String>,
    /// Read the database URL from a file, to keep its password out of the process list
    #[arg(long, global = true, value_name = "FILE")]
    database_url_file: Option<PathBuf>,
    /// Create the SQLite file if it does not exist
    #[arg(long, global = true)]
    create: bool,
    /// Maximum time to wait for a lock held by another process
    #[arg(
        long,
        global = true,
        value_name = "SECONDS",
        default_value_t = 30, value_parser = clap::value_parser!(u32).range(..=2_000_000),
        env = "ROLLBOOK_LOCK_TIMEOUT",
        hide_env_values = true
    )]
    lock_timeout: u32,
    /// Actor to record in the audit trail (default: $ROLLBOOK_ACTOR, else USER@HOST)
    #[arg(long, global = true, value_name = "NAME", value_parser = check_line)]
    actor: Option<String>,
    /// Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]
    #[arg(long, global = true, value_name = "ZONE", value_parser = zone)]
    tz: Option<Tz>,
    /// Why the change is made, for the audit trail
    #[arg(long, global = true, value_name = "TEXT", value_parser = check_line)]
    reason: Option<String>,
    /// Id of the change: repeating the command with the same id changes nothing more [default: a new id]
    #[arg(long, global = true, value_name = "ID", value_parser = check_key)]
    operation_id: Option<String>,
    /// Output format
    #[arg(long, global = true, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// When to use colors
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    color: Color,
    /// Do not print status messages
    #[arg(long, short, global = true)]
    quiet: bool,
    /// Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time
    #[arg(long, short, global = true, action = ArgAction::Count)]
    verbose: u8,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl Cli {
    /// Runs the command, and prints the error if it fails.
    #[must_use]
    pub fn run(self) -> ExitStatus {
        if let Some(result) = self.command.print_help() {
            return result.unwrap_or_else(|error| report_error(&error, None));
        }
        if let Err(error) = ignore_file_size_limit().context("cannot handle signals").and_then(|()| check_clock()) {
            return report_error(&error, None);
        }
        let config = match config::read() {
            Ok(config) => config,
            Err(error) => return report_error(&error, None),
        };
        let tz = match self.global.tz.map_or_else(zone_of_environment, |tz| Ok(Some(tz))) {
            Ok(tz) => tz.or(config.tz).unwrap_or(Tz::UTC),
            Err(error) => return report_error(&error.into(), None),
        };
        let out = self.global.output(tz);
        let database = match self.global.database(&config, &self.request, &out) {
            Ok(database) => database,
            Err(error) => return report_error(&error, None),
        };
        if self.global.verbose > 1
            && let Err(error) = trace_statements()
        {
            return report_error(&error, None);
        }
        let mut ctx = Context::new(database, out, Clock::new(tz), self.global.verbose > 0);
        ctx.max_ages = match config.max_ages() {
            Ok(ages) => ages,
            Err(error) => return report_error(&error.into(), None),
        };
        let started = Instant::now();
        self.command.run(&mut ctx).unwrap_or_else(|error| {
            if let Some(done) = error.downcast_ref::<AlreadyDone>() {
                ctx.out.status(done);
                return ExitStatus::Done;
            }
            let error = ctx.database().explain(error, started.elapsed());
            // Said by what knows it: no COMMIT was sent.
            let note =
                (status_of(&error) != ExitStatus::Usage && ctx.changed_nothing()).then_some("nothing was changed");
            report_error(&error, note)
        })
    }
}

/// The actor in `$ROLLBOOK_ACTOR`. Not read by clap: `audit list --actor` is a filter, which the variable must not set.
fn actor_of_environment() -> Result<Option<String>, Failure> {
    match std::env::var("ROLLBOOK_ACTOR") {
        Ok(actor) if actor.is_empty() => Ok(None),
        Ok(actor) => check_line(&actor).map(Some).map_err(|error| Failure::usage(format!("$ROLLBOOK_ACTOR: {error}"))),
        Err(_) => Ok(None),
    }
}

/// Checks that this machine's clock is set.
fn check_clock() -> anyhow::Result<()> {
    match SystemTime::now().duration_since(SystemTime::UNIX_EPOCH) {
        Ok(_) => Ok(()),
        Err(_) => {
            Err(Failure::failed("the clock of this machine is before 1970").hint("set it: date --set TIME").into())
        }
    }
}

/// The source of the URL if nothing sets it.
const DEFAULT: &str = "the default";

impl Global {
    /// The output streams, configured by these options.
    #[must_use]
    pub fn output(&self, tz: Tz) -> Output {
        let color = match self.color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        };
        Output::new(self.format, color, self.quiet, tz)
    }

    /// The database that the options, the environment or the configuration select.
    ///
    /// # Errors
    /// When the source of the URL cannot be read, or the URL is invalid.
    fn database(&self, config: &Config, request: &str, out: &Output) -> anyhow::Result<Database> {
        let (url, origin) = self.url(config)?;
        let may_create = self.create || origin == DEFAULT;
        let url: DatabaseUrl = url.parse().with_context(|| format!("invalid database URL from {origin}"))?;
        let url = url.trusting(&config.trusted_hosts);
        if url.has_secret() {
            match (&self.database_url, &self.database_url_file) {
                (Some(_), _) => out.note(
                    "the password in --database-url is visible to other users of this machine: \
                     use --database-url-file, a variable, or ~/.pgpass",
                ),
                (None, Some(file)) => config::check_secret_file(file)?,
                (None, None) if config.database_url.is_some() && origin == config.file.display().to_string() => {
                    config::check_secret_file(&config.file)?;
                }
                (None, None) => {}
            }
        }
        if self.verbose > 0 {
            out.status(format_args!("database: {url} (from {origin})"));
        }
        let actor = match &self.actor {
            Some(actor) => actor.clone(),
            None => actor_of_environment()?.unwrap_or_else(user_of_this_machine),
        };
        let lock_timeout = Duration::from_secs(self.lock_timeout.into());
        let id = self.operation_id.clone().unwrap_or_else(|| new_id(Prefix::Operation));
        let operation = Operation::new(id, self.operation_id.is_some(), request, self.reason.clone());
        Ok(Database { operation, url, lock_timeout, actor, may_create, commits: Commits::default() })
    }

    /// The URL, and a name of its source for messages.
    fn url(&self, config: &Config) -> anyhow::Result<(String, String)> {
        if let Some(url) = &self.database_url {
            return Ok((url.clone(), "--database-url".to_owned()));
        }
        if let Some(file) = &self.database_url_file {
            let url = std::fs::read_to_string(file)
                .with_context(|| format!("cannot read the database URL from {}", file.display()))?;
            return Ok((url, file.display().to_string()));
        }
        for variable in ["ROLLBOOK_DATABASE_URL", "DATABASE_URL"] {
            if let Some(url) = std::env::var_os(variable).filter(|url| !url.is_empty()) {
                let url = url.into_string().map_err(|_| Failure::failed(format!("${variable} is not UTF-8")))?;
                return Ok((url, format!("${variable}")));
            }
        }
        if let Some(url) = &config.database_url {
            return Ok((url.clone(), config.file.display().to_string()));
        }
        let file = config::data_directory()?.join("rollbook.db");
        let path = file.to_str().ok_or_else(|| Failure::failed(format!("the path {} is not UTF-8", file.display())))?;
        Ok((format!("sqlite:{path}"), DEFAULT.to_owned()))
    }
}

/// The time zone that the environment names; an empty variable is not set.
fn zone_of_environment() -> Result<Option<Tz>, Failure> {
    let Some(name) = std::env::var("ROLLBOOK_TZ").ok().filter(|name| !name.trim().is_empty()) else { return Ok(None) };
    zone(name.trim()).map(Some).map_err(|error| Failure::usage(format!("$ROLLBOOK_TZ {name:?}: {error}")))
}

/// Parses the name of a time zone.
fn zone(name: &str) -> Result<Tz, String> {
    name.parse().map_err(|_| "expected the name of a time zone, e.g. Europe/Berlin or UTC".to_owned())
}

/// The default actor, `user@host`; under `sudo` the user who called it.
fn user_of_this_machine() -> String {
    let user = std::env::var("SUDO_USER")
        .ok()
        .filter(|user| !user.is_empty())
        .or_else(|| whoami::username().ok())
        .unwrap_or_else(|| "unknown".to_owned());
    match whoami::hostname() {
        Ok(host) => format!("{user}@{host}"),
        Err(_) => user,
    }
}
