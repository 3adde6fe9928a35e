//! Comma-separated values, by RFC 4180 and its relatives, with a header line.

use std::fs::File;

use anyhow::Context as _;
use csv::{ByteRecord, ErrorKind, QuoteStyle, ReaderBuilder, StringRecord, Writer, WriterBuilder};

use super::{Format, Opened, REASON_COLUMNS, RawRecord, Records, RejectWriter};
use crate::error::Failure;
use crate::import::decode::{DecodeError, Decoded};
use crate::import::record::{Record, RecordFields};
use crate::log::FieldError;
use header::{Header, Source, is_ignored};
use inspector::{CsvError, CsvInspector};

mod dialect;
mod header;
mod inspector;

pub use dialect::{Dialect, Quote};

/// The format.
pub(super) struct Csv;

/// A file of this format, with its header line read.
struct CsvRecords {
    reader: CsvReader,
    header: Header,
    header_line: ByteRecord,
    dialect: Dialect,
    /// Whether the file is in another encoding than UTF-8.
    is_converted: bool,
}

impl Format for Csv {
    fn open(&self, file: Opened<'_>) -> anyhow::Result<Box<dyn Records>> {
        let Opened { name, input, columns, interpretation } = file;
        let mut reader = CsvReader::new(name, input, interpretation.dialect);
        let header = Header::read(&mut reader, columns, interpretation)?;
        Ok(Box::new(CsvRecords {
            header_line: reader.record().clone(),
            header,
            reader,
            dialect: interpretation.dialect,
            is_converted: interpretation.encoding.is_some(),
        }))
    }
}

impl Records for CsvRecords {
    fn next(&mut self) -> anyhow::Result<Option<u64>> {
        self.reader.next_record()
    }

    fn record(&self) -> Result<Record<'_>, Vec<FieldError>> {
        self.header.check(&self.reader.current)?;
        Ok(Record(self))
    }

    fn raw(&self) -> &RawRecord {
        self.reader.record()
    }

    fn header(&self) -> &RawRecord {
        &self.header_line
    }

    fn create_rejects(&self, file: File) -> anyhow::Result<Box<dyn RejectWriter>> {
        Ok(Box::new(CsvRejects::create(file, self)?))
    }

    fn sha256(self: Box<Self>) -> anyhow::Result<String> {
        let CsvReader { name, reader, .. } = self.reader;
        reader.into_inner().into_inner().sha256().with_context(|| format!("cannot read {name}"))
    }
}

impl CsvRecords {
    fn value<'a>(&'a self, source: &'a Source) -> &'a str {
        match (source, &self.reader.current) {
            (Source::Field(position), Current::Text(record)) => record.get(*position).unwrap_or_default(),
            (Source::Field(_), Current::Bytes(_)) => "",
            (Source::Constant(value), _) => value,
        }
    }
}

impl RecordFields for CsvRecords {
    fn field(&self, column: usize) -> Option<&str> {
        Some(self.value(self.header.source(column)?))
    }

    fn metadata(&self, n: usize) -> Option<(&str, &str)> {
        let (key, source) = self.header.metadata(n)?;
        Some((key, self.value(source)))
    }
}

/// The record that was read last.
enum Current {
    Text(StringRecord),
    /// Not UTF-8.
    Bytes(ByteRecord),
}

/// Reads records, one at a time into the same memory.
struct CsvReader {
    name: String,
    reader: csv::Reader<CsvInspector<Decoded<File>>>,
    current: Current,
}

impl CsvReader {
    fn new(name: String, input: Decoded<File>, dialect: Dialect) -> Self {
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .buffer_capacity(256 * 1024)
            .delimiter(dialect.delimiter)
            .quoting(dialect.quote.byte().is_some())
            .quote(dialect.quote.byte().unwrap_or(b'"'))
            .from_reader(CsvInspector::new(input, dialect));
        Self { name, reader, current: Current::Bytes(ByteRecord::new()) }
    }

