//! Comma-separated values, by RFC 4180 and its relatives, with a header line.

use std::fs::File;

use anyhow::Context as _;

use super::format::{Format, Opened, REASON_COLUMNS, Records, RejectWriter, lost_options};
use crate::error::Failure;
use crate::import::interpretation::Interpretation;
use crate::import::mapping::{Mapped, Mapping};
use crate::import::record::{Record, RecordFields, normal};
use crate::log::FieldError;
use crate::models::shorten;
use column_names::name_numbers;
use header::{Header, Source};
use mixed_dates::MixedDates;
use reader::{CsvReader, Current};
use rejects::CsvRejects;
use values::Guess;

mod column_names;
mod header;
mod inspector;
mod mixed_dates;
mod reader;
mod rejects;
mod sniff;
mod swallowed;
mod values;

/// The format.
pub(super) struct Csv;

/// A file of this format, with its header line read.
struct CsvRecords {
    reader: CsvReader,
    header: Header,
    header_text: Vec<u8>,
    /// The names in the header, as they are compared.
    names: Vec<String>,
    kind: &'static str,
    interpretation: Interpretation,
    /// Whether the file is a file of rejected rows: the columns that say why come first.
    is_rejects: bool,
    may_be_cut_off: bool,
    /// What was found in the file, for people.
    read_as: Vec<String>,
    /// How times are read, where that was found in the file.
    guess: Option<Guess>,
    /// In a workbook, unless the notation of times is given.
    mixed_dates: Option<MixedDates>,
    /// With a preset: the values of the record that was read last.
    mapped: Mapped,
}

impl Format for Csv {
    fn open(&self, file: Opened<'_>) -> anyhow::Result<Box<dyn Records>> {
        let Opened { name, mut input, columns, interpretation, kind, keeps_text, may_be_cut_off, first_line } = file;
        let mapping = Mapping::of(interpretation, columns);
        let is_guarded = interpretation.sniff && interpretation.time_formats.is_empty() && input.is_sheet();
        let mut interpretation = interpretation.clone();
        let (skip, read_as) = sniff::find(&name, &input, columns, &mut interpretation, mapping.as_ref())?;
        if !input.skip_lines(skip) {
            return Err(Failure::failed(format!("{name}: the file has no line after the first {skip}")).into());
        }
        let start = input.rest_of_start().to_vec();
        let mut reader = CsvReader::new(
            name,
            input,
            interpretation.dialect,
            keeps_text,
            first_line + skip,
            interpretation.encoding.is_some(),
        );
        if interpretation.sniff && interpretation.skip_lines.is_none() {
            reader.likely_header = sniff::likely_header(&String::from_utf8_lossy(&start));
        }
        let header = Header::read(&mut reader, columns, kind, &interpretation, mapping)?;
        let mut read_as: Vec<String> = read_as.into_iter().chain(header.unnamed()).collect();
        let mut guess = None;
        if interpretation.sniff {
            let (words, found) = values::find(&start, &header, &mut interpretation);
            read_as.extend(words);
            guess = found;
        }
        let names: Vec<String> = reader.record().iter().map(|name| normal(&String::from_utf8_lossy(name))).collect();
        name_numbers(&names, 0, kind, &mut interpretation);
        let is_rejects =
            REASON_COLUMNS.iter().enumerate().all(|(i, name)| reader.record().get(i) == Some(name.as_bytes()));
        if is_rejects && !interpretation.allow_lost_options {
            return Err(lost_options(&reader.name));
        }
        Ok(Box::new(CsvRecords {
            header_text: std::mem::take(&mut reader.inspected.text),
            names,
            kind,
            header,
            reader,
            interpretation,
            is_rejects,
            may_be_cut_off,
            read_as,
            guess,
            mixed_dates: is_guarded.then(MixedDates::default),
            mapped: Mapped::default(),
        }))
    }
}

impl Records for CsvRecords {
    fn next(&mut self) -> anyhow::Result<Option<u64>> {
        let next = self.reader.next_record()?;
        if next.is_none() && self.may_be_cut_off && !self.interpretation.allow_unterminated && !self.is_terminated() {
            return Err(self.reader.refuse(
                "the last line has no line end: the input may have been cut off",
                "if it is complete, add --allow-unterminated",
            ));
        }
        if let Some(mapping) = self.header.mapping() {
            self.mapped = mapping.map(&|name| self.header.position(name).map(|at| self.cell(at).to_owned()));
        }
        if let Some(line) = next {
            self.check_dates(line)?;
            if let Some(guess) = &self.guess {
                self.check_guess(guess, line)?;
            }
        }
        Ok(next)
    }

    fn skipped(&self) -> Option<&str> {
        let is_blank = || self.reader.record().iter().all(|cell| cell.trim_ascii().is_empty());
        if self.interpretation.sniff && is_blank() {
            return Some("blank row");
        }
        self.mapped.skipped.as_deref()
    }

