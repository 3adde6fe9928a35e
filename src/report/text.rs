//! A report as plain text, 80 columns wide where the names allow it.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr as _;

use super::{Report, Section};
use crate::output::{fit, visible};

/// Tables with more rows are left to the formats for programs.
const MAX_ROWS: usize = 60;
/// The longest cell.
const MAX_CELL: usize = 32;

/// The report as text.
#[must_use]
pub fn to_text(report: &Report<'_>) -> String {
    let mut text = String::new();
    let title = format!("Community report: {}", report.scope.period);
    let _ = writeln!(text, "{title}\n{}\n", "=".repeat(title.width()));
    for (name, value) in report.facts() {
        let _ = writeln!(text, "{name}: {}", visible(&value));
    }
    for section in &report.sections {
        let _ = writeln!(text, "\n{}\n{}", section.title, "-".repeat(section.title.width()));
        let _ = writeln!(text, "{}\n", visible(&section.finding));
        text += &table(section);
    }
    let _ = writeln!(text, "\nHow the numbers are defined\n---------------------------");
    for section in &report.sections {
        let _ = writeln!(text, "{}: {}", section.title, section.definition);
    }
    text
}

fn table(section: &Section) -> String {
    let table = &section.table;
    if table.rows.len() > MAX_ROWS {
        return format!("({} rows: see the report as CSV or JSON)\n", table.rows.len());
    }
    let used = |column: &usize| table.rows.iter().any(|row| !row[*column].shown().is_empty());
    let columns: Vec<usize> = (0..table.columns.len()).filter(used).collect();
    let mut lines: Vec<Vec<String>> =
        vec![columns.iter().map(|column| table.columns[*column].title.to_owned()).collect()];
    lines.extend(table.rows.iter().map(|row| {
        columns
            .iter()
            .map(|column| {
                let cell = row[*column].shown();
                // Nothing stands after the last one.
                let width = if Some(column) == columns.last() { cell.width() } else { row_width(&cell) };
                fit(&visible(&cell), width).trim_end().to_owned()
            })
            .collect()
    }));
    let width = |n: usize| lines.iter().map(|line| line[n].width()).max().unwrap_or(0);
    let mut text = String::new();
    for line in &lines {
        let mut row = String::new();
        for (n, cell) in line.iter().enumerate() {
            let padding = " ".repeat(width(n) - cell.width());
            let gap = if n > 0 { "  " } else { "" };
            let parts =
                if table.is_number(columns[n]) { [gap, &padding, cell] } else { [gap, cell.as_str(), &padding] };
            row.extend(parts);
        }
        let _ = writeln!(text, "{}", row.trim_end());
    }
    text
}

fn row_width(cell: &str) -> usize {
    cell.width().min(MAX_CELL)
}
