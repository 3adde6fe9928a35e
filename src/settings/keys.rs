//! The keys that a file can have, and what their values are.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use chrono_tz::Tz;
use clap::ValueEnum as _;

use super::value::{Color, MaxAge, ReasonRule, Value};
use crate::db::DatabaseUrl;
use crate::models::SourceSystem;
use crate::output::{Format, TimeStyle};
use crate::text::did_you_mean;

/// A setting that a file can have: its key, and how its value is checked.
type Key = (&'static str, fn(&str) -> Result<(), String>);

/// Whether a text is a value of the type.
fn check<T: Value>(text: &str) -> Result<(), String> {
    T::parse(text).map(drop)
}

/// Whether a text is a format that every list can be printed in.
fn check_format(text: &str) -> Result<(), String> {
    match Format::parse(text)? {
        Format::Parquet => Err("parquet is only for actions export: give it with --format there".to_owned()),
        _ => Ok(()),
    }
}

/// The settings of the file and of its profiles, but for the ages of the sources.
const KEYS: [Key; 16] = [
    ("actor", check::<String>),
    ("cohort", check::<String>),
    ("color", check::<Color>),
    ("database_url", check::<String>),
    ("database_url_file", check::<PathBuf>),
    ("format", check_format),
    ("limit", check::<NonZeroUsize>),
    ("lock_timeout", check::<u32>),
    ("max_staleness", check::<MaxAge>),
    ("pager", check::<String>),
    ("protected", check::<bool>),
    ("read_database_url", check::<DatabaseUrl>),
    ("reason", check::<ReasonRule>),
    ("times", check::<TimeStyle>),
    ("trusted_hosts", check::<Vec<String>>),
    ("tz", check::<Tz>),
];

/// The start of the keys of the sources' ages.
pub(super) const FRESHNESS: &str = "freshness.";

/// The keys of all settings.
pub(crate) fn keys() -> impl Iterator<Item = String> {
    let ages = SourceSystem::value_variants().iter().map(|source| format!("{FRESHNESS}{source}"));
    KEYS.iter().map(|(name, _)| (*name).to_owned()).chain(ages)
}

/// The start of the keys of a person's own commands.
pub(crate) const ALIAS: &str = "alias.";

/// Checks a command of a person's own.
///
/// # Errors
/// Says what is wrong.
pub(crate) fn check_alias(name: &str, command: &str) -> Result<(), String> {
    if name.is_empty() || name.starts_with(['-', '@']) || name.contains(char::is_whitespace) {
        return Err(format!("{ALIAS}{name}: expected a name of one word, without - or @ at its start"));
    }
    let problem = match shlex::split(command) {
        None => "a quote is not closed",
        Some(words) if words.is_empty() => "expected a command",
        Some(_) => return Ok(()),
    };
    Err(format!("{ALIAS}{name} {command:?}: {problem}"))
}

/// Checks a setting of the file.
///
/// # Errors
/// Says what is wrong; the value of a database URL is not repeated.
pub(crate) fn check_setting(key: &str, text: &str) -> Result<(), String> {
    let check = match key.strip_prefix(FRESHNESS) {
        Some(source) if SourceSystem::from_str(source, false).is_ok() => check::<MaxAge>,
        _ => KEYS.iter().find(|(name, _)| *name == key).map(|(_, check)| *check).ok_or_else(|| {
            let known: Vec<String> = keys().collect();
            let hint = did_you_mean(key, known.iter().map(String::as_str)).map(|hint| format!("; {hint}"));
            format!("unknown setting {key}{}", hint.unwrap_or_default())
        })?,
    };
    let shown = if key.contains("database_url") { String::new() } else { format!(" {text:?}") };
    check(text).map_err(|problem| format!("{key}{shown}: {problem}"))
}
