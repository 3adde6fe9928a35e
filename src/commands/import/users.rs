use std::path::PathBuf;

use super::Common;
use crate::import::Options;

/// Import users from a CSV file
///
/// Columns, in any order: id or email; optional: name, origin, profile_img, roles (a list, like student,champion),
/// created_at. A user is met by id, or by email; a new one needs an email and a name. Only the columns that are there are
/// compared.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// CSV file with a header line; - for standard input
    pub(super) file: PathBuf,
    /// Change users who are there to what the file says; columns that it lacks stay as they are
    #[arg(long)]
    update: bool,
    #[command(flatten)]
    common: Common,
}

impl Args {
    pub(super) const fn options(&self) -> Options {
        Options { update: self.update, ..self.common.options() }
    }
}
