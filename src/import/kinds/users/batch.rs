//! The users that a batch of rows is about.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;

use super::UserRow;
use crate::db::{Db, is_any_of};
use crate::log::{Gone, InputRow};
use crate::models::{FormerEmail, Stage, Tombstone, User};
use crate::schema::{champion, user};

/// Users whose address other rows of the batch took, and whose own row was not written after all.
#[derive(Debug, thiserror::Error)]
#[error("users without an address")]
pub(super) struct UsersWithoutAddress(pub(super) HashSet<String>);

/// The recorded users that match rows of a batch, and the users that the batch adds.
pub(super) struct UserBatch {
    pub(super) users: HashMap<String, User>,
    pub(super) ids_by_email: HashMap<String, String>,
    pub(super) champions: HashSet<String>,
    pub(super) tombstones: HashMap<String, Tombstone>,
    /// The users who had the addresses of rows before, by address in lower case.
    pub(super) former: HashMap<String, String>,
    pub(super) new: Vec<User>,
    /// The lines of the users that the batch adds, by user id.
    pub(super) lines: HashMap<String, u64>,
    /// Users to whom a row of the batch gives another address.
    pub(super) changes_address: HashSet<String>,
    /// The addresses that the users had before the batch, in lower case, by user id.
    addresses: HashMap<String, String>,
    /// Those of them whose address another user has got before they have got theirs.
    without_address: HashSet<String>,
    /// What it adds to those of [`super::UserTable`] once it is written.
    pub(super) named: HashMap<u64, u64>,
    /// As [`super::UserTable`]'s.
    pub(super) demotion: Option<(u64, User, User)>,
}

impl UserBatch {
    /// Looks up all users that the rows name. With `lock` they are locked, so that they cannot change between the
    /// lookup and the update.
    pub(super) fn load(rows: &[InputRow<UserRow>], lock: bool, db: &mut Db) -> anyhow::Result<Self> {
        let ids: Vec<&str> = rows.iter().filter_map(|row| row.content.input.id.as_deref()).collect();
        let lower_emails: Vec<String> = rows
            .iter()
            .filter_map(|row| row.content.input.email.as_ref())
            .map(|email| email.to_ascii_lowercase())
            .collect();
        let emails: Vec<&str> = lower_emails.iter().map(String::as_str).collect();
        let mut found: Vec<User> = Vec::new();
        for (column, names) in [("id", ids), ("lower(email)", emails)] {
            if lock {
                User::lock_all(&mut db.conn, column, &names)?;
            }
            found.extend(
                user::table
                    .select(User::as_select())
                    .filter(is_any_of(&db.conn, column, &names)?)
                    .load(&mut db.conn)?,
            );
        }
        let ids: Vec<&str> = found.iter().map(|user| user.id.as_str()).collect();
        let champions = champion::table
            .select(champion::user_id)
            .filter(champion::stage.eq(Stage::Champion))
            .filter(is_any_of(&db.conn, "user_id", &ids)?)
            .load(&mut db.conn)?;
        let taken: HashSet<String> = found.iter().map(|user| user.email.to_ascii_lowercase()).collect();
        let others: Vec<&str> =
            lower_emails.iter().map(String::as_str).filter(|email| !taken.contains(*email)).collect();
        let former = FormerEmail::users(&others, &mut db.conn)?;
        let former: HashMap<String, String> = former.into_iter().map(|(email, id)| (email.to_owned(), id)).collect();
        let ids: Vec<&str> = ids.into_iter().chain(former.values().map(String::as_str)).collect();
        let tombstones = Tombstone::among(&ids, db)?;
        let users: HashMap<String, User> = found.into_iter().map(|user| (user.id.clone(), user)).collect();
        let leaves = |row: &InputRow<UserRow>| {
            let input = &row.content.input;
            let (user, email) = (users.get(input.id.as_ref()?)?, input.email.as_ref()?);
            (!email.eq_ignore_ascii_case(&user.email) && !row.content.loses_roles).then(|| user.id.clone())
        };
        Ok(Self {
            former,
            changes_address: if lock { rows.iter().filter_map(leaves).collect() } else { HashSet::new() },
            addresses: users.values().map(|user| (user.id.clone(), user.email.to_ascii_lowercase())).collect(),
            without_address: HashSet::new(),
            ids_by_email: users.values().map(|user| (user.email.to_ascii_lowercase(), user.id.clone())).collect(),
            users,
            champions: champions.into_iter().collect(),
            tombstones,
            new: Vec::new(),
            lines: HashMap::new(),
            named: HashMap::new(),
            demotion: None,
        })
    }

