//! The file of refused rows: each as it stood, behind what is said of it, so that it can be mended and imported again.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use csv::{ByteRecord, QuoteStyle, Writer, WriterBuilder};

use super::header::normal;
use super::options::Dialect;
use super::report::{field_of, reason_of, word_of};
use super::verdict::Refused;
use crate::error::Failure;

/// What stands before each row. The importer ignores columns that begin with `_`.
const COLUMNS: [&str; 4] = ["_line", "_verdict", "_field", "_reason"];

/// The file, and which columns of the input go into it.
pub(super) struct Rejects {
    path: PathBuf,
    writer: Writer<std::fs::File>,
    header: ByteRecord,
    kept: Vec<bool>,
    delimiter: u8,
    quoted: bool,
    failed: Option<csv::Error>,
}

impl Rejects {
    /// Creates the file, which only its owner can read, with the header of the input. It uses the same separators, so
    /// that the same options import it; with `--encoding`, a byte order mark says that it is UTF-8 all the same.
    pub(super) fn create(path: &Path, header: &ByteRecord, dialect: &Dialect) -> anyhow::Result<Self> {
        let cannot = || format!("cannot write the refused rows to {}", path.display());
        let mut file =
            OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path).with_context(cannot)?;
        if dialect.encoding.is_some() {
            std::io::Write::write_all(&mut file, "\u{feff}".as_bytes()).with_context(cannot)?;
        }
        let writer = WriterBuilder::new()
            .flexible(true)
            .delimiter(dialect.delimiter)
            .quote(dialect.quote.unwrap_or(b'"'))
            .quote_style(if dialect.quote.is_some() { QuoteStyle::Necessary } else { QuoteStyle::Never })
            .from_writer(file);
        let kept = header.iter().map(|name| !normal(&String::from_utf8_lossy(name)).starts_with('_')).collect();
        let mut rejects = Self {
            path: path.to_owned(),
            writer,
            header: header.clone(),
            kept,
            delimiter: dialect.delimiter,
            quoted: dialect.quote.is_some(),
            failed: None,
        };
        let own = COLUMNS.map(str::as_bytes);
        rejects.write(&own, header);
        rejects.finish()?;
        Ok(rejects)
    }

    /// Goes on with the next file of the same import.
    pub(super) fn expect_header(&self, header: &ByteRecord, file: &str) -> anyhow::Result<()> {
        if self.header == *header {
            return Ok(());
        }
        Err(Failure::failed(format!("{file}: the columns are not those of the file before it"))
            .hint("the refused rows of all files go into one file: with --rejects, import files of other columns apart")
            .into())
    }

    /// Writes a row. A failure is told at the end, by [`Self::finish`].
    pub(super) fn add(&mut self, refused: &Refused) {
        let line = refused.line.to_string();
        let (field, reason) = (field_of(&refused.verdict), reason_of(&refused.verdict));
        let (field, reason) = (self.unquotable(field), self.unquotable(reason));
        let own = [line.as_str(), word_of(&refused.verdict), &field, &reason].map(str::as_bytes);
        if let Some(record) = &refused.record {
            self.write(&own, record);
        }
    }

    /// Without quotes, what stands between fields cannot stand in them.
    fn unquotable(&self, text: String) -> String {
        if self.quoted {
            return text;
        }
        text.replace([char::from(self.delimiter), '\r', '\n'], " ")
    }

    fn write(&mut self, own: &[&[u8]], record: &ByteRecord) {
        let fields = record.iter().enumerate().filter(|(i, _)| self.kept.get(*i).copied().unwrap_or(true));
        let result = self.writer.write_record(own.iter().copied().chain(fields.map(|(_, field)| field)));
        if let Err(error) = result {
            self.failed.get_or_insert(error);
        }
    }

    /// Writes out what is left.
    ///
    /// # Errors
    /// When not all rows could be written.
    pub(super) fn finish(&mut self) -> anyhow::Result<()> {
        let cannot = || format!("cannot write the refused rows to {}", self.path.display());
        match self.failed.take() {
            Some(error) => Err(error).with_context(cannot),
            None => self.writer.flush().with_context(cannot),
        }
    }
}
