use super::step::Which;
use crate::db::Db;
use crate::error::ExitStatus;
use crate::output::Output;

/// Print a champion record
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    which: Which,
}

pub(super) fn run(args: &Args, db: &mut Db, out: &mut Output) -> anyhow::Result<ExitStatus> {
    let record = args.which.find(db)?;
    out.one(&record)?;
    Ok(ExitStatus::Done)
}
