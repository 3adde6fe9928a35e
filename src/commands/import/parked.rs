use serde::Serialize;

use crate::clock::TimeArg;
use crate::context::{Command, Context};
use crate::db::types::Timestamp;
use crate::db::{Access, End, Lock};
use crate::error::{ExitStatus, Failure};
use crate::interrupt::Interrupt;
use crate::log::{LogFile, LogWriter, LogWriterOptions};
use crate::models::{Change, EventIds, ParkedEvent, Subject};
use crate::output::plural;
use crate::selection::paging::{self, SortedListArgs};

/// What was removed, as the audit trail has it.
#[derive(Serialize)]
struct RemovedEvents {
    older_than: Timestamp,
    events: usize,
}

/// The order of the list, in its cursors.
const ORDER: &str = "key";

/// Record the parked events whose users are known by now; list or remove them
///
/// import actions --unknown-users park keeps events of people who are not known. Each is recorded once, by this command or by
/// the next import of users; anonymous events stay until they are removed.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a command-line option")]
pub struct Args {
    /// List the parked events instead
    #[arg(long, conflicts_with_all = ["drop", "dry_run"])]
    list: bool,
    /// Remove parked events instead
    #[arg(long, requires = "older_than")]
    drop: bool,
    /// With --drop, only events parked before this time or date, or for longer than this, e.g. 90d
    #[arg(long, value_name = "TIME", requires = "drop")]
    older_than: Option<TimeArg>,
    /// With --drop, do not ask for confirmation
    #[arg(long, short, requires = "drop")]
    yes: bool,
    /// Show what would be done, without doing it
    #[arg(long, short = 'n')]
    dry_run: bool,
    #[command(flatten, next_help_heading = "Output")]
    page: SortedListArgs,
}

impl Command for Args {
    fn access(&self) -> Access {
        if self.list { Access::Read } else { Access::of_change(self.dry_run) }
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        if !self.list && self.page.is_given() {
            return Err(Failure::usage("--columns, --sort, --reverse, --limit and --after require --list").into());
        }
        let older_than = self.older_than.map(|time| ctx.clock.resolve(time)).transpose()?;
        let clock = ctx.clock;
        let (db, out) = ctx.open()?;
        let end = End::of_change(self.dry_run);
        if self.list {
            let parse = |cursor: &str| {
                paging::parse_cursor(ORDER, cursor).ok_or_else(|| paging::malformed_cursor(cursor)).map(|(_, key)| key)
            };
            let start = self.page.list.after.as_deref().map(parse).transpose()?;
            paging::print_sorted(
                out,
                &self.page,
                "events",
                paging::PAGE,
                |row: &ParkedEvent| paging::cursor_of(ORDER, "", &row.key),
                |last: Option<&ParkedEvent>, limit| {
                    let last = last.map(|row| row.key.as_str()).or(start.as_deref());
                    Ok(if self.page.list.reverse {
                        ParkedEvent::page_before(last, limit, &mut db.conn)?
                    } else {
                        ParkedEvent::page(last.unwrap_or_default(), limit, &mut db.conn)?
                    })
                },
            )?;
            return Ok(ExitStatus::Done);
        }
        if let Some(time) = older_than {
            out.status(format_args!("parked before {}", clock.shown(time)));
            let count = ParkedEvent::count_before(time, &mut db.conn)?;
            if !self.dry_run && !self.yes && count > 0 {
                let what = plural(count.unsigned_abs(), "parked event");
                match db.while_waiting(|| out.agrees(&format!("Permanently remove {what}?")))? {
                    Some(true) => {}
                    Some(false) => return Err(Failure::failed("not confirmed").into()),
                    None => {
                        let message =
                            format!("refusing to remove {what} without confirmation on a non-interactive terminal");
                        return Err(Failure::usage(message).hint("add --yes to confirm, or --dry-run").into());
                    }
                }
            }
            let removed = db.transaction_or_not(|db| {
                let removed = ParkedEvent::drop_before(time, db)?;
                let removed_events = RemovedEvents { older_than: time, events: removed };
                let (verb, subject, id) = ("drop_parked", Subject::Log, "import_parked");
                Change { verb, subject, id, before: Some(&removed_events), after: None }.record(db)?;
                Ok((removed, end))
            })?;
            let verb = if self.dry_run { "would remove" } else { "removed" };
            out.status(format_args!("{verb} {}", plural(removed as u64, "parked event")));
            return Ok(ExitStatus::Done);
        }
        db.take_timeouts_off()?;
        let ((recorded, left), waiting) = db.transaction_or_not(|db| {
            db.lock(Lock::Import)?;
            let file = LogFile { name: "parked events".to_owned(), ids: EventIds::new_file() };
            let options =
                LogWriterOptions { content_key: true, parks: false, bytes: None, interrupt: Interrupt::default() };
            let mut log = LogWriter::new(vec![file], options);
            let counts = log.record_parked(db)?;
            log.end(db)?;
            db.operation.count("record parked", counts.0);
            let waiting = ParkedEvent::count(&mut db.conn)?;
            Ok(((counts, waiting), end))
        })?;
        let verb = if self.dry_run { "would record" } else { "recorded" };
        out.status(format_args!("{verb} {}; {waiting} left", plural(recorded, "parked event")));
        if left > 0 {
            out.note(format_args!("{} not recorded: conflict with recorded events", plural(left, "parked event")));
            out.hint("list them: rollbook import parked --list");
            return Ok(ExitStatus::Conflict);
        }
        Ok(ExitStatus::Done)
    }
}
