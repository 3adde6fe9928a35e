use std::num::NonZeroUsize;

use crate::context::{Command, Context};
use crate::db::migrations::{self, Reverted};
use crate::db::{Access, End};
use crate::error::{ExitStatus, Failure};
use crate::output::{Output, plural};
use crate::text::shell_quoted;

/// Revert the latest migrations; tables created by them are dropped
///
/// The name of the database is asked for, or given with --confirm: the name of the SQLite file, or of the PostgreSQL
/// database.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Number of migrations to revert
    #[arg(long, value_name = "N", default_value = "1")]
    steps: NonZeroUsize,
    /// Name of the database, as confirmation
    #[arg(long, value_name = "NAME")]
    confirm: Option<String>,
    /// Also drop tables that have rows
    #[arg(long)]
    with_data: bool,
    /// Show what would be reverted, without changing it
    #[arg(long, short = 'n')]
    dry_run: bool,
}

impl Command for Args {
    fn access(&self) -> Access {
        Access::Migrate { create: false }
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let url = ctx.database().url.clone();
        let (db, out) = ctx.open()?;
        let steps = self.steps.get();
        let planned = migrations::revert(&mut db.conn, &url, steps, |_| Ok(End::Rollback))?;
        if planned.names.is_empty() {
            out.status("nothing to revert");
            return Ok(ExitStatus::Done);
        }
        for name in &planned.names {
            let verb = if self.dry_run { "would revert" } else { "to revert:" };
            out.status(format_args!("{verb} {name}"));
        }
        for (table, rows) in &planned.lost {
            out.status(format_args!("drops table {table} with {}", plural(rows.unsigned_abs(), "row")));
        }
        self.check_data(&planned)?;
        if self.dry_run {
            return Ok(ExitStatus::Done);
        }
        db.while_waiting(|| self.confirm(&url.name(), out))?;
        let reverted = migrations::revert(&mut db.conn, &url, steps, |reverted| {
            self.check_data(reverted)?;
            Ok(End::Commit)
        })?;
        for name in &reverted.names {
            out.status(format_args!("reverted {name}"));
        }
        Ok(ExitStatus::Done)
    }
}

impl Args {
    /// Checks that no row is lost unless that is asked for.
    fn check_data(&self, reverted: &Reverted) -> Result<(), Failure> {
        if self.with_data || reverted.lost.is_empty() {
            return Ok(());
        }
        let tables: Vec<String> = reverted
            .lost
            .iter()
            .map(|(table, rows)| format!("{table} ({})", plural(rows.unsigned_abs(), "row")))
            .collect();
        Err(Failure::failed(format!("reverting would drop tables with rows: {}", tables.join(", ")))
            .hint("back up the database, then add --with-data to drop them"))
    }

    /// Checks that the name of the database was given, or typed.
    fn confirm(&self, name: &str, out: &Output) -> anyhow::Result<()> {
        let given = match &self.confirm {
            Some(given) => Some(given.clone()),
            None => out.ask(&format!("Type the name of the database ({name}) to revert: "))?,
        };
        match given {
            Some(given) if given.trim() == name => Ok(()),
            Some(_) => {
                let message = "the name does not match the name of the database";
                Err(Failure::failed(message).hint(format!("the name is {name}")).into())
            }
            None => Err(Failure::usage("refusing to revert migrations without confirmation")
                .hint(format!("add --confirm {}, or --dry-run", shell_quoted(name)))
                .into()),
        }
    }
}
