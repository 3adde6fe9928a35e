use diesel::prelude::*;
use diesel::update;
use serde::Serialize;

use super::names::{MERGED_ADDRESS, PersonNames};
use crate::context::{Command, Context};
use crate::db::types::Timestamp;
use crate::db::{Access, Db, End, Lock};
use crate::error::{ExitStatus, Failure};
use crate::models::{
    Champion, Change, FormerEmail, Prefix, Role, RoleRule, Roles, Stage, Subject, Tombstone, User, change_or_not,
    ensure_a_superadmin, in_cohort, new_id,
};
use crate::output::{Consent, Record, plural};
use crate::schema::{champion, user, user_action};
use crate::selection::user_meant;

/// Merge a duplicate user into another user
///
/// Moves actions, champion records and roles to INTO; its other fields are unchanged. FROM becomes a placeholder that
/// refers to INTO: later events for FROM are recorded for INTO. A merge cannot be undone. It fails if both users have an
/// open champion record in the same cohort.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Duplicate user, to be replaced by a placeholder; by id or email
    from: String,
    /// User to keep, by id or email
    into: String,
    /// Grant INTO also the roles admin and superadmin of FROM
    #[arg(long)]
    with_roles: bool,
    /// Show what would change, without changing it
    #[arg(long, short = 'n')]
    dry_run: bool,
    /// Do not ask for confirmation
    #[arg(long, short)]
    yes: bool,
}

/// A field of both users, side by side.
#[derive(Serialize)]
struct ComparedField {
    name: &'static str,
    from: String,
    into: String,
}

impl Record for ComparedField {
    const COLUMNS: &'static [&'static str] = &["name", "from", "into"];
    const TABLE: &'static [&'static str] = Self::COLUMNS;

    fn cells(&self) -> Vec<String> {
        vec![self.name.to_owned(), self.from.clone(), self.into.clone()]
    }

    fn id(&self) -> &str {
        self.name
    }
}

/// Both users, field by field.
fn side_by_side(from: &User, into: &User) -> Vec<ComparedField> {
    let fields = User::COLUMNS.iter().zip(from.cells().into_iter().zip(into.cells()));
    fields.map(|(name, (from, into))| ComparedField { name, from, into }).collect()
}

/// The roles that INTO would gain.
fn gained(from: &User, into: &User) -> Roles {
    from.roles.iter().filter(|role| !into.roles.contains(*role)).collect()
}

/// FROM as recorded in the audit trail, before and after the merge.
#[derive(Serialize)]
struct Merged<'a> {
    #[serde(flatten)]
    user: &'a User,
    merged_into: Option<&'a str>,
}

impl Command for Args {
    fn access(&self) -> Access {
        Access::of_change(self.dry_run)
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let args = &self;
        let (db, out) = ctx.open()?;
        let (from, into) = (user_meant(&args.from, db, out)?, user_meant(&args.into, db, out)?);
        let (from, into) = (User::find(&mut db.conn, &from)?, User::find(&mut db.conn, &into)?);
        if from.id == into.id {
            return Err(Failure::new(ExitStatus::Usage, format!("FROM and INTO are the same user: {}", from.id)).into());
        }
        for user in [&from, &into] {
            if let Some(tombstone) = Tombstone::of(&mut db.conn, &user.id)? {
                return Err(tombstone.refusal(&user.id).into());
            }
        }
        let gained = gained(&from, &into);
        let is_privileged = [Role::Admin, Role::Superadmin].into_iter().any(|role| gained.contains(role));
        if is_privileged && !args.with_roles {
            return Err(Failure::failed(format!("the merge would grant {} the roles {gained}", into.id))
                .hint("add --with-roles to grant them, or remove them first: rollbook users roles remove USER ROLE…")
                .into());
        }
        let roles = if gained.is_empty() { String::new() } else { format!("; {} gains {gained}", into.id) };
        let question =
            format!("permanently merge {} <{}> into {} <{}>{roles}", from.id, from.email, into.id, into.email);
        if !args.yes && !args.dry_run {
            db.while_waiting(|| out.confirm(&question, &side_by_side(&from, &into), Consent::Required))?;
        }
        let confirmed = gained;
        let before = into.clone();
        let (into, actions, records) = change_or_not(args.dry_run, db, |db| {
            db.lock(Lock::Import)?;
            db.lock(Lock::Addresses)?;
            User::lock_with_references(&mut db.conn, &[&from.id, &into.id])?;
            let from = User::find_and_lock(&mut db.conn, &from.id)?;
            let into = User::find_and_lock(&mut db.conn, &into.id)?;
            if self::gained(&from, &into) != confirmed {
                let message = format!("the roles of {} or {} were modified concurrently", from.id, into.id);
                return Err(Failure::new(ExitStatus::Conflict, message).hint("run the command again").into());
            }
            Ok((merge(&from, into, db)?, End::of_change(args.dry_run)))
        })?;
        let (actions, records) = (plural(actions as u64, "action"), plural(records as u64, "champion record"));
        let verb = if args.dry_run { "would merge" } else { "merged" };
        let moved = if self.dry_run { "to move" } else { "moved" };
        let done = format!("{verb} {} into {}: {actions}, {records} {moved}{roles}", from.id, into.id);
        if args.dry_run && out.format().is_table() {
            out.list::<ComparedField, _>(side_by_side(&from, &before).iter().map(Ok))?;
            out.status(done);
        } else {
            out.changed(&into, done)?;
        }
        Ok(ExitStatus::Done)
    }
}

