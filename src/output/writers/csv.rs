//! CSV with a header line, which can be imported again.

use std::io::Write;

use super::{Record, Settings, Writer};
use crate::output::record::places;
use crate::output::visible;

/// Writes rows of cells.
pub struct CsvWriter<'o> {
    writer: csv::Writer<&'o mut (dyn Write + 'o)>,
    settings: Settings,
}

impl<'o> CsvWriter<'o> {
    /// A writer of the columns in the settings, or of all.
    pub fn new(out: &'o mut (dyn Write + 'o), settings: Settings) -> Self {
        Self { writer: csv::WriterBuilder::new().buffer_capacity(64 * 1024).from_writer(out), settings }
    }
}

impl<R: Record> Writer<R> for CsvWriter<'_> {
    fn begin(&mut self) -> anyhow::Result<()> {
        self.writer.write_record(self.settings.columns.as_deref().unwrap_or(R::COLUMNS)).map_err(csv_error)
    }

    fn row(&mut self, record: &R) -> anyhow::Result<()> {
        let Self { writer, settings } = self;
        let mut write = |cell: &str| {
            let escaped = if settings.escape_formulas && is_formula(cell) { Some(["'", cell].concat()) } else { None };
            let cell = escaped.as_deref().unwrap_or(cell);
            if settings.style.terminal {
                writer.write_field(visible(cell).as_bytes()).map_err(csv_error)
            } else {
                writer.write_field(cell).map_err(csv_error)
            }
        };
        match &settings.columns {
            None => record.each_cell(&mut write)?,
            Some(columns) => {
                let cells = record.cells();
                places::<R>(columns).into_iter().try_for_each(|place| write(&cells[place]))?;
            }
        }
        writer.write_record(None::<&[u8]>).map_err(csv_error)
    }

    fn end(&mut self) -> anyhow::Result<Vec<&'static str>> {
        self.writer.flush()?;
        Ok(Vec::new())
    }
}

/// Whether a spreadsheet would run the cell as a formula; an apostrophe before it prevents that.
fn is_formula(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// The error of the stream itself, which tells a closed pipe from a full disk.
#[must_use]
pub fn csv_error(error: csv::Error) -> anyhow::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error.into(),
        other => anyhow::anyhow!("cannot write CSV: {other:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_recognized() {
        assert!(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"].into_iter().all(is_formula));
        assert!(!["a=1", "1-1", ""].into_iter().any(is_formula));
    }
}
