//! Output: data to standard output in the requested format, everything else to standard error.

mod escape;
mod file;
mod format;
mod messages;
mod numbers;
mod record;
mod records;
mod span;
mod width;
mod writers;

use std::borrow::Borrow;
use std::fmt;
use std::io::{self, BufRead as _, BufWriter, IsTerminal as _, Stdout, Write};

use anstream::{AutoStream, ColorChoice};
use anstyle::AnsiColor;
use anyhow::Context as _;
use chrono_tz::Tz;

pub use escape::visible;
pub use file::{OutputFile, check_output};
pub use format::Format;
pub use messages::{print_trace, print_usage_error, report_error};
pub use numbers::{plural, plural_is, thousands};
pub use record::{Record, cell};
pub use records::{FieldChange, HistoryRow};
pub use span::span;
pub use width::fit;
pub(crate) use writers::{CsvWriter, JsonLineWriter, JsonWriter, Settings, TableStyle, Writer, json_line, json_value};

use crate::error::Failure;
use messages::{labelled, stderr_line};
use width::{DEFAULT_WIDTH, terminal_width};

/// Both output streams, and the settings for them.
#[expect(clippy::struct_excessive_bools, reason = "independent settings")]
pub struct Output {
    format: Format,
    quiet: bool,
    terminal: bool,
    interactive: bool,
    styled: bool,
    charts: bool,
    tz: Tz,
    columns: Option<Vec<&'static str>>,
    are_columns_chosen: bool,
    stdout: BufWriter<Stdout>,
}

impl Output {
    /// Creates an output in the format; with `quiet` only data and errors are printed. Tables show times in the zone.
    #[must_use]
    pub fn new(format: Format, color: ColorChoice, quiet: bool, tz: Tz) -> Self {
        color.write_global();
        let stdout = io::stdout();
        let terminal = stdout.is_terminal();
        Self {
            format,
            quiet,
            terminal,
            interactive: io::stdin().is_terminal() && io::stderr().is_terminal(),
            charts: terminal,
            tz,
            columns: None,
            are_columns_chosen: false,
            styled: AutoStream::choice(&stdout) != ColorChoice::Never,
            stdout: BufWriter::with_capacity(64 * 1024, stdout),
        }
    }

    /// The default limit of rows in a list: 50 in a table, none in the formats for programs.
    #[must_use]
    pub const fn default_limit(&self) -> Option<usize> {
        if self.format.is_for_people() { Some(50) } else { None }
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
        let settings = self.settings(false);
        let written = self.format.writer(&mut self.stdout, Settings { columns: None, ..settings }).only(record);
        self.end(written)
    }

    /// Whether changed records are printed: with `--quiet`, only in a format that was asked for.
    const fn shows_changes(&self) -> bool {
        !self.quiet || !self.format.is_for_people()
    }

    /// Prints changed records, as [`Self::list`].
    ///
    /// # Errors
    /// When standard output cannot be written to; what was committed is saved nevertheless.
    pub fn all_changed<R: Record>(&mut self, records: &[R]) -> anyhow::Result<()> {
        if !self.shows_changes() {
            return Ok(());
        }
        self.list::<R, _>(records.iter().map(Ok)).context("cannot print the changes")
    }

    /// Prints a changed record, and a message about the change.
    ///
    /// # Errors
    /// When standard output cannot be written to; what was committed is saved nevertheless.
    pub fn changed<R: Record>(&mut self, record: &R, message: impl fmt::Display) -> anyhow::Result<()> {
        if self.shows_changes() {
            self.one(record).context("cannot print the change")?;
        }
        self.status(message);
        Ok(())
    }

    /// Prints a text that rollbook has generated, unescaped.
    ///
    /// # Errors
    /// When standard output cannot be written to.
    pub fn document(&mut self, text: &str) -> anyhow::Result<()> {
        let written = writeln!(self.stdout, "{text}").map_err(anyhow::Error::from);
        self.end(written)
    }

    /// Writes data in a custom format. A closed pipe (`| head`) is not an error; returns whether the pipe is still
    /// open.
    ///
    /// # Errors
    /// What `write` returns, or when standard output cannot be written to.
    pub fn write(&mut self, write: impl FnOnce(&mut (dyn Write + Send)) -> anyhow::Result<()>) -> anyhow::Result<bool> {
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
        self.format
    }

    /// Whether only data and errors are printed.
    #[must_use]
    pub const fn is_quiet(&self) -> bool {
        self.quiet
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
        let settings = self.settings(self.charts);
        let mut hidden = Vec::new();
        let written = write_all(self.format.writer(&mut self.stdout, settings), records).map(|names| hidden = names);
        self.end(written)?;
        if !hidden.is_empty() {
            self.status(format_args!("hidden columns (terminal too narrow): {}", hidden.join(", ")));
        }
        Ok(())
    }

    fn settings(&self, charts: bool) -> Settings {
        let style =
            TableStyle { styled: self.styled, terminal: self.terminal, charts, empty_columns: false, tz: self.tz };
        Settings { columns: self.columns.clone(), is_chosen: self.are_columns_chosen, style, escape_formulas: false }
    }

