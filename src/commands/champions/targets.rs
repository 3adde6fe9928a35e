//! Selects champion records by name, file or filters, and changes them all or none in one transaction.

use std::collections::BTreeMap;
use std::fmt::Display;

use diesel::prelude::*;
use serde::Serialize;

use super::selection::Selection;
use crate::clock::Clock;
use crate::commands::many::{BATCH, Many};
use crate::db::Db;
use crate::error::{ExitStatus, Failure};
use crate::models::{Champion, Change, Stage, Subject, change_or_not};
use crate::output::{Output, Record, plural};
use crate::schema::champion;

/// The arguments that select a single record.
#[derive(Debug, clap::Args)]
pub(super) struct Which {
    /// Champion record by id; or user by id or email, for the open record of the user
    #[arg(value_name = "CHAMPION|USER")]
    pub(super) record: String,
    /// Cohort of the user's record [default: none, the global record]
    #[arg(long)]
    pub(super) cohort: Option<String>,
}

impl Which {
    pub(super) fn find(&self, db: &mut Db) -> anyhow::Result<Champion> {
        Champion::find(&mut db.conn, &self.record, self.cohort.as_deref())
    }
}

/// The arguments that select the records to change.
#[derive(Debug, clap::Args)]
pub(super) struct Targets {
    /// Champion record by id, or the open record of a user by id or email
    ///
    /// To be omitted with --stdin, --file or a filter.
    #[arg(value_name = "CHAMPION|USER")]
    pub(super) record: Option<String>,
    /// Cohort of the record [default: none]; alone, all its records
    ///
    /// Without --cohort, the global record of the user is meant. Without CHAMPION|USER, all records of the cohort.
    #[arg(long, conflicts_with = "global")]
    pub(super) cohort: Option<String>,
    #[command(flatten, next_help_heading = "Filters")]
    selection: Selection,
    #[command(flatten, next_help_heading = "Safety")]
    many: Many,
}

/// The selected records as first read, before they are locked.
pub(super) struct Plan<'a> {
    records: Vec<Champion>,
    /// Whether a single record was named; it is then printed as a record, not as a list of changes.
    one: bool,
    many: &'a Many,
}

impl Targets {
    /// Whether the changes are only shown.
    pub(super) const fn is_dry_run(&self) -> bool {
        self.many.dry_run
    }

    /// Whether --stdin, --file or a filter selects the records.
    fn are_many(&self) -> bool {
        self.many.is_named() || self.selection.is_any()
    }

    /// Reads the selected records, without locking them.
    pub(super) fn plan(
        &self,
        record: Option<&str>,
        clock: Clock,
        db: &mut Db,
        out: &Output,
    ) -> anyhow::Result<Plan<'_>> {
        let usage = |message: &str| Failure::new(ExitStatus::Usage, message);
        let cohort = self.cohort.as_deref();
        let many = &self.many;
        if let Some(record) = record {
            if self.are_many() {
                return Err(usage("CHAMPION|USER cannot be combined with --stdin, --file or filters").into());
            }
            return Ok(Plan { records: vec![Champion::find(&mut db.conn, record, cohort)?], one: true, many });
        }
        if many.is_named() && self.selection.is_any() {
            return Err(usage("--stdin and --file cannot be combined with filters").into());
        }
        if let Some(mut names) = many.names()? {
            let mut records = BTreeMap::new();
            let mut unknown = Vec::new();
            for (line, name) in names.lines() {
                match Champion::find(&mut db.conn, name, cohort) {
                    Ok(record) => {
                        records.insert(record.id.clone(), record);
                    }
                    Err(error) if error.is::<Failure>() => unknown.push((*line, error.to_string())),
                    Err(error) => return Err(error),
                }
            }
            for (line, problem) in unknown {
                names.report_unknown(line, &problem, out);
            }
            names.all_known()?;
            return Ok(Plan { records: records.into_values().collect(), one: false, many });
        }
        if !self.selection.is_any() && cohort.is_none() {
            let hint = "give a record id or a user, or use --stdin, --file, --stage, --cohort, --global, …";
            return Err(usage("missing CHAMPION|USER").hint(hint).into());
        }
        let records = champion::table.select(Champion::as_select()).order(champion::id).into_boxed();
        let records = self.selection.conditions(cohort, clock)?.into_iter().fold(records, QueryDsl::filter);
        Ok(Plan { records: records.load(&mut db.conn)?, one: false, many })
    }
}

/// The outcome of a command for one record.
pub(super) enum Next {
    /// The record is updated to this.
    Changed(Champion),
    /// The record is unchanged.
    Same,
    /// The record is deleted.
    Gone,
}

