//! A signed-in human.

use std::collections::{BTreeMap, HashMap};

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use diesel::{insert_into, sql_query, update};
use serde::Serialize;

use super::{Change, Role, Roles, RolesOf, Subject, has_role};
use crate::db::types::Instant;
use crate::db::{AnyConnection, Db, is_any_of};
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

    /// As [`Self::find`], with the row locked until the transaction ends: what is changed is what was read. Who was erased
    /// or merged into another is not to be changed.
    ///
    /// # Errors
    /// As [`Self::find`]; or when the user is a tombstone.
    pub fn find_and_lock(conn: &mut AnyConnection, user: &str) -> anyhow::Result<Self> {
        let found = Self::find_and_lock_any(conn, user)?;
        match Tombstone::of(conn, &found.id)? {
            Some(tombstone) => Err(tombstone.refusal(&found.id).into()),
            None => Ok(found),
        }
    }

    /// As [`Self::find_and_lock`], where a tombstone will do.
    ///
    /// # Errors
    /// As [`Self::find`].
    pub fn find_and_lock_any(conn: &mut AnyConnection, user: &str) -> anyhow::Result<Self> {
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
        let added = match &mut db.conn {
            AnyConnection::Sqlite(conn) => insert.execute(conn)?,
            AnyConnection::Postgres(conn) => insert.execute(conn)?,
        };
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

    /// Replaces `before` by this row and writes the audit trail. The caller ends its transaction with
    /// [`ensure_a_superadmin`] when `before` was one.
    ///
    /// # Errors
    /// When the email is taken, or the database fails.
    pub fn save(&self, before: &Self, verb: &str, db: &mut Db) -> anyhow::Result<()> {
        update(user::table.find(&before.id)).set(self).execute(&mut db.conn)?;
        self.change_from(before, verb).record(db)
    }

    /// Gives the user other roles, writes the audit trail, and returns the user as it is then.
    ///
    /// # Errors
    /// When no superadmin would remain, or the database fails.
    pub fn set_roles(&self, roles: Roles, verb: &str, db: &mut Db) -> anyhow::Result<Self> {
        let after = Self { roles, ..self.clone() };
        after.save(self, verb, db)?;
        ensure_a_superadmin(&after.change_from(self, verb), db)?;
        Ok(after)
    }

    /// Locks the users whose column has one of the values, until the transaction ends, in one order for everybody.
    ///
    /// # Errors
    /// When the database fails.
    pub fn lock_all(conn: &mut AnyConnection, column: &'static str, values: &[&str]) -> anyhow::Result<()> {
        if let AnyConnection::Postgres(conn) = conn {
            // diesel has no lock for a query that is in parts raw.
            sql_query(format!(
                "SELECT id FROM \"user\" WHERE {column} = ANY (ARRAY(SELECT jsonb_array_elements_text($1::jsonb))) \
                 ORDER BY id FOR NO KEY UPDATE"
            ))
            .bind::<Text, _>(serde_json::to_string(values)?)
            .execute(conn)?;
        }
        Ok(())
    }

    /// Gives each of several users, at most 4,000, other roles, and writes the audit trail. The caller ends its transaction
    /// with [`ensure_a_superadmin`].
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
            update(users).set(user::roles.eq(roles)).execute(&mut db.conn)?;
        }
        let changes: Vec<_> = changes.iter().map(|(before, after)| after.change_from(before, verb)).collect();
        Change::record_all(&changes, db)
    }

    /// How many there are, without tombstones.
    ///
    /// # Errors
    /// When the database fails.
    pub fn count(db: &mut Db) -> anyhow::Result<i64> {
        Ok(user::table.filter(user::erased_at.is_null()).count().get_result(&mut db.conn)?)
    }

    /// Whether the change to `after` takes the role superadmin.
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

/// What is left of a user who was erased, or who turned out to be another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tombstone {
    /// Since when.
    pub erased_at: Instant,
    /// The user who it is since.
    pub merged_into: Option<String>,
}

impl Tombstone {
    /// The tombstone of a user, if it has come to that.
    ///
    /// # Errors
    /// When the database fails.
    pub fn of(conn: &mut AnyConnection, id: &str) -> QueryResult<Option<Self>> {
        let row: Option<(Option<Instant>, Option<String>)> =
            user::table.find(id).select((user::erased_at, user::merged_into)).first(conn).optional()?;
        Ok(row.and_then(|(erased_at, merged_into)| Some(Self { erased_at: erased_at?, merged_into })))
    }

    /// The tombstones among several users, by id.
    ///
    /// # Errors
    /// When the database fails.
    pub fn among(ids: &[&str], db: &mut Db) -> anyhow::Result<HashMap<String, Self>> {
        let rows: Vec<(String, Option<Instant>, Option<String>)> = user::table
            .select((user::id, user::erased_at, user::merged_into))
            .filter(user::erased_at.is_not_null())
            .filter(is_any_of(&db.conn, "id", ids)?)
            .load(&mut db.conn)?;
        let tombstone = |(id, erased_at, merged_into): (_, Option<Instant>, _)| {
            Some((id, Self { erased_at: erased_at?, merged_into }))
        };
        Ok(rows.into_iter().filter_map(tombstone).collect())
    }

    /// The error for whoever would change the user.
    #[must_use]
    pub fn refusal(&self, id: &str) -> Failure {
        match &self.merged_into {
            Some(into) => Failure::failed(format!("{id} was merged into {into}")).hint(format!("name {into}")),
            None => Failure::failed(format!("{id} was erased at {}: it is nobody any more", self.erased_at)),
        }
    }
}

/// Checks, at the end of a transaction that may have taken the role superadmin from somebody, that somebody still has it.
/// `change` is the change that took it, or one of them.
///
/// Two such transactions could each count on the other's superadmin; the lock lets the second see what the first did.
///
/// # Errors
/// When nobody has it any more: the transaction must be rolled back.
pub fn ensure_a_superadmin(change: &Change<'_, User>, db: &mut Db) -> anyhow::Result<()> {
    let demotes = |(before, after): (&User, &User)| before.is_demoted_to(after);
    if !change.before.zip(change.after).is_some_and(demotes) {
        return Ok(());
    }
    if let AnyConnection::Postgres(conn) = &mut db.conn {
        sql_query("SELECT pg_advisory_xact_lock($1)").bind::<BigInt, _>(SUPERADMIN_LOCK).execute(conn)?;
    }
    let condition = has_role(&db.conn, Role::Superadmin, RolesOf::Now);
    let somebody = user::table.select(user::id).filter(condition).first::<String>(&mut db.conn).optional()?;
    if somebody.is_some() {
        return Ok(());
    }
    let failure = Failure::failed("this would leave no superadmin: nothing was changed")
        .hint("make somebody else superadmin first: rollbook users roles add USER superadmin");
    Err(change.refused(failure, db))
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
