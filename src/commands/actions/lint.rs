use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Nullable, Text};
use serde::Serialize;

use crate::db::types::{Instant, sql};
use crate::db::{AnyConnection, Db};
use crate::error::ExitStatus;
use crate::output::{Output, Record, plural};

/// Look for what cannot be right in the log; exit code 3 if there is any
///
/// The log is append-only: what is found is to be mended upstream, or explained.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// How many actions of one user in one second are too many
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(2..))]
    same_second: u32,
    /// How many examples to show of each kind
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=1000))]
    examples: u32,
}

/// One kind of thing that cannot be right.
struct Rule {
    name: &'static str,
    /// What it means.
    meaning: &'static str,
    /// A query of the actions' ids and users; $1 is now, $2 how many are too many in a second.
    query: String,
}

/// An example of it.
#[derive(Debug, QueryableByName)]
struct Example {
    #[diesel(sql_type = Text)]
    id: String,
    #[diesel(sql_type = Text)]
    user_id: String,
    #[diesel(sql_type = Nullable<sql::Instant>)]
    occurred_at: Option<Instant>,
    #[diesel(sql_type = BigInt)]
    found: i64,
}

/// What was found, one example a row.
#[derive(Debug, Serialize)]
struct Finding {
    rule: &'static str,
    /// How many there are of this kind.
    found: i64,
    action: String,
    user_id: String,
    occurred_at: Option<Instant>,
    meaning: &'static str,
}

pub(super) fn run(args: &Args, db: &mut Db, out: &mut Output) -> anyhow::Result<ExitStatus> {
    let now = Instant::now();
    let (findings, all) = db.snapshot(|db| {
        let mut findings = Vec::new();
        let mut all = 0;
        for rule in rules(&db.conn) {
            let statement = format!(
                "SELECT id, user_id, occurred_at, count(*) OVER () AS found FROM ({}) AS suspects \
                 WHERE $1 IS NOT NULL AND $2 > 0 ORDER BY occurred_at, id LIMIT $3",
                rule.query
            );
            // Each rule is a question of its own, in SQL that both engines read.
            let examples: Vec<Example> = sql_query(statement)
                .bind::<sql::Instant, _>(now)
                .bind::<BigInt, _>(i64::from(args.same_second))
                .bind::<BigInt, _>(i64::from(args.examples))
                .load(&mut db.conn)?;
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
    out.list::<Finding, _>(findings.iter().map(Ok))?;
    if findings.is_empty() {
        out.status("nothing found");
        return Ok(ExitStatus::Done);
    }
    out.status(format_args!("{} cannot be right", plural(all.unsigned_abs(), "action")));
    Ok(ExitStatus::Rejected)
}

fn rules(conn: &AnyConnection) -> Vec<Rule> {
    let second = match conn {
        AnyConnection::Sqlite(_) => "substr(occurred_at, 1, 19)",
        AnyConnection::Postgres(_) => "date_trunc('second', occurred_at)",
    };
    // The actions of a kind, and whether the same user did another thing to the same target only later.
    let before = |what: &str, first: &str| {
        format!(
            "SELECT id, user_id, occurred_at FROM user_action done WHERE action_type = '{what}' AND EXISTS ( \
               SELECT 1 FROM user_action began WHERE began.user_id = done.user_id AND began.action_type = '{first}' \
                 AND began.target_type = done.target_type AND began.target_id = done.target_id \
                 AND began.occurred_at > done.occurred_at) \
             AND NOT EXISTS ( \
               SELECT 1 FROM user_action began WHERE began.user_id = done.user_id AND began.action_type = '{first}' \
                 AND began.target_type = done.target_type AND began.target_id = done.target_id \
                 AND began.occurred_at <= done.occurred_at)"
        )
    };
    vec![
        Rule {
            name: "completed_before_started",
            meaning: "the module was completed, and started only afterwards",
            query: before("completed_module", "started_module"),
        },
        Rule {
            name: "completed_before_enrolled",
            meaning: "the course was completed, and enrolled in only afterwards",
            query: before("completed_course", "enrolled"),
        },
        Rule {
            name: "active_after_unenrolled",
            meaning: "something was done in an enrollment that had ended",
            query: "SELECT id, user_id, occurred_at FROM user_action done \
                    WHERE action_type NOT IN ('enrolled', 'unenrolled') AND enrollment_id IS NOT NULL AND EXISTS ( \
                      SELECT 1 FROM user_action gone WHERE gone.user_id = done.user_id \
                        AND gone.action_type = 'unenrolled' AND gone.enrollment_id = done.enrollment_id \
                        AND gone.occurred_at < done.occurred_at AND NOT EXISTS ( \
                          SELECT 1 FROM user_action back WHERE back.user_id = done.user_id \
                            AND back.action_type = 'enrolled' AND back.enrollment_id = done.enrollment_id \
                            AND back.occurred_at >= gone.occurred_at AND back.occurred_at <= done.occurred_at))"
                .to_owned(),
        },
        Rule {
            name: "in_the_future",
            meaning: "it is dated ahead of now",
            query: "SELECT id, user_id, occurred_at FROM user_action WHERE occurred_at > $1".to_owned(),
        },
        Rule {
            name: "same_second",
            meaning: "one user did more in a second than a person does",
            query: format!(
                "SELECT min(id) AS id, user_id, min(occurred_at) AS occurred_at FROM user_action \
                 WHERE $1 IS NOT NULL GROUP BY user_id, {second} HAVING count(*) >= $2"
            ),
        },
        Rule {
            name: "unknown_user",
            meaning: "its user does not exist: another program wrote it without foreign keys",
            query: "SELECT id, user_id, occurred_at FROM user_action \
                    WHERE NOT EXISTS (SELECT 1 FROM \"user\" WHERE \"user\".id = user_action.user_id)"
                .to_owned(),
        },
    ]
}

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
