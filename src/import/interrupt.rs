//! Ctrl-C, and a service manager's stop: what was begun is taken back, and that is said.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

use crate::error::{ExitStatus, Failure};

/// Whether somebody wants this to end.
#[derive(Debug, Clone, Default)]
pub(super) struct Interrupt(Option<Arc<AtomicBool>>);

impl Interrupt {
    /// Listens from now on: before, while a lock is waited for, a signal ends the process. So does a second one; the engine
    /// then takes back what was begun.
    pub(super) fn listen(&mut self) -> anyhow::Result<()> {
        let raised = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM] {
            flag::register_conditional_shutdown(signal, ExitStatus::Interrupted as i32, Arc::clone(&raised))?;
            flag::register(signal, Arc::clone(&raised))?;
        }
        self.0 = Some(raised);
        Ok(())
    }

    /// # Errors
    /// When a signal has come.
    pub(super) fn check(&self) -> Result<(), Failure> {
        if self.0.as_ref().is_some_and(|raised| raised.load(Ordering::Relaxed)) {
            Err(Failure::new(ExitStatus::Interrupted, "interrupted"))
        } else {
            Ok(())
        }
    }
}
