//! Who has which role, and who had it then.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable, Text};

use super::Role;
use crate::db::types::{Instant, sql as sql_types};
use crate::db::{AnyConnection, MultiBackend};
use crate::schema::user;

/// An expression of a query on users.
pub type UserExpression<T> = Box<dyn BoxableExpression<user::table, MultiBackend, SqlType = T>>;

/// A condition of a query on users.
pub type UserCondition = UserExpression<Bool>;

/// When a user had the roles that are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RolesOf {
    /// Now.
    Now,
    /// At that time, as the audit trail tells: before the first change that it knows of, the user was not there. Whoever it
    /// does not know at all, as another program has added them, has had the same roles ever since.
    Then(Instant),
}

impl RolesOf {
    /// The roles, as the engine stores them; NULL for a user who was not there.
    #[must_use]
    pub fn expression(self, conn: &AnyConnection) -> UserExpression<Nullable<sql_types::Roles>> {
        match self {
            Self::Now => Box::new(sql("\"user\".roles")),
            Self::Then(time) => {
                let [first, second, third] = roles_then(conn);
                Box::new(
                    sql::<Nullable<sql_types::Roles>>(first)
                        .bind::<sql_types::Instant, _>(time)
                        .sql(second)
                        .bind::<sql_types::Instant, _>(time)
                        .sql(third),
                )
            }
        }
    }
}

/// The condition that a user has, or had, the role: the engines store the set differently.
#[must_use]
pub fn has_role(conn: &AnyConnection, role: Role, when: RolesOf) -> UserCondition {
    let (before, between, role, after) = match conn {
        AnyConnection::Sqlite(_) => ("instr(", ", ", format!("\"{role}\""), ") > 0"),
        AnyConnection::Postgres(_) => ("(", " @> ARRAY[", role.to_string(), "])"),
    };
    let roles = sql::<Bool>(before);
    match when {
        RolesOf::Now => Box::new(roles.sql("\"user\".roles").sql(between).bind::<Text, _>(role).sql(after)),
        RolesOf::Then(time) => {
            let [first, second, third] = roles_then(conn);
            Box::new(
                roles
                    .sql("coalesce(")
                    .sql(first)
                    .bind::<sql_types::Instant, _>(time)
                    .sql(second)
                    .bind::<sql_types::Instant, _>(time)
                    .sql(third)
                    .sql(if conn.is_sqlite() { ", '')" } else { ", '{}')" })
                    .sql(between)
                    .bind::<Text, _>(role)
                    .sql(after),
            )
        }
    }
}

/// What the last change up to the time led to, else what the first change behind it began with, else the roles of now. The
/// time is bound twice, between the three parts.
const fn roles_then(conn: &AnyConnection) -> [&'static str; 3] {
    match conn {
        AnyConnection::Sqlite(_) => [
            "(SELECT CASE WHEN NOT EXISTS (SELECT 1 FROM audit_event WHERE subject_kind = 'user' \
             AND subject_id = \"user\".id AND refusal IS NULL) THEN \"user\".roles ELSE coalesce(\
             (SELECT after ->> '$.roles' FROM audit_event WHERE subject_kind = 'user' AND subject_id = \"user\".id \
             AND refusal IS NULL AND after ->> '$.roles' IS NOT NULL AND at <= ",
            " ORDER BY position DESC LIMIT 1), \
             (SELECT before ->> '$.roles' FROM audit_event WHERE subject_kind = 'user' \
             AND subject_id = \"user\".id AND refusal IS NULL AND at > ",
            " ORDER BY position LIMIT 1)) END)",
        ],
        AnyConnection::Postgres(_) => [
            "(SELECT CASE WHEN NOT EXISTS (SELECT FROM audit_event WHERE subject_kind = 'user' \
             AND subject_id = \"user\".id AND refusal IS NULL) THEN \"user\".roles \
             WHEN known.roles IS NOT NULL THEN ARRAY(SELECT jsonb_array_elements_text(known.roles)) END \
             FROM (SELECT coalesce(\
             (SELECT after -> 'roles' FROM audit_event WHERE subject_kind = 'user' AND subject_id = \"user\".id \
             AND refusal IS NULL AND after -> 'roles' IS NOT NULL AND at <= ",
            " ORDER BY position DESC LIMIT 1), \
             (SELECT before -> 'roles' FROM audit_event WHERE subject_kind = 'user' \
             AND subject_id = \"user\".id AND refusal IS NULL AND at > ",
            " ORDER BY position LIMIT 1)) AS roles) AS known)",
        ],
    }
}
