//! JSON: one document, or one object per line.

use std::io::Write;

use serde::ser::Error as _;
use serde::{Serialize, Serializer};

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
        json_value(self.out, &Fields { record, columns: self.columns.as_deref() })
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
pub(super) fn json_text(record: &impl Serialize, columns: Option<&[&'static str]>) -> serde_json::Result<String> {
    serde_json::to_string(&Fields { record, columns })
}

/// A record with all its fields or with these, in their order.
pub(super) struct Fields<'r, R> {
    pub(super) record: &'r R,
    pub(super) columns: Option<&'r [&'static str]>,
}

impl<R: Serialize> Serialize for Fields<'_, R> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Some(columns) = self.columns else { return self.record.serialize(serializer) };
        let value = serde_json::to_value(self.record).map_err(S::Error::custom)?;
        serializer.collect_map(columns.iter().map(|name| (name, &value[*name])))
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
