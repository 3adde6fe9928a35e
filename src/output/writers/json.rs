//! JSON: one document, or one object per line.

use std::io::Write;

use serde::Serialize;

use super::{Record, Writer};
use crate::output::escape::visible_json;

/// Writes one array, an object a line.
pub struct JsonWriter<'o> {
    out: &'o mut (dyn Write + 'o),
    separator: &'static str,
    columns: Option<Vec<&'static str>>,
}

impl<'o> JsonWriter<'o> {
    /// A writer of one array, of all fields or of those that were asked for.
    pub fn new(out: &'o mut (dyn Write + 'o), columns: Option<Vec<&'static str>>) -> Self {
        Self { out, separator: "[\n  ", columns }
    }
}

impl<R: Record> Writer<R> for JsonWriter<'_> {
    fn row(&mut self, record: &R) -> anyhow::Result<()> {
        write!(self.out, "{}{}", self.separator, visible_json(&json_text(record, self.columns.as_deref())?))?;
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
pub struct JsonLineWriter<'o> {
    out: &'o mut (dyn Write + 'o),
    columns: Option<Vec<&'static str>>,
}

impl<'o> JsonLineWriter<'o> {
    /// A writer of lines, of all fields or of those that were asked for.
    pub fn new(out: &'o mut (dyn Write + 'o), columns: Option<Vec<&'static str>>) -> Self {
        Self { out, columns }
    }
}

impl<R: Record> Writer<R> for JsonLineWriter<'_> {
    fn row(&mut self, record: &R) -> anyhow::Result<()> {
        writeln!(self.out, "{}", visible_json(&json_text(record, self.columns.as_deref())?))?;
        Ok(())
    }
}

/// A record as JSON, with all its fields or with these, in their order.
fn json_text(record: &impl Serialize, columns: Option<&[&str]>) -> serde_json::Result<String> {
    let Some(columns) = columns else { return serde_json::to_string(record) };
    let value = serde_json::to_value(record)?;
    let fields: Vec<String> = columns
        .iter()
        .map(|name| Ok(format!("\"{name}\":{}", serde_json::to_string(&value[*name])?)))
        .collect::<serde_json::Result<_>>()?;
    Ok(format!("{{{}}}", fields.join(",")))
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
