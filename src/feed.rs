//! Feeds: what a consumer has not acknowledged yet, in the order of the commits, at least once.
//!
//! On PostgreSQL a row is shown once every transaction that started before its own has ended: `pg_snapshot_xmin` is
//! the oldest one still open, in any database of the server. A position is assigned before the commit, so a reader
//! that ordered by position alone would skip rows that are committed later. Where the log is distributed, each node has an
//! order of its own, and its own oldest transaction: the rows of the nodes are merged by the time they were recorded.

mod consumers;
mod cursor;

pub use consumers::{
    IS_OF_TYPE, Lag, Place, forget, is_there, lags, last, place, register, registered, reset_cursor, set, set_types,
};
pub use cursor::{Cursor, Reset};

use crate::db::{Db, LogOrder};
use crate::error::Failure;

/// What a consumer reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Feed {
    /// The action log.
    Actions,
    /// The changes of users in the audit trail.
    Users,
}

impl Feed {
    /// The name, as the command group has it, and as it is stored.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Actions => "actions",
            Self::Users => "users",
        }
    }

    /// The table whose rows it delivers.
    #[must_use]
    pub const fn table(self) -> &'static str {
        match self {
            Self::Actions => "user_action",
            Self::Users => "audit_event",
        }
    }

    /// What its rows are, in the singular.
    #[must_use]
    pub const fn row(self) -> &'static str {
        match self {
            Self::Actions => "action",
            Self::Users => "change",
        }
    }

    /// What its rows are, in the plural.
    #[must_use]
    pub const fn rows(self) -> &'static str {
        match self {
            Self::Actions => "actions",
            Self::Users => "changes",
        }
    }

    /// The order of commits of its rows, as of now.
    ///
    /// # Errors
    /// When the database fails.
    pub fn order(self, db: &mut Db) -> anyhow::Result<LogOrder> {
        db.conn.engine().log_order(self.table(), &mut db.conn)
    }

    /// The condition that it delivers a row.
    const fn condition(self) -> &'static str {
        match self {
            Self::Actions => "TRUE",
            Self::Users => "subject_kind = 'user' AND refusal IS NULL",
        }
    }

    /// The error for a consumer that is not registered; or that of the database, which cannot be asked for the others.
    #[must_use]
    pub fn unknown(self, consumer: &str, db: &mut Db) -> anyhow::Error {
        let name = self.name();
        let hint =
            format!("register it with rollbook {name} feed CONSUMER; rollbook {name} feed --list lists consumers");
        match consumers::names(self, db) {
            Ok(known) => Failure::unknown("consumer", consumer, known.iter().map(String::as_str)).or_hint(hint).into(),
            Err(error) => error,
        }
    }
}

/// Checks that the order of commits that is stored is that of this server: else events would be lost in silence.
///
/// # Errors
/// When it is another server's.
pub fn check_order(db: &mut Db) -> anyhow::Result<()> {
    match db.conn.engine().foreign_log(&mut db.conn)? {
        None => Ok(()),
        Some((reason, cure)) => Err(Failure::failed(format!("the feed cannot be read: {reason}")).hint(cure).into()),
    }
}
