//! A row of the champion list and a card of the board: a record with its user's name and its time in the stage.

use diesel::dsl::{AsSelect, sql};
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};
use serde::Serialize;

use crate::db::MultiBackend;
use crate::db::types::{Timestamp, sql as sql_types};
use crate::models::Champion;
use crate::output::{Record, cell, span};
use crate::selection::{Expression, since};

/// A champion record with its user's name and its time in the current stage.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Standing {
    #[serde(flatten)]
    pub(super) champion: Champion,
    /// The name of the user.
    pub(super) name: String,
    /// When the record entered its stage; `None` for alumni.
    pub(super) since: Option<Timestamp>,
    /// Seconds since then; `None` for alumni.
    pub(super) waited_seconds: Option<u64>,
}

/// The columns that a query selects for a [`Standing`].
pub(super) type Columns =
    (AsSelect<Champion, MultiBackend>, Expression<Text>, Expression<Nullable<sql_types::UtcTimestamp>>);

impl Standing {
    pub(super) fn columns() -> Columns {
        // A subquery instead of a join: the shared filters are typed for a query on `champion` alone.
        let name = sql("(SELECT name FROM \"user\" WHERE \"user\".id = champion.user_id)");
        (Champion::as_select(), Box::new(name), since())
    }

    pub(super) fn new((champion, name, since): (Champion, String, Option<Timestamp>), now: Timestamp) -> Self {
        Self { champion, name, since, waited_seconds: since.map(|since| now.since(since).as_secs()) }
    }

    /// The time in the stage, formatted for display.
    pub(super) fn waited(&self) -> String {
        self.waited_seconds.map(|seconds| span(std::time::Duration::from_secs(seconds))).unwrap_or_default()
    }
}

impl Record for Standing {
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "user_id",
        "name",
        "cohort_id",
        "stage",
        "since",
        "waited_seconds",
        "notes",
        "selected_at",
        "became_champion_at",
        "created_at",
    ];
    const TABLE: &'static [&'static str] = &["id", "user_id", "stage", "waited_seconds", "name", "cohort_id"];
    const NUMBERS: &'static [&'static str] = &["waited_seconds"];

    fn cells(&self) -> Vec<String> {
        let time = |time: Option<Timestamp>| time.map(|time| time.to_string()).unwrap_or_default();
        let champion = &self.champion;
        vec![
            champion.id.clone(),
            champion.user_id.clone(),
            self.name.clone(),
            champion.cohort_id.clone().unwrap_or_default(),
            champion.stage.to_string(),
            time(self.since),
            cell(self.waited_seconds),
            champion.notes.clone().unwrap_or_default(),
            time(champion.selected_at),
            time(champion.became_champion_at),
            champion.created_at.to_string(),
        ]
    }

    fn id(&self) -> &str {
        &self.champion.id
    }
}
