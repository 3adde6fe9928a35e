//! The options of an import.

use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;

use clap::ValueEnum;
use serde::Serialize;

use super::encoding::TextEncoding;
use super::interpretation::Interpretation;
use crate::db::types::Timestamp;
use crate::models::AtMost;

/// What to do with the valid rows if others are invalid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OnError {
    /// Roll back the whole import
    Abort,
    /// Import the valid rows
    Skip,
}

/// What to do with a row that is recorded with other content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OnConflict {
    /// Roll back the whole import
    Abort,
    /// Skip the row and count it, without an error
    Skip,
    /// Skip the row, report it, and exit with status 4
    Report,
}

/// When to show progress.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Progress {
    /// A progress bar on a terminal, nothing elsewhere
    #[default]
    Auto,
    /// A line every ten seconds
    Plain,
    /// Never
    Off,
}

/// Parses `FROM..TO`, two times or dates in UTC.
///
/// # Errors
/// What was expected.
pub fn parse_time_span(text: &str) -> Result<(Timestamp, Timestamp), String> {
    let parse = |text: &str| {
        let time = if text.trim().len() == 10 { format!("{}T00:00:00Z", text.trim()) } else { text.to_owned() };
        time.parse::<Timestamp>().ok()
    };
    let span = text.split_once("..").and_then(|(from, to)| Some((parse(from)?, parse(to)?)));
    span.filter(|(from, to)| from < to)
        .ok_or_else(|| "expected FROM..TO, e.g. 1950-01-01..2030-01-01, the first before the second".to_owned())
}

/// Parses a size: bytes, or with a unit `KB`, `MB`, `GB`.
///
/// # Errors
/// What was expected.
pub fn parse_size(text: &str) -> Result<u64, String> {
    let upper = text.trim().to_ascii_uppercase();
    let units = [("KB", 10), ("MB", 20), ("GB", 30), ("TB", 40)];
    let (number, shift) = units
        .into_iter()
        .find_map(|(unit, shift)| upper.strip_suffix(unit).map(|number| (number.trim().to_owned(), shift)))
        .unwrap_or((upper.clone(), 0));
    number
        .parse::<u64>()
        .ok()
        .and_then(|number| number.checked_mul(1 << shift))
        .ok_or_else(|| "expected a size in bytes, or with KB, MB or GB, e.g. 20GB".to_owned())
}

/// All options of an import.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Options {
    /// How the rows are interpreted.
    pub interpretation: Interpretation,
    /// What to do with the valid rows if others are invalid.
    pub on_error: OnError,
    /// What to do with conflicts; `None` follows `on_error`.
    pub on_conflict: Option<OnConflict>,
    /// More refused rows than this roll the import back, even if refused rows are skipped.
    #[serde(skip)]
    pub max_errors: Option<AtMost>,
    /// Up to this many rejected rows are no error.
    #[serde(skip)]
    pub tolerate: Option<AtMost>,
    /// Roll the import back at the end.
    #[serde(skip)]
    pub dry_run: bool,
    /// Number of rows per transaction; `None` for a single transaction.
    pub commit_every: Option<NonZeroUsize>,
    /// Number of connections that write.
    pub jobs: NonZeroU32,
    /// Read a file again even if the import history has it.
    pub recheck: bool,
    /// The file for refused rows.
    #[serde(skip)]
    pub rejects: Option<PathBuf>,
    /// The file for the outcome as JSON.
    #[serde(skip)]
    pub summary: Option<PathBuf>,
    /// The file for how the files are read, as a preset.
    #[serde(skip)]
    pub save_preset: Option<PathBuf>,
    /// Replace the files for refused rows and for the outcome if they exist.
    #[serde(skip)]
    pub overwrite: bool,
    /// When to show progress.
    #[serde(skip)]
    pub progress: Progress,
    /// The most bytes that are copied from a pipe.
    #[serde(skip)]
    pub max_bytes: u64,
}

impl Options {
    /// Whether a conflict rolls the import back.
    pub(super) fn conflict_aborts(&self) -> bool {
        match self.on_conflict {
            Some(choice) => choice == OnConflict::Abort,
            None => self.on_error == OnError::Abort,
        }
    }

    /// Whether conflicts are only counted.
    pub(super) fn conflicts_are_fine(&self) -> bool {
        self.on_conflict == Some(OnConflict::Skip)
    }
}

/// Parses the label of an encoding, and returns its name.
///
/// # Errors
/// If the label is unknown.
pub fn parse_encoding(label: &str) -> Result<String, String> {
    match TextEncoding::of_label(label) {
        Some(encoding) => Ok(encoding.name()),
        None => Err("expected one like windows-1252, iso-8859-15, macintosh, cp850, utf-16le, shift_jis".to_owned()),
    }
}

/// Splits `NAME=VALUE`.
///
/// # Errors
/// If there is no `=`, or the name is empty.
pub fn parse_pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => Ok((name.trim().to_owned(), value.to_owned())),
        _ => Err("expected NAME=VALUE".to_owned()),
    }
}

/// As [`parse_pair`], with a value.
///
/// # Errors
/// As [`parse_pair`]; and when the value is empty, as that of an unset variable of a script is.
pub fn parse_filled_pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = parse_pair(text)?;
    if value.trim().is_empty() { Err(format!("the value of {name} is empty")) } else { Ok((name, value)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_a_number_or_a_percentage() {
        let exceeded = |text: &str, refused, read| text.parse::<AtMost>().unwrap().is_exceeded(refused, read);
        assert!(!exceeded("10", 10, 20));
        assert!(exceeded("10", 11, 20_000));
        assert!(!exceeded("0.5%", 5, 1000));
        assert!(exceeded("0.5%", 6, 1000));
        assert!(exceeded("0", 1, 1));
        for wrong in ["", "-1", "x%", "101%", "NaN%"] {
            assert!(wrong.parse::<AtMost>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn encodings_and_pairs_are_parsed() {
        assert_eq!(parse_encoding("latin1").as_deref(), Ok("windows-1252"));
        assert_eq!(parse_pair("a=b=c"), Ok(("a".to_owned(), "b=c".to_owned())));
    }
}
