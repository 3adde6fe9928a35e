//! The input options that a file of rejected rows has in its first line.

use std::collections::BTreeMap;

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::dialect::Dialect;
use super::file_format::FileFormat;
use super::interpretation::{Deactivated, Interpretation, is_skip};
use super::preset::Preset;
use crate::db::types::{TimeFormat, Timestamp};
use crate::models::SourceSystem;

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
        if let Some(json) = line.strip_prefix(EMBEDDED) {
            let parsed = serde_json::from_str(json.trim_end_matches([',', ';', '\t', '|']));
            return Some(parsed.or_else(|error| Self::parse_fields(line).unwrap_or(Err(error))));
        }
        if line.starts_with(&format!("\"{EMBEDDED}")) { Self::parse_fields(line) } else { None }
    }

    /// The same of a line that a spreadsheet has written as fields, some of them in quotes.
    fn parse_fields(line: &str) -> Option<serde_json::Result<Self>> {
        let parse = |delimiter: u8| {
            let mut reader = csv::ReaderBuilder::new();
            let mut reader = reader.has_headers(false).flexible(true).delimiter(delimiter).from_reader(line.as_bytes());
            let record = reader.records().next()?.ok()?;
            let fields: Vec<&str> = record.iter().collect();
            let text = fields.join(&char::from(delimiter).to_string());
            let json = text.strip_prefix(EMBEDDED)?.trim_end_matches(char::from(delimiter));
            Some(serde_json::from_str(json))
        };
        let mut found = b",;\t|".iter().filter_map(|delimiter| parse(*delimiter));
        let first = found.next()?;
        Some(first.or_else(|error| found.find(Result::is_ok).unwrap_or(Err(error))))
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
            allow_lost_options: true,
            skip_lines: None,
            sheet: None,
            dialect: self.dialect,
            dialect_given: true,
            delimiter_given: true,
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
