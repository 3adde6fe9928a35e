//! Query expressions for users' roles, now or at an earlier time.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable, Text};

use super::Role;
use crate::db::types::{Timestamp, sql as sql_types};
use crate::db::{AnyConnection, MultiBackend, statement};
use crate::schema::user;

/// An expression of a query on users.
pub type UserExpression<T> = Box<dyn BoxableExpression<user::table, MultiBackend, SqlType = T>>;

/// A condition of a query on users.
pub type UserCondition = UserExpression<Bool>;

/// The time at which roles are looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RolesOf {
    /// Now.
    Now,
    /// At an earlier time, from the audit trail; before the first recorded change of a user who was created, there
    /// are no roles. A user without any recorded change, because another program added it, has the current roles at
    /// any time.
    Then(Timestamp),
}

impl RolesOf {
    /// The roles, as the engine stores them; NULL for a user who did not exist at the time.
    #[must_use]
    pub fn expression(self, conn: &AnyConnection) -> UserExpression<Nullable<sql_types::Roles>> {
        match self {
            Self::Now => Box::new(sql("\"user\".roles")),
            Self::Then(time) => {
                let [before, between, after] = roles_at(conn);
                Box::new(
                    sql::<Nullable<sql_types::Roles>>(before)
                        .bind::<sql_types::UtcTimestamp, _>(time)
                        .sql(between)
                        .bind::<sql_types::UtcTimestamp, _>(time)
                        .sql(after),
                )
            }
        }
    }
}

/// The condition that a user has, or had, the role.
#[must_use]
pub fn has_role(conn: &AnyConnection, role: Role, when: RolesOf) -> UserCondition {
    let engine = conn.engine();
    let [start, separator, end] = engine.contains_role();
    let role = engine.role_key(role.as_str());
    let roles = sql::<Bool>(start);
    match when {
        RolesOf::Now => Box::new(roles.sql("\"user\".roles").sql(separator).bind::<Text, _>(role).sql(end)),
        RolesOf::Then(time) => {
            let [before, between, after] = roles_at(conn);
            Box::new(
                roles
                    .sql("coalesce(")
                    .sql(before)
                    .bind::<sql_types::UtcTimestamp, _>(time)
                    .sql(between)
                    .bind::<sql_types::UtcTimestamp, _>(time)
                    .sql(after)
                    .sql(", ")
                    .sql(engine.no_roles())
                    .sql(")")
                    .sql(separator)
                    .bind::<Text, _>(role)
                    .sql(end),
            )
        }
    }
}

/// The query for the roles at a time, which is bound between its three parts.
fn roles_at(conn: &AnyConnection) -> [&'static str; 3] {
    let mut parts = statement(conn.engine().roles_at()).split("$1");
    std::array::from_fn(|_| parts.next().unwrap_or_default())
}
