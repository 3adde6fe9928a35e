//! Tables for people.

use std::borrow::Borrow;
use std::io::Write;

use comfy_table::{Attribute, Cell, CellAlignment, ColumnConstraint, ContentArrangement, Table, presets};

use super::{Record, chart, places, visible};

/// Behind how many columns of a list the others are left out when the terminal is too narrow for them.
const KEPT: usize = 3;
/// How wide a column of prose is at least, unless it says less.
const PROSE_WIDTH: u16 = 24;
/// How many blanks stand between columns.
const GAP: u16 = 2;

/// What the table is drawn for.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each is a question of its own")]
pub(super) struct Look {
    /// With bold headings.
    pub(super) styled: bool,
    /// For a terminal, whose width holds.
    pub(super) terminal: bool,
    /// With the records' bars behind the last column.
    pub(super) charts: bool,
    /// With columns in which there is nothing.
    pub(super) empty_columns: bool,
}

/// A row a record, folded to the width of the terminal. Returns the names of the last columns that were left out because
/// it is too narrow: a row a line reads better than all of it on several.
pub(super) fn list<R: Record, B: Borrow<R>>(
    out: &mut impl Write,
    records: impl Iterator<Item = anyhow::Result<B>>,
    names: &[&'static str],
    look: Look,
) -> anyhow::Result<Vec<&'static str>> {
    let places = places::<R>(names);
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut bars = Vec::new();
    for record in records {
        let record = record?;
        let cells = record.borrow().cells();
        rows.push(places.iter().map(|i| visible(&cells[*i]).into_owned()).collect());
        bars.push(record.borrow().bar());
    }
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let is_empty = |i: usize| !look.empty_columns && rows.iter().all(|row| row[i].is_empty());
    let empty: Vec<bool> = (0..names.len()).map(is_empty).collect();
    let mut table = filled::<R>(names, &rows, &empty, look);
    let shown = if look.empty_columns { names.len() } else { columns_that_fit::<R>(&table, names, &empty) };
    if look.charts
        && shown == names.len()
        && let Some(drawn) = drawn(&table, &bars)
    {
        let names = [names, &[""]].concat();
        rows.iter_mut().zip(drawn).for_each(|(row, bar)| row.push(bar));
        table = filled::<R>(&names, &rows, &[&empty[..], &[false]].concat(), look);
    }
    for column in table.column_iter_mut().take(names.len()).skip(shown) {
        column.set_constraint(ColumnConstraint::Hidden);
    }
    print(out, table)?;
    Ok(names.iter().zip(empty).skip(shown).filter(|(_, empty)| !empty).map(|(name, _)| *name).collect())
}

/// A table of rows, without those of its columns that are empty.
fn filled<R: Record>(names: &[&str], rows: &[Vec<String>], empty: &[bool], look: Look) -> Table {
    let mut table = new_table(look);
    table.set_header(names.iter().map(|name| heading(name)));
    table.add_rows(rows);
    for ((column, name), empty) in table.column_iter_mut().zip(names).zip(empty) {
        if R::NUMBERS.contains(name) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        if *empty {
            column.set_constraint(ColumnConstraint::Hidden);
        }
    }
    table
}

/// The bars, as wide as the terminal leaves them behind the table; nothing where it leaves too little.
fn drawn(table: &Table, bars: &[Option<f64>]) -> Option<Vec<String>> {
    const WIDEST: u16 = 40;
    const NARROWEST: u16 = 8;
    let taken: u16 = table.column_max_content_widths().iter().map(|width| width + GAP).sum();
    let width = table.width().map_or(WIDEST, |width| width.saturating_sub(taken + GAP)).min(WIDEST);
    let longest = bars.iter().flatten().copied().fold(0.0, f64::max);
    let bar = |length: &Option<f64>| length.map(|length| chart::bar(length / longest, width)).unwrap_or_default();
    (width >= NARROWEST && longest > 0.0).then(|| bars.iter().map(bar).collect())
}

/// A line a column of one record; empty ones are left out.
pub(super) fn one<R: Record>(out: &mut impl Write, record: &R, look: Look) -> anyhow::Result<()> {
    let mut table = new_table(look);
    for (column, cell) in R::COLUMNS.iter().zip(record.cells()).filter(|(_, cell)| !cell.is_empty()) {
        table.add_row([heading(column), Cell::new(visible(&cell))]);
    }
    print(out, table)
}

fn columns_that_fit<R: Record>(table: &Table, names: &[&str], empty: &[bool]) -> usize {
    let widths = table.column_max_content_widths();
    let Some(width) = table.width() else { return widths.len() };
    let mut needed = 0_u32;
    let fit = widths.iter().zip(names).zip(empty).take_while(|((content, name), empty)| {
        let content = if R::PROSE.contains(name) { (**content).min(PROSE_WIDTH) } else { **content };
        needed += if **empty { 0 } else { u32::from(content) + u32::from(GAP) };
        needed <= u32::from(width + GAP)
    });
    fit.count().max(KEPT.min(widths.len()))
}

fn new_table(look: Look) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    if look.terminal
        && let Some(width) = table.width()
    {
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    }
    if look.styled {
        table.enforce_styling();
    } else {
        table.force_no_tty();
    }
    table
}

fn heading(name: &str) -> Cell {
    Cell::new(name).add_attribute(Attribute::Bold)
}

/// Prints the table without blanks around it.
fn print(out: &mut impl Write, mut table: Table) -> anyhow::Result<()> {
    for column in table.column_iter_mut() {
        column.set_padding((0, GAP));
    }
    for line in table.lines() {
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde::Serialize;

    use super::*;

    #[derive(Serialize)]
    struct Count(&'static str, u32);

    impl Record for Count {
        const COLUMNS: &'static [&'static str] = &["name", "nothing", "n"];
        const TABLE: &'static [&'static str] = Self::COLUMNS;
        const NUMBERS: &'static [&'static str] = &["n"];

        fn cells(&self) -> Vec<String> {
            vec![self.0.to_owned(), String::new(), self.1.to_string()]
        }

        fn bar(&self) -> Option<f64> {
            (self.1 > 0).then(|| f64::from(self.1))
        }

        fn id(&self) -> &str {
            self.0
        }
    }

    fn table(charts: bool, empty_columns: bool) -> String {
        let mut out = Vec::new();
        let look = Look { styled: false, terminal: false, charts, empty_columns };
        let counts = [Count("some", 3), Count("none", 0), Count("many", 12)];
        list::<Count, _>(&mut out, counts.iter().map(Ok), Count::TABLE, look).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn bars_stand_behind_the_last_column() {
        let bar = |n| "█".repeat(n);
        assert_eq!(table(true, false), format!("name   n\nsome   3  {}\nnone   0\nmany  12  {}\n", bar(10), bar(40)));
        assert_eq!(table(false, false), "name   n\nsome   3\nnone   0\nmany  12\n");
    }

    #[test]
    fn a_column_of_nothing_is_left_out_unless_it_was_asked_for() {
        assert_eq!(table(false, true), "name  nothing   n\nsome            3\nnone            0\nmany           12\n");
    }
}
