use std::path::PathBuf;

use clap::Subcommand;

use crate::db::{Access, Database};
use crate::error::ExitStatus;
use crate::import::{self, FileKind, OnError, Options, Source};
use crate::output::Output;

mod actions;
mod all;
mod champions;
mod users;

/// Import CSV files: each event lands exactly once, however often it is imported
///
/// Every row gets one verdict: inserted, replay (it is there, with equal content), conflict (it is there with other
/// content) or rejected (it is bad in itself). An import is one transaction: a conflict or a rejected row undoes all of
/// it, unless --on-error skip keeps the good rows.
#[derive(Debug, Subcommand)]
pub enum Import {
    Users(users::Args),
    Actions(actions::Args),
    Champions(champions::Args),
    All(all::Args),
}

/// Options that every import takes.
#[derive(Debug, clap::Args)]
struct Common {
    /// Check and judge every row, and change nothing
    #[arg(long, short = 'n')]
    dry_run: bool,
    /// What becomes of the good rows when there are bad ones
    #[arg(long, value_enum, default_value_t = OnError::Abort)]
    on_error: OnError,
}

impl Common {
    /// These options, and nothing said of what the rows mean.
    const fn options(&self) -> Options {
        Options {
            on_error: self.on_error,
            dry_run: self.dry_run,
            source_system: None,
            content_key: true,
            update: false,
        }
    }
}

impl Import {
    pub(super) fn run(self, database: &Database, out: &mut Output) -> anyhow::Result<ExitStatus> {
        let (files, options): (Vec<(FileKind, PathBuf)>, Options) = match self {
            Self::Users(args) => (vec![(FileKind::Users, args.file.clone())], args.options()),
            Self::Actions(args) => (vec![(FileKind::Actions, args.file.clone())], args.options()),
            Self::Champions(args) => (vec![(FileKind::Champions, args.file.clone())], args.options()),
            Self::All(args) => (args.files()?, args.options()),
        };
        // Opened before the database is, so that a wrong name leaves no new database behind.
        let sources = files
            .into_iter()
            .map(|(kind, file)| Ok((kind, Source::open(&file)?)))
            .collect::<anyhow::Result<Vec<_>>>()?;
        let access = if options.dry_run { Access::Rehearse } else { Access::Write };
        import::run(sources, &options, &mut database.open(access)?, out)
    }
}
