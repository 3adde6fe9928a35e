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
    /// Each with the id of the user who it is: another, if the two were merged.
    ids: HashMap<String, String>,
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
                    let is = merged_into.unwrap_or_else(|| id.clone());
                    self.ids.insert(id, is.clone());
                    self.ids_by_email.insert(email, is);
                }
            }
        }
        Ok(())
    }

    /// The id of the user that the key names, or what is wrong with it.
    pub(super) fn get(&self, key: UserKey<'_>) -> Result<&str, Fault> {
        let unknown = |field: &str, value: &str| {
            Fault::new(field, value, "is no user's")
                .hint("import the people first: rollbook import users FILE, or import all DIR")
        };
        let by_id = match key.id {
            Some(id) => Some(self.ids.get(id).ok_or_else(|| unknown("user_id", id))?.as_str()),
            None => None,
        };
        let by_email = match key.email {
            Some(email) => Some(self.ids_by_email.get(email).ok_or_else(|| unknown("user_email", email))?.as_str()),
            None => None,
        };
        match (by_id, by_email) {
            (Some(id), Some(other)) if id != other => {
                Err(Fault::new("user_email", key.email.unwrap_or_default(), format!("is that of {other}, not of {id}")))
            }
            (Some(id), _) | (None, Some(id)) => Ok(id),
            (None, None) => Err(Fault::new("user_id", "", "is missing")),
        }
    }
}
