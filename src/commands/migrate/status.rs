use serde::Serialize;

use crate::db::Database;
use crate::db::migrations::{self, State};
use crate::error::ExitStatus;
use crate::output::{Output, Record};

/// List the migrations and whether the database has them; writes nothing
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Exit with 1 when any migration is pending, for deploy scripts
    #[arg(long)]
    exit_code: bool,
}

#[derive(Serialize)]
struct Row {
    migration: String,
    state: &'static str,
}

impl Record for Row {
    const COLUMNS: &'static [&'static str] = &["migration", "state"];
    const TABLE: &'static [&'static str] = Self::COLUMNS;

    fn cells(&self) -> Vec<String> {
        vec![self.migration.clone(), self.state.to_owned()]
    }

    fn id(&self) -> &str {
        &self.migration
    }
}

pub(super) fn run(args: &Args, database: &Database, out: &mut Output) -> anyhow::Result<ExitStatus> {
    let db = database.open_as_it_is(false)?;
    let steps = match db {
        Some(mut db) => match migrations::state(&mut db.conn)? {
            state @ (State::Newer(_) | State::Foreign) => return Err(state.refusal(&database.url)),
            State::Current | State::Empty(_) | State::Pending(_) => migrations::steps(&mut db.conn)?,
        },
        None => migrations::steps_of_nothing(&database.url)?,
    };
    let pending = steps.iter().any(|step| !step.applied);
    out.list(steps.into_iter().map(|step| {
        anyhow::Ok(Row { migration: step.name, state: if step.applied { "applied" } else { "pending" } })
    }))?;
    Ok(if pending && args.exit_code { ExitStatus::Failed } else { ExitStatus::Done })
}
