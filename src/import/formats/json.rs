//! JSON: objects one a line or one after the other, in an array, or in the array of a list object.
//!
//! Objects are read one at a time. Without a preset, their members are our columns, as `actions export` writes them.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead as _, BufReader, BufWriter, Read as _, Write as _};

use anyhow::Context as _;
use serde_json::value::RawValue;

use super::{Format, Opened, REASON_COLUMNS, Records, RejectWriter};
use crate::error::Failure;
use crate::import::decode::{DecodeError, Decoded};
use crate::import::mapping::{Mapped, Mapping};
use crate::import::options::{EmbeddedOptions, Interpretation};
use crate::import::record::{Columns, Record, RecordFields};
use crate::lines::LineCounter;
use crate::log::FieldError;
use crate::models::UnknownValue;
use node::Node;

mod node;

/// Maximum size of an object, so that memory does not grow with a file whose brackets are not balanced.
const MAX_OBJECT_BYTES: usize = 4 << 20;
/// How far the array of a list object is looked for.
const MAX_PREFIX_BYTES: usize = 400;

/// The format.
pub(super) struct Json;

impl Format for Json {
    fn open(&self, file: Opened<'_>) -> anyhow::Result<Box<dyn Records>> {
        let Opened { name, input, columns, interpretation, keeps_text, first_line, .. } = file;
        let mapping = Mapping::of(interpretation, columns);
        if let Some(unknown) = mapping.as_ref().and_then(|mapping| mapping.unknown(columns).next()) {
            let hint = format!("the columns are {}", columns.names.join(", "));
            return Err(Failure::failed(format!("{name}: the preset sets the unknown column {unknown}"))
                .hint(hint)
                .into());
        }
        let is_known = |column: &String| {
            let is_metadata = columns.metadata && column.starts_with("metadata.");
            columns.names.contains(&column.as_str()) || column.starts_with('_') || is_metadata
        };
        let mut named = interpretation.map.values().chain(interpretation.set.keys());
        if let Some(unknown) = named.find(|column| !is_known(column)) {
            let hint = format!("the columns are {}", columns.names.join(", "));
            return Err(Failure::failed(format!("{name}: --map or --set: unknown column {unknown}")).hint(hint).into());
        }
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
            interpretation: interpretation.clone(),
            keeps_text,
            current: Ok(Mapped::default()),
            members: Vec::new(),
            others: Vec::new(),
        }))
    }
}

/// The records of a file.
struct JsonRecords {
    reader: ObjectReader,
    columns: Columns,
    mapping: Option<Mapping>,
    interpretation: Interpretation,
    keeps_text: bool,
    current: Result<Mapped, FieldError>,
    /// Without a preset: the values by our columns.
    members: Vec<Option<String>>,
    /// Without a preset: the members `metadata.<key>`.
    others: Vec<(String, String)>,
}

impl Records for JsonRecords {
    fn next(&mut self) -> anyhow::Result<Option<u64>> {
        let Some(line) = self.reader.next()? else { return Ok(None) };
        let text = std::mem::take(&mut self.reader.text);
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
        &[]
    }

    fn notes(&self) -> Vec<String> {
        let note = "the list says that there is more: fetch the next pages, too";
        self.reader.has_more.then(|| note.to_owned()).into_iter().collect()
    }

    fn interpretation(&self) -> &Interpretation {
        &self.interpretation
    }

    fn create_rejects(&self, file: File) -> anyhow::Result<Box<dyn RejectWriter>> {
        let mut out = BufWriter::new(file);
        writeln!(out, "{}", EmbeddedOptions::of(&self.interpretation).line()?)?;
        Ok(Box::new(JsonRejects { out }))
    }

    fn sha256(self: Box<Self>) -> anyhow::Result<String> {
        let ObjectReader { name, input, .. } = self.reader;
        input.into_inner().sha256().with_context(|| format!("cannot read {name}"))
    }
}

impl JsonRecords {
    fn is_null(&self, value: &str) -> bool {
        self.interpretation.nulls.iter().any(|null| null == value)
    }

