use std::num::NonZeroU32;
use std::path::PathBuf;

use super::{Common, import_files, of_kind};
use crate::context::{Command, Context};
use crate::db::Access;
use crate::error::ExitStatus;
use crate::import::{FileKind, Options};
use crate::models::SourceSystem;

/// Import actions from files: CSV, JSON lines or Excel
///
/// Columns, in any order: user_id or user_email, action_type, target_type, target_id, occurred_at (RFC 3339 with an
/// offset); optional: id, enrollment_id, metadata (a JSON object), metadata.KEY, source_system, source_event_id,
/// idempotency_key. Columns that start with _ are ignored, as are recorded_at and position, which the database sets.
///
/// Events are matched by idempotency_key. Its default is user_action:SOURCE_SYSTEM:SOURCE_EVENT_ID, or for an event
/// without an event id a checksum of its content. A file with the same bytes and input options as a completely
/// imported one is skipped.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// CSV, JSON lines or .xlsx files, also compressed (gzip, zstd); - for standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten, next_help_heading = "Events")]
    keys: Keys,
    /// Number of connections that write in parallel; PostgreSQL only
    #[arg(
        long,
        value_name = "N",
        default_value = "1",
        requires = "commit_every",
        help_heading = "Transaction",
        hide_short_help = true
    )]
    jobs: NonZeroU32,
    #[command(flatten)]
    common: Common,
}

/// Options for how actions are matched with recorded ones.
#[derive(Debug, clap::Args)]
pub(super) struct Keys {
    /// Source system of rows that have none
    #[arg(long, alias = "source", value_enum, value_name = "SYSTEM", hide_short_help = true)]
    pub(super) source_system: Option<SourceSystem>,
    /// Do not derive a key from the content of actions without an event id: importing them twice records them twice
    #[arg(long, hide_short_help = true)]
    pub(super) no_content_key: bool,
    /// What to do with events of users who are not known: park keeps them until the users are (rollbook import parked)
    #[arg(long, value_enum, value_name = "WHAT", default_value_t, hide_short_help = true)]
    pub(super) unknown_users: UnknownUsers,
    /// Compare every row, even if the same file was already imported completely
    #[arg(long, hide_short_help = true)]
    pub(super) recheck: bool,
}

/// What to do with events of unknown users.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(super) enum UnknownUsers {
    /// Reject them
    #[default]
    Reject,
    /// Keep them for later
    Park,
}

impl Args {
    fn options(&self) -> anyhow::Result<Options> {
        let mut options = self.common.options()?;
        self.keys.apply(&mut options);
        options.jobs = self.jobs;
        Ok(options)
    }
}

impl Command for Args {
    fn access(&self) -> Access {
        self.common.access()
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        import_files(of_kind(FileKind::Actions, &self.files), &self.common.reading, &self.options()?, ctx)
    }
}

impl Keys {
    pub(super) fn apply(&self, options: &mut Options) {
        let of_preset = options.interpretation.source_system;
        options.interpretation.source_system = self.source_system.or(of_preset);
        options.interpretation.content_key = !self.no_content_key;
        options.interpretation.parks_unknown = self.unknown_users == UnknownUsers::Park;
        options.recheck = self.recheck;
    }
}
