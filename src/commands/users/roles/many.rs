//! Changes the roles of many users in one transaction.

use std::collections::HashMap;

use diesel::prelude::*;
use serde::Serialize;

use super::{Wanted, describe};
use crate::clock::Clock;
use crate::commands::many::{BATCH, Names};
use crate::commands::users::selection::Selection;
use crate::db::{Db, End, is_any_of};
use crate::error::ExitStatus;
use crate::models::{Roles, RolesOf, User, UserCondition, change_or_not, ensure_a_superadmin};
use crate::output::{Output, Record, plural};
use crate::schema::user;

/// A user whose roles change.
#[derive(Debug, Serialize)]
struct RoleChange {
    id: String,
    email: String,
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

impl Wanted<'_> {
    /// Changes the users listed in a file.
    pub(super) fn change_named(&self, mut names: Names, db: &mut Db, out: &mut Output) -> anyhow::Result<ExitStatus> {
        let changed = change_or_not(self.many.dry_run, db, |db| {
            let mut changed = Changed::default();
            let mut unknown = Vec::new();
            for batch in names.batches() {
                let ids = ids_of(batch, &mut unknown, db)?;
                self.change_batch(&ids, Vec::new(), &mut changed, db)?;
            }
            for (line, problem) in unknown {
                names.report_unknown(line, &problem, out);
            }
            names.all_known()?;
            self.ended(changed, db)
        })?;
        self.print(&changed, out)
    }

    /// Changes the users matched by the filters.
    pub(super) fn change_selected(
        &self,
        selection: &Selection,
        clock: Clock,
        db: &mut Db,
        out: &mut Output,
    ) -> anyhow::Result<ExitStatus> {
        let changed = change_or_not(self.many.dry_run, db, |db| {
            let mut changed = Changed::default();
            let mut last = String::new();
            loop {
                let users = user::table.select(user::id).order(user::id).limit(BATCH.try_into()?).into_boxed();
                let users =
                    selection.conditions(&db.conn, RolesOf::Now, clock)?.into_iter().fold(users, QueryDsl::filter);
                let ids: Vec<String> = users.filter(user::id.gt(&last)).load(&mut db.conn)?;
                let Some(id) = ids.last() else { break };
                last.clone_from(id);
                let conditions = selection.conditions(&db.conn, RolesOf::Now, clock)?;
                self.change_batch(&ids, conditions, &mut changed, db)?;
            }
            self.ended(changed, db)
        })?;
        self.print(&changed, out)
    }

    /// Locks the users, then changes those that still meet the conditions.
    fn change_batch(
        &self,
        ids: &[String],
        conditions: Vec<UserCondition>,
        changed: &mut Changed,
        db: &mut Db,
    ) -> anyhow::Result<()> {
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        User::lock_all(&mut db.conn, "id", &ids)?;
        let users = user::table.select(User::as_select()).order(user::id).into_boxed();
        let users = conditions.into_iter().fold(users, QueryDsl::filter);
        let users: Vec<User> = users.filter(is_any_of(&db.conn, "id", &ids)?).load(&mut db.conn)?;
        changed.users += users.len();
        let steps: Vec<(User, User)> = users
            .into_iter()
            .map(|before| {
                let after = User { roles: (self.change)(before.roles, &self.roles), ..before.clone() };
                (before, after)
            })
            .filter(|(before, after)| before.roles != after.roles)
            .collect();
        User::set_all_roles(&steps, "roles", db)?;
        for (before, after) in steps {
            changed.changes.push(RoleChange {
                id: after.id.clone(),
                email: after.email.clone(),
                from: before.roles,
                to: after.roles,
            });
            if changed.demotion.is_none() && before.is_demoted_to(&after) {
                changed.demotion = Some((before, after));
            }
        }
        Ok(())
    }

    fn ended(&self, changed: Changed, db: &mut Db) -> anyhow::Result<(Changed, End)> {
        let end = self.many.end(changed.changes.len(), User::count, "user", db)?;
        if let Some((before, after)) = &changed.demotion {
            ensure_a_superadmin(&after.change_from(before, "roles"), db)?;
        }
        Ok((changed, end))
    }

    fn print(&self, changed: &Changed, out: &mut Output) -> anyhow::Result<ExitStatus> {
        let shown = out.default_limit().unwrap_or(usize::MAX).min(changed.changes.len());
        out.list::<RoleChange, _>(changed.changes[..shown].iter().map(Ok))?;
        if shown < changed.changes.len() {
            out.status(format_args!("{} not shown", plural((changed.changes.len() - shown) as u64, "user")));
        }
        self.many.print_count(changed.changes.len(), changed.users, "user", out);
        Ok(ExitStatus::Done)
    }
}

/// Resolves ids and emails to unique user ids; adds the unknown ones to `unknown`, with line number and reason.
fn ids_of(names: &[(usize, String)], unknown: &mut Vec<(usize, String)>, db: &mut Db) -> anyhow::Result<Vec<String>> {
    let emails: Vec<String> =
        names.iter().filter(|(_, name)| name.contains('@')).map(|(_, name)| name.to_ascii_lowercase()).collect();
    let emails: Vec<&str> = emails.iter().map(String::as_str).collect();
    let ids: Vec<&str> = names.iter().map(|(_, name)| name.as_str()).filter(|name| !name.contains('@')).collect();
    let mut known: HashMap<String, (String, bool)> = HashMap::new();
    for (column, values) in [("id", ids), ("lower(email)", emails)] {
        let found: Vec<(String, String, bool)> = user::table
            .select((user::id, user::email, user::erased_at.is_null()))
            .filter(is_any_of(&db.conn, column, &values)?)
            .load(&mut db.conn)?;
        for (id, email, alive) in found {
            known.insert(if column == "id" { id.clone() } else { email.to_ascii_lowercase() }, (id, alive));
        }
    }
    let mut ids = Vec::with_capacity(names.len());
    for (line, name) in names {
        let key = if name.contains('@') { name.to_ascii_lowercase() } else { name.clone() };
        match known.get(&key) {
            Some((id, true)) => ids.push(id.clone()),
            Some((id, false)) => unknown.push((*line, format!("user {id} was erased or merged into another user"))),
            None => unknown.push((*line, format!("unknown user {name}"))),
        }
    }
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

impl Record for RoleChange {
    const COLUMNS: &'static [&'static str] = &["id", "email", "from", "to", "change"];
    const TABLE: &'static [&'static str] = &["id", "email", "change"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.id.clone(),
            self.email.clone(),
            self.from.to_string(),
            self.to.to_string(),
            describe(self.from, self.to),
        ]
    }

    fn id(&self) -> &str {
        &self.id
    }
}
