use crate::db::Db;
use crate::error::ExitStatus;
use crate::models::User;
use crate::output::Output;

/// Print a user
#[derive(Debug, clap::Args)]
pub struct Args {
    /// User, by id or email
    user: String,
}

pub(super) fn run(args: &Args, db: &mut Db, out: &mut Output) -> anyhow::Result<ExitStatus> {
    let user = User::find(&mut db.conn, &args.user)?;
    out.one(&user)?;
    Ok(ExitStatus::Done)
}
