use std::num::NonZeroUsize;

use crate::context::{Command, Context};
use crate::db::{Access, migrations};
use crate::error::ExitStatus;
use crate::output::plural;

/// Revert the latest migrations; tables created by them are dropped
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Number of migrations to revert
    #[arg(long, value_name = "N", default_value = "1")]
    steps: NonZeroUsize,
    /// Do not ask for confirmation
    #[arg(long, short)]
    yes: bool,
}

impl Command for Args {
    fn access(&self) -> Access {
        Access::Migrate { create: false }
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let url = ctx.database().url.clone();
        let (db, out) = ctx.open()?;
        let migrations = plural(self.steps.get() as u64, "migration");
        let question =
            format!("revert the latest {migrations} of {url}; tables created by them are dropped with all their rows");
        out.confirm(&question, self.yes)?;
        let reverted = migrations::revert(&mut db.conn, &url, self.steps.get())?;
        for name in &reverted {
            out.status(format_args!("reverted {name}"));
        }
        if reverted.is_empty() {
            out.status("nothing to revert");
        }
        Ok(ExitStatus::Done)
    }
}
