//! The command line: the program's help, its global options, and the choice of the database.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::{Duration, Instant, SystemTime};

use anstream::ColorChoice;
use anyhow::Context as _;
use chrono_tz::Tz;
use clap::{ArgAction, Args, Parser};

use crate::clock::Clock;
use crate::commands::Commands;
use crate::context::{Context, NamedBy, Protection};
use crate::db::{AlreadyDone, Commits, Database, Operation};
use crate::error::{ExitStatus, Failure, status_of};
use crate::interrupt::ignore_file_size_limit;
use crate::models::{AmbiguousUser, Prefix, check_key, check_line, new_id};
use crate::output::{Format, Output, OutputSettings, TimeStyle, pager_of_environment, report_error};
use crate::trace::trace_statements;

mod arguments;
pub mod complete;
pub(crate) mod config;
pub mod help;
mod pick;
pub(crate) mod settings;
mod version;

pub(crate) use arguments::database_arguments;
pub use arguments::parse;
use settings::{Color, Origin, Settings, switch, variable};

/// Administer a learning community: users, their actions, and the champion pipeline
///
/// The database is a SQLite file or PostgreSQL. Its URL is the first one found in --database-url, the profile that
/// --profile or @NAME selects, $ROLLBOOK_DATABASE_URL, $DATABASE_URL, and config.toml: see rollbook help config. The
/// default is the SQLite file $XDG_DATA_HOME/rollbook/rollbook.db.
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
    /// The whole command line.
    #[arg(skip)]
    pub args: Vec<OsString>,
}

/// Options of every command, accepted before and after its name.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Global options")]
#[expect(clippy::struct_excessive_bools, reason = "independent options")]
pub struct Global {
    /// Database URL: sqlite:PATH, a path, or postgres://…
    #[arg(long, global = true, value_name = "URL")]
    database_url: Option<String>,
    /// Read the database URL from a file, to keep its password out of the process list
    #[arg(long, global = true, value_name = "FILE")]
    database_url_file: Option<PathBuf>,
    /// Read from this database, a standby, where the command only reads
    #[arg(long, global = true, value_name = "URL")]
    read_url: Option<String>,
    /// Refuse to read from a standby that lags more than this, e.g. 30s
    #[arg(long, global = true, value_name = "DURATION")]
    max_staleness: Option<String>,
    /// Use the database and the settings of this profile of the configuration; also @NAME as the first argument
    #[arg(long, global = true, value_name = "NAME", value_parser = check_key)]
    pub(crate) profile: Option<String>,
    /// Confirm a change of a protected profile, by its name
    #[arg(long, global = true, value_name = "NAME", value_parser = check_key)]
    confirm_profile: Option<String>,
    /// Create the SQLite file if it does not exist
    #[arg(long, global = true)]
    create: bool,
    /// Maximum time to wait for a lock held by another process [default: 30]
    #[arg(long, global = true, value_name = "SECONDS",
        value_parser = clap::value_parser!(u32).range(..=i64::from(settings::MAX_LOCK_TIMEOUT)))]
    lock_timeout: Option<u32>,
    /// Actor to record in the audit trail (default: USER@HOST)
    #[arg(long, global = true, value_name = "NAME", value_parser = check_line)]
    actor: Option<String>,
    /// Time zone in which dates are read and tables show times [default: UTC]
    #[arg(long, global = true, value_name = "ZONE", value_parser = zone)]
    tz: Option<Tz>,
    /// How tables show times [default: relative on a terminal]
    #[arg(long, global = true, value_enum, value_name = "STYLE")]
    times: Option<TimeStyle>,
    /// Why the change is made, for the audit trail
    #[arg(long, global = true, value_name = "TEXT", value_parser = check_line)]
    reason: Option<String>,
    /// Id of the change: repeating the command with the same id changes nothing more [default: a new id]
    #[arg(long, global = true, value_name = "ID", value_parser = check_key)]
    operation_id: Option<String>,
    /// Output format [default: table]
    #[arg(long, global = true, value_enum)]
    format: Option<Format>,
    /// Print these fields of the records as JSON
    #[arg(long, global = true, value_name = "FIELD,…", value_delimiter = ',')]
    json: Vec<String>,
    /// Print what this filter, in jq's language, makes of the records' JSON
    #[arg(long, global = true, value_name = "FILTER")]
    jq: Option<String>,
    /// Leave out the names of the columns in a table, CSV or TSV
    #[arg(long, global = true)]
    no_header: bool,
    /// When to use colors [default: auto]
    #[arg(long, global = true, value_enum, value_name = "WHEN")]
    color: Option<Color>,
    /// Do not show long output with a pager
    #[arg(long, global = true)]
    no_pager: bool,
    /// Do not ask anything, as without a terminal
    #[arg(long, global = true)]
    no_input: bool,
    /// Do not limit lists and statistics to the cohort that the configuration names
    #[arg(long, global = true)]
    all_cohorts: bool,
    /// Do not print status messages
    #[arg(long, short, global = true)]
    quiet: bool,
    /// Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time
    #[arg(long, short, global = true, action = ArgAction::Count)]
    verbose: u8,
}

