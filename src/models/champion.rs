//! One user's journey through the pipeline, in a cohort or globally.

use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel::{delete, insert_into, select, sql_query, update};
use serde::Serialize;

use super::stage::stamps;
use super::{Change, Role, Stage, Subject, Tombstone, User};
use crate::db::types::Instant;
use crate::db::{AnyConnection, Db, is_any_of};
use crate::error::Failure;
use crate::output::Record;
use crate::schema::champion;

/// A row of `champion`.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Identifiable, Insertable, AsChangeset, Serialize)]
#[diesel(table_name = champion, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct Champion {
    /// `ch_` and a ULID, or what the file gave.
    pub id: String,
    /// Whose journey.
    pub user_id: String,
    /// In which cohort; nothing for a global champion.
    pub cohort_id: Option<String>,
    /// How far it has come.
    pub stage: Stage,
    /// What people wrote down about it.
    pub notes: Option<String>,
    /// When the record left stage candidate.
    pub selected_at: Option<Instant>,
    /// When it entered stage champion.
    pub became_champion_at: Option<Instant>,
    /// When the nomination was recorded.
    pub created_at: Instant,
}

impl Champion {
    /// The record by its id; or, of a user by id or email, the one in `cohort` that is not alumni.
    ///
    /// # Errors
    /// When there is none (exit code 6), or the database fails.
    pub fn find(conn: &mut AnyConnection, record: &str, cohort: Option<&str>) -> anyhow::Result<Self> {
        if let Some(found) = champion::table.find(record).select(Self::as_select()).first(conn).optional()? {
            if cohort.is_some() && found.cohort_id.as_deref() != cohort {
                let (is, asked) = (in_cohort(found.cohort_id.as_deref()), in_cohort(cohort));
                return Err(Failure::not_found(format!("{} is {is}, not {asked}", found.id)).into());
            }
            return Ok(found);
        }
        let Some(user) = User::find_optional(conn, record)? else {
            return Err(Failure::not_found(format!("there is no champion record or user {record}"))
                .hint("name a record by its id, or its user by id or email; see rollbook champions list")
                .into());
        };
        Self::find_open(conn, &user.id, cohort)?.ok_or_else(|| {
            Failure::not_found(format!("{} is not in the pipeline {}", user.id, in_cohort(cohort)))
                .hint("--cohort names another cohort; rollbook champions nominate starts a record")
                .into()
        })
    }

    /// The one record of the user in the cohort that is not alumni, if any.
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

    /// Locks records until the transaction ends, and before them their users, in one order for everybody; returns them as
    /// they are then, those that are still there.
    ///
    /// # Errors
    /// When the database fails.
    pub fn lock_all(records: &[Self], db: &mut Db) -> anyhow::Result<Vec<Self>> {
        let users: Vec<&str> = records.iter().map(|record| record.user_id.as_str()).collect();
        User::lock_all(&mut db.conn, "id", &users)?;
        let ids: Vec<&str> = records.iter().map(|record| record.id.as_str()).collect();
        if let AnyConnection::Postgres(conn) = &mut db.conn {
            // diesel has no lock for a query that is in parts raw.
            sql_query(
                "SELECT id FROM champion WHERE id = ANY (ARRAY(SELECT jsonb_array_elements_text($1::jsonb))) \
                 ORDER BY id FOR UPDATE",
            )
            .bind::<Text, _>(serde_json::to_string(&ids)?)
            .execute(conn)?;
        }
        Ok(champion::table
            .select(Self::as_select())
            .filter(is_any_of(&db.conn, "id", &ids)?)
            .order(champion::id)
            .load(&mut db.conn)?)
    }

    /// The record in another stage, which it enters at that time.
    ///
    /// # Errors
    /// When it was selected later than that.
    pub fn moved(&self, stage: Stage, at: Instant) -> Result<Self, Failure> {
        let (selected_at, became_champion_at) = stamps(stage, at, self.selected_at, self.became_champion_at);
        match (selected_at, became_champion_at) {
            (Some(selected), Some(champion)) if champion < selected => Err(Failure::failed(format!(
                "{} was selected at {selected}, which is after {champion}: nothing was changed",
                self.id
            ))
            .hint("give a later time with --at")),
            _ => Ok(Self { stage, selected_at, became_champion_at, ..self.clone() }),
        }
    }

