use clap::Subcommand;

use crate::context::Context;
use crate::error::ExitStatus;

mod export;
mod feed;
mod freshness;
mod funnel;
mod lint;
mod list;
mod progress;
mod record;
mod show;
mod stats;

pub(super) use lint::lint_findings;

/// Record, query and export actions
#[derive(Debug, Subcommand)]
pub enum Actions {
    Record(record::Args),
    #[command(visible_alias = "ls")]
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
    pub(super) fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        match self {
            Self::Record(args) => ctx.run(args),
            Self::List(args) => ctx.run(args),
            Self::Show(args) => ctx.run(args),
            Self::Freshness(args) => ctx.run(args),
            Self::Stats(args) => ctx.run(args),
            Self::Progress(args) => ctx.run(args),
            Self::Funnel(args) => ctx.run(args),
            Self::Lint(args) => ctx.run(args),
            Self::Export(args) => ctx.run(args),
            Self::Feed(args) => ctx.run(args),
            Self::Ack(args) => ctx.run(args),
        }
    }
}
