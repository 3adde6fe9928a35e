//! Tables for the terminal.

use std::io::Write;
use std::time::Duration;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use comfy_table::{Attribute, Cell, CellAlignment, Table, presets};
use unicode_width::UnicodeWidthStr;

use super::columns::{Column, fitted, shortened};
use super::{Record, Settings, Writer, bar};
use crate::db::types::Timestamp;
use crate::output::record::places;
use crate::output::relative::relative;
use crate::output::span;
use crate::output::visible;
use crate::output::width::terminal_width;

/// Number of spaces between columns.
pub(super) const GAP: u16 = 2;

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
    /// With times by their distance from this moment.
    pub relative_to: Option<DateTime<Utc>>,
}

impl TableStyle {
    /// Without colors, as if nobody looked at it.
    pub const fn plain(tz: Tz) -> Self {
        Self { styled: false, terminal: false, charts: false, empty_columns: false, tz, relative_to: None }
    }
}

/// Writes a record a line, within the width of the terminal; the only format that holds all rows.
pub struct TableWriter<'o> {
    out: &'o mut (dyn Write + 'o),
    style: TableStyle,
    header: bool,
    names: Vec<&'static str>,
    places: Vec<usize>,
    rows: Vec<Vec<String>>,
    bars: Vec<Option<f64>>,
}

impl<'o> TableWriter<'o> {
    pub(in crate::output) fn new<R: Record>(out: &'o mut (dyn Write + 'o), settings: Settings) -> Self {
        let style = TableStyle { empty_columns: settings.columns.is_some(), ..settings.style };
        let names = settings.columns.unwrap_or_else(|| R::TABLE.to_vec());
        Self {
            out,
            style,
            header: settings.header,
            places: places::<R>(&names),
            names,
            rows: Vec::new(),
            bars: Vec::new(),
        }
    }
}

impl<'o> TableWriter<'o> {
    /// With all columns that are not empty, however narrow the terminal is.
    pub(in crate::output) fn whole<R: Record>(out: &'o mut (dyn Write + 'o), settings: Settings) -> Self {
        let chosen = settings.columns.is_some();
        let columns = settings.columns.or_else(|| Some(R::COLUMNS.to_vec()));
        let mut writer = Self::new::<R>(out, Settings { columns, ..settings });
        writer.style = TableStyle { terminal: false, charts: false, empty_columns: chosen, ..writer.style };
        writer
    }
}

impl<R: Record> Writer<R> for TableWriter<'_> {
    fn row(&mut self, record: &R) -> anyhow::Result<()> {
        let cells = record.cells();
        let cell = |i: &usize| shown_cell(R::COLUMNS[*i], &cells[*i], &self.style);
        self.rows.push(self.places.iter().map(cell).collect());
        self.bars.push(record.bar());
        Ok(())
    }

    /// A row is a line: columns that do not fit are hidden, the last first, and cells are cut to the width of the others.
    fn end(&mut self) -> anyhow::Result<Vec<&'static str>> {
        let Self { out, style, header, names, rows, bars, .. } = self;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let is_empty = |i: usize| !style.empty_columns && rows.iter().all(|row| row[i].is_empty());
        let filled_columns: Vec<usize> = (0..names.len()).filter(|i| !is_empty(*i)).collect();
        let columns: Vec<Column> = filled_columns.iter().map(|i| Column::of::<R>(names[*i], *i, rows)).collect();
        let width = style.terminal.then(|| usize::from(terminal_width()));
        let widths = fitted(&columns, width);
        let shown: Vec<&str> = columns.iter().zip(&widths).map(|(column, _)| column.name).collect();
        let cut = |row: &Vec<String>| -> Vec<String> {
            columns.iter().zip(&widths).map(|(column, width)| shortened(column, &row[column.place], *width)).collect()
        };
        let mut cells: Vec<Vec<String>> = rows.iter().map(cut).collect();
        let bar_title;
        let mut shown_names: Vec<&str> = shown.into_iter().take(widths.len()).collect();
        if style.charts
            && widths.len() == columns.len()
            && let Some(drawn) = drawn(&widths, width, bars)
        {
            let room = drawn.iter().map(|bar| bar.width()).max().unwrap_or(0);
            bar_title = R::BAR.and_then(|what| bar_heading(what, bars, room)).unwrap_or_default();
            shown_names.push(&bar_title);
            cells.iter_mut().zip(drawn).for_each(|(row, bar)| row.push(bar));
        }
        print(*out, filled::<R>(&shown_names, &cells, *header, *style))?;
        Ok(columns.iter().skip(widths.len()).map(|column| title(column.name)).collect())
    }

    /// A line a column; empty ones are not printed.
    fn only(&mut self, record: &R) -> anyhow::Result<()> {
        let mut table = new_table(self.style);
        for (column, cell) in R::COLUMNS.iter().zip(record.cells()).filter(|(_, cell)| !cell.is_empty()) {
            let absolute = TableStyle { relative_to: None, ..self.style };
            let mut shown = shown_cell(column, &cell, &absolute);
            if self.style.relative_to.is_some() && is_time_column(column) {
                shown = format!("{shown} ({})", shown_cell(column, &cell, &self.style));
            }
            table.add_row([heading(column), Cell::new(shown)]);
        }
        print(self.out, table)
    }
}

