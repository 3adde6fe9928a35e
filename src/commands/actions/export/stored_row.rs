//! A row of the log as it is stored: its cells as text, from either engine.

use std::fmt::Write as _;
use std::num::TryFromIntError;

use diesel::deserialize::{self, QueryableByName};
use diesel::row::{Field as _, NamedRow, Row};

use crate::db::types::Timestamp;
use crate::db::{MultiBackend, MultiRawValue};
use crate::models::UserAction;
use crate::output::Record as _;

/// Number of cells in a row; they are in the order of [`UserAction::COLUMNS`].
pub(super) const CELLS: usize = UserAction::COLUMNS.len();
/// Indexes of some cells of a row.
pub(super) const METADATA: usize = 6;
pub(super) const OCCURRED_AT: usize = 10;
pub(super) const RECORDED_AT: usize = 11;
const POSITION: usize = 12;

/// A row as read from the database: the concatenated cells, and where each cell ends.
#[derive(Debug, Default)]
pub(super) struct StoredRow {
    pub(super) text: String,
    pub(super) ends: [u32; CELLS],
    cells: usize,
}

/// The type of a column, as far as the engines encode it differently.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    Text,
    Json,
    Time,
    Number,
}

impl Kind {
    pub(super) const fn of(column: usize) -> Self {
        match column {
            METADATA => Self::Json,
            OCCURRED_AT | RECORDED_AT => Self::Time,
            POSITION => Self::Number,
            _ => Self::Text,
        }
    }
}

impl QueryableByName<MultiBackend> for StoredRow {
    fn build<'a>(row: &impl NamedRow<'a, MultiBackend>) -> deserialize::Result<Self> {
        let mut stored = Self { text: String::with_capacity(512), ..Self::default() };
        for i in 0..CELLS {
            match (Row::get(row, i).ok_or("a column is missing")?.value(), Kind::of(i)) {
                (None, _) => {}
                (Some(MultiRawValue::Sqlite(mut value)), Kind::Number) => write!(stored.text, "{}", value.read_long())?,
                (Some(MultiRawValue::Sqlite(mut value)), _) => stored.text.push_str(value.read_text()),
                (Some(MultiRawValue::Postgres(value)), kind) => stored.push_postgres(kind, value.as_bytes())?,
            }
            stored.end_cell()?;
        }
        Ok(stored)
    }
}

impl StoredRow {
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.cells = 0;
    }

    pub(super) fn end_cell(&mut self) -> Result<(), TryFromIntError> {
        self.ends[self.cells] = u32::try_from(self.text.len())?;
        self.cells += 1;
        Ok(())
    }

    /// Appends a binary PostgreSQL value to the cell, in the text form that SQLite stores.
    pub(super) fn push_postgres(&mut self, kind: Kind, bytes: &[u8]) -> deserialize::Result<()> {
        match kind {
            Kind::Text => self.text.push_str(str::from_utf8(bytes)?),
            // The first byte of a binary jsonb value is its format version.
            Kind::Json => self.text.push_str(str::from_utf8(bytes.get(1..).unwrap_or_default())?),
            Kind::Time => {
                let time = Timestamp::from_postgres(i64::from_be_bytes(bytes.try_into()?))?;
                self.text.push_str(&time.fixed_width());
            }
            Kind::Number => write!(self.text, "{}", i64::from_be_bytes(bytes.try_into()?))?,
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_column_indexes_match_the_column_names() {
        let names = [METADATA, OCCURRED_AT, RECORDED_AT, POSITION].map(|column| UserAction::COLUMNS[column]);
        assert_eq!(names, ["metadata", "occurred_at", "recorded_at", "position"]);
    }
}
