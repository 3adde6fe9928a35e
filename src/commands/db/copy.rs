use std::cell::RefCell;

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::Text;
use serde::Serialize;

use super::tables::{Checksum, Row, TABLES, Table};
use crate::context::{Command, Context};
use crate::db::migrations::{self, State};
use crate::db::{Access, DatabaseUrl, Db};
use crate::error::{ExitStatus, Failure};
use crate::output::{Record, plural};

/// Copy a whole database into an empty one, from SQLite to PostgreSQL or back
///
/// Copies everything, with ids, positions and times: users, placeholders of erased and merged users, actions, champion
/// records, the audit trail, the import history and the consumers of the feed, to which some actions may be delivered
/// again. It is one transaction: at the end both databases are compared, and if they are equal, it is committed. TO gets
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
        match migrations::state(&mut to.conn)? {
            State::Current => {}
            State::Empty(_) => {
                migrations::run(&mut to.conn, &url)?;
            }
            state => return Err(state.refusal(&url)),
        }
        if [&from, &to].iter().any(|db| db.conn.engine().is_log_distributed()) {
            let message = "a distributed log cannot be copied: its feed has an order for each node";
            let hint = "copy to a PostgreSQL database, then: rollbook migrate distribute";
            return Err(Failure::failed(message).hint(hint).into());
        }
        let copied = from.snapshot(|from| {
            // Not an operation of its own: TO has those of FROM.
            to.aside(|to| copy_all(from, to, &url))
        })?;
        ctx.out.list::<Copied, _>(copied.iter().map(Ok))?;
        let rows: u64 = copied.iter().map(|table| table.rows).sum();
        ctx.out.status(format_args!("copied {} to {url}; both sides are equal", plural(rows, "row")));
        Ok(ExitStatus::Done)
    }
}

/// Copies all tables in the open transaction, and compares them.
fn copy_all(from: &mut Db, to: &mut Db, url: &DatabaseUrl) -> anyhow::Result<Vec<Copied>> {
    for table in &TABLES {
        let rows: i64 = diesel::select(diesel::dsl::sql::<diesel::sql_types::BigInt>(&format!(
            "(SELECT count(*) FROM \"{}\")",
            table.name
        )))
        .get_result(&mut to.conn)?;
        if rows > 0 {
            return Err(Failure::failed(format!(
                "{url} has data: {} in table {}",
                plural(rows.unsigned_abs(), "row"),
                table.name
            ))
            .hint("name an empty database")
            .into());
        }
    }
    to.conn.engine().begin_copy(&mut to.conn)?;
    let mut copied = Vec::new();
    for table in &TABLES {
        let mut read = Checksum::default();
        let later: RefCell<Vec<Row>> = RefCell::default();
        table.read(from, |rows| {
            table.add_to(&mut read, &rows);
            table.write(&rows, to)?;
            later.borrow_mut().extend(table.references(&rows));
            Ok(())
        })?;
        for rows in later.borrow().chunks(1000) {
            let statement = to.conn.engine().sql(
                "UPDATE \"user\" SET merged_into = (SELECT value ->> 1 FROM json_each($1) WHERE value ->> 0 = \"user\".id) \
                 WHERE id IN (SELECT value ->> 0 FROM json_each($1))",
                "UPDATE \"user\" SET merged_into = row ->> 1 FROM jsonb_array_elements($1::jsonb) AS row \
                 WHERE \"user\".id = row ->> 0",
            );
            sql_query(statement).bind::<Text, _>(serde_json::to_string(rows)?).execute(&mut to.conn)?;
        }
        let written = table.checksum(to)?;
        anyhow::ensure!(
            read == written,
            "table {} differs after copying: {} rows read, {} written",
            table.name,
            read.rows,
            written.rows
        );
        copied.push(Copied::of(table, written));
    }
    to.conn.engine().end_copy(&mut to.conn)?;
    Ok(copied)
}

impl Table {
    /// The key of each row that refers to another row of the table, and the key of that.
    fn references(&self, rows: &[Row]) -> Vec<Row> {
        let Some(later) = self.later.and_then(|later| self.columns.iter().position(|(name, _)| *name == later)) else {
            return Vec::new();
        };
        let reference = |row: &Row| row[later].is_some().then(|| vec![row[0].clone(), row[later].clone()]);
        rows.iter().filter_map(reference).collect()
    }
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
