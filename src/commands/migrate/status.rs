use serde::Serialize;

use crate::context::{Command, Context};
use crate::db::Access;
use crate::db::migrations::{self, State};
use crate::error::ExitStatus;
use crate::output::{ArrangeArgs, Record};

/// List all migrations as applied or pending, without changing the database
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Exit with code 1 if a migration is pending, for deployment scripts
    #[arg(long)]
    exit_code: bool,
    #[command(flatten, next_help_heading = "Output")]
    arrange: ArrangeArgs,
}

#[derive(Serialize)]
struct MigrationRow {
    migration: String,
    state: &'static str,
}

impl Record for MigrationRow {
    const COLUMNS: &'static [&'static str] = &["migration", "state"];
    const TABLE: &'static [&'static str] = Self::COLUMNS;

    fn cells(&self) -> Vec<String> {
        vec![self.migration.clone(), self.state.to_owned()]
    }

    fn id(&self) -> &str {
        &self.migration
    }
}

impl Command for Args {
    fn access(&self) -> Access {
        Access::Inspect
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let url = ctx.database().url.clone();
        let (db, out) = ctx.open()?;
        if let state @ (State::Newer(_) | State::Foreign | State::Copying) = migrations::state(&mut db.conn)? {
            return Err(state.refusal(&url));
        }
        let migrations = migrations::list(&mut db.conn)?;
        let pending = migrations.iter().any(|migration| !migration.applied);
        let row = |migration: migrations::Migration| {
            let state = if migration.applied { "applied" } else { "pending" };
            MigrationRow { migration: migration.name, state }
        };
        let rows: Vec<MigrationRow> = migrations.into_iter().map(row).collect();
        self.arrange.print(&rows, out)?;
        if let Some(distribution) = db.conn.engine().distribution(&mut db.conn)? {
            out.note(format_args!("distributed: {distribution}"));
        }
        if !pending && let Some((reason, cure)) = db.conn.engine().foreign_log(&mut db.conn)? {
            out.problem(reason);
            out.hint(cure);
        }
        Ok(if pending && self.exit_code { ExitStatus::Failed } else { ExitStatus::Done })
    }
}
