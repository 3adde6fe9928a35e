//! What undoes one change, and how it is written.

use std::collections::HashMap;

use crate::db::Db;
use crate::db::types::{Json, Timestamp};
use crate::models::{Champion, RoleRule, Subject, User};

/// What undoes the changes of one object.
#[derive(Debug, Clone)]
pub(super) enum Reversal {
    /// A user is set back.
    User { before: User, after: User },
    /// A champion record is set back.
    Record { before: Champion, after: Champion },
    /// A record that was nominated is removed.
    Withdraw(Champion),
    /// A record that was withdrawn is added again.
    Restore(Champion),
}

/// Writes what undoes an operation, in the open transaction.
pub(super) struct Writer {
    now: Timestamp,
    /// Users who get another address. They are written first: of those who exchange their addresses, one has none for a moment.
    with_addresses: Vec<(User, User)>,
    /// The first user who lost the role superadmin, before and after.
    pub(super) demotion: Option<(User, User)>,
}

impl Writer {
    pub(super) fn new(now: Timestamp) -> Self {
        Self { now, with_addresses: Vec::new(), demotion: None }
    }

    /// Notes what will be written, before any of it is.
    pub(super) fn announce(&mut self, reversal: &Reversal) {
        if let Reversal::User { before, after } = reversal
            && before.email != after.email
        {
            self.with_addresses.push((before.clone(), after.clone()));
        }
    }

    /// Writes the users who get another address.
    ///
    /// # Errors
    /// When the database rejects one.
    pub(super) fn write_addresses(&mut self, db: &mut Db) -> anyhow::Result<()> {
        let users = std::mem::take(&mut self.with_addresses);
        let email = |user: &User| user.email.to_ascii_lowercase();
        let mut owners: HashMap<String, &str> =
            users.iter().map(|(before, _)| (email(before), before.id.as_str())).collect();
        for (before, after) in &users {
            owners.remove(&email(before));
            if let Some(owner) = owners.remove(&email(after)) {
                User::free_address(owner, db)?;
            }
            self.write_user(before, after, db)?;
        }
        Ok(())
    }

    fn write_user(&mut self, before: &User, after: &User, db: &mut Db) -> anyhow::Result<()> {
        if self.demotion.is_none() && before.is_demoted_to(after) {
            self.demotion = Some((before.clone(), after.clone()));
        }
        let is_of_roles = User { roles: before.roles, ..after.clone() } == *before;
        after.save(before, if is_of_roles { "roles" } else { "update" }, db)
    }

    /// Makes the change, and records it in the audit trail.
    ///
    /// # Errors
    /// When the database rejects it.
    pub(super) fn write(&mut self, reversal: &Reversal, db: &mut Db) -> anyhow::Result<()> {
        match reversal {
            Reversal::User { before, after } => self.write_user(before, after, db),
            // The role that follows the stage is a change of the user.
            Reversal::Record { before, after } if before.stage == after.stage => {
                after.save(before, "note", RoleRule::Keep, db)
            }
            Reversal::Record { before, after } => after.step_from(before, "move", self.now, RoleRule::Keep, db),
            Reversal::Withdraw(record) => record.withdraw(db),
            Reversal::Restore(record) => record.insert("nominate", RoleRule::Keep, db),
        }
    }
}

impl Reversal {
    /// The kind and the id of what it changes.
    pub(super) fn subject(&self) -> (Subject, &str) {
        match self {
            Self::User { before, .. } => (Subject::User, &before.id),
            Self::Record { before: record, .. } | Self::Withdraw(record) | Self::Restore(record) => {
                (Subject::Champion, &record.id)
            }
        }
    }

    /// The states before and after it, as the audit trail stores them.
    pub(super) fn states(&self) -> anyhow::Result<(Option<Json>, Option<Json>)> {
        Ok(match self {
            Self::User { before, after } => (Some(Json::of(before)?), Some(Json::of(after)?)),
            Self::Record { before, after } => (Some(Json::of(before)?), Some(Json::of(after)?)),
            Self::Withdraw(record) => (Some(Json::of(record)?), None),
            Self::Restore(record) => (None, Some(Json::of(record)?)),
        })
    }
}
