//! The beginning of an input, which is looked at before it is read.

use std::io::{self, Read};

/// How much of a file is looked at before it is read, in bytes.
pub(super) const AHEAD: usize = 64 << 10;

/// An input whose beginning has been read.
pub(super) struct LookAhead<R> {
    pub(super) input: R,
    pub(super) start: Vec<u8>,
    read: usize,
}

impl<R: Read> LookAhead<R> {
    pub(super) fn new(mut input: R) -> io::Result<Self> {
        let mut start = Vec::with_capacity(AHEAD);
        (&mut input).take(AHEAD as u64).read_to_end(&mut start)?;
        Ok(Self { input, start, read: 0 })
    }

    /// Whether the beginning has letters beyond ASCII, and all that it has are UTF-8.
    pub(super) fn is_utf8(&self) -> bool {
        match std::str::from_utf8(&self.start) {
            Ok(text) => !text.is_ascii(),
            // The last letter may be cut; a single byte beyond ASCII is rather a letter in another encoding.
            Err(error) => error.error_len().is_none() && !self.start[..error.valid_up_to()].is_ascii(),
        }
    }
}

impl<R: Read> Read for LookAhead<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        read_start(&self.start, &mut self.read, buffer).map_or_else(|| self.input.read(buffer), Ok)
    }
}

/// Reads what is left of the beginning of an input; `None` if nothing is.
pub(super) fn read_start(start: &[u8], read: &mut usize, buffer: &mut [u8]) -> Option<usize> {
    let rest = start.get(*read..).filter(|rest| !rest.is_empty())?;
    let n = rest.len().min(buffer.len());
    buffer[..n].copy_from_slice(&rest[..n]);
    *read += n;
    Some(n)
}
