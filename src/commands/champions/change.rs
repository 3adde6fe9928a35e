//! Changes selected champion records, all or none, in one transaction.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Display;

use diesel::prelude::*;
use serde::Serialize;

use crate::db::{Db, is_any_of};
use crate::error::{ExitStatus, Failure};
use crate::models::{Champion, Change, Stage, Subject, Tombstone, User, change_or_not};
use crate::output::{Consent, Output, Record, plural};
use crate::schema::{champion, user};
use crate::selection::{BATCH, BulkArgs, Selected};

/// The outcome of a command for one record.
pub(super) enum Next {
    /// The record is updated to this.
    Changed(Champion),
    /// The record is unchanged.
    Same,
    /// The record is deleted.
    Gone,
    /// The command does not apply to its stage. That is an error for a record that was named as an argument; of a list
    /// or filters, the record is counted as skipped.
    NotEligible(Failure),
    /// The record is counted as skipped, however it was selected.
    Skipped,
}

/// A change of the selected records.
pub(super) struct RecordChange<'a> {
    pub(super) verb: &'a str,
    pub(super) selected: Selected,
    pub(super) bulk: &'a BulkArgs,
    /// Whether the change must be confirmed, if not as the selection has it.
    pub(super) consent: Option<Consent>,
}

/// What one run of a change has done.
#[derive(Default)]
struct Done {
    changed: Vec<(Champion, Next)>,
    skipped: usize,
}

impl RecordChange<'_> {
    /// Shows the changes and asks for confirmation; then locks the records, `decide` returns the outcome of each, and
    /// `write` writes it. A record whose stage changed since it was first read is reported, and everything is rolled
    /// back.
    pub(super) fn carry_out(
        &self,
        decide: impl Fn(&Champion) -> Result<Next, Failure>,
        write: impl Fn(&Champion, &Next, &mut Db) -> anyhow::Result<()>,
        db: &mut Db,
        out: &mut Output,
    ) -> anyhow::Result<ExitStatus> {
        let names = names_of(&self.selected.records, db)?;
        let is_confirmed = db.while_waiting(|| self.confirm(&decide, &names, out))?;
        let Done { changed, skipped } = change_or_not(self.bulk.dry_run, db, |db| {
            let done = self.write_all(&decide, &write, db, out)?;
            let all = |db: &mut Db| Ok(champion::table.count().get_result::<i64>(&mut db.conn)?);
            let end = self.bulk.end(done.changed.len(), all, "record", db)?;
            Ok((done, end))
        })?;
        self.print(&changed, skipped, &names, is_confirmed, db, out)
    }

    /// Asks for confirmation of what the records, as first read, would become.
    fn confirm(
        &self,
        decide: &impl Fn(&Champion) -> Result<Next, Failure>,
        names: &HashMap<String, String>,
        out: &Output,
    ) -> anyhow::Result<bool> {
        let planned: Vec<Move> = self
            .selected
            .records
            .iter()
            .filter_map(|record| match decide(record) {
                Ok(next @ (Next::Changed(_) | Next::Gone)) => Some(Move::new(record, &next, names)),
                _ => None,
            })
            .collect();
        let action = format!("{} {}", self.verb, plural(planned.len() as u64, "record"));
        let consent = self.consent.unwrap_or_else(|| self.selected.by.consent());
        self.bulk.confirm(&action, &planned, consent, out)
    }

    fn write_all(
        &self,
        decide: &impl Fn(&Champion) -> Result<Next, Failure>,
        write: &impl Fn(&Champion, &Next, &mut Db) -> anyhow::Result<()>,
        db: &mut Db,
        out: &Output,
    ) -> anyhow::Result<Done> {
        let mut done = Done::default();
        // All users first, in one order: two changes of the same users would wait for each other.
        let users: BTreeSet<&str> = self.selected.records.iter().map(|record| record.user_id.as_str()).collect();
        for users in users.into_iter().collect::<Vec<_>>().chunks(BATCH) {
            User::lock_all(&mut db.conn, "id", users)?;
        }
        let mut refused = Refused::default();
        for batch in self.selected.records.chunks(BATCH) {
            let now = Champion::lock_all(batch, db)?;
            let users: Vec<&str> = batch.iter().map(|record| record.user_id.as_str()).collect();
            let placeholders = Tombstone::among(&users, db)?;
            let now: BTreeMap<&str, &Champion> = now.iter().map(|record| (record.id.as_str(), record)).collect();
            for planned in batch {
                let id = &planned.id;
                let next = match now.get(id.as_str()) {
                    None => Err(moved(format!("{id} was withdrawn concurrently"))),
                    Some(record) if record.stage != planned.stage => {
                        let (was, is) = (planned.stage, record.stage);
                        Err(moved(format!("{id} was modified concurrently: expected {was}, found {is}")))
                    }
                    Some(record) => match placeholders.get(&record.user_id) {
                        Some(placeholder) => Ok((*record, Next::NotEligible(placeholder.refusal(&record.user_id)))),
                        None => decide(record).map(|next| (*record, next)),
                    },
                };
                match next {
                    Ok((_, Next::Same)) => {}
                    Ok((_, Next::NotEligible(failure))) if self.selected.by.is_by_argument() => {
                        refused.add(failure, planned, self.selected.by.is_single(), out);
                    }
                    Ok((_, Next::Skipped | Next::NotEligible(_))) => done.skipped += 1,
                    Ok((before, next)) if refused.is_none() => {
                        write(before, &next, db)?;
                        done.changed.push((before.clone(), next));
                    }
                    Ok(_) => {}
                    Err(failure) => refused.add(failure, planned, self.selected.by.is_single(), out),
                }
            }
        }
        refused.end(self.verb, db)?;
        Ok(done)
    }

    fn print(
        &self,
        changed: &[(Champion, Next)],
        skipped: usize,
        names: &HashMap<String, String>,
        is_confirmed: bool,
        db: &Db,
        out: &mut Output,
    ) -> anyhow::Result<ExitStatus> {
        let records = &self.selected.records;
        if let (true, [record]) = (self.selected.by.is_single(), &records[..]) {
            match changed.first() {
                None if skipped > 0 => {
                    out.changed(
                        record,
                        format_args!("{}: skipped, because it is in stage {}", record.id, record.stage),
                    )?;
                }
                None => out.changed(record, format_args!("{}: nothing to change", record.id))?,
                Some((before, next)) => {
                    let after = if let Next::Changed(after) = next { after } else { before };
                    let message = match next {
                        Next::Changed(after) if after.stage == before.stage => format!("{} updated", self.verb),
                        _ => format!("{} → {}", before.stage, Move::new(before, next, names).to_name()),
                    };
                    let message = if self.bulk.dry_run { format!("{message} (dry run)") } else { message };
                    out.changed(after, format_args!("{} of {}: {message}", after.id, after.user_id))?;
                }
            }
            return Ok(ExitStatus::Done);
        }
        // What was confirmed has been shown.
        if !is_confirmed || !out.format().is_for_people() {
            let shown = out.default_limit().unwrap_or(usize::MAX).min(changed.len());
            let moves: Vec<Move> =
                changed[..shown].iter().map(|(before, next)| Move::new(before, next, names)).collect();
            out.all_changed(&moves)?;
            if shown < changed.len() {
                out.status(format_args!("{} not shown", plural((changed.len() - shown) as u64, "record")));
            }
        }
        self.bulk.print_count(changed.len(), records.len(), skipped, "record", db, out);
        Ok(ExitStatus::Done)
    }
}

