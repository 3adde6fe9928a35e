//! Lines of text files: `\n`, `\r\n` and `\r` each end one line, as in the `csv` crate.

/// Counts the lines of a text that passes by in pieces.
#[derive(Debug, Clone)]
pub struct LineCounter {
    line: u64,
    after_carriage_return: bool,
}

impl LineCounter {
    /// Starts at line 1.
    #[must_use]
    pub const fn new() -> Self {
        Self::starting_at(1)
    }

    /// Starts at that line.
    #[must_use]
    pub const fn starting_at(line: u64) -> Self {
        Self { line, after_carriage_return: false }
    }

    /// The line of the next byte, counted from 1.
    #[must_use]
    pub const fn line(&self) -> u64 {
        self.line
    }

    /// Passes one byte.
    pub const fn pass(&mut self, byte: u8) {
        if byte == b'\r' || (byte == b'\n' && !self.after_carriage_return) {
            self.line += 1;
        }
        self.after_carriage_return = byte == b'\r';
    }

    /// Passes bytes that end no line.
    pub const fn pass_within_line(&mut self, bytes: &[u8]) {
        self.after_carriage_return &= bytes.is_empty();
    }

    /// Passes any bytes.
    pub fn pass_all(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while let Some(end) = memchr::memchr2(b'\r', b'\n', rest) {
            self.pass_within_line(&rest[..end]);
            self.pass(rest[end]);
            rest = &rest[end + 1..];
        }
        self.pass_within_line(rest);
    }
}

impl Default for LineCounter {
    fn default() -> Self {
        Self::new()
    }
}

/// The lines of a text, without their ends.
pub fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split("\r\n").flat_map(|part| part.split(['\r', '\n']))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn last_line(pieces: &[&str]) -> u64 {
        let mut counter = LineCounter::new();
        for piece in pieces {
            counter.pass_all(piece.as_bytes());
        }
        counter.line()
    }

    #[test]
    fn every_line_end_counts_once() {
        assert_eq!(last_line(&["a\nb\r\nc\rd"]), 4);
        assert_eq!(last_line(&["a\r", "\nb"]), 2);
        assert_eq!(last_line(&["a\r", "b\n"]), 3);
        assert_eq!(last_line(&["\n\n\r\r\r\n"]), 6);
        assert_eq!(lines("a\nb\r\nc\rd\n").collect::<Vec<_>>(), ["a", "b", "c", "d", ""]);
        assert_eq!(lines("a\r\rb").collect::<Vec<_>>(), ["a", "", "b"]);
    }

    proptest! {
        #[test]
        fn the_count_does_not_depend_on_how_the_text_is_split(text in "[a\r\n]{0,12}", cut in 0..12_usize) {
            let (one, other) = text.split_at(cut.min(text.len()));
            let mut counter = LineCounter::new();
            text.bytes().for_each(|byte| counter.pass(byte));
            prop_assert_eq!(last_line(&[one, other]), counter.line());
            prop_assert_eq!(lines(&text).count() as u64, counter.line());
        }
    }
}
