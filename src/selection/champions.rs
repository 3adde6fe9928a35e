//! Which champion records a command applies to: by id, by user, by a list, by filters.

use std::collections::{BTreeMap, HashMap};

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable};

use super::{BATCH, BulkArgs, Names, SelectedBy, find_user, known_cohorts};
use crate::clock::{Age, Clock, TimeArg};
use crate::db::types::sql as sql_types;
use crate::db::{AnyConnection, Db, MultiBackend};
use crate::error::Failure;
use crate::models::{Champion, Stage};
use crate::output::Output;
use crate::schema::champion;

/// SQL for the time when a record entered its current stage; null for alumni, for which no column has the time.
pub const SINCE: &str = "CASE champion.stage WHEN 'candidate' THEN champion.created_at \
     WHEN 'selected' THEN champion.selected_at WHEN 'champion' THEN champion.became_champion_at END";

/// Filters on champion records; a record must match all of them.
#[derive(Debug, Clone, clap::Args)]
#[group(id = "selection", multiple = true)]
pub struct ChampionFilter {
    /// Filter by stage; repeat to match any of several
    #[arg(long = "stage", value_name = "STAGE", value_enum, value_delimiter = ',')]
    stages: Vec<Stage>,
    /// Only global records, which have no cohort
    #[arg(long, hide_short_help = true)]
    global: bool,
    /// Only records that entered their stage before this time, date or age
    #[arg(long, value_name = "TIME", hide_short_help = true)]
    stage_before: Option<TimeArg>,
    /// Only records that have been in their stage for at least this long, e.g. 30d
    #[arg(long, value_name = "AGE", hide_short_help = true)]
    stuck_for: Option<Age>,
}

/// An expression in a query on champion records.
pub type Expression<T> = Box<dyn BoxableExpression<champion::table, MultiBackend, SqlType = T>>;

/// [`SINCE`] as a diesel expression.
#[must_use]
pub fn since() -> Expression<Nullable<sql_types::UtcTimestamp>> {
    Box::new(sql(SINCE))
}

impl ChampionFilter {
    /// Whether only global records match, which have no cohort.
    #[must_use]
    pub const fn is_global(&self) -> bool {
        self.global
    }

    /// Whether any filter is given.
    #[must_use]
    pub const fn is_any(&self) -> bool {
        !self.stages.is_empty() || self.global || self.stage_before.is_some() || self.stuck_for.is_some()
    }

    /// What the times of the filters mean, for a person who is about to change something.
    ///
    /// # Errors
    /// When a time is out of range (exit code 2).
    pub fn resolved_times(&self, clock: Clock) -> Result<Vec<String>, Failure> {
        let since = self.stuck_for.map(|age| clock.ago(age)).transpose()?;
        let before = clock.resolve_optional(self.stage_before)?;
        let shown = |time| format!("in their stage since {} or earlier", clock.shown(time));
        Ok(since.into_iter().chain(before).map(shown).collect())
    }

    /// The filters as conditions of a query; `cohorts` is one more filter.
    ///
    /// # Errors
    /// When a time is out of range (exit code 2).
    pub fn conditions(&self, cohorts: &[String], clock: Clock) -> anyhow::Result<Vec<Expression<Bool>>> {
        let mut conditions: Vec<Expression<Bool>> = Vec::new();
        if !self.stages.is_empty() {
            conditions.push(Box::new(champion::stage.eq_any(self.stages.clone())));
        }
        if !cohorts.is_empty() {
            conditions.push(Box::new(champion::cohort_id.eq_any(cohorts.to_vec()).assume_not_null()));
        }
        if self.global {
            conditions.push(Box::new(champion::cohort_id.is_null()));
        }
        let before = clock.resolve_optional(self.stage_before)?;
        let since = self.stuck_for.map(|age| clock.ago(age)).transpose()?;
        for (time, comparison) in [(before, " < "), (since, " <= ")] {
            if let Some(time) = time {
                let earlier = sql::<Bool>("coalesce(").sql(SINCE).sql(comparison);
                conditions.push(Box::new(earlier.bind::<sql_types::UtcTimestamp, _>(time).sql(", FALSE)")));
            }
        }
        Ok(conditions)
    }
}

/// The arguments that select records to show.
#[derive(Debug, clap::Args)]
pub struct RecordArgs {
    /// Champion records by id; or users by id or email, for the open record of each
    #[arg(value_name = "CHAMPION|USER", required = true)]
    records: Vec<String>,
    /// Cohort of the users' records [default: none, the global record]
    #[arg(long)]
    cohort: Option<String>,
}

impl RecordArgs {
    /// Finds the records. The start of an id is enough if no other id starts with it.
    ///
    /// # Errors
    /// When one does not exist (exit code 6), or the database fails.
    pub fn find(&self, db: &mut Db) -> anyhow::Result<Vec<Champion>> {
        let conn = &mut db.conn;
        let cohort = self.cohort.as_deref();
        let mut find = |name: &String| match Champion::find(conn, name, cohort) {
            Err(error) => find_by_start(name, cohort, conn)?.ok_or(error),
            found => found,
        };
        self.records.iter().map(&mut find).collect()
    }
}

/// Finds the record whose id starts with the text, or the open record of the user whose id does.
fn find_by_start(start: &str, cohort: Option<&str>, conn: &mut AnyConnection) -> anyhow::Result<Option<Champion>> {
    if let Some(record) = Champion::find_by_start(conn, start)? {
        return Champion::find(conn, &record.id, cohort).map(Some);
    }
    match find_user(start, conn) {
        Ok((user, _)) => Champion::find(conn, &user.id, cohort).map(Some),
        Err(error) if error.is::<Failure>() => Ok(None),
        Err(error) => Err(error),
    }
}

