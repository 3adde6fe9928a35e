//! Which columns of a list are shown, and in which order its rows stand.

use std::borrow::Borrow;
use std::cmp::Ordering;

use serde_json::Value;

use super::{Output, Record};
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
    /// The columns that the user has chosen; none for those that the list shows by itself.
    ///
    /// # Errors
    /// When the list has no such column (exit code 2).
    pub fn chosen<R: Record>(&self) -> Result<Vec<&'static str>, Failure> {
        self.columns.iter().map(|name| known_column::<R>("--columns", name)).collect()
    }
}

impl SortArg {
    /// Whether the list is to be sorted.
    #[must_use]
    pub const fn is_given(&self) -> bool {
        self.sort.is_some()
    }

    /// Sorts the rows; rows that are equal, or all if no column is named, stay as they stand, or turn round.
    ///
    /// # Errors
    /// When the list has no such column (exit code 2).
    pub fn apply<R: Record, B: Borrow<R>>(&self, reverse: bool, rows: &mut Vec<B>) -> anyhow::Result<()> {
        if let Some(name) = &self.sort {
            let column = known_column::<R>("--sort", name)?;
            let place = R::COLUMNS.iter().position(|known| *known == column).unwrap_or_default();
            let key = |row: &R| -> anyhow::Result<Value> {
                Ok(match serde_json::to_value(row)?.get_mut(column) {
                    Some(value @ (Value::Number(_) | Value::Bool(_))) => value.take(),
                    _ => Value::String(row.cells().swap_remove(place)),
                })
            };
            let mut keyed =
                rows.drain(..).map(|row| Ok((key(row.borrow())?, row))).collect::<anyhow::Result<Vec<_>>>()?;
            keyed.sort_by(|(one, _), (other, _)| compared(one, other));
            rows.extend(keyed.into_iter().map(|(_, row)| row));
        }
        if reverse {
            rows.reverse();
        }
        Ok(())
    }
}

impl ArrangeArgs {
    /// Whether the list is not to be shown as it is by itself.
    #[must_use]
    pub const fn is_given(&self) -> bool {
        self.sort.is_given() || self.reverse || !self.columns.columns.is_empty()
    }

    /// Whether the list is to be sorted.
    #[must_use]
    pub const fn is_sorted(&self) -> bool {
        self.sort.is_given()
    }

    /// Sorts the rows, and has the output show the columns.
    ///
    /// # Errors
    /// When the list has no such column (exit code 2).
    pub fn apply<R: Record, B: Borrow<R>>(&self, rows: &mut Vec<B>, out: &mut Output) -> anyhow::Result<()> {
        let columns = self.columns.chosen::<R>()?;
        if !columns.is_empty() {
            out.choose_columns(columns);
        }
        self.sort.apply::<R, _>(self.reverse, rows)
    }

    /// Prints a list.
    ///
    /// # Errors
    /// When the list has no such column (exit code 2), or standard output cannot be written to.
    pub fn print<R: Record>(&self, rows: &[R], out: &mut Output) -> anyhow::Result<()> {
        let mut rows: Vec<&R> = rows.iter().collect();
        self.apply::<R, _>(&mut rows, out)?;
        out.list::<R, _>(rows.into_iter().map(Ok))
    }
}

/// Numbers as numbers and before texts; what has no value first.
fn compared(one: &Value, other: &Value) -> Ordering {
    let rank = |value: &Value| match value {
        Value::String(text) if text.is_empty() => 0,
        Value::Bool(_) => 1,
        Value::Number(_) => 2,
        _ => 3,
    };
    let of_same_kind = match (one, other) {
        (Value::Number(one), Value::Number(other)) => {
            one.as_f64().unwrap_or_default().total_cmp(&other.as_f64().unwrap_or_default())
        }
        (Value::Bool(one), Value::Bool(other)) => one.cmp(other),
        _ => one.as_str().cmp(&other.as_str()),
    };
    rank(one).cmp(&rank(other)).then(of_same_kind)
}

fn known_column<R: Record>(option: &str, name: &str) -> Result<&'static str, Failure> {
    R::COLUMNS.iter().copied().find(|column| *column == name).ok_or_else(|| {
        let known = R::COLUMNS.join(", ");
        Failure::unknown("column", name, R::COLUMNS.iter().copied())
            .with_status(ExitStatus::Usage)
            .with_message(format!("{option} {name}: unknown column; expected some of {known}"))
    })
}
