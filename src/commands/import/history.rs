use clap::Subcommand;
use diesel::prelude::*;

use crate::clock::TimeArg;
use crate::context::{Command, Context};
use crate::db::types::Timestamp;
use crate::db::{Access, AnyConnection};
use crate::error::ExitStatus;
use crate::import::FileKind;
use crate::models::{ImportRun, RunOutcome};
use crate::output::Record as _;
use crate::schema::import_run;
use crate::selection::paging::{self, SortedListArgs};

/// List past imports with their actor and outcome, newest first
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Args {
    #[command(subcommand)]
    command: Option<History>,
    /// Filter by kind
    #[arg(long, value_enum, help_heading = "Filters")]
    kind: Option<FileKind>,
    /// Filter by outcome; repeat to match any of several
    #[arg(long = "outcome", value_name = "OUTCOME", value_enum, value_delimiter = ',', help_heading = "Filters")]
    outcomes: Vec<RunOutcome>,
    /// Only imports that failed or were rolled back, with the reason
    #[arg(long, conflicts_with = "outcomes", help_heading = "Filters")]
    failed: bool,
    /// Filter by file name, as it was given to the import
    #[arg(long, value_name = "NAME", help_heading = "Filters")]
    file: Option<String>,
    /// Only imports started at or after this time, date or age, e.g. 7d
    #[arg(long, value_name = "TIME", help_heading = "Filters")]
    since: Option<TimeArg>,
    /// Only imports started before this time, date or age, e.g. 7d
    #[arg(long, value_name = "TIME", help_heading = "Filters")]
    until: Option<TimeArg>,
    #[command(flatten, next_help_heading = "Output")]
    list: SortedListArgs,
}

#[derive(Debug, Subcommand)]
enum History {
    /// Show one import with all fields
    Show {
        /// Id of the import
        run: String,
    },
}

impl Command for Args {
    fn access(&self) -> Access {
        Access::Read
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let clock = ctx.clock;
        let (since, until) = clock.span(self.since, self.until)?;
        let (db, out) = ctx.open()?;
        if let Some(History::Show { run }) = &self.command {
            out.one(&ImportRun::find(&mut db.conn, run)?)?;
            return Ok(ExitStatus::Done);
        }
        if let Some(after) = &self.list.list.after {
            let runs = import_run::table.find(after).select(import_run::id);
            runs.first::<String>(&mut db.conn).optional()?.ok_or_else(|| paging::malformed_cursor(after))?;
        }
        if self.failed && out.format().is_table() {
            out.show_columns(vec!["started_at", "file_name", "outcome", "reason", "id"]);
        }
        paging::print_sorted(
            out,
            &self.list,
            "imports",
            paging::PAGE,
            |row: &ImportRun| row.id().to_owned(),
            |last: Option<&ImportRun>, limit| {
                let after = last.map(|run| run.id.as_str()).or(self.list.list.after.as_deref());
                page(&self, since, until, &mut db.conn, after, limit)
            },
        )?;
        Ok(ExitStatus::Done)
    }
}

fn page(
    args: &Args,
    since: Option<Timestamp>,
    until: Option<Timestamp>,
    conn: &mut AnyConnection,
    after: Option<&str>,
    limit: i64,
) -> anyhow::Result<Vec<ImportRun>> {
    let mut runs = import_run::table.select(ImportRun::as_select()).limit(limit).into_boxed();
    runs = if args.list.list.reverse { runs.order(import_run::id.asc()) } else { runs.order(import_run::id.desc()) };
    if let Some(kind) = args.kind {
        runs = runs.filter(import_run::kind.eq(kind.as_str()));
    }
    if args.failed {
        runs = runs.filter(import_run::outcome.eq_any([RunOutcome::Failed, RunOutcome::RolledBack]));
    } else if !args.outcomes.is_empty() {
        runs = runs.filter(import_run::outcome.eq_any(&args.outcomes));
    }
    if let Some(file) = &args.file {
        runs = runs.filter(import_run::file_name.eq(file));
    }
    if let Some(since) = since {
        runs = runs.filter(import_run::started_at.ge(since));
    }
    if let Some(until) = until {
        runs = runs.filter(import_run::started_at.lt(until));
    }
    if let Some(id) = after {
        runs = if args.list.list.reverse {
            runs.filter(import_run::id.gt(id))
        } else {
            runs.filter(import_run::id.lt(id))
        };
    }
    Ok(runs.load(conn)?)
}