    /// Reads the values of an object.
    fn read(&mut self, text: &[u8]) -> Result<Mapped, FieldError> {
        let invalid = |error: &dyn std::fmt::Display| FieldError::of_row(format!("invalid JSON: {error}"));
        let object = Node::new(std::str::from_utf8(text).map_err(|error| invalid(&error))?);
        object.members().map_err(|error| invalid(&error))?;
        let mapped = match &self.mapping {
            Some(mapping) => mapping.map(&|path| object.text_at(path).filter(|value| !self.is_null(value))),
            None => self.read_members(&object).map(|()| Mapped::default())?,
        };
        match object.problem() {
            Some(error) => Err(invalid(&error)),
            None => Ok(mapped),
        }
    }

    /// Reads the members that are our columns.
    fn read_members(&mut self, object: &Node<'_>) -> Result<(), FieldError> {
        self.members.clear();
        self.members.resize(self.columns.names.len(), None);
        self.others.clear();
        let mut seen = Vec::new();
        let renamed = |name: &str| self.interpretation.map.get(&name.to_lowercase()).cloned();
        for (name, value) in object.members().into_iter().flatten() {
            let ours = renamed(name).unwrap_or_else(|| name.to_lowercase());
            if let Some(column) = self.columns.names.iter().position(|column| *column == ours) {
                if seen.contains(&column) {
                    // In other letters, or renamed: one of the two values would be lost.
                    return Err(FieldError::of_field(&ours, "given twice"));
                }
                seen.push(column);
                self.members[column] = value.text();
            } else if let Some(key) = ours.strip_prefix("metadata.").filter(|_| self.columns.metadata) {
                self.others.push((key.to_owned(), value.text().unwrap_or_default()));
            } else if !ours.starts_with('_') {
                let hint = match UnknownValue::new(name, self.columns.names).nearest {
                    Some(nearest) => format!("did you mean {nearest}? --map {name}={nearest}"),
                    None => format!(
                        "--map {name}=_ skips it; --preset names the fields of a source: rollbook import presets list"
                    ),
                };
                return Err(FieldError::of_field(name, "unknown member").hint(hint));
            }
        }
        for (name, value) in &self.interpretation.set {
            if let Some(column) = self.columns.names.iter().position(|column| column == name)
                && self.members[column].is_none()
            {
                self.members[column] = Some(value.clone());
            }
        }
        Ok(())
    }
}

impl RecordFields for JsonRecords {
    fn field(&self, column: usize) -> Option<&str> {
        match (&self.mapping, &self.current) {
            (Some(_), Ok(mapped)) => mapped.value(column),
            _ => self.members.get(column)?.as_deref(),
        }
    }

    fn loses_roles(&self) -> bool {
        self.current.as_ref().is_ok_and(|mapped| mapped.loses_roles)
    }

    fn metadata(&self, n: usize) -> Option<(&str, &str)> {
        match (&self.mapping, &self.current) {
            (Some(mapping), Ok(mapped)) => mapping.metadata(mapped, n),
            _ => self.others.get(n).map(|(key, value)| (key.as_str(), value.as_str())),
        }
    }
}

/// Reads the bytes of one object after the other.
struct ObjectReader {
    name: String,
    input: BufReader<Decoded<File>>,
    lines: LineCounter,
    in_array: bool,
    ended: bool,
    /// The text of a list object before its array.
    list: Option<String>,
    /// Whether the list object says that other pages follow.
    has_more: bool,
    /// The object that was read last.
    text: Vec<u8>,
}

