use std::collections::BTreeSet;
use std::num::NonZeroUsize;

use crate::commands::feed::{ConsumerChange, Printed, list, print_acknowledged, record_reason};
use crate::context::{Command, Context};
use crate::db::{Access, End};
use crate::error::{ExitStatus, Failure};
use crate::feed::{self, Cursor, Feed, Reset, check_order};
use crate::models::{ActionType, check_key};
use crate::output::{ArrangeArgs, Format, json_line};

mod query;
mod rebase;

/// Print a consumer's unacknowledged actions in commit order, as JSON lines with a cursor
///
/// Every action is delivered at least once; actions committed out of order are delivered when they become visible. On
/// PostgreSQL, an action becomes visible when every transaction of the server that started before its own has ended:
/// an open transaction blocks the feed, and a note names it. Acknowledge actions with rollbook actions ack CONSUMER
/// CURSOR. A new consumer starts at the oldest action.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a command-line option")]
pub struct Args {
    /// Name of the consumer
    #[arg(value_parser = check_key, required_unless_present_any = ["list", "rebase"])]
    consumer: Option<String>,
    /// Maximum number of actions to print
    #[arg(long, value_name = "N", help_heading = "Output")]
    limit: Option<NonZeroUsize>,
    /// Action type that the consumer gets; repeat for several. The types are stored with the consumer: --reset changes them
    #[arg(long = "type", value_name = "TYPE", value_enum, value_delimiter = ',', help_heading = "Output")]
    types: Vec<ActionType>,
    /// Keep printing new actions until Ctrl-C
    #[arg(long, conflicts_with = "limit", help_heading = "Output")]
    follow: bool,
    /// Print actions without registering a new consumer
    #[arg(long, help_heading = "Consumers")]
    peek: bool,
    /// Fail if the consumer is not registered
    #[arg(long, conflicts_with = "peek", hide_short_help = true, help_heading = "Consumers")]
    no_create: bool,
    /// Print the actions that the consumer has parked
    #[arg(long, conflicts_with_all = ["limit", "types", "follow", "peek", "no_create"], hide_short_help = true, help_heading = "Consumers")]
    parked: bool,
    /// Set the consumer's cursor to start, end or a cursor, without printing actions
    #[arg(long, value_name = "TO", conflicts_with_all = ["limit", "follow", "peek", "parked"], help_heading = "Consumers")]
    reset: Option<Reset>,
    /// Remove the consumer from the list of consumers
    #[arg(long, conflicts_with_all = ["limit", "types", "follow", "peek", "no_create", "parked", "reset"], hide_short_help = true, help_heading = "Consumers")]
    forget: bool,
    /// List the consumers and the lag of each
    #[arg(long, conflicts_with_all = ["consumer", "limit", "types", "follow", "peek", "no_create", "parked", "reset", "forget"], help_heading = "Consumers")]
    list: bool,
    /// With --list, exit with code 1 if a consumer has more unacknowledged actions than this
    #[arg(
        long,
        value_name = "N",
        requires = "list",
        conflicts_with = "consumer",
        hide_short_help = true,
        help_heading = "Consumers"
    )]
    max_lag: Option<u64>,
    /// Order the feed of a log that was restored from another server by the positions of its actions
    #[arg(long, conflicts_with_all = ["consumer", "limit", "types", "follow", "peek", "no_create", "parked", "reset", "forget", "list"], hide_short_help = true, help_heading = "Consumers")]
    rebase: bool,
    /// With --forget or --rebase, do not ask for confirmation
    #[arg(long, short, hide_short_help = true, help_heading = "Safety")]
    yes: bool,
    /// With --reset, --forget or --rebase, show what would change, without changing it
    #[arg(long, short = 'n', hide_short_help = true, help_heading = "Safety")]
    dry_run: bool,
    #[command(flatten, next_help_heading = "Output")]
    arrange: ArrangeArgs,
}

/// Acknowledge a consumer's actions up to and including a cursor
#[derive(Debug, clap::Args)]
pub struct Ack {
    /// Name of the consumer
    consumer: String,
    /// Cursor of the last processed action
    cursor: Cursor,
    /// Keep the action at the cursor in the list of those that could not be processed: see actions feed --parked
    #[arg(long)]
    park: bool,
    /// Remove the action at the cursor from that list, and acknowledge nothing
    #[arg(long, conflicts_with = "park")]
    unpark: bool,
    /// Show what would change, without changing it
    #[arg(long, short = 'n', help_heading = "Safety")]
    dry_run: bool,
}

impl Command for Args {
    fn access(&self) -> Access {
        if self.peek || self.list || self.parked { Access::Read } else { Access::of_change(self.dry_run) }
    }

    fn is_change(&self) -> bool {
        !self.dry_run && (self.reset.is_some() || self.forget || self.rebase)
    }

