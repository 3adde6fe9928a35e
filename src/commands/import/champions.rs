use std::path::PathBuf;

use super::{Common, import_files, of_kind};
use crate::context::{Command, Context};
use crate::db::Access;
use crate::error::ExitStatus;
use crate::import::{FileKind, Options};

/// Import champion records from files: CSV, JSON lines or Excel
///
/// Columns, in any order: user_id or user_email, stage; optional: id, cohort_id, notes, selected_at, became_champion_at,
/// created_at. Timestamps must fit the stage. Records are matched by id, or as the user's open record in the
/// cohort.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// CSV, JSON lines or .xlsx files, also compressed (gzip, zstd); - for standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Update existing records from the file: move them to a later stage, and change other fields
    #[arg(long)]
    update: bool,
    /// With --update, remove the recorded value where this column is empty; without, an empty field changes nothing
    #[arg(long, value_name = "COLUMN", value_delimiter = ',', requires = "update", value_parser = ["notes"], hide_short_help = true)]
    empty_clears: Vec<String>,
    /// With --update, also move records back to an earlier stage
    #[arg(long, requires = "update")]
    force: bool,
    #[command(flatten)]
    common: Common,
}

impl Args {
    fn options(&self) -> anyhow::Result<Options> {
        let mut options = self.common.options()?;
        (options.interpretation.update, options.interpretation.force) = (self.update, self.force);
        options.interpretation.empty_clears.clone_from(&self.empty_clears);
        Ok(options)
    }
}

impl Command for Args {
    fn access(&self) -> Access {
        self.common.access()
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        import_files(of_kind(FileKind::Champions, &self.files), &self.common.reading, &self.options()?, ctx)
    }
}