impl ObjectReader {
    /// Finds the array of a list object, or an array at the top.
    fn begin(&mut self) -> anyhow::Result<()> {
        let bytes = self.fill()?;
        let start = &bytes[..bytes.len().min(MAX_PREFIX_BYTES)];
        let text = String::from_utf8_lossy(start);
        let skipped = text.len() - text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}').len();
        let rest = &text[skipped..];
        if rest.is_empty() {
            return Err(self.refuse("the file is empty: expected JSON objects", "one on each line, or in an array"));
        }
        let array = match rest.chars().next() {
            Some('[') => Some(skipped + 1),
            _ => list_array(rest).map(|end| skipped + end),
        };
        // An object that only looks like a list has its members in other orders: it is one record then.
        let consumed = array.unwrap_or(skipped);
        let list = array.filter(|_| rest.starts_with('{')).map(|end| text[skipped..end].to_owned());
        let passed = self.fill()?[..consumed].to_vec();
        self.list = list;
        self.lines.pass_all(&passed);
        self.input.consume(consumed);
        self.in_array = array.is_some();
        Ok(())
    }

    fn fill(&mut self) -> anyhow::Result<&[u8]> {
        let name = &self.name;
        self.input.fill_buf().map_err(|error| {
            match error.get_ref().and_then(|inner| inner.downcast_ref::<DecodeError>()) {
                Some(decoding) => Failure::failed(format!("{name}: {decoding}")).hint(decoding.hint()).into(),
                None => anyhow::Error::from(error).context(format!("cannot read {name}")),
            }
        })
    }

    fn refuse(&self, what: impl std::fmt::Display, hint: &'static str) -> anyhow::Error {
        Failure::failed(format!("{}: {what}", self.name)).hint(hint).into()
    }

    /// Reads the next object into `text`, and returns its line; `None` at the end.
    fn next(&mut self) -> anyhow::Result<Option<u64>> {
        self.text.clear();
        if self.ended {
            return Ok(None);
        }
        let Some(first) = self.skip_blanks()? else {
            if self.in_array {
                let line = self.lines.line();
                return Err(
                    self.refuse(format!("line {line}: the array has no end"), "the file was cut off: fetch it again")
                );
            }
            self.ended = true;
            return Ok(None);
        };
        let line = self.lines.line();
        match first {
            b'{' => self.read_object(line)?,
            b']' if self.in_array => {
                self.ended = true;
                self.read_rest(line)?;
                return Ok(None);
            }
            _ => {
                return Err(self.refuse(
                    format!("line {line}: expected a JSON object"),
                    "expected one object on each line, or an array of objects",
                ));
            }
        }
        Ok(Some(line))
    }

    /// Reads what follows the array: nothing, or the other members of a list object.
    fn read_rest(&mut self, line: u64) -> anyhow::Result<()> {
        let mut rest = Vec::new();
        (&mut self.input).take(MAX_OBJECT_BYTES as u64).read_to_end(&mut rest)?;
        let rest = String::from_utf8_lossy(&rest);
        let whole = format!("{}{rest}", self.list.as_deref().unwrap_or("["));
        let Ok(whole) = serde_json::from_str::<serde_json::Value>(&whole) else {
            let hint = "expected one array, or one object on each line";
            return Err(self.refuse(format!("line {line}: the file goes on after its array"), hint));
        };
        let is_said = |name: &str| match &whole[name] {
            serde_json::Value::Bool(more) => *more,
            serde_json::Value::String(more) => !more.is_empty(),
            _ => false,
        };
        self.has_more = is_said("has_more") || is_said("more");
        Ok(())
    }

    /// Skips blanks, line ends and, in an array, commas; returns the byte after them, which is not consumed.
    fn skip_blanks(&mut self) -> anyhow::Result<Option<u8>> {
        loop {
            let in_array = self.in_array;
            let bytes = self.fill()?;
            if bytes.is_empty() {
                return Ok(None);
            }
            let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n') || (in_array && *byte == b',');
            let blanks = bytes.iter().take_while(|byte| is_blank(byte)).count();
            let next = bytes.get(blanks).copied();
            let passed = bytes[..blanks].to_vec();
            self.lines.pass_all(&passed);
            self.input.consume(blanks);
            if next.is_some() {
                return Ok(next);
            }
        }
    }

    /// Reads to the bracket that closes the object.
    fn read_object(&mut self, line: u64) -> anyhow::Result<()> {
        let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
        loop {
            let bytes = self.fill()?;
            if bytes.is_empty() {
                return Err(self.refuse(
                    format!("line {line}: the object that begins here has no end"),
                    "the file was cut off: fetch it again",
                ));
            }
            let mut end = None;
            let mut i = 0;
            while i < bytes.len() {
                if escaped {
                    escaped = false;
                } else if in_string {
                    let Some(next) = memchr::memchr2(b'"', b'\\', &bytes[i..]) else { break };
                    i += next;
                    (in_string, escaped) = (bytes[i] == b'\\', bytes[i] == b'\\');
                } else {
                    match bytes[i] {
                        b'"' => in_string = true,
                        b'{' | b'[' => depth += 1,
                        b'}' | b']' => depth -= 1,
                        _ => {}
                    }
                    if depth == 0 {
                        end = Some(i + 1);
                        break;
                    }
                }
                i += 1;
            }
            let length = end.unwrap_or(bytes.len());
            let before = self.text.len();
            let mut text = std::mem::take(&mut self.text);
            text.extend_from_slice(&self.fill()?[..length]);
            self.lines.pass_all(&text[before..]);
            self.text = text;
            self.input.consume(length);
            if self.text.len() > MAX_OBJECT_BYTES {
                return Err(self.refuse(
                    format!("line {line}: the object is longer than 4 MiB; a closing bracket may be missing"),
                    "split it, or repair the file",
                ));
            }
            if end.is_some() {
                return Ok(());
            }
        }
    }
}