    fn writes(&self, format: Format) -> bool {
        if self.consumer.is_some() { format.is_line_by_line() } else { format != Format::Parquet }
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        if self.yes && !self.forget && !self.rebase {
            return Err(Failure::usage("--yes requires --forget or --rebase").into());
        }
        if self.rebase {
            return rebase::rebase(self.dry_run, self.yes, ctx);
        }
        if !self.list && self.arrange.is_given() {
            return Err(Failure::usage("--columns, --sort and --reverse require --list").into());
        }
        let clock = ctx.clock;
        let (db, out) = ctx.open()?;
        check_order(db)?;
        let Some(consumer) = &self.consumer else {
            return list(Feed::Actions, self.max_lag, &self.arrange, clock, db, out);
        };
        let change = ConsumerChange { feed: Feed::Actions, consumer, no_create: self.no_create, dry_run: self.dry_run };
        if let Some(to) = &self.reset {
            return change.reset(to, types_text(&self.types).as_deref(), clock, db, out);
        }
        if self.forget {
            return change.forget(self.yes, db, out);
        }
        if self.dry_run {
            return Err(Failure::usage("--dry-run requires --reset, --forget or --rebase").hint("add --peek").into());
        }
        if !out.format().is_line_by_line() {
            return Err(Failure::usage("feed supports only --format jsonl").into());
        }
        if self.parked {
            if feed::place(Feed::Actions, consumer, db)?.is_none() {
                return Err(Feed::Actions.unknown(consumer, db));
            }
            let parked = query::parked(consumer, db)?;
            out.write(|out| parked.iter().try_for_each(|row| json_line(out, row)))?;
            return Ok(ExitStatus::Done);
        }
        let given = types_text(&self.types);
        let registered = match feed::place(Feed::Actions, consumer, db)? {
            Some(registered) => registered,
            None if self.no_create => return Err(Feed::Actions.unknown(consumer, db)),
            None => {
                let new = feed::Place { cursor: Cursor::default(), types: given.clone() };
                if !self.peek {
                    db.transaction(|db| feed::register(Feed::Actions, consumer, new.types.as_deref(), db))?;
                    out.status(format_args!("registered consumer {consumer} at the start of the feed"));
                }
                new
            }
        };
        if given.is_some() && given != registered.types {
            let types = registered.types.as_deref().unwrap_or("all");
            let message = format!("consumer {consumer} is registered for other types: {types}");
            let hint = format!("change them with --reset {}, or use another consumer", registered.cursor);
            return Err(Failure::usage(message).hint(hint).into());
        }
        let printed = Printed { feed: Feed::Actions, limit: self.limit, follow: self.follow };
        let types = registered.types.as_deref();
        printed.print(registered.cursor.clone(), |cursor, most, db| query::page(cursor, types, most, db), db, out)
    }
}

/// The filter of a consumer as it is stored.
fn types_text(types: &[ActionType]) -> Option<String> {
    let names: BTreeSet<&str> = types.iter().map(|action_type| action_type.as_str()).collect();
    (!names.is_empty()).then(|| names.into_iter().collect::<Vec<_>>().join(","))
}

impl Command for Ack {
    fn access(&self) -> Access {
        Access::of_change(self.dry_run)
    }

    /// A consumer acknowledges what it has read by itself.
    fn is_change(&self) -> bool {
        false
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let clock = ctx.clock;
        let (db, out) = ctx.open()?;
        check_order(db)?;
        let (consumer, cursor) = (&self.consumer, &self.cursor);
        let reason = db.operation.reason().map(ToOwned::to_owned);
        let done = db.transaction_or_not(|db| {
            let registered = feed::registered(Feed::Actions, consumer, db)?;
            let is_new = !registered.cursor.covers(cursor);
            let action = query::action_at(cursor, db)?;
            let unknown_cursor = || Failure::not_found(format!("unknown cursor {cursor}"));
            let done = if self.unpark {
                let action = action.ok_or_else(unknown_cursor)?;
                if !query::unpark(consumer, &action, db)? {
                    return Err(Failure::not_found(format!("{consumer} has not parked the action at {cursor}")).into());
                }
                "removed from the parked actions:"
            } else if !is_new && !self.park {
                "already acknowledged up to"
            } else {
                let action = action.ok_or_else(unknown_cursor)?;
                if self.park {
                    query::park(consumer, &action, reason.as_deref(), db)?;
                }
                if is_new {
                    let after = registered.cursor.and(cursor);
                    feed::set(Feed::Actions, consumer, &after, clock.now(), db)?;
                    record_reason(consumer, registered.cursor, after, db)?;
                }
                match (self.park, is_new) {
                    (true, true) => "parked the action, and acknowledged up to",
                    (true, false) => "parked the action; was acknowledged already:",
                    (false, _) => "acknowledged up to",
                }
            };
            Ok((done, End::of_change(self.dry_run)))
        })?;
        print_acknowledged(consumer, done, cursor, self.dry_run, out);
        Ok(ExitStatus::Done)
    }
}
