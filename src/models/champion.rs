//! Champion records: a user's passage through the pipeline, in a cohort or globally.

use std::collections::HashMap;

use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::{delete, insert_into, select, update};
use serde::{Deserialize, Serialize};

use super::stage::stage_timestamps;
use super::start_of_id;
use super::{Change, Role, Stage, Subject, Tombstone, User};
use crate::db::types::Timestamp;
use crate::db::{AnyConnection, Db, is_any_of};
use crate::error::Failure;
use crate::schema::{champion, user};
use crate::text::{did_you_mean, shell_quoted};

/// A row of `champion`.
#[derive(
    Debug, Clone, PartialEq, Eq, Queryable, Selectable, Identifiable, Insertable, AsChangeset, Serialize, Deserialize,
)]
#[diesel(table_name = champion, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct Champion {
    /// `ch_` and a ULID, or the id in the imported file.
    pub id: String,
    /// The user's id.
    pub user_id: String,
    /// The cohort's id; `None` for a global record.
    pub cohort_id: Option<String>,
    /// The current stage.
    pub stage: Stage,
    /// Free-text notes.
    pub notes: Option<String>,
    /// When the record left stage candidate.
    pub selected_at: Option<Timestamp>,
    /// When it entered stage champion.
    pub became_champion_at: Option<Timestamp>,
    /// When the nomination was recorded.
    pub created_at: Timestamp,
}

impl Champion {
    /// Finds a record by its id; or, by a user's id or email, the user's open record in `cohort`.
    ///
    /// # Errors
    /// When it does not exist (exit code 6), or the database fails.
    pub fn find(conn: &mut AnyConnection, record: &str, cohort: Option<&str>) -> anyhow::Result<Self> {
        if let Some(found) = champion::table.find(record).select(Self::as_select()).first(conn).optional()? {
            if let Some(user) = User::find_optional(conn, record)?
                && user.id != found.user_id
            {
                let message = format!("{record} is ambiguous: a champion record, and another user ({})", user.email);
                return Err(Failure::usage(message).hint("name the user by email").into());
            }
            if cohort.is_some() && found.cohort_id.as_deref() != cohort {
                let (is, asked) = (in_cohort(found.cohort_id.as_deref()), in_cohort(cohort));
                return Err(Failure::not_found(format!("{} is {is}, not {asked}", found.id)).into());
            }
            return Ok(found);
        }
        let Some(user) = User::find_optional(conn, record)? else {
            let failure = Failure::not_found(format!("unknown champion record or user {}", shell_quoted(record)));
            let hint = match User::nearest(record, conn)? {
                Some(hint) => Some(hint),
                None => Self::nearest(record, conn)?,
            };
            return Err(failure
                .hint(hint.unwrap_or_else(|| "list champion records: rollbook champions list".to_owned()))
                .into());
        };
        Self::find_open(conn, &user.id, cohort)?.ok_or_else(|| {
            Failure::not_found(format!("user {} has no open record {}", user.id, in_cohort(cohort)))
                .hint("select another cohort with --cohort, or nominate the user: rollbook champions nominate USER")
                .into()
        })
    }

    /// The question whether another record was meant, if one has a similar id.
    fn nearest(name: &str, conn: &mut AnyConnection) -> QueryResult<Option<String>> {
        let Some(first) = name.chars().next() else { return Ok(None) };
        let first = first.to_lowercase().to_string();
        let starts = champion::id.ge(&first).and(champion::id.lt(start_of_id::end_of_start(&first)));
        let known = champion::table.select(champion::id).filter(starts).limit(start_of_id::MOST_COMPARED);
        let known: Vec<String> = known.load(conn)?;
        Ok(did_you_mean(name, known.iter().map(String::as_str)))
    }

