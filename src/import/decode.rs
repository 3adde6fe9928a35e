//! From the bytes of a file to the text in it: gzip and zstd are decompressed, other encodings than UTF-8 are converted.

use std::io::{self, Read};

use encoding_rs::Encoding;

pub(super) use self::decompressor::BytesRead;
use self::decompressor::{Decompressor, MAX_RATIO};
pub(super) use self::utf8::line_of_utf8;
use super::encoding::TextEncoding;
use super::look_ahead::{AHEAD, LookAhead, read_start};
use super::transcoder::Transcoder;
use crate::error::Failure;
use crate::lines::LineCounter;

mod decompressor;
mod utf8;

pub(super) const BUFFER: usize = 256 * 1024;

/// Why bytes cannot be decoded into text, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum DecodeError {
    /// A compressed file decompresses to more than text ever does.
    #[error("the file decompresses to more than {MAX_RATIO} times its size")]
    Bomb,
    /// Compressed data that ends too early, was changed, or is followed by something else.
    #[error("the {0} data is damaged or incomplete")]
    Damaged(&'static str),
    /// Bytes that are invalid in the given encoding.
    #[error("line {line}: not valid {encoding}")]
    NotInEncoding { line: u64, encoding: String },
}

/// The text of a file in UTF-8. Without a given encoding the bytes are not validated here.
pub(super) struct Decoded<R: Read> {
    input: LookAhead<Decompressor<R>>,
    transcoder: Option<Transcoder>,
    /// The beginning of the text, and how far it has been read.
    start: Vec<u8>,
    read: usize,
    /// The name of the encoding that the first bytes tell.
    found: Option<&'static str>,
    /// The checksum of the workbook that this text was made of.
    sha256: Option<String>,
    /// Which part of another file it is, in words.
    part: Option<String>,
    is_utf8_after_all: bool,
}

impl<R: Read> Decoded<R> {
    /// Whether the file is compressed: then its end is checked.
    pub(super) const fn is_compressed(&self) -> bool {
        self.input.input.is_compressed()
    }

    /// Detects the compression by the first bytes.
    pub(super) fn new(input: R, encoding: Option<&str>, bytes_read: &BytesRead) -> io::Result<Self> {
        let input = LookAhead::new(Decompressor::new(input, bytes_read)?)?;
        let given = encoding.and_then(TextEncoding::of_label);
        let found = given.is_none().then(|| utf16(&input.start)).flatten();
        let is_utf8_after_all = given.as_ref().is_some_and(|given| !given.is_unicode()) && input.is_utf8();
        let transcoder = given.or(found.map(TextEncoding::Whatwg)).map(Transcoder::new);
        let mut decoded = Self {
            input,
            transcoder,
            start: Vec::new(),
            read: 0,
            found: found.map(Encoding::name),
            sha256: None,
            part: None,
            is_utf8_after_all,
        };
        let mut start = vec![0; AHEAD];
        let mut length = 0;
        while length < AHEAD {
            match decoded.read_on(&mut start[length..]) {
                Ok(0) => break,
                Ok(n) => length += n,
                // It is reported where it is read.
                Err(_) if length > 0 => break,
                Err(error) => return Err(error),
            }
        }
        start.truncate(length);
        decoded.start = start;
        Ok(decoded)
    }

    /// The text of a file that was made of another one, of this checksum; with what is to be said of that.
    pub(super) fn made_of(self, sha256: String, part: Option<String>) -> Self {
        Self { sha256: Some(sha256), part, ..self }
    }

    /// Whether the text is a sheet of a workbook.
    pub(super) const fn is_sheet(&self) -> bool {
        self.sha256.is_some()
    }

    /// Which part of another file the text is, in words.
    pub(super) fn part(&self) -> Option<&str> {
        self.part.as_deref()
    }

    /// Whether the file is to be read in another encoding, but begins with letters in UTF-8 that would become others.
    pub(super) const fn is_utf8_after_all(&self) -> bool {
        self.is_utf8_after_all
    }

