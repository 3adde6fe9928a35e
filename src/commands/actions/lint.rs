use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Nullable, Text};
use serde::Serialize;

use crate::context::{Command, Context};
use crate::db::types::{Timestamp, sql};
use crate::db::{Access, Db, statement};
use crate::error::ExitStatus;
use crate::output::{ArrangeArgs, Record, plural};

/// Report inconsistencies in the log; exit code 3 if there are any
///
/// The log is append-only: fix inconsistencies in the source system, or explain them.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Report users with at least this many actions in one second
    #[arg(long, value_name = "N", default_value_t = SAME_SECOND, value_parser = clap::value_parser!(u32).range(2..=1_000_000))]
    same_second: u32,
    /// Maximum number of examples per rule
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=1000))]
    examples: u32,
    #[command(flatten, next_help_heading = "Output")]
    arrange: ArrangeArgs,
}

/// One kind of inconsistency.
struct Rule {
    name: &'static str,
    /// What is wrong with what it finds.
    meaning: &'static str,
    /// The statement, for SQLite and for PostgreSQL.
    sql: [&'static str; 2],
}

/// A rule whose statement both engines read.
macro_rules! rule {
    ($name:literal, $meaning:literal) => {
        Rule { name: $name, meaning: $meaning, sql: [include_str!(concat!("lint/", $name, ".sql")); 2] }
    };
}

const RULES: [Rule; 6] = [
    rule!("completed_before_started", "module completed before it was started"),
    rule!("completed_before_enrolled", "course completed before the user enrolled"),
    rule!("active_after_unenrolled", "action in an enrollment that had ended"),
    rule!("in_the_future", "action in the future"),
    Rule {
        name: "same_second",
        meaning: "more actions of one user in a second than a person can do",
        sql: [include_str!("lint/same_second.sqlite.sql"), include_str!("lint/same_second.postgres.sql")],
    },
    rule!("unknown_user", "user does not exist: written without foreign keys"),
];

/// A matching action, with the number of matches of its rule.
#[derive(Debug, QueryableByName)]
struct Example {
    #[diesel(sql_type = Text)]
    id: String,
    #[diesel(sql_type = Text)]
    user_id: String,
    #[diesel(sql_type = Nullable<sql::UtcTimestamp>)]
    occurred_at: Option<Timestamp>,
    #[diesel(sql_type = BigInt)]
    found: i64,
}

/// A row of the output: one example of a rule.
#[derive(Debug, Serialize)]
struct Finding {
    rule: &'static str,
    /// Number of matches of the rule.
    found: i64,
    action: String,
    user_id: String,
    occurred_at: Option<Timestamp>,
    meaning: &'static str,
}

impl Command for Args {
    fn access(&self) -> Access {
        Access::Read
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let args = &self;
        let clock = ctx.clock;
        self.arrange.check::<Finding>()?;
        let (db, out) = ctx.open()?;
        let now = clock.now();
        let (findings, all) = db.snapshot(|db| {
            db.scan()?;
            let mut findings = Vec::new();
            let mut all = 0;
            for rule in RULES {
                let examples = rule.examples(now, args.same_second, args.examples, db)?;
                all += examples.first().map_or(0, |example| example.found);
                findings.extend(examples.into_iter().map(|example| Finding {
                    rule: rule.name,
                    found: example.found,
                    action: example.id,
                    user_id: example.user_id,
                    occurred_at: example.occurred_at,
                    meaning: rule.meaning,
                }));
            }
            Ok((findings, all))
        })?;
        args.arrange.print(&findings, out)?;
        if findings.is_empty() {
            out.status("no inconsistencies found");
            return Ok(ExitStatus::Done);
        }
        out.status(format_args!("{} found", plural(all.unsigned_abs(), "inconsistent action")));
        Ok(ExitStatus::Rejected)
    }
}

impl Rule {
    fn examples(&self, now: Timestamp, same_second: u32, limit: u32, db: &mut Db) -> anyhow::Result<Vec<Example>> {
        let [sqlite, postgres] = self.sql.map(statement);
        Ok(sql_query(db.conn.engine().sql(sqlite, postgres))
            .bind::<sql::UtcTimestamp, _>(now)
            .bind::<BigInt, _>(i64::from(same_second))
            .bind::<BigInt, _>(i64::from(limit))
            .load(&mut db.conn)?)
    }
}

/// The rules that find something: name, number of actions, meaning.
pub(in crate::commands) fn lint_findings(
    now: Timestamp,
    db: &mut Db,
) -> anyhow::Result<Vec<(&'static str, u64, &'static str)>> {
    let mut found = Vec::new();
    for rule in RULES {
        if let Some(example) = rule.examples(now, SAME_SECOND, 1, db)?.first() {
            found.push((rule.name, example.found.unsigned_abs(), rule.meaning));
        }
    }
    Ok(found)
}

/// As many actions of one user in a second are more than a person can do.
const SAME_SECOND: u32 = 20;

impl Record for Finding {
    const COLUMNS: &'static [&'static str] = &["rule", "found", "action", "user_id", "occurred_at", "meaning"];
    const TABLE: &'static [&'static str] = &["rule", "found", "user_id", "occurred_at", "action", "meaning"];
    const NUMBERS: &'static [&'static str] = &["found"];
    const PROSE: &'static [&'static str] = &["meaning"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.rule.to_owned(),
            self.found.to_string(),
            self.action.clone(),
            self.user_id.clone(),
            self.occurred_at.map(|time| time.to_string()).unwrap_or_default(),
            self.meaning.to_owned(),
        ]
    }

    fn id(&self) -> &str {
        &self.action
    }
}
