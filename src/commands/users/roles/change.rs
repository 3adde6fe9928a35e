//! Changes the roles of the selected users in one transaction.

use std::collections::{BTreeSet, HashMap};

use diesel::prelude::*;
use serde::Serialize;

use super::describe;
use crate::clock::Clock;
use crate::db::{Db, End, is_any_of};
use crate::error::{ExitStatus, Failure};
use crate::models::{Role, Roles, RolesOf, Tombstone, User, change_or_not, ensure_a_superadmin};
use crate::output::{Output, Record, plural};
use crate::schema::user;
use crate::selection::{BATCH, BulkArgs, Names, SelectedBy, UserFilter, find_user, selected_users, users_named};

/// The users to change, each once, and how they were selected.
pub(super) struct SelectedUsers {
    ids: BTreeSet<String>,
    by: SelectedBy,
}

/// A change of the roles of the selected users.
pub(super) struct RolesChange<'a> {
    pub(super) selected: SelectedUsers,
    pub(super) roles: Vec<Role>,
    pub(super) bulk: &'a BulkArgs,
    pub(super) filter: Option<&'a UserFilter>,
    pub(super) clock: Clock,
    /// How a user's roles are computed from the given ones.
    pub(super) change: fn(Roles, &[Role]) -> Roles,
}

/// A user whose roles change.
#[derive(Debug, Serialize)]
struct RoleChange {
    id: String,
    email: String,
    name: String,
    from: Roles,
    to: Roles,
}

/// The changes of the batches so far.
#[derive(Default)]
struct Changed {
    changes: Vec<RoleChange>,
    /// Number of selected users, changed or not.
    users: usize,
    /// The first user who lost the role superadmin, before and after the change.
    demotion: Option<(User, User)>,
}

/// Resolves the arguments, the list or the filters into one set of users.
pub(super) fn resolve(
    arguments: &[String],
    bulk: &BulkArgs,
    filter: Option<&UserFilter>,
    clock: Clock,
    db: &mut Db,
    out: &Output,
) -> anyhow::Result<SelectedUsers> {
    if let Some(filter) = filter {
        for time in filter.resolved_times(clock)? {
            out.status(time);
        }
        return Ok(SelectedUsers { ids: selected_users(filter, clock, db)?, by: SelectedBy::Filter });
    }
    if let Some(names) = bulk.names()? {
        return Ok(SelectedUsers { ids: users_named(names, db, out)?, by: SelectedBy::List });
    }
    // The start of an id is an answer only to somebody who can be asked whether it is the right one.
    if let ([name], true) = (arguments, out.is_interactive()) {
        let (user, is_start) = find_user(name, &mut db.conn)?;
        let by = if is_start { SelectedBy::Prefix } else { SelectedBy::Argument };
        return Ok(SelectedUsers { ids: users_named(Names::of_arguments(&[user.id]), db, out)?, by });
    }
    let ids = users_named(Names::of_arguments(arguments), db, out)?;
    Ok(SelectedUsers { ids, by: SelectedBy::arguments(arguments.len()) })
}

