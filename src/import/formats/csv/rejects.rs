//! The file of rejected records.

use std::fs::File;
use std::io::{BufWriter, Write as _};

use super::super::format::{REASON_COLUMNS, RejectWriter};
use crate::import::dialect::Dialect;
use crate::import::embedded_options::EmbeddedOptions;
use crate::import::interpretation::Interpretation;

/// A file of rejected records: each as it stood in the input, after columns that say why.
pub(super) struct CsvRejects {
    out: BufWriter<File>,
    dialect: Dialect,
}

impl CsvRejects {
    /// Starts the file with the options by which it can be read, and the header of the input. For a file in another
    /// encoding, a byte order mark says that this one is UTF-8.
    pub(super) fn create(file: File, interpretation: &Interpretation, header: &[u8]) -> anyhow::Result<Self> {
        let mut rejects = Self { out: BufWriter::new(file), dialect: interpretation.dialect };
        if interpretation.encoding.is_some() {
            rejects.out.write_all("\u{feff}".as_bytes())?;
        }
        let options = EmbeddedOptions::of(interpretation).line()?;
        // As one field, it outlives programs that read the fields and write them again.
        let is_usual = interpretation.dialect.quote.byte() == Some(b'"');
        let options = if is_usual { rejects.own_field(&options) } else { options };
        writeln!(rejects.out, "{options}")?;
        rejects.write(REASON_COLUMNS, header)?;
        rejects.flush()?;
        Ok(rejects)
    }

    /// A field of our own, in the dialect of the file.
    fn own_field(&self, text: &str) -> String {
        let delimiter = char::from(self.dialect.delimiter);
        match self.dialect.quote.byte().map(char::from) {
            Some(quote) if text.contains([delimiter, quote, '\r', '\n']) => {
                format!("{quote}{}{quote}", text.replace(quote, &format!("{quote}{quote}")))
            }
            Some(_) => text.to_owned(),
            // Without quotes, a field cannot contain a delimiter or a line end.
            None => text.replace([delimiter, '\r', '\n', '\\'], " "),
        }
    }
}

impl RejectWriter for CsvRejects {
    fn write(&mut self, own: [&str; 4], text: &[u8]) -> anyhow::Result<()> {
        for field in own {
            let field = self.own_field(field);
            self.out.write_all(field.as_bytes())?;
            self.out.write_all(&[self.dialect.delimiter])?;
        }
        self.out.write_all(text)?;
        self.out.write_all(b"\n")?;
        Ok(())
    }

    fn flush(&mut self) -> anyhow::Result<()> {
        Ok(self.out.flush()?)
    }
}
