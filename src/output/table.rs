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
    let mut table = new_table(look);
    let mut bars = Vec::new();
    let mut empty = vec![!look.empty_columns; names.len()];
    table.set_header(names.iter().map(|name| heading(name)));
    for record in records {
        let record = record?;
        let cells = record.borrow().cells();
        table.add_row(places.iter().map(|i| Cell::new(visible(&cells[*i]))));
        bars.push(record.borrow().bar());
        places.iter().zip(&mut empty).for_each(|(place, empty)| *empty &= cells[*place].is_empty());
    }
    if table.is_empty() {
        return Ok(Vec::new());
    }
    for (column, _) in table.column_iter_mut().zip(&empty).filter(|(_, empty)| **empty) {
        column.set_constraint(ColumnConstraint::Hidden);
    }
    for (i, _) in names.iter().enumerate().filter(|(_, name)| R::NUMBERS.contains(name)) {
        if let Some(column) = table.column_mut(i) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let shown = columns_that_fit::<R>(&table, names, &empty);
    for column in table.column_iter_mut().skip(shown) {
        column.set_constraint(ColumnConstraint::Hidden);
    }
    if look.charts && shown == names.len() {
        add_bars(&mut table, &bars);
    }
    print(out, table)?;
    Ok(names.iter().zip(empty).skip(shown).filter(|(_, empty)| !empty).map(|(name, _)| *name).collect())
}

/// Draws the bars in a column behind the last, as wide as the terminal leaves it; none where it leaves too little.
fn add_bars(table: &mut Table, bars: &[Option<f64>]) {
    const WIDEST: u16 = 40;
    const NARROWEST: u16 = 8;
    let taken: u16 = table.column_max_content_widths().iter().map(|width| width + GAP).sum();
    let width = table.width().map_or(WIDEST, |width| width.saturating_sub(taken)).min(WIDEST);
    let longest = bars.iter().flatten().copied().fold(0.0, f64::max);
    if width < NARROWEST || longest <= 0.0 {
        return;
    }
    for (row, length) in table.row_iter_mut().zip(bars) {
        row.add_cell(Cell::new(length.map(|length| chart::bar(length / longest, width)).unwrap_or_default()));
    }
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
