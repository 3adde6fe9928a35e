use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Subcommand as _;
use toml_edit::{Array, DocumentMut, Item, Table, value};

use super::list::unknown;
use crate::commands::Commands;
use crate::error::{ExitStatus, Failure};
use crate::output::{directory_of, print_status};
use crate::settings::Global;
use crate::settings::config;
use crate::settings::{ALIAS, check_alias, check_setting, is_on, keys};
use crate::text::Quoted as _;

/// Set a setting in the configuration file, with --profile in that profile
#[derive(Debug, clap::Args)]
pub struct Set {
    /// Name of the setting, default_profile, or alias.NAME
    key: String,
    /// Its value
    value: String,
    /// Show what would change, without changing it
    #[arg(long, short = 'n')]
    dry_run: bool,
}

/// Remove a setting from the configuration file, with --profile from that profile
#[derive(Debug, clap::Args)]
pub struct Unset {
    /// Name of the setting, default_profile, or alias.NAME
    key: String,
    /// Show what would change, without changing it
    #[arg(long, short = 'n')]
    dry_run: bool,
}

/// The settings that are no texts in the file.
const NUMBERS: [&str; 2] = ["limit", "lock_timeout"];
const SWITCHES: [&str; 1] = ["protected"];
const LISTS: [&str; 1] = ["trusted_hosts"];

impl Set {
    pub(super) fn run(&self, global: &Global) -> anyhow::Result<ExitStatus> {
        set_setting(global.profile.as_deref(), &self.key, &self.value, self.dry_run)?;
        if self.dry_run {
            print_status(&format!("would set {} in {}", self.key, config::path().unwrap_or_default().quoted()));
        }
        Ok(ExitStatus::Done)
    }
}

/// Sets a setting in the file, in a profile or outside of them; in a dry run, only checks that it could.
///
/// # Errors
/// When the file cannot be written, or would not be valid.
pub(crate) fn set_setting(profile: Option<&str>, key: &str, text: &str, dry_run: bool) -> anyhow::Result<()> {
    if let Some(name) = key.strip_prefix(ALIAS) {
        check_alias(name, text).map_err(Failure::usage)?;
        if Commands::has_subcommand(name) || name == "help" {
            let failure = Failure::usage(format!("{key}: {name} is a command of rollbook, which would be run instead"));
            return Err(failure.hint("give the alias another name").into());
        }
    } else if key != "default_profile" {
        check_key(key)?;
        check_setting(key, text).map_err(Failure::usage)?;
    }
    if profile.is_some() && is_for_all_profiles(key) {
        return Err(Failure::usage(format!("{key} is not a setting of a profile")).hint("omit --profile").into());
    }
    let item = match key {
        name if NUMBERS.contains(&name) => value(text.parse::<i64>()?),
        name if SWITCHES.contains(&name) => value(is_on(text)),
        name if LISTS.contains(&name) => value(text.split(',').map(str::trim).collect::<Array>()),
        _ => value(text),
    };
    change(profile, key, dry_run, |table, key| {
        table.insert(key, item);
        true
    })?;
    Ok(())
}

impl Unset {
    pub(super) fn run(&self, global: &Global) -> anyhow::Result<ExitStatus> {
        if !is_for_all_profiles(&self.key) {
            check_key(&self.key)?;
        }
        if !change(global.profile.as_deref(), &self.key, self.dry_run, |table, key| table.remove(key).is_some())? {
            return Err(Failure::not_found(format!("{} is not set in the configuration file", self.key)).into());
        }
        if self.dry_run {
            print_status(&format!("would remove {} from {}", self.key, config::path().unwrap_or_default().quoted()));
        }
        Ok(ExitStatus::Done)
    }
}

/// Whether a setting stands outside of the profiles only.
fn is_for_all_profiles(key: &str) -> bool {
    key == "default_profile" || key.starts_with(ALIAS)
}

fn check_key(key: &str) -> Result<(), Failure> {
    if keys().any(|known| known == key) { Ok(()) } else { Err(unknown(key)) }
}

/// Changes a setting in the file, whose comments and order stay. Returns whether anything was to change.
fn change(
    profile: Option<&str>,
    key: &str,
    dry_run: bool,
    change: impl FnOnce(&mut Table, &str) -> bool,
) -> anyhow::Result<bool> {
    let file = config::path().ok_or_else(|| Failure::failed("no home directory").hint("set XDG_CONFIG_HOME"))?;
    let text = match fs::read_to_string(&file) {
        Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
        text => text.with_context(|| format!("cannot read {}", file.quoted()))?,
    };
    config::parse(&text, &file)?;
    let mut document: DocumentMut = text.parse()?;
    let mut path: Vec<&str> = match profile {
        Some(profile) => vec!["profile", profile],
        None => Vec::new(),
    };
    let (table, name) = key.split_once('.').unwrap_or(("", key));
    path.extend(Some(table).filter(|table| !table.is_empty()));
    let mut place = document.as_table_mut();
    for (i, name) in path.iter().enumerate() {
        let mut new = Table::new();
        // A table that only holds tables has no line of its own.
        new.set_implicit(i + 1 < path.len());
        let item = place.entry(name).or_insert(Item::Table(new));
        place = item.as_table_mut().ok_or_else(|| {
            Failure::failed(format!("{}: {name} is not a table of its own", file.quoted())).hint("rollbook config edit")
        })?;
    }
    if !change(place, name) {
        return Ok(false);
    }
    let text = document.to_string();
    config::parse(&text, &file)?;
    if !dry_run {
        save(&file, &text)?;
    }
    Ok(true)
}

/// Writes the file, which only its owner can read, in one step.
pub(super) fn save(file: &Path, text: &str) -> anyhow::Result<()> {
    // A link, as dotfiles are, stays one.
    let file: PathBuf = fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
    let directory = directory_of(&file);
    let cannot = || format!("cannot write {}", file.quoted());
    fs::create_dir_all(directory).with_context(cannot)?;
    let mut temporary = tempfile::NamedTempFile::new_in(directory).with_context(cannot)?;
    temporary.write_all(text.as_bytes()).with_context(cannot)?;
    temporary.as_file().sync_all().with_context(cannot)?;
    temporary.persist(&file).with_context(cannot)?;
    Ok(())
}
