//! Tables for the terminal.

use std::io::Write;

use chrono_tz::Tz;
use comfy_table::{Attribute, Cell, CellAlignment, ColumnConstraint, ContentArrangement, Table, presets};

use super::{Record, Settings, Writer, bar};
use crate::db::types::Timestamp;
use crate::output::record::places;
use crate::output::visible;
use crate::output::width::terminal_width;

/// How many columns of a list are shown even if the terminal is too narrow for them.
const MIN_SHOWN_COLUMNS: usize = 3;
/// Minimum width of a prose column, unless its content is shorter.
const PROSE_WIDTH: u16 = 24;
/// Number of spaces between columns.
const GAP: u16 = 2;

/// How a table is drawn.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "independent settings")]
pub struct TableStyle {
    /// With bold headings.
    pub styled: bool,
    /// For a terminal, within its width.
    pub terminal: bool,
    /// With the records' bars after the last column.
    pub charts: bool,
    /// With empty columns.
    pub empty_columns: bool,
    /// With times in this zone.
    pub tz: Tz,
}

/// Writes a row a record, folded to the width of the terminal; the only format that holds all rows.
pub struct TableWriter<'o> {
    out: &'o mut (dyn Write + 'o),
    style: TableStyle,
    names: Vec<&'static str>,
    places: Vec<usize>,
    rows: Vec<Vec<String>>,
    bars: Vec<Option<f64>>,
}

impl<'o> TableWriter<'o> {
    pub(in crate::output) fn new<R: Record>(out: &'o mut (dyn Write + 'o), settings: Settings) -> Self {
        let style = TableStyle { empty_columns: settings.columns.is_some(), ..settings.style };
        let names = settings.columns.unwrap_or_else(|| R::TABLE.to_vec());
        Self { out, style, places: places::<R>(&names), names, rows: Vec::new(), bars: Vec::new() }
    }
}

impl<R: Record> Writer<R> for TableWriter<'_> {
    fn row(&mut self, record: &R) -> anyhow::Result<()> {
        let cells = record.cells();
        let cell = |i: &usize| shown_cell(R::COLUMNS[*i], &cells[*i], self.style.tz);
        self.rows.push(self.places.iter().map(cell).collect());
        self.bars.push(record.bar());
        Ok(())
    }

    /// Columns that do not fit are hidden, the last first: a row a line reads better than all columns on several.
    fn end(&mut self) -> anyhow::Result<Vec<&'static str>> {
        let Self { out, style, names, rows, bars, .. } = self;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let is_empty = |i: usize| !style.empty_columns && rows.iter().all(|row| row[i].is_empty());
        let empty: Vec<bool> = (0..names.len()).map(is_empty).collect();
        let mut table = filled::<R>(names, rows, &empty, *style);
        let shown = if style.empty_columns { names.len() } else { columns_that_fit::<R>(&table, names, &empty) };
        if style.charts
            && shown == names.len()
            && let Some(drawn) = drawn(&table, bars)
        {
            let names = [&names[..], &[""]].concat();
            rows.iter_mut().zip(drawn).for_each(|(row, bar)| row.push(bar));
            table = filled::<R>(&names, rows, &[&empty[..], &[false]].concat(), *style);
        }
        for column in table.column_iter_mut().take(names.len()).skip(shown) {
            column.set_constraint(ColumnConstraint::Hidden);
        }
        print(*out, table)?;
        Ok(names.iter().zip(empty).skip(shown).filter(|(_, empty)| !empty).map(|(name, _)| *name).collect())
    }

    /// A line a column; empty ones are not printed.
    fn only(&mut self, record: &R) -> anyhow::Result<()> {
        let mut table = new_table(self.style);
        for (column, cell) in R::COLUMNS.iter().zip(record.cells()).filter(|(_, cell)| !cell.is_empty()) {
            table.add_row([heading(column), Cell::new(shown_cell(column, &cell, self.style.tz))]);
        }
        print(self.out, table)
    }
}

/// A cell as a table shows it: a time in the zone, any other text with its control characters made visible.
fn shown_cell(column: &str, cell: &str, tz: Tz) -> String {
    let is_time = column.ends_with("_at") || TIME_COLUMNS.contains(&column);
    match cell.parse::<Timestamp>() {
        Ok(time) if is_time => time.in_zone(tz),
        _ => visible(cell).into_owned(),
    }
}

/// The columns of times whose names do not end in `_at`.
const TIME_COLUMNS: [&str; 4] = ["at", "since", "newest", "last_active"];

/// A table of the rows, with empty columns hidden.
fn filled<R: Record>(names: &[&str], rows: &[Vec<String>], empty: &[bool], style: TableStyle) -> Table {
    let mut table = new_table(style);
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

/// The bars, as wide as the terminal allows after the table; `None` if the space is too narrow.
fn drawn(table: &Table, bars: &[Option<f64>]) -> Option<Vec<String>> {
    const WIDEST: u16 = 40;
    const NARROWEST: u16 = 8;
    let taken: u16 = table.column_max_content_widths().iter().map(|width| width + GAP).sum();
    let width = table.width().map_or(WIDEST, |width| width.saturating_sub(taken + GAP)).min(WIDEST);
    let longest = bars.iter().flatten().copied().fold(0.0, f64::max);
    let bar = |length: &Option<f64>| length.map(|length| bar::bar(length / longest, width)).unwrap_or_default();
    (width >= NARROWEST && longest > 0.0).then(|| bars.iter().map(bar).collect())
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
    fit.count().max(MIN_SHOWN_COLUMNS.min(widths.len()))
}

fn new_table(style: TableStyle) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    if style.terminal {
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(terminal_width());
    }
    if style.styled {
        table.enforce_styling();
    } else {
        table.force_no_tty();
    }
    table
}

fn heading(name: &str) -> Cell {
    Cell::new(name).add_attribute(Attribute::Bold)
}

/// Writes the table without spaces at the edges.
fn print(out: &mut dyn Write, mut table: Table) -> anyhow::Result<()> {
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
        let style = TableStyle { styled: false, terminal: false, charts, empty_columns, tz: Tz::UTC };
        let columns = empty_columns.then(|| Count::TABLE.to_vec());
        let mut writer = TableWriter::new::<Count>(&mut out, Settings { columns, style, escape_formulas: false });
        for count in [Count("some", 3), Count("none", 0), Count("many", 12)] {
            writer.row(&count).unwrap();
        }
        Writer::<Count>::end(&mut writer).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn bars_follow_the_last_column() {
        let bar = |n| "█".repeat(n);
        assert_eq!(table(true, false), format!("name   n\nsome   3  {}\nnone   0\nmany  12  {}\n", bar(10), bar(40)));
        assert_eq!(table(false, false), "name   n\nsome   3\nnone   0\nmany  12\n");
    }

    #[test]
    fn an_empty_column_is_shown_if_requested() {
        assert_eq!(table(false, true), "name  nothing   n\nsome            3\nnone            0\nmany           12\n");
    }
}
