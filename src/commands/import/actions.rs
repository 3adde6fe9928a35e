use std::path::PathBuf;

use super::Common;
use crate::import::Options;
use crate::models::SourceSystem;

/// Import actions from a CSV file
///
/// Columns, in any order: user_id or user_email, action_type, target_type, target_id, occurred_at (RFC 3339 with an
/// offset); optional: id, enrollment_id, metadata (a JSON object), metadata.KEY, source_system, source_event_id,
/// idempotency_key. Columns that begin with _ are ignored, and so are recorded_at and position, which the database sets.
///
/// An event is met by its idempotency_key; by default that is user_action:SOURCE_SYSTEM:SOURCE_EVENT_ID, and for an event
/// without an id a checksum of its content.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// CSV file with a header line; - for standard input
    pub(super) file: PathBuf,
    #[command(flatten)]
    keys: Keys,
    #[command(flatten)]
    common: Common,
}

/// Options that decide by what an action is met.
#[derive(Debug, clap::Args)]
pub(super) struct Keys {
    /// The source system of rows that name none
    #[arg(long, value_enum, value_name = "SYSTEM")]
    pub(super) source_system: Option<SourceSystem>,
    /// Give actions without an event id no key: importing them twice records them twice
    #[arg(long)]
    pub(super) no_content_key: bool,
}

impl Args {
    pub(super) const fn options(&self) -> Options {
        Options {
            source_system: self.keys.source_system,
            content_key: !self.keys.no_content_key,
            ..self.common.options()
        }
    }
}
