//! The options of every command.

use std::ffi::OsString;
use std::path::PathBuf;

use chrono_tz::Tz;
use clap::{ArgAction, Args};

use super::value::{Color, MAX_LOCK_TIMEOUT, zone};
use crate::models::{check_key, check_line, check_reason};
use crate::output::{Format, TimeStyle};

/// Options of every command, accepted before and after its name.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Global options")]
#[expect(clippy::struct_excessive_bools, reason = "independent options")]
pub struct Global {
    /// Database URL: sqlite:PATH, a path, or postgres://…
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) database_url: Option<String>,
    /// Read the database URL from a file, to keep its password out of the process list
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) database_url_file: Option<PathBuf>,
    /// Read from this database, a standby, where the command only reads
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) read_url: Option<String>,
    /// Refuse to read from a standby that lags more than this, e.g. 30s
    #[arg(long, global = true, value_name = "DURATION")]
    pub(crate) max_staleness: Option<String>,
    /// Use the database and the settings of this profile of the configuration; also @NAME as the first argument
    #[arg(long, global = true, value_name = "NAME", value_parser = check_key)]
    pub(crate) profile: Option<String>,
    /// Confirm a change of a protected profile, by its name
    #[arg(long, global = true, value_name = "NAME", value_parser = check_key)]
    pub(crate) confirm_profile: Option<String>,
    /// Create the SQLite file if it does not exist
    #[arg(long, global = true)]
    pub(crate) create: bool,
    /// Maximum time to wait for a lock held by another process [default: 30]
    #[arg(long, global = true, value_name = "SECONDS",
        value_parser = clap::value_parser!(u32).range(..=i64::from(MAX_LOCK_TIMEOUT)))]
    pub(crate) lock_timeout: Option<u32>,
    /// Actor to record in the audit trail (default: USER@HOST)
    #[arg(long, global = true, value_name = "NAME", value_parser = check_line)]
    pub(crate) actor: Option<String>,
    /// Time zone in which dates are read and tables show times [default: UTC]
    #[arg(long, global = true, value_name = "ZONE", value_parser = zone)]
    pub(crate) tz: Option<Tz>,
    /// How tables show times [default: relative on a terminal]
    #[arg(long, global = true, value_enum, value_name = "STYLE")]
    pub(crate) times: Option<TimeStyle>,
    /// Why the change is made, for the audit trail
    #[arg(long, global = true, value_name = "TEXT", value_parser = check_reason)]
    pub(crate) reason: Option<String>,
    /// Id of the change: repeating the command with the same id changes nothing more [default: a new id]
    #[arg(long, global = true, value_name = "ID", value_parser = check_key)]
    pub(crate) operation_id: Option<String>,
    /// Output format [default: table]
    #[arg(long, short, global = true, value_enum)]
    pub(crate) format: Option<Format>,
    /// Print these fields of the records as JSON
    ///
    /// Without a field, the error names those that there are.
    #[arg(long, global = true, value_name = "FIELD,…", value_delimiter = ',', num_args = 0..=1, default_missing_value = "?")]
    pub(crate) json: Vec<String>,
    /// Print what this filter, in jq's language, makes of the records' JSON
    #[arg(long, global = true, value_name = "FILTER")]
    pub(crate) jq: Option<String>,
    /// Omit the names of the columns in a table, CSV or TSV
    #[arg(long, global = true)]
    pub(crate) no_header: bool,
    /// When to use colors [default: auto]
    #[arg(long, global = true, value_enum, value_name = "WHEN")]
    pub(crate) color: Option<Color>,
    /// Do not show long output with a pager
    #[arg(long, global = true)]
    pub(crate) no_pager: bool,
    /// Do not ask anything, as without a terminal
    #[arg(long, global = true)]
    pub(crate) no_input: bool,
    /// Do not limit lists and statistics to the cohort that the configuration names
    #[arg(long, global = true)]
    pub(crate) all_cohorts: bool,
    /// Do not print status messages
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    /// Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time
    #[arg(long, short, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,
}

/// The options that choose the database, wherever they stand: for what asks the database before the rest is right.
pub(crate) fn database_options(args: impl IntoIterator<Item = OsString>) -> Global {
    let mut global = Global::default();
    for (name, value) in database_arguments(args) {
        match name {
            "--profile" => global.profile = Some(value),
            "--database-url" => global.database_url = Some(value),
            _ => global.database_url_file = Some(value.into()),
        }
    }
    global
}

/// The same as names and values.
pub(crate) fn database_arguments(args: impl IntoIterator<Item = OsString>) -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    let mut args = args.into_iter().filter_map(|arg| arg.into_string().ok());
    while let Some(arg) = args.next() {
        if let Some(name) = arg.strip_prefix('@') {
            found.push(("--profile", name.to_owned()));
        }
        for option in ["--profile", "--database-url", "--database-url-file"] {
            if arg == option {
                found.extend(args.next().map(|value| (option, value)));
            } else if let Some(value) = arg.strip_prefix(option).and_then(|rest| rest.strip_prefix('=')) {
                found.push((option, value.to_owned()));
            }
        }
    }
    found
}
