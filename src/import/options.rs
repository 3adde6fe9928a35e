//! The options of an import.

use std::collections::BTreeMap;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;

use chrono::{SubsecRound as _, TimeDelta};
use chrono_tz::Tz;
use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use super::encoding::TextEncoding;
use super::formats::{Dialect, FileFormat};
use super::preset::Preset;
use crate::db::types::{TimeFormat, TimeReader, Timestamp};
use crate::models::{AtMost, Role, SourceSystem};

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

/// What to do with people who are deactivated in the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deactivated {
    /// Skip and count them
    #[default]
    Skip,
    /// Reject their rows
    Report,
    /// Take their roles, if they are recorded
    RemoveRoles,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn is_skip(deactivated: &Deactivated) -> bool {
    *deactivated == Deactivated::Skip
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

/// Input options: how the rows of a file are interpreted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "independent options")]
pub struct Interpretation {
    /// The format; `None` if the first bytes tell it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<FileFormat>,
    /// How the fields of the source become our columns.
    #[serde(skip_serializing_if = "Preset::is_empty")]
    pub preset: Preset,
    /// Whether events whose name is not mapped are skipped.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub skips_unmapped: bool,
    /// Whether events of unknown users are kept for later.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub parks_unknown: bool,
    /// Whether test data of the source is imported.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub allows_test: bool,
    /// What happens to people who are deactivated in the source.
    #[serde(skip_serializing_if = "is_skip")]
    pub deactivated: Deactivated,
    /// Whether blanks around values are removed, in metadata too.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub trims: bool,
    /// Whether what is not given is looked for in the file: format, delimiter, header line, encoding.
    #[serde(skip)]
    pub sniff: bool,
    /// The number of lines before the header, if it is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skip_lines: Option<u64>,
    /// The sheet of a workbook; `None` is the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// The most bytes that a file may unpack to.
    #[serde(skip)]
    pub max_bytes: u64,
    /// How lines become fields; `None` in a file whose delimiter is looked for.
    pub dialect: Dialect,
    /// Whether the delimiter was given.
    #[serde(skip)]
    pub dialect_given: bool,
    /// The name of the encoding; `None` is UTF-8.
    pub encoding: Option<String>,
    /// Columns to rename: the name in the file, and ours.
    pub map: BTreeMap<String, String>,
    /// Columns that the file does not have, with their value for every row.
    pub set: BTreeMap<String, String>,
    /// The time zone of timestamps without an offset.
    pub assume_tz: Option<Tz>,
    /// The source system of actions that do not name one.
    pub source_system: Option<SourceSystem>,
    /// Whether an action without a key gets one derived from its content.
    pub content_key: bool,
    /// What stands for no value in an unquoted field.
    #[serde(skip_serializing_if = "is_default_null")]
    pub nulls: Vec<String>,
    /// Notations of times that are accepted besides RFC 3339.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub time_formats: Vec<TimeFormat>,
    /// The first plausible time, and the first that is not plausible any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_times: Option<(Timestamp, Timestamp)>,
    /// The decimal point of numbers in metadata columns.
    #[serde(skip_serializing_if = "is_point")]
    pub decimal: char,
    /// Whether the decimal point was given.
    #[serde(skip)]
    pub decimal_given: bool,
    /// Whether a last line without a line end is accepted from a pipe.
    #[serde(skip)]
    pub allow_unterminated: bool,
    /// Columns of which an empty field removes the recorded value.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub empty_clears: Vec<String>,
    /// The privileged roles that a file may grant.
    #[serde(skip)]
    pub allow_roles: Vec<Role>,
    /// Whether files of several kinds are imported: then a renaming is for the files that have the column.
    #[serde(skip)]
    pub several_kinds: bool,
    /// Whether existing users and champion records are changed to the content of the file.
    pub update: bool,
    /// Whether an update may move a champion record back to an earlier stage.
    pub force: bool,
}

fn is_default_null(nulls: &[String]) -> bool {
    nulls == ["\\N"]
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn is_point(decimal: &char) -> bool {
    *decimal == '.'
}

impl Default for Interpretation {
    fn default() -> Self {
        Self {
            format: None,
            preset: Preset::default(),
            skips_unmapped: false,
            allows_test: false,
            parks_unknown: false,
            deactivated: Deactivated::Skip,
            trims: false,
            sniff: true,
            skip_lines: None,
            sheet: None,
            max_bytes: 64 << 30,
            dialect: Dialect::default(),
            dialect_given: false,
            encoding: None,
            map: BTreeMap::new(),
            set: BTreeMap::new(),
            assume_tz: None,
            source_system: None,
            content_key: true,
            nulls: vec!["\\N".to_owned()],
            time_formats: Vec::new(),
            allow_times: None,
            decimal: '.',
            decimal_given: false,
            allow_unterminated: false,
            empty_clears: Vec::new(),
            allow_roles: Vec::new(),
            several_kinds: false,
            update: false,
            force: false,
        }
    }
}

/// Before this year, nothing that is imported has happened.
const FIRST_PLAUSIBLE: &str = "1990-01-01T00:00:00Z";

impl Interpretation {
    /// Reads the times of the file. Without `--allow-times`, those from 1990 to a day from now are plausible.
    pub(super) fn times(&self) -> TimeReader {
        let plausible = self.allow_times.unwrap_or_else(|| {
            let tomorrow = (Timestamp::now().utc() + TimeDelta::days(1)).trunc_subsecs(0);
            let tomorrow = Timestamp::try_from(tomorrow.fixed_offset());
            (FIRST_PLAUSIBLE.parse().unwrap_or(Timestamp::FIRST), tomorrow.unwrap_or(Timestamp::LAST))
        });
        TimeReader { formats: self.time_formats.clone(), assume_tz: self.assume_tz, plausible }
    }
}

/// The options by which a file of rejected rows can be read: they are its first line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "independent options")]
pub struct EmbeddedOptions {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    format: Option<FileFormat>,
    #[serde(default, skip_serializing_if = "Preset::is_empty")]
    preset: Preset,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    skips_unmapped: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    allows_test: bool,
    #[serde(default, skip_serializing_if = "is_skip")]
    deactivated: Deactivated,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    trims: bool,
    dialect: Dialect,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    map: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    set: BTreeMap<String, String>,
    nulls: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    time_formats: Vec<TimeFormat>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    allow_times: Option<(Timestamp, Timestamp)>,
    decimal: char,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    assume_tz: Option<Tz>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    source_system: Option<SourceSystem>,
    #[serde(default = "is_true", skip_serializing_if = "Clone::clone")]
    content_key: bool,
}

const fn is_true() -> bool {
    true
}

/// What the first line of such a file starts with.
const EMBEDDED: &str = "# rollbook import options: ";

impl EmbeddedOptions {
    /// The options by which a file is read.
    #[must_use]
    pub fn of(interpretation: &Interpretation) -> Self {
        let interpretation = interpretation.clone();
        Self {
            // The refused rows of a sheet are text.
            format: interpretation.format.map(|format| match format {
                FileFormat::Json => FileFormat::Json,
                FileFormat::Csv | FileFormat::Xlsx => FileFormat::Csv,
            }),
            preset: interpretation.preset,
            skips_unmapped: interpretation.skips_unmapped,
            allows_test: interpretation.allows_test,
            deactivated: interpretation.deactivated,
            trims: interpretation.trims,
            dialect: interpretation.dialect,
            map: interpretation.map,
            set: interpretation.set,
            nulls: interpretation.nulls,
            time_formats: interpretation.time_formats,
            allow_times: interpretation.allow_times,
            decimal: interpretation.decimal,
            assume_tz: interpretation.assume_tz,
            source_system: interpretation.source_system,
            content_key: interpretation.content_key,
        }
    }

    /// The options on the first line of a file; `None` for any other line.
    ///
    /// # Errors
    /// When the line holds something else.
    #[must_use]
    pub fn parse(line: &str) -> Option<serde_json::Result<Self>> {
        let line = line.trim_start_matches('\u{feff}').trim_end();
        // A spreadsheet adds the delimiters of empty fields.
        let json = line.strip_prefix(EMBEDDED)?.trim_end_matches([',', ';', '\t', '|']);
        Some(serde_json::from_str(json))
    }

    /// The line.
    ///
    /// # Errors
    /// When an option has no such form.
    pub fn line(&self) -> serde_json::Result<String> {
        Ok(format!("{EMBEDDED}{}", serde_json::to_string(self)?))
    }

    /// Replaces the reading options.
    #[must_use]
    pub fn applied_to(self, interpretation: Interpretation) -> Interpretation {
        Interpretation {
            format: self.format,
            preset: self.preset,
            skips_unmapped: self.skips_unmapped,
            allows_test: self.allows_test,
            deactivated: self.deactivated,
            trims: self.trims,
            sniff: false,
            skip_lines: None,
            sheet: None,
            dialect: self.dialect,
            dialect_given: true,
            encoding: None,
            map: self.map,
            set: self.set,
            nulls: self.nulls,
            time_formats: self.time_formats,
            allow_times: self.allow_times,
            decimal: self.decimal,
            decimal_given: true,
            assume_tz: self.assume_tz,
            source_system: self.source_system,
            content_key: self.content_key,
            ..interpretation
        }
    }
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
