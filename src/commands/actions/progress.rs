use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};
use serde::Serialize;

use crate::analytics::{Completion, Completions, EnrolledIn};
use crate::context::{Command, Context};
use crate::db::types::{Timestamp, sql};
use crate::db::{Access, statement};
use crate::error::ExitStatus;
use crate::output::{Record, cell};
use crate::selection::paging::{self, SortedListArgs};
use crate::selection::{PopulationFilter, RoleFilter, find_person, known_courses, known_enrollment_cohorts};

/// Show when users enrolled in, started and completed each course, cohort and module
///
/// At least one filter is required; rows must match all filters given.
#[derive(Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("whose").required(true).multiple(true)))]
pub struct Args {
    /// Filter by user, by id or email; repeat to match any of several
    #[arg(long = "user", value_name = "USER", value_delimiter = ',', group = "whose", help_heading = "Filters")]
    users: Vec<String>,
    /// Filter by course; repeat to match any of several
    #[arg(long = "course", value_name = "ID", value_delimiter = ',', group = "whose", help_heading = "Filters")]
    courses: Vec<String>,
    /// Filter by users who enrolled in this cohort; repeat to match any of several
    #[arg(long = "cohort", value_name = "ID", value_delimiter = ',', group = "whose", help_heading = "Filters")]
    cohorts: Vec<String>,
    /// Only rows that are neither completed nor left
    #[arg(long, conflicts_with = "by", help_heading = "Filters")]
    open: bool,
    /// Count the people of each course or cohort instead: enrolled, started, completed and left
    #[arg(long, value_enum, group = "whose", conflicts_with_all = ["users", "after", "limit"], help_heading = "Output")]
    by: Option<EnrolledIn>,
    #[command(flatten, next_help_heading = "Filters")]
    roles: RoleFilter,
    #[command(flatten, next_help_heading = "Output")]
    list: SortedListArgs,
}

#[derive(Debug, QueryableByName)]
struct ProgressRow {
    #[diesel(sql_type = Text)]
    user_id: String,
    #[diesel(sql_type = Text)]
    target: String,
    #[diesel(sql_type = Nullable<sql::UtcTimestamp>)]
    first_enrolled_at: Option<Timestamp>,
    #[diesel(sql_type = Nullable<sql::UtcTimestamp>)]
    enrolled_at: Option<Timestamp>,
    #[diesel(sql_type = Nullable<sql::UtcTimestamp>)]
    started_at: Option<Timestamp>,
    #[diesel(sql_type = Nullable<sql::UtcTimestamp>)]
    completed_at: Option<Timestamp>,
    #[diesel(sql_type = Nullable<sql::UtcTimestamp>)]
    left_at: Option<Timestamp>,
}

/// A user's progress in one course, cohort or module.
#[derive(Debug, Clone, Serialize)]
struct Progress {
    user_id: String,
    target: String,
    enrolled_at: Option<Timestamp>,
    started_at: Option<Timestamp>,
    completed_at: Option<Timestamp>,
    left_at: Option<Timestamp>,
    state: &'static str,
    /// Seconds from the start, or the enrollment if there is no start before it, to the completion.
    took_seconds: Option<u64>,
    /// The cursor: the user and the target.
    id: String,
}

impl Command for Args {
    fn access(&self) -> Access {
        Access::Read
    }

