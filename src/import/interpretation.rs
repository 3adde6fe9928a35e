//! How the rows of a file are interpreted.

use std::collections::BTreeMap;

use chrono::{SubsecRound as _, TimeDelta};
use chrono_tz::Tz;
use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use super::dialect::Dialect;
use super::file_format::FileFormat;
use super::file_kind::FileKind;
use super::preset::Preset;
use crate::db::types::{TimeFormat, TimeReader, Timestamp};
use crate::models::{Role, SourceSystem};

/// What to do with people who are deactivated in the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deactivated {
    /// Skip and count them
    #[default]
    Skip,
    /// Reject their rows
    Report,
    /// Remove the roles of recorded users
    RemoveRoles,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
pub(super) fn is_skip(deactivated: &Deactivated) -> bool {
    *deactivated == Deactivated::Skip
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
    #[serde(skip_serializing_if = "Clone::clone")]
    pub sniff: bool,
    /// The number of lines before the header, if it is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skip_lines: Option<u64>,
    /// The sheet of a workbook; `None` is the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// The most bytes that a file may decompress to.
    #[serde(skip)]
    pub max_bytes: u64,
    /// How lines become fields; `None` in a file whose delimiter is looked for.
    pub dialect: Dialect,
    /// Whether the delimiter, the quote or a dialect was given.
    #[serde(skip)]
    pub dialect_given: bool,
    /// Whether the delimiter was, by itself or by a dialect: it is not looked for.
    #[serde(skip)]
    pub delimiter_given: bool,
    /// The name of the encoding; `None` is UTF-8.
    pub encoding: Option<String>,
    /// Columns to rename: the name in the file, and ours.
    pub map: BTreeMap<String, String>,
    /// The columns of the file that `--map` joins, which must be there.
    #[serde(skip)]
    pub joined: Vec<String>,
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
    /// Whether a file of refused rows may lack the options that they were read with, because they are given.
    #[serde(skip)]
    pub allow_lost_options: bool,
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
            delimiter_given: false,
            encoding: None,
            map: BTreeMap::new(),
            joined: Vec::new(),
            set: BTreeMap::new(),
            assume_tz: None,
            source_system: None,
            content_key: true,
            nulls: vec!["\\N".to_owned()],
            time_formats: Vec::new(),
            allow_times: None,
            decimal: '.',
            decimal_given: false,
            allow_lost_options: false,
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
    /// The column that an option names, and whether it is for this kind of files alone; `None` if it is for another kind.
    pub(super) fn of_kind<'a>(&self, given: &'a str, kind: &str) -> Option<(&'a str, bool)> {
        match given.split_once(':').filter(|(prefix, _)| FileKind::ALL.iter().any(|kind| kind.as_str() == *prefix)) {
            Some((prefix, name)) if self.several_kinds => (prefix == kind).then_some((name, true)),
            _ => Some((given, false)),
        }
    }

    /// The columns to rename in a file of this kind.
    pub(super) fn map_of_kind(&self, kind: &str) -> BTreeMap<String, String> {
        let ours = |(theirs, ours): (&String, &String)| Some((self.of_kind(theirs, kind)?.0.to_owned(), ours.clone()));
        self.map.iter().filter_map(ours).collect()
    }

    /// The columns with a value for every row of a file of this kind.
    pub(super) fn set_of_kind(&self, kind: &str) -> BTreeMap<String, String> {
        let ours = |(name, value): (&String, &String)| Some((self.of_kind(name, kind)?.0.to_owned(), value.clone()));
        self.set.iter().filter_map(ours).collect()
    }

    /// Reads the times of the file. Without `--allow-times`, those from 1990 to a day from now are plausible.
    pub(super) fn times(&self) -> TimeReader {
        let plausible = self.allow_times.unwrap_or_else(|| {
            let tomorrow = (Timestamp::now().utc() + TimeDelta::days(1)).trunc_subsecs(0);
            let tomorrow = Timestamp::try_from(tomorrow.fixed_offset());
            (FIRST_PLAUSIBLE.parse().unwrap_or(Timestamp::FIRST), tomorrow.unwrap_or(Timestamp::LAST))
        });
        TimeReader { formats: self.time_formats.clone(), plausible, ..TimeReader::rfc3339(self.assume_tz) }
    }
}
