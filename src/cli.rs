//! The command line: the program's help, its global options, and the choice of the database.

use std::ffi::OsString;
use std::time::{Duration, Instant, SystemTime};

use anyhow::Context as _;
use clap::Parser;

use crate::clock::Clock;
use crate::commands::Commands;
use crate::context::{Context, NamedBy, Protection, password_is_visible};
use crate::db::{AlreadyDone, Commits, Database, Operation};
use crate::error::{ExitStatus, Failure, status_of};
use crate::interrupt::ignore_file_size_limit;
use crate::models::{AmbiguousUser, Prefix, check_key, check_reason, new_id};
use crate::output::{FilesInUse, UnprintedChange, name_database_in_hints, report_error};
use crate::settings::config::{self, Config};
use crate::settings::{Global, Origin, Settings, switch, variable};
use crate::text::shell_quoted;
use crate::trace::trace_statements;

mod arguments;
mod ask;
pub mod complete;
mod deferred;
pub mod help;
mod pick;
mod tips;
mod version;
mod words;

pub use arguments::parse;
pub use deferred::Deferred;

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

impl Cli {
    /// Runs the command, and prints the error if it fails.
    #[must_use]
    pub fn run(self) -> ExitStatus {
        let Self { command, global, request, args } = self;
        if let Some(result) = command.run_without_database(&global, help::command) {
            return result.unwrap_or_else(|error| report_error(&error, None));
        }
        if let Err(error) = ignore_file_size_limit().context("cannot handle signals").and_then(|()| check_clock()) {
            return report_error(&error, None);
        }
        let mut ctx = match context(&global, &request) {
            Ok(ctx) => ctx,
            Err(error) => return report_error(&error, None),
        };
        ctx.args.clone_from(&args);
        let started = Instant::now();
        command.run(&mut ctx).unwrap_or_else(|error| {
            // Nothing was done yet: the command is run again with the user who was picked.
            if let Some(AmbiguousUser(start)) = error.downcast_ref()
                && let Some(user) = pick::pick_instead(&args, start)
            {
                let instead = |arg: &OsString| if arg == start.as_str() { OsString::from(&user) } else { arg.clone() };
                return parse(args.iter().map(instead)).map_or_else(|status| status, Self::run);
            }
            if let Some(done) = error.downcast_ref::<AlreadyDone>() {
                ctx.out.status(done);
                return ExitStatus::Done;
            }
            let error = ctx.explain(error, started.elapsed());
            // Said by what knows it: no COMMIT was sent, or the last one was answered.
            let commits = &ctx.database().commits;
            let note = if status_of(&error) != ExitStatus::Usage && ctx.changed_nothing() {
                Some("nothing was changed")
            } else {
                (commits.is_last_done() && error.is::<UnprintedChange>()).then_some("the change is made")
            };
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

/// What a command is given: the database and the output, by the options, the environment and the configuration.
fn context(global: &Global, request: &str) -> anyhow::Result<Context> {
    let config = config::read()?;
    let settings = Settings::new(global, &config)?;
    let out = settings.output(global)?;
    if settings.url.origin == Origin::Option("--database-url") && settings.url.value.has_secret() {
        out.note(password_is_visible("--database-url"));
    }
    if let Some(read) = &settings.read_url
        && read.origin == Origin::Option("--read-url")
        && read.value.has_secret()
    {
        out.note(password_is_visible("--read-url"));
    }
    if let Some(options) = database_options_of(global, &settings) {
        name_database_in_hints(options);
    }
    let verbosity = global.verbose.max(verbosity_of_environment()?);
    if verbosity > 0 {
        out.status(format_args!("database: {} (from {})", settings.url.value, settings.url.origin));
    }
    if verbosity > 1 {
        trace_statements()?;
    }
    let id = match &global.operation_id {
        Some(id) => Some(id.clone()),
        None => variable("ROLLBOOK_OPERATION_ID")?,
    };
    let id = id
        .map(|id| check_key(&id))
        .transpose()
        .map_err(|error| Failure::usage(format!("$ROLLBOOK_OPERATION_ID: {error}")))?;
    let is_given = id.is_some();
    let reason = match &global.reason {
        Some(reason) => Some(reason.clone()),
        None => variable("ROLLBOOK_REASON")?
            .map(|text| check_reason(&text))
            .transpose()
            .map_err(|error| Failure::usage(format!("$ROLLBOOK_REASON: {error}")))?,
    };
    let id = id.unwrap_or_else(|| new_id(Prefix::Operation));
    let database = Database {
        operation: Operation::new(id, is_given, request, reason),
        lock_timeout: Duration::from_secs(settings.lock_timeout.value.into()),
        actor: settings.actor.as_ref().map_or_else(user_of_this_machine, |actor| actor.value.clone()),
        os_user: user_of_this_machine(),
        may_create: switch(global.create, "ROLLBOOK_CREATE")? || settings.url.origin == Origin::Default,
        commits: Commits::default(),
        url: settings.url.value.clone(),
    };
    let mut ctx = Context::new(database, out, Clock::new(settings.tz.value), verbosity > 0);
    ctx.max_ages = settings.max_ages();
    ctx.trusted_hosts = settings.trusted_hosts.as_ref().map(|hosts| hosts.value.clone()).unwrap_or_default();
    ctx.in_use = files_in_use(global, &config, ctx.database());
    ctx.named_by = match settings.url.origin {
        Origin::Default => NamedBy::Nothing,
        Origin::File { .. } => NamedBy::File,
        Origin::Option(_) | Origin::Variable(_) => NamedBy::Call,
    };
    ctx.protected = Settings::protected(&config);
    ctx.default_cohort = settings.cohort.as_ref().map(|cohort| (cohort.value.clone(), cohort.origin.to_string()));
    let confirmed = match &global.confirm_profile {
        Some(name) => Some(name.clone()),
        None => variable("ROLLBOOK_CONFIRM_PROFILE")?,
    };
    ctx.protection = Protection { confirmed, ..settings.protection() };
    ctx.read_from = settings.read_url.map(|url| (url.value, settings.max_staleness.map(|age| age.value.duration)));
    ctx.url_text = settings.url_text;
    Ok(ctx)
}

/// The files of the database and those that name it.
fn files_in_use(global: &Global, config: &Config, database: &Database) -> FilesInUse {
    let mut in_use = FilesInUse::default();
    in_use.add("a file of the database", database.url.files());
    in_use.add("the configuration file", config.file.clone());
    in_use.add("the file with the database URL", global.database_url_file.clone());
    in_use
}

/// The options that choose the database, as a command line has them, if this one has.
fn database_options_of(global: &Global, settings: &Settings) -> Option<String> {
    match &settings.url.origin {
        // An URL is printed without its password, and would not work.
        Origin::Option("--database-url") if settings.url.value.has_secret() => None,
        Origin::Option("--database-url") => {
            Some(format!("--database-url {}", shell_quoted(&settings.url.value.to_string())))
        }
        Origin::Option("--database-url-file") => {
            let file = global.database_url_file.as_ref()?.display().to_string();
            Some(format!("--database-url-file {}", shell_quoted(&file)))
        }
        _ => {
            let profile = settings.profile.as_ref().filter(|profile| matches!(profile.origin, Origin::Option(_)))?;
            Some(format!("@{}", shell_quoted(&profile.value)))
        }
    }
}

/// How much `$ROLLBOOK_VERBOSE` asks to show: a number as of `-v`, or true or false.
fn verbosity_of_environment() -> Result<u8, Failure> {
    match variable("ROLLBOOK_VERBOSE")?.map(|text| text.parse()) {
        Some(Ok(number)) => Ok(number),
        _ => Ok(u8::from(switch(false, "ROLLBOOK_VERBOSE")?)),
    }
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
