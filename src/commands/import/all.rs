use std::io::ErrorKind;
use std::path::PathBuf;

use super::Common;
use super::actions::Keys;
use crate::error::{ExitStatus, Failure};
use crate::import::{FileKind, Options};

/// Import users.csv, actions.csv and champions.csv of a folder, whichever are there, in one transaction
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Folder
    dir: PathBuf,
    /// Change users who are there to what users.csv says; columns that it lacks stay as they are
    #[arg(long)]
    update: bool,
    #[command(flatten)]
    keys: Keys,
    #[command(flatten)]
    common: Common,
}

impl Args {
    pub(super) fn options(&self) -> anyhow::Result<Options> {
        let mut options = self.common.options()?;
        if options.rejects.is_some() {
            return Err(Failure::new(
                ExitStatus::Usage,
                "--rejects is for files of one kind, which have the same columns",
            )
            .hint("import users, actions and champions one after the other")
            .into());
        }
        self.keys.apply(&mut options);
        options.meaning.update = self.update;
        Ok(options)
    }

    pub(super) fn files(&self) -> anyhow::Result<Vec<(FileKind, PathBuf)>> {
        if !self.dir.is_dir() {
            let what = if self.dir.exists() { "is no folder" } else { "does not exist" };
            return Err(Failure::failed(format!("{} {what}", self.dir.display()))
                .hint("rollbook import users|actions|champions FILE imports a file")
                .into());
        }
        // A link to nowhere counts as there, and fails when it is opened.
        let files: Vec<(FileKind, PathBuf)> = FileKind::ALL
            .into_iter()
            .map(|kind| (kind, self.dir.join(format!("{}.csv", kind.as_str()))))
            .filter(|(_, file)| !matches!(file.symlink_metadata(), Err(error) if error.kind() == ErrorKind::NotFound))
            .collect();
        if files.is_empty() {
            return Err(Failure::failed(format!("{} has nothing to import", self.dir.display()))
                .hint("a folder with users.csv, actions.csv or champions.csv is expected")
                .into());
        }
        Ok(files)
    }
}
