use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::Text;
use serde::Serialize;

use super::table::{Checksum, LogEnd, Table};
use super::tables::TABLES;
use crate::context::{Command, Context};
use crate::db::migrations::{self, State, unfinished_copy};
use crate::db::{Access, Db};
use crate::error::{ExitStatus, Failure, status_of};
use crate::output::{Record, plural};

/// Copy a whole database into an empty one, from SQLite to PostgreSQL or back
///
/// Copies everything, with ids, positions and times: users, placeholders of erased and merged users, actions, champion
/// records, the audit trail, the import history and the consumers of the feed, to which some actions may be delivered
/// again. At the end both databases are compared. Actions are committed in parts: if the copy is stopped, the same command
/// goes on with it, provided that FROM has only got actions since. Until it ends, every other command refuses TO. TO gets
/// the tables if it has none; its role must own them.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// URL of the database to read
    from: String,
    /// URL of the empty database to write
    to: String,
    /// Show what would be copied, without changing it
    #[arg(long, short = 'n')]
    dry_run: bool,
}

/// The tables that are copied first.
const USERS: &Table = &TABLES[0];
const LOG: &Table = &TABLES[1];
/// Those that are copied with the end.
const OTHER_TABLES: &[Table] = TABLES.split_at(2).1;

/// Number of actions that are committed at once: some seconds of work.
const ACTIONS_OF_PART: usize = 50_000;

/// A copied table.
#[derive(Debug, Serialize)]
struct Copied {
    table: &'static str,
    rows: u64,
    /// A checksum of the rows, the same on both sides.
    checksum: String,
}

impl Command for Args {
    fn access(&self) -> Access {
        Access::Examine
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let (from, to) = (ctx.named_database("FROM", &self.from)?, ctx.named_database("TO", &self.to)?);
        if from.url.is_sqlite() == to.url.is_sqlite() {
            return Err(Failure::usage("FROM and TO must be databases of different engines")
                .hint("use rollbook db backup and rollbook db restore")
                .into());
        }
        let mut from = from.open(Access::Read)?;
        if self.dry_run {
            let copied = from.snapshot(|db| {
                TABLES
                    .iter()
                    .map(|table| Ok(Copied::of(table, table.checksum(db)?)))
                    .collect::<anyhow::Result<Vec<_>>>()
            })?;
            ctx.out.list::<Copied, _>(copied.iter().map(Ok))?;
            return Ok(ExitStatus::Done);
        }
        let url = to.url.clone();
        ctx.admit_change(&url)?;
        let mut to = to.open(Access::Migrate { create: true })?;
        if [&from, &to].iter().any(|db| db.conn.engine().is_log_distributed()) {
            let message = "a distributed log cannot be copied: its feed has an order for each node";
            let hint = "export it: rollbook actions export; or copy to a database that is not distributed yet, then: rollbook migrate distribute";
            return Err(Failure::failed(message).hint(hint).into());
        }
        let is_begun = match migrations::state(&mut to.conn)? {
            State::Current => false,
            State::Empty(_) => {
                migrations::run(&mut to.conn, &url)?;
                false
            }
            State::Copying => true,
            state => return Err(state.refusal(&url)),
        };
        let out = &mut ctx.out;
        let copied = from.snapshot(|from| {
            if is_begun {
                let end = check_beginning(from, &mut to)?;
                let actions = plural(end.rows.unsigned_abs(), "action");
                out.status(format_args!("going on with the copy: {actions} are in {url} already"));
            } else {
                begin(from, &mut to)?;
            }
            copy_log(from, &mut to).and_then(|()| finish(from, &mut to)).inspect_err(|error| {
                if status_of(error) != ExitStatus::Conflict {
                    out.note(format_args!("{url} has a part of the copy: run the same command again to go on with it"));
                }
            })
        })?;
        out.list::<Copied, _>(copied.iter().map(Ok))?;
        let rows: u64 = copied.iter().map(|table| table.rows).sum();
        out.status(format_args!("copied {} to {url}; both sides are equal", plural(rows, "row")));
        Ok(ExitStatus::Done)
    }
}

