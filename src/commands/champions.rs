use clap::Subcommand;

use crate::db::{Access, Database};
use crate::error::ExitStatus;
use crate::output::Output;

mod advance;
mod list;
mod nominate;
mod retire;
mod show;
mod step;

/// Move champions through the pipeline: candidate, selected, champion, alumni
#[derive(Debug, Subcommand)]
pub enum Champions {
    Nominate(nominate::Args),
    Advance(advance::Args),
    Retire(retire::Args),
    List(list::Args),
    Show(show::Args),
}

impl Champions {
    pub(super) fn run(self, database: &Database, out: &mut Output) -> anyhow::Result<ExitStatus> {
        match self {
            Self::Nominate(args) => nominate::run(&args, &mut database.open(Access::Write)?, out),
            Self::Advance(args) => advance::run(&args, &mut database.open(Access::Write)?, out),
            Self::Retire(args) => retire::run(&args, &mut database.open(Access::Write)?, out),
            Self::List(args) => list::run(&args, &mut database.open(Access::Read)?, out),
            Self::Show(args) => show::run(&args, &mut database.open(Access::Read)?, out),
        }
    }
}
