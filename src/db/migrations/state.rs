//! How far a database is migrated.

use crate::db::DatabaseUrl;
use crate::error::Failure;

/// The state of a database's schema, compared with this version of rollbook.
#[derive(Debug, PartialEq, Eq)]
pub enum State {
    /// All migrations are applied.
    Current,
    /// No migration is applied; the names of all migrations, oldest first.
    Empty(Vec<String>),
    /// Some migrations are pending; their names, oldest first.
    Pending(Vec<String>),
    /// A newer rollbook has migrated it; the versions that this one does not know.
    Newer(Vec<String>),
    /// Another program has created tables with the same names.
    Foreign,
    /// Another database is being copied into it, and the copy has not ended.
    Copying,
}

impl State {
    /// The error for a command that cannot run in this state.
    #[must_use]
    pub fn refusal(&self, url: &DatabaseUrl) -> anyhow::Error {
        match self {
            Self::Current => Failure::failed(format!("{url} is up to date")),
            Self::Empty(names) | Self::Pending(names) => {
                Failure::failed(format!("{url} has pending migrations ({})", names.len()))
                    .hint("apply them: rollbook migrate run")
            }
            Self::Newer(versions) => Failure::failed(format!(
                "{url} was migrated by a newer version of rollbook (migration {})",
                versions.join(", ")
            ))
            .hint("install that version of rollbook or a later one"),
            Self::Copying => Failure::failed(format!("{url} has a part of another database: a copy has not ended"))
                .hint("run the same rollbook db copy again: it goes on"),
            Self::Foreign => {
                Failure::failed(format!("{url} has tables of another program with the same names as rollbook's"))
                    .hint("use a separate database or schema: --database-url URL")
            }
        }
        .into()
    }
}
