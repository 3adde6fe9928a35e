//! The one way out: data to standard output in the format asked for, everything else to standard error.

mod chart;
pub(crate) mod csv;
mod escape;
pub(crate) mod json;
mod span;
mod table;
mod width;

use std::fmt;
use std::io::{self, BufRead as _, BufWriter, IsTerminal as _, Stdout, Write};

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use anyhow::Context as _;
use clap::ValueEnum;
use serde::Serialize;

pub use escape::visible;
pub use span::span;
pub use width::fit;

use crate::error::{ExitStatus, Failure};

/// How data is written to standard output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Columns for people
    Table,
    /// One JSON document
    Json,
    /// One JSON object a line
    Jsonl,
    /// Comma-separated values with a header line
    Csv,
    /// Identifiers alone, one a line
    Ids,
}

/// Something that can be printed in every format. Its JSON form is its [`Serialize`].
pub trait Record: Serialize {
    /// The columns, as CSV has them and as a single record is shown.
    const COLUMNS: &'static [&'static str];
    /// Those of them that fit a list at a terminal.
    const TABLE: &'static [&'static str];
    /// Those that hold numbers, which a table aligns by their last digit.
    const NUMBERS: &'static [&'static str] = &[];
    /// Those that a table folds over several lines rather than leave them out.
    const PROSE: &'static [&'static str] = &[];

    /// The cells, in the order of [`Self::COLUMNS`]; nothing is the empty cell.
    fn cells(&self) -> Vec<String>;

    /// How long the record's bar is beside those of the others in the table, if it has one.
    fn bar(&self) -> Option<f64> {
        None
    }

    /// What names the record on a command line.
    fn id(&self) -> &str;
}

/// Both output streams, and how to use them.
#[expect(clippy::struct_excessive_bools, reason = "each is a question of its own")]
pub struct Output {
    format: Format,
    quiet: bool,
    terminal: bool,
    styled: bool,
    charts: bool,
    columns: Option<Vec<&'static str>>,
    stdout: BufWriter<Stdout>,
}

impl Output {
    /// Output in the format; `quiet` keeps everything but data and errors to itself.
    #[must_use]
    pub fn new(format: Format, color: ColorChoice, quiet: bool) -> Self {
        color.write_global();
        let stdout = io::stdout();
        let terminal = stdout.is_terminal();
        Self {
            format,
            quiet,
            terminal,
            charts: terminal,
            columns: None,
            styled: AutoStream::choice(&stdout) != ColorChoice::Never,
            stdout: BufWriter::with_capacity(64 * 1024, stdout),
        }
    }

    /// How many rows a list has when nothing is said: a screenful for people, all of them for programs.
    #[must_use]
    pub const fn default_limit(&self) -> Option<usize> {
        match self.format {
            Format::Table => Some(50),
            _ => None,
        }
    }

    /// Has lists show these columns of [`Record::COLUMNS`], in a table and as CSV; JSON has every field there is.
    pub fn show_columns(&mut self, columns: Vec<&'static str>) {
        self.columns = Some(columns);
    }

    /// Has tables draw bars, or not: otherwise they do on a terminal.
    pub fn draw_charts(&mut self, charts: bool) {
        self.charts = charts;
    }

    /// Whether tables draw bars.
    #[must_use]
    pub const fn draws_charts(&self) -> bool {
        self.charts
    }

    /// Prints one record: in a table, a line a column. A reader that goes away (`| head`) is no error.
    ///
    /// # Errors
    /// When standard output cannot be written to.
    pub fn one<R: Record>(&mut self, record: &R) -> anyhow::Result<()> {
        let written = match self.format {
            Format::Table => {
                let look =
                    table::Look { styled: self.styled, terminal: self.terminal, charts: false, empty_columns: false };
                table::one(&mut self.stdout, record, look)
            }
            Format::Json => json::one(&mut self.stdout, record),
            Format::Jsonl | Format::Csv | Format::Ids => return self.list::<R, _>([Ok(record)]),
        };
        self.end(written)
    }

    /// Prints a record that a change has just made, and says what the change was.
    ///
    /// # Errors
    /// When standard output cannot be written to; the change is made all the same.
    pub fn changed<R: Record>(&mut self, record: &R, message: impl fmt::Display) -> anyhow::Result<()> {
        self.one(record).context("the change is made, but it cannot be printed")?;
        self.status(message);
        Ok(())
    }

