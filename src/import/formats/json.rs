//! JSON: objects one a line or one after the other, in an array, or in the array of a list object.
//!
//! Objects are read one at a time. Without a preset, their members are our columns, as `actions export` writes them.

use std::cell::OnceCell;
use std::collections::HashSet;
use std::fs::File;
use std::io::{BufReader, BufWriter, Write as _};

use anyhow::Context as _;

use super::format::{Format, Opened, REASON_COLUMNS, Records, RejectWriter, lost_options};
use crate::error::Failure;
use crate::import::embedded_options::EmbeddedOptions;
use crate::import::file_format::FileFormat;
use crate::import::interpretation::Interpretation;
use crate::import::mapping::{Mapped, Mapping};
use crate::import::record::{Columns, METADATA as METADATA_KEY, Record, RecordFields};
use crate::lines::LineCounter;
use crate::log::FieldError;
use node::Node;
use objects::ObjectReader;
use rejects::JsonRejects;

mod members;
mod node;
mod objects;
mod rejects;

/// The format.
pub(super) struct Json;

impl Format for Json {
    fn open(&self, file: Opened<'_>) -> anyhow::Result<Box<dyn Records>> {
        let Opened { name, input, columns, interpretation, kind, keeps_text, first_line, .. } = file;
        let mapping = Mapping::of(interpretation, columns);
        if let Some(problem) = mapping.as_ref().and_then(|mapping| mapping.problem(columns)) {
            let hint = format!("the columns are {}", columns.names.join(", "));
            return Err(Failure::failed(format!("{name}: {problem}")).hint(hint).into());
        }
        let is_known = |column: &str| {
            let is_metadata = columns.metadata && column.starts_with(METADATA_KEY);
            columns.names.contains(&column) || column.starts_with('_') || is_metadata
        };
        let maps =
            interpretation.map.iter().map(|(theirs, ours)| (theirs, Some(ours), format!("--map {theirs}={ours}")));
        let sets = interpretation.set.keys().map(|name| (name, None, format!("--set {name}")));
        let mut unused_options = Vec::new();
        for (given, ours, option) in maps.chain(sets) {
            let Some((named, is_for_kind)) = interpretation.of_kind(given, kind) else { continue };
            let column = ours.map_or(named, String::as_str);
            if is_known(column) {
                continue;
            }
            if !interpretation.several_kinds || is_for_kind {
                let hint = format!("the columns are {}", columns.names.join(", "));
                return Err(Failure::failed(format!("{name}: {option}: unknown column {column}")).hint(hint).into());
            }
            unused_options.push(option);
        }
        let (map, set) = (interpretation.map_of_kind(kind), interpretation.set_of_kind(kind));
        let mut reader = ObjectReader {
            input: BufReader::with_capacity(256 * 1024, input),
            lines: LineCounter::starting_at(first_line),
            in_array: false,
            ended: false,
            text: Vec::new(),
            list: None,
            has_more: false,
            name,
        };
        reader.begin()?;
        Ok(Box::new(JsonRecords {
            reader,
            columns,
            mapping,
            unused_options,
            interpretation: Interpretation { map, set, ..interpretation.clone() },
            keeps_text,
            kind,
            looks_like: OnceCell::new(),
            current: Ok(Mapped::default()),
            members: Vec::new(),
            others: Vec::new(),
            found: HashSet::new(),
        }))
    }
}

/// The records of a file.
struct JsonRecords {
    reader: ObjectReader,
    columns: Columns,
    mapping: Option<Mapping>,
    /// In a directory: the options that name columns which this kind does not have.
    unused_options: Vec<String>,
    interpretation: Interpretation,
    keeps_text: bool,
    kind: &'static str,
    /// The hint for a source whose members the first record has that is not ours.
    looks_like: OnceCell<Option<String>>,
    current: Result<Mapped, FieldError>,
    /// The values of the members of our columns' names.
    members: Vec<Option<String>>,
    /// The members `metadata.<key>`.
    others: Vec<(String, String)>,
    /// The names of `--map` that some record had.
    found: HashSet<String>,
}

/// Whether an object was refused by an import, which has added why.
fn is_refused_row(text: &[u8]) -> bool {
    let last = REASON_COLUMNS[REASON_COLUMNS.len() - 1];
    // Nearly no object has the name, and need not be parsed twice.
    if memchr::memmem::find(text, last.as_bytes()).is_none() {
        return false;
    }
    let object = std::str::from_utf8(text).map(Node::new);
    let names: Vec<&str> = object.iter().flat_map(Node::members).flatten().map(|(name, _)| &**name).collect();
    REASON_COLUMNS.iter().all(|column| names.contains(column))
}

impl Records for JsonRecords {
    fn next(&mut self) -> anyhow::Result<Option<u64>> {
        let Some(line) = self.reader.next()? else { return Ok(None) };
        let text = std::mem::take(&mut self.reader.text);
        if !self.interpretation.allow_lost_options && is_refused_row(&text) {
            return Err(lost_options(&self.reader.name));
        }
        self.current = self.read(&text);
        self.reader.text = text;
        Ok(Some(line))
    }

