//! Messages to standard error.

use std::io::{IsTerminal as _, Write as _, stderr, stdout};
use std::sync::OnceLock;

use anstream::adapter::strip_str;
use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};

use super::pager::{Target, is_installed};
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
        print_hint(hint);
    }
    status_of(error)
}

/// What the command line chose the database by, as the commands of hints repeat it.
static DATABASE: OnceLock<String> = OnceLock::new();

/// Lets the commands of hints name the database as the command line did: without it, they would use another one.
pub fn name_database_in_hints(options: String) {
    drop(DATABASE.set(options));
}

/// Prints a hint.
pub(super) fn print_hint(hint: &str) {
    let options = DATABASE.get().map(String::as_str).unwrap_or_default();
    labelled("hint", AnsiColor::Cyan, &visible(&with_database(hint, options)));
}

/// The commands that use no database.
const WITHOUT_DATABASE: [&str; 5] = ["help", "config", "completions", "man", "import presets"];

/// A hint whose commands name the database by options.
fn with_database(hint: &str, options: &str) -> String {
    if options.is_empty() || hint.contains("--database-url") || hint.contains("--profile") {
        return hint.to_owned();
    }
    let mut parts = hint.split("rollbook ");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for command in parts {
        text.push_str("rollbook ");
        if !WITHOUT_DATABASE.iter().any(|other| command.starts_with(other)) {
            text.extend([options, " "]);
        }
        text.push_str(command);
    }
    text
}

/// Prints what is wrong with the command line, as plain text, with the control characters of its arguments escaped.
pub fn print_usage_error(text: &str, color: ColorChoice) {
    let mut plain = String::new();
    for line in text.trim_end().lines() {
        plain.push_str(&visible(line));
        plain.push('\n');
    }
    let has_color = AutoStream::choice(&stderr()) != ColorChoice::Never && color != ColorChoice::Never;
    if let Some(rest) = plain.strip_prefix("error:").filter(|_| has_color || color == ColorChoice::Always) {
        let style = Style::new().bold().fg_color(Some(AnsiColor::Red.into()));
        drop(stderr().lock().write_all(format!("{style}error:{style:#}{rest}").as_bytes()));
    } else {
        drop(stderr().lock().write_all(plain.as_bytes()));
    }
}

/// Prints a help text with its styles, on a terminal with a pager; a closed pipe is no error of the command.
///
/// # Errors
/// When standard output cannot be written to; a closed pipe is no error.
pub fn print_help(styled: &str, color: ColorChoice, pager: Option<String>) -> std::io::Result<()> {
    let is_terminal = stdout().is_terminal();
    let color = if color == ColorChoice::Auto { AutoStream::choice(&stdout()) } else { color };
    let text = if color == ColorChoice::Never { strip_str(styled).to_string() } else { styled.to_owned() };
    let mut target = Target::stdout();
    let pager = pager.filter(|pager| is_terminal && is_installed(pager));
    if let Some(pager) = &pager {
        target.start_pager(pager);
    }
    let written = target.write_all(text.as_bytes()).and_then(|()| target.flush());
    let written = match target.end_pager(pager.as_deref().unwrap_or_default()) {
        Ok(()) => written,
        Err(_) => stdout().write_all(text.as_bytes()).and_then(|()| stdout().flush()),
    };
    unless_closed(written)
}

/// Prints a text as it is.
///
/// # Errors
/// As [`print_help`].
pub fn print_plain(text: &str) -> std::io::Result<()> {
    unless_closed(stdout().write_all(text.as_bytes()).and_then(|()| stdout().flush()))
}

fn unless_closed(written: std::io::Result<()>) -> std::io::Result<()> {
    match written {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
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
    fn commands_of_hints_use_the_same_database() {
        let hint = "apply them: rollbook migrate run";
        assert_eq!(with_database(hint, ""), hint);
        assert_eq!(with_database(hint, "@prod"), "apply them: rollbook @prod migrate run");
        let two = "rollbook db restore FILE, or: rollbook import presets list";
        assert_eq!(with_database(two, "@prod"), "rollbook @prod db restore FILE, or: rollbook import presets list");
        assert_eq!(with_database("rollbook help config", "@prod"), "rollbook help config");
        let whole = "create it: rollbook migrate run --database-url sqlite:x.db";
        assert_eq!(with_database(whole, "--database-url sqlite:y.db"), whole);
    }

    #[test]
    fn further_lines_of_a_message_are_indented_and_escaped() {
        assert_eq!(visible_lines("bad name\nerror: \u{1b}[31mfake\n"), "bad name\n  error: \\u{1b}[31mfake");
    }
}