    /// Prints a text of our making, as it is.
    ///
    /// # Errors
    /// When standard output cannot be written to.
    pub fn document(&mut self, text: &str) -> anyhow::Result<()> {
        let written = writeln!(self.stdout, "{text}").map_err(anyhow::Error::from);
        self.end(written)
    }

    /// Writes data of a shape of its own. A reader that goes away (`| head`) is no error; says whether it is still there.
    ///
    /// # Errors
    /// What `write` returns, or when standard output cannot be written to.
    pub fn write(&mut self, write: impl FnOnce(&mut (dyn Write + Send)) -> anyhow::Result<()>) -> anyhow::Result<bool> {
        let written = write(&mut self.stdout).and_then(|()| Ok(self.stdout.flush()?));
        let gone = written.as_ref().is_err_and(is_broken_pipe);
        self.end(written)?;
        Ok(!gone)
    }

    /// How many columns the terminal has; 80 when there is none.
    #[must_use]
    pub fn width(&self) -> usize {
        const NONE: usize = 80;
        if self.terminal { comfy_table::Table::new().width().map_or(NONE, usize::from) } else { NONE }
    }

    /// Whether data is written with colours.
    #[must_use]
    pub const fn is_styled(&self) -> bool {
        self.styled
    }

    /// The format asked for.
    #[must_use]
    pub const fn format(&self) -> Format {
        self.format
    }

    /// Whether only data and errors are printed.
    #[must_use]
    pub const fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Prints records as they come; only a table is held in memory. A reader that goes away (`| head`) is no error, and
    /// ends it.
    ///
    /// # Errors
    /// The first error among the records, or when standard output cannot be written to.
    pub fn list<R: Record, B: std::borrow::Borrow<R>>(
        &mut self,
        records: impl IntoIterator<Item = anyhow::Result<B>>,
    ) -> anyhow::Result<()> {
        let records = records.into_iter();
        let mut left_out = Vec::new();
        let columns = |all: &'static [&'static str]| self.columns.clone().unwrap_or_else(|| all.to_vec());
        let written = match self.format {
            Format::Table => {
                let look = table::Look {
                    styled: self.styled,
                    terminal: self.terminal,
                    charts: self.charts,
                    empty_columns: self.columns.is_some(),
                };
                table::list(&mut self.stdout, records, &columns(R::TABLE), look).map(|columns| left_out.extend(columns))
            }
            Format::Json => json::list(&mut self.stdout, records),
            Format::Jsonl => json::lines(&mut self.stdout, records),
            Format::Csv => csv::list(&mut self.stdout, records, &columns(R::COLUMNS), self.terminal),
            Format::Ids => ids(&mut self.stdout, records, self.terminal),
        };
        self.end(written)?;
        if !left_out.is_empty() {
            self.status(format_args!("left out, for want of width: {}", left_out.join(", ")));
        }
        Ok(())
    }

    /// Writes out what is left, and lets a broken pipe pass.
    fn end(&mut self, written: anyhow::Result<()>) -> anyhow::Result<()> {
        let flushed = written.and_then(|()| self.stdout.flush().context("cannot write to standard output"));
        match flushed {
            Err(error) if is_broken_pipe(&error) => {
                self.quiet = true; // Who does not read on does not want to be told either.
                Ok(())
            }
            result => result,
        }
    }

    /// Tells people what happened.
    pub fn status(&self, message: impl fmt::Display) {
        if !self.quiet {
            stderr_line(&visible(&message.to_string()));
        }
    }

    /// Says what is wrong with one of many things, when the run goes on to the next.
    pub fn problem(&self, message: impl fmt::Display) {
        labelled("error", AnsiColor::Red, &visible(&message.to_string()));
    }

    /// Says what to do about the problems before it.
    pub fn hint(&self, message: impl fmt::Display) {
        labelled("hint", AnsiColor::Cyan, &visible(&message.to_string()));
    }

    /// Prints the outcome of a command that has no other data: for people to standard error, for programs as data.
    ///
    /// # Errors
    /// When standard output cannot be written to.
    pub fn summary<R: Record>(&mut self, records: &[R]) -> anyhow::Result<()> {
        if self.format != Format::Table {
            return self.list::<R, _>(records.iter().map(Ok));
        }
        if !self.quiet {
            // As for no terminal: of an outcome no column is left out, however narrow the terminal is.
            let mut text = Vec::new();
            let look = table::Look { styled: false, terminal: false, charts: false, empty_columns: true };
            table::list::<R, _>(&mut text, records.iter().map(Ok), R::TABLE, look)?;
            stderr_line(String::from_utf8_lossy(&text).trim_end());
        }
        Ok(())
    }

    /// Has a person agree before something is removed.
    ///
    /// # Errors
    /// When the answer is no, or when nobody can be asked and `yes` was not given (exit code 2).
    pub fn confirm(&self, question: &str, yes: bool) -> anyhow::Result<()> {
        if yes {
            return Ok(());
        }
        let stdin = io::stdin();
        if !stdin.is_terminal() {
            return Err(Failure::new(ExitStatus::Usage, format!("{question} Nobody is there to ask"))
                .hint("--yes answers")
                .into());
        }
        let mut stderr = anstream::stderr();
        write!(stderr, "{} [y/N] ", visible(question))?;
        stderr.flush()?;
        let mut answer = String::new();
        stdin.lock().read_line(&mut answer)?;
        if matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes") {
            Ok(())
        } else {
            Err(Failure::failed("not confirmed: nothing was changed").into())
        }
    }
}

