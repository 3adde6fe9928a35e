//! What a CSV reader takes without a word and we do not: checked on the bytes, on their way to it.

use std::collections::VecDeque;
use std::fmt;
use std::io::{self, Read};

use super::options::Dialect;
use crate::lines::LineCounter;

/// The longest record: memory must not grow with a file whose quotes do not match.
const MAX_RECORD_BYTES: u64 = 4 << 20;

/// Why the bytes are no CSV that can be trusted, and the line where that begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Malformed {
    /// A quoted field never ends.
    UnclosedQuote { line: u64 },
    /// A quote in the middle of a field that is not quoted.
    StrayQuote { line: u64 },
    /// Something between a closing quote and the next comma.
    BehindQuote { line: u64 },
    /// A record of more than 4 MiB.
    TooLong { line: u64 },
    /// Two bytes a character.
    Utf16,
}

impl Malformed {
    /// What to do about it.
    pub(super) const fn hint(self) -> &'static str {
        match self {
            Self::UnclosedQuote { .. } | Self::TooLong { .. } => {
                "a field that begins with a quote ends with one, before a comma or the end of a line"
            }
            Self::StrayQuote { .. } | Self::BehindQuote { .. } => {
                "put the whole field in quotes, without blanks around them, and double each quote inside; --quote none takes quotes \
                 as they stand"
            }
            Self::Utf16 => "save it as UTF-8, or name what it is: --encoding utf-16le, --encoding utf-16be",
        }
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnclosedQuote { line } => write!(f, "line {line}: a quote is opened here and never closed"),
            Self::StrayQuote { line } => write!(f, "line {line}: a quote stands inside a field that is not quoted"),
            Self::BehindQuote { line } => write!(f, "line {line}: a quoted field goes on behind its closing quote"),
            Self::TooLong { line } => {
                write!(f, "line {line}: the record that begins here is longer than 4 MiB: is a quote missing?")
            }
            Self::Utf16 => f.write_str("the file is in UTF-16, not UTF-8"),
        }
    }
}

impl std::error::Error for Malformed {}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    FieldStart,
    Unquoted,
    Quoted,
    /// Behind a quote inside a quoted field: the first half of a doubled quote, or the end of the field.
    AfterQuote,
}

/// Passes bytes through and fails at the first that break the rules of RFC 4180.
pub(super) struct Inspector<R> {
    input: R,
    delimiter: u8,
    quote: Option<u8>,
    /// The bytes that can end a field, a record or a quoted part.
    is_special: [bool; 256],
    state: State,
    counter: LineCounter,
    opened_at: u64,
    record_line: u64,
    record_bytes: u64,
    begun: bool,
    between_records: bool,
    /// Where the records begin that the CSV reader has the bytes of and has not handed out yet. Its own count of lines
    /// goes wrong behind blank lines.
    lines: VecDeque<u64>,
}

impl<R> Inspector<R> {
    pub(super) fn new(input: R, dialect: &Dialect) -> Self {
        let mut is_special = [false; 256];
        for byte in [dialect.delimiter, b'\r', b'\n'].into_iter().chain(dialect.quote) {
            is_special[usize::from(byte)] = true;
        }
        Self {
            input,
            is_special,
            delimiter: dialect.delimiter,
            quote: dialect.quote,
            state: State::FieldStart,
            counter: LineCounter::new(),
            opened_at: 1,
            record_line: 1,
            record_bytes: 0,
            begun: false,
            between_records: true,
            lines: VecDeque::new(),
        }
    }

    /// The line where the next record begins; asked once for each record.
    pub(super) fn next_line(&mut self) -> u64 {
        self.lines.pop_front().unwrap_or(self.counter.line())
    }

    pub(super) fn into_inner(self) -> R {
        self.input
    }

    fn inspect(&mut self, bytes: &[u8]) -> Result<(), Malformed> {
        let mut bytes = bytes;
        if !self.begun && !bytes.is_empty() {
            self.begun = true;
            if matches!(bytes, [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, _, ..] | [_, 0, ..]) {
                return Err(Malformed::Utf16);
            }
            // The byte order mark of UTF-8 is no part of the first field, which may be quoted.
            bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        }
        let mut rest = bytes;
        while !rest.is_empty() {
            if matches!(self.state, State::Unquoted | State::Quoted) {
                // Most bytes are inside a field and change nothing.
                let inside = rest.iter().position(|byte| self.is_special[usize::from(*byte)]).unwrap_or(rest.len());
                self.record_bytes += inside as u64;
                self.counter.pass_within_line(&rest[..inside]);
                rest = &rest[inside..];
            }
            if let Some((&byte, behind)) = rest.split_first() {
                self.step(byte)?;
                rest = behind;
            }
            if self.record_bytes > MAX_RECORD_BYTES {
                return Err(Malformed::TooLong { line: self.record_line });
            }
        }
        Ok(())
    }

