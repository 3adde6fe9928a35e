//! From the bytes of a file to the text in it: gzip and zstd are unpacked, other encodings than UTF-8 are converted.

use std::io::{self, BufRead, BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use encoding_rs::{Decoder, DecoderResult, Encoding};
use flate2::bufread::MultiGzDecoder;
use sha2::{Digest as _, Sha256};

use crate::lines::LineCounter;

/// How many bytes an unpacked file may have for each packed one, behind the first [`FREE`]: text has some twenty, a file
/// made to fill a disk a thousand and more.
const MAX_RATIO: u64 = 250;
/// So much may come out of any file.
const FREE: u64 = 64 << 20;
const BUFFER: usize = 256 * 1024;

/// Why bytes are no text, and where that begins.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Undecodable {
    /// More comes out of a packed file than any text packs to.
    #[error("the file unpacks to more than {MAX_RATIO} times its size")]
    Bomb,
    /// Bytes that mean nothing in the encoding that was named.
    #[error("line {line}: this is not {encoding}")]
    NotInEncoding { line: u64, encoding: &'static str },
}

/// What has been read of a file, told as it is read: the bytes as they are on disk.
#[derive(Debug, Clone, Default)]
pub(super) struct Consumed(Arc<AtomicU64>);

impl Consumed {
    pub(super) fn bytes(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// The text of a file in UTF-8, unless its bytes are no UTF-8 either.
pub(super) struct Decoded<R: Read> {
    input: Unpacked<R>,
    transcoder: Option<Transcoder>,
}

/// A file as its first bytes say that it is packed.
enum Unpacked<R: Read> {
    Plain(BufReader<Hashed<R>>),
    Gzip(Box<Capped<MultiGzDecoder<BufReader<Hashed<R>>>>>),
    Zstd(Capped<zstd::Decoder<'static, BufReader<Hashed<R>>>>),
}

impl<R: Read> Decoded<R> {
    /// Looks at the first bytes.
    pub(super) fn new(input: R, encoding: Option<&str>, consumed: &Consumed) -> io::Result<Self> {
        let hashed = Hashed { input, hash: Sha256::new(), consumed: consumed.clone() };
        let mut input = BufReader::with_capacity(BUFFER, hashed);
        let input = match input.fill_buf()? {
            [0x1f, 0x8b, ..] => Unpacked::Gzip(Box::new(Capped::new(MultiGzDecoder::new(input), consumed))),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Unpacked::Zstd(Capped::new(zstd::Decoder::with_buffer(input)?, consumed)),
            _ => Unpacked::Plain(input),
        };
        let encoding = encoding.and_then(|name| Encoding::for_label(name.as_bytes()));
        Ok(Self { input, transcoder: encoding.map(Transcoder::new) })
    }

    /// The SHA-256 of the whole file as it is on disk, in hexadecimal.
    ///
    /// # Errors
    /// When what is left of it cannot be read.
    pub(super) fn sha256(self) -> io::Result<String> {
        let mut input = match self.input {
            Unpacked::Plain(input) => input,
            Unpacked::Gzip(capped) => capped.input.into_inner(),
            Unpacked::Zstd(capped) => capped.input.finish(),
        };
        io::copy(&mut input, &mut io::sink())?;
        Ok(hex::encode(input.into_inner().hash.finalize()))
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match &mut self.transcoder {
            Some(transcoder) => transcoder.read(&mut self.input, buffer),
            None => self.input.read(buffer),
        }
    }
}

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(input) => input.read(buffer),
            Self::Gzip(input) => input.read(buffer),
            Self::Zstd(input) => input.read(buffer),
        }
    }
}

/// Takes a checksum of what passes through, and counts it.
struct Hashed<R> {
    input: R,
    hash: Sha256,
    consumed: Consumed,
}

impl<R: Read> Read for Hashed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.input.read(buffer)?;
        self.hash.update(&buffer[..n]);
        self.consumed.0.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

/// Fails when more comes out than any text packs to.
struct Capped<R> {
    input: R,
    unpacked: u64,
    consumed: Consumed,
}

impl<R> Capped<R> {
    fn new(input: R, consumed: &Consumed) -> Self {
        Self { input, unpacked: 0, consumed: consumed.clone() }
    }
}

impl<R: Read> Read for Capped<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.input.read(buffer)?;
        self.unpacked += n as u64;
        if self.unpacked > FREE && self.unpacked > self.consumed.bytes().saturating_mul(MAX_RATIO) {
            return Err(io::Error::other(Undecodable::Bomb));
        }
        Ok(n)
    }
}