    fn run(mut self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        if self.users.is_empty() && self.by != Some(EnrolledIn::Cohort) {
            self.cohorts = ctx.cohorts(self.cohorts);
        }
        let args = &self;
        let (db, out) = ctx.open()?;
        let population = PopulationFilter::new(args.roles.clone(), args.cohorts.clone(), args.courses.clone());
        if let Some(kind) = args.by {
            let completions = db.snapshot(|db| {
                db.scan()?;
                let users = population.users(&mut db.conn)?;
                Completions::read((None, None), users.as_ref(), db)
            })?;
            let asked = match kind {
                EnrolledIn::Course => &args.courses,
                EnrolledIn::Cohort => &args.cohorts,
            };
            let is_asked = |completion: &&Completion| asked.is_empty() || asked.contains(&completion.target);
            let counts: Vec<Completion> = completions.of(kind).iter().filter(is_asked).cloned().collect();
            if counts.is_empty() {
                out.status("no enrollments");
            }
            args.list.print_all(&counts, out)?;
            return Ok(ExitStatus::Done);
        }
        // Of several, one that is unknown would not be missed among the rows of the others.
        known_courses(several(&args.courses), &mut db.conn)?;
        let people = PopulationFilter::new(args.roles.clone(), several(&args.cohorts).to_vec(), Vec::new());
        let people = people.users(&mut db.conn)?;
        let find = |user: &String| Ok(find_person(user, &mut db.conn)?.id);
        let users: Vec<String> = args.users.iter().map(find).collect::<anyhow::Result<_>>()?;
        let parse = |cursor: &str| paging::parse_cursor("user", cursor).ok_or_else(|| paging::malformed_cursor(cursor));
        let start = args.list.list.after.as_deref().map(parse).transpose()?;
        paging::print_sorted(
            out,
            &args.list,
            "rows",
            paging::PAGE * 100,
            |row: &Progress| row.id().to_owned(),
            |last: Option<&Progress>, limit| {
                let mut after = last.map(|row| (row.user_id.clone(), row.target.clone())).or_else(|| start.clone());
                let mut rows: Vec<ProgressRow> = Vec::new();
                loop {
                    let (after_user, after_target) = after.unwrap_or_default();
                    let missing = limit - i64::try_from(rows.len())?;
                    // Raw SQL: diesel cannot filter the result of a grouped subquery.
                    let page: Vec<ProgressRow> = sql_query(statement(include_str!("progress.sql")))
                        .bind::<Text, _>(single(&users))
                        .bind::<Text, _>(single(&args.courses))
                        .bind::<Text, _>(single(&args.cohorts))
                        .bind::<Bool, _>(args.open)
                        .bind::<Bool, _>(args.list.list.reverse)
                        .bind::<Text, _>(after_user)
                        .bind::<Text, _>(after_target)
                        .bind::<BigInt, _>(limit)
                        .load(&mut db.conn)?;
                    let is_last = page.len() < usize::try_from(limit)?;
                    after = page.last().map(|row| (row.user_id.clone(), row.target.clone()));
                    let is_wanted = |row: &ProgressRow| {
                        people.as_ref().is_none_or(|people| people.contains(&row.user_id))
                            && (several(&users).is_empty() || users.contains(&row.user_id))
                            && (several(&args.courses).is_empty()
                                || args.courses.iter().any(|course| row.is_of_course(course)))
                    };
                    rows.extend(page.into_iter().filter(is_wanted).take(usize::try_from(missing)?));
                    if is_last || rows.len() >= usize::try_from(limit)? {
                        break;
                    }
                }
                // Looked up only for an empty list: no index has the targets.
                if rows.is_empty() && last.is_none() {
                    known_courses(&args.courses, &mut db.conn)?;
                    known_enrollment_cohorts(&args.cohorts, &mut db.conn)?;
                }
                Ok(rows.into_iter().map(Progress::new).collect())
            },
        )?;
        Ok(ExitStatus::Done)
    }
}

/// The value that the statement filters by; empty for all, and for several, which are chosen from its rows.
fn single(values: &[String]) -> &str {
    match values {
        [one] => one,
        _ => "",
    }
}

/// The values, if there are several.
const fn several(values: &[String]) -> &[String] {
    if values.len() > 1 { values } else { &[] }
}

impl ProgressRow {
    fn is_of_course(&self, course: &str) -> bool {
        self.target.strip_prefix("course:") == Some(course)
    }
}

impl Progress {
    fn new(row: ProgressRow) -> Self {
        let ProgressRow { user_id, target, first_enrolled_at, enrolled_at, started_at, completed_at, left_at } = row;
        let id = paging::cursor_of("user", &user_id, &target);
        let state = match (completed_at, left_at) {
            (Some(_), _) => "completed",
            (None, Some(left)) if enrolled_at.is_none_or(|enrolled| left >= enrolled) => "left",
            _ => "open",
        };
        // Somebody may have enrolled again after it.
        let starts = || [started_at, enrolled_at, first_enrolled_at].into_iter().flatten();
        let took = |end: Timestamp| starts().find(|start| *start <= end).map(|start| end.since(start).as_secs());
        let took_seconds = completed_at.and_then(took);
        Self { user_id, target, enrolled_at, started_at, completed_at, left_at, state, took_seconds, id }
    }
}

impl Record for Progress {
    const COLUMNS: &'static [&'static str] =
        &["id", "user_id", "target", "state", "enrolled_at", "started_at", "completed_at", "left_at", "took_seconds"];
    const TABLE: &'static [&'static str] =
        &["user_id", "target", "state", "took_seconds", "enrolled_at", "started_at", "completed_at", "left_at"];
    const NUMBERS: &'static [&'static str] = &["took_seconds"];

    fn cells(&self) -> Vec<String> {
        let time = |time: Option<Timestamp>| time.map(|time| time.to_string()).unwrap_or_default();
        vec![
            self.id.clone(),
            self.user_id.clone(),
            self.target.clone(),
            self.state.to_owned(),
            time(self.enrolled_at),
            time(self.started_at),
            time(self.completed_at),
            time(self.left_at),
            cell(self.took_seconds),
        ]
    }

    fn id(&self) -> &str {
        &self.id
    }
}

impl Record for Completion {
    const COLUMNS: &'static [&'static str] =
        &["target", "enrolled", "started", "completed", "left", "completion_percent", "median_days"];
    const TABLE: &'static [&'static str] = Self::COLUMNS;
    const NUMBERS: &'static [&'static str] =
        &["enrolled", "started", "completed", "left", "completion_percent", "median_days"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.target.clone(),
            self.enrolled.to_string(),
            self.started.to_string(),
            self.completed.to_string(),
            self.left.to_string(),
            cell(self.completion_percent),
            cell(self.median_days),
        ]
    }

    const BAR: Option<&'static str> = Some("completed, %");

    fn bar(&self) -> Option<f64> {
        self.completion_percent
    }

    fn id(&self) -> &str {
        &self.target
    }
}
