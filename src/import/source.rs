//! Opens a file, or standard input.

use std::fs::{File, Metadata};
use std::io::{self, BufRead as _, BufReader, Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use sha2::{Digest as _, Sha256};

use super::decode::{BytesRead, DecodeError, Decoded, line_of_utf8, wrong_kind};
use super::embedded_options::EmbeddedOptions;
use super::file_format::FileFormat;
use super::formats::xlsx_to_csv;
use super::interpretation::Interpretation;
use crate::error::Failure;
use crate::output::thousands;
use crate::text::Quoted as _;

/// An input that is on disk, so that it can be read twice and a slow sender does not hold up the database. Files are
/// opened one at a time, when they are read.
pub struct Source {
    name: String,
    /// The name in messages: quoted for the shell, if it is a path that needs that.
    shown: String,
    path: PathBuf,
    /// The copy of a pipe.
    copy: Option<File>,
    identity: Identity,
    /// The length of a first line that is not part of the data.
    skipped: u64,
    embedded: Option<EmbeddedOptions>,
}

/// What tells whether the file under a path is still the same, with the same content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Identity {
    device: u64,
    inode: u64,
    bytes: u64,
    modified: (i64, i64),
}

impl Identity {
    fn of(metadata: &Metadata) -> Self {
        Self {
            device: metadata.dev(),
            inode: metadata.ino(),
            bytes: metadata.len(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
        }
    }
}

/// The file of a source, to be looked at again before the commit.
#[derive(Debug, Clone)]
pub(super) struct SourceCheck {
    name: String,
    path: PathBuf,
    identity: Identity,
}

impl SourceCheck {
    /// Checks that the path still names the file that was read, with the same content.
    ///
    /// # Errors
    /// When it does not.
    pub(super) fn check(&self) -> Result<(), Failure> {
        let now = std::fs::metadata(&self.path).map(|metadata| Identity::of(&metadata));
        let what = match now {
            Ok(now) if now == self.identity => return Ok(()),
            Ok(_) => "was replaced or changed",
            Err(_) => "was removed",
        };
        Err(Failure::failed(format!("{} {what} while it was imported", self.name))
            .hint("import the file again once no program writes it"))
    }
}

impl Source {
    /// Looks at a file; `-` is standard input. Anything but a regular file (standard input, a pipe) is first copied to
    /// an unnamed temporary file of at most `max_bytes`, before any lock is taken.
    ///
    /// # Errors
    /// If the file does not exist or cannot be read, or there is no space for the copy.
    pub fn open(path: &Path, max_bytes: u64) -> anyhow::Result<Self> {
        if path == Path::new("-") {
            let copy = spool(io::stdin().lock(), max_bytes).context("cannot read standard input")?;
            let name = "standard input".to_owned();
            return Self::of_copy(name.clone(), name, PathBuf::from("/dev/stdin"), copy);
        }
        let (name, shown) = (path.display().to_string(), path.quoted());
        let file = File::open(path).with_context(|| format!("cannot open {shown}"))?;
        let metadata = file.metadata().with_context(|| format!("cannot read {shown}"))?;
        if metadata.is_dir() {
            return Err(Failure::failed(format!("{shown} is a directory"))
                .hint("import a directory with: rollbook import all DIR")
                .into());
        }
        if !metadata.is_file() {
            let copy = spool(file, max_bytes).with_context(|| format!("cannot read {shown}"))?;
            return Self::of_copy(name, shown, path.to_owned(), copy);
        }
        let identity = Identity::of(&metadata);
        Self { name, shown, path: path.to_owned(), copy: None, identity, skipped: 0, embedded: None }
            .with_first_line(&file)
    }

    fn of_copy(name: String, shown: String, path: PathBuf, copy: File) -> anyhow::Result<Self> {
        let identity = Identity::of(&copy.metadata()?);
        let first_line = copy.try_clone()?;
        Self { name, shown, path, copy: Some(copy), identity, skipped: 0, embedded: None }.with_first_line(&first_line)
    }

    /// Looks for options on the first line.
    fn with_first_line(mut self, file: &File) -> anyhow::Result<Self> {
        let mut line = Vec::new();
        let mut reader = BufReader::new(file);
        reader.rewind()?;
        reader.take(MAX_FIRST_LINE).read_until(b'\n', &mut line)?;
        if let Some(parsed) = std::str::from_utf8(&line).ok().and_then(EmbeddedOptions::parse) {
            let parsed = parsed.map_err(|error| {
                Failure::failed(format!("{} line 1: invalid import options: {error}", self.shown))
                    .hint("remove the line, and give the options on the command line")
            })?;
            self.embedded = Some(parsed);
            self.skipped = line.len() as u64;
        }
        Ok(self)
    }

