//! What a command line or a file says of a user.

use super::text::normal_line;
use super::{Difference, Prefix, Roles, User, new_id};
use crate::db::types::Instant;

/// What is said of a user; what is not said is `None` and neither compared nor changed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UserInput {
    /// The identifier to give or to find.
    pub id: Option<String>,
    /// The email address to give or to find.
    pub email: Option<String>,
    /// The name.
    pub name: Option<String>,
    /// Where the sign-up came from.
    pub origin: Option<String>,
    /// The address of a picture; `Some(None)` says that there is none.
    pub profile_img: Option<Option<String>>,
    /// What the person may do.
    pub roles: Option<Roles>,
    /// When the person signed up.
    pub created_at: Option<Instant>,
}

impl UserInput {
    /// Where a user comes from that somebody created here without saying.
    pub const DEFAULT_ORIGIN: &'static str = "rollbook";

    /// Every field in which what is said differs from what is recorded.
    #[must_use]
    pub fn differences(&self, recorded: &User) -> Vec<Difference> {
        fn of<T: PartialEq + std::fmt::Display>(field: &str, recorded: &T, given: Option<&T>) -> Option<Difference> {
            given.and_then(|given| Difference::of(field, Some(recorded), Some(given)))
        }
        // Another program may have stored a line without bringing it into our form; that is no difference.
        let line = |field: &str, recorded: &String, given: Option<&String>| {
            of(field, recorded, given).filter(|_| Some(&normal_line(recorded)) != given)
        };
        [
            of("id", &recorded.id, self.id.as_ref()),
            line("email", &recorded.email, self.email.as_ref()),
            line("name", &recorded.name, self.name.as_ref()),
            line("origin", &recorded.origin, self.origin.as_ref()),
            self.profile_img
                .as_ref()
                .and_then(|given| Difference::of("profile_img", recorded.profile_img.as_ref(), given.as_ref())),
            of("roles", &recorded.roles, self.roles.as_ref()),
            of("created_at", &recorded.created_at, self.created_at.as_ref()),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// The recorded user with what is said put in its place; the id stays.
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

    /// A new user of what is said; nothing when it says no email or no name.
    #[must_use]
    pub fn to_user(&self) -> Option<User> {
        Some(User {
            id: self.id.clone().unwrap_or_else(|| new_id(Prefix::User)),
            email: self.email.clone()?,
            name: self.name.clone()?,
            origin: self.origin.clone().unwrap_or_else(|| Self::DEFAULT_ORIGIN.to_owned()),
            profile_img: self.profile_img.clone().flatten(),
            roles: self.roles.unwrap_or_default(),
            created_at: self.created_at.unwrap_or_else(Instant::now),
        })
    }
}
