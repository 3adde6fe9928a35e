use std::collections::HashMap;
use std::num::NonZeroUsize;

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};
use serde::Serialize;

use crate::commands::feed::{ConsumerChange, Delivered, Printed, list, print_acknowledged, record_reason};
use crate::context::{Command, Context};
use crate::db::types::{Timestamp, sql};
use crate::db::{Access, Db, End, LogPosition, is_any_of};
use crate::error::{ExitStatus, Failure};
use crate::feed::{self, Cursor, Feed, Reset, check_order};
use crate::models::{User, check_key};
use crate::output::{ArrangeArgs, Format};
use crate::schema::user;

/// Print a consumer's unacknowledged changes of users in commit order, as JSON lines with a cursor
///
/// For systems that keep a copy of the users: each line has the kind of change (created, changed, merged, erased or
/// deleted) and the current user; of an erased user, no personal data is left. Every change is delivered at least once.
/// Acknowledge changes with rollbook users ack CONSUMER CURSOR. Of the changes by other programs' SQL,
/// those that the audit trail records are delivered: all but the sign-up time, and new users who are only students.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a command-line option")]
pub struct Args {
    /// Name of the consumer
    #[arg(value_parser = check_key, required_unless_present = "list")]
    consumer: Option<String>,
    /// Maximum number of changes to print
    #[arg(long, value_name = "N", help_heading = "Output")]
    limit: Option<NonZeroUsize>,
    /// Keep printing new changes until Ctrl-C
    #[arg(long, conflicts_with = "limit", help_heading = "Output")]
    follow: bool,
    /// Print changes without registering a new consumer
    #[arg(long, help_heading = "Consumers")]
    peek: bool,
    /// Fail if the consumer is not registered
    #[arg(long, conflicts_with = "peek", hide_short_help = true, help_heading = "Consumers")]
    no_create: bool,
    /// Set the consumer's cursor to start, end or a cursor, without printing changes
    #[arg(long, value_name = "TO", conflicts_with_all = ["limit", "follow", "peek"], help_heading = "Consumers")]
    reset: Option<Reset>,
    /// Remove the consumer from the list of consumers
    #[arg(long, conflicts_with_all = ["limit", "follow", "peek", "no_create", "reset"], hide_short_help = true, help_heading = "Consumers")]
    forget: bool,
    /// List the consumers and the lag of each
    #[arg(long, conflicts_with_all = ["consumer", "limit", "follow", "peek", "no_create", "reset", "forget"], help_heading = "Consumers")]
    list: bool,
    /// With --list, exit with code 1 if a consumer has more unacknowledged changes than this
    #[arg(
        long,
        value_name = "N",
        requires = "list",
        conflicts_with = "consumer",
        hide_short_help = true,
        help_heading = "Consumers"
    )]
    max_lag: Option<u64>,
    /// With --forget, do not ask for confirmation
    #[arg(long, short, requires = "forget", hide_short_help = true, help_heading = "Safety")]
    yes: bool,
    /// With --reset or --forget, show what would change, without changing it
    #[arg(long, short = 'n', hide_short_help = true, help_heading = "Safety")]
    dry_run: bool,
    #[command(flatten, next_help_heading = "Output")]
    arrange: ArrangeArgs,
}

/// Acknowledge a consumer's changes of users up to and including a cursor
#[derive(Debug, clap::Args)]
pub struct Ack {
    /// Name of the consumer
    consumer: String,
    /// Cursor of the last processed change
    cursor: Cursor,
    /// Show what would change, without changing it
    #[arg(long, short = 'n', help_heading = "Safety")]
    dry_run: bool,
}

/// What has happened to a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Created,
    Changed,
    Merged,
    Erased,
    Deleted,
}

/// A change of a user.
#[derive(Debug, Serialize)]
struct UserChange {
    cursor: Cursor,
    change: Kind,
    user_id: String,
    at: Timestamp,
    /// The user who has the actions and records of a merged one.
    merged_into: Option<String>,
    /// The user as it is now; nothing of one who is merged, erased or deleted.
    user: Option<User>,
}

impl Delivered for UserChange {
    fn cursor(&self) -> &Cursor {
        &self.cursor
    }
}

#[derive(QueryableByName)]
struct ChangeRow {
    #[diesel(sql_type = Text)]
    xid: String,
    #[diesel(sql_type = BigInt)]
    position: i64,
    #[diesel(sql_type = sql::UtcTimestamp)]
    at: Timestamp,
    #[diesel(sql_type = Text)]
    verb: String,
    #[diesel(sql_type = Text)]
    subject_id: String,
    #[diesel(sql_type = Bool)]
    had_row: bool,
    #[diesel(sql_type = Bool)]
    has_row: bool,
    #[diesel(sql_type = Nullable<Text>)]
    merged_into: Option<String>,
}

