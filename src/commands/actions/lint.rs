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
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(2..=1_000_000))]
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
        db.scan()?;
        let mut findings = Vec::new();
        let mut all = 0;
        for rule in rules(&db.conn) {
            // SQLite numbers parameters as they come: here all of them do first, in their order, whatever a rule names.
            let statement = format!(
                "WITH given AS (SELECT $1 AS now, $2 AS most) \
                 SELECT id, user_id, occurred_at, count(*) OVER () AS found FROM ({}) AS suspects \
                 ORDER BY occurred_at, id LIMIT $3",
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
    let second = |time: &str| match conn {
        AnyConnection::Sqlite(_) => format!("substr({time}, 1, 19)"),
        AnyConnection::Postgres(_) => format!("date_trunc('second', {time})"),
    };
    // What a user did to a target before doing the other thing to it for the first time. `CROSS JOIN` and the
    // cast have SQLite read the log in its own order.
    let before = |what: &str, first: &str| {
        format!(
            "SELECT id, done.user_id, occurred_at FROM user_action done CROSS JOIN ( \
               SELECT CAST(user_id AS text) AS user_id, target_type, target_id, min(occurred_at) AS first \
               FROM user_action WHERE action_type = '{first}' \
               GROUP BY CAST(user_id AS text), target_type, target_id) AS began \
             WHERE action_type = '{what}' AND began.user_id = done.user_id AND began.target_type = done.target_type \
               AND began.target_id = done.target_id AND done.occurred_at < began.first"
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
            // Of each action, when its enrollment had been left last, and taken up last.
            query: "SELECT id, user_id, occurred_at FROM ( \
                      SELECT id, user_id, occurred_at, action_type, \
                        max(CASE WHEN action_type = 'unenrolled' THEN occurred_at END) OVER ( \
                          PARTITION BY user_id, enrollment_id ORDER BY occurred_at \
                          GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS gone, \
                        max(CASE WHEN action_type = 'enrolled' THEN occurred_at END) OVER ( \
                          PARTITION BY user_id, enrollment_id ORDER BY occurred_at) AS back \
                      FROM user_action WHERE enrollment_id IN ( \
                        SELECT enrollment_id FROM user_action WHERE action_type = 'unenrolled')) AS enrolled \
                    WHERE action_type NOT IN ('enrolled', 'unenrolled') AND gone IS NOT NULL \
                      AND (back IS NULL OR back < gone)"
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
            // Where the action that came so many before it, in the order of the index, was in the same second.
            query: format!(
                "SELECT min(id) AS id, action.user_id, action.occurred_at FROM ( \
                   SELECT user_id, min(earlier) AS first FROM ( \
                     SELECT user_id, occurred_at, lag(occurred_at, CAST($2 - 1 AS integer)) OVER ( \
                       PARTITION BY user_id ORDER BY occurred_at, position) AS earlier \
                     FROM user_action) AS following \
                   WHERE {earlier} = {second} GROUP BY user_id, {second}) AS crowded \
                 CROSS JOIN user_action action \
                 WHERE action.user_id = crowded.user_id AND action.occurred_at = crowded.first \
                 GROUP BY action.user_id, action.occurred_at",
                earlier = second("earlier"),
                second = second("occurred_at"),
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