    fn step(&mut self, byte: u8) -> Result<(), Malformed> {
        let ends_line = matches!(byte, b'\r' | b'\n');
        let line = self.counter.line();
        self.counter.pass(byte);
        if self.between_records && !ends_line {
            self.between_records = false;
            self.record_line = line;
            self.record_bytes = 0;
            self.lines.push_back(line);
        }
        self.record_bytes += 1;
        let quote = Some(byte) == self.quote;
        self.state = match self.state {
            State::FieldStart if quote => {
                self.opened_at = line;
                State::Quoted
            }
            State::Quoted if quote => State::AfterQuote,
            State::Quoted => State::Quoted,
            State::AfterQuote if quote => State::Quoted,
            _ if byte == self.delimiter || ends_line => State::FieldStart,
            State::Unquoted if quote => return Err(Malformed::StrayQuote { line }),
            State::AfterQuote => return Err(Malformed::BehindQuote { line }),
            State::FieldStart | State::Unquoted => State::Unquoted,
        };
        if ends_line && self.state == State::FieldStart {
            self.between_records = true;
        }
        Ok(())
    }
}

impl<R: Read> Read for Inspector<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.input.read(buffer)?;
        let result = if n == 0 && self.state == State::Quoted && !buffer.is_empty() {
            Err(Malformed::UnclosedQuote { line: self.opened_at })
        } else {
            self.inspect(&buffer[..n])
        };
        result.map(|()| n).map_err(io::Error::other)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn inspect(text: &[u8]) -> Result<(), Malformed> {
        inspect_as(text, b',', Some(b'"'))
    }

    fn inspect_as(text: &[u8], delimiter: u8, quote: Option<u8>) -> Result<(), Malformed> {
        let mut inspector = Inspector::new(text, &Dialect { delimiter, quote, encoding: None });
        match io::copy(&mut inspector, &mut io::sink()) {
            Ok(_) => Ok(()),
            Err(error) => Err(*error.get_ref().unwrap().downcast_ref().unwrap()),
        }
    }

    #[test]
    fn each_fault_is_named_with_the_line_where_it_begins() {
        assert_eq!(inspect(b"a,b\n\"x\"\"y\",\"two\r\nlines\"\r\n,\"\"\n"), Ok(()));
        assert_eq!(inspect(b"\xef\xbb\xbf\"a\",b\n"), Ok(()));
        assert_eq!(inspect(b"a,b\n1,\"two\n3,4\n"), Err(Malformed::UnclosedQuote { line: 2 }));
        assert_eq!(inspect(b"a,b\n1,5\" disk\n"), Err(Malformed::StrayQuote { line: 2 }));
        assert_eq!(inspect(b"a,b\n1,\"x\"y\n"), Err(Malformed::BehindQuote { line: 2 }));
        assert_eq!(inspect_as(b"a;b\n'x;y';5\" disk\n", b';', Some(b'\'')), Ok(()));
        assert_eq!(inspect_as(b"a\tb\n\"x\t5\" disk\n", b'\t', None), Ok(()));
        assert_eq!(inspect(b"\xff\xfea\0"), Err(Malformed::Utf16));
        assert_eq!(inspect(b"a\0,\0"), Err(Malformed::Utf16));
        let long = [b"a\n\"".as_slice(), &vec![b'x'; 5 << 20]].concat();
        assert_eq!(inspect(&long), Err(Malformed::TooLong { line: 2 }));
    }

    proptest! {
        #[test]
        fn whatever_a_csv_writer_writes_passes(rows in prop::collection::vec(prop::collection::vec("[^\0]{0,9}", 3), 0..5)) {
            let mut writer = csv::Writer::from_writer(Vec::new());
            for row in rows {
                writer.write_record(&row).unwrap();
            }
            prop_assert_eq!(inspect(&writer.into_inner().unwrap()), Ok(()));
        }
    }
}
