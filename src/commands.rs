//! The command tree, and the way from a command to its file.

use clap::Subcommand;

use crate::db::Database;
use crate::error::ExitStatus;
use crate::output::Output;

mod actions;
mod champions;
mod import;
mod many;
mod migrate;
mod paging;
mod users;

/// Every command.
#[derive(Debug, Subcommand)]
#[expect(missing_docs, reason = "the doc comment of each group is its help, and stands on the group")]
pub enum Command {
    #[command(subcommand)]
    Users(users::Users),
    #[command(subcommand)]
    Actions(actions::Actions),
    #[command(subcommand)]
    Champions(champions::Champions),
    #[command(subcommand)]
    Import(import::Import),
    #[command(subcommand)]
    Migrate(migrate::Migrate),
}

impl Command {
    pub(crate) fn run(self, database: &Database, out: &mut Output) -> anyhow::Result<ExitStatus> {
        match self {
            Self::Users(group) => group.run(database, out),
            Self::Actions(group) => group.run(database, out),
            Self::Champions(group) => group.run(database, out),
            Self::Import(group) => group.run(database, out),
            Self::Migrate(group) => group.run(database, out),
        }
    }
}