/// Where the columns stand among those that a record has.
fn places<R: Record>(columns: &[&str]) -> Vec<usize> {
    columns.iter().filter_map(|name| R::COLUMNS.iter().position(|column| column == name)).collect()
}

/// The identifiers alone, one a line.
fn ids<R: Record, B: std::borrow::Borrow<R>>(
    out: &mut impl Write,
    records: impl Iterator<Item = anyhow::Result<B>>,
    terminal: bool,
) -> anyhow::Result<()> {
    for record in records {
        let record = record?;
        let id = record.borrow().id();
        writeln!(out, "{}", if terminal { visible(id) } else { id.into() })?;
    }
    Ok(())
}

/// Whether the reader of our output went away.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .any(|cause| cause.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe))
}

/// Prints an error, what caused it, and what to do about it.
pub fn report_error(error: &anyhow::Error) {
    labelled("error", AnsiColor::Red, &visible_lines(&error.to_string()));
    let mut shown = error.to_string();
    for cause in error.chain().skip(1).map(ToString::to_string) {
        // Some libraries repeat their cause in their own message.
        if !shown.contains(&cause) {
            labelled("caused by", AnsiColor::Red, &visible_lines(&cause));
            shown = cause;
        }
    }
    if let Some(hint) = crate::error::hint_of(error) {
        labelled("hint", AnsiColor::Cyan, &visible(hint));
    }
}

fn labelled(label: &str, color: AnsiColor, message: &str) {
    let style = Style::new().bold().fg_color(Some(color.into()));
    stderr_line(&format!("{style}{label}:{style:#} {message}"));
}

/// Makes an error of several lines, as a database server writes them, safe to print: what it quotes cannot begin a line
/// of its own.
fn visible_lines(message: &str) -> String {
    message.trim().lines().map(|line| visible(line.trim())).collect::<Vec<_>>().join("\n  ")
}

/// Writes a line to standard error, in one piece. There is nowhere left to say that this failed.
fn stderr_line(line: &str) {
    drop(anstream::stderr().lock().write_all(format!("{line}\n").as_bytes()));
}

/// Words a number of things: `1 row`, `2 rows`, `12,000 rows`.
#[must_use]
pub fn plural(n: u64, what: &str) -> String {
    format!("{} {what}{}", thousands(n), if n == 1 { "" } else { "s" })
}

/// Writes a number with commas between thousands.
#[must_use]
pub fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut grouped = String::with_capacity(digits.len() * 4 / 3 + 1);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        assert_eq!([0, 999, 1000, 1_234_567].map(thousands), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!(plural(1, "row"), "1 row");
        assert_eq!(plural(0, "row"), "0 rows");
    }

    #[test]
    fn a_quoted_line_cannot_pass_for_ours() {
        assert_eq!(visible_lines("bad name\nerror: \u{1b}[31mfake\n"), "bad name\n  error: \\u{1b}[31mfake");
    }
}
