//! Who qualifies: one query over the log.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Double, Nullable, Text};

use super::rule::{Criterion, Rule};
use crate::db::types::{Instant, sql};
use crate::db::{AnyConnection, Db};

/// Somebody who qualifies, and with how many of each.
#[derive(Debug, Clone, QueryableByName)]
pub(super) struct Qualified {
    #[diesel(sql_type = Text)]
    pub(super) user_id: String,
    #[diesel(sql_type = Text)]
    pub(super) name: String,
    #[diesel(sql_type = Double)]
    pub(super) score: f64,
    #[diesel(sql_type = BigInt)]
    pub(super) threads: i64,
    #[diesel(sql_type = BigInt)]
    pub(super) replies: i64,
    #[diesel(sql_type = BigInt)]
    pub(super) active_days: i64,
    #[diesel(sql_type = BigInt)]
    pub(super) completed: i64,
}

impl Qualified {
    pub(super) const fn value(&self, criterion: Criterion) -> i64 {
        match criterion {
            Criterion::Threads => self.threads,
            Criterion::Replies => self.replies,
            Criterion::ActiveDays => self.active_days,
            Criterion::Completed => self.completed,
        }
    }
}

/// Those who meet the rule in the window before `until` and were not in the pipeline then, the best first. With a cohort,
/// of those who enrolled in it, and by its records.
pub(super) fn qualified(
    rule: &Rule,
    cohort: Option<&str>,
    until: Instant,
    is_past: bool,
    limit: i64,
    db: &mut Db,
) -> anyhow::Result<Vec<Qualified>> {
    let sqlite = db.conn.is_sqlite();
    let statement = statement(rule, cohort.is_some(), is_past, sqlite);
    // diesel can neither filter aggregates nor order by what they make.
    let query = sql_query(statement)
        .bind::<sql::Instant, _>(until.before(rule.window)?)
        .bind::<sql::Instant, _>(until)
        .bind::<Nullable<Text>, _>(cohort)
        .bind::<BigInt, _>(limit);
    Ok(match &mut db.conn {
        AnyConnection::Sqlite(conn) => query.load(conn)?,
        AnyConnection::Postgres(conn) => query.load(conn)?,
    })
}

/// The statement; its values are the beginning and end of the window, the cohort, and how many rows are wanted at most.
pub(super) fn statement(rule: &Rule, in_cohort: bool, is_past: bool, sqlite: bool) -> String {
    let day = if sqlite { "substr(occurred_at, 1, 10)" } else { "(occurred_at AT TIME ZONE 'UTC')::date" };
    let list = |types: &[crate::models::ActionType]| {
        types.iter().map(|action_type| format!("'{action_type}'")).collect::<Vec<_>>().join(", ")
    };
    let expression = |criterion: Criterion| match criterion {
        Criterion::ActiveDays => format!("count(DISTINCT {day})"),
        other => format!("count(*) FILTER (WHERE action_type IN ({}))", list(other.action_types())),
    };
    let all = [Criterion::Threads, Criterion::Replies, Criterion::ActiveDays, Criterion::Completed];
    let threshold = |wanted: Criterion| rule.criteria.iter().find(|(criterion, _)| *criterion == wanted);
    // What no threshold asks for is not counted.
    let counts: Vec<String> = all
        .iter()
        .map(|criterion| match threshold(*criterion) {
            Some(_) => format!("{} AS {}", expression(*criterion), criterion.name()),
            None => format!("CAST(0 AS bigint) AS {}", criterion.name()),
        })
        .collect();
    let having: Vec<String> =
        rule.criteria.iter().map(|(criterion, n)| format!("{} >= {n}", expression(*criterion))).collect();
    let score: Vec<String> = rule
        .criteria
        .iter()
        .map(|(criterion, n)| format!("CAST({} AS double precision) / {n}", criterion.name()))
        .collect();
    let types = rule.action_types();
    let types = if types.is_empty() { String::new() } else { format!("AND action_type IN ({})", list(&types)) };
    let members = if in_cohort {
        "AND user_id IN (SELECT user_id FROM user_action \
         WHERE action_type = 'enrolled' AND target_type = 'cohort' AND target_id = $3)"
    } else {
        ""
    };
    format!(
        "SELECT user_id, name, {score} AS score, threads, replies, active_days, completed \
         FROM (SELECT user_id, {counts} FROM user_action \
           WHERE occurred_at >= $1 AND occurred_at < $2 {types} {members} \
           GROUP BY user_id HAVING {having}) AS counted \
         JOIN \"user\" ON \"user\".id = counted.user_id AND \"user\".erased_at IS NULL \
         WHERE NOT EXISTS (SELECT 1 FROM champion WHERE champion.user_id = counted.user_id \
           AND coalesce(cohort_id, '') = coalesce($3, '') AND {open}) {withdrawn} \
         ORDER BY score DESC, user_id LIMIT $4",
        score = score.join(" + "),
        counts = counts.join(", "),
        having = having.join(" AND "),
        open = if is_past { OPEN_THEN } else { "stage <> 'alumni'" },
        withdrawn = match (is_past, sqlite) {
            (false, _) => "",
            (true, true) => NOT_WITHDRAWN_SINCE_SQLITE,
            (true, false) => NOT_WITHDRAWN_SINCE_POSTGRES,
        },
    )
}

/// A record was under way at the end of the window: it was there, and has become alumni later if at all.
const OPEN_THEN: &str = "created_at < $2 AND (stage <> 'alumni' OR EXISTS (SELECT 1 FROM audit_event \
     WHERE subject_kind = 'champion' AND subject_id = champion.id AND refusal IS NULL \
       AND after ->> 'stage' = 'alumni' AND at >= $2))";

const NOT_WITHDRAWN_SINCE_SQLITE: &str = "AND NOT EXISTS (SELECT 1 FROM audit_event \
     WHERE subject_kind = 'champion' AND verb = 'withdraw' AND refusal IS NULL AND at >= $2 \
       AND before ->> 'user_id' = counted.user_id AND coalesce(before ->> 'cohort_id', '') = coalesce($3, '') \
       AND julianday(before ->> 'created_at') < julianday($2))";

const NOT_WITHDRAWN_SINCE_POSTGRES: &str = "AND NOT EXISTS (SELECT 1 FROM audit_event \
     WHERE subject_kind = 'champion' AND verb = 'withdraw' AND refusal IS NULL AND at >= $2 \
       AND before ->> 'user_id' = counted.user_id AND coalesce(before ->> 'cohort_id', '') = coalesce($3, '') \
       AND (before ->> 'created_at')::timestamptz < $2)";
