//! CSV with a header line, which can be imported again.

use std::io::{BufWriter, Write};

use memchr::{memchr, memchr3};

use super::{Record, Settings, Writer};
use crate::output::record::places;
use crate::output::visible;

/// Writes rows of cells.
pub struct CsvWriter<'o> {
    out: BufWriter<&'o mut (dyn Write + 'o)>,
    settings: Settings,
}

impl<'o> CsvWriter<'o> {
    /// A writer of the columns in the settings, or of all.
    pub fn new(out: &'o mut (dyn Write + 'o), settings: Settings) -> Self {
        Self { out: BufWriter::with_capacity(64 * 1024, out), settings }
    }
}

impl<R: Record> Writer<R> for CsvWriter<'_> {
    fn begin(&mut self) -> anyhow::Result<()> {
        if self.settings.header {
            let names = self.settings.columns.as_deref().unwrap_or(R::COLUMNS);
            writeln!(self.out, "{}", names.join(","))?;
        }
        Ok(())
    }

    fn row(&mut self, record: &R) -> anyhow::Result<()> {
        let Self { out, settings } = self;
        let mut is_first = true;
        let mut write = |cell: &str| {
            if !std::mem::take(&mut is_first) {
                out.write_all(b",")?;
            }
            let escaped = if settings.escape_formulas && is_formula(cell) { Some(["'", cell].concat()) } else { None };
            let cell = escaped.as_deref().unwrap_or(cell);
            let shown = if settings.style.terminal { visible(cell) } else { cell.into() };
            Ok(write_cell(&shown, out)?)
        };
        match &settings.columns {
            None => record.each_cell(&mut write)?,
            Some(columns) => {
                let cells = record.cells();
                places::<R>(columns).into_iter().try_for_each(|place| write(&cells[place]))?;
            }
        }
        Ok(out.write_all(b"\n")?)
    }

    fn end(&mut self) -> anyhow::Result<Vec<&'static str>> {
        self.out.flush()?;
        Ok(Vec::new())
    }
}

/// Writes a cell, in quotes if it contains what separates cells or ends rows, or is what an import takes for no value
/// without quotes. The `csv` crate cannot quote a single cell.
fn write_cell(cell: &str, out: &mut impl Write) -> std::io::Result<()> {
    let bytes = cell.as_bytes();
    let is_plain = memchr3(b',', b'"', b'\n', bytes).is_none() && memchr(b'\r', bytes).is_none() && cell != "\\N";
    if is_plain {
        return out.write_all(bytes);
    }
    write!(out, "\"{}\"", cell.replace('"', "\"\""))
}

/// Whether a spreadsheet would run the cell as a formula; an apostrophe before it prevents that.
fn is_formula(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_if_they_could_be_read_as_something_else() {
        let written = |cell: &str| {
            let mut out = Vec::new();
            write_cell(cell, &mut out).unwrap();
            String::from_utf8(out).unwrap()
        };
        for (cell, expected) in [
            ("plain", "plain"),
            ("", ""),
            ("a,b", "\"a,b\""),
            ("a\"b", "\"a\"\"b\""),
            ("a\rb", "\"a\rb\""),
            ("\\N", "\"\\N\""),
            ("\\NN", "\\NN"),
        ] {
            assert_eq!(written(cell), expected);
        }
    }

    #[test]
    fn formulas_are_recognized() {
        assert!(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"].into_iter().all(is_formula));
        assert!(!["a=1", "1-1", ""].into_iter().any(is_formula));
    }
}
