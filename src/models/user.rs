//! A signed-in human.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text};
use diesel::{insert_into, sql_query, update};
use serde::Serialize;

use super::{Change, Role, Roles, Subject};
use crate::db::types::Instant;
use crate::db::{AnyConnection, Db, MultiBackend};
use crate::error::Failure;
use crate::output::Record;
use crate::schema::{lower, user};

/// The advisory lock under which superadmins are demoted, one transaction at a time: "ROLLSUPE".
const SUPERADMIN_LOCK: i64 = 0x524F_4C4C_5355_5045;

/// A row of `"user"`.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Identifiable, Insertable, AsChangeset, Serialize)]
#[diesel(table_name = user, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct User {
    /// `usr_` and a ULID, or what the operator gave; without `@`.
    pub id: String,
    /// Unique without regard to ASCII letter case.
    pub email: String,
    /// As the person writes it.
    pub name: String,
    /// Where the sign-up came from.
    pub origin: String,
    /// The address of a picture.
    pub profile_img: Option<String>,
    /// What the person may do.
    pub roles: Roles,
    /// When the person signed up.
    pub created_at: Instant,
}

impl User {
    /// The user by id, or by email when `user` has an `@`.
    ///
    /// # Errors
    /// When there is none (exit code 6), or the database fails.
    pub fn find(conn: &mut AnyConnection, user: &str) -> anyhow::Result<Self> {
        Self::find_optional(conn, user)?.ok_or_else(|| {
            Failure::not_found(format!("there is no user {user}"))
                .hint("name a user by id or email; rollbook users list --search TEXT finds one")
                .into()
        })
    }

    /// As [`Self::find`], where nobody is an answer too.
    ///
    /// # Errors
    /// When the database fails.
    pub fn find_optional(conn: &mut AnyConnection, user: &str) -> QueryResult<Option<Self>> {
        let users = user::table.select(Self::as_select());
        if user.contains('@') {
            users.filter(lower(user::email).eq(user.trim().to_ascii_lowercase())).first(conn).optional()
        } else {
            users.find(user).first(conn).optional()
        }
    }

    /// As [`Self::find`], with the row locked until the transaction ends: what is changed is what was read.
    ///
    /// # Errors
    /// As [`Self::find`].
    pub fn find_and_lock(conn: &mut AnyConnection, user: &str) -> anyhow::Result<Self> {
        let found = Self::find(conn, user)?;
        match conn {
            AnyConnection::Sqlite(_) => Ok(found), // BEGIN IMMEDIATE has locked the whole database.
            AnyConnection::Postgres(pg) => {
                user::table.find(&found.id).select(user::id).for_no_key_update().first::<String>(pg)?;
                Self::find(conn, &found.id)
            }
        }
    }

    /// Adds the user and writes the audit trail.
    ///
    /// # Errors
    /// When the id or the email is taken, or the database fails.
    pub fn insert(&self, db: &mut Db) -> anyhow::Result<()> {
        Self::insert_all(std::slice::from_ref(self), db)
    }

    /// Adds several users at once, at most 4,000, and writes the audit trail.
    ///
    /// # Errors
    /// When an id or an email is taken, or the database fails.
    pub fn insert_all(users: &[Self], db: &mut Db) -> anyhow::Result<()> {
        if users.is_empty() {
            return Ok(());
        }
        let insert = insert_into(user::table).values(users);
        match &mut db.conn {
            AnyConnection::Sqlite(conn) => insert.execute(conn)?,
            AnyConnection::Postgres(conn) => insert.execute(conn)?,
        };
        let changes: Vec<Change<'_, Self>> = users
            .iter()
            .map(|user| Change {
                verb: "create",
                subject: Subject::User,
                id: &user.id,
                before: None,
                after: Some(user),
            })
            .collect();
        Change::record_all(&changes, db)
    }

    /// Replaces `before` by this row and writes the audit trail. The caller ends its transaction with
    /// [`ensure_a_superadmin`] when `before` was one.
    ///
    /// # Errors
    /// When the email is taken, or the database fails.
    pub fn save(&self, before: &Self, verb: &str, db: &mut Db) -> anyhow::Result<()> {
        update(user::table.find(&before.id)).set(self).execute(&mut db.conn)?;
        Change { verb, subject: Subject::User, id: &self.id, before: Some(before), after: Some(self) }.record(db)
    }

    /// Gives the user other roles, writes the audit trail, and returns the user as it is then.
    ///
    /// # Errors
    /// When no superadmin would remain, or the database fails.
    pub fn set_roles(&self, roles: Roles, verb: &str, db: &mut Db) -> anyhow::Result<Self> {
        let after = Self { roles, ..self.clone() };
        after.save(self, verb, db)?;
        if self.roles.contains(Role::Superadmin) {
            ensure_a_superadmin(db)?;
        }
        Ok(after)
    }
}

/// Checks, at the end of a transaction that took the role superadmin from somebody, that somebody else has it.
///
/// Two such transactions could each count on the other's superadmin; the lock lets the second see what the first did.
///
/// # Errors
/// When nobody has it any more: the transaction must be rolled back.
pub fn ensure_a_superadmin(db: &mut Db) -> anyhow::Result<()> {
    if let AnyConnection::Postgres(conn) = &mut db.conn {
        sql_query("SELECT pg_advisory_xact_lock($1)").bind::<BigInt, _>(SUPERADMIN_LOCK).execute(conn)?;
    }
    let condition = has_role(&db.conn, Role::Superadmin);
    let somebody = user::table.select(user::id).filter(condition).first::<String>(&mut db.conn).optional()?;
    if somebody.is_some() {
        return Ok(());
    }
    Err(Failure::failed("this would leave no superadmin: nothing was changed")
        .hint("make somebody else superadmin first: rollbook users roles add USER superadmin")
        .into())
}

/// A condition of a query on users.
pub type UserCondition = Box<dyn BoxableExpression<user::table, MultiBackend, SqlType = Bool>>;

/// The condition that a user has the role: the engines store the set differently.
#[must_use]
pub fn has_role(conn: &AnyConnection, role: Role) -> UserCondition {
    match conn {
        AnyConnection::Sqlite(_) => {
            Box::new(sql::<Bool>("instr(\"user\".roles, ").bind::<Text, _>(format!("\"{role}\"")).sql(") > 0"))
        }
        AnyConnection::Postgres(_) => {
            Box::new(sql::<Bool>("\"user\".roles @> ARRAY[").bind::<Text, _>(role.as_str()).sql("]"))
        }
    }
}

impl Record for User {
    const COLUMNS: &'static [&'static str] = &["id", "email", "name", "origin", "profile_img", "roles", "created_at"];
    const TABLE: &'static [&'static str] = &["id", "email", "name", "roles", "created_at"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.id.clone(),
            self.email.clone(),
            self.name.clone(),
            self.origin.clone(),
            self.profile_img.clone().unwrap_or_default(),
            self.roles.to_string(),
            self.created_at.to_string(),
        ]
    }

    fn id(&self) -> &str {
        &self.id
    }
}
