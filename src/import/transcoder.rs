//! Converts text in another encoding to UTF-8.

use std::io::{self, Read};

use encoding_rs::DecoderResult;

use super::decode::{BUFFER, DecodeError};
use super::encoding::{Decoder, TextEncoding};
use crate::lines::LineCounter;

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
    /// What was wrong: it is said again, as what has looked ahead may have passed it over.
    fault: Option<DecodeError>,
}

impl Transcoder {
    /// Converts from an encoding.
    pub(super) fn new(encoding: TextEncoding) -> Self {
        let decoder = encoding.decoder();
        Self {
            encoding,
            decoder,
            raw: vec![0; BUFFER],
            start: 0,
            end: 0,
            ended: false,
            finished: false,
            lines: LineCounter::new(),
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
            }
            let raw = &self.raw[self.start..self.end];
            let (result, read, written) = self.decoder.decode(raw, buffer, self.ended);
            self.start += read;
            self.lines.pass_all(&buffer[..written]);
            match result {
                DecoderResult::Malformed(..) => {
                    let fault = DecodeError::NotInEncoding { line: self.lines.line(), encoding: self.encoding.name() };
                    self.fault = Some(fault.clone());
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
