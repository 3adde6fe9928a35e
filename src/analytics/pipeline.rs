//! How champion records move through the stages.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Text};
use serde::Serialize;

use crate::clock::Clock;
use crate::db::Db;
use crate::db::types::Timestamp;
use crate::models::{History, Stage, histories};
use crate::selection::paging::{PAGE, Rows};

/// The cohort of a record; `None` if it has none.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct CohortGroup(pub Option<String>);

/// The cohort and the month, if the counts are grouped by them, and the stage.
pub type StageGroup = (Option<CohortGroup>, Option<String>, Stage);

/// The records that entered and left a stage.
#[derive(Debug, Clone, Default)]
pub struct StageTally {
    /// Records that entered it.
    pub entered: u64,
    /// Records that left it.
    pub left: u64,
    /// Records that went on to the next stage.
    pub went_on: u64,
    /// The length of each completed stay, in seconds.
    pub stays: Vec<u64>,
}

#[derive(Debug, Clone, QueryableByName)]
struct Id {
    #[diesel(sql_type = Text)]
    id: String,
}

/// The tallies of all records that `takes` accepts, including withdrawn ones.
///
/// # Errors
/// When the database fails.
pub fn stage_tallies(
    takes: impl Fn(&History) -> bool,
    by_cohort: bool,
    by_month: Option<Clock>,
    db: &mut Db,
) -> anyhow::Result<BTreeMap<StageGroup, StageTally>> {
    let mut tallies: BTreeMap<StageGroup, StageTally> = BTreeMap::new();
    for chunk in ids(db)?.chunks(PAGE) {
        let chunk: Vec<&str> = chunk.iter().map(|row| row.id.as_str()).collect();
        histories(&chunk, db)?.iter().filter(|history| takes(history)).for_each(|history| {
            count(history, by_cohort, by_month, &mut tallies);
        });
    }
    for tally in tallies.values_mut() {
        tally.stays.sort_unstable();
    }
    Ok(tallies)
}

/// The ids of all records, including withdrawn ones.
fn ids(db: &mut Db) -> anyhow::Result<Vec<Id>> {
    let page = |last: Option<&Id>, limit: i64| {
        // Raw SQL: diesel has no UNION.
        Ok(sql_query(
            "SELECT id FROM (SELECT id FROM champion UNION \
             SELECT subject_id FROM audit_event WHERE subject_kind = 'champion' AND refusal IS NULL) AS known \
             WHERE id > $1 ORDER BY id LIMIT $2",
        )
        .bind::<Text, _>(last.map_or("", |last| last.id.as_str()).to_owned())
        .bind::<BigInt, _>(limit)
        .load(&mut db.conn)?)
    };
    Rows::new(20 * PAGE, page).collect()
}

fn count(history: &History, by_cohort: bool, by_month: Option<Clock>, tallies: &mut BTreeMap<StageGroup, StageTally>) {
    let cohort = by_cohort.then(|| CohortGroup(history.cohort_id.clone()));
    let month = |at: Option<Timestamp>| {
        let name = |clock: Clock, at: Timestamp| at.utc().with_timezone(&clock.tz()).format("%Y-%m").to_string();
        by_month.map(|clock| at.map_or_else(String::new, |at| name(clock, at)))
    };
    for (i, step) in history.steps.iter().enumerate() {
        let Some(stage) = step.to else { continue };
        let tally = tallies.entry((cohort.clone(), month(step.at), stage)).or_default();
        tally.entered += 1;
        let Some(next) = history.steps.get(i + 1) else { continue };
        if next.to.is_some() && next.to == stage.rule().next {
            tally.went_on += 1;
        }
        // Only completed stays count: a record that is still in the stage would lower the percentiles.
        tally.stays.extend(step.stayed_seconds);
        tallies.entry((cohort.clone(), month(next.at), stage)).or_default().left += 1;
    }
}

/// The percentile by the nearest-rank method; `None` if there are no values.
#[must_use]
pub fn percentile(sorted: &[u64], percent: usize) -> Option<u64> {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.checked_sub(1)?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_of_the_input() {
        assert_eq!(percentile(&[], 50), None);
        assert_eq!(percentile(&[7], 90), Some(7));
        assert_eq!(percentile(&[1, 2, 3, 4], 50), Some(2));
        assert_eq!(percentile(&(1..=10).collect::<Vec<_>>(), 90), Some(9));
    }
}
