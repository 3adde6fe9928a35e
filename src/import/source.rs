//! Opening a file, and reading CSV records from it.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use csv::{ByteRecord, ErrorKind, ReaderBuilder};
use sha2::{Digest as _, Sha256};

use super::decode::{Consumed, Decoded, Undecodable};
use super::inspect::{Inspector, Malformed};
use super::options::Dialect;
use crate::error::Failure;

/// Something to import from, opened; on disk, so that it can be read twice and nobody waits for a slow sender.
pub struct Source {
    name: String,
    path: Option<PathBuf>,
    file: File,
    bytes: u64,
}

impl Source {
    /// Opens a file; `-` is standard input. What is no file on disk (standard input, a pipe) is first read to its end
    /// into a nameless temporary file, before anything is locked.
    ///
    /// # Errors
    /// When there is no such file, it cannot be read, or there is no room for what comes in.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        if path == Path::new("-") {
            let name = "standard input".to_owned();
            let (file, bytes) = spool(io::stdin().lock()).context("cannot read standard input")?;
            return Ok(Self { name, path: None, file, bytes });
        }
        let name = path.display().to_string();
        let file = File::open(path).with_context(|| format!("cannot open {name}"))?;
        let metadata = file.metadata().with_context(|| format!("cannot look at {name}"))?;
        if metadata.is_dir() {
            return Err(Failure::failed(format!("{name} is a folder"))
                .hint("rollbook import all DIR imports a folder")
                .into());
        }
        let (file, bytes) = if metadata.is_file() {
            (file, metadata.len())
        } else {
            spool(file).with_context(|| format!("cannot read {name}"))?
        };
        Ok(Self { name, path: Some(path.to_owned()), file, bytes })
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// How many bytes there are, as they are on disk.
    pub(super) const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Whether this is the file that the path names.
    pub(super) fn is(&self, path: &Path) -> bool {
        self.path.as_ref().is_some_and(|own| {
            own == path || matches!((own.canonicalize(), path.canonicalize()), (Ok(own), Ok(path)) if own == path)
        })
    }

    /// The SHA-256 of all bytes, in hexadecimal.
    pub(super) fn sha256(&mut self) -> anyhow::Result<String> {
        let mut hash = Sha256::new();
        let mut buffer = vec![0; 1 << 20];
        self.file.rewind()?;
        loop {
            match self.file.read(&mut buffer).with_context(|| format!("cannot read {}", self.name))? {
                0 => return Ok(hex::encode(hash.finalize())),
                n => hash.update(&buffer[..n]),
            }
        }
    }

    pub(super) fn reader(mut self, dialect: &Dialect) -> anyhow::Result<RecordReader> {
        let consumed = Consumed::default();
        let decoded = self
            .file
            .rewind()
            .and_then(|()| Decoded::new(self.file, dialect.encoding.as_deref(), &consumed))
            .with_context(|| format!("cannot read {}", self.name))?;
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .buffer_capacity(256 * 1024)
            .delimiter(dialect.delimiter)
            .quoting(dialect.quote.is_some())
            .quote(dialect.quote.unwrap_or(b'"'))
            .from_reader(Inspector::new(decoded, dialect));
        Ok(RecordReader { name: self.name, reader, record: ByteRecord::new(), consumed })
    }
}

/// Reads to the end, into a file without a name.
fn spool(mut input: impl io::Read) -> io::Result<(File, u64)> {
    let mut file = tempfile::tempfile()?;
    let bytes = io::copy(&mut input, &mut file)?;
    file.flush()?;
    Ok((file, bytes))
}

/// Reads CSV records, one at a time into the same memory.
pub(super) struct RecordReader {
    name: String,
    reader: csv::Reader<Inspector<Decoded<File>>>,
    record: ByteRecord,
    consumed: Consumed,
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

    /// How far the file has been read.
    pub(super) fn consumed(&self) -> Consumed {
        self.consumed.clone()
    }

    /// An error of this file as a whole.
    pub(super) fn refuse(&self, what: impl std::fmt::Display, hint: impl Into<String>) -> anyhow::Error {
        Failure::failed(format!("{}: {what}", self.name)).hint(hint).into()
    }

    /// The SHA-256 of all bytes, in hexadecimal, once they have been read.
    pub(super) fn sha256(self) -> anyhow::Result<String> {
        let name = self.name;
        self.reader.into_inner().into_inner().sha256().with_context(|| format!("cannot read {name}"))
    }

    fn failure(&self, error: csv::Error) -> anyhow::Error {
        match error.into_kind() {
            ErrorKind::Io(error) => {
                let inner = error.get_ref();
                if let Some(malformed) = inner.and_then(|inner| inner.downcast_ref::<Malformed>()) {
                    self.refuse(malformed, malformed.hint())
                } else if let Some(undecodable) = inner.and_then(|inner| inner.downcast_ref::<Undecodable>()) {
                    self.refuse(undecodable, undecodable.hint())
                } else {
                    anyhow::Error::from(error).context(format!("cannot read {}", self.name))
                }
            }
            other => Failure::failed(format!("{}: {other:?}", self.name)).into(),
        }
    }
}
