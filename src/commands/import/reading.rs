use chrono_tz::Tz;

use super::source::SourceArgs;
use crate::db::types::{TimeFormat, Timestamp};
use crate::import::{DialectArgs, parse_encoding, parse_filled_pair, parse_pair, parse_size, parse_time_span};

/// Options for how a file is read.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Input options")]
pub(super) struct Reading {
    #[command(flatten, next_help_heading = "Input format")]
    pub(super) source: SourceArgs,
    #[command(flatten, next_help_heading = "Input format")]
    pub(super) dialect: DialectArgs,
    /// Encoding of the file, e.g. windows-1252 [default: UTF-8]
    #[arg(long, value_name = "NAME", value_parser = parse_encoding, hide_short_help = true)]
    pub(super) encoding: Option<String>,
    /// Rename a column of the file; rename it to _ to ignore it
    ///
    /// First+Last=name joins columns with a blank. In JSON, THEIRS is a path of members, e.g. properties.price.
    /// With import all, for the files that have the column; or actions:THEIRS=OURS for one kind of file.
    #[arg(long, value_name = "THEIRS=OURS", value_parser = parse_pair, hide_short_help = true)]
    pub(super) map: Vec<(String, String)>,
    /// Set a column that is missing in the file to this value in every row
    ///
    /// With import all, COLUMN must exist for the kind of file; or actions:COLUMN=VALUE for one kind.
    #[arg(long, value_name = "COLUMN=VALUE", value_parser = parse_filled_pair, hide_short_help = true)]
    pub(super) set: Vec<(String, String)>,
    /// What stands for no value in an unquoted field; may be repeated [default: \N]
    #[arg(long = "null", value_name = "TEXT", hide_short_help = true)]
    pub(super) nulls: Vec<String>,
    /// Notation of times besides RFC 3339: a pattern like '%d.%m.%Y %H:%M', or epoch, epoch-ms, excel; may be repeated
    #[arg(long = "time-format", value_name = "FORMAT", hide_short_help = true)]
    pub(super) time_formats: Vec<TimeFormat>,
    /// Assume this time zone for timestamps without an offset, e.g. Europe/Berlin
    #[arg(long, value_name = "ZONE", hide_short_help = true)]
    pub(super) assume_tz: Option<Tz>,
    /// Times that are plausible [default: from 1990 to a day from now]
    #[arg(long, value_name = "FROM..TO", value_parser = parse_time_span, hide_short_help = true)]
    pub(super) allow_times: Option<(Timestamp, Timestamp)>,
    /// Decimal point of numbers in metadata columns [default: .]
    #[arg(long, value_name = "CHAR", value_parser = parse_decimal, hide_short_help = true)]
    pub(super) decimal: Option<char>,
    /// Accept a last line without a line end from a pipe
    #[arg(long, hide_short_help = true)]
    pub(super) allow_unterminated: bool,
    /// Do not use the options on the first line of a file of rejected rows
    #[arg(long, hide_short_help = true)]
    pub(super) no_embedded_options: bool,
    /// Maximum number of bytes to read from a pipe, e.g. 20GB
    #[arg(long, value_name = "SIZE", default_value = "64GB", value_parser = parse_size, hide_short_help = true)]
    pub(super) max_bytes: u64,
}

fn parse_decimal(text: &str) -> Result<char, String> {
    match text {
        "." => Ok('.'),
        "," => Ok(','),
        _ => Err("expected . or ,".to_owned()),
    }
}

impl Reading {
    /// Whether any option is given that a file of rejected rows brings itself.
    pub(super) fn is_given(&self) -> bool {
        self.source.is_given()
            || self.dialect.is_given()
            || self.encoding.is_some()
            || !self.map.is_empty()
            || !self.set.is_empty()
            || !self.nulls.is_empty()
            || !self.time_formats.is_empty()
            || self.assume_tz.is_some()
            || self.allow_times.is_some()
            || self.decimal.is_some()
    }
}