    fn record(&self) -> Result<Record<'_>, Vec<FieldError>> {
        self.header.check(&self.reader.current)?;
        match &self.mapped.error {
            Some(error) => Err(vec![error.clone()]),
            None => Ok(Record(self)),
        }
    }

    fn take_text(&mut self) -> Box<[u8]> {
        let text = std::mem::take(&mut self.reader.inspected.text);
        self.without_reasons(&text).into()
    }

    fn bytes(&self) -> usize {
        self.reader.record().as_slice().len()
    }

    fn header(&self) -> &[u8] {
        self.without_reasons(&self.header_text)
    }

    fn unused_options(&self) -> &[String] {
        self.header.unused_options()
    }

    fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if !self.read_as.is_empty() {
            notes.push(format!("read as: {}", self.read_as.join(", ")));
        }
        if !self.is_terminated() {
            notes.push("the last line has no line end: if the file was cut off, its last row is wrong".to_owned());
        }
        if let Some(text) = &self.reader.escaped {
            notes.push(format!(
                "{text:?} was read with its backslashes: --dialect postgres-text or --dialect mysql decodes them"
            ));
        }
        if let Some(text) = &self.reader.mojibake {
            let encoding = self.interpretation.encoding.as_deref().unwrap_or("UTF-8").to_lowercase();
            notes.push(format!("{text:?} looks like UTF-8 read as another encoding: is it {encoding}?"));
        }
        notes
    }

    fn interpretation(&self) -> &Interpretation {
        &self.interpretation
    }

    fn create_rejects(&self, file: File) -> anyhow::Result<Box<dyn RejectWriter>> {
        let mut interpretation = self.interpretation.clone();
        let shift = if self.is_rejects { 0 } else { REASON_COLUMNS.len() };
        name_numbers(&self.names, shift, self.kind, &mut interpretation);
        Ok(Box::new(CsvRejects::create(file, &interpretation, self.header())?))
    }

    fn sha256(self: Box<Self>) -> anyhow::Result<String> {
        let CsvReader { name, reader, .. } = self.reader;
        reader.into_inner().into_inner().sha256().with_context(|| format!("cannot read {name}"))
    }
}

impl CsvRecords {
    /// The columns of times, with their numbers.
    fn times(&self) -> impl Iterator<Item = (usize, &'static str)> + use<> {
        self.header.columns().names.iter().copied().enumerate().filter(|(_, name)| name.ends_with("_at"))
    }

    /// Refuses a workbook if a column has dates, and dates that another program left as text.
    fn check_dates(&mut self, line: u64) -> anyhow::Result<()> {
        let Some(mut mixed) = self.mixed_dates.take() else { return Ok(()) };
        for (column, name) in self.times() {
            let cell = self.field(column).unwrap_or_default().trim();
            mixed.add(column, name, cell, line).map_err(|what| self.reader.refuse(what, MixedDates::HINT))?;
        }
        self.mixed_dates = Some(mixed);
        Ok(())
    }

    /// Refuses the file if a time shows that all were read wrong so far.
    fn check_guess(&self, guess: &Guess, line: u64) -> anyhow::Result<()> {
        for (column, name) in self.times() {
            let cell = self.field(column).unwrap_or_default().trim();
            if guess.is_refuted_by(cell) {
                let cell = shorten(cell);
                let what = format!(
                    "line {line}: {name}: {cell:?} does not match the time format of the rows before, as in {:?}",
                    guess.proof
                );
                let hint = "the two contradict each other: export the dates again in one format, such as 2026-04-13";
                return Err(self.reader.refuse(what, hint));
            }
        }
        Ok(())
    }

    fn is_terminated(&self) -> bool {
        self.reader.reader.get_ref().is_terminated()
    }

    /// The text of a record without the columns that said why it was refused earlier.
    fn without_reasons<'a>(&self, text: &'a [u8]) -> &'a [u8] {
        if !self.is_rejects {
            return text;
        }
        let (delimiter, quote) = (self.interpretation.dialect.delimiter, self.interpretation.dialect.quote.byte());
        let (mut fields, mut is_quoted) = (0, false);
        for (i, byte) in text.iter().enumerate() {
            is_quoted ^= Some(*byte) == quote;
            fields += usize::from(*byte == delimiter && !is_quoted);
            if fields == REASON_COLUMNS.len() {
                return &text[i + 1..];
            }
        }
        text
    }

    fn value<'a>(&'a self, source: &'a Source) -> &'a str {
        match source {
            Source::Field(position) => self.cell(*position),
            Source::Constant(value) => value.as_str(),
        }
    }

    /// The cell at a position; empty if it stands for no value.
    fn cell(&self, position: usize) -> &str {
        let Current::Text(record) = &self.reader.current else { return "" };
        let value = record.get(position).unwrap_or_default();
        let is_null = !self.reader.is_literal(position) && self.interpretation.nulls.iter().any(|null| null == value);
        if is_null {
            ""
        } else if self.interpretation.trims {
            value.trim()
        } else {
            value
        }
    }
}

impl RecordFields for CsvRecords {
    fn field(&self, column: usize) -> Option<&str> {
        if let Some(source) = self.header.source(column) {
            return Some(self.value(source));
        }
        // A column that the file can give is there, even if it is empty in this record.
        let is_given = self.header.is_given(column);
        is_given.then(|| self.mapped.value(column).unwrap_or_default())
    }

    fn loses_roles(&self) -> bool {
        self.mapped.loses_roles
    }

    fn metadata(&self, n: usize) -> Option<(&str, &str)> {
        if let Some((key, source)) = self.header.metadata(n) {
            return Some((key, self.value(source)));
        }
        self.header.mapping()?.metadata(&self.mapped, n - self.header.metadata_columns())
    }
}