    /// The records of those names of a list that are the id of a record, or the id or email of a user with an open
    /// record in the cohort. About any other name, [`Self::find`] says what is wrong.
    ///
    /// # Errors
    /// When the database fails.
    pub fn find_all(names: &[&str], cohort: Option<&str>, db: &mut Db) -> anyhow::Result<HashMap<String, Self>> {
        let emails: HashMap<String, &str> = names.iter().map(|name| (name.to_ascii_lowercase(), *name)).collect();
        let lower: Vec<&str> = emails.keys().map(String::as_str).collect();
        let mut users: Vec<(String, String)> = Vec::new();
        for (column, values) in [("id", names), ("lower(email)", &lower[..])] {
            let found = user::table.select((user::id, user::email)).filter(is_any_of(&db.conn, column, values)?);
            users.extend(found.load::<(String, String)>(&mut db.conn)?);
        }
        let records: Vec<Self> =
            champion::table.select(Self::as_select()).filter(is_any_of(&db.conn, "id", names)?).load(&mut db.conn)?;
        let ids: Vec<&str> = users.iter().map(|(id, _)| id.as_str()).collect();
        let mut open = champion::table
            .select(Self::as_select())
            .filter(is_any_of(&db.conn, "user_id", &ids)?)
            .filter(champion::stage.ne(Stage::Alumni))
            .into_boxed();
        open = match cohort {
            Some(cohort) => open.filter(champion::cohort_id.eq(cohort.to_owned())),
            None => open.filter(champion::cohort_id.is_null()),
        };
        let open: HashMap<String, Self> =
            open.load::<Self>(&mut db.conn)?.into_iter().map(|record| (record.user_id.clone(), record)).collect();
        let mut found = HashMap::new();
        for (id, email) in &users {
            let Some(record) = open.get(id) else { continue };
            for name in [Some(id.as_str()), emails.get(&email.to_ascii_lowercase()).copied()].into_iter().flatten() {
                found.insert(name.to_owned(), record.clone());
            }
        }
        for record in records {
            // A name that is a record's id and a user's is an error, unless both mean the same.
            let is_user = users.iter().any(|(id, _)| *id == record.id);
            if is_user || (cohort.is_some() && record.cohort_id.as_deref() != cohort) {
                found.remove(&record.id);
            } else {
                found.insert(record.id.clone(), record);
            }
        }
        Ok(found)
    }

    /// Finds the record whose id starts with the text, if no other id does. Only for a person to use.
    ///
    /// # Errors
    /// When several ids do (exit code 2), or the database fails.
    pub fn find_by_start(conn: &mut AnyConnection, start: &str) -> anyhow::Result<Option<Self>> {
        start_of_id::find_by_start!(champion, Self, start, conn)
    }

    /// The user's open record in the cohort, if any: the one that is not in stage alumni.
    ///
    /// # Errors
    /// When the database fails.
    pub fn find_open(conn: &mut AnyConnection, user_id: &str, cohort: Option<&str>) -> QueryResult<Option<Self>> {
        let open = champion::table
            .select(Self::as_select())
            .filter(champion::user_id.eq(user_id))
            .filter(champion::stage.ne(Stage::Alumni))
            .into_boxed();
        match cohort {
            Some(cohort) => open.filter(champion::cohort_id.eq(cohort)),
            None => open.filter(champion::cohort_id.is_null()),
        }
        .first(conn)
        .optional()
    }

    /// Locks the users of the records and then the records, until the transaction ends and always in the same order;
    /// returns those records that still exist, as they are under the lock.
    ///
    /// # Errors
    /// When the database fails.
    pub fn lock_all(records: &[Self], db: &mut Db) -> anyhow::Result<Vec<Self>> {
        let users: Vec<&str> = records.iter().map(|record| record.user_id.as_str()).collect();
        User::lock_all(&mut db.conn, "id", &users)?;
        let ids: Vec<&str> = records.iter().map(|record| record.id.as_str()).collect();
        db.conn.engine().lock_rows("champion", "id", &ids, &mut db.conn)?;
        Ok(champion::table
            .select(Self::as_select())
            .filter(is_any_of(&db.conn, "id", &ids)?)
            .order(champion::id)
            .load(&mut db.conn)?)
    }

    /// The record in another stage, entered at that time.
    ///
    /// # Errors
    /// When `became_champion_at` would be before `selected_at`.
    pub fn moved(&self, stage: Stage, at: Timestamp) -> Result<Self, Failure> {
        let (selected_at, became_champion_at) = stage_timestamps(stage, at, self.selected_at, self.became_champion_at);
        match (selected_at, became_champion_at) {
            (Some(selected), Some(champion)) if champion < selected => Err(Failure::failed(format!(
                "{}: became_champion_at {champion} would be before selected_at {selected}",
                self.id
            ))
            .hint("use a later time: --at TIME")),
            _ => Ok(Self { stage, selected_at, became_champion_at, ..self.clone() }),
        }
    }