/// The names of the records' users, by user id.
fn names_of(records: &[Champion], db: &mut Db) -> anyhow::Result<HashMap<String, String>> {
    let mut names = HashMap::new();
    for batch in records.chunks(BATCH) {
        let ids: Vec<&str> = batch.iter().map(|record| record.user_id.as_str()).collect();
        let users = user::table.select((user::id, user::name)).filter(is_any_of(&db.conn, "id", &ids)?);
        names.extend(users.load::<(String, String)>(&mut db.conn)?);
    }
    Ok(names)
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
    /// Whether each error is printed by itself.
    is_listed: bool,
}

impl Refused {
    const fn is_none(&self) -> bool {
        self.first.is_none()
    }

    /// Counts a record that cannot be changed; prints its error unless a single record was named, at most ten errors.
    fn add(&mut self, failure: Failure, record: &Champion, is_single: bool, out: &Output) {
        self.records += 1;
        self.is_listed = !is_single;
        if !is_single && self.records <= 10 {
            out.problem(&failure);
        }
        self.first.get_or_insert_with(|| (failure, record.clone()));
    }

    /// Fails if there are any; the audit trail records the refused change of the first one.
    fn end(self, verb: &str, db: &Db) -> anyhow::Result<()> {
        let Some((failure, record)) = self.first else { return Ok(()) };
        let failure = match self.records {
            1 if !self.is_listed => failure,
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
    name: String,
    cohort_id: Option<String>,
    from: Stage,
    to: Option<Stage>,
    /// The last line of the notes, if they change.
    note: Option<String>,
}

impl Move {
    fn new(before: &Champion, next: &Next, names: &HashMap<String, String>) -> Self {
        let note = match next {
            Next::Changed(after) if after.notes != before.notes => {
                Some(after.notes.as_deref().and_then(|notes| notes.lines().last()).unwrap_or_default().to_owned())
            }
            _ => None,
        };
        let to = match next {
            Next::Changed(after) => Some(after.stage),
            Next::Same | Next::NotEligible(_) | Next::Skipped => Some(before.stage),
            Next::Gone => None,
        };
        Self {
            id: before.id.clone(),
            user_id: before.user_id.clone(),
            name: names.get(&before.user_id).cloned().unwrap_or_default(),
            cohort_id: before.cohort_id.clone(),
            from: before.stage,
            to,
            note,
        }
    }

    fn to_name(&self) -> String {
        self.to.map_or_else(|| "withdrawn".to_owned(), |stage| stage.to_string())
    }
}

impl Record for Move {
    const COLUMNS: &'static [&'static str] = &["id", "user_id", "name", "cohort_id", "from", "to", "note"];
    const TABLE: &'static [&'static str] = &["user_id", "name", "from", "to", "note", "cohort_id", "id"];
    const PROSE: &'static [&'static str] = &["note"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.id.clone(),
            self.user_id.clone(),
            self.name.clone(),
            self.cohort_id.clone().unwrap_or_default(),
            self.from.to_string(),
            self.to_name(),
            self.note.clone().unwrap_or_default(),
        ]
    }

    fn id(&self) -> &str {
        &self.id
    }
}
