use clap::Subcommand;

use crate::db::{Access, Database};
use crate::error::ExitStatus;
use crate::output::Output;

mod export;
mod feed;
mod freshness;
mod funnel;
mod lint;
mod list;
mod progress;
mod record;
mod selection;
mod show;
mod stats;
mod target;

/// Record actions, and read the log of them
#[derive(Debug, Subcommand)]
pub enum Actions {
    Record(record::Args),
    List(list::Args),
    Show(show::Args),
    Freshness(freshness::Args),
    Stats(stats::Args),
    Progress(progress::Args),
    Funnel(funnel::Args),
    Lint(lint::Args),
    Export(export::Args),
    Feed(feed::Args),
    Ack(feed::Ack),
}

impl Actions {
    pub(super) fn run(self, database: &Database, out: &mut Output) -> anyhow::Result<ExitStatus> {
        let read = || database.open(Access::Read);
        match self {
            Self::Record(args) => record::run(&args, &mut database.open(Access::Write)?, out),
            Self::List(args) => list::run(&args, &mut read()?, out),
            Self::Show(args) => show::run(&args, &mut read()?, out),
            Self::Stats(args) => stats::run(&args, &mut read()?, out),
            Self::Progress(args) => progress::run(&args, &mut read()?, out),
            Self::Funnel(args) => funnel::run(&args, &mut read()?, out),
            Self::Lint(args) => lint::run(&args, &mut read()?, out),
            Self::Feed(args) => feed::run(&args, database, out),
            Self::Ack(args) => feed::ack(&args, &mut database.open(Access::Write)?, out),
            Self::Export(args) => export::run(&args, read()?, out),
            Self::Freshness(args) => freshness::run(&args, &mut read()?, out),
        }
    }
}
