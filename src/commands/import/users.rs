use std::path::PathBuf;

use super::{Common, import_files, of_kind};
use crate::context::{Command, Context};
use crate::db::Access;
use crate::error::ExitStatus;
use crate::import::{FileKind, Options};
use crate::models::Role;

/// Import users from files: CSV, JSON lines or Excel
///
/// Columns, in any order: id or email; optional: name, origin, profile_img, roles (a list, like student,champion),
/// created_at. Users are matched by id or email; a new user needs an email and a name. Only the columns of the file
/// are compared.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// CSV, JSON lines or .xlsx files, also compressed (gzip, zstd); - for standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Update existing users from the file; columns that it does not have are unchanged
    ///
    /// The column roles replaces all roles of a user, except champion while the user is one.
    #[arg(long)]
    update: bool,
    /// With --update, remove the recorded value where this column is empty; without, an empty field changes nothing
    #[arg(long, value_name = "COLUMN", value_delimiter = ',', requires = "update", value_parser = ["profile_img", "roles"], hide_short_help = true)]
    empty_clears: Vec<String>,
    /// Privileged roles that the file may grant; the first import of a database may grant all
    #[arg(long, value_name = "ROLE", value_enum, value_delimiter = ',', hide_short_help = true)]
    allow_roles: Vec<Role>,
    #[command(flatten)]
    common: Common,
}

impl Args {
    fn options(&self) -> anyhow::Result<Options> {
        let mut options = self.common.options()?;
        options.interpretation.update = self.update;
        options.interpretation.empty_clears.clone_from(&self.empty_clears);
        options.interpretation.allow_roles.clone_from(&self.allow_roles);
        Ok(options)
    }
}

impl Command for Args {
    fn access(&self) -> Access {
        self.common.access()
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        import_files(of_kind(FileKind::Users, &self.files), &self.common.reading, &self.options()?, ctx)
    }
}
