//! The command line: what every command understands.

use std::path::PathBuf;
use std::time::Duration;

use anstream::ColorChoice;
use anyhow::Context as _;
use clap::{ArgAction, Args, Parser, ValueEnum};

use crate::commands::Command;
use crate::db::{Database, DatabaseUrl};
use crate::error::{ExitStatus, Failure};
use crate::models::check_line;
use crate::output::{Format, Output};

mod config;

/// Run a learning community: its people, what they did, and how some become champions
///
/// The database is SQLite, in one file, or PostgreSQL. It is chosen by the first of --database-url,
/// --database-url-file, $ROLLBOOK_DATABASE_URL, $DATABASE_URL, database_url in
/// $XDG_CONFIG_HOME/rollbook/config.toml; otherwise it is $XDG_DATA_HOME/rollbook/rollbook.db.
///
/// Exit codes: 0 done, 1 failed, 2 usage, 3 rows rejected, 4 conflicts, 5 busy or unreachable, 6 not found,
/// 130 interrupted.
#[derive(Debug, Parser)]
#[command(name = "rollbook", version, max_term_width = 100, propagate_version = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// What holds for every command.
    #[command(flatten)]
    pub global: Global,
}

/// Options that every command takes, before or behind its name.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// Use this database: sqlite:PATH, a path, or postgres://…
    #[arg(long, global = true, value_name = "URL")]
    database_url: Option<String>,
    /// Read the database URL from a file, which keeps a password out of the process list
    #[arg(long, global = true, value_name = "FILE")]
    database_url_file: Option<PathBuf>,
    /// Wait this long for a lock that another process holds
    #[arg(
        long,
        global = true,
        value_name = "SECONDS",
        default_value_t = 30, value_parser = clap::value_parser!(u32).range(..=2_000_000),
        env = "ROLLBOOK_LOCK_TIMEOUT",
        hide_env_values = true
    )]
    lock_timeout: u32,
    /// Name whoever makes the change in the audit trail [default: the user of this machine]
    #[arg(long, global = true, value_name = "NAME", env = "ROLLBOOK_ACTOR", hide_env_values = true, value_parser = check_line)]
    actor: Option<String>,
    /// Write data to standard output in this format
    #[arg(long, global = true, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// Use colours
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    color: Color,
    /// Print data and errors only
    #[arg(long, short, global = true)]
    quiet: bool,
    /// Say which database is used, and why
    #[arg(long, short, global = true, action = ArgAction::SetTrue)]
    verbose: bool,
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
    /// Does what was asked.
    ///
    /// # Errors
    /// Whatever stopped it; [`crate::error::status_of`] knows the exit code.
    pub fn run(self) -> anyhow::Result<ExitStatus> {
        let mut out = self.global.output();
        let database = self.global.database(&out)?;
        self.command.run(&database, &mut out)
    }
}

impl Global {
    /// Both output streams, as these options want them.
    #[must_use]
    pub fn output(&self) -> Output {
        let color = match self.color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        };
        Output::new(self.format, color, self.quiet)
    }

    /// The database that is meant.
    ///
    /// # Errors
    /// When the place that names it cannot be read, or names none.
    pub fn database(&self, out: &Output) -> anyhow::Result<Database> {
        let (url, origin) = self.url()?;
        let url: DatabaseUrl = url.parse().with_context(|| format!("{origin} does not name a database"))?;
        if self.verbose {
            out.status(format_args!("database: {url} (from {origin})"));
        }
        let actor = match &self.actor {
            Some(actor) => actor.clone(),
            None => user_of_this_machine(),
        };
        Ok(Database { url, lock_timeout: Duration::from_secs(self.lock_timeout.into()), actor })
    }

    /// The URL, and what to call the place it comes from.
    fn url(&self) -> anyhow::Result<(String, String)> {
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
        if let Some(found) = config::database_url()? {
            return Ok(found);
        }
        let file = config::data_folder()?.join("rollbook.db");
        let path = file.to_str().ok_or_else(|| Failure::failed(format!("the path {} is not UTF-8", file.display())))?;
        Ok((format!("sqlite:{path}"), "the default".to_owned()))
    }
}

/// Who runs this: behind `sudo`, whoever called it; and on which host.
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
