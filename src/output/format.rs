//! The formats in which data is written to standard output.

use std::io::Write;

use clap::ValueEnum;

use super::record::Record;
use super::writers::{
    CsvWriter, IdWriter, JsonLineWriter, JsonWriter, MarkdownWriter, Settings, TableWriter, TsvWriter, Writer,
    YamlWriter,
};

/// The output format of data. A new format is a line here and a writer of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Aligned columns
    Table,
    /// Aligned columns, all of them, however wide
    Wide,
    /// One JSON document
    Json,
    /// One JSON object per line
    Jsonl,
    /// Comma-separated values with a header line
    Csv,
    /// Tab-separated values; tabs and line ends in a cell as \t and \n
    Tsv,
    /// One YAML document
    Yaml,
    /// A Markdown table
    Markdown,
    /// Parquet files, of the whole log: actions export
    Parquet,
    /// Ids only, one per line
    Ids,
}

impl Format {
    /// The writer of this format.
    pub(super) fn writer<'o, R: Record>(
        self,
        out: &'o mut (dyn Write + 'o),
        settings: Settings,
    ) -> Box<dyn Writer<R> + 'o> {
        match self {
            Self::Table => Box::new(TableWriter::new::<R>(out, settings)),
            Self::Wide => Box::new(TableWriter::whole::<R>(out, settings)),
            Self::Json => Box::new(JsonWriter::new(out, settings.chosen())),
            Self::Jsonl => Box::new(JsonLineWriter::new(out, settings.chosen())),
            Self::Csv => Box::new(CsvWriter::new(out, settings)),
            Self::Tsv => Box::new(TsvWriter::new(out, settings)),
            Self::Yaml => Box::new(YamlWriter::new(out, settings)),
            Self::Markdown => Box::new(MarkdownWriter::new(out, settings)),
            // `Context::run` lets no command print records in it.
            Self::Parquet | Self::Ids => Box::new(IdWriter::new(out, &settings)),
        }
    }

    /// Whether it has the columns of a table on a terminal, not all of a record.
    #[must_use]
    pub const fn is_table(self) -> bool {
        matches!(self, Self::Table | Self::Wide | Self::Markdown)
    }

    /// Whether people read it: with charts, a screenful of rows, and words beside the data.
    #[must_use]
    pub const fn is_for_people(self) -> bool {
        matches!(self, Self::Table | Self::Wide)
    }

    /// Whether each record is a line of JSON; the default format stands for it where there is no table.
    #[must_use]
    pub const fn is_line_by_line(self) -> bool {
        matches!(self, Self::Table | Self::Jsonl)
    }

    /// Whether records are rows of cells; the default format stands for it where there is no table.
    #[must_use]
    pub const fn has_rows(self) -> bool {
        matches!(self, Self::Table | Self::Csv)
    }

    /// Whether several kinds of records make one document; the default format stands for it where there is no table.
    #[must_use]
    pub const fn is_document(self) -> bool {
        matches!(self, Self::Table | Self::Json)
    }

    /// Whether it is CSV.
    #[must_use]
    pub const fn is_csv(self) -> bool {
        matches!(self, Self::Csv)
    }

    /// Whether its first line has the names of the columns, and can be left out.
    #[must_use]
    pub const fn has_header(self) -> bool {
        matches!(self, Self::Table | Self::Wide | Self::Csv | Self::Tsv)
    }

    /// Whether it is JSON lines.
    #[must_use]
    pub const fn is_json_lines(self) -> bool {
        matches!(self, Self::Jsonl)
    }
}
