//! A report as rows: section, row, column, value.

use super::{Report, Section};
use crate::output::{CsvWriter, Record, Settings, TableStyle, Writer};

/// One number.
#[derive(serde::Serialize)]
struct Number {
    section: &'static str,
    row: String,
    column: &'static str,
    value: String,
}

impl Record for Number {
    const COLUMNS: &'static [&'static str] = &["section", "row", "column", "value"];
    const TABLE: &'static [&'static str] = Self::COLUMNS;

    fn cells(&self) -> Vec<String> {
        vec![self.section.to_owned(), self.row.clone(), self.column.to_owned(), self.value.clone()]
    }

    fn id(&self) -> &str {
        &self.row
    }
}

/// The report as CSV, a line for each number; formulas of spreadsheets are escaped, and for a terminal what it would
/// interpret.
///
/// # Errors
/// When it does not fit into memory.
pub fn to_csv(report: &Report<'_>, for_terminal: bool) -> anyhow::Result<Vec<u8>> {
    let mut text = Vec::new();
    let style = TableStyle { terminal: for_terminal, ..TableStyle::plain(report.scope.clock.tz()) };
    let settings = Settings { escape_formulas: true, ..Settings::new(style) };
    {
        let mut csv = CsvWriter::new(&mut text, settings);
        let writer: &mut dyn Writer<Number> = &mut csv;
        writer.begin()?;
        for section in &report.sections {
            for value in values(section) {
                writer.row(&value)?;
            }
        }
        writer.end()?;
    }
    Ok(text)
}

/// The values of a section, without the empty ones.
fn values(section: &Section) -> Vec<Number> {
    let columns = &section.table.columns;
    let mut values = Vec::new();
    for row in &section.table.rows {
        let keys = columns.iter().zip(row).filter(|(column, _)| column.is_key).map(|(_, cell)| cell.plain());
        let key = keys.collect::<Vec<_>>().join(" / ");
        let cells = columns.iter().zip(row).filter(|(column, _)| !column.is_key);
        values.extend(
            cells
                .map(|(column, cell)| (column.name, cell.plain()))
                .filter(|(_, value)| !value.is_empty())
                .map(|(column, value)| Number { section: section.name, row: key.clone(), column, value }),
        );
    }
    values
}
