use clap::Subcommand;

use crate::context::Context;
use crate::error::ExitStatus;

mod alias;
mod certificate;
mod create;
mod duplicates;
mod erase;
mod erasures;
mod export;
mod feed;
mod history;
mod list;
mod merge;
mod names;
mod roles;
mod row;
mod show;
mod stats;
mod trace;
mod update;

pub(crate) use row::LISTED_COLUMNS;

/// Manage users and their roles
#[derive(Debug, Subcommand)]
pub enum Users {
    Create(create::Args),
    #[command(visible_alias = "ls")]
    List(list::Args),
    Show(show::Args),
    Update(update::Args),
    #[command(subcommand, alias = "role")]
    Roles(roles::Roles),
    History(history::Args),
    Stats(stats::Args),
    Export(export::Args),
    Erase(erase::Args),
    Merge(merge::Args),
    #[command(subcommand)]
    Alias(alias::Alias),
    Trace(trace::Args),
    Duplicates(duplicates::Args),
    Erasures(erasures::Args),
    Feed(feed::Args),
    Ack(feed::Ack),
}

impl Users {
    pub(super) fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        match self {
            Self::Create(args) => ctx.run(args),
            Self::List(args) => ctx.run(args),
            Self::Show(args) => ctx.run(args),
            Self::Update(args) => ctx.run(args),
            Self::History(args) => ctx.run(args),
            Self::Stats(args) => ctx.run(args),
            Self::Export(args) => ctx.run(args),
            Self::Erase(args) => ctx.run(args),
            Self::Merge(args) => ctx.run(args),
            Self::Alias(args) => args.run(ctx),
            Self::Trace(args) => ctx.run(args),
            Self::Duplicates(args) => ctx.run(args),
            Self::Erasures(args) => ctx.run(args),
            Self::Feed(args) => ctx.run(args),
            Self::Ack(args) => ctx.run(args),
            Self::Roles(args) => ctx.run(args),
        }
    }
}
