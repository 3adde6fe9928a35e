//! Questions to a person: standard error and standard input are a terminal then.

use std::io::{self, BufRead as _, Write as _};

use super::messages::stderr_line;
use super::numbers::thousands;
use super::writers::{Settings, TableStyle};
use super::{Format, Output, Record, visible, write_all};
use crate::error::Failure;

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

impl Output {
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
        let style = TableStyle { terminal: true, ..TableStyle::plain(self.settings.tz) };
        let settings = Settings::new(style);
        write_all::<R, _>(Format::Table.writer(&mut text, settings), shown.iter().map(Ok))?;
        stderr_line(String::from_utf8_lossy(&text).trim_end());
        if shown.len() < changes.len() {
            stderr_line(&format!("… and {} more", thousands((changes.len() - shown.len()) as u64)));
        }
        let mut question = action.to_owned();
        question[..1].make_ascii_uppercase();
        match self.agrees(&format!("{question}?"))? {
            Some(true) => Ok(true),
            _ => Err(Failure::failed("not confirmed").into()),
        }
    }

    /// Asks a person, where one can be asked, whether to remove something that is named.
    ///
    /// # Errors
    /// When the answer is not yes.
    pub fn must_agree(&self, question: &str) -> anyhow::Result<()> {
        match self.agrees(question)? {
            Some(false) => Err(Failure::failed("not confirmed").into()),
            Some(true) | None => Ok(()),
        }
    }

    /// Asks a person for a yes or a no, which is the default; `None` where nobody can be asked.
    ///
    /// # Errors
    /// As [`Self::ask`].
    pub fn agrees(&self, question: &str) -> anyhow::Result<Option<bool>> {
        let answer = self.ask(&format!("{question} [y/N] "))?;
        Ok(answer.map(|answer| matches!(&*answer.to_ascii_lowercase(), "y" | "yes")))
    }

    /// Asks a person a question, and returns the answer; `None` where nobody can be asked.
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
        Ok(Some(answer.trim().to_owned()))
    }
}
