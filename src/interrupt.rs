//! Handles Ctrl-C and a service manager's stop: the open transaction is rolled back, and the interruption is
//! reported.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

use crate::error::{ExitStatus, Failure};

/// Whether a signal has asked the import to stop.
#[derive(Debug, Clone, Default)]
pub struct Interrupt(Option<Arc<AtomicBool>>);

impl Interrupt {
    /// Handles signals from now on. Before this, while the import waits for a lock, a signal ends the process; so
    /// does a second signal, and the database then rolls the transaction back.
    ///
    /// # Errors
    /// When the process cannot listen.
    pub fn listen(&mut self) -> anyhow::Result<()> {
        let raised = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM] {
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
