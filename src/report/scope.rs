//! What a report is about: the period, the people, and what it is compared with.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::time::Duration;

use diesel::dsl::max;
use diesel::prelude::*;

use crate::analytics::Completions;
use crate::clock::{Clock, WeekStart};
use crate::db::Db;
use crate::db::types::Timestamp;
use crate::models::SourceSystem;
use crate::schema::user_action;
use crate::selection::People;

/// What a report is about.
pub struct Scope {
    /// The clock, with the zone.
    pub clock: Clock,
    /// When the report is made.
    pub as_of: Timestamp,
    /// The first moment.
    pub since: Timestamp,
    /// The first moment after the period.
    pub until: Timestamp,
    /// The period to compare with.
    pub before: Option<(Timestamp, Timestamp)>,
    /// The period in words, and the one to compare with.
    pub period: String,
    /// The name of the period to compare with.
    pub before_name: String,
    /// The people who are counted; `None` for everybody.
    pub users: Option<People>,
    /// Each filter with its values.
    pub filters: Vec<String>,
    /// The day on which weeks start.
    pub week_start: WeekStart,
    /// Whether numbers of few people are shown.
    pub shows_small: bool,
    /// Whether people are named.
    pub shows_names: bool,
    /// How old the newest event of each source may be, where that is configured.
    pub max_ages: BTreeMap<SourceSystem, Duration>,
    /// The completions, once a section has read them.
    pub completions: OnceCell<Completions>,
}

impl Scope {
    /// The end of what can have happened yet.
    #[must_use]
    pub fn end(&self) -> Timestamp {
        self.until.min(self.as_of)
    }

    /// A moment of the period, for people.
    #[must_use]
    pub fn shown(&self, time: Timestamp) -> String {
        self.clock.shown(time)
    }
}

/// The position of the last action; 0 for none.
///
/// # Errors
/// When the database fails.
pub(super) fn log_position(db: &mut Db) -> anyhow::Result<i64> {
    let position: Option<i64> = user_action::table.select(max(user_action::position)).get_result(&mut db.conn)?;
    Ok(position.unwrap_or(0))
}
