use crate::context::{Command, Context};
use crate::db::{Access, migrations};
use crate::error::ExitStatus;

/// Apply all pending migrations in one transaction
///
/// Creates a SQLite file that does not exist. Concurrent runs are safe.
#[derive(Debug, clap::Args)]
pub struct Args {}

impl Command for Args {
    fn access(&self) -> Access {
        Access::Migrate { create: true }
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let url = ctx.database().url.clone();
        let (db, out) = ctx.open()?;
        let applied = migrations::run(&mut db.conn, &url)?;
        for name in &applied {
            out.status(format_args!("applied {name}"));
        }
        if applied.is_empty() {
            out.status(format_args!("{url} is up to date"));
        }
        Ok(ExitStatus::Done)
    }
}
