//! What an import was told.

use std::collections::BTreeMap;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;

use chrono_tz::Tz;
use clap::ValueEnum;
use serde::Serialize;

use crate::models::{AtMost, SourceSystem};

/// What to do with the good rows when there are bad ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OnError {
    /// Undo the whole import
    Abort,
    /// Keep the good rows
    Skip,
}

/// What to do when a row is recorded with other content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OnConflict {
    /// Undo the whole import
    Abort,
    /// Leave the row out and count it: no error
    Skip,
    /// Leave the row out, say so, and exit with 4
    Report,
}

/// When to show how far an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Progress {
    /// A bar on a terminal, nothing elsewhere
    #[default]
    Auto,
    /// A line every ten seconds
    Plain,
    /// Never
    Off,
}

/// How the bytes of a file become fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Dialect {
    /// What stands between fields.
    pub delimiter: u8,
    /// What a field with delimiters in it is wrapped in; nothing takes every character as it stands.
    pub quote: Option<u8>,
    /// The encoding, by its WHATWG name; UTF-8 if none is named.
    pub encoding: Option<String>,
}

/// What decides what the rows of a file mean.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Meaning {
    /// How the bytes become fields.
    pub dialect: Dialect,
    /// Our names of the file's columns.
    pub map: BTreeMap<String, String>,
    /// Columns that the file lacks, with the value of every row.
    pub set: BTreeMap<String, String>,
    /// Whose clocks a time without an offset is read from.
    pub assume_tz: Option<Tz>,
    /// The source system of actions that name none.
    pub source_system: Option<SourceSystem>,
    /// Whether an action without any key is given one made of its content.
    pub content_key: bool,
    /// Whether a user or champion record that is there is changed to what the file says.
    pub update: bool,
    /// Whether that may move a champion record back.
    pub force: bool,
}

/// Everything an import was told.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Options {
    /// What the rows mean.
    pub meaning: Meaning,
    /// What to do with the good rows when there are bad ones.
    pub on_error: OnError,
    /// What to do with conflicts, if not the same.
    pub on_conflict: Option<OnConflict>,
    /// How many refused rows undo it all the same.
    #[serde(skip)]
    pub max_errors: Option<AtMost>,
    /// Take everything back at the end.
    #[serde(skip)]
    pub dry_run: bool,
    /// How many rows make a transaction; without it, all.
    pub commit_every: Option<NonZeroUsize>,
    /// How many connections write.
    pub jobs: NonZeroU32,
    /// Read a file again that the ledger knows.
    pub recheck: bool,
    /// Where the refused rows go.
    #[serde(skip)]
    pub rejects: Option<PathBuf>,
    /// Where the outcome goes, as JSON.
    #[serde(skip)]
    pub summary: Option<PathBuf>,
    /// Whether to show how far it is.
    #[serde(skip)]
    pub progress: Progress,
}

impl Options {
    /// Whether a conflict undoes the import.
    pub(super) fn conflict_aborts(&self) -> bool {
        match self.on_conflict {
            Some(choice) => choice == OnConflict::Abort,
            None => self.on_error == OnError::Abort,
        }
    }

    /// Whether conflicts are no more than a number.
    pub(super) fn conflicts_are_fine(&self) -> bool {
        self.on_conflict == Some(OnConflict::Skip)
    }
}

/// The delimiter that a word or a character means.
///
/// # Errors
/// When it is neither.
pub fn parse_delimiter(text: &str) -> Result<u8, String> {
    let byte = match text {
        "comma" => b',',
        "semicolon" => b';',
        "tab" | "\\t" => b'\t',
        "pipe" | "bar" => b'|',
        _ => match text.as_bytes() {
            [byte] if byte.is_ascii() && !byte.is_ascii_alphanumeric() => *byte,
            _ => return Err("expected one character, or comma, semicolon, tab, pipe".to_owned()),
        },
    };
    if matches!(byte, b'"' | b'\r' | b'\n' | 0) {
        return Err("this character has another meaning".to_owned());
    }
    Ok(byte)
}

/// The quote that a word or a character means.
///
/// # Errors
/// When it is neither.
pub fn parse_quote(text: &str) -> Result<Quote, String> {
    match text {
        "none" => Ok(Quote(None)),
        "double" => Ok(Quote(Some(b'"'))),
        "single" => Ok(Quote(Some(b'\''))),
        _ => match text.as_bytes() {
            [byte] if byte.is_ascii_punctuation() => Ok(Quote(Some(*byte))),
            _ => Err("expected one character, or double, single, none".to_owned()),
        },
    }
}

/// What fields are wrapped in, if anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quote(pub Option<u8>);

/// The encoding that a label means, by its WHATWG name.
///
/// # Errors
/// When there is none of that name.
pub fn parse_encoding(label: &str) -> Result<String, String> {
    match encoding_rs::Encoding::for_label_no_replacement(label.as_bytes()) {
        Some(encoding) => Ok(encoding.name().to_owned()),
        None => Err("expected one like windows-1252, iso-8859-15, utf-16le, shift_jis".to_owned()),
    }
}

/// Both sides of `NAME=VALUE`.
///
/// # Errors
/// When there is no `=`, or nothing before it.
pub fn parse_pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => Ok((name.trim().to_owned(), value.to_owned())),
        _ => Err("expected NAME=VALUE".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_many_is_a_number_or_a_share() {
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
    fn delimiters_and_quotes_have_names() {
        assert_eq!(
            ["comma", "tab", "\\t", ";", "pipe"].map(parse_delimiter),
            [Ok(b','), Ok(b'\t'), Ok(b'\t'), Ok(b';'), Ok(b'|')]
        );
        for wrong in ["", "ab", "\"", "x", "\n"] {
            assert!(parse_delimiter(wrong).is_err(), "{wrong}");
        }
        assert_eq!(parse_quote("none"), Ok(Quote(None)));
        assert_eq!(parse_quote("'"), Ok(Quote(Some(b'\''))));
        assert_eq!(parse_encoding("latin1").as_deref(), Ok("windows-1252"));
        assert_eq!(parse_pair("a=b=c"), Ok(("a".to_owned(), "b=c".to_owned())));
    }
}
