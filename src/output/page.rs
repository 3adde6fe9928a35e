//! Where the data of a command begins and ends: the pager, and a reader that has closed the pipe.

use std::io::{self, BufWriter, Write as _};

use anyhow::Context as _;

use super::Output;
use super::pager::{DEFAULT_PAGER, Target, is_installed};

impl Output {
    /// Starts the pager, where a person reads.
    pub(super) fn start_page(&mut self) {
        if self.terminal
            && let Some(pager) = &self.settings.pager
        {
            if is_installed(pager) {
                self.stdout.get_mut().start_pager(pager);
            } else {
                if pager != DEFAULT_PAGER {
                    self.note(format_args!("the pager {pager} is not installed"));
                }
                self.settings.pager = None;
            }
        }
    }

    /// Flushes standard output, and waits for the pager; a closed pipe is not an error.
    pub(super) fn end(&mut self, written: anyhow::Result<()>) -> anyhow::Result<()> {
        let flushed = written.and_then(|()| self.stdout.flush().context("cannot write to standard output"));
        let is_paged = self.stdout.get_ref().is_paged();
        if is_paged {
            let ended = self.stdout.get_mut().end_pager(self.settings.pager.as_deref().unwrap_or_default());
            if ended.is_err() || flushed.is_err() {
                // What the person did not read is not to be written to the terminal.
                let stdout = BufWriter::with_capacity(64 * 1024, Target::stdout());
                drop(std::mem::replace(&mut self.stdout, stdout).into_parts());
            }
            ended?;
        }
        match flushed {
            Err(error) if is_broken_pipe(&error) => {
                if !is_paged {
                    self.settings.quiet = true; // The reader has closed the pipe: print no messages either.
                }
                Ok(())
            }
            result => result,
        }
    }
}

/// Whether the reader of our output closed it.
pub(super) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .any(|cause| cause.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe))
}
