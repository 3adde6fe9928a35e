//! The records that a command changes: one, those that a file names, or those that filters select; all of them or none.

use std::collections::BTreeMap;
use std::fmt::Display;

use diesel::prelude::*;
use serde::Serialize;

use super::selection::Selection;
use crate::commands::many::{BATCH, Many};
use crate::db::Db;
use crate::error::{ExitStatus, Failure};
use crate::models::{Champion, Change, Stage, Subject, change_or_not};
use crate::output::{Output, Record, plural};
use crate::schema::champion;

/// The record to look at, and in which cohort.
#[derive(Debug, clap::Args)]
pub(super) struct Which {
    /// Champion record by its id; or user by id or email, whose open record is meant
    #[arg(value_name = "CHAMPION|USER")]
    pub(super) record: String,
    /// The user's record in this cohort [default: the one outside of cohorts]
    #[arg(long)]
    pub(super) cohort: Option<String>,
}

impl Which {
    pub(super) fn find(&self, db: &mut Db) -> anyhow::Result<Champion> {
        Champion::find(&mut db.conn, &self.record, self.cohort.as_deref())
    }
}

/// The records to change.
#[derive(Debug, clap::Args)]
pub(super) struct Targets {
    /// Champion record by its id, or user by id or email, whose open record is meant; none when --stdin, --file or a
    /// filter says which
    #[arg(value_name = "CHAMPION|USER")]
    pub(super) record: Option<String>,
    /// The users' records in this cohort [default: those outside of cohorts]; by itself, all records in it
    #[arg(long, conflicts_with = "global")]
    pub(super) cohort: Option<String>,
    #[command(flatten)]
    selection: Selection,
    #[command(flatten)]
    many: Many,
}

/// Records as they were when the command looked first.
pub(super) struct Plan<'a> {
    records: Vec<Champion>,
    /// Whether one record was named, which is then printed itself.
    one: bool,
    many: &'a Many,
}

impl Targets {
    /// Whether others than the one record are meant, so that what stands in its place is something else.
    pub(super) fn are_many(&self) -> bool {
        self.many.is_named() || self.selection.is_any()
    }

    /// Looks the records up; they are not locked yet.
    pub(super) fn plan(&self, record: Option<&str>, db: &mut Db, out: &Output) -> anyhow::Result<Plan<'_>> {
        let usage = |message: &str| Failure::new(ExitStatus::Usage, message);
        let cohort = self.cohort.as_deref();
        let many = &self.many;
        if let Some(record) = record {
            if self.are_many() {
                return Err(usage("either one record is named, or --stdin, --file or filters say which").into());
            }
            return Ok(Plan { records: vec![Champion::find(&mut db.conn, record, cohort)?], one: true, many });
        }
        if many.is_named() && self.selection.is_any() {
            return Err(usage("either --stdin or --file names records, or filters select them").into());
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
            let hint = "name a champion record or a user, or give --stdin, --file, --stage, --cohort, --global, …";
            return Err(usage("which records?").hint(hint).into());
        }
        let records = champion::table.select(Champion::as_select()).order(champion::id).into_boxed();
        let records = self.selection.conditions(cohort).into_iter().fold(records, QueryDsl::filter);
        Ok(Plan { records: records.load(&mut db.conn)?, one: false, many })
    }
}

/// What becomes of a record.
pub(super) enum Next {
    /// It is changed to this.
    Changed(Champion),
    /// It stays as it is.
    Same,
    /// It is removed.
    Gone,
}

impl Plan<'_> {
    /// Whether nothing is to be kept.
    pub(super) const fn is_rehearsed(&self) -> bool {
        self.many.dry_run
    }

    /// How many records there are.
    pub(super) const fn len(&self) -> usize {
        self.records.len()
    }

    /// Changes the records in one transaction: `decide` says what becomes of each as it is now that it is locked, and
    /// `write` writes that. A record that has left the stage in which the plan saw it is reported, and undoes all.
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
                        None => Err(moved(format!("{id} was withdrawn in between"))),
                        Some(record) if record.stage != planned.stage => {
                            let (was, is) = (planned.stage, record.stage);
                            Err(moved(format!("{id} moved in between: it was {was}, and is {is}")))
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
                        Next::Changed(after) if after.stage == before.stage => verb.to_owned(),
                        _ => format!("{} → {}", before.stage, step.to_name()),
                    };
                    let message = if self.many.dry_run { format!("would be {message}") } else { message };
                    out.changed(after, format_args!("{} of {}: {message}", after.id, after.user_id))?;
                }
            }
            return Ok(ExitStatus::Done);
        }
        let shown = out.default_limit().unwrap_or(usize::MAX).min(changed.len());
        out.list(changed[..shown].iter().map(|(before, next)| Ok(Move::new(before, next))))?;
        if shown < changed.len() {
            out.status(format_args!("and {} more", plural((changed.len() - shown) as u64, "record")));
        }
        self.many.told(changed.len(), self.records.len(), "record", out);
        Ok(ExitStatus::Done)
    }
}

/// The error of a record that somebody else moved since the command looked at it.
fn moved(message: impl Display) -> Failure {
    Failure::new(ExitStatus::Conflict, format!("{message}: nothing was changed"))
        .hint("look again, then repeat the command")
}

/// Records that cannot be changed as asked.
#[derive(Default)]
struct Refused {
    first: Option<(Failure, Champion)>,
    records: u64,
}

impl Refused {
    const fn is_none(&self) -> bool {
        self.first.is_none()
    }

    /// Reports the first ten, if there are several.
    fn add(&mut self, failure: Failure, record: &Champion, one: bool, out: &Output) {
        self.records += 1;
        if !one && self.records <= 10 {
            out.problem(&failure);
        }
        self.first.get_or_insert_with(|| (failure, record.clone()));
    }

    /// Fails if there are any: as the first, which the audit trail keeps.
    fn end(self, verb: &str, db: &Db) -> anyhow::Result<()> {
        let Some((failure, record)) = self.first else { return Ok(()) };
        let failure = match self.records {
            1 => failure,
            n => failure.with_message(format!("{} cannot be changed: nothing was", plural(n, "record"))),
        };
        let attempt = Change { verb, subject: Subject::Champion, id: &record.id, before: Some(&record), after: None };
        Err(attempt.refused(failure, db))
    }
}

/// What a change of many did to one record.
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
