//! How many of those who enrolled have started, completed and left.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::rc::Rc;

use clap::ValueEnum;
use diesel::connection::DefaultLoadingMode;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::Text;
use serde::Serialize;

use super::{percent, percentile};
use crate::db::types::{Timestamp, sql};
use crate::db::{Db, statement};
use crate::selection::People;

/// What people enroll in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum EnrolledIn {
    /// Course
    Course,
    /// Cohort
    Cohort,
}

impl EnrolledIn {
    /// The type of the target, as the log has it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Course => "course",
            Self::Cohort => "cohort",
        }
    }
}

/// The people who enrolled in a course or cohort, and what became of them.
#[derive(Debug, Clone, Serialize)]
pub struct Completion {
    /// The course or cohort.
    pub target: String,
    /// People who enrolled.
    pub enrolled: u64,
    /// Those who started a module of the enrollment.
    pub started: u64,
    /// Those who completed the course.
    pub completed: u64,
    /// Those who left without having completed it, and did not enroll again.
    pub left: u64,
    /// `completed` as a percentage of `enrolled`.
    pub completion_percent: Option<f64>,
    /// Median time from the enrollment to the completion, in days.
    pub median_days: Option<f64>,
}

#[derive(QueryableByName)]
struct MomentRow {
    #[diesel(sql_type = Text)]
    user_id: String,
    #[diesel(sql_type = Text)]
    action_type: String,
    #[diesel(sql_type = Text)]
    target_type: String,
    #[diesel(sql_type = Text)]
    target_id: String,
    #[diesel(sql_type = Text)]
    enrollment_id: String,
    #[diesel(sql_type = sql::UtcTimestamp)]
    first_at: Timestamp,
    #[diesel(sql_type = sql::UtcTimestamp)]
    last_at: Timestamp,
}

/// What somebody did with something, the first and the last time. There may be a million: texts are shared.
struct Moment {
    user_id: Rc<str>,
    action_type: Rc<str>,
    target_type: Rc<str>,
    target_id: Rc<str>,
    enrollment_id: Rc<str>,
    first_at: Timestamp,
    last_at: Timestamp,
}

/// Texts of which each is held once.
#[derive(Default)]
struct Texts(HashSet<Rc<str>>);

impl Texts {
    fn shared(&mut self, text: &str) -> Rc<str> {
        if let Some(known) = self.0.get(text) {
            return Rc::clone(known);
        }
        let new: Rc<str> = text.into();
        self.0.insert(Rc::clone(&new));
        new
    }
}

/// An enrollment of a person in a target.
struct Enrollment<'a> {
    first_at: Timestamp,
    last_at: Timestamp,
    ids: Vec<&'a str>,
}

impl Enrollment<'_> {
    /// Whether an action belongs to the enrollment: by its id, or else by what it is about and when it was.
    fn has(&self, moment: &Moment, kind: EnrolledIn, target: &str) -> bool {
        if !moment.enrollment_id.is_empty() && !self.ids.is_empty() {
            return self.ids.contains(&&*moment.enrollment_id);
        }
        let is_about = &*moment.target_type == kind.as_str() && &*moment.target_id == target;
        let says_nothing = &*moment.target_type != kind.as_str() && moment.last_at >= self.first_at;
        is_about || says_nothing
    }
}

/// When people enrolled in, started, completed and left what they can enroll in.
pub struct Enrollments(Vec<Moment>);

impl Enrollments {
    /// Reads them from the log.
    ///
    /// # Errors
    /// When the database fails.
    pub fn load(db: &mut Db) -> anyhow::Result<Self> {
        let mut texts = Texts::default();
        let rows = sql_query(statement(include_str!("completion.sql")))
            .load_iter::<MomentRow, DefaultLoadingMode>(&mut db.conn)?;
        let moment = |row: QueryResult<MomentRow>| {
            let row = row?;
            Ok(Moment {
                user_id: texts.shared(&row.user_id),
                action_type: texts.shared(&row.action_type),
                target_type: texts.shared(&row.target_type),
                target_id: texts.shared(&row.target_id),
                enrollment_id: texts.shared(&row.enrollment_id),
                first_at: row.first_at,
                last_at: row.last_at,
            })
        };
        Ok(Self(rows.map(moment).collect::<anyhow::Result<_>>()?))
    }
}

