use clap::Subcommand;

use crate::db::{Access, Database};
use crate::error::ExitStatus;
use crate::output::Output;

mod create;
mod list;
mod roles;
mod show;

/// Manage users and their roles
#[derive(Debug, Subcommand)]
pub enum Users {
    Create(create::Args),
    List(list::Args),
    Show(show::Args),
    #[command(subcommand)]
    Roles(roles::Roles),
}

impl Users {
    pub(super) fn run(self, database: &Database, out: &mut Output) -> anyhow::Result<ExitStatus> {
        match self {
            Self::Create(args) => create::run(&args, &mut database.open(Access::Write)?, out),
            Self::List(args) => list::run(&args, &mut database.open(Access::Read)?, out),
            Self::Show(args) => show::run(&args, &mut database.open(Access::Read)?, out),
            Self::Roles(group) => group.run(&mut database.open(Access::Write)?, out),
        }
    }
}
