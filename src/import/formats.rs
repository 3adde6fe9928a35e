//! The formats that a file can have. Each turns decoded bytes into records, and writes rejected records back.
//!
//! A new format is a file of its own here, and a line in [`format_of`].

use super::file_format::FileFormat;
use super::interpretation::Interpretation;

mod csv;
mod format;
mod json;
mod xlsx;

use format::Format;
pub use format::REASON_COLUMNS;
pub(super) use format::{Opened, Records, RejectWriter};
pub(super) use xlsx::to_csv as xlsx_to_csv;

/// The format of a file that begins so: the one that is given, or else the one that its first bytes tell.
pub(super) fn format_of(interpretation: &Interpretation, start: &[u8]) -> &'static dyn Format {
    let mut text = start;
    while let Some(rest) = text.strip_prefix("\u{feff}".as_bytes()) {
        text = rest;
    }
    let text = text.trim_ascii_start();
    let is_json = || interpretation.sniff && matches!(text.first(), Some(b'{' | b'['));
    match interpretation.format {
        Some(FileFormat::Json) => &json::Json,
        None if is_json() => &json::Json,
        // A sheet has become text by now.
        None | Some(FileFormat::Csv | FileFormat::Xlsx) => &csv::Csv,
    }
}
