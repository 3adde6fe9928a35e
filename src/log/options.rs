//! What a [`super::LogWriter`] is given.

use crate::interrupt::Interrupt;
use crate::models::EventIds;

/// A file whose events are added to the log.
#[derive(Debug, Clone)]
pub struct LogFile {
    /// Its name, for messages.
    pub name: String,
    /// The identifiers of its events.
    pub ids: EventIds,
}

/// Options of the rows that the writer gets.
#[derive(Debug, Clone)]
pub struct LogWriterOptions {
    /// Whether an event without any key gets one derived from its content.
    pub content_key: bool,
    /// Whether events of unknown users are kept for later.
    pub parks: bool,
    /// How many bytes the files have, if they are added in one transaction.
    pub bytes: Option<u64>,
    /// Ends long loops.
    pub interrupt: Interrupt,
}
