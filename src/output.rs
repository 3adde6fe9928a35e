//! Output: data to standard output in the requested format, everything else to standard error.

mod arrangement;
mod chart_arg;
mod escape;
mod file;
mod format;
mod jq;
mod messages;
mod numbers;
mod page;
mod pager;
mod questions;
mod record;
mod records;
mod relative;
mod settings;
mod span;
mod status;
mod width;
mod writers;

use std::borrow::Borrow;
use std::fmt;
use std::io::{self, BufWriter, IsTerminal as _, Write};
use std::num::NonZeroUsize;

use anstream::{AutoStream, ColorChoice};
use anyhow::Context as _;
use chrono::Utc;

pub use arrangement::{ArrangeArgs, ColumnsArg, SortArg};
pub use chart_arg::ChartArg;
pub use escape::visible;
pub use file::{FilesInUse, OutputFile, directory_of};
pub use format::Format;
pub use messages::{
    name_database_in_hints, print_help, print_plain, print_status, print_trace, print_usage_error, report_error,
};
pub use numbers::{plural, plural_is, thousands};
pub use pager::pager_of_environment;
pub use questions::Consent;
pub use record::{Record, cell};
pub use records::{FieldChange, HistoryRow, field_changes};
pub use settings::{OutputSettings, TimeStyle};
pub use span::span;
pub use width::{fit, wrapped};
pub(crate) use writers::{
    CsvWriter, JqWriter, JsonLineWriter, JsonWriter, Settings, TableStyle, Writer, json_line, json_value,
};

use crate::error::Failure;
use jq::Filter;
use page::is_broken_pipe;
use pager::Target;
use width::{DEFAULT_WIDTH, terminal_width};

/// Both output streams, and the settings for them.
#[expect(clippy::struct_excessive_bools, reason = "independent settings")]
pub struct Output {
    settings: OutputSettings,
    filter: Option<Filter>,
    terminal: bool,
    interactive: bool,
    styled: bool,
    charts: bool,
    columns: Option<Vec<&'static str>>,
    are_columns_chosen: bool,
    stdout: BufWriter<Target>,
}

/// What a failure to print what was changed says first.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("cannot print the change")]
pub struct UnprintedChange;

impl Output {
    /// Creates an output.
    ///
    /// # Errors
    /// When the filter is none, or settings exclude each other (exit code 2).
    pub fn new(settings: OutputSettings) -> Result<Self, Failure> {
        settings.color.write_global();
        let stdout = io::stdout();
        let terminal = stdout.is_terminal();
        if settings.no_header && !settings.format.has_header() {
            return Err(Failure::usage("--no-header is for --format table, csv and tsv"));
        }
        Ok(Self {
            filter: settings.filter.as_deref().map(Filter::new).transpose()?,
            terminal,
            interactive: !settings.no_input && io::stdin().is_terminal() && io::stderr().is_terminal(),
            charts: terminal,
            columns: None,
            are_columns_chosen: false,
            styled: AutoStream::choice(&stdout) != ColorChoice::Never,
            stdout: BufWriter::with_capacity(64 * 1024, Target::stdout()),
            settings,
        })
    }

    /// The default limit of rows in a list: 50 in a table, or what is configured, and none in the formats for programs.
    #[must_use]
    pub fn default_limit(&self) -> Option<usize> {
        self.settings.format.is_for_people().then(|| self.settings.limit.map_or(50, NonZeroUsize::get))
    }

    /// Whether a filter is applied to the records.
    #[must_use]
    pub const fn has_filter(&self) -> bool {
        self.filter.is_some()
    }

    /// Whether fields of the records are chosen by `--json`.
    #[must_use]
    pub const fn has_fields(&self) -> bool {
        !self.settings.fields.is_empty()
    }

    /// Whether `--json` or `--jq` names a field.
    #[must_use]
    pub fn asks_for(&self, name: &str) -> bool {
        let is_in_filter = self.settings.filter.as_ref().is_some_and(|filter| filter.contains(name));
        is_in_filter || self.settings.fields.iter().any(|field| field == name)
    }

    /// Sets the columns of [`Record::COLUMNS`] that lists show in every format, as the user has chosen them.
    pub fn choose_columns(&mut self, columns: Vec<&'static str>) {
        self.columns = Some(columns);
        self.are_columns_chosen = true;
    }

    /// Sets the columns of [`Record::COLUMNS`] that lists show as a table or CSV unless the user chooses others; JSON has
    /// every field.
    pub fn show_columns(&mut self, columns: Vec<&'static str>) {
        self.columns = Some(columns);
    }

    /// Sets whether tables draw bars; by default they do on a terminal.
    pub fn draw_charts(&mut self, charts: bool) {
        self.charts = charts;
    }

    /// Whether tables draw bars.
    #[must_use]
    pub const fn draws_charts(&self) -> bool {
        self.charts
    }

    /// Prints one record; a table has one line per column. A closed pipe (`| head`) is not an error.
    ///
    /// # Errors
    /// When standard output cannot be written to.
    pub fn one<R: Record>(&mut self, record: &R) -> anyhow::Result<()> {
        let settings = Settings { columns: self.fields::<R>()?, ..self.writer_settings(false) };
        self.start_page();
        let written = self.writer(settings).only(record);
        self.end(written)
    }

    /// Whether changed records are printed: with `--quiet`, only in a format that was asked for.
    const fn shows_changes(&self) -> bool {
        !self.settings.quiet || !self.settings.format.is_for_people()
    }

