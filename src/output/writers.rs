//! Writers of records, one file a format.

mod bar;
mod columns;
mod csv;
mod ids;
mod jq;
mod json;
mod markdown;
mod table;
mod tsv;
mod yaml;

pub use csv::CsvWriter;
pub use ids::IdWriter;
pub use jq::JqWriter;
pub use json::{JsonLineWriter, JsonWriter, json_line, json_value};
pub use markdown::MarkdownWriter;
pub use table::{TableStyle, TableWriter};
pub use tsv::TsvWriter;
pub use yaml::YamlWriter;

use super::record::Record;

/// Writes records of one kind, one after the other.
pub trait Writer<R: Record> {
    /// Writes what comes before the first record.
    ///
    /// # Errors
    /// When the output cannot be written to.
    fn begin(&mut self) -> anyhow::Result<()> {
        Ok(())
    }

    /// Writes a record.
    ///
    /// # Errors
    /// When the record has no such form, or the output cannot be written to.
    fn row(&mut self, record: &R) -> anyhow::Result<()>;

    /// Writes what comes after the last record; returns the columns for which there was no room.
    ///
    /// # Errors
    /// When the output cannot be written to.
    fn end(&mut self) -> anyhow::Result<Vec<&'static str>> {
        Ok(Vec::new())
    }

    /// Writes a record that is the whole output.
    ///
    /// # Errors
    /// As for each of the steps.
    fn only(&mut self, record: &R) -> anyhow::Result<()> {
        self.begin()?;
        self.row(record)?;
        self.end().map(drop)
    }
}

impl Settings {
    /// All columns, in this style, with a header.
    pub const fn new(style: TableStyle) -> Self {
        Self { columns: None, is_chosen: false, header: true, style, escape_formulas: false }
    }

    /// The columns, if the user has chosen them.
    pub(super) fn chosen(self) -> Option<Vec<&'static str>> {
        self.columns.filter(|_| self.is_chosen)
    }
}

/// What a writer needs to know about its output.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The columns to show, where not all of them.
    pub columns: Option<Vec<&'static str>>,
    /// Whether the user has chosen the columns.
    pub is_chosen: bool,
    /// Whether the first line has the names of the columns.
    pub header: bool,
    /// How tables look.
    pub style: TableStyle,
    /// Whether cells that a spreadsheet would run as formulas get an apostrophe.
    pub escape_formulas: bool,
}
