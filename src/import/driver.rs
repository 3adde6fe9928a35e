//! Runs an import: opens each file, writes its rows, and decides whether they are kept.
//!
//! On PostgreSQL imports wait for each other, by a lock of their own: two files with the same events in another order would
//! otherwise wait for each other's rows. Single inserts of other programs go on; a row that one of them adds between lookup
//! and insert conflicts with the insert, and is looked up again.

use std::time::Instant as Clock;

use anyhow::Context as _;

use super::failure::record_failure;
use super::file_kind::FileKind;
use super::interpretation::Interpretation;
use super::kinds::users;
use super::options::Options;
use super::output_files::check_output_files;
use super::progress::ProgressMeter;
use super::rejects::Rejects;
use super::report::Report;
use super::running::Import;
use super::source::Source;
use super::summary::{ImportOutcome, Summary};
use super::{commit_every, history, journal};
use crate::db::{Database, Db};
use crate::error::{ExitStatus, Failure};
use crate::interrupt::Interrupt;
use crate::models::{RunOutcome, User, record_refusal};
use crate::output::{FilesInUse, Output, OutputFile};

/// Imports the files, prints the results, and returns the exit status.
///
/// # Errors
/// When a file cannot be read or has not the right columns, or the database fails. Then nothing was changed, unless
/// `--commit-every` was given.
pub fn run(
    files: Vec<(FileKind, Source)>,
    options: &Options,
    in_use: &FilesInUse,
    database: &Database,
    db: &mut Db,
    out: &mut Output,
) -> anyhow::Result<ExitStatus> {
    check_output_files(&files, options, in_use)?;
    db.take_timeouts_off()?;
    if let Some(problem) = db.conn.engine().guard_problems(&mut db.conn)?.into_iter().next() {
        return Err(Failure::failed(format!("the database is not as the migrations made it: {problem}"))
            .hint("list all problems: rollbook doctor")
            .into());
    }
    // The first import may bring its administrators.
    let is_first = !User::is_any(db)?;
    let all_roles = Options {
        interpretation: Interpretation { allow_roles: users::PRIVILEGED.to_vec(), ..options.interpretation.clone() },
        ..options.clone()
    };
    let options = if is_first { &all_roles } else { options };
    let started = Clock::now();
    let total = files.iter().map(|(_, source)| source.bytes()).sum();
    let mut import = Import {
        options,
        reports: Vec::new(),
        rejects: None,
        preset: None,
        meter: ProgressMeter::new(options.progress, total, out),
        interrupt: Interrupt::default(),
        sources: Vec::new(),
        unused_options: None,
        out,
    };
    if db.operation.is_given() {
        for (_, source) in &files {
            let checksum = source.sha256()?;
            db.add_input(checksum.as_bytes())?;
        }
    }
    let result = if options.commit_every.is_some() && !options.dry_run {
        commit_every::import_all(&mut import, files, database, db)
    } else {
        journal::with_rollback_journal(files, options, db, |files, db| import.in_one_transaction(files, db))
    };
    import.meter.finish();
    let Import { mut reports, rejects, preset, out, .. } = import;
    let outcome = match result {
        Ok(outcome) => {
            if matches!(outcome, ImportOutcome::RolledBack | ImportOutcome::TooMany | ImportOutcome::DryRun) {
                reports.iter_mut().for_each(Report::roll_back);
            }
            outcome
        }
        Err(error) => {
            if options.commit_every.is_none() || options.dry_run {
                reports.iter_mut().for_each(Report::roll_back);
            }
            let error = record_refusal(error, db);
            // Rows of parts that are committed were refused too, and are not read again.
            let rejected = rejects.filter(|_| options.commit_every.is_some()).map_or(Ok(()), Rejects::finish);
            let error = match rejected {
                Ok(()) => error,
                Err(rejected) => error.context(format!("{rejected:#}")),
            };
            return Err(record_failure(error, &reports, options, db));
        }
    };
    let recorded = if matches!(outcome, ImportOutcome::RolledBack | ImportOutcome::TooMany) && !options.dry_run {
        db.aside(|db| {
            reports.iter().try_for_each(|report| history::record(report, RunOutcome::RolledBack, None, options, db))
        })
        .context("the import was rolled back, and the attempt could not be recorded")
    } else {
        Ok(())
    };
    let summary = Summary { reports: &reports, outcome, options, started };
    let rejected = rejects.map_or(Ok(()), Rejects::finish);
    let preset = preset.filter(|_| matches!(outcome, ImportOutcome::Committed)).map_or(Ok(()), OutputFile::finish);
    rejected.and(preset).and_then(|()| summary.print(out)).with_context(|| match outcome {
        ImportOutcome::Committed => "the import was committed, but its report cannot be written",
        _ => "the report cannot be written",
    })?;
    recorded?;
    Ok(summary.status())
}
