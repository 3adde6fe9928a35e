//! Users.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::{insert_into, update};
use serde::{Deserialize, Serialize};

use super::{Change, Prefix, Role, Roles, RolesOf, Subject, has_role, new_id};
use crate::db::types::Timestamp;
use crate::db::{AnyConnection, Db, Lock, execute_on, is_any_of};
use crate::error::Failure;
use crate::schema::user;

mod find;

pub use find::AmbiguousUser;

/// A row of `"user"`.
#[derive(
    Debug, Clone, PartialEq, Eq, Queryable, Selectable, Identifiable, Insertable, AsChangeset, Serialize, Deserialize,
)]
#[diesel(table_name = user, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct User {
    /// `usr_` and a ULID, or a given id; without `@`.
    pub id: String,
    /// Unique without regard to ASCII letter case.
    pub email: String,
    /// The person's name.
    pub name: String,
    /// Where the sign-up came from.
    pub origin: String,
    /// The URL of a profile picture.
    pub profile_img: Option<String>,
    /// The roles.
    pub roles: Roles,
    /// When the person signed up.
    pub created_at: Timestamp,
}

impl User {
    /// Whether anybody is superadmin.
    ///
    /// # Errors
    /// When the database fails.
    pub fn has_superadmin(conn: &mut AnyConnection) -> QueryResult<bool> {
        let condition = has_role(conn, Role::Superadmin, RolesOf::Now);
        Ok(user::table.select(user::id).filter(condition).first::<String>(conn).optional()?.is_some())
    }

    /// Inserts the user and records that in the audit trail.
    ///
    /// # Errors
    /// When the id or the email exists, or the database fails.
    pub fn insert(&self, db: &mut Db) -> anyhow::Result<()> {
        Self::insert_all(std::slice::from_ref(self), db)
    }

