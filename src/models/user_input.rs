//! The fields of a user as given on a command line or in a file.

use super::column::{Column, ColumnRole, differences, read, said};
use super::{Difference, Prefix, Roles, User, check_email, check_line, check_new_id, new_id};
use crate::db::types::Timestamp;

/// The given fields of a user; a field that is not given is `None` and neither compared nor changed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UserInput {
    /// The id, to set or to find the user by.
    pub id: Option<String>,
    /// The email address, to set or to find the user by.
    pub email: Option<String>,
    /// The name.
    pub name: Option<String>,
    /// Where the sign-up came from.
    pub origin: Option<String>,
    /// The URL of a profile picture; `Some(None)` for no picture.
    pub profile_img: Option<Option<String>>,
    /// The roles.
    pub roles: Option<Roles>,
    /// When the person signed up.
    pub created_at: Option<Timestamp>,
}

impl UserInput {
    /// The origin of a user created here without one.
    pub const DEFAULT_ORIGIN: &'static str = "rollbook";

    /// Every given field that differs from the recorded one.
    #[must_use]
    pub fn differences(&self, recorded: &User) -> Vec<Difference> {
        differences(&USER_COLUMNS, recorded, self)
    }

    /// The recorded user with the given fields replaced; the id is kept.
    #[must_use]
    pub fn applied_to(&self, recorded: &User) -> User {
        let or = |given: &Option<String>, recorded: &String| given.clone().unwrap_or_else(|| recorded.clone());
        User {
            id: recorded.id.clone(),
            email: or(&self.email, &recorded.email),
            name: or(&self.name, &recorded.name),
            origin: or(&self.origin, &recorded.origin),
            profile_img: self.profile_img.clone().unwrap_or_else(|| recorded.profile_img.clone()),
            roles: self.roles.unwrap_or(recorded.roles),
            created_at: self.created_at.unwrap_or(recorded.created_at),
        }
    }

    /// A new user with the given fields; `None` if the email or the name is missing.
    #[must_use]
    pub fn to_user(&self) -> Option<User> {
        Some(User {
            id: self.id.clone().unwrap_or_else(|| new_id(Prefix::User)),
            email: self.email.clone()?,
            name: self.name.clone()?,
            origin: self.origin.clone().unwrap_or_else(|| Self::DEFAULT_ORIGIN.to_owned()),
            profile_img: self.profile_img.clone().flatten(),
            roles: self.roles.unwrap_or_default(),
            created_at: self.created_at.unwrap_or_else(Timestamp::now),
        })
    }
}

/// The columns of a user.
pub const USER_COLUMNS: [Column<User, UserInput>; 7] = [
    Column {
        name: "id",
        role: ColumnRole::Exact,
        cell: |user| Some(user.id.clone()),
        given: |input| said(input.id.as_ref()),
        clear: None,
        read: |input, cell, _| read(&mut input.id, cell, check_new_id),
    },
    Column {
        name: "email",
        role: ColumnRole::Line,
        cell: |user| Some(user.email.clone()),
        given: |input| said(input.email.as_ref()),
        clear: None,
        read: |input, cell, _| read(&mut input.email, cell, check_email),
    },
    Column {
        name: "name",
        role: ColumnRole::Line,
        cell: |user| Some(user.name.clone()),
        given: |input| said(input.name.as_ref()),
        clear: None,
        read: |input, cell, _| read(&mut input.name, cell, check_line),
    },
    Column {
        name: "origin",
        role: ColumnRole::Line,
        cell: |user| Some(user.origin.clone()),
        given: |input| said(input.origin.as_ref()),
        clear: None,
        read: |input, cell, _| read(&mut input.origin, cell, check_line),
    },
    Column {
        name: "profile_img",
        role: ColumnRole::Exact,
        cell: |user| user.profile_img.clone(),
        given: |input| input.profile_img.clone(),
        clear: Some(|input| input.profile_img = Some(None)),
        read: |input, cell, _| read(&mut input.profile_img, cell, |url| check_line(url).map(Some)),
    },
    Column {
        name: "roles",
        role: ColumnRole::Exact,
        cell: |user| Some(user.roles.to_string()),
        given: |input| said(input.roles.as_ref()),
        clear: Some(|input| input.roles = Some(Roles::default())),
        read: |input, cell, _| read(&mut input.roles, cell, Roles::parse_list),
    },
    Column {
        name: "created_at",
        role: ColumnRole::Exact,
        cell: |user| Some(user.created_at.to_string()),
        given: |input| said(input.created_at.as_ref()),
        clear: None,
        read: |input, cell, times| read(&mut input.created_at, cell, |cell| times.read(cell)),
    },
];