impl ChangeRow {
    fn kind(&self) -> Kind {
        match (&*self.verb, self.had_row, self.has_row) {
            ("create", ..) | ("sql", false, true) => Kind::Created,
            ("merge", ..) if self.merged_into.is_some() => Kind::Merged,
            ("erase", ..) => Kind::Erased,
            ("sql", true, false) => Kind::Deleted,
            _ => Kind::Changed,
        }
    }
}

/// The changes after a cursor.
fn page(cursor: &Cursor, limit: usize, db: &mut Db) -> anyhow::Result<Vec<UserChange>> {
    let order = Feed::Users.order(db)?;
    let rows: Vec<ChangeRow> = sql_query(format!(
        "SELECT {} AS xid, position, at, verb, subject_id, before IS NOT NULL AS had_row, \
           after IS NOT NULL AS has_row, after ->> 'merged_into' AS merged_into \
         FROM audit_event WHERE {} AND {} AND subject_kind = 'user' AND refusal IS NULL ORDER BY {} LIMIT $1",
        order.transaction(),
        order.after(cursor.positions()),
        order.settled(),
        order.ascending(),
    ))
    .bind::<BigInt, _>(i64::try_from(limit)?)
    .load(&mut db.conn)?;
    let ids: Vec<&str> = rows.iter().map(|row| row.subject_id.as_str()).collect();
    let users: Vec<User> = user::table
        .select(User::as_select())
        .filter(user::erased_at.is_null())
        .filter(is_any_of(&db.conn, "id", &ids)?)
        .load(&mut db.conn)?;
    let users: HashMap<&str, &User> = users.iter().map(|user| (user.id.as_str(), user)).collect();
    let change = |row: ChangeRow| {
        Ok(UserChange {
            cursor: Cursor::of(LogPosition { node: None, transaction: row.xid.parse()?, position: row.position }),
            change: row.kind(),
            user: users.get(row.subject_id.as_str()).map(|user| (*user).clone()),
            user_id: row.subject_id,
            at: row.at,
            merged_into: row.merged_into,
        })
    };
    rows.into_iter().map(change).collect()
}

impl Command for Args {
    fn access(&self) -> Access {
        if self.peek || self.list { Access::Read } else { Access::of_change(self.dry_run) }
    }

    fn is_change(&self) -> bool {
        !self.dry_run && (self.reset.is_some() || self.forget)
    }

    fn writes(&self, format: Format) -> bool {
        if self.consumer.is_some() { format.is_line_by_line() } else { format != Format::Parquet }
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        if !self.list && self.arrange.is_given() {
            return Err(Failure::usage("--columns, --sort and --reverse require --list").into());
        }
        let clock = ctx.clock;
        let (db, out) = ctx.open()?;
        check_order(db)?;
        let Some(consumer) = &self.consumer else {
            return list(Feed::Users, self.max_lag, &self.arrange, clock, db, out);
        };
        let change = ConsumerChange { feed: Feed::Users, consumer, no_create: self.no_create, dry_run: self.dry_run };
        if let Some(to) = &self.reset {
            return change.reset(to, None, clock, db, out);
        }
        if self.forget {
            return change.forget(self.yes, db, out);
        }
        if self.dry_run {
            return Err(Failure::usage("--dry-run requires --reset or --forget").hint("add --peek").into());
        }
        if !out.format().is_line_by_line() {
            return Err(Failure::usage("feed supports only --format jsonl").into());
        }
        let place = feed::place(Feed::Users, consumer, db)?;
        if place.is_none() && self.no_create {
            return Err(Feed::Users.unknown(consumer, db));
        }
        if place.is_none() && !self.peek {
            db.transaction(|db| feed::register(Feed::Users, consumer, None, db))?;
            out.status(format_args!("registered consumer {consumer} at the start of the feed"));
        }
        let printed = Printed { feed: Feed::Users, limit: self.limit, follow: self.follow };
        printed.print(place.map_or(Cursor::default(), |place| place.cursor), page, db, out)
    }
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
        let done = db.transaction_or_not(|db| {
            let place = feed::registered(Feed::Users, consumer, db)?;
            let done = if place.cursor.covers(cursor) {
                "already acknowledged up to"
            } else if feed::is_there(Feed::Users, cursor, db)? {
                feed::set(Feed::Users, consumer, cursor, clock.now(), db)?;
                record_reason(consumer, place.cursor, cursor.clone(), db)?;
                "acknowledged up to"
            } else {
                return Err(Failure::not_found(format!("unknown cursor {cursor}")).into());
            };
            Ok((done, End::of_change(self.dry_run)))
        })?;
        print_acknowledged(consumer, done, cursor, self.dry_run, out);
        Ok(ExitStatus::Done)
    }
}
