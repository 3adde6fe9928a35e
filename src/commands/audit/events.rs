//! Prints events of the audit trail, page by page.

use diesel::prelude::*;
use diesel::sql_types::Bool;

use crate::db::{Db, MultiBackend};
use crate::models::AuditEvent;
use crate::output::{HistoryRow, Output, Record as _};
use crate::schema::audit_event;
use crate::selection::paging::{self, SortedListArgs};

/// A condition on the events.
pub(in crate::commands) type Condition = Box<dyn BoxableExpression<audit_event::table, MultiBackend, SqlType = Bool>>;

/// Prints the events that meet all conditions, latest first.
///
/// # Errors
/// When `--after` is no position of an event (exit code 2), or the database fails.
pub(in crate::commands) fn print(
    conditions: impl Fn() -> Vec<Condition>,
    args: &SortedListArgs,
    db: &mut Db,
    out: &mut Output,
) -> anyhow::Result<()> {
    let list = &args.list;
    let position = |id: &str| id.parse::<i64>().map_err(|_| paging::malformed_cursor(id));
    let after = list.after.as_deref().map(position).transpose()?;
    paging::print_sorted(
        out,
        args,
        "changes",
        paging::PAGE,
        |row: &HistoryRow| row.id().to_owned(),
        |last: Option<&HistoryRow>, limit| {
            let mut events = audit_event::table.select(AuditEvent::as_select()).limit(limit).into_boxed();
            events = conditions().into_iter().fold(events, QueryDsl::filter);
            let start = last.and_then(|row| row.id.parse().ok()).or(after);
            events = match (start, list.reverse) {
                (None, _) => events,
                (Some(position), false) => events.filter(audit_event::position.lt(position)),
                (Some(position), true) => events.filter(audit_event::position.gt(position)),
            };
            events = if list.reverse {
                events.order(audit_event::position.asc())
            } else {
                events.order(audit_event::position.desc())
            };
            Ok(events.load(&mut db.conn)?.iter().map(HistoryRow::from).collect())
        },
    )
}