    /// Adds the record, writes the audit trail, and grants the role that the stage brings.
    ///
    /// # Errors
    /// When the id is taken or the user has an open record in the cohort, or the database fails.
    pub fn insert(&self, verb: &str, roles: RoleRule, db: &mut Db) -> anyhow::Result<()> {
        let added = insert_into(champion::table).values(self).execute(&mut db.conn)?;
        anyhow::ensure!(added == 1, "the database did not add champion record {}", self.id);
        Change { verb, subject: Subject::Champion, id: &self.id, before: None, after: Some(self) }.record(db)?;
        roles.apply(&self.user_id, None, self.stage, db)
    }

    /// Replaces `before` by this row, writes the audit trail, and grants or takes back the role.
    ///
    /// # Errors
    /// When the database refuses or fails.
    pub fn save(&self, before: &Self, verb: &str, roles: RoleRule, db: &mut Db) -> anyhow::Result<()> {
        // The audit trail first: a step that is not forward is one that it permits.
        Change { verb, subject: Subject::Champion, id: &self.id, before: Some(before), after: Some(self) }
            .record(db)?;
        self.put(before, roles, db)
    }

    /// As [`Self::save`], for a step to another stage, and the time that is said to be that of the step.
    ///
    /// # Errors
    /// When the database refuses or fails.
    pub fn step_from(
        &self,
        before: &Self,
        verb: &str,
        at: Instant,
        roles: RoleRule,
        db: &mut Db,
    ) -> anyhow::Result<()> {
        let step = |record, moved_at| Step { record, moved_at };
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
        update(champion::table.find(&before.id)).set(self).execute(&mut db.conn)?;
        roles.apply(&self.user_id, Some(before.stage), self.stage, db)
    }

    /// Removes the record, and writes the audit trail.
    ///
    /// # Errors
    /// When the database refuses, as the record has been champion; or fails.
    pub fn withdraw(&self, db: &mut Db) -> anyhow::Result<()> {
        Change { verb: "withdraw", subject: Subject::Champion, id: &self.id, before: Some(self), after: None }
            .record(db)?;
        delete(champion::table.find(&self.id)).execute(&mut db.conn)?;
        Ok(())
    }
}

/// A record as the audit trail has it after a step: with the time of the step, which for alumni no column has.
#[derive(Serialize)]
struct Step<'a> {
    #[serde(flatten)]
    record: &'a Champion,
    #[serde(skip_serializing_if = "Option::is_none")]
    moved_at: Option<Instant>,
}

/// Words a cohort, or the lack of one, for a sentence.
#[must_use]
pub fn in_cohort(cohort: Option<&str>) -> String {
    cohort.map_or_else(|| "outside of cohorts".to_owned(), |cohort| format!("in cohort {cohort}"))
}

/// What a change of stage does to the user's role `champion`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoleRule {
    /// Entering stage champion grants it; leaving takes it back when no other record of the user is in that stage.
    Follow,
    /// Nothing.
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
            return Ok(()); // Nobody has no roles.
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

impl Record for Champion {
    const COLUMNS: &'static [&'static str] =
        &["id", "user_id", "cohort_id", "stage", "notes", "selected_at", "became_champion_at", "created_at"];
    const TABLE: &'static [&'static str] =
        &["id", "user_id", "stage", "cohort_id", "selected_at", "became_champion_at"];

    fn cells(&self) -> Vec<String> {
        let time = |instant: Option<Instant>| instant.map(|instant| instant.to_string()).unwrap_or_default();
        vec![
            self.id.clone(),
            self.user_id.clone(),
            self.cohort_id.clone().unwrap_or_default(),
            self.stage.to_string(),
            self.notes.clone().unwrap_or_default(),
            time(self.selected_at),
            time(self.became_champion_at),
            self.created_at.to_string(),
        ]
    }

    fn id(&self) -> &str {
        &self.id
    }
}
