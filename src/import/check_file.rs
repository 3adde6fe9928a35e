//! Reads and checks a file without a database.

use std::sync::mpsc::Receiver;

use super::file_kind::FileKind;
use super::formats::{Opened, format_of};
use super::interpretation::Interpretation;
use super::kinds::{Kind, actions, champions, users};
use super::reader::{self, Chunk};
use super::source::Source;
use crate::models::EventIds;

/// How many rows of a file are valid in themselves, and how many are not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CheckedRows {
    /// Rows that an import would look up and write.
    pub valid: u64,
    /// Rows that an import would reject at once.
    pub rejected: u64,
}

/// Reads a file to its end and checks each row, as an import does before it opens a database.
///
/// # Errors
/// When the file cannot be read, or as a whole is not of its format.
pub fn check_file(kind: FileKind, source: &Source, interpretation: &Interpretation) -> anyhow::Result<CheckedRows> {
    match kind {
        FileKind::Users => check(source, users::Users::new, kind, interpretation),
        FileKind::Actions => {
            check(source, |found| actions::Actions::new(found, EventIds::new_file()), kind, interpretation)
        }
        FileKind::Champions => check(source, champions::Champions::new, kind, interpretation),
    }
}

fn check<K: Kind>(
    source: &Source,
    rows: impl FnOnce(&Interpretation) -> K,
    kind: FileKind,
    interpretation: &Interpretation,
) -> anyhow::Result<CheckedRows> {
    let (input, _, may_be_cut_off) = source.decode(interpretation)?;
    let file = Opened {
        name: source.shown().to_owned(),
        input,
        columns: K::COLUMNS,
        kind: kind.as_str(),
        interpretation,
        keeps_text: true,
        may_be_cut_off,
        first_line: source.first_line(),
    };
    let records = format_of(interpretation, file.input.start()).open(file)?;
    let rows = rows(records.interpretation());
    let (checked, ..) = reader::run(records, &rows, true, |chunks: Receiver<Chunk<K::Content>>| {
        Ok(chunks.into_iter().fold(CheckedRows::default(), |sum, chunk| CheckedRows {
            valid: sum.valid + chunk.rows.len() as u64,
            rejected: sum.rejected + chunk.refused.len() as u64,
        }))
    })?;
    Ok(checked)
}
