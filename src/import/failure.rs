//! An import that failed: what was committed before, and its record in the import history.

use super::history;
use super::options::Options;
use super::report::Report;
use crate::db::Db;
use crate::error::{ExitStatus, Failure, status_of};
use crate::models::RunOutcome;

const IMPORT_AGAIN: &str = "import the file again: committed rows are recognized, the others are added";

/// Records an import that failed, and says what was committed before.
pub(super) fn record_failure(
    error: anyhow::Error,
    reports: &[Report],
    options: &Options,
    db: &mut Db,
) -> anyhow::Error {
    let rows: u64 = reports.iter().map(|report| report.inserted + report.updated).sum();
    let committed = options.commit_every.is_some() && rows > 0;
    let reason = format!("{error:#}");
    let outcome = if committed { RunOutcome::Partial } else { RunOutcome::Failed };
    let recorded = if options.dry_run {
        Ok(())
    } else {
        // With --commit-every, the files before this one are committed, and recorded so.
        let before = if options.commit_every.is_some() { reports.len().saturating_sub(1) } else { 0 };
        let unfinished: Vec<&Report> =
            reports.iter().skip(before).filter(|report| report.sha256.is_none() || before == 0).collect();
        db.aside(|db| {
            unfinished.iter().try_for_each(|report| history::record(report, outcome, Some(&reason), options, db))
        })
    };
    let error = match recorded {
        Ok(()) => error,
        // A lost connection or a full disk fails the record of the import too.
        Err(unrecorded) => {
            error.context(format!("the import failed, and the failure could not be recorded: {unrecorded:#}"))
        }
    };
    let interrupted = status_of(&error) == ExitStatus::Interrupted;
    if committed {
        let what = if interrupted { "interrupted" } else { "the import failed midway" };
        let status = status_of(&error);
        return error.context(
            Failure::new(status, format!("{what}: {} committed", crate::output::plural_is(rows, "row")))
                .hint(IMPORT_AGAIN),
        );
    }
    // An operation id, which the error may name, is for changes in one transaction.
    if options.commit_every.is_some() && status_of(&error) == ExitStatus::Unavailable {
        let failure = Failure::new(ExitStatus::Unavailable, error.to_string()).hint(IMPORT_AGAIN);
        return error.context(failure);
    }
    if interrupted {
        return Failure::new(ExitStatus::Interrupted, "interrupted: the import was rolled back").into();
    }
    error
}
