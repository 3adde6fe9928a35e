//! Markdown tables, for an issue or a chat.

use std::io::Write;

use super::table::shown_cell;
use super::{Record, Settings, Writer};
use crate::output::record::places;

/// Writes a table with the columns and the cells of a table on a terminal.
pub struct MarkdownWriter<'o> {
    out: &'o mut (dyn Write + 'o),
    settings: Settings,
}

impl<'o> MarkdownWriter<'o> {
    pub(in crate::output) fn new(out: &'o mut (dyn Write + 'o), settings: Settings) -> Self {
        Self { out, settings }
    }

    fn columns<R: Record>(&self) -> Vec<&'static str> {
        self.settings.columns.clone().unwrap_or_else(|| R::TABLE.to_vec())
    }
}

impl<R: Record> Writer<R> for MarkdownWriter<'_> {
    fn begin(&mut self) -> anyhow::Result<()> {
        let columns = self.columns::<R>();
        writeln!(self.out, "| {} |", columns.join(" | "))?;
        let rules: Vec<&str> =
            columns.iter().map(|name| if R::NUMBERS.contains(name) { "---:" } else { "---" }).collect();
        Ok(writeln!(self.out, "| {} |", rules.join(" | "))?)
    }

    fn row(&mut self, record: &R) -> anyhow::Result<()> {
        let columns = self.columns::<R>();
        let cells = record.cells();
        let shown: Vec<String> = places::<R>(&columns)
            .into_iter()
            .map(|place| escaped(&shown_cell(R::COLUMNS[place], &cells[place], &self.settings.style)))
            .collect();
        Ok(writeln!(self.out, "| {} |", shown.join(" | "))?)
    }
}

/// A text that Markdown shows as it is: neither markup nor HTML.
fn escaped(cell: &str) -> String {
    let mut escaped = String::with_capacity(cell.len());
    for c in cell.chars() {
        if "\\`*_[]<>|&~#!".contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_escaped() {
        assert_eq!(escaped("a|b"), "a\\|b");
        assert_eq!(escaped("<img src=x>"), "\\<img src=x\\>");
        assert_eq!(escaped("[a](b) usr_1"), "\\[a\\](b) usr\\_1");
    }
}
