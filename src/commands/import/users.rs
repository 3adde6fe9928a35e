use std::path::PathBuf;

use super::Common;
use crate::import::Options;

/// Import users from CSV files
///
/// Columns, in any order: id or email; optional: name, origin, profile_img, roles (a list, like student,champion),
/// created_at. A user is met by id, or by email; a new one needs an email and a name. Only the columns that are there are
/// compared.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// CSV files with a header line, packed with gzip or zstd if you like; - for standard input
    #[arg(required = true, value_name = "FILE")]
    pub(super) files: Vec<PathBuf>,
    /// Change users who are there to what the file says; columns that it lacks stay as they are
    #[arg(long)]
    update: bool,
    #[command(flatten)]
    common: Common,
}

impl Args {
    pub(super) fn options(&self) -> anyhow::Result<Options> {
        let mut options = self.common.options()?;
        options.meaning.update = self.update;
        Ok(options)
    }
}
