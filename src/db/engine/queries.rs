//! What the engines have in common: small queries of their catalogues, and cures.

use diesel::sql_types::{BigInt, Text};
use diesel::{QueryResult, QueryableByName, RunQueryDsl as _, sql_query};

use crate::db::{AnyConnection, statement};

/// The cure for a part that is missing or not the one of the migrations.
pub(super) const MAKE_AGAIN: &str = "create it again as in the migrations, or restore a backup";

/// The cure for a part of another program.
pub(super) const DROP_OTHER: &str = "drop it, unless it is sure to leave the rows as they are";

#[derive(QueryableByName)]
struct Size {
    #[diesel(sql_type = BigInt)]
    bytes: i64,
}

/// The number of bytes that a query returns.
pub(super) fn bytes(query: &str, conn: &mut AnyConnection) -> QueryResult<i64> {
    Ok(sql_query(query).get_result::<Size>(conn)?.bytes)
}

#[derive(QueryableByName)]
struct Problem {
    #[diesel(sql_type = Text)]
    problem: String,
    #[diesel(sql_type = Text)]
    cure: String,
}

/// The problems that a query returns, each with its cure.
pub(super) fn content_problems(query: &'static str, conn: &mut AnyConnection) -> anyhow::Result<Vec<(String, String)>> {
    let problems: Vec<Problem> = sql_query(statement(query)).load(conn)?;
    Ok(problems.into_iter().map(|row| (row.problem, row.cure)).collect())
}

#[derive(QueryableByName)]
struct Definition {
    #[diesel(sql_type = Text)]
    definition: String,
}

/// The definitions that a query of a catalogue returns.
pub(super) fn definitions(query: &str, conn: &mut AnyConnection) -> QueryResult<Vec<String>> {
    let found: Vec<Definition> = sql_query(query).load(conn)?;
    Ok(found.into_iter().map(|found| found.definition).collect())
}

/// Names of ours as a list of literals.
pub(super) fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("'{name}'")).collect::<Vec<_>>().join(", ")
}
