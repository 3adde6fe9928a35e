//! Detects malformed CSV that the CSV reader would accept silently, by checking the bytes before they reach it.

use std::collections::VecDeque;
use std::fmt;
use std::io::{self, Read};

use crate::import::dialect::Dialect;
use crate::lines::LineCounter;

/// Maximum size of a record, so that memory does not grow with a file whose quotes are not balanced.
const MAX_RECORD_BYTES: u64 = 4 << 20;

/// Why the file is not valid CSV, and the line where the error starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CsvError {
    /// A quoted field without a closing quote.
    UnclosedQuote { line: u64 },
    /// A quote in the middle of an unquoted field.
    StrayQuote { line: u64 },
    /// Characters between a closing quote and the next delimiter.
    AfterClosingQuote { line: u64 },
    /// A record longer than 4 MiB.
    TooLong { line: u64 },
    /// The file is encoded in UTF-16.
    Utf16,
}

impl CsvError {
    /// The hint that is printed with the error.
    pub(super) const fn hint(self, delimiter: u8) -> &'static str {
        match self {
            Self::StrayQuote { .. } | Self::AfterClosingQuote { .. } if delimiter == b'\t' => {
                "tabs and unquoted quotes are the text of PostgreSQL's COPY or of mysql --batch: add --dialect \
                 postgres-text or --dialect mysql"
            }
            Self::UnclosedQuote { .. } | Self::TooLong { .. } => {
                "a quoted field needs a closing quote before the next delimiter or line end"
            }
            Self::StrayQuote { .. } | Self::AfterClosingQuote { .. } => {
                "quote the whole field and double each quote inside; --quote none reads quotes literally"
            }
            Self::Utf16 => "save the file as UTF-8, or add --encoding utf-16le or --encoding utf-16be",
        }
    }
}

impl fmt::Display for CsvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnclosedQuote { line } => write!(f, "line {line}: quote opened here is never closed"),
            Self::StrayQuote { line } => write!(f, "line {line}: quote inside an unquoted field"),
            Self::AfterClosingQuote { line } => write!(f, "line {line}: text after the closing quote of a field"),
            Self::TooLong { line } => {
                write!(f, "line {line}: the record is longer than 4 MiB; a closing quote may be missing")
            }
            Self::Utf16 => f.write_str("the file is UTF-16, not UTF-8"),
        }
    }
}

impl std::error::Error for CsvError {}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    FieldStart,
    Unquoted,
    Quoted,
    /// After a quote inside a quoted field: the first half of a doubled quote, or the end of the field.
    AfterQuote,
}

/// Passes bytes through unchanged, and fails at the first violation of RFC 4180.
#[expect(clippy::struct_excessive_bools, reason = "independent facts")]
pub(super) struct CsvInspector<R> {
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
    started: bool,
    between_records: bool,
    /// The records that the CSV reader has read but not returned yet. Its own line count is wrong after blank lines.
    records: VecDeque<Inspected>,
    /// Whether the text of each record is kept.
    keeps_text: bool,
    /// Number of the field in its record.
    field: u32,
    /// Whether the last byte was part of a line end.
    at_line_end: bool,
}

/// A set of fields of a record. It allocates only for the fields after the 128th.
#[derive(Debug, Default)]
pub(super) struct FieldSet {
    first: u128,
    others: Vec<usize>,
}

impl FieldSet {
    /// Adds a field; fields are added in ascending order.
    pub(super) fn insert(&mut self, field: usize) {
        if field < 128 {
            self.first |= 1 << field;
        } else {
            self.others.push(field);
        }
    }

    pub(super) fn contains(&self, field: usize) -> bool {
        if field < 128 { self.first & (1 << field) != 0 } else { self.others.binary_search(&field).is_ok() }
    }
}

/// What the CSV reader does not tell of a record.
#[derive(Debug, Default)]
pub(super) struct Inspected {
    /// The line on which it starts.
    pub(super) line: u64,
    /// Which fields are quoted.
    pub(super) quoted: FieldSet,
    /// Its text without the line end, if that is kept.
    pub(super) text: Vec<u8>,
}

impl<R> CsvInspector<R> {
    pub(super) fn new(input: R, dialect: Dialect, keeps_text: bool, first_line: u64) -> Self {
        let mut is_special = [false; 256];
        for byte in [dialect.delimiter, b'\r', b'\n'].into_iter().chain(dialect.quote.byte()) {
            is_special[usize::from(byte)] = true;
        }
        Self {
            input,
            is_special,
            delimiter: dialect.delimiter,
            quote: dialect.quote.byte(),
            state: State::FieldStart,
            counter: LineCounter::starting_at(first_line),
            opened_at: 1,
            record_line: 1,
            record_bytes: 0,
            started: false,
            between_records: true,
            records: VecDeque::new(),
            keeps_text,
            field: 0,
            at_line_end: true,
        }
    }

    /// The next record; to be called once per record.
    pub(super) fn next_record(&mut self) -> Inspected {
        let line = self.counter.line();
        self.records.pop_front().unwrap_or(Inspected { line, ..Inspected::default() })
    }

    /// Whether the text so far ends with a line end, or is empty.
    pub(super) const fn is_terminated(&self) -> bool {
        self.at_line_end
    }

    pub(super) fn into_inner(self) -> R {
        self.input
    }

