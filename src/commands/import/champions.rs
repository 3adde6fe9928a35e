use std::path::PathBuf;

use super::Common;
use crate::import::Options;

/// Import champion records from a CSV file
///
/// Columns, in any order: user_id or user_email, stage; optional: id, cohort_id, notes, selected_at, became_champion_at,
/// created_at. Stage and times must agree. A record is met by id, or as its user's open record in the cohort.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// CSV file with a header line; - for standard input
    pub(super) file: PathBuf,
    #[command(flatten)]
    common: Common,
}

impl Args {
    pub(super) const fn options(&self) -> Options {
        self.common.options()
    }
}