    /// Inserts the record, records that in the audit trail, and grants the role of its stage.
    ///
    /// # Errors
    /// When the id exists or the user has an open record in the cohort, or the database fails.
    pub fn insert(&self, verb: &str, roles: RoleRule, db: &mut Db) -> anyhow::Result<()> {
        let added = insert_into(champion::table).values(self).execute(&mut db.conn)?;
        anyhow::ensure!(added == 1, "the database did not add champion record {}", self.id);
        Change { verb, subject: Subject::Champion, id: &self.id, before: None, after: Some(self) }.record(db)?;
        roles.apply(&self.user_id, None, self.stage, db)
    }

    /// Replaces `before` with this row, records the change in the audit trail, and grants or removes the role.
    ///
    /// # Errors
    /// When the database rejects the change or fails.
    pub fn save(&self, before: &Self, verb: &str, roles: RoleRule, db: &mut Db) -> anyhow::Result<()> {
        // The audit trail first: a trigger allows a move other than one stage forward only if the last audit event
        // has it.
        Change { verb, subject: Subject::Champion, id: &self.id, before: Some(before), after: Some(self) }
            .record(db)?;
        self.put(before, roles, db)
    }

    /// As [`Self::save`], for a move to another stage, with the time of the move.
    ///
    /// # Errors
    /// When the database rejects the change or fails.
    pub fn step_from(
        &self,
        before: &Self,
        verb: &str,
        at: Timestamp,
        roles: RoleRule,
        db: &mut Db,
    ) -> anyhow::Result<()> {
        let step = |record, moved_at| AuditedStep { record, moved_at };
        Change {
            verb,
            subject: Subject::Champion,
            id: &self.id,
            before: Some(&step(before, None)),
            after: Some(&step(self, Some(at))),
        }
        .record(db)?;
        self.put(before, roles, db)
    }

    fn put(&self, before: &Self, roles: RoleRule, db: &mut Db) -> anyhow::Result<()> {
        let changed = update(champion::table.find(&before.id)).set(self).execute(&mut db.conn)?;
        anyhow::ensure!(changed == 1, "the database did not change champion record {}", before.id);
        roles.apply(&self.user_id, Some(before.stage), self.stage, db)
    }

    /// Deletes the record and records that in the audit trail.
    ///
    /// # Errors
    /// When the record has been in stage champion, so that the database rejects the deletion; or the database fails.
    pub fn withdraw(&self, db: &mut Db) -> anyhow::Result<()> {
        Change { verb: "withdraw", subject: Subject::Champion, id: &self.id, before: Some(self), after: None }
            .record(db)?;
        let deleted = delete(champion::table.find(&self.id)).execute(&mut db.conn)?;
        anyhow::ensure!(deleted == 1, "the database did not delete champion record {}", self.id);
        Ok(())
    }
}

/// A record as the audit trail stores it after a move: with the time of the move, which has no column for stage
/// alumni.
#[derive(Serialize)]
struct AuditedStep<'a> {
    #[serde(flatten)]
    record: &'a Champion,
    #[serde(skip_serializing_if = "Option::is_none")]
    moved_at: Option<Timestamp>,
}

/// A phrase for messages: `in cohort X`, or `in the global pipeline`.
#[must_use]
pub fn in_cohort(cohort: Option<&str>) -> String {
    cohort.map_or_else(|| "in the global pipeline".to_owned(), |cohort| format!("in cohort {cohort}"))
}

/// Whether a change of stage updates the user's role `champion`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoleRule {
    /// Entering stage champion grants it; leaving removes it when no other record of the user is in that stage.
    Follow,
    /// The role is not changed.
    Keep,
}

impl RoleRule {
    fn apply(self, user_id: &str, before: Option<Stage>, after: Stage, db: &mut Db) -> anyhow::Result<()> {
        let (was, is) = (before == Some(Stage::Champion), after == Stage::Champion);
        if self == Self::Keep || was == is {
            return Ok(());
        }
        let user = User::find_and_lock_any(&mut db.conn, user_id)?;
        if Tombstone::of(&mut db.conn, user_id)?.is_some() {
            return Ok(()); // An erased or merged user gets no roles.
        }
        let roles = if is {
            user.roles.with(Role::Champion)
        } else if is_champion(&mut db.conn, user_id)? {
            user.roles
        } else {
            user.roles.without(Role::Champion)
        };
        if roles != user.roles {
            user.set_roles(roles, "roles", db)?;
        }
        Ok(())
    }
}

/// Whether any record of the user is in stage champion.
fn is_champion(conn: &mut AnyConnection, user_id: &str) -> QueryResult<bool> {
    let records = champion::table.filter(champion::user_id.eq(user_id)).filter(champion::stage.eq(Stage::Champion));
    select(exists(records)).get_result(conn)
}