    /// The beginning of the text, before any of it has been read.
    pub(super) fn start(&self) -> &[u8] {
        &self.start
    }

    /// What is left of the beginning of the text.
    pub(super) fn rest_of_start(&self) -> &[u8] {
        self.start.get(self.read..).unwrap_or_default()
    }

    /// The encoding that the first bytes tell: UTF-16.
    pub(super) const fn found_encoding(&self) -> Option<&'static str> {
        self.found
    }

    /// Skips so many lines of the beginning; returns whether it has them.
    pub(super) fn skip_lines(&mut self, lines: u64) -> bool {
        let mut counter = LineCounter::new();
        for (i, byte) in self.start.iter().enumerate() {
            // The second byte of a line end belongs to the line that it ends.
            if counter.line() > lines && !(*byte == b'\n' && i > 0 && self.start[i - 1] == b'\r') {
                self.read = i;
                return true;
            }
            counter.pass(*byte);
        }
        lines == 0
    }

    fn read_on(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match &mut self.transcoder {
            Some(transcoder) => transcoder.read(&mut self.input, buffer),
            None => self.input.read(buffer),
        }
    }

    /// The SHA-256 of the whole file as stored on disk, in hexadecimal.
    ///
    /// # Errors
    /// If the rest of the file cannot be read.
    pub(super) fn sha256(self) -> io::Result<String> {
        if let Some(sha256) = self.sha256 {
            return Ok(sha256);
        }
        self.input.input.sha256()
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match read_start(&self.start, &mut self.read, buffer) {
            Some(n) => Ok(n),
            None => self.read_on(buffer),
        }
    }
}

/// UTF-16 by its byte order mark, or by the zero bytes of its first letters.
fn utf16(start: &[u8]) -> Option<&'static Encoding> {
    match start {
        [0xff, 0xfe, ..] => return Some(encoding_rs::UTF_16LE),
        [0xfe, 0xff, ..] => return Some(encoding_rs::UTF_16BE),
        _ => {}
    }
    let units = start.chunks_exact(2).take(64);
    let number = units.clone().count();
    let zeros = |second: usize| units.clone().filter(|unit| unit[second] == 0 && unit[1 - second] != 0).count();
    if number < 8 {
        None
    } else if zeros(1) * 10 >= number * 9 {
        Some(encoding_rs::UTF_16LE)
    } else if zeros(0) * 10 >= number * 9 {
        Some(encoding_rs::UTF_16BE)
    } else {
        None
    }
}

/// What a file is that is no text, by its first bytes, and what to do.
pub(super) fn wrong_kind(start: &[u8]) -> Option<(&'static str, &'static str)> {
    let kinds: [(&[u8], &str, &str); 8] = [
        (b"PAR1", "a Parquet file", "export it as CSV or JSON lines"),
        (b"BZh", "compressed with bzip2", "decompress it: bzip2 -dc FILE | rollbook import KIND -"),
        (b"\xfd7zXZ\0", "compressed with xz", "decompress it: xz -dc FILE | rollbook import KIND -"),
        (b"7z\xbc\xaf", "a 7-Zip archive", "extract it, and import its files"),
        (b"PK\x03\x04", "a ZIP archive", "extract it, and import its files"),
        (b"%PDF", "a PDF document", "export the data as CSV"),
        (b"SQLite format 3\0", "a SQLite database", "export its table as CSV"),
        (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls)", "save it as .xlsx or CSV"),
    ];
    if let Some((_, what, hint)) = kinds.into_iter().find(|(magic, ..)| start.starts_with(magic)) {
        return Some((what, hint));
    }
    let text = start.trim_ascii_start();
    let html = text.starts_with(b"<");
    html.then_some((
        "HTML or XML",
        "it may be an error page in place of the data: look at it, and fetch the data again",
    ))
}

/// Guesses the encoding of bytes; used only in hints.
pub(super) fn guess(bytes: &[u8]) -> &'static str {
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    detector.guess(None, chardetng::Utf8Detection::Deny).name()
}