/// The arguments that select the records to change.
#[derive(Debug, clap::Args)]
pub struct ChampionTargets {
    /// Champion records by id, or the open records of users by id or email
    ///
    /// To be omitted with --stdin, --file or a filter.
    #[arg(value_name = "CHAMPION|USER")]
    records: Vec<String>,
    /// Cohort of the records; without users, every record of the cohort
    ///
    /// With users: their record in this cohort. Without users: every record of the cohort. Without --cohort, a user's
    /// global record is meant, the one that has no cohort.
    #[arg(long, conflicts_with = "global")]
    cohort: Option<String>,
    #[command(flatten, next_help_heading = "Filters")]
    filter: ChampionFilter,
    /// Options of the change.
    #[command(flatten, next_help_heading = "Safety")]
    pub bulk: BulkArgs,
}

/// Selected records, each once, in the order of their ids, as they were first read.
#[derive(Debug)]
pub struct Selected {
    /// The records.
    pub records: Vec<Champion>,
    /// How they were selected.
    pub by: SelectedBy,
}

impl ChampionTargets {
    /// Checks that the records are selected in one way only: a selector beside another would widen it, or be ignored.
    ///
    /// # Errors
    /// When the arguments contradict each other (exit code 2).
    pub fn check(&self) -> Result<(), Failure> {
        let has_list = self.bulk.has_list();
        if !self.records.is_empty() && (has_list || self.filter.is_any()) {
            return Err(Failure::usage("CHAMPION|USER cannot be combined with --stdin, --file or filters"));
        }
        if has_list && self.filter.is_any() {
            return Err(Failure::usage("--stdin and --file cannot be combined with filters"));
        }
        Ok(())
    }

    /// Reads the selected records, without locking them.
    ///
    /// # Errors
    /// When the arguments contradict each other (exit code 2), or a record does not exist (exit code 6).
    pub fn resolve(&self, clock: Clock, db: &mut Db, out: &Output) -> anyhow::Result<Selected> {
        self.check()?;
        if !self.records.is_empty() {
            return self.named(Names::of_arguments(&self.records), db, out);
        }
        if let Some(names) = self.bulk.names()? {
            return self.named(names, db, out);
        }
        let cohorts = self.cohort.as_slice();
        if !self.filter.is_any() && cohorts.is_empty() {
            let hint = "give a record id or a user, or use --stdin, --file, --stage, --cohort, --global, …";
            return Err(Failure::usage("missing CHAMPION|USER").hint(hint).into());
        }
        known_cohorts(cohorts, &mut db.conn)?;
        for time in self.filter.resolved_times(clock)? {
            out.status(time);
        }
        let records = champion::table.select(Champion::as_select()).order(champion::id).into_boxed();
        let records = self.filter.conditions(cohorts, clock)?.into_iter().fold(records, QueryDsl::filter);
        Ok(Selected { records: records.load(&mut db.conn)?, by: SelectedBy::Filter })
    }

    /// Reads the records of names.
    ///
    /// # Errors
    /// When a name is unknown (exit code 6).
    pub fn named(&self, names: Names, db: &mut Db, out: &Output) -> anyhow::Result<Selected> {
        let (records, by) = self.named_each(names, db, out)?;
        let records: BTreeMap<String, Champion> =
            records.into_iter().map(|(_, record)| (record.id.clone(), record)).collect();
        Ok(Selected { records: records.into_values().collect(), by })
    }

    /// Reads the record of each name, with the line of the name, and how they were selected.
    ///
    /// # Errors
    /// When a name is unknown (exit code 6).
    pub fn named_each(
        &self,
        mut names: Names,
        db: &mut Db,
        out: &Output,
    ) -> anyhow::Result<(Vec<(usize, Champion)>, SelectedBy)> {
        if names.is_list() {
            db.add_input(names.text().as_bytes())?;
        }
        let cohort = self.cohort.as_deref();
        let mut records = Vec::new();
        let mut problems = Vec::new();
        let mut by = if self.records.is_empty() { SelectedBy::List } else { SelectedBy::arguments(self.records.len()) };
        let mut found = HashMap::new();
        if names.is_list() {
            for batch in names.entries().chunks(BATCH) {
                let batch: Vec<&str> = batch.iter().map(|(_, name)| name.as_str()).collect();
                found.extend(Champion::find_all(&batch, cohort, db)?);
            }
        }
        for (line, name) in names.entries() {
            let record = match found.remove(name) {
                Some(record) => Ok(record),
                None => Champion::find(&mut db.conn, name, cohort),
            };
            match record {
                Ok(record) => records.push((*line, record)),
                Err(error) => {
                    // The start of an id is an answer only to somebody who can be asked whether it is the right one.
                    let found = match by {
                        SelectedBy::Argument if out.is_interactive() => find_by_start(name, cohort, &mut db.conn)?,
                        _ => None,
                    };
                    if let Some(record) = found {
                        by = SelectedBy::Prefix;
                        records.push((*line, record));
                        continue;
                    }
                    problems.push((*line, error.downcast::<Failure>()?));
                }
            }
        }
        for (line, problem) in problems {
            names.report(line, problem, out)?;
        }
        names.check()?;
        Ok((records, by))
    }
}
