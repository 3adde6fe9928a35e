//! Which user a row is about: by id, by email, or by both.
//!
//! Users are looked up a batch at a time, each once: those that were found are remembered, up to a number, so that memory
//! does not grow with the community.

use diesel::prelude::*;
use foldhash::{HashMap, HashSet, HashSetExt as _};

use super::verdict::Fault;
use crate::db::{Db, is_any_of};
use crate::schema::{lower, user};

/// How many users are remembered.
const REMEMBERED: usize = 50_000;

/// A user as a row names one; at least one of the two is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct UserKey<'a> {
    pub(super) id: Option<&'a str>,
    /// With its ASCII letters in lower case.
    pub(super) email: Option<&'a str>,
}

/// The users that rows have named.
#[derive(Debug, Default)]
pub(super) struct Users {
    /// Each with the id of another whom the user was merged into.
    ids: HashMap<String, Option<String>>,
    ids_by_email: HashMap<String, String>,
}

impl Users {
    /// Looks up every user that is named and not known yet.
    pub(super) fn look_up<'a>(&mut self, keys: impl Iterator<Item = UserKey<'a>>, db: &mut Db) -> anyhow::Result<()> {
        if self.ids.len() > REMEMBERED {
            *self = Self::default();
        }
        let (mut ids, mut emails) = (HashSet::new(), HashSet::new());
        for key in keys {
            ids.extend(key.id.filter(|id| !self.ids.contains_key(*id)));
            emails.extend(key.email.filter(|email| !self.ids_by_email.contains_key(*email)));
        }
        let users = user::table.select((user::id, lower(user::email), user::merged_into));
        for (column, names) in [("id", ids), ("lower(email)", emails)] {
            let names: Vec<&str> = names.into_iter().collect();
            if !names.is_empty() {
                let found: Vec<(String, String, Option<String>)> =
                    users.filter(is_any_of(&db.conn, column, &names)?).load(&mut db.conn)?;
                for (id, email, merged_into) in found {
                    self.ids_by_email.insert(email, merged_into.as_ref().unwrap_or(&id).clone());
                    self.ids.insert(id, merged_into);
                }
            }
        }
        Ok(())
    }

    /// The id of the user that the key names, or what is wrong with it.
    pub(super) fn get(&self, key: UserKey<'_>) -> Result<&str, Fault> {
        self.known(key).ok_or_else(|| self.fault(key))
    }

    /// What is wrong with a key that names no user who is remembered.
    pub(super) fn fault(&self, key: UserKey<'_>) -> Fault {
        let unknown = |field: &str, value: &str| {
            Fault::new(field, value, "is no user's")
                .hint("import the people first: rollbook import users FILE, or import all DIR")
        };
        let by_id = key.id.map(|id| (id, self.by_id(id)));
        let by_email = key.email.map(|email| (email, self.by_email(email)));
        match (by_id, by_email) {
            (Some((id, None)), _) => unknown("user_id", id),
            (_, Some((email, None))) => unknown("user_email", email),
            (Some((_, Some(id))), Some((email, Some(other)))) => {
                Fault::new("user_email", email, format!("is that of {other}, not of {id}"))
            }
            _ => Fault::new("user_id", "", "is missing"),
        }
    }

    /// The id of the user that the key names, if that one is remembered.
    pub(super) fn known(&self, key: UserKey<'_>) -> Option<&str> {
        match key {
            UserKey { id: Some(id), email: None } => self.by_id(id),
            UserKey { id: None, email: Some(email) } => self.by_email(email),
            UserKey { id: Some(id), email: Some(email) } => {
                self.by_id(id).filter(|id| self.by_email(email) == Some(id))
            }
            UserKey { id: None, email: None } => None,
        }
    }

    fn by_id(&self, id: &str) -> Option<&str> {
        let (id, merged_into) = self.ids.get_key_value(id)?;
        Some(merged_into.as_ref().unwrap_or(id))
    }

    fn by_email(&self, email: &str) -> Option<&str> {
        self.ids_by_email.get(email).map(String::as_str)
    }
}
