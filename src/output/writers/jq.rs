//! What a filter makes of the records.

use std::io::Write;

use super::json::json_text;
use super::{Record, Settings, Writer};
use crate::output::jq::Filter;

/// Writes what a filter makes of each record, or of one array of all, which is held in memory.
pub struct JqWriter<'o> {
    out: &'o mut (dyn Write + 'o),
    filter: &'o Filter,
    terminal: bool,
    columns: Option<Vec<&'static str>>,
    /// The text of the array so far; none if each record is filtered by itself.
    array: Option<String>,
}

impl<'o> JqWriter<'o> {
    pub(in crate::output) fn new(
        out: &'o mut (dyn Write + 'o),
        filter: &'o Filter,
        by_line: bool,
        settings: Settings,
    ) -> Self {
        let array = (!by_line).then(String::new);
        Self { out, filter, terminal: settings.style.terminal, columns: settings.chosen(), array }
    }
}

impl<R: Record> Writer<R> for JqWriter<'_> {
    fn row(&mut self, record: &R) -> anyhow::Result<()> {
        let text = json_text(record, self.columns.as_deref())?;
        match &mut self.array {
            None => self.filter.write(text.as_bytes(), self.terminal, self.out),
            Some(array) => {
                array.push(if array.is_empty() { '[' } else { ',' });
                array.push_str(&text);
                Ok(())
            }
        }
    }

    fn end(&mut self) -> anyhow::Result<Vec<&'static str>> {
        if let Some(array) = &self.array {
            let text = if array.is_empty() { "[]".to_owned() } else { format!("{array}]") };
            self.filter.write(text.as_bytes(), self.terminal, self.out)?;
        }
        Ok(Vec::new())
    }

    fn only(&mut self, record: &R) -> anyhow::Result<()> {
        let text = json_text(record, self.columns.as_deref())?;
        self.filter.write(text.as_bytes(), self.terminal, self.out)
    }
}
