//! What can be printed.

use serde::Serialize;

/// Something that can be printed in every format. Its JSON form is its [`Serialize`].
pub trait Record: Serialize {
    /// The columns, in the order of CSV and of a single record.
    const COLUMNS: &'static [&'static str];
    /// The columns of a list in a table.
    const TABLE: &'static [&'static str];
    /// The columns that contain numbers, which a table aligns to the right.
    const NUMBERS: &'static [&'static str] = &[];
    /// The columns that a table wraps over several lines instead of hiding them.
    const PROSE: &'static [&'static str] = &[];

    /// The cells, in the order of [`Self::COLUMNS`]; a missing value is an empty cell.
    fn cells(&self) -> Vec<String>;

    /// Hands out each cell, in the order of [`Self::COLUMNS`]; for records that have them without copying.
    ///
    /// # Errors
    /// What `take` returns.
    fn each_cell(&self, take: &mut dyn FnMut(&str) -> anyhow::Result<()>) -> anyhow::Result<()> {
        self.cells().iter().try_for_each(|cell| take(cell))
    }

    /// What the bars measure, with the unit.
    const BAR: Option<&'static str> = None;

    /// The length of the record's bar, relative to the other records in the table; `None` for no bar.
    fn bar(&self) -> Option<f64> {
        None
    }

    /// The id that identifies the record on a command line.
    fn id(&self) -> &str;
}

/// A cell: the value, or nothing.
pub fn cell(value: Option<impl std::fmt::Display>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// Where columns stand among those of a record.
pub(super) fn places<R: Record>(columns: &[&str]) -> Vec<usize> {
    columns.iter().filter_map(|name| R::COLUMNS.iter().position(|column| column == name)).collect()
}
