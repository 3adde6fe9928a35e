use diesel::prelude::*;

use crate::commands::paging::{self, Paging};
use crate::db::Db;
use crate::error::{ExitStatus, Failure};
use crate::models::{AuditEvent, HistoryRow, Subject, User};
use crate::output::Output;
use crate::schema::audit_event;

/// List what was changed of a user, the latest first: when, by whom, from what, to what
///
/// Attempts that were refused are listed too, with the reason.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// User, by id or email
    user: String,
    #[command(flatten)]
    paging: Paging,
}

pub(super) fn run(args: &Args, db: &mut Db, out: &mut Output) -> anyhow::Result<ExitStatus> {
    let user = User::find(&mut db.conn, &args.user)?.id;
    let position = |id: &str| {
        id.parse::<i64>().map_err(|_| Failure::new(ExitStatus::Usage, format!("--after {id} is the id of no change")))
    };
    let after = args.paging.after.as_deref().map(position).transpose()?;
    paging::print(out, &args.paging, "changes", paging::PAGE, |last: Option<&HistoryRow>, limit| {
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
    })?;
    Ok(ExitStatus::Done)
}
