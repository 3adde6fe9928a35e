//! Tables for people.

use std::borrow::Borrow;
use std::io::Write;

use comfy_table::{Attribute, Cell, CellAlignment, ColumnConstraint, ContentArrangement, Table, presets};

use super::{Record, visible};

/// Behind how many columns of a list the others are left out when the terminal is too narrow for them.
const KEPT: usize = 3;
/// How many blanks stand between columns.
const GAP: u16 = 2;

/// A row a record, the columns of [`Record::TABLE`], folded to the width of the terminal. Returns the names of the last
/// columns that were left out because it is too narrow: a row a line reads better than all of it on several.
pub(super) fn list<R: Record, B: Borrow<R>>(
    out: &mut impl Write,
    records: impl Iterator<Item = anyhow::Result<B>>,
    styled: bool,
    terminal: bool,
) -> anyhow::Result<Vec<&'static str>> {
    let columns: Vec<usize> =
        R::TABLE.iter().filter_map(|name| R::COLUMNS.iter().position(|column| column == name)).collect();
    let mut table = new_table(styled, terminal);
    table.set_header(R::TABLE.iter().map(|name| heading(name)));
    for record in records {
        let cells = record?.borrow().cells();
        table.add_row(columns.iter().map(|i| Cell::new(visible(&cells[*i]))));
    }
    if table.is_empty() {
        return Ok(Vec::new());
    }
    for (i, _) in R::TABLE.iter().enumerate().filter(|(_, name)| R::NUMBERS.contains(name)) {
        if let Some(column) = table.column_mut(i) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let shown = columns_that_fit(&table);
    for column in table.column_iter_mut().skip(shown) {
        column.set_constraint(ColumnConstraint::Hidden);
    }
    print(out, table)?;
    Ok(R::TABLE[shown..].to_vec())
}

/// A line a column of one record; empty ones are left out.
pub(super) fn one<R: Record>(out: &mut impl Write, record: &R, styled: bool, terminal: bool) -> anyhow::Result<()> {
    let mut table = new_table(styled, terminal);
    for (column, cell) in R::COLUMNS.iter().zip(record.cells()).filter(|(_, cell)| !cell.is_empty()) {
        table.add_row([heading(column), Cell::new(visible(&cell))]);
    }
    print(out, table)
}

fn columns_that_fit(table: &Table) -> usize {
    let widths = table.column_max_content_widths();
    let Some(width) = table.width() else { return widths.len() };
    let mut needed = 0_u32;
    let fit = widths.iter().take_while(|content| {
        needed += u32::from(**content) + u32::from(GAP);
        needed <= u32::from(width + GAP)
    });
    fit.count().max(KEPT.min(widths.len()))
}

fn new_table(styled: bool, terminal: bool) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    if terminal && let Some(width) = table.width() {
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    }
    if styled {
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
