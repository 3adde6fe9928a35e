//! The placeholders of erased and merged users.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::db::types::Timestamp;
use crate::db::{AnyConnection, Db, is_any_of};
use crate::error::Failure;
use crate::schema::user;

/// The placeholder that remains of an erased or merged user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tombstone {
    /// When the user was erased or merged.
    pub erased_at: Timestamp,
    /// The user that this one was merged into, if any.
    pub merged_into: Option<String>,
}

impl Tombstone {
    /// The placeholder of a user, if the user was erased or merged.
    ///
    /// # Errors
    /// When the database fails.
    pub fn of(conn: &mut AnyConnection, id: &str) -> QueryResult<Option<Self>> {
        let row: Option<(Option<Timestamp>, Option<String>)> =
            user::table.find(id).select((user::erased_at, user::merged_into)).first(conn).optional()?;
        Ok(row.and_then(|(erased_at, merged_into)| Some(Self { erased_at: erased_at?, merged_into })))
    }

    /// The placeholders among several users, by id.
    ///
    /// # Errors
    /// When the database fails.
    pub fn among(ids: &[&str], db: &mut Db) -> anyhow::Result<HashMap<String, Self>> {
        let rows: Vec<(String, Option<Timestamp>, Option<String>)> = user::table
            .select((user::id, user::erased_at, user::merged_into))
            .filter(user::erased_at.is_not_null())
            .filter(is_any_of(&db.conn, "id", ids)?)
            .load(&mut db.conn)?;
        let tombstone = |(id, erased_at, merged_into): (_, Option<Timestamp>, _)| {
            Some((id, Self { erased_at: erased_at?, merged_into }))
        };
        Ok(rows.into_iter().filter_map(tombstone).collect())
    }

    /// The error for an attempt to change the user.
    #[must_use]
    pub fn refusal(&self, id: &str) -> Failure {
        match &self.merged_into {
            Some(into) => {
                Failure::failed(format!("user {id} was merged into {into}")).hint(format!("use user {into} instead"))
            }
            None => Failure::failed(format!(
                "user {id} was erased on {} and cannot be changed",
                self.erased_at.utc().date_naive()
            )),
        }
    }
}
