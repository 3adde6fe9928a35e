//! Would the rule have found today's champions, and when?

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use chrono::NaiveDate;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Text;
use serde::Serialize;

use super::rule::{Criterion, Rule};
use crate::db::types::Instant;
use crate::db::{AnyConnection, Db, is_any_of};
use crate::models::{ActionType, Stage};
use crate::output::{Record, span};
use crate::schema::{champion, user_action};

/// How many champions' actions are held at a time.
const CHAMPIONS: usize = 100;

/// A champion, and when the rule would have found them.
#[derive(Debug, Clone, Serialize)]
#[expect(clippy::struct_field_names, reason = "it is what the column is called")]
pub(super) struct Found {
    champion: String,
    user_id: String,
    name: String,
    cohort_id: Option<String>,
    nominated_at: Instant,
    /// When the rule held first; nothing if it never did.
    pub(super) found_at: Option<Instant>,
    /// How many seconds that was before the nomination; negative when it was after.
    pub(super) early: Option<i64>,
}

/// A record, its user's id and name, the cohort, and when it was nominated.
type Row = (String, String, String, Option<String>, Instant);

/// Every record that is in stage champion, in the cohort if one is named, and what the rule makes of it.
pub(super) fn backtest(rule: &Rule, cohort: Option<&str>, db: &mut Db) -> anyhow::Result<Vec<Found>> {
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
        let actions = actions_of(&users, rule, &mut db.conn)?;
        for (champion, user_id, name, cohort_id, nominated_at) in chunk.iter().cloned() {
            let found_at = actions.get(&user_id).and_then(|actions| first_time(rule, actions));
            let early = found_at.map(|found_at| (nominated_at.utc() - found_at.utc()).num_seconds());
            found.push(Found { champion, user_id, name, cohort_id, nominated_at, found_at, early });
        }
    }
    Ok(found)
}

type Action = (ActionType, Instant);

/// What counts of the users' actions, in order of time.
fn actions_of(users: &[&str], rule: &Rule, conn: &mut AnyConnection) -> anyhow::Result<BTreeMap<String, Vec<Action>>> {
    let mut actions = user_action::table
        .select((user_action::user_id, user_action::action_type, user_action::occurred_at))
        .filter(is_any_of(conn, "user_id", users)?)
        .filter(user_action::occurred_at.le(Instant::now()))
        .order((user_action::user_id, user_action::occurred_at))
        .into_boxed();
    let types = rule.action_types();
    if !types.is_empty() {
        actions = actions.filter(user_action::action_type.eq_any(types));
    }
    let actions: Vec<(String, ActionType, Instant)> = actions.load(conn)?;
    let mut of_user: BTreeMap<String, Vec<Action>> = BTreeMap::new();
    for (user, action_type, time) in actions {
        of_user.entry(user).or_default().push((action_type, time));
    }
    Ok(of_user)
}

/// When the rule held first: after which of the actions, which are in order of time.
fn first_time(rule: &Rule, actions: &[Action]) -> Option<Instant> {
    let mut window: VecDeque<Action> = VecDeque::new();
    let mut counts = vec![0_u32; rule.criteria.len()];
    let mut days: BTreeMap<NaiveDate, u32> = BTreeMap::new();
    for action in actions {
        let (_, now) = *action;
        while let Some(oldest) = window.front().copied()
            && now.since(oldest.1) > rule.window
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

/// Counts an action in, or out.
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

impl Record for Found {
    const COLUMNS: &'static [&'static str] =
        &["champion", "user_id", "name", "cohort_id", "nominated_at", "found_at", "early"];
    const TABLE: &'static [&'static str] = &["user_id", "name", "nominated_at", "found_at", "early"];

    fn cells(&self) -> Vec<String> {
        let early = self.early.map(|seconds| {
            let length = span(Duration::from_secs(seconds.unsigned_abs()));
            if seconds < 0 { format!("{length} late") } else { format!("{length} early") }
        });
        vec![
            self.champion.clone(),
            self.user_id.clone(),
            self.name.clone(),
            self.cohort_id.clone().unwrap_or_default(),
            self.nominated_at.to_string(),
            self.found_at.map_or_else(|| "never".to_owned(), |time| time.to_string()),
            early.unwrap_or_default(),
        ]
    }

    fn id(&self) -> &str {
        &self.champion
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: u32) -> Instant {
        format!("2026-01-{day:02}T12:00:00Z").parse().unwrap()
    }

    fn rule(criteria: &[(Criterion, u32)], days: u64) -> Rule {
        Rule { criteria: criteria.to_vec(), window: Duration::from_secs(days * 86_400) }
    }

    #[test]
    fn a_rule_holds_when_enough_is_in_its_window() {
        let replies = |days: &[u32]| days.iter().map(|day| (ActionType::PostedReply, at(*day))).collect::<Vec<_>>();
        let three = rule(&[(Criterion::Replies, 3)], 5);
        assert_eq!(first_time(&three, &replies(&[1, 2, 3])), Some(at(3)));
        assert_eq!(first_time(&three, &replies(&[1, 4, 9, 10, 11])), Some(at(11)));
        assert_eq!(first_time(&three, &replies(&[1, 5, 10])), None);
        let days = rule(&[(Criterion::ActiveDays, 2), (Criterion::Replies, 2)], 10);
        assert_eq!(first_time(&days, &replies(&[1, 1, 1])), None);
        assert_eq!(first_time(&days, &replies(&[1, 1, 2])), Some(at(2)));
        let both = rule(&[(Criterion::Replies, 1), (Criterion::Threads, 1)], 10);
        assert_eq!(first_time(&both, &replies(&[1, 2])), None);
    }
}