impl Cli {
    /// Runs the command, and prints the error if it fails.
    #[must_use]
    pub fn run(self) -> ExitStatus {
        let Self { command, global, request, args } = self;
        if let Some(result) = command.run_without_database(&global) {
            return result.unwrap_or_else(|error| report_error(&error, None));
        }
        if let Err(error) = ignore_file_size_limit().context("cannot handle signals").and_then(|()| check_clock()) {
            return report_error(&error, None);
        }
        let mut ctx = match global.context(&request) {
            Ok(ctx) => ctx,
            Err(error) => return report_error(&error, None),
        };
        let started = Instant::now();
        command.run(&mut ctx).unwrap_or_else(|error| {
            // Nothing was done yet: the command is run again with the user who was picked.
            if let Some(AmbiguousUser(start)) = error.downcast_ref()
                && let Some(cli) = pick::pick_instead(&args, start)
            {
                return cli.run();
            }
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

/// Checks that this machine's clock is set.
fn check_clock() -> anyhow::Result<()> {
    match SystemTime::now().duration_since(SystemTime::UNIX_EPOCH) {
        Ok(_) => Ok(()),
        Err(_) => {
            Err(Failure::failed("the clock of this machine is before 1970").hint("set it: date --set TIME").into())
        }
    }
}

impl Global {
    /// What a command is given: the database and the output, by the options, the environment and the configuration.
    fn context(&self, request: &str) -> anyhow::Result<Context> {
        let config = config::read()?;
        let settings = Settings::new(self, &config)?;
        let out = self.output(&settings)?;
        if settings.url.origin == Origin::Option("--database-url") && settings.url.value.has_secret() {
            out.note(
                "the password in --database-url is visible to other users of this machine: \
                 use --database-url-file, a variable, or ~/.pgpass",
            );
        }
        let verbosity = if switch(false, "ROLLBOOK_VERBOSE")? { self.verbose.max(1) } else { self.verbose };
        if verbosity > 0 {
            out.status(format_args!("database: {} (from {})", settings.url.value, settings.url.origin));
        }
        if verbosity > 1 {
            trace_statements()?;
        }
        let id = match &self.operation_id {
            Some(id) => Some(id.clone()),
            None => variable("ROLLBOOK_OPERATION_ID")?,
        };
        let id = id
            .map(|id| check_key(&id))
            .transpose()
            .map_err(|error| Failure::usage(format!("$ROLLBOOK_OPERATION_ID: {error}")))?;
        let is_given = id.is_some();
        let reason = match &self.reason {
            Some(reason) => Some(reason.clone()),
            None => variable("ROLLBOOK_REASON")?
                .map(|text| check_line(&text))
                .transpose()
                .map_err(|error| Failure::usage(format!("$ROLLBOOK_REASON: {error}")))?,
        };
        let id = id.unwrap_or_else(|| new_id(Prefix::Operation));
        let database = Database {
            operation: Operation::new(id, is_given, request, reason),
            lock_timeout: Duration::from_secs(settings.lock_timeout.value.into()),
            actor: settings.actor.as_ref().map_or_else(user_of_this_machine, |actor| actor.value.clone()),
            os_user: user_of_this_machine(),
            may_create: switch(self.create, "ROLLBOOK_CREATE")? || settings.url.origin == Origin::Default,
            commits: Commits::default(),
            url: settings.url.value.clone(),
        };
        let mut ctx = Context::new(database, out, Clock::new(settings.tz.value), verbosity > 0);
        ctx.max_ages = settings.max_ages();
        ctx.named_by = match settings.url.origin {
            Origin::Default => NamedBy::Nothing,
            Origin::File { .. } => NamedBy::File,
            Origin::Option(_) | Origin::Variable(_) => NamedBy::Call,
        };
        ctx.protected = Settings::protected(&config);
        ctx.default_cohort = settings.cohort.as_ref().map(|cohort| (cohort.value.clone(), cohort.origin.to_string()));
        ctx.protection = Protection { confirmed: self.confirm_profile.clone(), ..settings.protection() };
        ctx.read_from = settings.read_url.map(|url| (url.value, settings.max_staleness.map(|age| age.value.duration)));
        ctx.url_text = settings.url_text;
        Ok(ctx)
    }

    /// The output streams.
    ///
    /// # Errors
    /// When options exclude each other, or a variable has no such value (exit code 2).
    pub(crate) fn output(&self, settings: &Settings) -> Result<Output, Failure> {
        let is_json = self.jq.is_some() || !self.json.is_empty();
        let format = match settings.format.value {
            format @ (Format::Json | Format::Jsonl) => format,
            Format::Yaml if self.jq.is_none() => Format::Yaml,
            _ if is_json && self.format.is_some() => {
                return Err(Failure::usage("--json and --jq are for --format json and jsonl"));
            }
            _ if is_json => Format::Json,
            format => format,
        };
        let pager = match &settings.pager {
            _ if switch(self.no_pager, "ROLLBOOK_NO_PAGER")? => None,
            Some(pager) if matches!(&*pager.value, "cat" | "never") => None,
            Some(pager) => Some(pager.value.clone()),
            None => pager_of_environment(),
        };
        Output::new(OutputSettings {
            format,
            color: match settings.color.value {
                Color::Auto => ColorChoice::Auto,
                Color::Always => ColorChoice::Always,
                Color::Never => ColorChoice::Never,
            },
            quiet: switch(self.quiet, "ROLLBOOK_QUIET")?,
            tz: settings.tz.value,
            times: settings.times.as_ref().map(|times| times.value),
            limit: settings.limit.as_ref().map(|limit| limit.value),
            no_header: switch(self.no_header, "ROLLBOOK_NO_HEADER")?,
            fields: self.json.clone(),
            filter: self.jq.clone(),
            pager,
            no_input: switch(self.no_input, "ROLLBOOK_NO_INPUT")? || variable("CI")?.is_some_and(|ci| ci != "false"),
        })
    }
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
