//! The counts: one pass over the actions that the filters leave.

use chrono::DateTime;
use chrono_tz::Tz;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Text};

use super::{By, Count};
use crate::commands::actions::selection::Selection;
use crate::db::{AnyConnection, MultiBackend};
use crate::schema::user_action;

#[diesel::declare_sql_function]
extern "SQL" {
    /// The time on the clocks of the place that is asked for, `2026-03-15T08:14`: SQLite knows no time zones.
    fn rollbook_local(time: Text) -> Text;
}

/// How many actions, and how many users, each group has: the largest groups, or of times the latest, in their order.
pub(super) fn counts(
    selection: &Selection,
    by: By,
    across: Option<By>,
    tz: Tz,
    limit: u32,
    conn: &mut AnyConnection,
) -> anyhow::Result<Vec<Count>> {
    if let AnyConnection::Sqlite(conn) = conn
        && tz != Tz::UTC
    {
        rollbook_local_utils::register_impl(conn, move |time: String| local(&time, tz))?;
    }
    let user = selection.user_id(conn)?;
    let key = |by: By| sql::<Text>(&expression(by, tz, conn));
    let actions = user_action::table
        .select((
            key(by).sql(" AS value"),
            across.map_or_else(|| sql("''"), key).sql(" AS across"),
            user_action::user_id,
        ))
        .into_boxed();
    let actions = selection.conditions(user.as_deref(), conn).into_iter().fold(actions, QueryDsl::filter);
    let order = if by.is_time() { "value DESC, across" } else { "actions DESC, value, across" };
    // Of groups by one value, there is nothing across: the engines sort less by less.
    let (group, second) = if across.is_some() { ("value, across", "across") } else { ("value", "''") };
    let rows: Vec<(String, String, i64, i64)> =
        Counted { actions, group, second, order, limit: limit.into() }.load::<(String, String, i64, i64)>(conn)?;
    let mut counts: Vec<Count> = rows
        .into_iter()
        .map(|(value, second, actions, users)| Count { value, across: across.map(|_| second), actions, users })
        .collect();
    if by.is_time() {
        counts.reverse();
    }
    Ok(counts)
}

/// The key of a group, as text. `tz` is a name that the library knows, without quotes in it.
fn expression(by: By, tz: Tz, conn: &AnyConnection) -> String {
    let local = match conn {
        AnyConnection::Sqlite(_) if tz == Tz::UTC => "occurred_at".to_owned(),
        AnyConnection::Sqlite(_) => "rollbook_local(occurred_at)".to_owned(),
        AnyConnection::Postgres(_) => format!("(occurred_at AT TIME ZONE '{}')", tz.name()),
    };
    match (by, conn) {
        (By::Type, _) => "action_type".to_owned(),
        (By::User, _) => "user_id".to_owned(),
        (By::Target, _) => "target_type || ':' || target_id".to_owned(),
        (By::Source, _) => "coalesce(source_system, '-')".to_owned(),
        (By::Day, AnyConnection::Sqlite(_)) => format!("substr({local}, 1, 10)"),
        (By::Hour, AnyConnection::Sqlite(_)) => format!("substr({local}, 1, 13) || ':00'"),
        (By::Week, AnyConnection::Sqlite(_)) => format!("date(substr({local}, 1, 10), 'weekday 0', '-6 days')"),
        (By::Day, AnyConnection::Postgres(_)) => format!("to_char({local}, 'YYYY-MM-DD')"),
        (By::Hour, AnyConnection::Postgres(_)) => format!("to_char({local}, 'YYYY-MM-DD\"T\"HH24:00')"),
        (By::Week, AnyConnection::Postgres(_)) => format!("to_char(date_trunc('week', {local}), 'YYYY-MM-DD')"),
    }
}

/// A stored time, on the clocks of a place.
fn local(time: &str, tz: Tz) -> String {
    DateTime::parse_from_rfc3339(time)
        .map_or_else(|_| time.to_owned(), |time| time.with_timezone(&tz).format("%Y-%m-%dT%H:%M").to_string())
}

/// The counts of a query's groups: diesel groups no boxed query.
#[derive(Debug, QueryId)]
struct Counted<Q> {
    actions: Q,
    group: &'static str,
    /// The second value.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_where_it_is_said_to() {
        assert_eq!(local("2026-03-15T23:30:00.000000Z", Tz::Europe__Berlin), "2026-03-16T00:30");
        assert_eq!(local("2026-07-15T00:30:00.000000Z", Tz::America__New_York), "2026-07-14T20:30");
    }
}
