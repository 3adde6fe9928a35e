use clap::Subcommand;

use crate::context::Context;
use crate::error::ExitStatus;

mod events;
mod filter;
mod list;
mod operations;
mod show;
mod undo;
mod verify;

pub(super) use events::{Condition, print};
pub(super) use filter::AuditFilter;

/// Read the audit trail: who changed what, when and why; undo an operation
#[derive(Debug, Subcommand)]
pub enum Audit {
    #[command(visible_alias = "ls")]
    List(list::Args),
    Show(show::Args),
    Operations(operations::Args),
    Undo(undo::Args),
    Verify(verify::Args),
}

impl Audit {
    pub(super) fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        match self {
            Self::List(args) => ctx.run(args),
            Self::Show(args) => ctx.run(args),
            Self::Operations(args) => ctx.run(args),
            Self::Undo(args) => ctx.run(args),
            Self::Verify(args) => ctx.run(args),
        }
    }
}
