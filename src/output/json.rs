//! JSON: one document, or one object a line.

use std::borrow::Borrow;
use std::io::Write;

use serde::Serialize;

use super::escape::visible_json;

/// One object, indented.
pub(crate) fn one(out: &mut (impl Write + ?Sized), record: &impl Serialize) -> anyhow::Result<()> {
    writeln!(out, "{}", visible_json(&serde_json::to_string_pretty(record)?))?;
    Ok(())
}

/// One array, an object a line, written as the records come.
pub(crate) fn list<R: Serialize, B: Borrow<R>>(
    out: &mut (impl Write + ?Sized),
    records: impl Iterator<Item = anyhow::Result<B>>,
) -> anyhow::Result<()> {
    let mut separator = "[\n  ";
    for record in records {
        write!(out, "{separator}{}", visible_json(&serde_json::to_string(record?.borrow())?))?;
        separator = ",\n  ";
    }
    out.write_all(if separator.starts_with('[') { b"[]\n" } else { b"\n]\n" })?;
    Ok(())
}

/// One object, on a line.
pub(crate) fn line(out: &mut (impl Write + ?Sized), record: &impl Serialize) -> anyhow::Result<()> {
    writeln!(out, "{}", visible_json(&serde_json::to_string(record)?))?;
    Ok(())
}

/// One object a line.
pub(crate) fn lines<R: Serialize, B: Borrow<R>>(
    out: &mut (impl Write + ?Sized),
    records: impl Iterator<Item = anyhow::Result<B>>,
) -> anyhow::Result<()> {
    records.into_iter().try_for_each(|record| line(out, record?.borrow()))
}