    /// Flushes standard output; a closed pipe is not an error.
    fn end(&mut self, written: anyhow::Result<()>) -> anyhow::Result<()> {
        let flushed = written.and_then(|()| self.stdout.flush().context("cannot write to standard output"));
        match flushed {
            Err(error) if is_broken_pipe(&error) => {
                self.quiet = true; // The reader has closed the pipe: print no messages either.
                Ok(())
            }
            result => result,
        }
    }

    /// Prints a status message, unless `--quiet` is set.
    pub fn status(&self, message: impl fmt::Display) {
        if !self.quiet {
            stderr_line(&visible(&message.to_string()));
        }
    }

    /// Prints an error about one of several items; the command continues with the next one.
    pub fn problem(&self, message: impl fmt::Display) {
        labelled("error", AnsiColor::Red, &visible(&message.to_string()));
    }

    /// Prints a note: what is true beside the result.
    pub fn note(&self, message: impl fmt::Display) {
        labelled("note", AnsiColor::Cyan, &visible(&message.to_string()));
    }

    /// Prints a hint for the errors printed before it.
    pub fn hint(&self, message: impl fmt::Display) {
        labelled("hint", AnsiColor::Cyan, &visible(&message.to_string()));
    }

    /// Prints the summary of a command that has no other data: a table to standard error, any other format to
    /// standard output.
    ///
    /// # Errors
    /// When standard output cannot be written to.
    pub fn summary<R: Record>(&mut self, records: &[R], columns: &[&'static str]) -> anyhow::Result<()> {
        if !self.format.is_for_people() {
            return self.list::<R, _>(records.iter().map(Ok));
        }
        if !self.quiet {
            // As for no terminal: of a summary no column is hidden, however narrow the terminal is.
            let mut text = Vec::new();
            let style = TableStyle { styled: false, terminal: false, charts: false, empty_columns: true, tz: self.tz };
            let settings =
                Settings { columns: Some(columns.to_vec()), is_chosen: false, style, escape_formulas: false };
            write_all::<R, _>(self.format.writer(&mut text, settings), records.iter().map(Ok))?;
            stderr_line(String::from_utf8_lossy(&text).trim_end());
        }
        Ok(())
    }

    /// Whether a person can be asked: standard input and standard error are a terminal.
    #[must_use]
    pub const fn is_interactive(&self) -> bool {
        self.interactive
    }

    /// Shows changes, and asks for confirmation. Returns whether somebody was asked, and has confirmed them.
    ///
    /// # Errors
    /// When the answer is no; or when consent is required and nobody can be asked (exit code 2).
    pub fn confirm<R: Record>(&self, action: &str, changes: &[R], consent: Consent) -> anyhow::Result<bool> {
        match consent {
            Consent::NotNeeded => return Ok(false),
            Consent::OnTerminal if !self.interactive => return Ok(false),
            Consent::OnTerminal | Consent::Required => {}
        }
        if !self.interactive {
            let message = format!("refusing to {action} without confirmation on a non-interactive terminal");
            let hint = "add --yes to confirm, or --dry-run to show what would change";
            return Err(Failure::usage(message).hint(hint).into());
        }
        let shown = &changes[..changes.len().min(MAX_CONFIRMED_ROWS)];
        let mut text = Vec::new();
        let style = TableStyle { styled: false, terminal: true, charts: false, empty_columns: false, tz: self.tz };
        let settings = Settings { columns: None, is_chosen: false, style, escape_formulas: false };
        write_all::<R, _>(Format::Table.writer(&mut text, settings), shown.iter().map(Ok))?;
        stderr_line(String::from_utf8_lossy(&text).trim_end());
        if shown.len() < changes.len() {
            stderr_line(&format!("… and {} more", thousands((changes.len() - shown.len()) as u64)));
        }
        let mut question = action.to_owned();
        question[..1].make_ascii_uppercase();
        if self.ask(&format!("{question}? [y/N] "))?.is_some_and(|answer| matches!(&*answer, "y" | "yes")) {
            Ok(true)
        } else {
            Err(Failure::failed("not confirmed").into())
        }
    }

    /// Asks a person a question, and returns the answer in lower case; `None` where nobody can be asked.
    ///
    /// # Errors
    /// When the terminal cannot be read from or written to.
    pub fn ask(&self, question: &str) -> anyhow::Result<Option<String>> {
        if !self.interactive {
            return Ok(None);
        }
        let mut stderr = anstream::stderr();
        write!(stderr, "{}", visible(question))?;
        stderr.flush()?;
        let mut answer = String::new();
        io::stdin().lock().read_line(&mut answer)?;
        Ok(Some(answer.trim().to_ascii_lowercase()))
    }
}

/// How many changes are shown before a person is asked to confirm them.
const MAX_CONFIRMED_ROWS: usize = 20;

/// Whether a change needs somebody's consent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consent {
    /// It does not.
    NotNeeded,
    /// If somebody can be asked.
    OnTerminal,
    /// In any case.
    Required,
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

/// Whether the reader of our output closed it.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .any(|cause| cause.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe))
}
