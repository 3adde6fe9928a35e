use std::num::NonZeroUsize;

use crate::db::{Database, migrations};
use crate::error::ExitStatus;
use crate::output::{Output, plural};

/// Take the latest migrations back, and the tables they made, with all that is in them
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Take back this many
    #[arg(short = 'n', long = "number", value_name = "N", default_value = "1")]
    n: NonZeroUsize,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
}

pub(super) fn run(args: &Args, database: &Database, out: &Output) -> anyhow::Result<ExitStatus> {
    let mut db = database.open_as_it_is(true)?.ok_or_else(|| database.missing())?;
    let migrations = plural(args.n.get() as u64, "migration");
    out.confirm(&format!("Revert {migrations} of {}? The tables that they made are lost.", database.url), args.yes)?;
    let reverted = migrations::revert(&mut db.conn, &database.url, args.n.get())?;
    for name in &reverted {
        out.status(format_args!("reverted {name}"));
    }
    if reverted.is_empty() {
        out.status("nothing to revert");
    }
    Ok(ExitStatus::Done)
}
