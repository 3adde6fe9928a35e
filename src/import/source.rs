//! Opens a file, or standard input.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use sha2::{Digest as _, Sha256};

use super::decode::{BytesRead, Decoded};
use super::options::Interpretation;
use crate::error::Failure;

/// An opened input; always on disk, so that it can be read twice and a slow sender does not hold up the database.
pub struct Source {
    name: String,
    path: Option<PathBuf>,
    file: File,
    bytes: u64,
}

impl Source {
    /// Opens a file; `-` is standard input. Anything but a regular file (standard input, a pipe) is first copied to
    /// an unnamed temporary file, before any lock is taken.
    ///
    /// # Errors
    /// If the file does not exist or cannot be read, or there is no space for the copy.
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
            return Err(Failure::failed(format!("{name} is a directory"))
                .hint("import a directory with: rollbook import all DIR")
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

    /// The size on disk in bytes (compressed, if the file is).
    pub(super) const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Where the file can be found, also if it is standard input.
    pub(super) fn path(&self) -> &Path {
        self.path.as_deref().unwrap_or(Path::new("/dev/stdin"))
    }

    /// The SHA-256 of all bytes, in hexadecimal.
    pub(super) fn sha256(&mut self) -> anyhow::Result<String> {
        let mut hash = Sha256::new();
        let mut buffer = vec![0; 1 << 20];
        self.file.rewind()?;
        loop {
            match self.file.read(&mut buffer).with_context(|| format!("cannot read {}", self.name))? {
                0 => return Ok(base16ct::lower::encode_string(&hash.finalize())),
                n => hash.update(&buffer[..n]),
            }
        }
    }

    /// The text of the file, and how far it has been read.
    pub(super) fn decode(mut self, interpretation: &Interpretation) -> anyhow::Result<(Decoded<File>, BytesRead)> {
        let bytes_read = BytesRead::default();
        let decoded = self
            .file
            .rewind()
            .and_then(|()| Decoded::new(self.file, interpretation.encoding.as_deref(), &bytes_read))
            .with_context(|| format!("cannot read {}", self.name))?;
        Ok((decoded, bytes_read))
    }
}

/// Copies the input to an unnamed temporary file.
fn spool(mut input: impl io::Read) -> io::Result<(File, u64)> {
    let mut file = tempfile::tempfile()?;
    let bytes = io::copy(&mut input, &mut file)?;
    file.flush()?;
    Ok((file, bytes))
}
