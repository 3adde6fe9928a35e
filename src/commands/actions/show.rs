use crate::db::Db;
use crate::error::ExitStatus;
use crate::models::UserAction;
use crate::output::Output;

/// Print one action
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Action, by id or idempotency key
    action: String,
}

pub(super) fn run(args: &Args, db: &mut Db, out: &mut Output) -> anyhow::Result<ExitStatus> {
    let action = UserAction::find(&mut db.conn, &args.action)?;
    out.one(&action)?;
    Ok(ExitStatus::Done)
}