    /// Prints changed records, as [`Self::list`].
    ///
    /// # Errors
    /// When standard output cannot be written to; what was committed is saved nevertheless.
    pub fn all_changed<R: Record>(&mut self, records: &[R]) -> anyhow::Result<()> {
        if !self.shows_changes() {
            return Ok(());
        }
        self.list::<R, _>(records.iter().map(Ok)).context(UnprintedChange)
    }

    /// Prints a changed record, and a message about the change.
    ///
    /// # Errors
    /// When standard output cannot be written to; what was committed is saved nevertheless.
    pub fn changed<R: Record>(&mut self, record: &R, message: impl fmt::Display) -> anyhow::Result<()> {
        if self.shows_changes() {
            self.one(record).context(UnprintedChange)?;
        }
        self.status(message);
        Ok(())
    }

    /// Prints a text that rollbook has generated, unescaped.
    ///
    /// # Errors
    /// When standard output cannot be written to.
    pub fn document(&mut self, text: &str) -> anyhow::Result<()> {
        self.check_unfiltered()?;
        self.start_page();
        let written = writeln!(self.stdout, "{text}").map_err(anyhow::Error::from);
        self.end(written)
    }

    /// Writes data in a custom format. A closed pipe (`| head`) is not an error; returns whether the pipe is still
    /// open.
    ///
    /// # Errors
    /// What `write` returns, or when standard output cannot be written to.
    pub fn write(&mut self, write: impl FnOnce(&mut (dyn Write + Send)) -> anyhow::Result<()>) -> anyhow::Result<bool> {
        self.check_unfiltered()?;
        let written = write(&mut self.stdout).and_then(|()| Ok(self.stdout.flush()?));
        let gone = written.as_ref().is_err_and(is_broken_pipe);
        self.end(written)?;
        Ok(!gone)
    }

    /// The width of the terminal in columns; 80 without a terminal.
    #[must_use]
    pub fn width(&self) -> usize {
        if self.terminal { terminal_width().into() } else { DEFAULT_WIDTH.into() }
    }

    /// The width that a table may have: without a terminal, any.
    #[must_use]
    pub fn table_width(&self) -> usize {
        if self.terminal { terminal_width().into() } else { usize::MAX }
    }

    /// Whether data is written with colors.
    #[must_use]
    pub const fn is_styled(&self) -> bool {
        self.styled
    }

    /// The output format.
    #[must_use]
    pub const fn format(&self) -> Format {
        self.settings.format
    }

    /// Takes the default format, if the one of the environment or of the configuration does not fit the command.
    pub fn fit_format(&mut self, fits: impl Fn(Format) -> bool) {
        if !self.settings.is_format_given && !fits(self.settings.format) {
            self.settings.format = Format::Table;
        }
    }

    /// Whether only data and errors are printed.
    #[must_use]
    pub const fn is_quiet(&self) -> bool {
        self.settings.quiet
    }

    /// Prints records one by one; only a table is held in memory. A closed pipe (`| head`) is not an error, and ends
    /// the list.
    ///
    /// # Errors
    /// The first error among the records, or when standard output cannot be written to.
    pub fn list<R: Record, B: Borrow<R>>(
        &mut self,
        records: impl IntoIterator<Item = anyhow::Result<B>>,
    ) -> anyhow::Result<()> {
        let mut settings = self.writer_settings(self.charts);
        if let Some(fields) = self.fields::<R>()? {
            settings = Settings { columns: Some(fields), ..settings };
        }
        let mut hidden = Vec::new();
        self.start_page();
        let written = write_all(self.writer(settings), records).map(|names| hidden = names);
        self.end(written)?;
        if !hidden.is_empty() {
            self.status(format_args!("hidden columns (terminal too narrow): {}", hidden.join(", ")));
        }
        Ok(())
    }

    fn writer_settings(&self, charts: bool) -> Settings {
        let relative = self.settings.times.map_or(self.terminal, |times| times == TimeStyle::Relative);
        let style = TableStyle {
            styled: self.styled,
            terminal: self.terminal,
            charts,
            relative_to: relative.then(Utc::now),
            ..TableStyle::plain(self.settings.tz)
        };
        Settings {
            columns: self.columns.clone(),
            is_chosen: self.are_columns_chosen || self.has_fields(),
            header: !self.settings.no_header,
            ..Settings::new(style)
        }
    }

    /// The writer of the format, or of what the filter makes of the records.
    fn writer<R: Record>(&mut self, settings: Settings) -> Box<dyn Writer<R> + '_> {
        match &self.filter {
            Some(filter) => {
                let by_line = self.settings.format.is_json_lines();
                Box::new(JqWriter::new(&mut self.stdout, filter, by_line, settings))
            }
            None => self.settings.format.writer(&mut self.stdout, settings),
        }
    }

    /// Checks that nothing is to be chosen from what are no records.
    fn check_unfiltered(&self) -> Result<(), Failure> {
        if self.filter.is_some() || self.has_fields() {
            return Err(Failure::usage("--json and --jq are for commands that print records"));
        }
        Ok(())
    }
}

/// Writes all records; returns the columns for which there was no room.
fn write_all<R: Record, B: Borrow<R>>(
    mut writer: Box<dyn Writer<R> + '_>,
    records: impl IntoIterator<Item = anyhow::Result<B>>,
) -> anyhow::Result<Vec<&'static str>> {
    writer.begin()?;
    for record in records {
        writer.row(record?.borrow())?;
    }
    writer.end()
}