    /// Reads the next record, and returns the line on which it begins; `None` at the end.
    fn next_record(&mut self) -> anyhow::Result<Option<u64>> {
        let empty = Current::Bytes(ByteRecord::new());
        let mut record = match std::mem::replace(&mut self.current, empty) {
            Current::Text(record) => record.into_byte_record(),
            Current::Bytes(record) => record,
        };
        let read = self.reader.read_byte_record(&mut record);
        self.current = match StringRecord::from_byte_record(record) {
            Ok(record) => Current::Text(record),
            Err(error) => Current::Bytes(error.into_byte_record()),
        };
        match read {
            Ok(true) => Ok(Some(self.reader.get_mut().next_line())),
            Ok(false) => Ok(None),
            Err(error) => Err(self.failure(error)),
        }
    }

    fn record(&self) -> &ByteRecord {
        match &self.current {
            Current::Text(record) => record.as_byte_record(),
            Current::Bytes(record) => record,
        }
    }

    /// An error of the file as a whole.
    fn refuse(&self, what: impl std::fmt::Display, hint: impl Into<String>) -> anyhow::Error {
        Failure::failed(format!("{}: {what}", self.name)).hint(hint).into()
    }

    fn failure(&self, error: csv::Error) -> anyhow::Error {
        match error.into_kind() {
            ErrorKind::Io(error) => {
                let inner = error.get_ref();
                if let Some(error) = inner.and_then(|inner| inner.downcast_ref::<CsvError>()) {
                    self.refuse(error, error.hint())
                } else if let Some(error) = inner.and_then(|inner| inner.downcast_ref::<DecodeError>()) {
                    self.refuse(error, error.hint())
                } else {
                    anyhow::Error::from(error).context(format!("cannot read {}", self.name))
                }
            }
            other => Failure::failed(format!("{}: {other:?}", self.name)).into(),
        }
    }
}

/// A file of rejected records in the dialect of the input, so that the same options import it.
struct CsvRejects {
    writer: Writer<File>,
    /// Which columns of the input are written.
    kept: Vec<bool>,
    dialect: Dialect,
}

impl CsvRejects {
    /// Starts the file with the header of the input. For a file in another encoding, a byte order mark says that this one is
    /// UTF-8.
    fn create(mut file: File, records: &CsvRecords) -> anyhow::Result<Self> {
        let CsvRecords { header_line, dialect, is_converted, .. } = records;
        if *is_converted {
            std::io::Write::write_all(&mut file, "\u{feff}".as_bytes())?;
        }
        let quote = dialect.quote.byte();
        let writer = WriterBuilder::new()
            .flexible(true)
            .delimiter(dialect.delimiter)
            .quote(quote.unwrap_or(b'"'))
            .quote_style(if quote.is_some() { QuoteStyle::Necessary } else { QuoteStyle::Never })
            .from_writer(file);
        let kept = header_line.iter().map(|name| !is_ignored(name)).collect();
        let mut rejects = Self { writer, kept, dialect: *dialect };
        rejects.write(REASON_COLUMNS, header_line)?;
        rejects.flush()?;
        Ok(rejects)
    }
}

impl RejectWriter for CsvRejects {
    fn write(&mut self, own: [&str; 4], record: &RawRecord) -> anyhow::Result<()> {
        let own = own.map(|text| match self.dialect.quote.byte() {
            Some(_) => text.to_owned(),
            // Without quotes, a field cannot contain a delimiter or a line end.
            None => text.replace([char::from(self.dialect.delimiter), '\r', '\n'], " "),
        });
        let kept = record.iter().enumerate().filter(|(i, _)| self.kept.get(*i).copied().unwrap_or(true));
        self.writer.write_record(own.iter().map(String::as_bytes).chain(kept.map(|(_, field)| field)))?;
        Ok(())
    }

    fn flush(&mut self) -> anyhow::Result<()> {
        Ok(self.writer.flush()?)
    }
}
