//! Messages beside the data, and the summary of a command that has no other data.

use std::fmt;
use std::io::{self, IsTerminal as _};

use anstyle::AnsiColor;
use unicode_width::UnicodeWidthStr as _;

use super::messages::{labelled, print_hint, stderr_line};
use super::width::terminal_width;
use super::{Output, Record, Settings, TableStyle, visible, write_all};
use crate::error::{ExitStatus, Failure};

impl Output {
    /// Prints a status message, unless `--quiet` is set.
    pub fn status(&self, message: impl fmt::Display) {
        if !self.settings.quiet {
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
        print_hint(&message.to_string());
    }

    /// Prints the summary of a command that has no other data: a table to standard error, any other format to
    /// standard output.
    ///
    /// # Errors
    /// When standard output cannot be written to.
    pub fn summary<R: Record>(&mut self, records: &[R], columns: &[&'static str]) -> anyhow::Result<()> {
        if !self.settings.format.is_for_people() {
            return self.list::<R, _>(records.iter().map(Ok));
        }
        if !self.settings.quiet {
            // As for no terminal: of a summary no column is hidden, however narrow the terminal is.
            let mut text = Vec::new();
            let style = TableStyle { empty_columns: true, ..TableStyle::plain(self.settings.tz) };
            let settings = Settings { columns: Some(columns.to_vec()), ..Settings::new(style) };
            write_all::<R, _>(self.settings.format.writer(&mut text, settings), records.iter().map(Ok))?;
            let mut text = String::from_utf8_lossy(&text).into_owned();
            if io::stderr().is_terminal() && text.lines().any(|line| line.width() > usize::from(terminal_width())) {
                text = lines_of(records, columns);
            }
            stderr_line(text.trim_end());
        }
        Ok(())
    }

    /// The columns that `--json` names.
    pub(super) fn fields<R: Record>(&self) -> Result<Option<Vec<&'static str>>, Failure> {
        if !self.has_fields() {
            return Ok(None);
        }
        let field = |name: &String| {
            R::COLUMNS.iter().copied().find(|column| column == name).ok_or_else(|| {
                let known = R::COLUMNS.join(", ");
                if name == "?" {
                    return Failure::usage(format!("--json requires fields: some of {known}"));
                }
                Failure::unknown("field", name, R::COLUMNS.iter().copied())
                    .with_status(ExitStatus::Usage)
                    .with_message(format!("--json {name}: unknown field; expected some of {known}"))
            })
        };
        self.settings.fields.iter().map(field).collect::<Result<_, _>>().map(Some)
    }
}

/// The columns of records, a line each.
fn lines_of<R: Record>(records: &[R], columns: &[&'static str]) -> String {
    let mut text = String::new();
    for cells in records.iter().map(Record::cells) {
        let places = columns.iter().filter_map(|name| R::COLUMNS.iter().position(|column| column == name));
        for place in places.filter(|place| !cells[*place].is_empty()) {
            text.extend([R::COLUMNS[place], ": ", &*visible(&cells[place]), "\n"]);
        }
    }
    text
}