    /// What became of a user who was erased or merged.
    pub(super) fn gone(&self, id: &str) -> Option<Gone> {
        let tombstone = self.tombstones.get(id)?;
        Some(if tombstone.merged_into.is_some() { Gone::Merged } else { Gone::Erased })
    }

    pub(super) fn is_merged_into(&self, id: &str, into: &str) -> bool {
        self.tombstones.get(id).is_some_and(|tombstone| tombstone.merged_into.as_deref() == Some(into))
    }

    pub(super) fn by_email(&self, email: &str) -> Option<&User> {
        self.ids_by_email.get(&email.to_ascii_lowercase()).and_then(|id| self.users.get(id))
    }

    /// Names a user for a message; a user that the file adds is named by line, since it is not in the database yet.
    pub(super) fn name(&self, user: &User) -> String {
        match self.lines.get(&user.id) {
            Some(line) => format!("line {line}"),
            None => format!("{} <{}>", user.id, user.email),
        }
    }

    pub(super) fn add(&mut self, user: User, line: u64) {
        self.lines.insert(user.id.clone(), line);
        self.new.push(user.clone());
        self.ids_by_email.insert(user.email.to_ascii_lowercase(), user.id.clone());
        self.users.insert(user.id.clone(), user);
    }

    /// Frees the address of a user who is about to be written, if another one has it and leaves it in this batch: that one
    /// gets a placeholder until its own row.
    pub(super) fn free_address(&mut self, user: &User, db: &mut Db) -> anyhow::Result<()> {
        let Some(owner) = self.by_email(&user.email).map(|owner| owner.id.clone()) else { return Ok(()) };
        if owner != user.id && self.changes_address.contains(&owner) && self.without_address.insert(owner.clone()) {
            User::free_address(&owner, db)?;
        }
        Ok(())
    }

    /// Checks that every user whose address another one has got has an address again. The error has every user who must keep the
    /// address then: also each user whose new address is that of a user who keeps it.
    pub(super) fn check_addresses(&self, rows: &[InputRow<UserRow>]) -> Result<(), UsersWithoutAddress> {
        if self.without_address.is_empty() {
            return Ok(());
        }
        let input = |row: &InputRow<UserRow>| {
            let input = &row.content.input;
            Some((input.email.as_ref()?.to_ascii_lowercase(), input.id.clone()?))
        };
        let wanted: HashMap<String, String> = rows.iter().filter_map(input).collect();
        let mut keep = self.without_address.clone();
        let mut new: Vec<String> = keep.iter().cloned().collect();
        while let Some(user) = new.pop() {
            let address = self.addresses.get(&user).and_then(|address| wanted.get(address));
            if let Some(other) = address.filter(|other| **other != user && keep.insert((*other).clone())) {
                new.push(other.clone());
            }
        }
        Err(UsersWithoutAddress(keep))
    }

    pub(super) fn replace(&mut self, before: &User, after: User) {
        self.without_address.remove(&before.id);
        let old = before.email.to_ascii_lowercase();
        if self.ids_by_email.get(&old) == Some(&before.id) {
            self.ids_by_email.remove(&old);
        }
        self.ids_by_email.insert(after.email.to_ascii_lowercase(), after.id.clone());
        self.users.insert(after.id.clone(), after);
    }

    pub(super) fn write_new(&mut self, db: &mut Db) -> anyhow::Result<()> {
        User::insert_all(&std::mem::take(&mut self.new), db)
    }
}
