//! Which columns of a list are shown, and in which order its rows stand.

use std::borrow::Borrow;
use std::cmp::Ordering;

use chrono::DateTime;

use super::{Output, Record};
use crate::db::types::Timestamp;
use crate::error::{ExitStatus, Failure};

/// The option that chooses the columns of a list.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct ColumnsArg {
    /// Columns to show, in this order, in any format but ids
    #[arg(long, value_name = "COLUMN,…", value_delimiter = ',', hide_short_help = true)]
    columns: Vec<String>,
}

/// The option that sorts a list that has been read as a whole.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct SortArg {
    /// Column to sort by, smallest first: the whole list is read before it is shown
    #[arg(long, value_name = "COLUMN", hide_short_help = true)]
    sort: Option<String>,
}

/// Options of lists that are read as a whole.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct ArrangeArgs {
    #[command(flatten)]
    columns: ColumnsArg,
    #[command(flatten)]
    sort: SortArg,
    /// Reverse the order
    #[arg(long, hide_short_help = true)]
    reverse: bool,
}

impl ColumnsArg {
    /// Whether the user has chosen columns.
    #[must_use]
    pub const fn is_given(&self) -> bool {
        !self.columns.is_empty()
    }

    /// The columns that the user has chosen; none for those that the list shows by itself.
    ///
    /// # Errors
    /// When the list has no such column (exit code 2).
    pub fn chosen<R: Record>(&self) -> Result<Vec<&'static str>, Failure> {
        self.columns.iter().map(|name| Ok(R::COLUMNS[known_column::<R>("--columns", name)?])).collect()
    }

    /// Has the output show the columns that the user has chosen.
    ///
    /// # Errors
    /// When the list has no such column (exit code 2).
    pub fn apply<R: Record>(&self, out: &mut Output) -> Result<(), Failure> {
        let columns = self.chosen::<R>()?;
        if !columns.is_empty() {
            out.choose_columns(columns);
        }
        Ok(())
    }
}

impl SortArg {
    /// Whether the list is to be sorted.
    #[must_use]
    pub const fn is_given(&self) -> bool {
        self.sort.is_some()
    }

    /// Checks the name of the column, before a list is read.
    ///
    /// # Errors
    /// When the list has no such column (exit code 2).
    pub fn check<R: Record>(&self) -> Result<(), Failure> {
        self.sort.iter().try_for_each(|name| known_column::<R>("--sort", name).map(drop))
    }

    /// Sorts the rows, the largest first if they are reversed; rows that are equal stay as they stand.
    ///
    /// # Errors
    /// When the list has no such column (exit code 2).
    pub fn apply<R: Record, B: Borrow<R>>(&self, reverse: bool, rows: &mut Vec<B>) -> Result<(), Failure> {
        let Some(name) = &self.sort else { return Ok(()) };
        let column = known_column::<R>("--sort", name)?;
        let key = |row: B| (Key::of(row.borrow().cells().swap_remove(column)), row);
        let mut keyed: Vec<(Key, B)> = rows.drain(..).map(key).collect();
        keyed.sort_by(|(one, _), (other, _)| if reverse { other.cmp(one) } else { one.cmp(other) });
        rows.extend(keyed.into_iter().map(|(_, row)| row));
        Ok(())
    }
}

impl ArrangeArgs {
    /// Whether the list is not to be shown as it is by itself.
    #[must_use]
    pub const fn is_given(&self) -> bool {
        self.sort.is_given() || self.reverse || self.columns.is_given()
    }

    /// Whether the list is to be sorted.
    #[must_use]
    pub const fn is_sorted(&self) -> bool {
        self.sort.is_given()
    }

    /// Checks the names of the columns, before a list is read.
    ///
    /// # Errors
    /// When the list has no such column (exit code 2).
    pub fn check<R: Record>(&self) -> Result<(), Failure> {
        self.columns.chosen::<R>()?;
        self.sort.check::<R>()
    }

