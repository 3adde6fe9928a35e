use clap::Subcommand;

use crate::db::Database;
use crate::error::ExitStatus;
use crate::output::Output;

mod revert;
mod run;
mod status;

/// Create the tables and keep them current
#[derive(Debug, Subcommand)]
pub enum Migrate {
    Run(run::Args),
    Status(status::Args),
    Revert(revert::Args),
}

impl Migrate {
    pub(super) fn run(self, database: &Database, out: &mut Output) -> anyhow::Result<ExitStatus> {
        match self {
            Self::Run(args) => run::run(&args, database, out),
            Self::Status(args) => status::run(&args, database, out),
            Self::Revert(args) => revert::run(&args, database, out),
        }
    }
}