/// Copies the users, and marks TO as a database whose copy has not ended.
fn begin(from: &mut Db, to: &mut Db) -> anyhow::Result<()> {
    part(to, |to| {
        let url = to.url().clone();
        for (table, rows) in migrations::row_counts(&mut to.conn)? {
            if rows > 0 {
                let message = format!("{url} has data: {} in table {table}", plural(rows.unsigned_abs(), "row"));
                return Err(Failure::failed(message).hint("name an empty database").into());
            }
        }
        unfinished_copy::begin(&mut to.conn)?;
        USERS.read(from, |rows| USERS.write(&rows, to))
    })
}

/// Checks that what TO has is the beginning of FROM as it is now, as far as that is quick. Returns the end of the log in TO.
fn check_beginning(from: &mut Db, to: &mut Db) -> anyhow::Result<LogEnd> {
    let end = LOG.end(i64::MAX, to)?;
    if LOG.end(end.position, from)? != end {
        return Err(differs(LOG.name));
    }
    if to.snapshot(|to| USERS.checksum_without_references(to))? != USERS.checksum_without_references(from)? {
        return Err(differs(USERS.name));
    }
    Ok(end)
}

/// Copies the actions that TO does not have, a part in each transaction.
fn copy_log(from: &mut Db, to: &mut Db) -> anyhow::Result<()> {
    let mut last = LOG.end(i64::MAX, to)?;
    loop {
        let end = part(to, |to| {
            LOG.read_part(last.position, ACTIONS_OF_PART, from, |rows| LOG.write(&rows, to))?;
            Ok(LOG.end(i64::MAX, to)?)
        })?;
        if end == last {
            return Ok(());
        }
        last = end;
    }
}

/// Copies all other tables, compares all, and ends the copy.
fn finish(from: &mut Db, to: &mut Db) -> anyhow::Result<Vec<Copied>> {
    part(to, |to| {
        for table in OTHER_TABLES {
            table.read(from, |rows| table.write(&rows, to))?;
        }
        refer(from, to)?;
        let mut copied = Vec::new();
        for table in &TABLES {
            let written = table.checksum(to)?;
            if table.checksum(from)? != written {
                return Err(differs(table.name));
            }
            copied.push(Copied::of(table, written));
        }
        unfinished_copy::end(&mut to.conn)?;
        Ok(copied)
    })
}

/// Adds what users refer to: other users, which all exist now.
fn refer(from: &mut Db, to: &mut Db) -> anyhow::Result<()> {
    USERS.read(from, |rows| {
        let statement = to.conn.engine().sql(
            "UPDATE \"user\" SET merged_into = (SELECT value ->> 1 FROM json_each($1) WHERE value ->> 0 = \"user\".id) \
             WHERE id IN (SELECT value ->> 0 FROM json_each($1))",
            "UPDATE \"user\" SET merged_into = row ->> 1 FROM jsonb_array_elements($1::jsonb) AS row \
             WHERE \"user\".id = row ->> 0",
        );
        let references = serde_json::to_string(&USERS.references(&rows))?;
        sql_query(statement).bind::<Text, _>(references).execute(&mut to.conn)?;
        Ok(())
    })
}

/// Runs `work` in one transaction on TO, which may write what the database otherwise sets. It is no operation of its own: TO
/// has those of FROM.
fn part<T>(to: &mut Db, work: impl FnOnce(&mut Db) -> anyhow::Result<T>) -> anyhow::Result<T> {
    to.aside(|to| {
        let engine = to.conn.engine();
        engine.begin_copy(&mut to.conn)?;
        let result = work(to)?;
        engine.end_copy(&mut to.conn)?;
        Ok(result)
    })
}

fn differs(table: &str) -> anyhow::Error {
    let message =
        format!("table {table} of TO is not that of FROM: FROM was changed since the copy began, or is another");
    Failure::new(ExitStatus::Conflict, message).hint("copy to a new, empty database").into()
}

impl Copied {
    fn of(table: &Table, Checksum { rows, sum }: Checksum) -> Self {
        Self { table: table.name, rows, checksum: format!("{sum:032x}") }
    }
}

impl Record for Copied {
    const COLUMNS: &'static [&'static str] = &["table", "rows", "checksum"];
    const TABLE: &'static [&'static str] = Self::COLUMNS;
    const NUMBERS: &'static [&'static str] = &["rows"];

    fn cells(&self) -> Vec<String> {
        vec![self.table.to_owned(), self.rows.to_string(), self.checksum.clone()]
    }

    fn id(&self) -> &str {
        self.table
    }
}
