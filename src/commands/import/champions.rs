use std::path::PathBuf;

use super::Common;
use crate::import::Options;

/// Import champion records from CSV files
///
/// Columns, in any order: user_id or user_email, stage; optional: id, cohort_id, notes, selected_at, became_champion_at,
/// created_at. Stage and times must agree. A record is met by id, or as its user's open record in the cohort.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// CSV files with a header line, packed with gzip or zstd if you like; - for standard input
    #[arg(required = true, value_name = "FILE")]
    pub(super) files: Vec<PathBuf>,
    /// Change records that are there to what the file says: to a later stage, and what else differs
    #[arg(long)]
    update: bool,
    /// With --update, move records back to an earlier stage too
    #[arg(long, requires = "update")]
    force: bool,
    #[command(flatten)]
    common: Common,
}

impl Args {
    pub(super) fn options(&self) -> anyhow::Result<Options> {
        let mut options = self.common.options()?;
        (options.meaning.update, options.meaning.force) = (self.update, self.force);
        Ok(options)
    }
}
