use clap::Subcommand;

use crate::context::Context;
use crate::error::ExitStatus;

mod backup;
mod copy;
mod programs;
mod restore;
mod table;
mod tables;
mod verify;

/// Back up, restore, verify and move databases
#[derive(Debug, Subcommand)]
pub enum Databases {
    Backup(backup::Args),
    Verify(verify::Args),
    Restore(restore::Args),
    Copy(copy::Args),
}

impl Databases {
    pub(super) fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        match self {
            Self::Backup(args) => ctx.run(args),
            Self::Verify(args) => ctx.run(args),
            Self::Restore(args) => ctx.run(args),
            Self::Copy(args) => ctx.run(args),
        }
    }
}
