use diesel::prelude::*;

use crate::context::{Command, Context};
use crate::db::Access;
use crate::error::{ExitStatus, Failure};
use crate::models::{AuditEvent, Subject};
use crate::output::HistoryRow;
use crate::output::Record as _;
use crate::schema::audit_event;
use crate::selection::find_user;
use crate::selection::paging::{self, Paging};

/// List the changes of a user, latest first: time, actor, old and new values
///
/// Refused attempts are listed with the reason.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// User, by id or email
    user: String,
    #[command(flatten, next_help_heading = "Output")]
    paging: Paging,
}

impl Command for Args {
    fn access(&self) -> Access {
        Access::Read
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let args = &self;
        let (db, out) = ctx.open()?;
        let user = find_user(&args.user, &mut db.conn)?.0.id;
        let position = |id: &str| {
            id.parse::<i64>()
                .map_err(|_| Failure::new(ExitStatus::Usage, format!("--after {id}: expected a change id")))
        };
        let after = args.paging.after.as_deref().map(position).transpose()?;
        paging::print(
            out,
            &args.paging,
            "changes",
            paging::PAGE,
            |row: &HistoryRow| row.id().to_owned(),
            |last: Option<&HistoryRow>, limit| {
                let mut events = audit_event::table
                    .select(AuditEvent::as_select())
                    .filter(audit_event::subject_kind.eq(Subject::User))
                    .filter(audit_event::subject_id.eq(&user))
                    .order(audit_event::position.desc())
                    .limit(limit)
                    .into_boxed();
                if let Some(position) = last.and_then(|row| row.id.parse().ok()).or(after) {
                    events = events.filter(audit_event::position.lt(position));
                }
                Ok(events.load(&mut db.conn)?.iter().map(HistoryRow::from).collect())
            },
        )?;
        Ok(ExitStatus::Done)
    }
}
