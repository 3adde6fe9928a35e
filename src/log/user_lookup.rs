//! Resolves the user of a row: by id, by email, or by both.
//!
//! Users are looked up in batches, each user once. The users found are cached, up to a limit, so that memory does not
//! grow with the number of users.

use diesel::prelude::*;
use foldhash::{HashMap, HashSet, HashSetExt as _};

use super::verdict::FieldError;
use crate::db::{Db, is_any_of};
use crate::models::{FormerEmail, shorten};
use crate::schema::{lower, user};

/// Maximum number of cached users; above it the cache is cleared.
const MAX_REMEMBERED_USERS: usize = 50_000;

/// A user as named in a row; at least one of the two fields is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UserKey<'a> {
    /// The id.
    pub id: Option<&'a str>,
    /// With its ASCII letters in lower case.
    pub email: Option<&'a str>,
}

/// A cache of the users that rows name.
#[derive(Debug, Default)]
pub struct UserLookup {
    /// Each user id, with the id of the user that it was merged into, if any.
    ids: HashMap<String, Option<String>>,
    ids_by_email: HashMap<String, String>,
    /// The users among them who were erased.
    erased: HashSet<String>,
}

impl UserLookup {
    /// Looks up all users that are named and not cached yet.
    ///
    /// # Errors
    /// When the database fails.
    pub fn look_up<'a>(&mut self, keys: impl Iterator<Item = UserKey<'a>>, db: &mut Db) -> anyhow::Result<()> {
        if self.ids.len() > MAX_REMEMBERED_USERS {
            *self = Self::default();
        }
        let (mut ids, mut emails) = (HashSet::new(), HashSet::new());
        for key in keys {
            ids.extend(key.id.filter(|id| !self.ids.contains_key(*id)));
            emails.extend(key.email.filter(|email| !self.ids_by_email.contains_key(*email)));
        }
        let emails: Vec<&str> = emails.into_iter().collect();
        self.add("id", &ids.into_iter().collect::<Vec<_>>(), db)?;
        self.add("lower(email)", &emails, db)?;
        // Nobody has these addresses now: somebody may have had them before.
        let others: Vec<&str> = emails.into_iter().filter(|email| !self.ids_by_email.contains_key(*email)).collect();
        let former = FormerEmail::users(&others, &mut db.conn)?;
        if !former.is_empty() {
            self.add("id", &former.values().map(String::as_str).collect::<Vec<_>>(), db)?;
            for (email, id) in former {
                let id = self.by_id(&id).unwrap_or(&id).to_owned();
                self.ids_by_email.insert(email.to_owned(), id);
            }
        }
        Ok(())
    }

    fn add(&mut self, column: &'static str, names: &[&str], db: &mut Db) -> anyhow::Result<()> {
        if names.is_empty() {
            return Ok(());
        }
        let users =
            user::table.select((user::id, lower(user::email), user::merged_into, user::erased_at.is_not_null()));
        let found: Vec<(String, String, Option<String>, bool)> =
            users.filter(is_any_of(&db.conn, column, names)?).load(&mut db.conn)?;
        for (id, email, merged_into, is_gone) in found {
            self.ids_by_email.insert(email, merged_into.as_ref().unwrap_or(&id).clone());
            if is_gone && merged_into.is_none() {
                self.erased.insert(id.clone());
            }
            self.ids.insert(id, merged_into);
        }
        // Somebody was merged into another person, who was erased later.
        let into: Vec<String> =
            self.ids.values().flatten().filter(|into| !self.ids.contains_key(*into)).cloned().collect();
        self.add("id", &into.iter().map(String::as_str).collect::<Vec<_>>(), db)
    }

    /// Whether the person with this id was erased.
    #[must_use]
    pub fn is_erased(&self, id: &str) -> bool {
        self.erased.contains(id)
    }

    /// The id of the user that the key names, or the field error.
    ///
    /// # Errors
    /// The field error that says so.
    pub fn get(&self, key: UserKey<'_>) -> Result<&str, FieldError> {
        self.known(key).ok_or_else(|| self.error(key))
    }

    /// The field error for a key that matches no cached user.
    #[must_use]
    pub fn error(&self, key: UserKey<'_>) -> FieldError {
        let unknown = |field: &str, value: &str| {
            FieldError::of_field(field, format!("unknown user {}", shorten(value)))
                .hint("import users first: rollbook import users FILE, or rollbook import all DIR")
        };
        let by_id = key.id.map(|id| (id, self.by_id(id)));
        let by_email = key.email.map(|email| (email, self.by_email(email)));
        match (by_id, by_email) {
            (Some((id, None)), _) => unknown("user_id", id),
            (_, Some((email, None))) => unknown("user_email", email),
            (Some((_, Some(id))), Some((email, Some(other)))) => {
                FieldError::new("user_email", email, format!("belongs to {other}, not to {id}"))
            }
            _ => FieldError::missing("user_id"),
        }
    }

    /// The id of the user that the key names, if cached.
    #[must_use]
    pub fn known(&self, key: UserKey<'_>) -> Option<&str> {
        match key {
            UserKey { id: Some(id), email: None } => self.by_id(id),
            UserKey { id: None, email: Some(email) } => self.by_email(email),
            UserKey { id: Some(id), email: Some(email) } => {
                self.by_id(id).filter(|id| self.by_email(email) == Some(id))
            }
            UserKey { id: None, email: None } => None,
        }
    }

    /// Whether nobody is known by any of the names that the key has.
    #[must_use]
    pub fn is_unknown(&self, key: UserKey<'_>) -> bool {
        key.id.is_none_or(|id| self.by_id(id).is_none()) && key.email.is_none_or(|email| self.by_email(email).is_none())
    }

    fn by_id(&self, id: &str) -> Option<&str> {
        let (id, merged_into) = self.ids.get_key_value(id)?;
        Some(merged_into.as_ref().unwrap_or(id))
    }

    fn by_email(&self, email: &str) -> Option<&str> {
        self.ids_by_email.get(email).map(String::as_str)
    }
}
