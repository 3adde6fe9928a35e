//! What an erasure does to the data of one person.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use diesel::{sql_query, update};
use serde::Serialize;

use super::super::names::{ERASED_ADDRESS, PersonNames};
use crate::db::types::{Json, Timestamp};
use crate::db::{Db, is_any_of};
use crate::error::Failure;
use crate::models::{
    Champion, Change, FormerEmail, ParkedEvent, Prefix, RoleRule, Roles, Stage, Subject, Tombstone, User,
    ensure_a_superadmin, new_id,
};
use crate::output::plural;
use crate::schema::{champion, user, user_action};

/// The fields of an erased user that the audit trail keeps.
#[derive(Serialize)]
struct Rest {
    roles: Roles,
    created_at: Timestamp,
}

/// The audit data of `erase_metadata`: the number of the user's actions, of which none has metadata afterwards.
#[derive(Serialize)]
struct Emptied {
    actions: i64,
}

/// The erased user, and how many notes, audit rows and actions were cleared.
pub(super) struct Erased {
    pub(super) user: User,
    /// Champion records that were ended.
    ended: usize,
    notes: usize,
    audit: usize,
    /// Rows in which the person was the actor, or in the name of a file.
    actor: usize,
    actions: i64,
}

impl Erased {
    /// Erases a user, if `confirm` is the address, where it is given.
    pub(super) fn erase(user: &str, confirm: Option<&str>, metadata: bool, db: &mut Db) -> anyhow::Result<Self> {
        let user = User::find(&mut db.conn, user)?;
        User::lock_with_references(&mut db.conn, &[&user.id])?;
        let user = User::find_and_lock_any(&mut db.conn, &user.id)?;
        let tombstone = Tombstone::of(&mut db.conn, &user.id)?;
        if let Some(tombstone) = &tombstone
            && tombstone.merged_into.is_some()
        {
            return Err(tombstone.refusal(&user.id).into());
        }
        if let Some(confirm) = confirm
            && !confirm.trim().eq_ignore_ascii_case(&user.email)
        {
            let failure = Failure::failed(format!("--confirm does not match the email address of {}", user.id))
                .hint(format!("show the address: rollbook users show {}", user.id));
            let attempt =
                Change { verb: "erase", subject: Subject::User, id: &user.id, before: None::<&User>, after: None };
            return Err(attempt.refused(failure, db));
        }
        let names = PersonNames::of(&user, db)?;
        let user = if tombstone.is_none() { entomb(&user, db)? } else { user };
        let mut erased = clear(user, names.emails(), db)?;
        erased.actor = names.replace(&erased.user.id, db)?;
        if metadata {
            erased.actions = empty_metadata(&erased.user.id, db)?;
        }
        Ok(erased)
    }

    /// What was done, in words.
    pub(super) fn message(&self, metadata: bool, dry_run: bool) -> String {
        let Self { user, ended, notes, audit, actor, actions } = self;
        let metadata = if metadata {
            format!(" and the metadata of {}", plural(actions.unsigned_abs(), "action"))
        } else {
            String::new()
        };
        format!(
            "{} {}: {} {}, {} the notes of {}, {} of the audit trail, {} with the user as actor or in a file \
             name{metadata}",
            if dry_run { "would erase" } else { "erased" },
            user.id,
            if dry_run { "would end" } else { "ended" },
            plural(*ended as u64, "champion record"),
            if dry_run { "clear" } else { "cleared" },
            plural(*notes as u64, "champion record"),
            plural(*audit as u64, "row"),
            plural(*actor as u64, "row"),
        )
    }
}

/// Replaces the user's personal data with a placeholder.
fn entomb(before: &User, db: &mut Db) -> anyhow::Result<User> {
    let user = User {
        email: format!("{}{ERASED_ADDRESS}", new_id(Prefix::Erased)),
        name: "erased".to_owned(),
        origin: "erased".to_owned(),
        profile_img: None,
        roles: Roles::default(),
        ..before.clone()
    };
    update(user::table.find(&user.id))
        .set((&user, user::erased_at.eq(Some(Timestamp::now()))))
        .execute(&mut db.conn)?;
    let rest = |user: &User| Json::of(&Rest { roles: user.roles, created_at: user.created_at });
    let (rest_before, rest_after) = (rest(before)?, rest(&user)?);
    Change {
        verb: "erase",
        subject: Subject::User,
        id: &user.id,
        before: Some(&rest_before),
        after: Some(&rest_after),
    }
    .record(db)?;
    for id in &merged_into(&user.id, db)? {
        Change { verb: "erase", subject: Subject::User, id, before: None::<&Json>, after: None }.record(db)?;
    }
    ensure_a_superadmin(&user.change_from(before, "erase"), db)?;
    Ok(user)
}

fn merged_into(id: &str, db: &mut Db) -> QueryResult<Vec<String>> {
    user::table.select(user::id).filter(user::merged_into.eq(id)).order(user::id).load(&mut db.conn)
}

