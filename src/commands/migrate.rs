use clap::Subcommand;

use crate::context::Context;
use crate::error::ExitStatus;

mod distribute;
mod grants;
mod revert;
mod run;
mod status;

/// Manage the migrations of the database schema
#[derive(Debug, Subcommand)]
pub enum Migrate {
    Run(run::Args),
    Status(status::Args),
    Revert(revert::Args),
    Grants(grants::Args),
    Distribute(distribute::Args),
}

impl Migrate {
    pub(super) fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        match self {
            Self::Run(args) => ctx.run(args),
            Self::Status(args) => ctx.run(args),
            Self::Revert(args) => ctx.run(args),
            Self::Grants(args) => ctx.run(args),
            Self::Distribute(args) => ctx.run(args),
        }
    }
}
