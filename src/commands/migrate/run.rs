use crate::db::{Database, migrations};
use crate::error::ExitStatus;
use crate::output::Output;

/// Apply every pending migration, all or nothing
///
/// A SQLite file that is not there is created. Any number of these at once are safe: one does the work.
#[derive(Debug, clap::Args)]
pub struct Args {}

pub(super) fn run(_: &Args, database: &Database, out: &Output) -> anyhow::Result<ExitStatus> {
    let applied = migrations::run(&mut database.open_or_create()?.conn, &database.url)?;
    for name in &applied {
        out.status(format_args!("applied {name}"));
    }
    if applied.is_empty() {
        out.status(format_args!("{} is up to date", database.url));
    }
    Ok(ExitStatus::Done)
}
