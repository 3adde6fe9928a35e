//! The file of rejected objects.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write as _};

use serde_json::value::RawValue;

use super::super::format::{REASON_COLUMNS, RejectWriter};

/// Writes refused objects, each with members that say why. An import ignores members that start with `_`.
pub(super) struct JsonRejects {
    pub(super) out: BufWriter<File>,
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