/// A cell as a table shows it: a time in the zone, a duration in its largest unit, any other text with its control
/// characters made visible.
pub(super) fn shown_cell(column: &str, cell: &str, style: &TableStyle) -> String {
    if column.ends_with(SECONDS)
        && let Ok(seconds) = cell.parse::<i64>()
    {
        let sign = if seconds < 0 { "-" } else { "" };
        return format!("{sign}{}", span(Duration::from_secs(seconds.unsigned_abs())));
    }
    if column.ends_with(PERCENT)
        && let Ok(percent) = cell.parse::<f64>()
    {
        return format!("{percent:.1}%");
    }
    match cell.parse::<Timestamp>() {
        Ok(time) if is_time_column(column) => match style.relative_to {
            Some(now) => relative(time.utc(), now),
            None => time.in_zone(style.tz),
        },
        _ => visible(cell).into_owned(),
    }
}

/// The end of the names of columns with durations; a table shows the unit in the cell instead.
const SECONDS: &str = "_seconds";
/// The end of the names of columns with percentages.
const PERCENT: &str = "_percent";

/// The heading of a column.
pub(super) fn title(name: &str) -> &str {
    name.strip_suffix(SECONDS).or_else(|| name.strip_suffix(PERCENT)).unwrap_or(name)
}

pub(super) fn is_time_column(name: &str) -> bool {
    name.ends_with("_at") || TIME_COLUMNS.contains(&name)
}

/// The columns of times whose names do not end in `_at`.
const TIME_COLUMNS: [&str; 4] = ["at", "since", "newest", "last_active"];

/// A table of the cells.
fn filled<R: Record>(names: &[&str], rows: &[Vec<String>], header: bool, style: TableStyle) -> Table {
    let mut table = new_table(style);
    if header {
        table.set_header(names.iter().map(|name| heading(name)));
    }
    table.add_rows(rows);
    for (column, name) in table.column_iter_mut().zip(names) {
        if R::NUMBERS.contains(name) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

/// The heading of the bars, as far as there is room: what they measure, and how much the longest one is.
fn bar_heading(what: &str, bars: &[Option<f64>], room: usize) -> Option<String> {
    let longest = bars.iter().flatten().copied().fold(0.0, f64::max);
    let whole = format!("{what}: 0 to {}", (longest * 10.0).round() / 10.0);
    [whole, what.to_owned()].into_iter().find(|heading| heading.width() <= room)
}

/// The bars, as wide as the terminal allows after the table; `None` if the space is too narrow.
fn drawn(widths: &[usize], width: Option<usize>, bars: &[Option<f64>]) -> Option<Vec<String>> {
    const WIDEST: usize = 40;
    const NARROWEST: usize = 8;
    let taken: usize = widths.iter().map(|width| width + usize::from(GAP)).sum();
    let width = width.map_or(WIDEST, |width| width.saturating_sub(taken)).min(WIDEST);
    let longest = bars.iter().flatten().copied().fold(0.0, f64::max);
    let width = u16::try_from(width).unwrap_or(0);
    let bar = |length: &Option<f64>| length.map(|length| bar::bar(length / longest, width)).unwrap_or_default();
    (usize::from(width) >= NARROWEST && longest > 0.0).then(|| bars.iter().map(bar).collect())
}

fn new_table(style: TableStyle) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    if style.styled {
        table.enforce_styling();
    } else {
        table.force_no_tty();
    }
    table
}

fn heading(name: &str) -> Cell {
    Cell::new(title(name)).add_attribute(Attribute::Bold)
}

/// Writes the table without spaces at the edges.
fn print(out: &mut dyn Write, mut table: Table) -> anyhow::Result<()> {
    let last = table.column_count().saturating_sub(1);
    for (i, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, if i == last { 0 } else { GAP }));
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
        let style = TableStyle { charts, empty_columns, ..TableStyle::plain(Tz::UTC) };
        let columns = empty_columns.then(|| Count::TABLE.to_vec());
        let mut writer = TableWriter::new::<Count>(&mut out, Settings { columns, ..Settings::new(style) });
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
