use diesel::prelude::*;

use crate::context::{Command, Context};
use crate::db::Access;
use crate::error::{ExitStatus, Failure};
use crate::models::AuditEvent;
use crate::output::HistoryRow;
use crate::schema::audit_event;

/// Show changes with their old and new values, actor, reason and operation
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Ids of the changes, as audit list prints them
    #[arg(value_name = "ID", required = true)]
    ids: Vec<i64>,
}

impl Command for Args {
    fn access(&self) -> Access {
        Access::Read
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let (db, out) = ctx.open()?;
        let mut found = Vec::new();
        for id in self.ids {
            let event = audit_event::table.find(id).select(AuditEvent::as_select()).first(&mut db.conn).optional()?;
            let event: AuditEvent = event.ok_or_else(|| {
                Failure::not_found(format!("unknown change {id}")).hint("list them: rollbook audit list")
            })?;
            found.push(HistoryRow::from(&event));
        }
        match &found[..] {
            [row] => out.one(row)?,
            rows => out.list::<HistoryRow, _>(rows.iter().map(Ok))?,
        }
        Ok(ExitStatus::Done)
    }
}