/// Where the array of a list object begins: of Stripe (`data`), or of an xAPI statement result (`statements`).
fn list_array(text: &str) -> Option<usize> {
    let blanks = |text: &str| text.len() - text.trim_start().len();
    let mut at = 1;
    let mut is_list = false;
    if !text.starts_with('{') {
        return None;
    }
    loop {
        let rest = &text[at..];
        let rest = &rest[blanks(rest)..];
        let (key, after) = rest.strip_prefix('"')?.split_once('"')?;
        let after = &after[blanks(after)..];
        let value = after.strip_prefix(':')?;
        let value = &value[blanks(value)..];
        if value.starts_with('[') && (key == "statements" || (key == "data" && is_list)) {
            return Some(text.len() - value.len() + 1);
        }
        // A short member before the array.
        let end = value.find(',')?;
        if value[..end].contains(['{', '[', '}']) {
            return None;
        }
        is_list |= key == "object" && value[..end].trim() == "\"list\"";
        at = text.len() - value.len() + end + 1;
    }
}

/// Writes refused objects, each with members that say why. An import ignores members that start with `_`.
struct JsonRejects {
    out: BufWriter<File>,
}

impl RejectWriter for JsonRejects {
    fn write(&mut self, own: [&str; 4], text: &[u8]) -> anyhow::Result<()> {
        let mut members: BTreeMap<String, &RawValue> = serde_json::from_slice(text).unwrap_or_default();
        members.retain(|name, _| !REASON_COLUMNS.contains(&name.as_str()));
        if members.is_empty() {
            // Not an object: as it stood.
            self.out.write_all(text)?;
            self.out.write_all(b"\n")?;
            return Ok(());
        }
        self.out.write_all(b"{")?;
        for (i, (name, value)) in REASON_COLUMNS.iter().zip(own).enumerate() {
            write!(self.out, "{}\"{name}\":{}", if i > 0 { "," } else { "" }, serde_json::to_string(value)?)?;
        }
        for (name, value) in members {
            write!(self.out, ",{}:{}", serde_json::to_string(&name)?, value.get())?;
        }
        self.out.write_all(b"}\n")?;
        Ok(())
    }

    fn flush(&mut self) -> anyhow::Result<()> {
        Ok(self.out.flush()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_array_of_a_list_object_is_found() {
        for (text, expected) in [
            (r#"{"statements": [{"id""#, Some(16)),
            (r#"{"object":"list","data":[{"#, Some(25)),
            (r#"{"object": "list", "has_more": false, "data": [{"#, Some(47)),
            (r#"{"data":[1]}"#, None),
            (r#"{"id":"x","data":{"statements":["#, None),
            (r#"{"a":{"b":1},"statements":["#, None),
        ] {
            assert_eq!(list_array(text), expected, "{text}");
        }
    }
}
