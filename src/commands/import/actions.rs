use std::num::NonZeroU32;
use std::path::PathBuf;

use super::Common;
use crate::import::Options;
use crate::models::SourceSystem;

/// Import actions from CSV files
///
/// Columns, in any order: user_id or user_email, action_type, target_type, target_id, occurred_at (RFC 3339 with an
/// offset); optional: id, enrollment_id, metadata (a JSON object), metadata.KEY, source_system, source_event_id,
/// idempotency_key. Columns that begin with _ are ignored, and so are recorded_at and position, which the database sets.
///
/// An event is met by its idempotency_key; by default that is user_action:SOURCE_SYSTEM:SOURCE_EVENT_ID, and for an event
/// without an id a checksum of its content. A file of which every row is in, byte for byte, is not read again.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// CSV files with a header line, packed with gzip or zstd if you like; - for standard input
    #[arg(required = true, value_name = "FILE")]
    pub(super) files: Vec<PathBuf>,
    #[command(flatten)]
    keys: Keys,
    /// Write on so many connections at once; PostgreSQL only
    #[arg(long, value_name = "N", default_value = "1", requires = "commit_every")]
    jobs: NonZeroU32,
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
    /// Read and compare every row of a file that was imported before with the same bytes, all of them
    #[arg(long)]
    pub(super) recheck: bool,
}

impl Args {
    pub(super) fn options(&self) -> anyhow::Result<Options> {
        let mut options = self.common.options()?;
        self.keys.apply(&mut options);
        options.jobs = self.jobs;
        Ok(options)
    }
}

impl Keys {
    pub(super) fn apply(&self, options: &mut Options) {
        options.meaning.source_system = self.source_system;
        options.meaning.content_key = !self.no_content_key;
        options.recheck = self.recheck;
    }
}