    /// Inserts at most 4,000 users in one statement and records that in the audit trail.
    ///
    /// # Errors
    /// When an id or an email exists, or the database fails.
    pub fn insert_all(users: &[Self], db: &mut Db) -> anyhow::Result<()> {
        if users.is_empty() {
            return Ok(());
        }
        let insert = insert_into(user::table).values(users);
        let added = execute_on!(&mut db.conn, insert)?;
        anyhow::ensure!(added == users.len(), "the database added {added} of {} users", users.len());
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

    /// Replaces `before` with this row and records the change in the audit trail. If `before` was a superadmin, the
    /// caller must end its transaction with [`ensure_a_superadmin`].
    ///
    /// # Errors
    /// When the email exists, or the database fails.
    pub fn save(&self, before: &Self, verb: &str, db: &mut Db) -> anyhow::Result<()> {
        let changed = update(user::table.find(&before.id)).set(self).execute(&mut db.conn)?;
        anyhow::ensure!(changed == 1, "the database did not change user {}", before.id);
        self.change_from(before, verb).record(db)
    }

    /// Frees the user's address for another one, in a transaction that gives the user a new one before it ends. It is not in the
    /// audit trail, which has the change from the one address to the other.
    ///
    /// # Errors
    /// When the database fails.
    pub fn free_address(id: &str, db: &mut Db) -> anyhow::Result<()> {
        let placeholder = format!("{}@moving.invalid", new_id(Prefix::Moving));
        let changed = update(user::table.find(id)).set(user::email.eq(placeholder)).execute(&mut db.conn)?;
        anyhow::ensure!(changed == 1, "the database did not change user {id}");
        Ok(())
    }

    /// Sets the user's roles, records the change in the audit trail, and returns the changed user.
    ///
    /// # Errors
    /// When no superadmin would remain, or the database fails.
    pub fn set_roles(&self, roles: Roles, verb: &str, db: &mut Db) -> anyhow::Result<Self> {
        let after = Self { roles, ..self.clone() };
        after.save(self, verb, db)?;
        ensure_a_superadmin(&after.change_from(self, verb), db)?;
        Ok(after)
    }

    /// Locks the users whose column has one of the values until the transaction ends, always in the same order.
    ///
    /// # Errors
    /// When the database fails.
    pub fn lock_all(conn: &mut AnyConnection, column: &'static str, values: &[&str]) -> anyhow::Result<()> {
        conn.engine().lock_rows("\"user\"", column, values, conn)
    }

    /// Locks users until the transaction ends, also against new rows that refer to them.
    ///
    /// # Errors
    /// When the database fails.
    pub fn lock_with_references(conn: &mut AnyConnection, ids: &[&str]) -> anyhow::Result<()> {
        conn.engine().lock_with_references(ids, conn)
    }

    /// Sets the roles of at most 4,000 users and records the changes in the audit trail. The caller must end its
    /// transaction with [`ensure_a_superadmin`].
    ///
    /// # Errors
    /// When the database fails.
    pub fn set_all_roles(changes: &[(Self, Self)], verb: &str, db: &mut Db) -> anyhow::Result<()> {
        let mut by_roles: BTreeMap<String, (Roles, Vec<&str>)> = BTreeMap::new();
        for (_, after) in changes {
            let (_, ids) = by_roles.entry(after.roles.to_string()).or_insert((after.roles, Vec::new()));
            ids.push(&after.id);
        }
        for (roles, ids) in by_roles.into_values() {
            let users = user::table.filter(is_any_of(&db.conn, "id", &ids)?);
            let updated = update(users).set(user::roles.eq(roles)).execute(&mut db.conn)?;
            anyhow::ensure!(updated == ids.len(), "the database changed {updated} of {} users", ids.len());
        }
        let changes: Vec<_> = changes.iter().map(|(before, after)| after.change_from(before, verb)).collect();
        Change::record_all(&changes, db)
    }

    /// All users who are neither erased nor merged, in the order of their ids.
    ///
    /// # Errors
    /// When the database fails.
    pub fn everybody(conn: &mut AnyConnection) -> QueryResult<Vec<Self>> {
        user::table.select(Self::as_select()).filter(user::erased_at.is_null()).order(user::id).load(conn)
    }

    /// The number of users, without erased and merged ones.
    ///
    /// # Errors
    /// When the database fails.
    pub fn count(db: &mut Db) -> anyhow::Result<i64> {
        Ok(user::table.filter(user::erased_at.is_null()).count().get_result(&mut db.conn)?)
    }

    /// Whether there is any user, or the placeholder of one.
    ///
    /// # Errors
    /// When the database fails.
    pub fn is_any(db: &mut Db) -> anyhow::Result<bool> {
        Ok(user::table.select(user::id).first::<String>(&mut db.conn).optional()?.is_some())
    }

    /// Whether the change to `after` removes the role superadmin.
    #[must_use]
    pub const fn is_demoted_to(&self, after: &Self) -> bool {
        self.roles.contains(Role::Superadmin) && !after.roles.contains(Role::Superadmin)
    }

    /// The change from another state of the user to this one.
    #[must_use]
    pub fn change_from<'a>(&'a self, before: &'a Self, verb: &'a str) -> Change<'a, Self> {
        Change { verb, subject: Subject::User, id: &self.id, before: Some(before), after: Some(self) }
    }
}

/// Checks that a superadmin remains, at the end of a transaction that may have removed the role. `change` is the
/// change that removed it, or one of them.
///
/// Two concurrent transactions could each rely on the superadmin that the other one removes; the lock makes the
/// second see the change of the first.
///
/// # Errors
/// When no superadmin remains; the transaction must be rolled back.
pub fn ensure_a_superadmin(change: &Change<'_, User>, db: &mut Db) -> anyhow::Result<()> {
    let demotes = |(before, after): (&User, &User)| before.is_demoted_to(after);
    if !change.before.zip(change.after).is_some_and(demotes) {
        return Ok(());
    }
    db.lock(Lock::Superadmin)?;
    if User::has_superadmin(&mut db.conn)? {
        return Ok(());
    }
    let failure = Failure::failed("this would leave no superadmin")
        .hint("grant the role to another user first: rollbook users roles add USER superadmin");
    Err(change.refused(failure, db))
}
