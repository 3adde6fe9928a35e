//! How far users come along a sequence of actions.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};
use serde::Serialize;

use super::percent;
use crate::db::types::{Timestamp, sql};
use crate::db::{Db, Parameter, StepTimes, for_each_row, statement};
use crate::models::ActionType;
use crate::selection::People;

/// The most steps of a funnel.
pub const MAX_STEPS: usize = 9;

/// A funnel.
pub struct FunnelQuery<'a> {
    /// The steps, in order.
    pub steps: &'a [ActionType],
    /// Only users who reached the first step at or after this time.
    pub since: Option<Timestamp>,
    /// Only users who reached the first step before this time.
    pub until: Option<Timestamp>,
    /// A step counts only this long after the first.
    pub within: Option<Duration>,
    /// Only these users.
    pub users: Option<&'a People>,
    /// The groups that each user belongs to; `None` for one group of all.
    pub groups: Option<&'a HashMap<String, BTreeSet<String>>>,
}

/// The times at which a user reached each step; null if not reached.
#[derive(QueryableByName)]
struct Times {
    #[diesel(sql_type = Text)]
    user_id: String,
    #[diesel(sql_type = Nullable<sql::UtcTimestamp>)]
    t0: Option<Timestamp>,
    #[diesel(sql_type = Nullable<sql::UtcTimestamp>)]
    t1: Option<Timestamp>,
    #[diesel(sql_type = Nullable<sql::UtcTimestamp>)]
    t2: Option<Timestamp>,
    #[diesel(sql_type = Nullable<sql::UtcTimestamp>)]
    t3: Option<Timestamp>,
    #[diesel(sql_type = Nullable<sql::UtcTimestamp>)]
    t4: Option<Timestamp>,
    #[diesel(sql_type = Nullable<sql::UtcTimestamp>)]
    t5: Option<Timestamp>,
    #[diesel(sql_type = Nullable<sql::UtcTimestamp>)]
    t6: Option<Timestamp>,
    #[diesel(sql_type = Nullable<sql::UtcTimestamp>)]
    t7: Option<Timestamp>,
    #[diesel(sql_type = Nullable<sql::UtcTimestamp>)]
    t8: Option<Timestamp>,
}

impl Times {
    const fn steps(&self) -> [Option<Timestamp>; MAX_STEPS] {
        [self.t0, self.t1, self.t2, self.t3, self.t4, self.t5, self.t6, self.t7, self.t8]
    }
}

/// How many users of a group reached a step.
#[derive(Debug, Clone, Serialize)]
pub struct FunnelStep {
    /// The course or cohort, if there are groups.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// The step.
    pub step: ActionType,
    /// Users who reached it.
    pub users: u64,
    /// Percentage of the users who reached the first step.
    pub of_first_percent: Option<f64>,
    /// Percentage of the users who reached the previous step.
    pub conversion_percent: Option<f64>,
    /// Users who reached the previous step, but not this one.
    pub dropped: Option<u64>,
    /// Median time from the previous step to this one, in seconds.
    pub median_seconds: Option<u64>,
}

impl FunnelQuery<'_> {
    /// The steps of each group, the groups by name.
    ///
    /// # Errors
    /// When the database fails.
    pub fn steps(&self, db: &mut Db) -> anyhow::Result<Vec<FunnelStep>> {
        let (since, until) = (self.since.unwrap_or(Timestamp::FIRST), self.until.unwrap_or(Timestamp::LAST));
        let mut taken: BTreeMap<Option<&str>, Vec<Vec<u64>>> = BTreeMap::new();
        let none = || vec![Vec::new(); self.steps.len()];
        if self.groups.is_none() {
            taken.insert(None, none());
        }
        let mut count = |user_id: &str, times: &[Option<Timestamp>]| {
            if self.users.is_some_and(|users| !users.contains(user_id)) {
                return;
            }
            let durations = self.durations(times);
            let groups: Vec<Option<&str>> = match self.groups {
                None => vec![None],
                Some(groups) => groups.get(user_id).into_iter().flatten().map(|group| Some(&**group)).collect(),
            };
            for group in groups {
                let steps = taken.entry(group).or_insert_with(none);
                steps.iter_mut().zip(&durations).for_each(|(step, duration)| step.push(*duration));
            }
        };
        let types: Vec<&str> = self.steps.iter().map(|step| step.as_str()).collect();
        if let Some(users) = db.conn.engine().step_times(&types, &mut db.conn)? {
            let begins = |user: &&StepTimes| user.times[0].is_some_and(|first| since <= first && first < until);
            users.iter().filter(begins).for_each(|user| count(&user.user_id, &user.times));
        } else {
            let mut parameters = vec![Parameter::OptionalTime(self.since), Parameter::OptionalTime(self.until)];
            parameters.extend((0..MAX_STEPS).map(|n| Parameter::Text(types.get(n).copied())));
            for_each_row(statement(include_str!("funnel.postgres.sql")), &parameters, &mut db.conn, |times: Times| {
                count(&times.user_id, &times.steps());
                Ok(())
            })?;
        }
        let steps = |(group, mut taken): (Option<&str>, Vec<Vec<u64>>)| {
            for step in &mut taken {
                step.sort_unstable();
            }
            let users: Vec<u64> = taken.iter().map(|step| step.len() as u64).collect();
            self.steps
                .iter()
                .enumerate()
                .map(|(n, step)| FunnelStep {
                    group: group.map(ToOwned::to_owned),
                    step: *step,
                    users: users[n],
                    of_first_percent: percent(users[n], users[0]),
                    conversion_percent: (n > 0).then(|| percent(users[n], users[n - 1])).flatten(),
                    dropped: (n > 0).then(|| users[n - 1] - users[n]),
                    median_seconds: super::percentile(&taken[n], 50).filter(|_| n > 0),
                })
                .collect::<Vec<_>>()
        };
        Ok(taken.into_iter().flat_map(steps).collect())
    }

    /// The seconds from step to step, as far as the user came; 0 for the first.
    fn durations(&self, times: &[Option<Timestamp>]) -> Vec<u64> {
        let Some(first) = times.first().copied().flatten() else { return Vec::new() };
        let mut before = first;
        let mut durations = Vec::new();
        for time in times.iter().take(self.steps.len()) {
            let Some(time) = time.filter(|time| self.within.is_none_or(|within| time.since(first) <= within)) else {
                break;
            };
            durations.push(time.since(before).as_secs());
            before = time;
        }
        durations
    }
}
