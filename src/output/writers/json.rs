//! JSON: one document, or one object per line.

use std::io::Write;

use serde::Serialize;

use super::{Record, Writer};
use crate::output::escape::visible_json;

/// Writes one array, an object a line.
pub struct JsonWriter<'o> {
    out: &'o mut (dyn Write + 'o),
    separator: &'static str,
}

impl<'o> JsonWriter<'o> {
    /// A writer of one array.
    pub fn new(out: &'o mut (dyn Write + 'o)) -> Self {
        Self { out, separator: "[\n  " }
    }
}

impl<R: Record> Writer<R> for JsonWriter<'_> {
    fn row(&mut self, record: &R) -> anyhow::Result<()> {
        write!(self.out, "{}{}", self.separator, visible_json(&serde_json::to_string(record)?))?;
        self.separator = ",\n  ";
        Ok(())
    }

    fn end(&mut self) -> anyhow::Result<Vec<&'static str>> {
        self.out.write_all(if self.separator.starts_with('[') { b"[]\n" } else { b"\n]\n" })?;
        Ok(Vec::new())
    }

    fn only(&mut self, record: &R) -> anyhow::Result<()> {
        json_value(self.out, record)
    }
}

/// Writes one object a line.
pub struct JsonLineWriter<'o>(&'o mut (dyn Write + 'o));

impl<'o> JsonLineWriter<'o> {
    /// A writer of lines.
    pub fn new(out: &'o mut (dyn Write + 'o)) -> Self {
        Self(out)
    }
}

impl<R: Record> Writer<R> for JsonLineWriter<'_> {
    fn row(&mut self, record: &R) -> anyhow::Result<()> {
        json_line(self.0, record)
    }
}

/// Writes one value, indented.
///
/// # Errors
/// When the value has no such form, or the output cannot be written to.
pub fn json_value(out: &mut (impl Write + ?Sized), value: &impl Serialize) -> anyhow::Result<()> {
    writeln!(out, "{}", visible_json(&serde_json::to_string_pretty(value)?))?;
    Ok(())
}

/// Writes one value on a line.
///
/// # Errors
/// When the value has no such form, or the output cannot be written to.
pub fn json_line(out: &mut (impl Write + ?Sized), value: &impl Serialize) -> anyhow::Result<()> {
    writeln!(out, "{}", visible_json(&serde_json::to_string(value)?))?;
    Ok(())
}
