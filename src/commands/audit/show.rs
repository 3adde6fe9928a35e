use diesel::prelude::*;

use crate::context::{Command, Context};
use crate::db::Access;
use crate::error::{ExitStatus, Failure};
use crate::models::AuditEvent;
use crate::output::HistoryRow;
use crate::schema::audit_event;

/// Show one change with its old and new values, actor, reason and operation
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Id of the change, as audit list prints it
    id: i64,
}

impl Command for Args {
    fn access(&self) -> Access {
        Access::Read
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let (db, out) = ctx.open()?;
        let event = audit_event::table.find(self.id).select(AuditEvent::as_select()).first(&mut db.conn).optional()?;
        let event = event.ok_or_else(|| {
            Failure::not_found(format!("unknown change {}", self.id)).hint("list them: rollbook audit list")
        })?;
        out.one(&HistoryRow::from(&event))?;
        Ok(ExitStatus::Done)
    }
}