/// Returns INTO after the merge, and the numbers of moved actions and champion records.
fn merge(from: &User, into: User, db: &mut Db) -> anyhow::Result<(User, usize, usize)> {
    let records: Vec<Champion> = champion::table
        .select(Champion::as_select())
        .filter(champion::user_id.eq(&from.id))
        .order(champion::id)
        .load(&mut db.conn)?;
    let records = Champion::lock_all(&records, db)?;
    for record in records.iter().filter(|record| record.stage != Stage::Alumni) {
        if let Some(other) = Champion::find_open(&mut db.conn, &into.id, record.cohort_id.as_deref())? {
            let place = in_cohort(record.cohort_id.as_deref());
            let message = format!(
                "both users have an open record {place}: {} of {} is {}, {} of {} is {}",
                record.id, from.id, record.stage, other.id, into.id, other.stage
            );
            let verb = if record.stage.rule().may_withdraw { "withdraw" } else { "retire" };
            let failure = Failure::new(ExitStatus::Conflict, message)
                .hint(format!("close one of them, then merge again: rollbook champions {verb} {}", record.id));
            let attempt =
                Change { verb: "merge", subject: Subject::User, id: &from.id, before: None::<&User>, after: None };
            return Err(attempt.refused(failure, db));
        }
    }
    let roles = into.roles.iter().chain(from.roles.iter()).collect::<Roles>();
    let into = if roles == into.roles { into } else { into.set_roles(roles, "merge", db)? };

    let names = PersonNames::of(from, db)?;
    let tombstone = User {
        email: format!("{}{MERGED_ADDRESS}", new_id(Prefix::Merged)),
        name: "merged".to_owned(),
        profile_img: None,
        roles: Roles::default(),
        ..from.clone()
    };
    update(user::table.find(&from.id))
        .set((&tombstone, user::erased_at.eq(Some(Timestamp::now())), user::merged_into.eq(Some(&into.id))))
        .execute(&mut db.conn)?;
    update(user::table.filter(user::merged_into.eq(&from.id)))
        .set(user::merged_into.eq(Some(&into.id)))
        .execute(&mut db.conn)?;
    let (before, after) =
        (Merged { user: from, merged_into: None }, Merged { user: &tombstone, merged_into: Some(&into.id) });
    // Must come before the update of the actions: a trigger allows it only with a `merge` event in the audit trail.
    Change { verb: "merge", subject: Subject::User, id: &from.id, before: Some(&before), after: Some(&after) }
        .record(db)?;
    ensure_a_superadmin(&tombstone.change_from(from, "merge"), db)?;
    FormerEmail::move_to(&from.id, &into.id, db)?;
    for email in names.emails() {
        FormerEmail::remember(&into.id, email, false, db)?;
    }
    let actions = update(user_action::table.filter(user_action::user_id.eq(&from.id)))
        .set(user_action::user_id.eq(&into.id))
        .execute(&mut db.conn)?;
    for record in &records {
        let moved = Champion { user_id: into.id.clone(), ..record.clone() };
        moved.save(record, "merge", RoleRule::Keep, db)?;
    }
    Ok((into, actions, records.len()))
}
