use diesel::prelude::*;

use crate::clock::TimeArg;
use crate::context::{Command, Context};
use crate::db::Access;
use crate::error::ExitStatus;
use crate::models::OperationRow;
use crate::schema::operation;
use crate::selection::paging::{self, SortedListArgs};

/// Name of the order in cursors.
const ORDER: &str = "at";

/// List operations, latest first: each run of a command that changed something, with what it did
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Filter by the actor; repeat to match any of several
    #[arg(long, value_name = "NAME", value_delimiter = ',', help_heading = "Filters")]
    actor: Vec<String>,
    /// Only operations at or after this time, date or age, e.g. 7d
    #[arg(long, value_name = "TIME", help_heading = "Filters")]
    since: Option<TimeArg>,
    /// Only operations before this time, date or age
    #[arg(long, value_name = "TIME", help_heading = "Filters")]
    until: Option<TimeArg>,
    #[command(flatten, next_help_heading = "Output")]
    list: SortedListArgs,
}

impl Command for Args {
    fn access(&self) -> Access {
        Access::Read
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let (since, until) = ctx.clock.span(self.since, self.until)?;
        let (db, out) = ctx.open()?;
        let list = &self.list.list;
        let start = |cursor: &str| -> anyhow::Result<_> {
            let (at, id) = paging::parse_cursor(ORDER, cursor).ok_or_else(|| paging::malformed_cursor(cursor))?;
            Ok((at.parse().map_err(|_| paging::malformed_cursor(cursor))?, id))
        };
        let after = list.after.as_deref().map(start).transpose()?;
        paging::print_sorted(
            out,
            &self.list,
            "operations",
            paging::SORTED_PAGE,
            |row: &OperationRow| paging::cursor_of(ORDER, &row.at.to_string(), &row.id),
            |last: Option<&OperationRow>, limit| {
                let mut rows = operation::table.select(OperationRow::as_select()).limit(limit).into_boxed();
                rows = if list.reverse {
                    rows.order((operation::at.asc(), operation::id.asc()))
                } else {
                    rows.order((operation::at.desc(), operation::id.desc()))
                };
                if !self.actor.is_empty() {
                    rows = rows.filter(operation::actor.eq_any(&self.actor));
                }
                if let Some(since) = since {
                    rows = rows.filter(operation::at.ge(since));
                }
                if let Some(until) = until {
                    rows = rows.filter(operation::at.lt(until));
                }
                if let Some((at, id)) = last.map(|row| (row.at, row.id.clone())).or_else(|| after.clone()) {
                    let is_same = operation::at.eq(at);
                    rows = if list.reverse {
                        rows.filter(operation::at.gt(at).or(is_same.and(operation::id.gt(id))))
                    } else {
                        rows.filter(operation::at.lt(at).or(is_same.and(operation::id.lt(id))))
                    };
                }
                Ok(rows.load(&mut db.conn)?)
            },
        )?;
        Ok(ExitStatus::Done)
    }
}
