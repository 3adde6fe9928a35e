//! Handles Ctrl-C and a service manager's stop: the open transaction is rolled back, and the interruption is
//! reported.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};
use signal_hook::flag;

use crate::error::{ExitStatus, Failure};

mod leftovers;

pub use leftovers::{Helper, Leftover, temporary_file};

/// Whether a signal has asked the import to stop.
#[derive(Debug, Clone, Default)]
pub struct Interrupt(Option<Arc<AtomicBool>>);

/// Makes a file that grows beyond the limit of the process an error of the write, instead of the end of the process.
///
/// # Errors
/// When the signal cannot be handled.
pub fn ignore_file_size_limit() -> std::io::Result<()> {
    flag::register(SIGXFSZ, Arc::default()).map(drop)
}

/// Whether the process was started to ignore a signal.
fn is_ignored(signal: i32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_some_and(|mask| mask >> (signal - 1) & 1 == 1)
}

impl Interrupt {
    /// Handles signals from now on. Before this, while the import waits for a lock, a signal ends the process; so
    /// does a second signal, and the database then rolls the transaction back.
    ///
    /// # Errors
    /// When the process cannot listen.
    pub fn listen(&mut self) -> anyhow::Result<()> {
        let raised = Arc::new(AtomicBool::new(false));
        leftovers::leave_to_command();
        // `nohup` has the program ignore the end of its terminal.
        let hangup = (!is_ignored(SIGHUP)).then_some(SIGHUP);
        for signal in [SIGINT, SIGTERM].into_iter().chain(hangup) {
            flag::register_conditional_shutdown(signal, ExitStatus::Interrupted as i32, Arc::clone(&raised))?;
            flag::register(signal, Arc::clone(&raised))?;
        }
        self.0 = Some(raised);
        Ok(())
    }

    /// Ends a loop when a signal has come.
    ///
    /// # Errors
    /// When one has.
    pub fn check(&self) -> Result<(), Failure> {
        if self.0.as_ref().is_some_and(|raised| raised.load(Ordering::Relaxed)) {
            Err(Failure::new(ExitStatus::Interrupted, "interrupted"))
        } else {
            Ok(())
        }
    }
}