/// Clears the notes and the audit trail of an erased user, and of the users merged into it what is left of them.
fn clear(user: User, emails: &[String], db: &mut Db) -> anyhow::Result<Erased> {
    let mut ids = merged_into(&user.id, db)?;
    update(user::table.filter(user::merged_into.eq(&user.id)))
        .set(user::origin.eq(&user.origin))
        .execute(&mut db.conn)?;
    ids.push(user.id.clone());
    ParkedEvent::remove_of_user(&ids, emails, db)?;
    clear_parked_reasons(&ids, db)?;
    FormerEmail::forget(&user.id, db)?;
    for email in emails {
        FormerEmail::remember(&user.id, email, true, db)?;
    }
    let ended = end_records(&user.id, db)?;
    let noted = champion::table.filter(champion::user_id.eq(&user.id)).filter(champion::notes.is_not_null());
    let records: Vec<String> = noted.select(champion::id).order(champion::id).load(&mut db.conn)?;
    update(noted).set(champion::notes.eq(None::<String>)).execute(&mut db.conn)?;
    for id in &records {
        Change { verb: "erase", subject: Subject::Champion, id, before: None::<&Json>, after: None }.record(db)?;
    }
    let audit = clear_audit(&ids, db)?;
    Ok(Erased { user, ended, notes: records.len(), audit, actor: 0, actions: 0 })
}

/// Ends the open champion records of an erased user: candidates and selected are withdrawn, champions become alumni.
fn end_records(user_id: &str, db: &mut Db) -> anyhow::Result<usize> {
    let open: Vec<Champion> = champion::table
        .select(Champion::as_select())
        .filter(champion::user_id.eq(user_id))
        .filter(champion::stage.ne(Stage::Alumni))
        .order(champion::id)
        .load(&mut db.conn)?;
    for record in &open {
        if record.stage.rule().may_withdraw {
            record.withdraw(db)?;
        } else {
            let alumnus = Champion { stage: Stage::Alumni, ..record.clone() };
            alumnus.step_from(record, "retire", Timestamp::now(), RoleRule::Keep, db)?;
        }
    }
    Ok(open.len())
}

/// Removes personal values from the audit trail and returns the number of changed rows. A trigger allows this only
/// for a user with an `erase` event, and the user's champion records.
fn clear_audit(ids: &[String], db: &mut Db) -> anyhow::Result<usize> {
    let engine = db.conn.engine();
    let listed = engine.listed_values();
    let [before, after] = ["before", "after"].map(|column| engine.without_personal_members(column));
    // Raw SQL: diesel has no JSON operators that both engines support.
    let statement = format!(
        "UPDATE audit_event SET before = {before}, after = {after} \
         WHERE (subject_kind = 'user' AND subject_id IN ({listed}) \
           OR subject_kind = 'champion' AND coalesce(after ->> 'user_id', before ->> 'user_id') IN ({listed})) \
         AND (before IS DISTINCT FROM {before} OR after IS DISTINCT FROM {after})"
    );
    Ok(sql_query(statement).bind::<Text, _>(serde_json::to_string(ids)?).execute(&mut db.conn)?)
}

/// Clears why consumers have parked the user's actions.
fn clear_parked_reasons(ids: &[String], db: &mut Db) -> anyhow::Result<()> {
    #[derive(QueryableByName)]
    struct Parked {
        #[diesel(sql_type = Text)]
        action_id: String,
    }
    let parked = sql_query("SELECT action_id FROM feed_parked WHERE reason IS NOT NULL");
    let parked: Vec<Parked> = parked.load(&mut db.conn)?;
    let parked: Vec<&str> = parked.iter().map(|parked| parked.action_id.as_str()).collect();
    let own: Vec<String> = user_action::table
        .select(user_action::id)
        .filter(is_any_of(&db.conn, "id", &parked)?)
        .filter(user_action::user_id.eq_any(ids))
        .load(&mut db.conn)?;
    if !own.is_empty() {
        let listed = db.conn.engine().listed_values();
        let clear = format!("UPDATE feed_parked SET reason = NULL WHERE action_id IN ({listed})");
        sql_query(clear).bind::<Text, _>(serde_json::to_string(&own)?).execute(&mut db.conn)?;
    }
    Ok(())
}

/// Clears the metadata of the user's actions, and returns how many had some. A trigger allows this only for a user with an
/// `erase_metadata` event.
fn empty_metadata(id: &str, db: &mut Db) -> anyhow::Result<i64> {
    // By the index alone: looking at the metadata of a million actions first would take half as long as emptying it.
    let actions = user_action::table.filter(user_action::user_id.eq(id)).count().get_result(&mut db.conn)?;
    Change { verb: "erase_metadata", subject: Subject::User, id, before: None, after: Some(&Emptied { actions }) }
        .record(db)?;
    let filled = user_action::table.filter(user_action::user_id.eq(id)).filter(sql::<Bool>("metadata <> '{}'"));
    let emptied = update(filled).set(user_action::metadata.eq(Json::empty_object())).execute(&mut db.conn)?;
    Ok(i64::try_from(emptied)?)
}
