//! Reads the records of delimited text.

use std::fs::File;

use csv::{ByteRecord, ErrorKind, ReaderBuilder, StringRecord};

use super::super::xlsx::LINE_END_IN_CELL;
use super::inspector::{CsvError, CsvInspector, Inspected};
use crate::error::Failure;
use crate::import::decode::{DecodeError, Decoded};
use crate::import::dialect::{Dialect, unescaped};
use crate::models::shorten;

/// The line that ends the data of PostgreSQL's COPY.
pub(super) const END_OF_COPY: &[u8] = b"\\.";

/// The record that was read last.
pub(super) enum Current {
    Text(StringRecord),
    /// Not UTF-8.
    Bytes(ByteRecord),
}

/// Reads records, one at a time into the same memory.
pub(super) struct CsvReader {
    pub(super) name: String,
    pub(super) reader: csv::Reader<CsvInspector<Decoded<File>>>,
    pub(super) current: Current,
    /// What the inspector knows of it.
    pub(super) inspected: Inspected,
    /// The line of the header.
    pub(super) first_line: u64,
    pub(super) escapes: bool,
    delimiter: u8,
    /// The first cell between tabs with an escape that was read as it is.
    pub(super) escaped: Option<String>,
    /// The first text that looks like UTF-8 that was decoded as something else.
    pub(super) mojibake: Option<String>,
    pub(super) is_converted: bool,
    /// Where the header may be instead, for the hint.
    pub(super) likely_header: Option<String>,
    /// In a sheet of a workbook, what a line end in a cell becomes.
    line_end_in_cell: Option<u8>,
    /// Which sheet it is, in words.
    pub(super) part: Option<String>,
}

impl CsvReader {
    pub(super) fn new(
        name: String,
        input: Decoded<File>,
        dialect: Dialect,
        keeps_text: bool,
        first_line: u64,
        is_converted: bool,
    ) -> Self {
        let part = input.part().map(ToOwned::to_owned);
        // The names in a header are compared as if they were not broken.
        let line_end_in_cell = input.is_sheet().then_some(b' ');
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .buffer_capacity(256 * 1024)
            .delimiter(dialect.delimiter)
            .quoting(dialect.quote.byte().is_some())
            .quote(dialect.quote.byte().unwrap_or(b'"'))
            .from_reader(CsvInspector::new(input, dialect, keeps_text, first_line));
        Self {
            name,
            reader,
            current: Current::Bytes(ByteRecord::new()),
            inspected: Inspected::default(),
            first_line,
            escapes: dialect.escapes,
            delimiter: dialect.delimiter,
            escaped: None,
            mojibake: None,
            is_converted,
            likely_header: None,
            line_end_in_cell,
            part,
        }
    }

    /// Reads the next record, and returns the line on which it begins; `None` at the end.
    pub(super) fn next_record(&mut self) -> anyhow::Result<Option<u64>> {
        let empty = Current::Bytes(ByteRecord::new());
        let mut record = match std::mem::replace(&mut self.current, empty) {
            Current::Text(record) => record.into_byte_record(),
            Current::Bytes(record) => record,
        };
        let read = self.reader.read_byte_record(&mut record);
        self.current = match StringRecord::from_byte_record(record) {
            Ok(record) => Current::Text(record),
            Err(error) => Current::Bytes(error.into_byte_record()),
        };
        match read {
            Ok(true) => {
                self.inspected = self.reader.get_mut().next_record();
                if let Some(line_end) = &mut self.line_end_in_cell {
                    let here = std::mem::replace(line_end, b'\n');
                    self.restore_line_ends(here);
                } else if self.escapes {
                    if self.record().len() == 1 && &self.record()[0] == END_OF_COPY {
                        return self.end_of_copy();
                    }
                    self.unescape();
                } else if self.delimiter == b'\t' {
                    self.look_for_escapes();
                }
                self.look_for_mojibake();
                Ok(Some(self.inspected.line))
            }
            Ok(false) => Ok(None),
            Err(error) => Err(self.failure(error)),
        }
    }

