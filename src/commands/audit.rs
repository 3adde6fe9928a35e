use clap::Subcommand;

use crate::context::Context;
use crate::error::ExitStatus;

mod events;
mod filter;
mod list;
mod show;
mod verify;

pub(super) use events::{Condition, print};
pub(super) use filter::AuditFilter;

/// Read the audit trail: who changed what, when and why
#[derive(Debug, Subcommand)]
#[expect(clippy::large_enum_variant, reason = "one value, for a moment")]
pub enum Audit {
    #[command(visible_alias = "ls")]
    List(list::Args),
    Show(show::Args),
    Verify(verify::Args),
}

impl Audit {
    pub(super) fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        match self {
            Self::List(args) => ctx.run(args),
            Self::Show(args) => ctx.run(args),
            Self::Verify(args) => ctx.run(args),
        }
    }
}