    fn skipped(&self) -> Option<&str> {
        self.current.as_ref().ok()?.skipped.as_deref()
    }

    fn record(&self) -> Result<Record<'_>, Vec<FieldError>> {
        match &self.current {
            Ok(Mapped { error: Some(error), .. }) | Err(error) => Err(vec![error.clone()]),
            Ok(_) => Ok(Record(self)),
        }
    }

    fn take_text(&mut self) -> Box<[u8]> {
        if self.keeps_text { self.reader.text.clone().into() } else { Box::default() }
    }

    fn bytes(&self) -> usize {
        self.reader.text.len()
    }

    fn header(&self) -> &[u8] {
        &[]
    }

    fn unused_options(&self) -> &[String] {
        &self.unused_options
    }

    fn notes(&self) -> Vec<String> {
        let note = "the list says that there is more: fetch the next pages, too";
        let mut notes: Vec<String> = self.reader.has_more.then(|| note.to_owned()).into_iter().collect();
        let missing = self.interpretation.map.iter().filter(|(theirs, _)| !self.found.contains(*theirs));
        let is_read = self.mapping.as_ref().is_none_or(|mapping| !mapping.ignores_others());
        notes.extend(
            missing
                .filter(|_| is_read)
                .map(|(theirs, ours)| format!("no record has {theirs}: --map {theirs}={ours} has set nothing")),
        );
        notes
    }

    fn interpretation(&self) -> &Interpretation {
        &self.interpretation
    }

    fn create_rejects(&self, file: File) -> anyhow::Result<Box<dyn RejectWriter>> {
        let mut out = BufWriter::new(file);
        // Whatever the name of the file of rejects.
        let read = Interpretation { format: Some(FileFormat::Json), ..self.interpretation.clone() };
        writeln!(out, "{}", EmbeddedOptions::of(&read).line()?)?;
        Ok(Box::new(JsonRejects { out }))
    }

    fn sha256(self: Box<Self>) -> anyhow::Result<String> {
        let ObjectReader { name, input, .. } = self.reader;
        input.into_inner().sha256().with_context(|| format!("cannot read {name}"))
    }
}

impl JsonRecords {
    fn member(&self, column: usize) -> Option<&str> {
        self.members.get(column)?.as_deref()
    }

    fn other(&self, n: usize) -> Option<(&str, &str)> {
        self.others.get(n).map(|(key, value)| (key.as_str(), value.as_str()))
    }

    fn trimmed<'a>(&self, value: &'a str) -> &'a str {
        if self.interpretation.trims { value.trim() } else { value }
    }

    fn is_null(&self, value: &str) -> bool {
        self.interpretation.nulls.iter().any(|null| null == value)
    }

    /// Reads the values of an object.
    fn read(&mut self, text: &[u8]) -> Result<Mapped, FieldError> {
        let invalid = |error: &dyn std::fmt::Display| FieldError::of_row(format!("invalid JSON: {error}"));
        let object = Node::new(std::str::from_utf8(text).map_err(|error| invalid(&error))?);
        object.members().map_err(|error| invalid(&error))?;
        self.members.clear();
        self.members.resize(self.columns.names.len(), None);
        self.others.clear();
        // A preset that does not ignore other members leaves those of our own names as they are.
        if self.mapping.as_ref().is_none_or(|mapping| !mapping.ignores_others()) {
            self.read_members(&object)?;
        }
        let mapped = self.mapping.as_ref().map_or_else(Mapped::default, |mapping| {
            mapping.map(&|path| object.text_at(path).filter(|value| !self.is_null(value)))
        });
        match object.problem() {
            Some(error) => Err(invalid(&error)),
            None => Ok(mapped),
        }
    }

    fn is_read_by_preset(&self, name: &str) -> bool {
        self.mapping.as_ref().is_some_and(|mapping| mapping.reads_in(name))
    }
}

impl RecordFields for JsonRecords {
    fn field(&self, column: usize) -> Option<&str> {
        match (&self.mapping, &self.current) {
            (Some(_), Ok(mapped)) => mapped.value(column).or_else(|| self.member(column)),
            _ => self.member(column),
        }
        .map(|value| self.trimmed(value))
    }

    fn loses_roles(&self) -> bool {
        self.current.as_ref().is_ok_and(|mapped| mapped.loses_roles)
    }

    fn metadata(&self, n: usize) -> Option<(&str, &str)> {
        match (&self.mapping, &self.current) {
            (Some(mapping), Ok(mapped)) => {
                let other = || self.other(n.checked_sub(mapping.metadata_columns())?);
                mapping.metadata(mapped, n).or_else(other)
            }
            _ => self.other(n),
        }
        .map(|(key, value)| (key, self.trimmed(value)))
    }
}
