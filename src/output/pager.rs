//! Standard output, or on a terminal a pager that shows it.

use std::env;
use std::io::{self, Stdout, Write};
use std::process::{Child, Command, Stdio};

use crate::error::Failure;

/// Where data goes.
pub(super) enum Target {
    /// Standard output.
    Stdout(Stdout),
    /// A pager, until the end of what it shows.
    Pager(Child),
}

impl Target {
    /// Standard output.
    pub(super) fn stdout() -> Self {
        Self::Stdout(io::stdout())
    }

    /// Starts a pager, as git does: the variable may hold arguments. Where there is none, nothing is paged.
    pub(super) fn start_pager(&mut self, command: &str) {
        if let Self::Stdout(_) = self {
            let mut shell = Command::new("sh");
            shell.arg("-c").arg(command).stdin(Stdio::piped());
            for (name, value) in [("LESS", "FRX"), ("LV", "-c")] {
                if env::var_os(name).is_none() {
                    shell.env(name, value);
                }
            }
            if let Ok(child) = shell.spawn() {
                *self = Self::Pager(child);
            }
        }
    }

    /// Whether a pager is shown.
    pub(super) const fn is_paged(&self) -> bool {
        matches!(self, Self::Pager(..))
    }

    /// Waits for the person who reads the pages.
    ///
    /// # Errors
    /// When there is no such program, so that nothing was shown.
    pub(super) fn end_pager(&mut self, command: &str) -> anyhow::Result<()> {
        let Self::Pager(child) = self else { return Ok(()) };
        drop(child.stdin.take());
        let status = child.wait()?;
        *self = Self::stdout();
        match status.code() {
            Some(126 | 127) => Err(Failure::failed(format!("cannot run the pager {command}"))
                .hint("set PAGER to another program, or add --no-pager")
                .into()),
            _ => Ok(()),
        }
    }
}

impl Write for Target {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Stdout(stdout) => stdout.write(bytes),
            Self::Pager(child) => match &mut child.stdin {
                Some(stdin) => stdin.write(bytes),
                None => Err(io::ErrorKind::BrokenPipe.into()),
            },
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Stdout(stdout) => stdout.flush(),
            Self::Pager(..) => Ok(()),
        }
    }
}

/// The pager where none is set.
pub(super) const DEFAULT_PAGER: &str = "less";

/// Whether the shell can run what a command starts with: a program, or a command of its own.
pub(super) fn is_installed(command: &str) -> bool {
    let Some(program) = command.split_whitespace().next() else { return false };
    if program.contains(|c: char| !c.is_alphanumeric() && !"./_-+".contains(c)) {
        // An assignment or a quoted name: it is tried.
        return true;
    }
    let mut shell = Command::new("sh");
    shell.args(["-c", "command -v -- \"$1\"", "sh", program]).stdin(Stdio::null()).stdout(Stdio::null());
    shell.stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// The pager that `$PAGER` names, else `less`.
#[must_use]
pub fn pager_of_environment() -> Option<String> {
    let pager = env::var("PAGER").unwrap_or_else(|_| DEFAULT_PAGER.to_owned());
    Some(pager).filter(|pager| !pager.trim().is_empty() && pager != "cat")
}
