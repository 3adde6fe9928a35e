//! Opening a file, and reading CSV records from it.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use anyhow::Context as _;
use csv::{ByteRecord, ErrorKind, ReaderBuilder};
use sha2::{Digest as _, Sha256};

use super::inspect::{Inspector, Malformed};
use crate::error::Failure;

/// Something to import from, opened.
pub struct Source {
    name: String,
    input: Box<dyn Read>,
}

impl Source {
    /// Opens a file; `-` is standard input.
    ///
    /// # Errors
    /// When there is no such file, or it cannot be read.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        if path == Path::new("-") {
            return Ok(Self { name: "standard input".to_owned(), input: Box::new(io::stdin()) });
        }
        let file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
        if file.metadata().is_ok_and(|metadata| metadata.is_dir()) {
            return Err(Failure::failed(format!("{} is a folder", path.display()))
                .hint("rollbook import all DIR imports a folder")
                .into());
        }
        Ok(Self { name: path.display().to_string(), input: Box::new(file) })
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn reader(self) -> RecordReader {
        let input = Inspector::new(Hashed { input: self.input, hash: Sha256::new() });
        let reader =
            ReaderBuilder::new().has_headers(false).flexible(true).buffer_capacity(256 * 1024).from_reader(input);
        RecordReader { name: self.name, reader, record: ByteRecord::new() }
    }
}

/// Reads CSV records, one at a time into the same memory.
pub(super) struct RecordReader {
    name: String,
    reader: csv::Reader<Inspector<Hashed<Box<dyn Read>>>>,
    record: ByteRecord,
}

impl RecordReader {
    /// Reads the next record, and returns the line where it begins; nothing at the end.
    pub(super) fn next_record(&mut self) -> anyhow::Result<Option<u64>> {
        match self.reader.read_byte_record(&mut self.record) {
            Ok(true) => Ok(Some(self.reader.get_mut().next_line())),
            Ok(false) => Ok(None),
            Err(error) => Err(self.failure(error)),
        }
    }

    /// The record that was read last.
    pub(super) const fn record(&self) -> &ByteRecord {
        &self.record
    }

    /// An error of this file as a whole.
    pub(super) fn refuse(&self, what: impl std::fmt::Display, hint: impl Into<String>) -> anyhow::Error {
        Failure::failed(format!("{}: {what}", self.name)).hint(hint).into()
    }

    /// The SHA-256 of all bytes, in hexadecimal, once they have been read.
    pub(super) fn sha256(self) -> String {
        hex::encode(self.reader.into_inner().into_inner().hash.finalize())
    }

    fn failure(&self, error: csv::Error) -> anyhow::Error {
        match error.into_kind() {
            ErrorKind::Io(error) => match error.get_ref().and_then(|inner| inner.downcast_ref::<Malformed>()) {
                Some(malformed) => self.refuse(malformed, malformed.hint()),
                None => anyhow::Error::from(error).context(format!("cannot read {}", self.name)),
            },
            other => Failure::failed(format!("{}: {other:?}", self.name)).into(),
        }
    }
}

/// Takes a checksum of what passes through.
pub(super) struct Hashed<R> {
    input: R,
    hash: Sha256,
}

impl<R: Read> Read for Hashed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.input.read(buffer)?;
        self.hash.update(&buffer[..n]);
        Ok(n)
    }
}
