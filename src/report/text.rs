//! A report as plain text, as wide as the terminal.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr as _;

use super::{DataTable, Report, SMALL_NUMBERS, Section};
use crate::output::{fit, visible, wrapped};

/// Tables with more rows are left to the formats for programs.
const MAX_ROWS: usize = 60;
/// The longest cell.
const MAX_CELL: usize = 32;
/// The shortest that a long cell is cut to where the terminal is narrow.
const SHORTEST: usize = 12;
/// What is between columns.
const GAP: &str = "  ";

/// How wide a text may be, in columns of a terminal.
#[derive(Debug, Clone, Copy)]
pub struct TextWidth {
    /// Sentences.
    pub prose: usize,
    /// Tables: columns for which there is no room are not shown.
    pub table: usize,
}

impl TextWidth {
    /// In a file: sentences of 80 columns, and whole tables.
    pub const FILE: Self = Self { prose: 80, table: usize::MAX };
}

/// The report as text.
#[must_use]
pub fn to_text(report: &Report<'_>, room: TextWidth) -> String {
    let mut text = String::new();
    let title = format!("Community report: {}", report.scope.period);
    let _ = writeln!(text, "{title}\n{}\n", "=".repeat(title.width()));
    for (name, value) in report.facts() {
        let _ = writeln!(text, "{}", wrapped(&format!("{name}: {}", visible(&value)), room.prose));
    }
    for section in &report.sections {
        let _ = writeln!(text, "\n{}\n{}", section.title, "-".repeat(section.title.width()));
        let _ = writeln!(text, "{}\n", wrapped(&visible(&section.finding), room.prose));
        text += &table(section, room);
    }
    let _ = writeln!(text, "\nHow the numbers are defined\n---------------------------");
    for section in &report.sections {
        let _ = writeln!(text, "{}", wrapped(&format!("{}: {}", section.title, section.definition), room.prose));
    }
    if !report.scope.shows_small {
        let _ = writeln!(text, "{}", wrapped(SMALL_NUMBERS, room.prose));
    }
    text
}

fn table(section: &Section, room: TextWidth) -> String {
    let table = &section.table;
    if table.rows.len() > MAX_ROWS {
        let text = format!("({} rows: see the report as CSV or JSON)", table.rows.len());
        return wrapped(&text, room.prose) + "\n";
    }
    let used = |column: &usize| table.rows.iter().any(|row| !row[*column].shown().is_empty());
    let columns: Vec<usize> = (0..table.columns.len()).filter(used).collect();
    let has_numbers = columns.iter().any(|column| table.is_number(*column));
    let shows_numbers = |shown: usize| columns[..shown].iter().any(|column| table.is_number(*column));
    // Long words give way to the numbers beside them.
    let longest = MAX_CELL.min((room.table / 2).max(SHORTEST));
    let attempts = (SHORTEST..=longest).rev().map(|longest| lines_of(table, &columns, longest, room));
    let (mut lines, mut shown) = (Vec::new(), 0);
    for attempt in attempts {
        (lines, shown) = attempt;
        if !has_numbers || shows_numbers(shown) {
            break;
        }
    }
    let width = |n: usize| lines.iter().map(|line| line[n].width()).max().unwrap_or(0);
    let mut text = String::new();
    for line in &lines {
        let mut row = String::new();
        for (n, cell) in line.iter().enumerate().take(shown) {
            let padding = " ".repeat(width(n) - cell.width());
            let gap = if n > 0 { GAP } else { "" };
            let parts =
                if table.is_number(columns[n]) { [gap, &padding, cell] } else { [gap, cell.as_str(), &padding] };
            row.extend(parts);
        }
        let _ = writeln!(text, "{}", row.trim_end());
    }
    if shown < columns.len() {
        let titles = columns[shown..].iter().map(|column| table.columns[*column].title);
        let hidden: Vec<&str> = titles.map(|title| if title.is_empty() { "the last" } else { title }).collect();
        let hidden = format!("(hidden columns: {})", hidden.join(", "));
        let _ = writeln!(text, "{}", wrapped(&hidden, room.prose));
    }
    text
}

/// The cells of some columns, cut to a length, and how many of the columns have room.
fn lines_of(table: &DataTable, columns: &[usize], longest: usize, room: TextWidth) -> (Vec<Vec<String>>, usize) {
    let mut lines: Vec<Vec<String>> =
        vec![columns.iter().map(|column| table.columns[*column].title.to_owned()).collect()];
    lines.extend(table.rows.iter().map(|row| {
        columns
            .iter()
            .map(|column| {
                let cell = row[*column].shown();
                // Nothing stands after the last one.
                let width = cell.width().min(if Some(column) == columns.last() { room.table } else { longest });
                fit(&visible(&cell), width).trim_end().to_owned()
            })
            .collect()
    }));
    let width = |n: usize| lines.iter().map(|line| line[n].width()).max().unwrap_or(0);
    let ends = (0..columns.len()).scan(0, |end, n| {
        *end += width(n) + if n > 0 { GAP.len() } else { 0 };
        Some(*end)
    });
    let shown = ends.take_while(|end| *end <= room.table).count().max(1);
    (lines, shown)
}
