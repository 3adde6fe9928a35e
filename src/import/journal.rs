//! A large import into SQLite keeps the file for itself, and journals what it overwrites instead of what it writes.

use super::options::Options;
use super::source::Source;
use super::{FileKind, ledger};
use crate::db::Db;

/// From how many bytes of actions on that is worth it: those of some fifty thousand rows, which are written in less than a
/// second either way if the log has few others.
const LARGE: u64 = 8 << 20;

/// Runs an import of all files in one transaction, with the quicker journal if they are large and nobody else has the
/// database open; see [`Db::leave_write_ahead_log`].
pub(super) fn with_quick<T>(
    files: Vec<(FileKind, Source)>,
    options: &Options,
    db: &mut Db,
    import: impl FnOnce(Vec<(FileKind, Source)>, &mut Db) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let quick =
        db.conn.is_sqlite() && !options.dry_run && are_large(&files, options, db)? && db.leave_write_ahead_log();
    let imported = import(files, db);
    if quick {
        db.return_to_write_ahead_log();
    }
    imported
}

/// Those that the ledger may know are probably not read.
fn are_large(files: &[(FileKind, Source)], options: &Options, db: &mut Db) -> anyhow::Result<bool> {
    let mut bytes = 0;
    for (kind, source) in files.iter().filter(|(kind, _)| *kind == FileKind::Actions) {
        if !ledger::may_know(*kind, source, options, db)? {
            bytes += source.bytes();
        }
    }
    Ok(bytes >= LARGE)
}
