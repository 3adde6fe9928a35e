use std::io::ErrorKind;
use std::path::PathBuf;

use super::actions::Keys;
use super::{Common, import_files};
use crate::context::{Command, Context};
use crate::db::Access;
use crate::error::{ExitStatus, Failure};
use crate::import::{FileKind, Options};

/// Import users.csv, actions.csv and champions.csv from a directory in one transaction; missing files are skipped
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Directory with the files
    dir: PathBuf,
    /// Update existing users from users.csv; columns that it does not have are unchanged
    #[arg(long)]
    update: bool,
    #[command(flatten, next_help_heading = "Events")]
    keys: Keys,
    #[command(flatten)]
    common: Common,
}

impl Args {
    fn options(&self) -> anyhow::Result<Options> {
        let mut options = self.common.options()?;
        if options.rejects.is_some() {
            return Err(Failure::new(
                ExitStatus::Usage,
                "--rejects cannot be used with import all, whose files have different columns",
            )
            .hint("import each file separately, e.g. rollbook import users users.csv --rejects rejects.csv")
            .into());
        }
        self.keys.apply(&mut options);
        options.interpretation.update = self.update;
        Ok(options)
    }

    fn files(&self) -> anyhow::Result<Vec<(FileKind, PathBuf)>> {
        if !self.dir.is_dir() {
            let what = if self.dir.exists() { "is not a directory" } else { "does not exist" };
            return Err(Failure::failed(format!("{} {what}", self.dir.display()))
                .hint("import a single file with rollbook import users FILE, actions FILE or champions FILE")
                .into());
        }
        // A dangling symbolic link counts as a file, so that opening it fails with an error.
        let files: Vec<(FileKind, PathBuf)> = FileKind::ALL
            .into_iter()
            .map(|kind| (kind, self.dir.join(format!("{}.csv", kind.as_str()))))
            .filter(|(_, file)| !matches!(file.symlink_metadata(), Err(error) if error.kind() == ErrorKind::NotFound))
            .collect();
        if files.is_empty() {
            return Err(Failure::failed(format!("{} contains no files to import", self.dir.display()))
                .hint("expected a directory with users.csv, actions.csv or champions.csv")
                .into());
        }
        Ok(files)
    }
}

impl Command for Args {
    fn access(&self) -> Access {
        self.common.access()
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        import_files(self.files()?, &self.options()?, ctx)
    }
}
