//! The action log: what makes two deliveries one event, and how each event is recorded exactly once.
//!
//! An event is identified by its keys ([`event_input`]), looked up ([`lookup`], [`compare`]), classified against what is recorded
//! ([`matcher`], [`verdict`]) and appended ([`append`], [`bulk`]). [`LogWriter`] does so for many events, [`record()`] for one;
//! commands that change whose events these are use the same lookups and locks.

mod append;
mod bulk;
mod compare;
mod complete;
mod distributed;
mod estimate;
mod event_input;
mod log_end;
mod lookup;
mod matcher;
mod options;
mod parked;
mod pending;
mod record;
mod unpark;
mod user_lookup;
mod verdict;
mod writer;

pub use event_input::{EventFields, EventInput, EventRows};
pub use options::{LogFile, LogWriterOptions};
pub use record::{Recorded, record};
pub use user_lookup::{UserKey, UserLookup};
pub use verdict::{BatchVerdicts, Conflict, FieldError, Gone, InputRow, RefusedRow, Verdict};
pub use writer::LogWriter;
