//! The schema compared, part by part, with what the migrations make.

use diesel::sql_types::Text;
use diesel::{Connection as _, QueryableByName, RunQueryDsl as _, SqliteConnection, sql_query};
use diesel_migrations::MigrationHarness as _;

use crate::db::{AnyConnection, migrations};

/// A table, index or trigger.
#[derive(QueryableByName)]
struct Object {
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    sql: String,
}

/// The parts of these kinds, a list of literals. Tables that SQLite or the migrations' program make for themselves are none.
fn query(kinds: &str) -> String {
    format!(
        "SELECT type AS kind, name, tbl_name AS table_name, sql FROM sqlite_schema \
         WHERE type IN {kinds} AND sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' \
           AND name <> '__diesel_schema_migrations'"
    )
}

/// What the migrations make, from an empty database.
fn expected(kinds: &str) -> anyhow::Result<Vec<Object>> {
    let mut conn = SqliteConnection::establish(":memory:")?;
    conn.run_pending_migrations(migrations::SQLITE).map_err(|error| anyhow::anyhow!("{error}"))?;
    Ok(sql_query(query(kinds)).load(&mut conn)?)
}

/// What differs from what the migrations make.
///
/// # Errors
/// When the database fails.
pub(super) fn problems(kinds: &str, conn: &mut AnyConnection) -> anyhow::Result<Vec<String>> {
    let found: Vec<Object> = sql_query(query(kinds)).load(conn)?;
    let problem = |object: Object| match found.iter().find(|found| found.name == object.name) {
        None => Some(format!("the {} {} is missing", object.kind, object.name)),
        Some(found) if found.sql != object.sql => {
            Some(format!("the {} {} is not the one of the migrations", object.kind, object.name))
        }
        Some(_) => None,
    };
    Ok(expected(kinds)?.into_iter().filter_map(problem).collect())
}

/// Triggers on our tables that no migration makes: one can change rows, or end the triggers that guard them, in silence.
///
/// # Errors
/// When the database fails.
pub(super) fn triggers_of_others(conn: &mut AnyConnection) -> anyhow::Result<Vec<String>> {
    let ours = expected("('trigger', 'table')")?;
    let found: Vec<Object> = sql_query(query("('trigger')")).load(conn)?;
    let is_known = |trigger: &&Object| ours.iter().any(|known| known.kind == "trigger" && known.name == trigger.name);
    let is_on_ours =
        |trigger: &&Object| ours.iter().any(|known| known.kind == "table" && known.name == trigger.table_name);
    let others = found.iter().filter(is_on_ours).filter(|trigger| !is_known(trigger));
    Ok(others
        .map(|trigger| {
            format!("the trigger {} on {} of another program can change or drop rows", trigger.name, trigger.table_name)
        })
        .collect())
}
