//! A record as a list and the board show one: with the name of the user, and for how long it has been where it is.

use diesel::dsl::{AsSelect, sql};
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};
use serde::Serialize;

use super::selection::{Expression, since};
use crate::db::MultiBackend;
use crate::db::types::{Instant, sql as sql_types};
use crate::models::Champion;
use crate::output::{Record, span};

/// A record and where it stands.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Standing {
    #[serde(flatten)]
    pub(super) champion: Champion,
    /// The name of the user.
    pub(super) name: String,
    /// Since when it has been in its stage; nothing for alumni.
    pub(super) since: Option<Instant>,
    /// For how many seconds.
    pub(super) waited: Option<u64>,
}

/// What a query selects of it.
pub(super) type Columns =
    (AsSelect<Champion, MultiBackend>, Expression<Text>, Expression<Nullable<sql_types::Instant>>);

impl Standing {
    pub(super) fn columns() -> Columns {
        // A join would make other conditions of it than those of the records alone.
        let name = sql("(SELECT name FROM \"user\" WHERE \"user\".id = champion.user_id)");
        (Champion::as_select(), Box::new(name), since())
    }

    pub(super) fn new((champion, name, since): (Champion, String, Option<Instant>), now: Instant) -> Self {
        Self { champion, name, since, waited: since.map(|since| now.since(since).as_secs()) }
    }

    /// For how long, for people.
    pub(super) fn waited(&self) -> String {
        self.waited.map(|seconds| span(std::time::Duration::from_secs(seconds))).unwrap_or_default()
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
        "waited",
        "notes",
        "selected_at",
        "became_champion_at",
        "created_at",
    ];
    const TABLE: &'static [&'static str] = &["id", "user_id", "stage", "waited", "name", "cohort_id"];
    const NUMBERS: &'static [&'static str] = &["waited"];

    fn cells(&self) -> Vec<String> {
        let time = |time: Option<Instant>| time.map(|time| time.to_string()).unwrap_or_default();
        let champion = &self.champion;
        vec![
            champion.id.clone(),
            champion.user_id.clone(),
            self.name.clone(),
            champion.cohort_id.clone().unwrap_or_default(),
            champion.stage.to_string(),
            time(self.since),
            self.waited(),
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