    /// The options on the first line, by which the file can be read.
    #[must_use]
    pub const fn embedded_options(&self) -> Option<&EmbeddedOptions> {
        self.embedded.as_ref()
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The name in messages.
    pub(super) fn shown(&self) -> &str {
        &self.shown
    }

    /// The size on disk in bytes (compressed, if the file is).
    pub(super) const fn bytes(&self) -> u64 {
        self.identity.bytes
    }

    /// Where the file can be found, also if it is standard input.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The line of the header.
    pub(super) const fn first_line(&self) -> u64 {
        if self.skipped > 0 { 2 } else { 1 }
    }

    /// What to look at before the commit; `None` for a copy, which is nobody else's.
    pub(super) fn check(&self) -> Option<SourceCheck> {
        let Self { shown, path, identity, .. } = self;
        self.copy.is_none().then(|| SourceCheck { name: shown.clone(), path: path.clone(), identity: *identity })
    }

    /// The file, at the start of its data.
    fn file(&self) -> anyhow::Result<File> {
        let name = &self.shown;
        let mut file = match &self.copy {
            Some(copy) => copy.try_clone(),
            None => File::open(&self.path),
        }
        .with_context(|| format!("cannot open {name}"))?;
        if let Some(check) = self.check()
            && Identity::of(&file.metadata()?) != self.identity
        {
            check.check()?;
        }
        file.seek(SeekFrom::Start(self.skipped)).with_context(|| format!("cannot read {name}"))?;
        Ok(file)
    }

    /// The SHA-256 of the data, in hexadecimal.
    pub(super) fn sha256(&self) -> anyhow::Result<String> {
        let mut file = self.file()?;
        let mut hash = Sha256::new();
        let mut buffer = vec![0; 1 << 20];
        loop {
            match file.read(&mut buffer).with_context(|| format!("cannot read {}", self.shown))? {
                0 => return Ok(base16ct::lower::encode_string(&hash.finalize())),
                n => hash.update(&buffer[..n]),
            }
        }
    }

    /// The text of the file, how far it has been read, and whether it may have been cut off without a sign.
    pub(super) fn decode(&self, interpretation: &Interpretation) -> anyhow::Result<(Decoded<File>, BytesRead, bool)> {
        let bytes_read = BytesRead::default();
        // The copy of a pipe has one position for all its handles: it is looked at first.
        let is_workbook = self.is_workbook(interpretation)?;
        if interpretation.sniff && !is_workbook {
            self.refuse_utf8(interpretation)?;
        }
        let file = self.file()?;
        if is_workbook {
            let (text, sheet) = xlsx_to_csv(&file, &self.shown, interpretation)?;
            let decoded =
                Decoded::new(text, None, &bytes_read).map_err(|error| DecodeError::explain(error, &self.shown))?;
            return Ok((decoded.made_of(self.sha256()?, sheet), bytes_read, false));
        }
        let decoded = Decoded::new(file, interpretation.encoding.as_deref(), &bytes_read)
            .map_err(|error| DecodeError::explain(error, &self.shown))?;
        if interpretation.sniff && decoded.is_utf8_after_all() {
            let encoding = interpretation.encoding.as_deref().unwrap_or_default();
            return Err(Failure::failed(format!("{} is UTF-8, not {encoding}", self.shown))
                .hint("omit --encoding; if it is right nevertheless, add --sniff off")
                .into());
        }
        if let Some((what, hint)) = wrong_kind(decoded.start()) {
            return Err(Failure::failed(format!("{} is {what}", self.shown)).hint(hint).into());
        }
        let may_be_cut_off = self.copy.is_some() && !decoded.is_compressed();
        Ok((decoded, bytes_read, may_be_cut_off))
    }
}

impl Source {
    /// Refuses a file that is UTF-8 as a whole, but is to be read in an encoding that accepts every byte.
    fn refuse_utf8(&self, interpretation: &Interpretation) -> anyhow::Result<()> {
        let encoding = interpretation.encoding.as_deref();
        let line = line_of_utf8(self.file()?, encoding).map_err(|error| DecodeError::explain(error, &self.shown))?;
        let Some(line) = line else { return Ok(()) };
        let encoding = encoding.unwrap_or_default();
        Err(Failure::failed(format!(
            "{} is UTF-8, not {encoding}: see the first letter beyond ASCII, on line {line}",
            self.shown
        ))
        .hint("omit --encoding; if it is right nevertheless, add --sniff off")
        .into())
    }

    /// Whether the file is a workbook, by the option or by its first bytes.
    fn is_workbook(&self, interpretation: &Interpretation) -> anyhow::Result<bool> {
        let mut start = [0; 4];
        let n = self.file()?.read(&mut start).with_context(|| format!("cannot read {}", self.shown))?;
        let is_archive = start[..n] == *b"PK\x03\x04";
        match interpretation.format {
            Some(FileFormat::Xlsx) if !is_archive => Err(Failure::failed(format!("{} is not a workbook", self.shown))
                .hint("--from xlsx reads .xlsx files; omit it for text")
                .into()),
            Some(FileFormat::Xlsx) => Ok(true),
            Some(_) => Ok(false),
            None => Ok(is_archive && interpretation.sniff),
        }
    }
}

/// The longest first line that is looked at for options, in bytes.
const MAX_FIRST_LINE: u64 = 1 << 20;

/// Copies the input to an unnamed temporary file.
fn spool(input: impl io::Read, max_bytes: u64) -> anyhow::Result<File> {
    let mut file = tempfile::tempfile()
        .with_context(|| format!("cannot create a temporary file in {}", std::env::temp_dir().display()))?;
    let bytes = io::copy(&mut input.take(max_bytes.saturating_add(1)), &mut file)
        .with_context(|| format!("cannot copy the input to a temporary file in {}", std::env::temp_dir().display()))?;
    if bytes > max_bytes {
        return Err(Failure::failed(format!("the input is longer than {} bytes", thousands(max_bytes)))
            .hint("if that is right, raise the limit: --max-bytes SIZE")
            .into());
    }
    file.flush()?;
    Ok(file)
}
