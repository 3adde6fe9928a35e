//! Messages to standard error.

use std::io::Write as _;

use anstyle::{AnsiColor, Style};

use super::visible;
use crate::error::{ExitStatus, hint_of, status_of};

/// Prints an error, what caused it, what is certain beside it, and what to do about it; returns its exit status.
#[must_use]
pub fn report_error(error: &anyhow::Error, note: Option<&str>) -> ExitStatus {
    labelled("error", AnsiColor::Red, &visible_lines(&error.to_string()));
    let mut shown = error.to_string();
    for cause in error.chain().skip(1).map(ToString::to_string) {
        // Some libraries repeat their cause in their own message.
        if !shown.contains(&cause) {
            labelled("caused by", AnsiColor::Red, &visible_lines(&cause));
            shown = cause;
        }
    }
    if let Some(note) = note {
        labelled("note", AnsiColor::Cyan, note);
    }
    if let Some(hint) = hint_of(error) {
        labelled("hint", AnsiColor::Cyan, &visible(hint));
    }
    status_of(error)
}

/// Prints what is wrong with the command line, with the control characters of its arguments escaped.
pub fn print_usage_error(message: &str) {
    let lines: Vec<_> = message.trim_end().lines().map(visible).collect();
    stderr_line(&lines.join("\n"));
}

/// Prints a message beside the data.
pub fn print_status(message: &str) {
    stderr_line(&visible(message));
}

/// Prints a line that `-vv` asks for.
pub fn print_trace(line: &str) {
    let style = Style::new().dimmed();
    stderr_line(&format!("{style}{line}{style:#}"));
}

pub(super) fn labelled(label: &str, color: AnsiColor, message: &str) {
    let style = Style::new().bold().fg_color(Some(color.into()));
    stderr_line(&format!("{style}{label}:{style:#} {message}"));
}

/// Makes an error message of several lines, as a database server sends them, safe to print: a quoted line cannot look
/// like a message of rollbook.
fn visible_lines(message: &str) -> String {
    message.trim().lines().map(|line| visible(line.trim())).collect::<Vec<_>>().join("\n  ")
}

/// Writes a line to standard error in a single write. A failure is ignored, because there is nowhere left to report
/// it.
pub(super) fn stderr_line(line: &str) {
    drop(anstream::stderr().lock().write_all(format!("{line}\n").as_bytes()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn further_lines_of_a_message_are_indented_and_escaped() {
        assert_eq!(visible_lines("bad name\nerror: \u{1b}[31mfake\n"), "bad name\n  error: \\u{1b}[31mfake");
    }
}
