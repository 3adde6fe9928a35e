use diesel::connection::SimpleConnection as _;
use serde::Serialize;

use crate::context::{Command, Context};
use crate::db::{Access, End, Lock, migrations};
use crate::error::{ExitStatus, Failure};
use crate::models::{Change, Subject, change_or_not};
use crate::output::plural;

/// Distribute the action log over the nodes of a Citus cluster
///
/// The log is cut into shards by idempotency key; every node gets a copy of the other tables. It is one transaction, in which
/// the tables are locked. Afterwards, connect only to the coordinator; an event with a source event id has the key
/// user_action:SOURCE:EVENT, and the feed has an order for each node. It cannot be reverted.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Number of shards: two to four per processor of all workers, including future ones
    #[arg(long, value_name = "N", default_value_t = 32, value_parser = clap::value_parser!(u32).range(1..=64_000))]
    shards: u32,
    /// Do not ask for confirmation
    #[arg(long, short)]
    yes: bool,
    /// Distribute the log, show the result, and roll back
    #[arg(long, short = 'n')]
    dry_run: bool,
}

/// What the audit trail records.
#[derive(Serialize)]
struct Distribution {
    shards: u32,
    actions: i64,
}

impl Command for Args {
    fn access(&self) -> Access {
        Access::of_change(self.dry_run)
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let url = ctx.database().url.clone();
        let (db, out) = ctx.open()?;
        let engine = db.conn.engine();
        if let Some(distribution) = engine.distribution(&mut db.conn)? {
            out.status(format_args!("already distributed: {distribution}"));
            return Ok(ExitStatus::Done);
        }
        let obstacles = engine.obstacles_to_distribution(&mut db.conn)?;
        if let Some(first) = obstacles.first() {
            for other in &obstacles[1..] {
                out.problem(&other.reason);
                out.hint(other.cure);
            }
            return Err(Failure::failed(first.reason.clone()).hint(first.cure).into());
        }
        if !self.dry_run && !self.yes {
            match db.while_waiting(|| out.agrees(&format!("Distribute the log of {url}? It cannot be reverted")))? {
                Some(true) => {}
                Some(_) => return Err(Failure::failed("not confirmed").into()),
                None => {
                    let message = "refusing to distribute the log without confirmation on a non-interactive terminal";
                    return Err(Failure::usage(message).hint("add --yes to confirm").into());
                }
            }
        }
        let shards = self.shards;
        let (distribution, actions) = change_or_not(self.dry_run, db, |db| {
            let engine = db.conn.engine();
            engine.lock(Lock::Migration, &mut db.conn)?;
            engine.lock(Lock::Import, &mut db.conn)?;
            // For PostgreSQL, as there were no obstacles.
            db.conn.batch_execute("LOCK TABLE user_action IN ACCESS EXCLUSIVE MODE")?;
            let before = migrations::row_counts(&mut db.conn)?;
            let actions = before.iter().find(|(table, _)| *table == "user_action").map_or(0, |(_, rows)| *rows);
            let distribution = engine.distribute(shards, &mut db.conn)?;
            let after = migrations::row_counts(&mut db.conn)?;
            anyhow::ensure!(before == after, "the cluster does not have all rows: {before:?} became {after:?}");
            let (subject, id) = (Subject::Log, "user_action");
            Change { verb: "distribute", subject, id, before: None, after: Some(&Distribution { shards, actions }) }
                .record(db)?;
            Ok(((distribution, actions), End::of_change(self.dry_run)))
        })?;
        let done = if self.dry_run { "would be distributed" } else { "distributed" };
        out.status(format_args!("{} {done}: {distribution}", plural(actions.unsigned_abs(), "action")));
        Ok(ExitStatus::Done)
    }
}