impl Plan<'_> {
    /// The number of selected records.
    pub(super) const fn len(&self) -> usize {
        self.records.len()
    }

    /// Changes the records in one transaction: locks them, then `decide` returns the outcome of each and `write`
    /// writes it. A record whose stage changed since it was first read is reported, and everything is rolled back.
    pub(super) fn carry_out(
        &self,
        verb: &str,
        decide: impl Fn(&Champion) -> Result<Next, Failure>,
        write: impl Fn(&Champion, &Next, &mut Db) -> anyhow::Result<()>,
        db: &mut Db,
        out: &mut Output,
    ) -> anyhow::Result<ExitStatus> {
        let changed = change_or_not(self.many.dry_run, db, |db| {
            let mut changed = Vec::new();
            let mut refused = Refused::default();
            for batch in self.records.chunks(BATCH) {
                let now = Champion::lock_all(batch, db)?;
                let now: BTreeMap<&str, &Champion> = now.iter().map(|record| (record.id.as_str(), record)).collect();
                for planned in batch {
                    let id = &planned.id;
                    let next = match now.get(id.as_str()) {
                        None => Err(moved(format!("{id} was withdrawn concurrently"))),
                        Some(record) if record.stage != planned.stage => {
                            let (was, is) = (planned.stage, record.stage);
                            Err(moved(format!("{id} was modified concurrently: expected {was}, found {is}")))
                        }
                        Some(record) => decide(record).map(|next| (*record, next)),
                    };
                    match next {
                        Ok((_, Next::Same)) => {}
                        Ok((before, next)) if refused.is_none() => {
                            write(before, &next, db)?;
                            changed.push((before.clone(), next));
                        }
                        Ok(_) => {}
                        Err(failure) => refused.add(failure, planned, self.one, out),
                    }
                }
            }
            refused.end(verb, db)?;
            let all = |db: &mut Db| Ok(champion::table.count().get_result::<i64>(&mut db.conn)?);
            let end = self.many.end(changed.len(), all, "record", db)?;
            Ok((changed, end))
        })?;
        self.print(verb, &changed, out)
    }

    fn print(&self, verb: &str, changed: &[(Champion, Next)], out: &mut Output) -> anyhow::Result<ExitStatus> {
        if self.one {
            let record = &self.records[0];
            match changed.first() {
                None => out.changed(record, format_args!("{}: nothing to change", record.id))?,
                Some((before, next)) => {
                    let after = if let Next::Changed(after) = next { after } else { before };
                    let step = Move::new(before, next);
                    let message = match next {
                        Next::Changed(after) if after.stage == before.stage => format!("{verb} updated"),
                        _ => format!("{} → {}", before.stage, step.to_name()),
                    };
                    let message = if self.many.dry_run { format!("{message} (dry run)") } else { message };
                    out.changed(after, format_args!("{} of {}: {message}", after.id, after.user_id))?;
                }
            }
            return Ok(ExitStatus::Done);
        }
        let shown = out.default_limit().unwrap_or(usize::MAX).min(changed.len());
        out.list(changed[..shown].iter().map(|(before, next)| Ok(Move::new(before, next))))?;
        if shown < changed.len() {
            out.status(format_args!("{} not shown", plural((changed.len() - shown) as u64, "record")));
        }
        self.many.print_count(changed.len(), self.records.len(), "record", out);
        Ok(ExitStatus::Done)
    }
}

/// The error for a record that was modified after the command first read it.
fn moved(message: impl Display) -> Failure {
    Failure::new(ExitStatus::Conflict, message.to_string()).hint("review the record, then run the command again")
}

/// The first error and the number of the records that cannot be changed.
#[derive(Default)]
struct Refused {
    first: Option<(Failure, Champion)>,
    records: u64,
}

impl Refused {
    const fn is_none(&self) -> bool {
        self.first.is_none()
    }

    /// Counts a record that cannot be changed; prints its error unless a single record was named, at most ten errors.
    fn add(&mut self, failure: Failure, record: &Champion, one: bool, out: &Output) {
        self.records += 1;
        if !one && self.records <= 10 {
            out.problem(&failure);
        }
        self.first.get_or_insert_with(|| (failure, record.clone()));
    }

    /// Fails if there are any; the audit trail records the refused change of the first one.
    fn end(self, verb: &str, db: &Db) -> anyhow::Result<()> {
        let Some((failure, record)) = self.first else { return Ok(()) };
        let failure = match self.records {
            1 => failure,
            n => failure.with_message(format!("{} cannot be changed", plural(n, "record"))),
        };
        let attempt = Change { verb, subject: Subject::Champion, id: &record.id, before: Some(&record), after: None };
        Err(attempt.refused(failure, db))
    }
}

/// A row of the output of a bulk change: one changed record.
#[derive(Debug, Serialize)]
struct Move {
    id: String,
    user_id: String,
    cohort_id: Option<String>,
    from: Stage,
    to: Option<Stage>,
}

impl Move {
    fn new(before: &Champion, next: &Next) -> Self {
        let to = match next {
            Next::Changed(after) => Some(after.stage),
            Next::Same => Some(before.stage),
            Next::Gone => None,
        };
        Self {
            id: before.id.clone(),
            user_id: before.user_id.clone(),
            cohort_id: before.cohort_id.clone(),
            from: before.stage,
            to,
        }
    }

    fn to_name(&self) -> String {
        self.to.map_or_else(|| "withdrawn".to_owned(), |stage| stage.to_string())
    }
}

impl Record for Move {
    const COLUMNS: &'static [&'static str] = &["id", "user_id", "cohort_id", "from", "to"];
    const TABLE: &'static [&'static str] = Self::COLUMNS;

    fn cells(&self) -> Vec<String> {
        vec![
            self.id.clone(),
            self.user_id.clone(),
            self.cohort_id.clone().unwrap_or_default(),
            self.from.to_string(),
            self.to_name(),
        ]
    }

    fn id(&self) -> &str {
        &self.id
    }
}
