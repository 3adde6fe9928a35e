use crate::context::{Command, Context};
use crate::db::{Access, migrations};
use crate::error::ExitStatus;

/// Apply all pending migrations in one transaction
///
/// Creates a SQLite file that does not exist. Concurrent runs are safe.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// List the migrations that would be applied, without applying them
    #[arg(long, short = 'n')]
    dry_run: bool,
}

impl Command for Args {
    fn access(&self) -> Access {
        if self.dry_run { Access::Inspect } else { Access::Migrate { create: true } }
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let url = ctx.database().url.clone();
        let (db, out) = ctx.open()?;
        let (applied, verb) = if self.dry_run {
            (migrations::pending(&mut db.conn, &url)?, "would apply")
        } else {
            (migrations::run(&mut db.conn, &url)?, "applied")
        };
        for name in &applied {
            out.status(format_args!("{verb} {name}"));
        }
        if applied.is_empty() {
            out.status(format_args!("{url} is up to date"));
        }
        Ok(ExitStatus::Done)
    }
}
