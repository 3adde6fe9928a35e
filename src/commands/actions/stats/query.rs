//! Counts the actions that match the filters, in one pass over them.

use chrono::DateTime;
use chrono_tz::Tz;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Text};

use super::{By, Count};
use crate::clock::Clock;
use crate::db::{AnyConnection, MultiBackend, TimeBucket};
use crate::schema::user_action;
use crate::selection::ActionFilter;

/// The number of actions and of users in each group: the largest groups, or the latest by time in ascending order.
pub(super) fn counts(
    filter: &ActionFilter,
    by: By,
    across: Option<By>,
    clock: Clock,
    limit: u32,
    conn: &mut AnyConnection,
) -> anyhow::Result<Vec<Count>> {
    let tz = clock.tz();
    conn.engine().prepare_time_buckets(tz, conn)?;
    let user = filter.user_id(conn)?;
    let key = |by: By| sql::<Text>(&expression(by, tz, conn));
    let actions = user_action::table
        .select((
            key(by).sql(" AS value"),
            across.map_or_else(|| sql("''"), key).sql(" AS across"),
            user_action::user_id,
        ))
        .into_boxed();
    let actions = filter.conditions(user.as_deref(), clock, conn)?.into_iter().fold(actions, QueryDsl::filter);
    let order = if by.is_time() { "value DESC, across" } else { "actions DESC, value, across" };
    // With one value, `across` is constant: without it in GROUP BY the engines have less to sort.
    let (group, second) = if across.is_some() { ("value, across", "across") } else { ("value", "''") };
    let rows: Vec<(String, String, i64, i64)> =
        Counted { actions, group, second, order, limit: limit.into() }.load::<(String, String, i64, i64)>(conn)?;
    let mut counts: Vec<Count> = rows
        .into_iter()
        .map(|(value, second, actions, users)| Count { value, across: across.map(|_| second), actions, users })
        .collect();
    if by == By::Hour {
        // By the time itself: of two hours with the same name when clocks go back, the one with the larger offset is first.
        let utc = |value: &str| DateTime::parse_from_str(value, "%Y-%m-%dT%H:%M%:z").map(|time| time.to_utc()).ok();
        counts.sort_by(|a, b| (utc(&a.value), &a.value, &a.across).cmp(&(utc(&b.value), &b.value, &b.across)));
    } else if by.is_time() {
        counts.reverse();
    }
    Ok(counts)
}

/// The key of a group, as text.
fn expression(by: By, tz: Tz, conn: &AnyConnection) -> String {
    let bucket = |bucket| conn.engine().time_bucket(bucket, "occurred_at", tz);
    match by {
        By::Type => "action_type".to_owned(),
        By::User => "user_id".to_owned(),
        By::Target => "target_type || ':' || target_id".to_owned(),
        By::Source => "coalesce(source_system, '-')".to_owned(),
        By::Day => bucket(TimeBucket::Day),
        By::Hour => bucket(TimeBucket::Hour),
        By::Week => bucket(TimeBucket::Week),
    }
}

/// Groups and counts the rows of a query: diesel cannot group a boxed query.
#[derive(Debug, QueryId)]
struct Counted<Q> {
    actions: Q,
    group: &'static str,
    /// SQL expression of the second value.
    second: &'static str,
    order: &'static str,
    limit: i64,
}

impl<Q> Query for Counted<Q> {
    type SqlType = (Text, Text, BigInt, BigInt);
}

impl<Q> RunQueryDsl<AnyConnection> for Counted<Q> {}

impl<Q: QueryFragment<MultiBackend>> QueryFragment<MultiBackend> for Counted<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        out.unsafe_to_cache_prepared();
        out.push_sql("SELECT value, ");
        out.push_sql(self.second);
        out.push_sql(" AS across, count(*) AS actions, count(DISTINCT user_id) FROM (");
        self.actions.walk_ast(out.reborrow())?;
        out.push_sql(") AS counted GROUP BY ");
        out.push_sql(self.group);
        out.push_sql(" ORDER BY ");
        out.push_sql(self.order);
        out.push_sql(" LIMIT ");
        out.push_bind_param::<BigInt, _>(&self.limit)
    }
}
