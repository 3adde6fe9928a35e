//! Lists of names: arguments, lines of a file or of standard input.

use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::error::{ExitStatus, Failure};
use crate::lines::lines;
use crate::output::{Output, plural};
use crate::text::Quoted as _;

/// Options that read a list of names.
#[derive(Debug, Clone, clap::Args)]
pub struct NameArgs {
    /// Read ids or emails from standard input, one per line; the same as --file -
    ///
    /// Lines that start with # are ignored.
    #[arg(long, conflicts_with = "file", help_heading = "Filters", hide_short_help = true)]
    stdin: bool,
    /// Read ids or emails from a file, one per line
    ///
    /// Lines that start with # are ignored. - is standard input.
    #[arg(long, value_name = "FILE", help_heading = "Filters", hide_short_help = true)]
    file: Option<PathBuf>,
}

/// The text of a file, or of standard input if the path is `-`, with its name for messages.
///
/// # Errors
/// When it cannot be read, or is not UTF-8.
pub fn named_text(path: &Path) -> anyhow::Result<(String, String)> {
    let without_mark = |text: String| text.trim_start_matches('\u{feff}').to_owned();
    if path == Path::new("-") {
        let text = std::io::read_to_string(std::io::stdin()).context("cannot read standard input")?;
        return Ok(("standard input".to_owned(), without_mark(text)));
    }
    let name = path.quoted();
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {name}"))?;
    Ok((name, without_mark(text)))
}

/// The longest id or email, in bytes.
const MAX_NAME_BYTES: usize = 2048;

/// Ids and emails, with their line numbers where they come from a list.
#[derive(Debug)]
pub struct Names {
    /// The file; `None` for arguments.
    source: Option<String>,
    entries: Vec<(usize, String)>,
    problems: u64,
}

impl NameArgs {
    /// Whether a list is given.
    #[must_use]
    pub const fn is_given(&self) -> bool {
        self.stdin || self.file.is_some()
    }

    /// Reads the text of the list, and returns it with the name of its source; `None` without one. Callers do this
    /// before they lock anything.
    ///
    /// # Errors
    /// When the list cannot be read.
    pub fn text(&self) -> anyhow::Result<Option<(String, String)>> {
        let file = if self.stdin { Some(Path::new("-")) } else { self.file.as_deref() };
        file.map(named_text).transpose()
    }

    /// The names on the lines of the list, if one is given. An empty list on standard input is nothing to do; an empty
    /// file is an error.
    ///
    /// # Errors
    /// When the list cannot be read, or the file is empty.
    pub fn names(&self) -> anyhow::Result<Option<Names>> {
        let Some((source, text)) = self.text()? else { return Ok(None) };
        let entries: Vec<(usize, String)> = lines(&text)
            .map(str::trim)
            .enumerate()
            .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
            .map(|(i, line)| (i + 1, line.to_owned()))
            .collect();
        if let Some((line, name)) = entries.iter().find(|(_, name)| name.contains(char::is_control)) {
            let message = format!("{source} line {line}: control character in {name:?}");
            return Err(Failure::failed(message).hint("expected ids or email addresses, one a line").into());
        }
        if let Some((line, _)) = entries.iter().find(|(_, name)| name.len() > MAX_NAME_BYTES) {
            return Err(Failure::failed(format!("{source} line {line}: longer than an id or email can be")).into());
        }
        if entries.is_empty() && source != "standard input" {
            return Err(Failure::failed(format!("{source} lists no ids or emails")).into());
        }
        Ok(Some(Names { source: Some(source), entries, problems: 0 }))
    }
}

impl Names {
    /// Names that are arguments.
    #[must_use]
    pub fn of_arguments(names: &[String]) -> Self {
        Self { source: None, entries: names.iter().map(|name| (0, name.clone())).collect(), problems: 0 }
    }

    /// Names from a list, with their line numbers.
    #[must_use]
    pub const fn of_list(source: String, entries: Vec<(usize, String)>) -> Self {
        Self { source: Some(source), entries, problems: 0 }
    }

    /// Replaces each of the names.
    ///
    /// # Errors
    /// What `replace` returns.
    pub fn replace(&mut self, mut replace: impl FnMut(&str) -> anyhow::Result<String>) -> anyhow::Result<()> {
        for (_, name) in &mut self.entries {
            *name = replace(name)?;
        }
        Ok(())
    }

    /// All names with their line numbers.
    #[must_use]
    pub fn entries(&self) -> &[(usize, String)] {
        &self.entries
    }

    /// Whether they come from a list.
    #[must_use]
    pub const fn is_list(&self) -> bool {
        self.source.is_some()
    }

    /// All names as one text.
    #[must_use]
    pub fn text(&self) -> String {
        let names: Vec<&str> = self.entries.iter().map(|(_, name)| name.as_str()).collect();
        names.join("\n")
    }

    /// Reports a name that resolves to nothing: of a list, the first ten are printed with their line numbers; of
    /// arguments, the first is the error.
    ///
    /// # Errors
    /// When the name is an argument.
    pub fn report(&mut self, line: usize, problem: Failure, out: &Output) -> Result<(), Failure> {
        let Some(source) = &self.source else { return Err(problem) };
        self.problems += 1;
        if self.problems <= 10 {
            out.problem(format_args!("{source} line {line}: {problem}"));
        }
        Ok(())
    }

    /// Checks that every name was resolved.
    ///
    /// # Errors
    /// When problems were reported (exit code 6).
    pub fn check(&self) -> Result<(), Failure> {
        match &self.source {
            Some(source) if self.problems > 0 => {
                let message = format!("{} in {source} not found", plural(self.problems, "name"));
                Err(Failure::new(ExitStatus::NotFound, message))
            }
            _ => Ok(()),
        }
    }
}
