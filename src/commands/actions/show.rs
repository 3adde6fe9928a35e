use crate::context::{Command, Context};
use crate::db::{Access, AnyConnection};
use crate::error::ExitStatus;
use crate::models::UserAction;

/// Show actions
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Actions, by id, the start of one, or idempotency key
    #[arg(value_name = "ACTION", required = true)]
    actions: Vec<String>,
}

impl Command for Args {
    fn access(&self) -> Access {
        Access::Read
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let (db, out) = ctx.open()?;
        let found: Vec<UserAction> =
            self.actions.iter().map(|name| find(name, &mut db.conn)).collect::<anyhow::Result<_>>()?;
        match &found[..] {
            [action] => out.one(action)?,
            actions => out.list::<UserAction, _>(actions.iter().map(Ok))?,
        }
        Ok(ExitStatus::Done)
    }
}

fn find(name: &str, conn: &mut AnyConnection) -> anyhow::Result<UserAction> {
    match UserAction::find(conn, name) {
        Err(error) => UserAction::find_by_start(conn, name)?.ok_or(error),
        found => found,
    }
}
