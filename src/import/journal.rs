//! Large imports into SQLite lock the database file exclusively, and use a rollback journal instead of the
//! write-ahead log.

use super::file_kind::FileKind;
use super::history;
use super::options::Options;
use super::source::Source;
use crate::db::Db;

/// Minimum size of the actions for which this is faster: about 50,000 rows, which are written in less than a second
/// either way if the log has few others.
const MIN_BYTES: u64 = 8 << 20;

/// Runs an import of all files in one transaction, with the rollback journal if they are large and no other process
/// has the database open; see [`Db::leave_write_ahead_log`].
pub(super) fn with_rollback_journal<T>(
    files: Vec<(FileKind, Source)>,
    options: &Options,
    db: &mut Db,
    import: impl FnOnce(Vec<(FileKind, Source)>, &mut Db) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let exclusive = !options.dry_run && are_large(&files, options, db)? && db.leave_write_ahead_log();
    let imported = import(files, db);
    if exclusive {
        db.return_to_write_ahead_log();
    }
    imported
}

/// Files that may be in the import history do not count: they are probably not read.
fn are_large(files: &[(FileKind, Source)], options: &Options, db: &mut Db) -> anyhow::Result<bool> {
    let mut bytes = 0;
    for (kind, source) in files.iter().filter(|(kind, _)| *kind == FileKind::Actions) {
        if !history::may_know(*kind, source, options, db)? {
            bytes += source.bytes();
        }
    }
    Ok(bytes >= MIN_BYTES)
}
