//! Finds users by id, address, or the start of an id.

use diesel::prelude::*;

use super::User;
use crate::db::AnyConnection;
use crate::error::Failure;
use crate::models::start_of_id::{MIN_START_BYTES, MOST_COMPARED, MOST_FOUND, end_of_start, several_start_with};
use crate::models::{FormerEmail, Role, Tombstone, UnknownValue};
use crate::schema::{lower, user};
use crate::text::{did_you_mean, shell_quoted};

/// The start of an id with which several begin; on a terminal, one of them is picked.
#[derive(Debug, thiserror::Error)]
#[error("several ids start with {0}")]
pub struct AmbiguousUser(pub String);

impl User {
    /// Finds a user by id, or by email if `user` contains `@`.
    ///
    /// # Errors
    /// When the user does not exist (exit code 6), or the database fails.
    pub fn find(conn: &mut AnyConnection, user: &str) -> anyhow::Result<Self> {
        if let Some(found) = Self::find_optional(conn, user)? {
            return Ok(found);
        }
        // By an address of before a merge, or an erasure.
        match FormerEmail::users(&[user], conn)?.remove(user).filter(|_| user.contains('@')) {
            Some(id) => Ok(user::table.select(Self::as_select()).find(id).first(conn)?),
            None => Err(Self::unknown_in(user, conn)?.into()),
        }
    }

    /// As [`Self::unknown`], with the user who was probably meant.
    ///
    /// # Errors
    /// When the database fails.
    pub fn unknown_in(name: &str, conn: &mut AnyConnection) -> QueryResult<Failure> {
        let failure = Self::unknown(name);
        Ok(match Self::nearest(name, conn)? {
            Some(hint) => failure.hint(hint),
            None => failure,
        })
    }

    /// The question whether another user was meant, if one has a similar id or email.
    ///
    /// # Errors
    /// When the database fails.
    pub fn nearest(name: &str, conn: &mut AnyConnection) -> QueryResult<Option<String>> {
        let Some(first) = name.chars().next() else { return Ok(None) };
        let first = first.to_lowercase().to_string();
        let users = user::table.filter(user::erased_at.is_null()).limit(MOST_COMPARED);
        let known: Vec<String> = if name.contains('@') {
            let starts = lower(user::email).ge(&first).and(lower(user::email).lt(end_of_start(&first)));
            users.select(user::email).filter(starts).load(conn)?
        } else {
            users.select(user::id).filter(user::id.ge(&first).and(user::id.lt(end_of_start(&first)))).load(conn)?
        };
        Ok(did_you_mean(name, known.iter().map(String::as_str)))
    }

    /// The error for a name that no user has.
    #[must_use]
    pub fn unknown(name: &str) -> Failure {
        let failure = Failure::not_found(format!("unknown user {}", shell_quoted(name)));
        let is_word = name.chars().all(char::is_alphabetic);
        match name.parse::<Role>() {
            Err(UnknownValue { nearest: Some(role), .. }) if is_word => {
                failure.hint(format!("did you mean the role {role}?"))
            }
            _ => failure.hint("search for users: rollbook users list --search TEXT"),
        }
    }

    /// Finds the user whose id starts with the text, if no other id does. Only for a person to use: an id can be added
    /// at any time that starts with the text, too.
    ///
    /// # Errors
    /// When several ids do (exit code 2), or the database fails.
    pub fn find_by_start(conn: &mut AnyConnection, start: &str) -> anyhow::Result<Option<Self>> {
        if start.len() < MIN_START_BYTES || start.contains('@') {
            return Ok(None);
        }
        let starts = user::id.ge(start).and(user::id.lt(end_of_start(start)));
        let found = user::table.select(Self::as_select()).filter(starts).order(user::id);
        let mut found: Vec<Self> = found.limit(MOST_FOUND).load(conn)?;
        if found.len() < 2 {
            return Ok(found.pop());
        }
        let ids: Vec<&str> = found.iter().map(|user| user.id.as_str()).collect();
        let failure = several_start_with(start, &ids);
        Err(anyhow::Error::new(AmbiguousUser(start.to_owned())).context(failure))
    }

    /// As [`Self::find`], with `None` for an unknown user.
    ///
    /// # Errors
    /// When the database fails.
    pub fn find_optional(conn: &mut AnyConnection, user: &str) -> QueryResult<Option<Self>> {
        let users = user::table.select(Self::as_select());
        if user.contains('@') {
            let email = user.trim().to_ascii_lowercase();
            users.filter(lower(user::email).eq(email)).first(conn).optional()
        } else {
            users.find(user).first(conn).optional()
        }
    }

    /// As [`Self::find`], and locks the row until the transaction ends, so that nothing changes it after it was read.
    /// Erased and merged users are an error, because they cannot be changed.
    ///
    /// # Errors
    /// As [`Self::find`]; or when the user was erased or merged.
    pub fn find_and_lock(conn: &mut AnyConnection, user: &str) -> anyhow::Result<Self> {
        let found = Self::find_and_lock_any(conn, user)?;
        match Tombstone::of(conn, &found.id)? {
            Some(tombstone) => Err(tombstone.refusal(&found.id).into()),
            None => Ok(found),
        }
    }

    /// As [`Self::find_and_lock`], including erased and merged users.
    ///
    /// # Errors
    /// As [`Self::find`].
    pub fn find_and_lock_any(conn: &mut AnyConnection, user: &str) -> anyhow::Result<Self> {
        let found = Self::find(conn, user)?;
        Self::lock_all(conn, "id", &[&found.id])?;
        Self::find(conn, &found.id)
    }
}
