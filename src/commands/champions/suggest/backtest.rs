//! Backtest of a rule: whether and when it would have found today's champions.

use chrono::NaiveDate;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Text;
use serde::Serialize;
use std::collections::{BTreeMap, VecDeque};

use super::rule::{Criterion, Rule};
use crate::clock::{Age, Clock};
use crate::db::types::Timestamp;
use crate::db::{AnyConnection, Db, is_any_of};
use crate::models::{ActionType, Stage};
use crate::output::{Record, cell};
use crate::schema::{champion, user_action};

/// Number of champions whose actions are in memory at a time.
const CHAMPIONS: usize = 100;

/// A champion record, and when the rule would have found its user.
#[derive(Debug, Clone, Serialize)]
pub(super) struct BacktestRow {
    champion: String,
    user_id: String,
    name: String,
    cohort_id: Option<String>,
    nominated_at: Timestamp,
    /// When the rule first held; `None` if it never did.
    pub(super) found_at: Option<Timestamp>,
    /// Seconds from `found_at` to the nomination; negative if the rule first held after it.
    pub(super) early_seconds: Option<i64>,
}

/// Record id, user id, user name, cohort, and time of the nomination.
type Row = (String, String, String, Option<String>, Timestamp);

/// All records in stage champion, of the cohort if given, and when the rule first held for each user.
pub(super) fn backtest(
    rule: &Rule,
    cohort: Option<&str>,
    clock: Clock,
    db: &mut Db,
) -> anyhow::Result<Vec<BacktestRow>> {
    let window = rule.window()?;
    let name = sql::<Text>("(SELECT name FROM \"user\" WHERE \"user\".id = champion.user_id)");
    let mut champions = champion::table
        .select((champion::id, champion::user_id, name, champion::cohort_id, champion::created_at))
        .filter(champion::stage.eq(Stage::Champion))
        .order(champion::id)
        .into_boxed();
    if let Some(cohort) = cohort {
        champions = champions.filter(champion::cohort_id.eq(cohort.to_owned()));
    }
    let champions: Vec<Row> = champions.load(&mut db.conn)?;
    let mut found = Vec::with_capacity(champions.len());
    for chunk in champions.chunks(CHAMPIONS) {
        let users: Vec<&str> = chunk.iter().map(|(_, user, ..)| user.as_str()).collect();
        let actions = actions_of(&users, rule, clock.now(), &mut db.conn)?;
        for (champion, user_id, name, cohort_id, nominated_at) in chunk.iter().cloned() {
            let found_at = actions.get(&user_id).and_then(|actions| first_time(rule, window, clock, actions));
            let early_seconds = found_at.map(|found_at| (nominated_at.utc() - found_at.utc()).num_seconds());
            found.push(BacktestRow { champion, user_id, name, cohort_id, nominated_at, found_at, early_seconds });
        }
    }
    Ok(found)
}

type Action = (ActionType, Timestamp);

/// The users' actions that count for the rule, by user, oldest first.
fn actions_of(
    users: &[&str],
    rule: &Rule,
    now: Timestamp,
    conn: &mut AnyConnection,
) -> anyhow::Result<BTreeMap<String, Vec<Action>>> {
    let mut actions = user_action::table
        .select((user_action::user_id, user_action::action_type, user_action::occurred_at))
        .filter(is_any_of(conn, "user_id", users)?)
        .filter(user_action::occurred_at.le(now))
        .order((user_action::user_id, user_action::occurred_at))
        .into_boxed();
    let types = rule.action_types();
    if !types.is_empty() {
        actions = actions.filter(user_action::action_type.eq_any(types));
    }
    let actions: Vec<(String, ActionType, Timestamp)> = actions.load(conn)?;
    let mut of_user: BTreeMap<String, Vec<Action>> = BTreeMap::new();
    for (user, action_type, time) in actions {
        of_user.entry(user).or_default().push((action_type, time));
    }
    Ok(of_user)
}

