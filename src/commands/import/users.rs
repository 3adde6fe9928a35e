use std::path::PathBuf;

use super::{Common, import_files, of_kind};
use crate::context::{Command, Context};
use crate::db::Access;
use crate::error::ExitStatus;
use crate::import::{FileKind, Options};

/// Import users from CSV files
///
/// Columns, in any order: id or email; optional: name, origin, profile_img, roles (a list, like student,champion),
/// created_at. Users are matched by id or email; a new user needs an email and a name. Only the columns of the file
/// are compared.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// CSV files, optionally compressed (gzip, zstd); - for standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Update existing users from the file; columns that it does not have are unchanged
    #[arg(long)]
    update: bool,
    #[command(flatten)]
    common: Common,
}

impl Args {
    fn options(&self) -> anyhow::Result<Options> {
        let mut options = self.common.options()?;
        options.interpretation.update = self.update;
        Ok(options)
    }
}

impl Command for Args {
    fn access(&self) -> Access {
        self.common.access()
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        import_files(of_kind(FileKind::Users, &self.files), &self.options()?, ctx)
    }
}
