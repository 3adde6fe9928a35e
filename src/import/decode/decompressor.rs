//! Reads a file through its compression, and counts, hashes and bounds its bytes.

use std::io::{self, BufRead as _, BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::MultiGzDecoder;
use sha2::{Digest as _, Sha256};

use super::{BUFFER, DecodeError};

/// Maximum ratio of decompressed to compressed bytes, checked after the first [`FREE`] bytes: text reaches about 20, a file
/// made to fill a disk 1,000 and more.
pub(super) const MAX_RATIO: u64 = 250;
/// Decompressed bytes that are always allowed.
const FREE: u64 = 64 << 20;

/// Number of bytes read so far, as stored on disk; updated during reading.
#[derive(Debug, Clone, Default)]
pub(in super::super) struct BytesRead(Arc<AtomicU64>);

impl BytesRead {
    pub(in super::super) fn bytes(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// A file with its compression, detected by the first bytes.
pub(super) enum Decompressor<R: Read> {
    Plain(BufReader<HashingReader<R>>),
    Gzip(Box<SizeLimited<MultiGzDecoder<BufReader<HashingReader<R>>>>>),
    Zstd(SizeLimited<zstd::Decoder<'static, BufReader<HashingReader<R>>>>),
}

impl<R: Read> Decompressor<R> {
    /// Detects the compression by the first bytes.
    pub(super) fn new(input: R, bytes_read: &BytesRead) -> io::Result<Self> {
        let hashed = HashingReader { input, hash: Sha256::new(), bytes_read: bytes_read.clone() };
        let mut input = BufReader::with_capacity(BUFFER, hashed);
        Ok(match input.fill_buf()? {
            [0x1f, 0x8b, ..] => Self::Gzip(Box::new(SizeLimited::new(MultiGzDecoder::new(input), bytes_read))),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => {
                Self::Zstd(SizeLimited::new(zstd::Decoder::with_buffer(input)?, bytes_read))
            }
            _ => Self::Plain(input),
        })
    }

    pub(super) const fn is_compressed(&self) -> bool {
        !matches!(self, Self::Plain(_))
    }

    /// The SHA-256 of the whole file as stored on disk, in hexadecimal; reads the rest of it.
    pub(super) fn sha256(self) -> io::Result<String> {
        let mut input = match self {
            Self::Plain(input) => input,
            Self::Gzip(limited) => limited.input.into_inner(),
            Self::Zstd(limited) => limited.input.finish(),
        };
        io::copy(&mut input, &mut io::sink())?;
        Ok(base16ct::lower::encode_string(&input.into_inner().hash.finalize()))
    }
}

impl<R: Read> Read for Decompressor<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(input) => input.read(buffer),
            Self::Gzip(input) => input.read(buffer).map_err(|error| damaged(error, "gzip")),
            Self::Zstd(input) => input.read(buffer).map_err(|error| damaged(error, "zstd")),
        }
    }
}

/// The error of a decompressor, if it is not one of reading the file.
fn damaged(error: io::Error, format: &'static str) -> io::Error {
    let is_decoding = error.get_ref().and_then(|inner| inner.downcast_ref::<DecodeError>()).is_some();
    if is_decoding || error.raw_os_error().is_some() || error.kind() == io::ErrorKind::Interrupted {
        return error;
    }
    io::Error::other(DecodeError::Damaged(format))
}

/// Computes the checksum of the bytes read, and counts them.
pub(super) struct HashingReader<R> {
    input: R,
    hash: Sha256,
    bytes_read: BytesRead,
}

impl<R: Read> Read for HashingReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.input.read(buffer)?;
        self.hash.update(&buffer[..n]);
        self.bytes_read.0.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

/// Fails if the input decompresses to more than text ever does.
pub(super) struct SizeLimited<R> {
    input: R,
    decompressed: u64,
    bytes_read: BytesRead,
}

impl<R> SizeLimited<R> {
    fn new(input: R, bytes_read: &BytesRead) -> Self {
        Self { input, decompressed: 0, bytes_read: bytes_read.clone() }
    }
}

impl<R: Read> Read for SizeLimited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.input.read(buffer)?;
        self.decompressed += n as u64;
        if self.decompressed > FREE && self.decompressed > self.bytes_read.bytes().saturating_mul(MAX_RATIO) {
            return Err(io::Error::other(DecodeError::Bomb));
        }
        Ok(n)
    }
}
