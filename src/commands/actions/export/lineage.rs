//! Which versions of an action were exported before: a merge gives it another person, an erasure empties its metadata.
//! A version never has the id of another one, so that an id never comes with other content.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::db::AnyConnection;
use crate::models::Subject;
use crate::schema::{audit_event, user};

/// The versions of the actions of people who were merged or erased.
#[derive(Debug, Default)]
pub(super) struct Lineage(HashMap<String, Versions>);

/// What the id of an action ends with, now and in earlier exports.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Versions {
    /// The current version; nothing for an action that has only one.
    pub(super) current: String,
    /// Earlier versions, as far as an action may have had them.
    pub(super) earlier: Vec<String>,
}

impl Lineage {
    /// The lineage of all people.
    pub(super) fn load(conn: &mut AnyConnection) -> anyhow::Result<Self> {
        let merged: Vec<(String, Option<String>)> = user::table
            .select((user::id, user::merged_into))
            .filter(user::merged_into.is_not_null())
            .order(user::id)
            .load(conn)?;
        let emptied: Vec<String> = audit_event::table
            .select(audit_event::subject_id)
            .filter(audit_event::subject_kind.eq(Subject::User))
            .filter(audit_event::verb.eq("erase_metadata"))
            .filter(audit_event::refusal.is_null())
            .distinct()
            .load(conn)?;
        let mut versions: HashMap<String, Versions> = HashMap::new();
        for (id, into) in merged {
            let Some(into) = into else { continue };
            let of_person = versions
                .entry(into.clone())
                .or_insert_with(|| Versions { current: format!("/users/{into}"), earlier: vec![String::new()] });
            of_person.earlier.push(format!("/users/{id}"));
        }
        for id in emptied {
            let of_person = versions.entry(id).or_default();
            let erased = format!("{}/erased", of_person.current);
            of_person.earlier.push(std::mem::replace(&mut of_person.current, erased));
        }
        Ok(Self(versions))
    }

    /// The versions of the actions of a person; one for most.
    pub(super) fn of(&self, user_id: &str) -> Option<&Versions> {
        self.0.get(user_id)
    }
}
