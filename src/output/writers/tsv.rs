//! Tab-separated values: a line a record, whatever is in its cells.

use std::borrow::Cow;
use std::io::Write;

use super::{Record, Settings, Writer};
use crate::output::record::places;
use crate::output::visible;

/// Writes cells with tabs between them; a tab, a line end or a backslash in a cell is written as `\t`, `\n`, `\r`, `\\`.
pub struct TsvWriter<'o> {
    out: &'o mut (dyn Write + 'o),
    settings: Settings,
}

impl<'o> TsvWriter<'o> {
    pub(in crate::output) fn new(out: &'o mut (dyn Write + 'o), settings: Settings) -> Self {
        Self { out, settings }
    }
}

impl<R: Record> Writer<R> for TsvWriter<'_> {
    fn begin(&mut self) -> anyhow::Result<()> {
        if self.settings.header {
            let names = self.settings.columns.as_deref().unwrap_or(R::COLUMNS);
            writeln!(self.out, "{}", names.join("\t"))?;
        }
        Ok(())
    }

    fn row(&mut self, record: &R) -> anyhow::Result<()> {
        let places = places::<R>(self.settings.columns.as_deref().unwrap_or(R::COLUMNS));
        let cells = record.cells();
        let cells: Vec<Cow<'_, str>> = places.into_iter().map(|place| escaped(&cells[place])).collect();
        let line = cells.join("\t");
        if self.settings.style.terminal {
            let shown: Vec<Cow<'_, str>> = line.split('\t').map(visible).collect();
            writeln!(self.out, "{}", shown.join("\t"))?;
        } else {
            writeln!(self.out, "{line}")?;
        }
        Ok(())
    }
}

fn escaped(cell: &str) -> Cow<'_, str> {
    if cell.contains(['\t', '\n', '\r', '\\']) {
        cell.replace('\\', "\\\\").replace('\t', "\\t").replace('\n', "\\n").replace('\r', "\\r").into()
    } else {
        cell.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_separates_cells_is_escaped() {
        for (cell, expected) in [("plain", "plain"), ("a\tb", "a\\tb"), ("a\r\nb", "a\\r\\nb"), ("\\t", "\\\\t")] {
            assert_eq!(escaped(cell), expected);
        }
    }
}
