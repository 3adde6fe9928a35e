//! The columns of a kind of rows: one list says what is printed, what a file may have, how a cell is read, and which
//! difference counts.

use std::fmt::Display;

use super::Difference;
use super::text::normal_line;
use crate::db::types::TimeReader;

/// One column of the rows `R`, of which a command line or a file says `I`.
#[derive(Debug)]
pub struct Column<R: 'static, I: 'static> {
    /// Its name, everywhere.
    pub name: &'static str,
    /// Who uses it.
    pub role: ColumnRole,
    /// Its cell, as it is printed; `None` is the empty cell.
    pub cell: fn(&R) -> Option<String>,
    /// What an input says of it, in the same form: `None` says nothing, `Some(None)` says that it is empty.
    pub given: fn(&I) -> Option<Option<String>>,
    /// Makes an empty cell say that there is no value; `None` for a column that must have one.
    pub clear: Option<fn(&mut I)>,
    /// Reads a cell of a file.
    pub read: fn(&mut I, &str, &TimeReader) -> Result<(), String>,
}

/// Who uses a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnRole {
    /// Printed, read and compared.
    Exact,
    /// The same; blanks around it and its Unicode form do not count as a difference.
    Line,
    /// Read alone: it helps to find the row.
    Lookup,
}

/// The names of the columns, in their order.
#[must_use]
pub const fn column_names<const N: usize, R, I>(columns: &[Column<R, I>; N]) -> [&'static str; N] {
    let mut names = [""; N];
    let mut i = 0;
    while i < N {
        names[i] = columns[i].name;
        i += 1;
    }
    names
}

/// The names of the columns that are printed, in their order: all but those of [`ColumnRole::Lookup`].
#[must_use]
pub const fn printed_names<const N: usize, const M: usize, R, I>(columns: &[Column<R, I>; N]) -> [&'static str; M] {
    let mut names = [""; M];
    let (mut i, mut printed) = (0, 0);
    while i < N {
        if !matches!(columns[i].role, ColumnRole::Lookup) {
            names[printed] = columns[i].name;
            printed += 1;
        }
        i += 1;
    }
    names
}

/// The cells of a row that are printed, in the order of [`printed_names`].
#[must_use]
pub fn printed_cells<R, I>(columns: &[Column<R, I>], row: &R) -> Vec<String> {
    let printed = columns.iter().filter(|column| column.role != ColumnRole::Lookup);
    printed.map(|column| (column.cell)(row).unwrap_or_default()).collect()
}

/// Every column in which an input differs from a recorded row.
#[must_use]
pub fn differences<R, I>(columns: &[Column<R, I>], recorded: &R, input: &I) -> Vec<Difference> {
    let difference = |column: &Column<R, I>| {
        let given = (column.given)(input)?;
        let cell = (column.cell)(recorded);
        // Another program may have stored a line in another Unicode form.
        let is_same = |given: &String, cell: &String| column.role == ColumnRole::Line && normal_line(cell) == *given;
        if given.as_ref().zip(cell.as_ref()).is_some_and(|(given, cell)| is_same(given, cell)) {
            return None;
        }
        Difference::of(column.name, cell.as_ref(), given.as_ref())
    };
    columns.iter().filter(|column| column.role != ColumnRole::Lookup).filter_map(difference).collect()
}

/// What an optional value says.
#[expect(clippy::option_option, reason = "saying nothing and saying that it is empty are two things")]
pub(super) fn said<T: Display>(value: Option<&T>) -> Option<Option<String>> {
    value.map(|value| Some(value.to_string()))
}

/// Reads a cell; an empty one, blanks apart, says nothing.
pub(super) fn read<T, E: Display>(
    value: &mut Option<T>,
    cell: &str,
    parse: impl FnOnce(&str) -> Result<T, E>,
) -> Result<(), String> {
    let cell = cell.trim();
    if !cell.is_empty() {
        *value = Some(parse(cell).map_err(|error| error.to_string())?);
    }
    Ok(())
}
