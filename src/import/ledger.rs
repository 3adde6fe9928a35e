//! The ledger: what was imported, by whom, with which outcome; and which files need not be read again.

use diesel::prelude::*;
use diesel::{insert_into, update};

use super::FileKind;
use super::options::{Meaning, Options};
use super::report::Report;
use super::source::Source;
use crate::db::Db;
use crate::db::types::{Instant, Json};
use crate::models::{Change, ImportRun, Outcome, Subject};
use crate::schema::import_run;

/// The earlier import of exactly these bytes, read in the same way, of which every row is in; if the log is all that the
/// rows change. Users and champion records change afterwards, so that importing them again may do something.
pub(super) fn known(
    kind: FileKind,
    source: &mut Source,
    options: &Options,
    db: &mut Db,
) -> anyhow::Result<Option<ImportRun>> {
    // The file is read for its checksum only then.
    if !may_know(kind, source, options, db)? {
        return Ok(None);
    }
    let sha256 = source.sha256()?;
    let same = complete_runs(kind, source.bytes(), Some(sha256), db)?;
    let meaning = recorded(&options.meaning)?;
    Ok(same.into_iter().find(|run| run.options.members().get("meaning") == Some(&meaning)))
}

/// Whether there is an import of a file of that length, or of one whose length is not known, of which every row is in.
pub(super) fn may_know(kind: FileKind, source: &Source, options: &Options, db: &mut Db) -> anyhow::Result<bool> {
    if kind != FileKind::Actions || options.recheck || !options.meaning.content_key {
        return Ok(false);
    }
    Ok(!complete_runs(kind, source.bytes(), None, db)?.is_empty())
}

/// The first imports of files of that length, of which every row is in.
fn complete_runs(kind: FileKind, bytes: u64, sha256: Option<String>, db: &mut Db) -> anyhow::Result<Vec<ImportRun>> {
    let runs = import_run::table
        .select(ImportRun::as_select())
        .filter(import_run::kind.eq(kind.as_str()))
        .filter(import_run::outcome.eq(Outcome::Committed))
        .filter(import_run::conflict.eq(0))
        .filter(import_run::rejected.eq(0))
        .filter(import_run::file_sha256.is_not_null())
        .filter(import_run::file_bytes.eq(i64::try_from(bytes)?).assume_not_null().or(import_run::file_bytes.is_null()))
        .order(import_run::id);
    Ok(match sha256 {
        Some(sha256) => runs.filter(import_run::file_sha256.eq(sha256)).limit(100).load(&mut db.conn)?,
        None => runs.limit(1).load(&mut db.conn)?,
    })
}

fn recorded(meaning: &Meaning) -> anyhow::Result<Json> {
    Ok(Json::of(meaning)?)
}

/// Writes the entry of a file, or what has become of it since it was written.
pub(super) fn record(
    report: &Report,
    outcome: Outcome,
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
        // A clock that was put back is no reason to refuse the import.
        finished_at: Instant::now().max(report.started_at),
        outcome,
        reason: reason.map(ToOwned::to_owned),
        inserted: report.inserted.try_into()?,
        updated: report.updated.try_into()?,
        replay: report.replay.try_into()?,
        conflict: report.conflict.try_into()?,
        rejected: report.rejected.try_into()?,
    };
    let known = update(import_run::table.find(&run.id)).set(&run).execute(&mut db.conn)?;
    if known == 0 {
        insert_into(import_run::table).values(&run).execute(&mut db.conn)?;
    }
    if outcome == Outcome::Committed {
        Change { verb: "import", subject: Subject::Import, id: &run.id, before: None, after: Some(&run) }.record(db)?;
    }
    Ok(())
}
