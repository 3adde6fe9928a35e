//! Converts text in another encoding to UTF-8.

use std::io::{self, Read};

use encoding_rs::DecoderResult;

use super::decode::{BUFFER, DecodeError};
use super::encoding::{Decoder, TextEncoding};
use crate::lines::LineCounter;

/// Looks whether bytes that are to be read as something else are all UTF-8.
#[derive(Default)]
struct Utf8Detector {
    /// The line of the first letter beyond ASCII.
    line: Option<u64>,
    /// The beginning of a letter whose end has not been read.
    cut: Vec<u8>,
    is_refuted: bool,
}

impl Utf8Detector {
    /// Passes the next bytes, which start on the counter's line.
    fn pass(&mut self, bytes: &[u8], lines: &LineCounter) {
        if self.is_refuted || (self.cut.is_empty() && bytes.is_ascii()) {
            return;
        }
        if self.line.is_none() {
            // With a byte order mark it is read as UTF-8, whatever the option says.
            self.is_refuted = bytes.starts_with(b"\xef\xbb\xbf");
            let mut lines = lines.clone();
            lines.pass_all(&bytes[..bytes.iter().position(|byte| !byte.is_ascii()).unwrap_or(0)]);
            self.line = Some(lines.line());
        }
        let bytes = [std::mem::take(&mut self.cut).as_slice(), bytes].concat();
        if let Err(error) = std::str::from_utf8(&bytes) {
            self.is_refuted = error.error_len().is_some();
            self.cut = bytes[error.valid_up_to()..].to_vec();
        }
    }

    /// The line of the first letter beyond ASCII, if all that has passed was UTF-8.
    fn found(&self) -> Option<u64> {
        self.line.filter(|_| !self.is_refuted && self.cut.is_empty())
    }
}

/// Converts to UTF-8, and fails on invalid bytes. A byte order mark takes precedence over the given encoding.
pub(super) struct Transcoder {
    encoding: TextEncoding,
    decoder: Decoder,
    raw: Vec<u8>,
    start: usize,
    end: usize,
    ended: bool,
    /// The decoder has received the end of the input, and must not be called again.
    finished: bool,
    lines: LineCounter,
    /// What must not be UTF-8.
    utf8: Option<Utf8Detector>,
    /// What was wrong: it is said again, as what has looked ahead may have passed it over.
    fault: Option<DecodeError>,
}

impl Transcoder {
    /// Converts from an encoding. Text that is all UTF-8 can be refused where every byte is a letter.
    pub(super) fn new(encoding: TextEncoding, refuses_utf8: bool) -> Self {
        let decoder = encoding.decoder();
        let utf8 = (refuses_utf8 && encoding.is_single_byte()).then(Utf8Detector::default);
        Self {
            encoding,
            decoder,
            raw: vec![0; BUFFER],
            start: 0,
            end: 0,
            ended: false,
            finished: false,
            lines: LineCounter::new(),
            utf8,
            fault: None,
        }
    }

    /// Reads the next text; 0 bytes at the end.
    pub(super) fn read(&mut self, input: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
        if let Some(fault) = &self.fault {
            return Err(io::Error::other(fault.clone()));
        }
        while !self.finished {
            if self.start == self.end && !self.ended {
                self.start = 0;
                self.end = input.read(&mut self.raw)?;
                self.ended = self.end == 0;
                if let Some(utf8) = &mut self.utf8 {
                    utf8.pass(&self.raw[..self.end], &self.lines);
                    if let Some(line) = utf8.found().filter(|_| self.ended) {
                        return self.fail(DecodeError::Utf8 { line, encoding: self.encoding.name() });
                    }
                }
            }
            let raw = &self.raw[self.start..self.end];
            let (result, read, written) = self.decoder.decode(raw, buffer, self.ended);
            self.start += read;
            self.lines.pass_all(&buffer[..written]);
            match result {
                DecoderResult::Malformed(..) => {
                    let line = self.lines.line();
                    return self.fail(DecodeError::NotInEncoding { line, encoding: self.encoding.name() });
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

    fn fail(&mut self, fault: DecodeError) -> io::Result<usize> {
        self.fault = Some(fault.clone());
        Err(io::Error::other(fault))
    }
}
