//! When users took the steps of a sequence of actions, in one pass over the log: SQLite would read and sort it once a step.

use std::sync::{Arc, Mutex, PoisonError};

use diesel::connection::SimpleConnection as _;
use diesel::sql_types::Text;
use diesel::{QueryResult, SqliteConnection};
use foldhash::{HashMap, HashMapExt as _};

use crate::db::engine::StepTimes;
use crate::db::types::Timestamp;

/// A stored time as a number that is ordered as the time.
type Moment = u64;

/// No time.
const NEVER: Moment = Moment::MAX;

/// How far a user has come, by the actions that were read so far, in any order.
struct Progress {
    /// For each step the earliest action that is not before the step before it. With each action, it can only get earlier.
    taken: Box<[Moment]>,
    /// Actions that are before the step before theirs, which may still get earlier.
    early: Vec<(usize, Moment)>,
}

/// Reads the log; the steps are types of actions.
pub(super) fn read(steps: &[&str], conn: &mut SqliteConnection) -> QueryResult<Vec<StepTimes>> {
    let users: Arc<Mutex<HashMap<String, Progress>>> = Arc::new(Mutex::new(HashMap::new()));
    let shared = Arc::clone(&users);
    let types: Vec<String> = steps.iter().map(|step| (*step).to_owned()).collect();
    // Not deterministic: it must be called once a row.
    rollbook_step_utils::register_nondeterministic_impl(
        conn,
        move |user: String, action_type: String, time: String| {
            let mut users = shared.lock().unwrap_or_else(PoisonError::into_inner);
            let progress = users.entry(user).or_insert_with(|| Progress::new(types.len()));
            let moment = moment_of(&time);
            for (step, _) in types.iter().enumerate().filter(|(_, step)| **step == action_type) {
                progress.add(step, moment);
            }
            1
        },
    )?;
    let mut listed: Vec<String> = steps.iter().map(|step| format!("'{step}'")).collect();
    listed.dedup();
    conn.batch_execute(&format!(
        "SELECT count(rollbook_step(user_id, action_type, occurred_at)) FROM user_action WHERE action_type IN ({})",
        listed.join(", ")
    ))?;
    let users = std::mem::take(&mut *users.lock().unwrap_or_else(PoisonError::into_inner));
    Ok(users.into_iter().map(|(user_id, progress)| StepTimes { user_id, times: progress.times() }).collect())
}

#[diesel::declare_sql_function]
extern "SQL" {
    /// Notes an action.
    fn rollbook_step(user_id: Text, action_type: Text, occurred_at: Text) -> diesel::sql_types::Integer;
}

impl Progress {
    fn new(steps: usize) -> Self {
        Self { taken: vec![NEVER; steps].into(), early: Vec::new() }
    }

    fn add(&mut self, step: usize, moment: Moment) {
        let before = if step == 0 { 0 } else { self.taken[step - 1] };
        if moment < before {
            self.early.push((step, moment));
        } else if moment < self.taken[step] {
            self.taken[step] = moment;
            self.add_early(step + 1);
        }
    }

    /// Looks again at the early actions of a step, because the step before it has become earlier.
    fn add_early(&mut self, step: usize) {
        let before = self.taken[step - 1];
        let mut earliest = NEVER;
        self.early.retain(|(of, moment)| {
            let is_late_enough = *of == step && *moment >= before;
            if is_late_enough {
                earliest = earliest.min(*moment);
            }
            !is_late_enough
        });
        if step < self.taken.len() && earliest < self.taken[step] {
            self.taken[step] = earliest;
            self.add_early(step + 1);
        }
    }

    fn times(&self) -> Vec<Option<Timestamp>> {
        self.taken.iter().map(|moment| time_of(*moment)).collect()
    }
}

/// A stored time, `2026-03-15T08:14:00.000000Z`, as a number: digits at their places, as if each month had 31 days.
fn moment_of(time: &str) -> Moment {
    let digits = |from: usize, to: usize| {
        time.as_bytes()
            .get(from..to)
            .unwrap_or_default()
            .iter()
            .fold(0, |n: u64, digit| n * 10 + u64::from(digit & 0xf))
    };
    let months = (digits(0, 4) * 12 + digits(5, 7)).saturating_sub(1);
    let days = (months * 31 + digits(8, 10)).saturating_sub(1);
    let seconds = ((days * 24 + digits(11, 13)) * 60 + digits(14, 16)) * 60 + digits(17, 19);
    seconds * 1_000_000 + digits(20, 26)
}

/// The time that a number stands for; `None` for no time.
fn time_of(moment: Moment) -> Option<Timestamp> {
    if moment == NEVER {
        return None;
    }
    let (micros, seconds) = (moment % 1_000_000, moment / 1_000_000);
    let (seconds, minutes, hours, days) = (seconds % 60, seconds / 60 % 60, seconds / 3600 % 24, seconds / 86_400);
    let (year, month, day) = (days / 31 / 12, days / 31 % 12 + 1, days % 31 + 1);
    format!("{year:04}-{month:02}-{day:02}T{hours:02}:{minutes:02}:{seconds:02}.{micros:06}Z").parse().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_number_is_ordered_as_its_time(one in 0_i64..4_000_000_000_000_000, other in 0_i64..4_000_000_000_000_000) {
            let text = |micros: i64| {
                chrono::DateTime::from_timestamp_micros(micros).unwrap().format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()
            };
            let (one, other) = (text(one), text(other));
            prop_assert_eq!(one.cmp(&other), moment_of(&one).cmp(&moment_of(&other)));
            prop_assert_eq!(time_of(moment_of(&one)), one.parse().ok());
        }

        /// Whatever the order in which actions are read, each step is the earliest that is not before the step before it.
        #[test]
        fn the_order_of_reading_does_not_matter(actions in prop::collection::vec((0_usize..4, 0_u64..30), 0..40)) {
            let mut progress = Progress::new(4);
            for (step, moment) in &actions {
                progress.add(*step, *moment);
            }
            let mut before = Some(0);
            for step in 0..4 {
                let moments = actions.iter().filter(|(of, moment)| *of == step && before.is_some_and(|before| *moment >= before));
                before = moments.map(|(_, moment)| *moment).min();
                prop_assert_eq!(progress.taken[step], before.unwrap_or(NEVER), "step {} of {:?}", step, actions);
            }
        }
    }
}