/// Converts to UTF-8, and fails where the bytes mean nothing. A byte order mark speaks louder than the name given.
struct Transcoder {
    encoding: &'static Encoding,
    decoder: Decoder,
    raw: Vec<u8>,
    start: usize,
    end: usize,
    ended: bool,
    /// The decoder has been told so, and must not be asked again.
    finished: bool,
    lines: LineCounter,
}

impl Transcoder {
    fn new(encoding: &'static Encoding) -> Self {
        let decoder = encoding.new_decoder();
        Self {
            encoding,
            decoder,
            raw: vec![0; BUFFER],
            start: 0,
            end: 0,
            ended: false,
            finished: false,
            lines: LineCounter::new(),
        }
    }

    fn read(&mut self, input: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
        while !self.finished {
            if self.start == self.end && !self.ended {
                self.start = 0;
                self.end = input.read(&mut self.raw)?;
                self.ended = self.end == 0;
            }
            let raw = &self.raw[self.start..self.end];
            let (result, read, written) = self.decoder.decode_to_utf8_without_replacement(raw, buffer, self.ended);
            self.start += read;
            self.lines.pass_all(&buffer[..written]);
            match result {
                DecoderResult::Malformed(..) => {
                    let fault = Undecodable::NotInEncoding { line: self.lines.line(), encoding: self.encoding.name() };
                    return Err(io::Error::other(fault));
                }
                DecoderResult::InputEmpty => {
                    self.finished = self.ended;
                    if written > 0 {
                        return Ok(written);
                    }
                }
                DecoderResult::OutputFull => return Ok(written),
            }
        }
        Ok(0)
    }
}

/// The encoding that bytes look like, for a hint: a guess is never acted upon.
pub(super) fn guess(bytes: &[u8]) -> &'static str {
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    detector.guess(None, chardetng::Utf8Detection::Deny).name()
}

impl Undecodable {
    /// What to do about it.
    pub(super) const fn hint(&self) -> &'static str {
        match self {
            Self::Bomb => "unpack it yourself if it is right: gzip -dc FILE | rollbook import … -",
            Self::NotInEncoding { .. } => "name another with --encoding, or leave it out if the file is UTF-8",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn decode(bytes: &[u8], encoding: Option<&str>) -> Result<Vec<u8>, String> {
        let mut text = Vec::new();
        let mut decoded = Decoded::new(bytes, encoding, &Consumed::default()).map_err(|error| error.to_string())?;
        decoded.read_to_end(&mut text).map_err(|error| error.to_string())?;
        assert_eq!(decoded.read(&mut [0]).unwrap(), 0, "the end stays the end");
        assert_eq!(decoded.sha256().unwrap(), hex::encode(Sha256::digest(bytes)));
        Ok(text)
    }

    #[test]
    fn packed_files_are_told_by_their_first_bytes() {
        assert_eq!(decode(b"a,b\n", None).unwrap(), b"a,b\n");
        assert_eq!(decode(&gzip(b"a,b\n"), None).unwrap(), b"a,b\n");
        assert_eq!(decode(&[gzip(b"a,b\n"), gzip(b"1,2\n")].concat(), None).unwrap(), b"a,b\n1,2\n");
        assert_eq!(decode(&zstd::encode_all(&b"a,b\n"[..], 3).unwrap(), None).unwrap(), b"a,b\n");
        assert_eq!(decode(b"", None).unwrap(), b"");
        let cut = gzip(&[b'x'; 1000]);
        assert!(decode(&cut[..cut.len() - 9], None).is_err());
    }

    #[test]
    fn a_file_that_would_fill_the_disk_is_not_unpacked() {
        let zeros = vec![0; 80 << 20];
        let bomb = Err(Undecodable::Bomb.to_string());
        assert_eq!(decode(&gzip(&zeros), None), bomb);
        assert_eq!(decode(&zstd::encode_all(&zeros[..], 1).unwrap(), None), bomb);
    }

    #[test]
    fn other_encodings_are_converted_and_their_faults_named() {
        assert_eq!(decode(b"K\xf6ln\n", Some("windows-1252")).unwrap(), "Köln\n".as_bytes());
        assert_eq!(decode(b"\xff\xfea\0\n\0", Some("UTF-16LE")).unwrap(), b"a\n");
        assert_eq!(decode("\u{feff}Köln".as_bytes(), Some("windows-1252")).unwrap(), "Köln".as_bytes());
        assert_eq!(decode(b"a\nb\n\x81\xff\n", Some("Shift_JIS")), Err("line 3: this is not Shift_JIS".to_owned()));
        assert_eq!(guess(b"K\xf6ln"), "windows-1252");
    }
}