impl DecodeError {
    /// The error of reading a file, with what to do if its bytes cannot be decoded.
    pub(super) fn explain(error: io::Error, name: &str) -> anyhow::Error {
        match error.get_ref().and_then(|inner| inner.downcast_ref::<Self>()) {
            Some(decoding) => Failure::failed(format!("{name}: {decoding}")).hint(decoding.hint()).into(),
            None => anyhow::Error::from(error).context(format!("cannot read {name}")),
        }
    }

    /// The hint that is printed with the error.
    const fn hint(&self) -> &'static str {
        match self {
            Self::Bomb => "if that is right, decompress it first: gzip -dc FILE | rollbook import KIND -",
            Self::Damaged(_) => "fetch the file again, or compress it again",
            Self::NotInEncoding { .. } => "name another with --encoding, or omit it if the file is UTF-8",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use sha2::{Digest as _, Sha256};

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn decode(bytes: &[u8], encoding: Option<&str>) -> Result<Vec<u8>, String> {
        let mut text = Vec::new();
        let mut decoded = Decoded::new(bytes, encoding, &BytesRead::default()).map_err(|error| error.to_string())?;
        decoded.read_to_end(&mut text).map_err(|error| error.to_string())?;
        assert_eq!(decoded.read(&mut [0]).unwrap(), 0, "the end stays the end");
        assert_eq!(decoded.sha256().unwrap(), base16ct::lower::encode_string(&Sha256::digest(bytes)));
        Ok(text)
    }

    #[test]
    fn compressed_files_are_recognized_by_their_first_bytes() {
        assert_eq!(decode(b"a,b\n", None).unwrap(), b"a,b\n");
        assert_eq!(decode(&gzip(b"a,b\n"), None).unwrap(), b"a,b\n");
        assert_eq!(decode(&[gzip(b"a,b\n"), gzip(b"1,2\n")].concat(), None).unwrap(), b"a,b\n1,2\n");
        assert_eq!(decode(&zstd::encode_all(&b"a,b\n"[..], 3).unwrap(), None).unwrap(), b"a,b\n");
        assert_eq!(decode(b"", None).unwrap(), b"");
        let cut = gzip(&[b'x'; 1000]);
        let damaged = |format| Err(DecodeError::Damaged(format).to_string());
        assert_eq!(decode(&cut[..cut.len() - 9], None), damaged("gzip"));
        assert_eq!(decode(&[&cut[..], b"<html>"].concat(), None), damaged("gzip"));
        let cut = zstd::encode_all(&[b'x'; 1000][..], 3).unwrap();
        assert_eq!(decode(&cut[..cut.len() - 3], None), damaged("zstd"));
    }

    #[test]
    fn a_file_that_would_fill_the_disk_is_not_decompressed() {
        let zeros = vec![0; 80 << 20];
        let bomb = Err(DecodeError::Bomb.to_string());
        assert_eq!(decode(&gzip(&zeros), None), bomb);
        assert_eq!(decode(&zstd::encode_all(&zeros[..], 1).unwrap(), None), bomb);
    }

    #[test]
    fn other_encodings_are_converted_and_invalid_bytes_reported() {
        assert_eq!(decode(b"K\xf6ln\n", Some("windows-1252")).unwrap(), "Köln\n".as_bytes());
        assert_eq!(decode(b"K\x94ln \x9c", Some("cp850")).unwrap(), "Köln £".as_bytes());
        assert_eq!(decode(b"K\x9aln", Some("MacRoman")).unwrap(), "Köln".as_bytes());
        assert_eq!(decode(b"\xff\xfea\0\n\0", Some("UTF-16LE")).unwrap(), b"a\n");
        assert_eq!(decode("\u{feff}Köln".as_bytes(), Some("windows-1252")).unwrap(), "Köln".as_bytes());
        assert_eq!(decode(b"a\nb\n\x81\xff\n", Some("Shift_JIS")), Err("line 3: not valid Shift_JIS".to_owned()));
        assert_eq!(guess(b"K\xf6ln"), "windows-1252");
    }
}