    /// Prints a list.
    ///
    /// # Errors
    /// When the list has no such column (exit code 2), or standard output cannot be written to.
    pub fn print<R: Record>(&self, rows: &[R], out: &mut Output) -> anyhow::Result<()> {
        self.print_first(rows, usize::MAX, out).map(drop)
    }

    /// Prints the first rows of a list; returns how many there are more.
    ///
    /// # Errors
    /// As [`Self::print`].
    pub fn print_first<R: Record>(&self, rows: &[R], limit: usize, out: &mut Output) -> anyhow::Result<usize> {
        self.columns.apply::<R>(out)?;
        let mut arranged: Vec<&R> = rows.iter().collect();
        if self.reverse {
            arranged.reverse();
        }
        self.sort.apply::<R, _>(self.reverse, &mut arranged)?;
        arranged.truncate(limit);
        let more = rows.len() - arranged.len();
        out.list::<R, _>(arranged.into_iter().map(Ok))?;
        Ok(more)
    }
}

/// What a row is sorted by: a cell without a value first, numbers before times, times before other texts.
#[derive(Debug, PartialEq)]
enum Key {
    Empty,
    Whole(i64),
    Number(f64),
    Time(i64),
    Text(String),
}

impl Key {
    fn of(cell: String) -> Self {
        if cell.is_empty() {
            return Self::Empty;
        }
        let is_number = cell.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'.'));
        if is_number && let Ok(number) = cell.parse() {
            return Self::Whole(number);
        }
        if is_number && let Ok(number) = cell.parse() {
            return Self::Number(number);
        }
        // The hours of a zone have no seconds.
        let time = cell
            .parse::<Timestamp>()
            .map(|time| time.utc().timestamp_micros())
            .or_else(|_| DateTime::parse_from_str(&cell, "%Y-%m-%dT%H:%M%:z").map(|time| time.timestamp_micros()));
        time.map_or(Self::Text(cell), Self::Time)
    }

    const fn rank(&self) -> u8 {
        match self {
            Self::Empty => 0,
            Self::Whole(_) | Self::Number(_) => 1,
            Self::Time(_) => 2,
            Self::Text(_) => 3,
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "only beside numbers that have it, too")]
    const fn number(&self) -> f64 {
        match self {
            Self::Whole(number) => *number as f64,
            Self::Number(number) => *number,
            _ => 0.0,
        }
    }

    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Whole(one), Self::Whole(other)) | (Self::Time(one), Self::Time(other)) => one.cmp(other),
            (Self::Text(one), Self::Text(other)) => one.cmp(other),
            _ => self.rank().cmp(&other.rank()).then_with(|| self.number().total_cmp(&other.number())),
        }
    }
}

/// The place of a column among those of the list.
fn known_column<R: Record>(option: &str, name: &str) -> Result<usize, Failure> {
    R::COLUMNS.iter().position(|column| *column == name).ok_or_else(|| {
        let known = R::COLUMNS.join(", ");
        Failure::unknown("column", name, R::COLUMNS.iter().copied())
            .with_status(ExitStatus::Usage)
            .with_message(format!("{option} {name}: unknown column; expected some of {known}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_sorted_by_what_they_mean() {
        let order = [
            "",
            "-3",
            "9",
            "10",
            "10.5",
            "9007199254740993",
            "2026-03-29T02:00+02:00",
            "2026-03-29T02:00+01:00",
            "2026-05-01T09:00:00Z",
            "2026-05-01T09:00:00.123Z",
            "2026-05-01T09:00:00.123456Z",
            "2026-05-01T09:00:00.500Z",
            "Ann",
            "ann",
            "usr_10",
            "usr_9",
        ];
        let mut cells: Vec<&str> = order.into_iter().rev().collect();
        cells.sort_by(|one, other| Key::of((*one).to_owned()).cmp(&Key::of((*other).to_owned())));
        assert_eq!(cells, order);
    }
}
