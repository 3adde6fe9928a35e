//! What a format has to give: the records of a file, one at a time, and a writer of those that were rejected.

use std::fs::File;

use crate::error::Failure;
use crate::import::decode::Decoded;
use crate::import::interpretation::Interpretation;
use crate::import::record::{Columns, Record};
use crate::log::FieldError;

/// A file as its format reads it.
pub(in crate::import) struct Opened<'a> {
    /// Its name, for messages.
    pub(in crate::import) name: String,
    /// Its text.
    pub(in crate::import) input: Decoded<File>,
    /// The columns that it may have.
    pub(in crate::import) columns: Columns,
    /// How it is read.
    pub(in crate::import) interpretation: &'a Interpretation,
    /// The kind of its rows, as it stands before a column in `--map` and `--set`.
    pub(in crate::import) kind: &'static str,
    /// Whether the text of its records is kept, for the file of rejected rows.
    pub(in crate::import) keeps_text: bool,
    /// Whether it comes from a pipe, uncompressed: nothing else tells then that it was cut off.
    pub(in crate::import) may_be_cut_off: bool,
    /// The line of its header.
    pub(in crate::import) first_line: u64,
}

/// The error for a file of refused rows without the options that they were read with: others make other events of them.
pub(in crate::import) fn lost_options(name: &str) -> anyhow::Error {
    Failure::failed(format!("{name}: the options are missing that its rows were read with"))
        .hint("keep the first line of a file of --rejects, in UTF-8; or give the options again, with --no-embedded-options")
        .into()
}

/// How bytes become records.
pub(in crate::import) trait Format {
    /// Reads as far as the first record.
    ///
    /// # Errors
    /// When the file as a whole is not of this format, or has not the columns that it needs.
    fn open(&self, file: Opened<'_>) -> anyhow::Result<Box<dyn Records>>;
}

/// The records of one file, read one at a time into the same memory.
pub(in crate::import) trait Records: Send {
    /// Reads the next record, and returns the line on which it begins; `None` at the end.
    fn next(&mut self) -> anyhow::Result<Option<u64>>;

    /// The kind of the record that was read last, if records of this kind are skipped and counted.
    fn skipped(&self) -> Option<&str>;

    /// The record that was read last, or what is wrong with it as a whole.
    fn record(&self) -> Result<Record<'_>, Vec<FieldError>>;

    /// The text of the same, as it stood in the file; empty if texts are not kept.
    fn take_text(&mut self) -> Box<[u8]>;

    /// The size of the same, in bytes.
    fn bytes(&self) -> usize;

    /// The text of the header, as it stood in the file; empty if texts are not kept.
    fn header(&self) -> &[u8];

    /// The options of columns that the file does not have; not of a column that it must have.
    fn unused_options(&self) -> &[String];

    /// What somebody should know of the file as a whole, once it has been read.
    fn notes(&self) -> Vec<String>;

    /// How the file is read: as it was asked for, with what was found in the file.
    fn interpretation(&self) -> &Interpretation;

    /// Creates a file for rejected records that the same options can import.
    fn create_rejects(&self, file: File) -> anyhow::Result<Box<dyn RejectWriter>>;

    /// The SHA-256 of the whole file, once it has been read.
    fn sha256(self: Box<Self>) -> anyhow::Result<String>;
}

/// The columns that say why a row was refused, before its own. An import ignores columns that start with `_`.
pub const REASON_COLUMNS: [&str; 4] = ["_line", "_verdict", "_field", "_reason"];

/// Writes rejected records.
pub(in crate::import) trait RejectWriter: Send {
    /// Writes a record after our own columns.
    fn write(&mut self, own: [&str; 4], text: &[u8]) -> anyhow::Result<()>;

    /// Writes out what is buffered.
    fn flush(&mut self) -> anyhow::Result<()>;
}
