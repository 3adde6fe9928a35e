//! A row of the user list.

use serde::{Serialize, Serializer};

use crate::db::types::Timestamp;
use crate::models::{Roles, User};
use crate::output::Record;

/// A user, with the optional column `last_active`.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Row {
    #[serde(flatten)]
    pub(super) user: User,
    #[serde(skip_serializing_if = "Activity::is_not_asked")]
    pub(super) last_active: Activity,
}

/// The time of a user's last action, if it was requested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Activity {
    NotAsked,
    Never,
    At(Timestamp),
}

/// The columns that the query returns for a [`Row`].
pub(super) type Columns = (String, String, String, String, Option<String>, Option<Roles>, Timestamp, Option<Timestamp>);

impl Row {
    /// Builds a row from the columns of the query.
    pub(super) fn new(columns: Columns, with_activity: bool) -> Self {
        let (id, email, name, origin, profile_img, roles, created_at, last_active) = columns;
        let user = User { id, email, name, origin, profile_img, roles: roles.unwrap_or_default(), created_at };
        let last_active = match last_active {
            _ if !with_activity => Activity::NotAsked,
            Some(time) => Activity::At(time),
            None => Activity::Never,
        };
        Self { user, last_active }
    }
}

impl Activity {
    const fn is_not_asked(&self) -> bool {
        matches!(self, Self::NotAsked)
    }

    /// The time of the last action, if known.
    pub(super) const fn time(self) -> Option<Timestamp> {
        match self {
            Self::At(time) => Some(time),
            Self::NotAsked | Self::Never => None,
        }
    }
}

impl Serialize for Activity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.time().serialize(serializer)
    }
}

/// The columns of the list.
pub(crate) const LISTED_COLUMNS: &[&str] =
    &["id", "email", "name", "origin", "profile_img", "roles", "created_at", "last_active"];

impl Record for Row {
    const COLUMNS: &'static [&'static str] = LISTED_COLUMNS;
    const TABLE: &'static [&'static str] = User::TABLE;

    fn cells(&self) -> Vec<String> {
        let mut cells = self.user.cells();
        cells.push(self.last_active.time().map(|time| time.to_string()).unwrap_or_default());
        cells
    }

    fn id(&self) -> &str {
        &self.user.id
    }
}
