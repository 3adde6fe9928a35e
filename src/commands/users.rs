use clap::Subcommand;

use crate::db::{Access, Database};
use crate::error::ExitStatus;
use crate::output::Output;

mod create;
mod erase;
mod export;
mod history;
mod list;
mod merge;
mod roles;
mod row;
mod selection;
mod show;
mod stats;
mod update;

/// Manage users and their roles
#[derive(Debug, Subcommand)]
pub enum Users {
    Create(create::Args),
    List(list::Args),
    Show(show::Args),
    Update(update::Args),
    #[command(subcommand)]
    Roles(roles::Roles),
    History(history::Args),
    Stats(stats::Args),
    Export(export::Args),
    Erase(erase::Args),
    Merge(merge::Args),
}

impl Users {
    pub(super) fn run(self, database: &Database, out: &mut Output) -> anyhow::Result<ExitStatus> {
        match self {
            Self::Create(args) => create::run(&args, &mut database.open(Access::Write)?, out),
            Self::List(args) => list::run(&args, &mut database.open(Access::Read)?, out),
            Self::Show(args) => show::run(&args, &mut database.open(Access::Read)?, out),
            Self::Update(args) => update::run(&args, &mut database.open(Access::Write)?, out),
            Self::History(args) => history::run(&args, &mut database.open(Access::Read)?, out),
            Self::Stats(args) => stats::run(&args, &mut database.open(Access::Read)?, out),
            Self::Export(args) => export::run(&args, &mut database.open(Access::Read)?, out),
            Self::Erase(args) => erase::run(&args, &mut database.open(Access::Write)?, out),
            Self::Merge(args) => merge::run(&args, &mut database.open(Access::Write)?, out),
            Self::Roles(group) => group.run(&mut database.open(Access::Write)?, out),
        }
    }
}
