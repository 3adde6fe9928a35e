//! How JSON is stored: `jsonb`, or text.

use std::io::Write as _;

use diesel::deserialize::{self, FromSql};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::Text;
use diesel::sqlite::{Sqlite, SqliteValue};

use super::Json;
use crate::db::types::{on_both_engines, sql};

impl ToSql<sql::Json, Pg> for Json {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        write_jsonb(&self.0, out)
    }
}

/// Borrowed canonical text, to bind as a JSON value.
#[derive(Debug, Clone, Copy, AsExpression)]
#[diesel(sql_type = sql::Json)]
pub struct JsonText<'a>(pub &'a str);

impl ToSql<sql::Json, Pg> for JsonText<'_> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        write_jsonb(self.0, out)
    }
}

/// Writes the binary format of `jsonb`: the version byte 1, then the text.
fn write_jsonb(text: &str, out: &mut Output<'_, '_, Pg>) -> serialize::Result {
    out.write_all(&[1])?;
    out.write_all(text.as_bytes())?;
    Ok(IsNull::No)
}

impl FromSql<sql::Json, Pg> for Json {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        match value.as_bytes() {
            [1, text @ ..] => Ok(Self::stored(std::str::from_utf8(text)?)),
            _ => Err("the server sent an unknown version of jsonb".into()),
        }
    }
}

impl ToSql<sql::Json, Sqlite> for Json {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.as_str());
        Ok(IsNull::No)
    }
}

impl FromSql<sql::Json, Sqlite> for Json {
    fn from_sql(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        Ok(Self::stored(&<String as FromSql<Text, Sqlite>>::from_sql(value)?))
    }
}

on_both_engines!(sql::Json, Json);
