//! Which user a row is about: by id, by email, or by both, looked up a batch at a time.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;

use super::Fault;
use crate::db::{Db, is_any_of};
use crate::schema::{lower, user};

/// A user as a row names one; at least one of the two is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct UserKey {
    pub(super) id: Option<String>,
    /// With its ASCII letters in lower case.
    pub(super) email: Option<String>,
}

/// The users that the rows of a batch name.
pub(super) struct Users {
    ids: HashSet<String>,
    ids_by_email: HashMap<String, String>,
}

impl UserKey {
    /// Looks up every user that is named.
    pub(super) fn resolve<'a>(keys: impl Iterator<Item = &'a Self> + Clone, db: &mut Db) -> anyhow::Result<Users> {
        let mut ids: Vec<&str> = keys.clone().filter_map(|key| key.id.as_deref()).collect();
        let mut emails: Vec<&str> = keys.filter_map(|key| key.email.as_deref()).collect();
        for names in [&mut ids, &mut emails] {
            names.sort_unstable();
            names.dedup();
        }
        let users = user::table.select((user::id, lower(user::email)));
        let mut found = Vec::<(String, String)>::new();
        for (column, names) in [("id", ids), ("lower(email)", emails)] {
            if !names.is_empty() {
                found.extend(users.filter(is_any_of(&db.conn, column, &names)?).load(&mut db.conn)?);
            }
        }
        Ok(Users {
            ids: found.iter().map(|(id, _)| id.clone()).collect(),
            ids_by_email: found.into_iter().map(|(id, email)| (email, id)).collect(),
        })
    }
}

impl Users {
    /// The id of the user that the key names, or what is wrong with it.
    pub(super) fn get(&self, key: &UserKey) -> Result<&str, Fault> {
        let unknown = |field: &str, value: &str| {
            Fault::new(field, value, "is no user's")
                .hint("import the people first: rollbook import users FILE, or import all DIR")
        };
        let by_id = match &key.id {
            Some(id) => Some(self.ids.get(id).ok_or_else(|| unknown("user_id", id))?.as_str()),
            None => None,
        };
        let by_email = match &key.email {
            Some(email) => Some(self.ids_by_email.get(email).ok_or_else(|| unknown("user_email", email))?.as_str()),
            None => None,
        };
        match (by_id, by_email) {
            (Some(id), Some(other)) if id != other => Err(Fault::new(
                "user_email",
                key.email.as_deref().unwrap_or_default(),
                format!("is that of {other}, not of {id}"),
            )),
            (Some(id), _) | (None, Some(id)) => Ok(id),
            (None, None) => Err(Fault::new("user_id", "", "is missing")),
        }
    }
}