impl RolesChange<'_> {
    /// Shows the changes and asks for confirmation, then makes them.
    pub(super) fn carry_out(&self, db: &mut Db, out: &mut Output) -> anyhow::Result<ExitStatus> {
        let consent = self.selected.by.consent();
        let planned = if self.bulk.asks(consent, out) { self.planned(db)? } else { Vec::new() };
        let action = format!("change the roles of {}", plural(planned.len() as u64, "user"));
        let is_confirmed = db.while_waiting(|| self.bulk.confirm(&action, &planned, consent, out))?;
        // What somebody has confirmed is what is done, or nothing.
        let confirmed: Option<HashMap<&str, Roles>> =
            is_confirmed.then(|| planned.iter().map(|change| (change.id.as_str(), change.from)).collect());
        let changed = change_or_not(self.bulk.dry_run, db, |db| {
            let mut changed = Changed::default();
            for ids in self.batches() {
                self.change_batch(&ids, &mut changed, db)?;
            }
            if let Some(confirmed) = &confirmed {
                check_confirmed(confirmed, &changed.changes)?;
            }
            self.ended(changed, db)
        })?;
        self.print(&changed, is_confirmed, db, out)
    }

    fn batches(&self) -> Vec<Vec<&str>> {
        let ids: Vec<&str> = self.selected.ids.iter().map(String::as_str).collect();
        ids.chunks(BATCH).map(<[&str]>::to_vec).collect()
    }

    /// The users of a batch, as they are, and as they become; without those whose roles stay the same.
    fn steps(&self, ids: &[&str], db: &mut Db) -> anyhow::Result<(usize, Vec<(User, User)>)> {
        let users = user::table.select(User::as_select()).order(user::id).into_boxed();
        let conditions = match self.filter {
            Some(filter) => filter.conditions(&db.conn, RolesOf::Now, self.clock)?,
            None => Vec::new(),
        };
        let users = conditions.into_iter().fold(users, QueryDsl::filter);
        let users: Vec<User> = users.filter(is_any_of(&db.conn, "id", ids)?).load(&mut db.conn)?;
        let count = users.len();
        let after = |before: &User| User { roles: (self.change)(before.roles, &self.roles), ..before.clone() };
        let steps = users.into_iter().map(|before| (before.clone(), after(&before)));
        Ok((count, steps.filter(|(before, after)| before.roles != after.roles).collect()))
    }

    /// The changes as the users are now, before anything is locked.
    fn planned(&self, db: &mut Db) -> anyhow::Result<Vec<RoleChange>> {
        let mut planned = Vec::new();
        for ids in self.batches() {
            let (_, steps) = self.steps(&ids, db)?;
            planned.extend(steps.iter().map(|(before, after)| RoleChange::new(before, after)));
        }
        Ok(planned)
    }

    /// Locks the users, then changes those that still match the filters.
    fn change_batch(&self, ids: &[&str], changed: &mut Changed, db: &mut Db) -> anyhow::Result<()> {
        User::lock_all(&mut db.conn, "id", ids)?;
        if let Some((id, placeholder)) = Tombstone::among(ids, db)?.into_iter().find(|_| self.filter.is_none()) {
            return Err(placeholder.refusal(&id).into());
        }
        let (users, steps) = self.steps(ids, db)?;
        changed.users += users;
        User::set_all_roles(&steps, "roles", db)?;
        for (before, after) in steps {
            changed.changes.push(RoleChange::new(&before, &after));
            if changed.demotion.is_none() && before.is_demoted_to(&after) {
                changed.demotion = Some((before, after));
            }
        }
        Ok(())
    }

    fn ended(&self, changed: Changed, db: &mut Db) -> anyhow::Result<(Changed, End)> {
        let end = self.bulk.end(changed.changes.len(), User::count, "user", db)?;
        if let Some((before, after)) = &changed.demotion {
            ensure_a_superadmin(&after.change_from(before, "roles"), db)?;
        }
        Ok((changed, end))
    }

    fn print(
        &self,
        changed: &Changed,
        is_confirmed: bool,
        db: &mut Db,
        out: &mut Output,
    ) -> anyhow::Result<ExitStatus> {
        if let (true, Some(id)) = (self.selected.by.is_single(), self.selected.ids.first()) {
            let user = User::find(&mut db.conn, id)?;
            let (user, what) = match changed.changes.first() {
                None => (user, "nothing to change".to_owned()),
                Some(change) => (User { roles: change.to, ..user }, describe(change.from, change.to)),
            };
            let dry_run = if self.bulk.dry_run { " (dry run)" } else { "" };
            out.changed(&user, format_args!("{}: {what}{dry_run}", user.id))?;
            return Ok(ExitStatus::Done);
        }
        // What was confirmed has been shown.
        if !is_confirmed || !out.format().is_for_people() {
            let shown = out.default_limit().unwrap_or(usize::MAX).min(changed.changes.len());
            out.all_changed(&changed.changes[..shown])?;
            if shown < changed.changes.len() {
                out.status(format_args!("{} not shown", plural((changed.changes.len() - shown) as u64, "user")));
            }
        }
        self.bulk.print_count(changed.changes.len(), changed.users, 0, "user", db, out);
        Ok(ExitStatus::Done)
    }
}

/// Checks that the changes are those that were confirmed.
fn check_confirmed(confirmed: &HashMap<&str, Roles>, changes: &[RoleChange]) -> Result<(), Failure> {
    let other = changes.iter().find(|change| confirmed.get(change.id.as_str()) != Some(&change.from));
    if other.is_none() && changes.len() == confirmed.len() {
        return Ok(());
    }
    let message = match other {
        Some(change) => format!("{} was modified concurrently: the roles are now {}", change.id, change.from),
        None => "a user was modified concurrently".to_owned(),
    };
    Err(Failure::new(ExitStatus::Conflict, message).hint("run the command again to see what would change now"))
}

impl RoleChange {
    fn new(before: &User, after: &User) -> Self {
        let User { id, email, name, .. } = after.clone();
        Self { id, email, name, from: before.roles, to: after.roles }
    }
}

impl Record for RoleChange {
    const COLUMNS: &'static [&'static str] = &["id", "email", "name", "from", "to", "change"];
    const TABLE: &'static [&'static str] = &["id", "email", "change", "name"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.id.clone(),
            self.email.clone(),
            self.name.clone(),
            self.from.to_string(),
            self.to.to_string(),
            describe(self.from, self.to),
        ]
    }

    fn id(&self) -> &str {
        &self.id
    }
}
