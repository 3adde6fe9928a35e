//! The configuration file and the data directory, located by the XDG base directory specification.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use chrono_tz::Tz;
use serde::Deserialize;

use crate::clock::parse_duration;
use crate::error::Failure;
use crate::models::SourceSystem;
use crate::text::shell_quoted;

/// The contents of `config.toml`. An unknown key is an error, so that a misspelled setting is not silently ignored.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    /// The database URL.
    pub(super) database_url: Option<String>,
    /// The time zone in which dates are read and tables show times.
    pub(super) tz: Option<Tz>,
    /// Hosts that need no verified certificate, like this machine.
    #[serde(default)]
    pub(super) trusted_hosts: Vec<String>,
    /// How old the newest event of each source may be.
    #[serde(default)]
    pub(super) freshness: BTreeMap<SourceSystem, String>,
    /// The path of the file.
    #[serde(skip)]
    pub(super) file: PathBuf,
}

/// Reads `$XDG_CONFIG_HOME/rollbook/config.toml`; without the file, nothing is set.
pub(super) fn read() -> anyhow::Result<Config> {
    let Some(directory) = base_directory("XDG_CONFIG_HOME", ".config") else { return Ok(Config::default()) };
    let file = directory.join("config.toml");
    let text = match fs::read_to_string(&file) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Config::default()),
        text => text.with_context(|| format!("cannot read {}", file.display()))?,
    };
    // Not the error's `Display`, which quotes the line: it may contain a password.
    let config: Config = toml::from_str(&text).map_err(|error| {
        let line = error.span().map_or(1, |span| text[..span.start].matches('\n').count() + 1);
        Failure::failed(format!("{} line {line}: {}", file.display(), error.message())).hint(
            "the valid keys are database_url, tz, trusted_hosts and freshness, for example tz = \"Europe/Berlin\"",
        )
    })?;
    Ok(Config { file, ..config })
}

impl Config {
    /// How old the newest event of each source may be.
    ///
    /// # Errors
    /// Names the source whose age is none.
    pub(super) fn max_ages(&self) -> Result<BTreeMap<SourceSystem, Duration>, Failure> {
        let age = |(source, age): (&SourceSystem, &String)| {
            let age = parse_duration(age).map_err(|problem| {
                Failure::failed(format!("{}: freshness.{source} {age:?}: {problem}", self.file.display()))
            })?;
            Ok((*source, age))
        };
        self.freshness.iter().map(age).collect()
    }
}

/// `$XDG_DATA_HOME/rollbook`.
pub(super) fn data_directory() -> anyhow::Result<PathBuf> {
    base_directory("XDG_DATA_HOME", ".local/share").ok_or_else(|| {
        Failure::failed("cannot locate the default database: no home directory")
            .hint("set HOME, or add --database-url sqlite:PATH")
            .into()
    })
}

/// The subdirectory `rollbook` of a base directory. The specification requires relative paths to be ignored.
fn base_directory(variable: &str, below_home: &str) -> Option<PathBuf> {
    let absolute = |variable| env::var_os(variable).map(PathBuf::from).filter(|path| path.is_absolute());
    absolute(variable).or_else(|| absolute("HOME").map(|home| home.join(below_home))).map(|base| base.join("rollbook"))
}

/// Checks that no other user of the machine can read a file with a password: mode 0600, or 0640 if root owns it, which is
/// libpq's rule for keys.
pub(super) fn check_secret_file(file: &Path) -> anyhow::Result<()> {
    let metadata = fs::metadata(file).with_context(|| format!("cannot look at {}", file.display()))?;
    let allowed = if metadata.uid() == 0 { 0o640 } else { 0o600 };
    if metadata.is_file() && metadata.mode() & 0o777 & !allowed & 0o077 != 0 {
        let message = format!("{} contains a password, and other users can read it", file.display());
        let command = format!("chmod 600 {}", shell_quoted(&file.display().to_string()));
        return Err(Failure::failed(message).hint(command).into());
    }
    Ok(())
}