    fn inspect(&mut self, bytes: &[u8]) -> Result<(), CsvError> {
        let mut bytes = bytes;
        if !self.started && !bytes.is_empty() {
            self.started = true;
            if matches!(bytes, [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, _, ..] | [_, 0, ..]) {
                return Err(CsvError::Utf16);
            }
            // The UTF-8 byte order mark, however often programs added it, is not part of the first field, which may be quoted.
            while let Some(rest) = bytes.strip_prefix(b"\xef\xbb\xbf") {
                bytes = rest;
            }
        }
        let mut rest = bytes;
        while !rest.is_empty() {
            if matches!(self.state, State::Unquoted | State::Quoted) {
                // Most bytes are inside a field and do not change the state.
                let inside = rest.iter().position(|byte| self.is_special[usize::from(*byte)]).unwrap_or(rest.len());
                self.record_bytes += inside as u64;
                self.at_line_end &= inside == 0;
                self.counter.pass_within_line(&rest[..inside]);
                self.keep(&rest[..inside]);
                rest = &rest[inside..];
            }
            if let Some((&byte, after)) = rest.split_first() {
                self.step(byte)?;
                rest = after;
            }
            if self.record_bytes > MAX_RECORD_BYTES {
                return Err(CsvError::TooLong { line: self.record_line });
            }
        }
        Ok(())
    }

    fn keep(&mut self, bytes: &[u8]) {
        if self.keeps_text
            && let Some(record) = self.records.back_mut()
        {
            record.text.extend_from_slice(bytes);
        }
    }

    fn step(&mut self, byte: u8) -> Result<(), CsvError> {
        let ends_line = matches!(byte, b'\r' | b'\n');
        let line = self.counter.line();
        self.counter.pass(byte);
        if self.between_records && !ends_line {
            self.between_records = false;
            self.record_line = line;
            self.record_bytes = 0;
            self.field = 0;
            self.records.push_back(Inspected { line, ..Inspected::default() });
        }
        self.record_bytes += 1;
        let quote = Some(byte) == self.quote;
        self.state = match self.state {
            State::FieldStart if quote => {
                self.opened_at = line;
                if let Some(record) = self.records.back_mut() {
                    record.quoted.insert(self.field as usize);
                }
                State::Quoted
            }
            State::Quoted if quote => State::AfterQuote,
            State::Quoted => State::Quoted,
            State::AfterQuote if quote => State::Quoted,
            _ if byte == self.delimiter || ends_line => {
                self.field = self.field.saturating_add(1);
                State::FieldStart
            }
            State::Unquoted if quote => return Err(CsvError::StrayQuote { line }),
            State::AfterQuote => return Err(CsvError::AfterClosingQuote { line }),
            State::FieldStart | State::Unquoted => State::Unquoted,
        };
        if ends_line && self.state == State::FieldStart {
            self.between_records = true;
        } else {
            self.keep(&[byte]);
        }
        self.at_line_end = ends_line;
        Ok(())
    }
}

impl<R: Read> Read for CsvInspector<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.input.read(buffer)?;
        let result = if n == 0 && self.state == State::Quoted && !buffer.is_empty() {
            Err(CsvError::UnclosedQuote { line: self.opened_at })
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

    fn inspect(text: &[u8]) -> Result<(), CsvError> {
        inspect_as(text, b',', Some(b'"'))
    }

    fn inspect_as(text: &[u8], delimiter: u8, quote: Option<u8>) -> Result<(), CsvError> {
        let mut inspector = CsvInspector::new(text, Dialect::new(delimiter, quote), false, 1);
        match io::copy(&mut inspector, &mut io::sink()) {
            Ok(_) => Ok(()),
            Err(error) => Err(*error.get_ref().unwrap().downcast_ref().unwrap()),
        }
    }

    #[test]
    fn each_csv_error_is_reported_with_the_line_where_it_starts() {
        assert_eq!(inspect(b"a,b\n\"x\"\"y\",\"two\r\nlines\"\r\n,\"\"\n"), Ok(()));
        assert_eq!(inspect(b"\xef\xbb\xbf\"a\",b\n"), Ok(()));
        assert_eq!(inspect(b"a,b\n1,\"two\n3,4\n"), Err(CsvError::UnclosedQuote { line: 2 }));
        assert_eq!(inspect(b"a,b\n1,5\" disk\n"), Err(CsvError::StrayQuote { line: 2 }));
        assert_eq!(inspect(b"a,b\n1,\"x\"y\n"), Err(CsvError::AfterClosingQuote { line: 2 }));
        assert_eq!(inspect_as(b"a;b\n'x;y';5\" disk\n", b';', Some(b'\'')), Ok(()));
        assert_eq!(inspect_as(b"a\tb\n\"x\t5\" disk\n", b'\t', None), Ok(()));
        assert_eq!(inspect(b"\xff\xfea\0"), Err(CsvError::Utf16));
        assert_eq!(inspect(b"a\0,\0"), Err(CsvError::Utf16));
        let long = [b"a\n\"".as_slice(), &vec![b'x'; 5 << 20]].concat();
        assert_eq!(inspect(&long), Err(CsvError::TooLong { line: 2 }));
    }

    proptest! {
        #[test]
        fn the_output_of_a_csv_writer_is_accepted(rows in prop::collection::vec(prop::collection::vec("[^\0]{0,9}", 3), 0..5)) {
            let mut writer = csv::Writer::from_writer(Vec::new());
            for row in rows {
                writer.write_record(&row).unwrap();
            }
            prop_assert_eq!(inspect(&writer.into_inner().unwrap()), Ok(()));
        }
    }
}