/// The completions of each course or cohort, for the people who first enrolled in the span.
#[must_use]
pub fn completions(
    kind: EnrolledIn,
    (since, until): (Option<Timestamp>, Option<Timestamp>),
    users: Option<&People>,
    Enrollments(moments): &Enrollments,
) -> Vec<Completion> {
    let mut of_users: HashMap<&str, Vec<&Moment>> = HashMap::new();
    for moment in moments {
        if users.is_none_or(|users| users.contains(&moment.user_id)) {
            of_users.entry(&moment.user_id).or_default().push(moment);
        }
    }
    let mut tallies: BTreeMap<&str, (Completion, Vec<u64>)> = BTreeMap::new();
    for moments in of_users.into_values() {
        let mut enrollments: BTreeMap<&str, Enrollment<'_>> = BTreeMap::new();
        for moment in &moments {
            if &*moment.action_type == "enrolled" && &*moment.target_type == kind.as_str() {
                let new = Enrollment { first_at: moment.first_at, last_at: moment.last_at, ids: Vec::new() };
                let enrollment = enrollments.entry(&moment.target_id).or_insert(new);
                enrollment.first_at = enrollment.first_at.min(moment.first_at);
                enrollment.last_at = enrollment.last_at.max(moment.last_at);
                enrollment.ids.extend((!moment.enrollment_id.is_empty()).then_some(&*moment.enrollment_id));
            }
        }
        for (target, enrollment) in enrollments {
            let is_before = since.is_some_and(|since| enrollment.first_at < since);
            if is_before || until.is_some_and(|until| enrollment.first_at >= until) {
                continue;
            }
            let of = |action: &str| {
                let all = moments.iter().filter(move |moment| &*moment.action_type == action);
                all.filter(|moment| enrollment.has(moment, kind, target)).collect::<Vec<_>>()
            };
            let completed = of("completed_course").iter().map(|moment| moment.first_at).min();
            let left = of("unenrolled").iter().map(|moment| moment.last_at).max();
            let (tally, days) = tallies.entry(target).or_insert_with(|| (Completion::none(target), Vec::new()));
            tally.enrolled += 1;
            tally.started += u64::from(!of("started_module").is_empty());
            match (completed, left) {
                (Some(completed), _) => {
                    tally.completed += 1;
                    days.push(completed.since(enrollment.first_at).as_secs());
                }
                (None, Some(left)) if left >= enrollment.last_at => tally.left += 1,
                _ => {}
            }
        }
    }
    tallies.into_values().map(|(tally, days)| tally.with(days)).collect()
}

impl Completion {
    fn none(target: &str) -> Self {
        Self {
            target: target.to_owned(),
            enrolled: 0,
            started: 0,
            completed: 0,
            left: 0,
            completion_percent: None,
            median_days: None,
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "seconds of a life")]
    fn with(self, mut seconds: Vec<u64>) -> Self {
        seconds.sort_unstable();
        let median_days = percentile(&seconds, 50).map(|seconds| (seconds as f64 / 8_640.0).round() / 10.0);
        Self { completion_percent: percent(self.completed, self.enrolled), median_days, ..self }
    }
}

#[derive(QueryableByName)]
struct Enrolled {
    #[diesel(sql_type = Text)]
    user_id: String,
    #[diesel(sql_type = Text)]
    target_id: String,
}

/// The courses or cohorts that each user has enrolled in.
///
/// # Errors
/// When the database fails.
pub fn enrolled_in(kind: EnrolledIn, db: &mut Db) -> anyhow::Result<HashMap<String, BTreeSet<String>>> {
    let text = statement(
        "SELECT DISTINCT CAST(user_id AS text) AS user_id, target_id FROM user_action \
         WHERE action_type = 'enrolled' AND target_type = $1",
    );
    let rows: Vec<Enrolled> = sql_query(text).bind::<Text, _>(kind.as_str()).load(&mut db.conn)?;
    let mut targets: HashMap<String, BTreeSet<String>> = HashMap::new();
    for row in rows {
        targets.entry(row.user_id).or_default().insert(row.target_id);
    }
    Ok(targets)
}
