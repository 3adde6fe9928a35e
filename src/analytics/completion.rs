//! How many of those who enrolled have started, completed and left.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use clap::ValueEnum;
use diesel::prelude::*;
use diesel::sql_types::Text;
use serde::Serialize;

use super::{percent, percentile};
use crate::db::types::{Timestamp, sql};
use crate::db::{Db, Parameter, for_each_row, statement};
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

/// What somebody did with something, the first and the last time.
#[derive(QueryableByName)]
struct Moment {
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
        let is_about = moment.target_type == kind.as_str() && moment.target_id == target;
        let says_nothing = moment.target_type != kind.as_str() && moment.last_at >= self.first_at;
        is_about || says_nothing
    }
}

/// The span in which people first enrolled; open where it has no end.
type Span = (Option<Timestamp>, Option<Timestamp>);

/// The counts of the courses or cohorts, while people are added.
struct Tallies {
    kind: EnrolledIn,
    span: Span,
    /// By course or cohort: the counts, and the seconds that each completion took.
    counts: BTreeMap<String, (Completion, Vec<u64>)>,
}

impl Tallies {
    /// Adds what one person did.
    fn add(&mut self, moments: &[Moment]) {
        let mut enrollments: BTreeMap<&str, Enrollment<'_>> = BTreeMap::new();
        for moment in moments {
            if moment.action_type == "enrolled" && moment.target_type == self.kind.as_str() {
                let new = Enrollment { first_at: moment.first_at, last_at: moment.last_at, ids: Vec::new() };
                let enrollment = enrollments.entry(&moment.target_id).or_insert(new);
                enrollment.first_at = enrollment.first_at.min(moment.first_at);
                enrollment.last_at = enrollment.last_at.max(moment.last_at);
                enrollment.ids.extend((!moment.enrollment_id.is_empty()).then_some(&*moment.enrollment_id));
            }
        }
        let (since, until) = self.span;
        for (target, enrollment) in enrollments {
            let is_before = since.is_some_and(|since| enrollment.first_at < since);
            if is_before || until.is_some_and(|until| enrollment.first_at >= until) {
                continue;
            }
            let of = |action: &str| {
                let all = moments.iter().filter(move |moment| moment.action_type == action);
                all.filter(|moment| enrollment.has(moment, self.kind, target)).collect::<Vec<_>>()
            };
            let completions = of("completed_course");
            // One of before the enrollment does not tell how long it took.
            let since_then =
                |moment: &&Moment| [moment.first_at, moment.last_at].into_iter().find(|at| *at >= enrollment.first_at);
            let completed = completions.iter().filter_map(since_then).min();
            let left = of("unenrolled").iter().map(|moment| moment.last_at).max();
            let has_started = !of("started_module").is_empty();
            let none = || (Completion::none(target), Vec::new());
            let (tally, seconds) = self.counts.entry(target.to_owned()).or_insert_with(none);
            tally.enrolled += 1;
            tally.started += u64::from(has_started);
            if completions.is_empty() {
                tally.left += u64::from(left.is_some_and(|left| left >= enrollment.last_at));
            } else {
                tally.completed += 1;
                seconds.extend(completed.map(|completed| completed.since(enrollment.first_at).as_secs()));
            }
        }
    }

    fn completions(self) -> Vec<Completion> {
        self.counts.into_values().map(|(tally, seconds)| tally.with(seconds)).collect()
    }
}

/// The completions of each course and of each cohort.
#[derive(Debug, Default)]
pub struct Completions {
    /// Of the courses.
    pub courses: Vec<Completion>,
    /// Of the cohorts.
    pub cohorts: Vec<Completion>,
}

impl Completions {
    /// Reads them from the log, for the people who first enrolled in the span: person by person, of whom there may be
    /// a million.
    ///
    /// # Errors
    /// When the database fails.
    pub fn read(span: Span, users: Option<&People>, db: &mut Db) -> anyhow::Result<Self> {
        let tallies = |kind| Tallies { kind, span, counts: BTreeMap::new() };
        let (mut courses, mut cohorts) = (tallies(EnrolledIn::Course), tallies(EnrolledIn::Cohort));
        let mut person: Vec<Moment> = Vec::new();
        for_each_row(statement(include_str!("completion.sql")), &[], &mut db.conn, |moment: Moment| {
            if person.first().is_some_and(|first| first.user_id != moment.user_id) {
                courses.add(&person);
                cohorts.add(&person);
                person.clear();
            }
            if users.is_none_or(|users| users.contains(&moment.user_id)) {
                person.push(moment);
            }
            Ok(())
        })?;
        courses.add(&person);
        cohorts.add(&person);
        Ok(Self { courses: courses.completions(), cohorts: cohorts.completions() })
    }

    /// Those of the courses or of the cohorts.
    #[must_use]
    pub fn of(&self, kind: EnrolledIn) -> &[Completion] {
        match kind {
            EnrolledIn::Course => &self.courses,
            EnrolledIn::Cohort => &self.cohorts,
        }
    }
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
    let mut targets: HashMap<String, BTreeSet<String>> = HashMap::new();
    for_each_row(text, &[Parameter::Text(Some(kind.as_str()))], &mut db.conn, |row: Enrolled| {
        targets.entry(row.user_id).or_default().insert(row.target_id);
        Ok(())
    })?;
    Ok(targets)
}
