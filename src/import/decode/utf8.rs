//! Looks whether a file that is to be read in another encoding is UTF-8.

use std::io::{self, Read};

use super::BUFFER;
use super::decompressor::{BytesRead, Decompressor};
use crate::import::encoding::TextEncoding;
use crate::lines::LineCounter;

/// The line of the first letter beyond ASCII, if the whole file is UTF-8 but is to be read in an encoding of one byte a letter,
/// which accepts every byte. A file with a byte order mark is read as UTF-8 in any case.
///
/// # Errors
/// When the file cannot be read or decompressed.
pub(in super::super) fn line_of_utf8(file: impl Read, encoding: Option<&str>) -> io::Result<Option<u64>> {
    if !encoding.and_then(TextEncoding::of_label).is_some_and(|encoding| encoding.is_single_byte()) {
        return Ok(None);
    }
    let mut input = Decompressor::new(file, &BytesRead::default())?;
    let mut buffer = vec![0; BUFFER];
    // The beginning of a letter whose end has not been read.
    let mut cut = Vec::new();
    let (mut lines, mut found) = (LineCounter::new(), None);
    loop {
        let n = input.read(&mut buffer)?;
        if n == 0 {
            return Ok(found.filter(|_| cut.is_empty()));
        }
        let bytes = &buffer[..n];
        if found.is_none() {
            let letter = bytes.iter().position(|byte| !byte.is_ascii());
            if letter == Some(0) && bytes.starts_with(b"\xef\xbb\xbf") {
                return Ok(None);
            }
            lines.pass_all(&bytes[..letter.unwrap_or(n)]);
            found = letter.map(|_| lines.line());
        }
        if cut.is_empty() && bytes.is_ascii() {
            continue;
        }
        let text = [cut.as_slice(), bytes].concat();
        match std::str::from_utf8(&text) {
            Ok(_) => cut.clear(),
            Err(error) if error.error_len().is_some() => return Ok(None),
            Err(error) => cut = text[error.valid_up_to()..].to_vec(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn not_one_letter_of_a_whole_file_contradicts_it() {
        let late = ["a\n".repeat(300_000), "b\nKöln\n".to_owned()].concat();
        let line = |bytes: &[u8], encoding| line_of_utf8(bytes, Some(encoding)).unwrap();
        assert_eq!(line(late.as_bytes(), "windows-1252"), Some(300_002));
        assert_eq!(line(late.as_bytes(), "cp850"), Some(300_002));
        assert_eq!(line(&[late.as_bytes(), b"K\xf6ln\n"].concat(), "windows-1252"), None);
        assert_eq!(line(&late.as_bytes()[..late.len() - 4], "windows-1252"), None, "half a letter");
        assert_eq!(line("\u{feff}Köln".as_bytes(), "windows-1252"), None);
        assert_eq!(line(late.as_bytes(), "Shift_JIS"), None);
        assert_eq!(line(b"plain\n", "windows-1252"), None);
        // A letter may lie between two buffers.
        let odd = ["x".repeat(BUFFER - 1), "ö\n".to_owned()].concat();
        assert_eq!(line(odd.as_bytes(), "latin1"), Some(1));
    }
}
