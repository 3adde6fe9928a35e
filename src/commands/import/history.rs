use clap::Subcommand;
use diesel::prelude::*;

use crate::commands::paging::{self, Paging};
use crate::db::types::{Instant, InstantError};
use crate::db::{Access, AnyConnection, Database};
use crate::error::{ExitStatus, Failure};
use crate::import::FileKind;
use crate::models::{ImportRun, Outcome};
use crate::output::Output;
use crate::schema::import_run;

/// List what was imported, newest first: by whom, with which outcome
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Args {
    #[command(subcommand)]
    command: Option<History>,
    /// Only imports of this kind
    #[arg(long, value_enum)]
    kind: Option<FileKind>,
    /// Only imports that ended so; repeated, in any of these ways
    #[arg(long = "outcome", value_name = "OUTCOME", value_enum)]
    outcomes: Vec<Outcome>,
    /// Only imports of the file that was given by this name
    #[arg(long, value_name = "NAME")]
    file: Option<String>,
    /// Only imports begun at this time or later
    #[arg(long, value_name = "TIME", value_parser = time)]
    since: Option<Instant>,
    /// Only imports begun before this time
    #[arg(long, value_name = "TIME", value_parser = time)]
    until: Option<Instant>,
    #[command(flatten)]
    paging: Paging,
}

#[derive(Debug, Subcommand)]
enum History {
    /// Show all that is known of one import
    Show {
        /// Identifier of the import
        run: String,
    },
}

fn time(text: &str) -> Result<Instant, InstantError> {
    Instant::parse_time_or_date(text)
}

pub(super) fn run(args: Args, database: &Database, out: &mut Output) -> anyhow::Result<ExitStatus> {
    let mut db = database.open(Access::Read)?;
    if let Some(History::Show { run }) = args.command {
        let found =
            import_run::table.find(&run).select(ImportRun::as_select()).first(&mut db.conn).optional()?.ok_or_else(
                || Failure::not_found(format!("no import {run}")).hint("rollbook import history lists them"),
            )?;
        out.one(&found)?;
        return Ok(ExitStatus::Done);
    }
    paging::print(out, &args.paging, "imports", paging::PAGE, |last: Option<&ImportRun>, limit| {
        let after = last.map(|run| run.id.as_str()).or(args.paging.after.as_deref());
        page(&args, &mut db.conn, after, limit)
    })?;
    Ok(ExitStatus::Done)
}

fn page(args: &Args, conn: &mut AnyConnection, after: Option<&str>, limit: i64) -> QueryResult<Vec<ImportRun>> {
    let mut runs =
        import_run::table.select(ImportRun::as_select()).order(import_run::id.desc()).limit(limit).into_boxed();
    if let Some(kind) = args.kind {
        runs = runs.filter(import_run::kind.eq(kind.as_str()));
    }
    if !args.outcomes.is_empty() {
        runs = runs.filter(import_run::outcome.eq_any(&args.outcomes));
    }
    if let Some(file) = &args.file {
        runs = runs.filter(import_run::file_name.eq(file));
    }
    if let Some(since) = args.since {
        runs = runs.filter(import_run::started_at.ge(since));
    }
    if let Some(until) = args.until {
        runs = runs.filter(import_run::started_at.lt(until));
    }
    if let Some(id) = after {
        runs = runs.filter(import_run::id.lt(id));
    }
    runs.load(conn)
}
