//! Column types that the two engines store differently, and the macro that adds them to the connection enum.

mod json;
mod timestamp;

pub use json::{Json, JsonError, JsonText};
pub use timestamp::{
    TimeError, TimeFormat, TimeReader, Timestamp, TimestampError, first_moment, notations, time_options_for,
};

/// The SQL types, for `table!`. The object identifiers are fixed, which saves a lookup query on PostgreSQL.
pub mod sql {
    use diesel::query_builder::QueryId;
    use diesel::sql_types::SqlType;

    /// A timestamp in UTC with microseconds: `timestamptz`, or TEXT of fixed width.
    #[derive(Debug, Clone, Copy, SqlType, QueryId)]
    #[diesel(postgres_type(oid = 1184, array_oid = 1185), sqlite_type(name = "Text"))]
    pub struct UtcTimestamp;

    /// A set of roles in enum order: `text[]`, or a JSON array in TEXT.
    #[derive(Debug, Clone, Copy, SqlType, QueryId)]
    #[diesel(postgres_type(oid = 1009, array_oid = 0), sqlite_type(name = "Text"))]
    pub struct Roles;

    /// A JSON value: `jsonb`, or TEXT.
    #[derive(Debug, Clone, Copy, SqlType, QueryId)]
    #[diesel(postgres_type(oid = 3802, array_oid = 3807), sqlite_type(name = "Text"))]
    pub struct Json;
}

/// Implements reading and binding `$rust` as `$sql` for the connection enum, given that each engine implements them.
macro_rules! on_both_engines {
    ($sql:path, $rust:ty) => {
        impl diesel::sql_types::HasSqlType<$sql> for $crate::db::MultiBackend {
            fn metadata(lookup: &mut Self::MetadataLookup) -> Self::TypeMetadata {
                Self::lookup_sql_type::<$sql>(lookup)
            }
        }

        impl diesel::serialize::ToSql<$sql, $crate::db::MultiBackend> for $rust {
            fn to_sql<'b>(
                &'b self,
                out: &mut diesel::serialize::Output<'b, '_, $crate::db::MultiBackend>,
            ) -> diesel::serialize::Result {
                out.set_value(($sql, self));
                Ok(diesel::serialize::IsNull::No)
            }
        }

        impl diesel::deserialize::FromSql<$sql, $crate::db::MultiBackend> for $rust {
            fn from_sql(value: $crate::db::MultiRawValue<'_>) -> diesel::deserialize::Result<Self> {
                value.from_sql::<$rust, $sql>()
            }
        }
    };
}
pub(crate) use on_both_engines;
