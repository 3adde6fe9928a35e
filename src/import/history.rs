//! The import history: what was imported, by whom and with which outcome, and which files need not be read again.

use diesel::prelude::*;
use diesel::{insert_into, update};

use super::file_kind::FileKind;
use super::options::Options;
use super::report::Report;
use super::source::Source;
use crate::db::Db;
use crate::db::types::{Json, Timestamp};
use crate::models::{Change, ImportRun, RunOutcome, Subject};
use crate::output::plural;
use crate::schema::import_run;

/// The earlier complete import of the same bytes with the same input options. Only for actions: users and champion
/// records change later, so importing them again may have an effect.
pub(super) fn known(
    kind: FileKind,
    source: &Source,
    options: &Options,
    db: &mut Db,
) -> anyhow::Result<Option<ImportRun>> {
    // The checksum requires reading the whole file.
    if !may_know(kind, source, options, db)? {
        return Ok(None);
    }
    let sha256 = source.sha256()?;
    let same = complete_runs(kind, source.bytes(), Some(sha256), db)?;
    let interpretation = Json::of(&options.interpretation)?;
    Ok(same.into_iter().find(|run| run.options.members().get("interpretation") == Some(&interpretation)))
}

/// Whether the history has a complete import of a file of this size, or of unknown size.
pub(super) fn may_know(kind: FileKind, source: &Source, options: &Options, db: &mut Db) -> anyhow::Result<bool> {
    if kind != FileKind::Actions || options.recheck || !options.interpretation.content_key {
        return Ok(false);
    }
    Ok(!complete_runs(kind, source.bytes(), None, db)?.is_empty())
}

/// The oldest complete imports of files of this size, or of unknown size: without conflicts and rejected rows.
fn complete_runs(kind: FileKind, bytes: u64, sha256: Option<String>, db: &mut Db) -> anyhow::Result<Vec<ImportRun>> {
    let runs = import_run::table
        .select(ImportRun::as_select())
        .filter(import_run::kind.eq(kind.as_str()))
        .filter(import_run::outcome.eq(RunOutcome::Committed))
        .filter(import_run::conflict.eq(0))
        .filter(import_run::rejected.eq(0))
        // What was parked may have been dropped since.
        .filter(import_run::parked.eq(0))
        .filter(import_run::file_sha256.is_not_null())
        .filter(import_run::file_bytes.eq(i64::try_from(bytes)?).assume_not_null().or(import_run::file_bytes.is_null()))
        .order(import_run::id);
    Ok(match sha256 {
        Some(sha256) => runs.filter(import_run::file_sha256.eq(sha256)).limit(100).load(&mut db.conn)?,
        None => runs.limit(1).load(&mut db.conn)?,
    })
}

/// Why an import was rolled back, where its rows are the reason.
fn refused_rows(report: &Report, outcome: RunOutcome) -> Option<String> {
    let counts = [(report.rejected, "rejected row"), (report.conflict, "conflict")];
    let words: Vec<String> =
        counts.into_iter().filter(|(count, _)| *count > 0).map(|(count, what)| plural(count, what)).collect();
    (outcome == RunOutcome::RolledBack && !words.is_empty()).then(|| words.join(", "))
}

/// Adds or updates the entry of a file.
pub(super) fn record(
    report: &Report,
    outcome: RunOutcome,
    reason: Option<&str>,
    options: &Options,
    db: &mut Db,
) -> anyhow::Result<()> {
    let run = ImportRun {
        id: report.run.clone(),
        kind: report.kind.to_owned(),
        file_name: report.file.clone(),
        file_sha256: report.sha256.clone(),
        file_bytes: Some(report.bytes.try_into()?),
        options: Json::of(options)?,
        actor: db.actor.clone(),
        started_at: report.started_at,
        // A clock that was set back must not fail the import.
        finished_at: Timestamp::now().max(report.started_at),
        outcome,
        reason: reason.map(ToOwned::to_owned).or_else(|| refused_rows(report, outcome)),
        inserted: report.inserted.try_into()?,
        updated: report.updated.try_into()?,
        replay: report.replay.try_into()?,
        conflict: report.conflict.try_into()?,
        rejected: report.rejected.try_into()?,
        skipped: report.skipped.try_into()?,
        parked: report.parked.try_into()?,
    };
    let known = update(import_run::table.find(&run.id)).set(&run).execute(&mut db.conn)?;
    if known == 0 {
        insert_into(import_run::table).values(&run).execute(&mut db.conn)?;
    }
    if outcome == RunOutcome::Committed {
        for (kind, rows) in [("inserted", report.inserted), ("updated", report.updated), ("replay", report.replay)] {
            if rows > 0 {
                db.operation.count(kind, rows);
            }
        }
        Change { verb: "import", subject: Subject::Import, id: &run.id, before: None, after: Some(&run) }.record(db)?;
    }
    Ok(())
}
