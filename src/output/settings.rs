//! How data is written.

use std::num::NonZeroUsize;

use anstream::ColorChoice;
use chrono_tz::Tz;
use clap::ValueEnum;

use super::Format;

/// How tables show times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TimeStyle {
    /// By their distance from now, as 3 days ago
    Relative,
    /// As dates and times of day
    Absolute,
}

/// How data is written.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "independent settings")]
pub struct OutputSettings {
    /// The format.
    pub format: Format,
    /// When colors are used.
    pub color: ColorChoice,
    /// Whether only data and errors are printed.
    pub quiet: bool,
    /// The zone in which tables show times.
    pub tz: Tz,
    /// How tables show times; by default by their distance from now on a terminal.
    pub times: Option<TimeStyle>,
    /// The rows of a list, where no option says how many.
    pub limit: Option<NonZeroUsize>,
    /// Whether the line with the names of the columns is hidden.
    pub no_header: bool,
    /// Whether the format was given for this command, and is no default of the environment or the configuration.
    pub is_format_given: bool,
    /// The fields of the JSON form to write; all if none is named.
    pub fields: Vec<String>,
    /// A filter on the JSON form, in jq's language.
    pub filter: Option<String>,
    /// The program that shows what is longer than the terminal.
    pub pager: Option<String>,
    /// Whether nobody is asked anything.
    pub no_input: bool,
}
