//! Who is behind the numbers: for use inside the community's team only.

use std::collections::HashMap;
use std::time::Duration;

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Text};

use crate::db::types::sql;
use crate::db::{Db, is_any_of};
use crate::models::Stage;
use crate::report::table::Column;
use crate::report::{Cell, DataTable, Scope, Section};
use crate::schema::{champion, user};
use crate::selection::since;

/// The most people of each list.
const MOST: usize = 10;

/// How long a candidate or selected person should wait at most.
const PATIENCE: Duration = Duration::from_secs(30 * 86_400);

#[derive(QueryableByName)]
struct Active {
    #[diesel(sql_type = Text)]
    user_id: String,
    #[diesel(sql_type = BigInt)]
    actions: i64,
}

pub(in crate::report) fn section(scope: &Scope, db: &mut Db) -> anyhow::Result<Section> {
    let is_counted = |user: &str| scope.users.as_ref().is_none_or(|users| users.contains(user));
    let mut listed: Vec<(&str, String, String)> = Vec::new();
    let active = most_active(scope, db)?;
    let active = active.into_iter().filter(|row| is_counted(&row.user_id)).take(MOST);
    listed.extend(active.map(|row| ("most active", row.user_id, format!("{} actions", row.actions))));
    let waiting: Vec<(String, Option<String>, Stage, Option<crate::db::types::Timestamp>)> = champion::table
        .select((champion::user_id, champion::cohort_id, champion::stage, since()))
        .filter(champion::stage.eq_any([Stage::Candidate, Stage::Selected]))
        .load(&mut db.conn)?;
    let mut overdue: Vec<_> = waiting
        .into_iter()
        .filter_map(|(user, cohort, stage, since)| Some((scope.as_of.since(since?), user, cohort, stage)))
        .filter(|(waited, user, ..)| *waited > PATIENCE && is_counted(user))
        .collect();
    overdue.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    listed.extend(overdue.into_iter().take(MOST).map(|(waited, user, cohort, stage)| {
        let cohort = cohort.map(|cohort| format!(" in {cohort}")).unwrap_or_default();
        ("overdue", user, format!("{stage}{cohort} for {} days", waited.as_secs() / 86_400))
    }));
    let ids: Vec<&str> = listed.iter().map(|(_, id, _)| id.as_str()).collect();
    let users: Vec<(String, String, String)> = user::table
        .select((user::id, user::name, user::email))
        .filter(is_any_of(&db.conn, "id", &ids)?)
        .load(&mut db.conn)?;
    let users: HashMap<&str, (&str, &str)> =
        users.iter().map(|(id, name, email)| (id.as_str(), (name.as_str(), email.as_str()))).collect();
    let rows = listed.iter().map(|(list, id, what)| {
        let (name, email) = users.get(id.as_str()).copied().unwrap_or_default();
        [*list, name, email, id, what].map(|text| Cell::Text(text.to_owned())).to_vec()
    });
    let columns = vec![
        Column::key("list", "List"),
        Column::key("name", "Name"),
        Column::key("email", "Email"),
        Column::key("user_id", "Id"),
        Column::new("what", "What"),
    ];
    Ok(Section {
        name: "people",
        title: "People",
        finding: "Names are for use inside the community's team: do not pass this report on.".to_owned(),
        chart: None,
        table: DataTable { columns, rows: rows.collect() },
        definition: "Most active: the ten people with the most actions in the period. Overdue: the ten candidates or selected \
                     who have waited longest, of those who waited more than 30 days.",
    })
}

/// The people who were active in the period, the most active first.
fn most_active(scope: &Scope, db: &mut Db) -> anyhow::Result<Vec<Active>> {
    // Not by an index on users: that would fetch each row at random.
    let user = db.conn.engine().unindexed("user_id");
    let limit = if scope.users.is_some() { i64::MAX } else { i64::try_from(MOST)? };
    Ok(sql_query(format!(
        "SELECT {user} AS user_id, count(*) AS actions FROM user_action WHERE occurred_at >= $1 AND occurred_at < $2 \
         GROUP BY {user} ORDER BY 2 DESC, 1 LIMIT $3"
    ))
    .bind::<sql::UtcTimestamp, _>(scope.since)
    .bind::<sql::UtcTimestamp, _>(scope.end())
    .bind::<BigInt, _>(limit)
    .load(&mut db.conn)?)
}
