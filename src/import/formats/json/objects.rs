//! Finds the objects of a file, one after the other.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};

use crate::error::Failure;
use crate::import::decode::{DecodeError, Decoded};
use crate::lines::LineCounter;

/// Maximum size of an object, so that memory does not grow with a file whose brackets are not balanced.
const MAX_OBJECT_BYTES: usize = 4 << 20;
/// How far the array of a list object is looked for.
const MAX_PREFIX_BYTES: usize = 400;

/// Reads the bytes of one object after the other.
pub(super) struct ObjectReader {
    pub(super) name: String,
    pub(super) input: BufReader<Decoded<File>>,
    pub(super) lines: LineCounter,
    pub(super) in_array: bool,
    pub(super) ended: bool,
    /// The text of a list object before its array.
    pub(super) list: Option<String>,
    /// Whether the list object says that other pages follow.
    pub(super) has_more: bool,
    /// The object that was read last.
    pub(super) text: Vec<u8>,
}

impl ObjectReader {
    /// Finds the array of a list object, or an array at the top.
    pub(super) fn begin(&mut self) -> anyhow::Result<()> {
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
        self.input.fill_buf().map_err(|error| DecodeError::explain(error, &self.name))
    }

    pub(super) fn refuse(&self, what: impl std::fmt::Display, hint: &'static str) -> anyhow::Error {
        Failure::failed(format!("{}: {what}", self.name)).hint(hint).into()
    }

    /// Reads the next object into `text`, and returns its line; `None` at the end.
    pub(super) fn next(&mut self) -> anyhow::Result<Option<u64>> {
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
            return Err(self.refuse(format!("line {line}: unexpected text after the end of the array"), hint));
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
                    format!("line {line}: the object that starts here has no end"),
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
