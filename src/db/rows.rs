//! Rows of a query that may return millions, of which only one is held.

use diesel::backend::Backend;
use diesel::connection::DefaultLoadingMode;
use diesel::pg::{Pg, PgRowByRowLoadingMode};
use diesel::prelude::*;
use diesel::query_builder::BoxedSqlQuery;
use diesel::serialize::ToSql;
use diesel::sql_query;
use diesel::sql_types::{HasSqlType, Nullable, SingleValue, Text};
use diesel::sqlite::Sqlite;

use super::AnyConnection;
use super::types::{Timestamp, sql};

/// A parameter of a query.
#[derive(Debug, Clone, Copy)]
pub enum Parameter<'a> {
    /// A time.
    Time(Timestamp),
    /// A time, or NULL.
    OptionalTime(Option<Timestamp>),
    /// A text, or NULL.
    Text(Option<&'a str>),
}

type Query<DB> = BoxedSqlQuery<'static, DB, diesel::query_builder::SqlQuery>;

/// The query with its parameters, `$1` first.
fn bound<DB>(text: &str, parameters: &[Parameter<'_>]) -> Query<DB>
where
    DB: Backend + HasSqlType<Text> + HasSqlType<sql::UtcTimestamp> + 'static,
    sql::UtcTimestamp: SingleValue,
    Timestamp: ToSql<sql::UtcTimestamp, DB>,
    Option<Timestamp>: ToSql<Nullable<sql::UtcTimestamp>, DB>,
    Option<String>: ToSql<Nullable<Text>, DB>,
{
    parameters.iter().fold(sql_query(text).into_boxed(), |query, parameter| match parameter {
        Parameter::Time(time) => query.bind::<sql::UtcTimestamp, _>(*time),
        Parameter::OptionalTime(time) => query.bind::<Nullable<sql::UtcTimestamp>, _>(*time),
        Parameter::Text(text) => query.bind::<Nullable<Text>, _>(text.map(ToOwned::to_owned)),
    })
}

/// Calls `take` with each row of a query. libpq would otherwise hold all rows of a result in memory.
///
/// # Errors
/// When the database fails, or `take` does.
pub fn for_each_row<R>(
    text: &str,
    parameters: &[Parameter<'_>],
    conn: &mut AnyConnection,
    mut take: impl FnMut(R) -> anyhow::Result<()>,
) -> anyhow::Result<()>
where
    R: QueryableByName<Sqlite> + QueryableByName<Pg> + 'static,
{
    match conn {
        AnyConnection::Sqlite(conn) => {
            bound::<Sqlite>(text, parameters).load_iter::<R, DefaultLoadingMode>(conn)?.try_for_each(|row| take(row?))
        }
        AnyConnection::Postgres(conn) => {
            bound::<Pg>(text, parameters).load_iter::<R, PgRowByRowLoadingMode>(conn)?.try_for_each(|row| take(row?))
        }
    }
}