    /// Restores the line ends in the cells of a sheet.
    fn restore_line_ends(&mut self, line_end: u8) {
        let Current::Text(record) = &self.current else { return };
        if !record.as_byte_record().as_slice().contains(&(LINE_END_IN_CELL as u8)) {
            return;
        }
        let text = char::from(line_end).to_string();
        let restored: StringRecord = record.iter().map(|field| field.replace(LINE_END_IN_CELL, &text)).collect();
        self.current = Current::Text(restored);
        for byte in &mut self.inspected.text {
            if *byte == LINE_END_IN_CELL as u8 {
                *byte = line_end;
            }
        }
    }

    /// Checks that nothing follows the line that ends the data of COPY.
    fn end_of_copy(&mut self) -> anyhow::Result<Option<u64>> {
        let mut record = ByteRecord::new();
        if self.reader.read_byte_record(&mut record).map_err(|error| self.failure(error))? {
            let line = self.inspected.line;
            let hint = "import only the lines between COPY … FROM stdin and \\.";
            return Err(self.refuse(format!("line {line}: more lines follow the end of the data (\\.)"), hint));
        }
        Ok(None)
    }

    /// Looks for what another program writes for tabs, line ends and backslashes.
    fn look_for_escapes(&mut self) {
        let Current::Text(record) = &self.current else { return };
        if self.escaped.is_some() || memchr::memchr(b'\\', record.as_byte_record().as_slice()).is_none() {
            return;
        }
        let is_escaped = |field: &&str| ["\\\\", "\\t", "\\n", "\\r"].iter().any(|escape| field.contains(escape));
        self.escaped = record.iter().find(is_escaped).map(shorten);
    }

    /// Decodes the escapes in the fields. A field that had one is text, unless it is `\\N` as a whole.
    fn unescape(&mut self) {
        let Current::Text(record) = &self.current else { return };
        if memchr::memchr(b'\\', record.as_byte_record().as_slice()).is_none() {
            return;
        }
        let mut decoded = StringRecord::new();
        for (i, field) in record.iter().enumerate() {
            match unescaped(field).filter(|_| field != "\\N") {
                Some(text) => {
                    self.inspected.quoted.insert(i);
                    decoded.push_field(&text);
                }
                None => decoded.push_field(field),
            }
        }
        self.current = Current::Text(decoded);
    }

    /// Looks for letters that are two bytes of UTF-8 in a single-byte encoding, or that were lost by another program.
    fn look_for_mojibake(&mut self) {
        if self.mojibake.is_some() {
            return;
        }
        let Current::Text(record) = &self.current else { return };
        let bytes = record.as_byte_record().as_slice();
        if bytes.is_ascii() {
            return;
        }
        let is_lead = |c: char| matches!(c, 'Ã' | 'Â' | 'Ð' | 'Ñ');
        let follows = |c: char| matches!(c, '\u{80}'..='\u{bf}' | '‘'..='™' | 'Œ' | 'œ' | 'Š' | 'š' | 'Ž' | 'ž' | 'Ÿ' | 'ƒ' | 'ˆ' | '˜');
        let is_mojibake = |text: &str| {
            let pairs = || text.chars().zip(text.chars().skip(1));
            text.contains('\u{fffd}')
                || (self.is_converted && pairs().any(|(one, other)| is_lead(one) && follows(other)))
        };
        self.mojibake = record.iter().find(|field| is_mojibake(field)).map(shorten);
    }

    /// Whether a field is text, even if it is what stands for no value.
    pub(super) fn is_literal(&self, position: usize) -> bool {
        self.inspected.quoted.contains(position)
    }

    pub(super) fn record(&self) -> &ByteRecord {
        match &self.current {
            Current::Text(record) => record.as_byte_record(),
            Current::Bytes(record) => record,
        }
    }

    /// An error of the file as a whole.
    pub(super) fn refuse(&self, what: impl std::fmt::Display, hint: impl Into<String>) -> anyhow::Error {
        Failure::failed(format!("{}: {what}", self.name)).hint(hint).into()
    }

    pub(super) fn failure(&self, error: csv::Error) -> anyhow::Error {
        match error.into_kind() {
            ErrorKind::Io(error) => {
                let inner = error.get_ref();
                match inner.and_then(|inner| inner.downcast_ref::<CsvError>()) {
                    Some(error) => self.refuse(error, error.hint(self.delimiter)),
                    None => DecodeError::explain(error, &self.name),
                }
            }
            other => Failure::failed(format!("{}: {other:?}", self.name)).into(),
        }
    }
}
