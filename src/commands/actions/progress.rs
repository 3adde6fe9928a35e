use std::time::Duration;

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Nullable, Text};
use serde::Serialize;

use crate::commands::paging::{self, Paging};
use crate::db::Db;
use crate::db::types::{Instant, sql};
use crate::error::{ExitStatus, Failure};
use crate::models::User;
use crate::output::{Output, Record, span};

/// Tell how far users have come: for each course, cohort and module, when they enrolled, started and completed it
///
/// The filters combine; one of them is needed.
#[derive(Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("whose").required(true).multiple(true)))]
pub struct Args {
    /// Only this user; by id or email
    #[arg(long, group = "whose")]
    user: Option<String>,
    /// Only this course
    #[arg(long, value_name = "ID", group = "whose")]
    course: Option<String>,
    /// Only users who enrolled in this cohort
    #[arg(long, value_name = "ID", group = "whose")]
    cohort: Option<String>,
    /// Only what is begun, and neither completed nor left
    #[arg(long)]
    open: bool,
    #[command(flatten)]
    paging: Paging,
}

/// How far a user has come with one thing.
#[derive(Debug, Clone, QueryableByName, Serialize)]
struct Progress {
    #[diesel(sql_type = Text)]
    user_id: String,
    #[diesel(sql_type = Text)]
    target: String,
    #[diesel(sql_type = Nullable<sql::Instant>)]
    enrolled_at: Option<Instant>,
    #[diesel(sql_type = Nullable<sql::Instant>)]
    started_at: Option<Instant>,
    #[diesel(sql_type = Nullable<sql::Instant>)]
    completed_at: Option<Instant>,
    #[diesel(sql_type = Nullable<sql::Instant>)]
    left_at: Option<Instant>,
    /// Where a list goes on: the user and the target.
    #[diesel(sql_type = Text)]
    id: String,
}

pub(super) fn run(args: &Args, db: &mut Db, out: &mut Output) -> anyhow::Result<ExitStatus> {
    let user = args.user.as_deref().map(|user| User::find(&mut db.conn, user)).transpose()?.map(|user| user.id);
    let start = match &args.paging.after {
        None => None,
        Some(id) => {
            Some(id.split_once('/').map(|(user, target)| (user.to_owned(), target.to_owned())).ok_or_else(|| {
                Failure::new(ExitStatus::Usage, format!("--after {id}: expected USER/TYPE:ID, as the list has it"))
            })?)
        }
    };
    // diesel cannot filter the groups that it makes.
    let statement = format!(
        "SELECT user_id, target, enrolled_at, started_at, completed_at, left_at, user_id || '/' || target AS id FROM ( \
           SELECT user_id, target_type || ':' || target_id AS target, \
             max(CASE WHEN action_type = 'enrolled' THEN occurred_at END) AS enrolled_at, \
             min(CASE WHEN action_type = 'started_module' THEN occurred_at END) AS started_at, \
             min(CASE WHEN action_type IN ('completed_module', 'completed_course') THEN occurred_at END) AS completed_at, \
             max(CASE WHEN action_type = 'unenrolled' THEN occurred_at END) AS left_at \
           FROM user_action \
           WHERE ($1 = '' OR user_id = $1) AND ($2 = '' OR target_type = 'course' AND target_id = $2) \
             AND ($3 = '' OR user_id IN (SELECT user_id FROM user_action \
               WHERE action_type = 'enrolled' AND target_type = 'cohort' AND target_id = $3)) \
             AND action_type IN ('enrolled', 'started_module', 'completed_module', 'completed_course', 'unenrolled') \
           GROUP BY user_id, target_type, target_id) AS progress \
         WHERE (user_id, target) > ($4, $5) AND {} ORDER BY user_id, target LIMIT $6",
        if args.open { "completed_at IS NULL AND (left_at IS NULL OR left_at < enrolled_at)" } else { "TRUE" }
    );
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    paging::print(out, &args.paging, "progress", paging::PAGE * 100, |last: Option<&Progress>, limit| {
        let place = last.map(|row| (row.user_id.clone(), row.target.clone())).or_else(|| start.clone());
        let (after_user, after_target) = place.unwrap_or_default();
        sql_query(&statement)
            .bind::<Text, _>(text(&user))
            .bind::<Text, _>(text(&args.course))
            .bind::<Text, _>(text(&args.cohort))
            .bind::<Text, _>(after_user)
            .bind::<Text, _>(after_target)
            .bind::<BigInt, _>(limit)
            .load(&mut db.conn)
    })?;
    Ok(ExitStatus::Done)
}

impl Progress {
    /// How long it took, from the beginning to the end.
    fn took(&self) -> Option<Duration> {
        Some(self.completed_at?.since(self.started_at.or(self.enrolled_at)?))
    }

    fn state(&self) -> &'static str {
        match (self.completed_at, self.left_at) {
            (Some(_), _) => "completed",
            (None, Some(left)) if self.enrolled_at.is_none_or(|enrolled| left >= enrolled) => "left",
            _ => "open",
        }
    }
}

impl Record for Progress {
    const COLUMNS: &'static [&'static str] =
        &["id", "user_id", "target", "state", "enrolled_at", "started_at", "completed_at", "left_at", "took"];
    const TABLE: &'static [&'static str] =
        &["user_id", "target", "state", "took", "enrolled_at", "started_at", "completed_at", "left_at"];
    const NUMBERS: &'static [&'static str] = &["took"];

    fn cells(&self) -> Vec<String> {
        let time = |time: Option<Instant>| time.map(|time| time.to_string()).unwrap_or_default();
        vec![
            self.id.clone(),
            self.user_id.clone(),
            self.target.clone(),
            self.state().to_owned(),
            time(self.enrolled_at),
            time(self.started_at),
            time(self.completed_at),
            time(self.left_at),
            self.took().map(span).unwrap_or_default(),
        ]
    }

    fn id(&self) -> &str {
        &self.id
    }
}