/// When the rule first held: the time of the action that met it. The actions must be sorted by time.
fn first_time(rule: &Rule, length: Age, clock: Clock, actions: &[Action]) -> Option<Timestamp> {
    let mut window: VecDeque<Action> = VecDeque::new();
    let mut counts = vec![0_u32; rule.criteria.len()];
    let mut days: BTreeMap<NaiveDate, u32> = BTreeMap::new();
    for action in actions {
        let (_, now) = *action;
        while let Some(oldest) = window.front().copied()
            && clock.before(now, length).is_ok_and(|start| oldest.1 < start)
        {
            window.pop_front();
            count(rule, &mut counts, &mut days, oldest, |n| n - 1);
        }
        window.push_back(*action);
        count(rule, &mut counts, &mut days, *action, |n| n + 1);
        let reached = |((criterion, threshold), n): (&(Criterion, u32), &u32)| match criterion {
            Criterion::ActiveDays => days.len() >= *threshold as usize,
            _ => n >= threshold,
        };
        if rule.criteria.iter().zip(&counts).all(reached) {
            return Some(now);
        }
    }
    None
}

/// Adds an action to the counts, or removes it, with `step` as +1 or -1.
fn count(
    rule: &Rule,
    counts: &mut [u32],
    days: &mut BTreeMap<NaiveDate, u32>,
    (action_type, time): Action,
    step: impl Fn(u32) -> u32,
) {
    for ((criterion, _), n) in rule.criteria.iter().zip(counts) {
        if criterion.action_types().contains(&action_type) {
            *n = step(*n);
        }
    }
    let day = days.entry(time.utc().date_naive()).or_default();
    *day = step(*day);
    if *day == 0 {
        days.remove(&time.utc().date_naive());
    }
}

impl Record for BacktestRow {
    const COLUMNS: &'static [&'static str] =
        &["champion", "user_id", "name", "cohort_id", "nominated_at", "found_at", "early_seconds"];
    const TABLE: &'static [&'static str] = &["user_id", "name", "nominated_at", "found_at", "early_seconds"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.champion.clone(),
            self.user_id.clone(),
            self.name.clone(),
            self.cohort_id.clone().unwrap_or_default(),
            self.nominated_at.to_string(),
            cell(self.found_at),
            cell(self.early_seconds),
        ]
    }

    fn id(&self) -> &str {
        &self.champion
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::TimeArg;

    fn at(day: u32) -> Timestamp {
        format!("2026-01-{day:02}T12:00:00Z").parse().unwrap()
    }

    fn rule(criteria: &[(Criterion, u32)], days: u32) -> Rule {
        Rule { criteria: criteria.to_vec(), since: TimeArg::Ago(Age::days(days)) }
    }

    #[test]
    fn a_rule_matches_when_its_window_reaches_every_threshold() {
        let replies = |days: &[u32]| days.iter().map(|day| (ActionType::PostedReply, at(*day))).collect::<Vec<_>>();
        let utc = Clock::new(chrono_tz::Tz::UTC);
        let three = rule(&[(Criterion::Replies, 3)], 5);
        assert_eq!(first_time(&three, three.window().unwrap(), utc, &replies(&[1, 2, 3])), Some(at(3)));
        assert_eq!(first_time(&three, three.window().unwrap(), utc, &replies(&[1, 4, 9, 10, 11])), Some(at(11)));
        assert_eq!(first_time(&three, three.window().unwrap(), utc, &replies(&[1, 5, 10])), None);
        let days = rule(&[(Criterion::ActiveDays, 2), (Criterion::Replies, 2)], 10);
        assert_eq!(first_time(&days, days.window().unwrap(), utc, &replies(&[1, 1, 1])), None);
        assert_eq!(first_time(&days, days.window().unwrap(), utc, &replies(&[1, 1, 2])), Some(at(2)));
        let both = rule(&[(Criterion::Replies, 1), (Criterion::Threads, 1)], 10);
        assert_eq!(first_time(&both, both.window().unwrap(), utc, &replies(&[1, 2])), None);
    }
}
