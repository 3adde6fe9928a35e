use crate::context::{Command, Context};
use crate::db::Access;
use crate::error::ExitStatus;
use crate::models::UserAction;

/// Print one action
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Action, by id, the start of one, or idempotency key
    action: String,
}

impl Command for Args {
    fn access(&self) -> Access {
        Access::Read
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let args = &self;
        let (db, out) = ctx.open()?;
        let action = match UserAction::find(&mut db.conn, &args.action) {
            Err(error) => UserAction::find_by_start(&mut db.conn, &args.action)?.ok_or(error)?,
            Ok(action) => action,
        };
        out.one(&action)?;
        Ok(ExitStatus::Done)
    }
}
