//! Identifiers alone, one a line.

use std::io::Write;

use super::{Record, Settings, Writer};
use crate::output::visible;

/// Writes identifiers.
pub struct IdWriter<'o> {
    out: &'o mut (dyn Write + 'o),
    terminal: bool,
}

impl<'o> IdWriter<'o> {
    pub(in crate::output) fn new(out: &'o mut (dyn Write + 'o), settings: &Settings) -> Self {
        Self { out, terminal: settings.style.terminal }
    }
}

impl<R: Record> Writer<R> for IdWriter<'_> {
    fn row(&mut self, record: &R) -> anyhow::Result<()> {
        let id = record.id();
        writeln!(self.out, "{}", if self.terminal { visible(id) } else { id.into() })?;
        Ok(())
    }
}
