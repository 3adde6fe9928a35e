//! Settles a log that was restored from another server: its order of commits is replaced by that of the positions.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Text};
use serde::Serialize;

use crate::context::Context;
use crate::db::{Db, End};
use crate::error::{ExitStatus, Failure};
use crate::feed::Feed;
use crate::models::{Change, Subject, change_or_not};
use crate::output::plural;

/// What the audit trail records of a rebase.
#[derive(Serialize)]
struct Rebase {
    /// The transaction that stands for those of the other server.
    transaction: String,
    actions: i64,
    consumers: i64,
}

#[derive(QueryableByName)]
struct Counts {
    #[diesel(sql_type = Text)]
    transaction: String,
    #[diesel(sql_type = BigInt)]
    actions: i64,
    #[diesel(sql_type = BigInt)]
    consumers: i64,
}

/// With the rights of the owner: who may rebase may execute it.
const LOCK: &str = "SELECT rollbook_lock_feed()";

const COUNTS: &str = "SELECT pg_current_xact_id()::text AS transaction, \
     (SELECT count(*) FROM user_action) AS actions, (SELECT count(*) FROM feed_cursor) AS consumers";

/// Each consumer goes back to before the first row that it has not acknowledged in the order of the other server, or that was
/// recorded after its place, perhaps on this one: nothing is skipped, some may be delivered again.
fn move_consumers(feed: Feed) -> String {
    let (table, name) = (feed.table(), feed.name());
    format!(
        "UPDATE feed_cursor c SET recorded_xid = pg_current_xact_id(), position = coalesce(\
         (SELECT min(a.position) - 1 FROM {table} a \
           WHERE (a.recorded_xid, a.position) > (c.recorded_xid, c.position) OR a.position > c.position), \
         (SELECT max(a.position) FROM {table} a), 0) WHERE feed = '{name}'"
    )
}

fn settle_rows(feed: Feed) -> String {
    format!(
        "UPDATE {} SET recorded_xid = pg_current_xact_id() WHERE recorded_xid <> pg_current_xact_id()",
        feed.table()
    )
}

/// Gives all actions the number of this transaction, so that the feed has them in the order of their positions.
pub(super) fn rebase(dry_run: bool, yes: bool, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
    let (db, out) = ctx.open()?;
    if !db.conn.engine().has_concurrent_writers() {
        out.status("nothing to rebase: on SQLite, positions are in commit order");
        return Ok(ExitStatus::Done);
    }
    let Some((reason, cure)) = db.conn.engine().foreign_log(&mut db.conn)? else {
        out.status("nothing to rebase: the log was written on this server");
        return Ok(ExitStatus::Done);
    };
    if db.conn.engine().is_log_distributed() {
        return Err(Failure::failed(format!("the feed of a distributed log cannot be rebased: {reason}"))
            .hint(cure)
            .into());
    }
    out.status(format_args!("{reason}"));
    if !dry_run && !yes {
        match db.while_waiting(|| out.agrees("Put the feed in the order of the positions?"))? {
            Some(true) => {}
            Some(_) => return Err(Failure::failed("not confirmed").into()),
            None => {
                let message = "refusing to rebase the feed without confirmation on a non-interactive terminal";
                return Err(Failure::usage(message).hint("add --yes to confirm").into());
            }
        }
    }
    let done = change_or_not(dry_run, db, |db| Ok((settle(db)?, End::of_change(dry_run))))?;
    out.status(format_args!(
        "{} {}, and the cursors of {}: some actions may be delivered again",
        if dry_run { "would rebase" } else { "rebased" },
        plural(done.actions.unsigned_abs(), "action"),
        plural(done.consumers.unsigned_abs(), "consumer"),
    ));
    Ok(ExitStatus::Done)
}

fn settle(db: &mut Db) -> anyhow::Result<Rebase> {
    sql_query(LOCK).execute(&mut db.conn)?;
    let Counts { transaction, actions, consumers } = sql_query(COUNTS).get_result(&mut db.conn)?;
    let rebase = Rebase { transaction, actions, consumers };
    let (subject, id) = (Subject::Log, "user_action");
    // Before the update, which the guard allows only with it.
    Change { verb: "rebase", subject, id, before: None, after: Some(&rebase) }.record(db)?;
    for feed in [Feed::Actions, Feed::Users] {
        sql_query(move_consumers(feed)).execute(&mut db.conn)?;
        let settled = sql_query(settle_rows(feed)).execute(&mut db.conn)?;
        anyhow::ensure!(feed == Feed::Users || i64::try_from(settled)? == actions, "the log was changed meanwhile");
    }
    sql_query("SELECT rollbook_begin_generation()").execute(&mut db.conn)?;
    Ok(rebase)
}
