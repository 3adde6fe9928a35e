use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use tempfile::Builder;

use super::programs;
use super::verify::verify;
use crate::context::{Command, Context};
use crate::db::Access;
use crate::error::{ExitStatus, Failure};
use crate::interrupt::temporary_file;
use crate::output::plural;
use crate::text::Quoted as _;

/// Write a backup of the database to a new file, and verify it
///
/// SQLite: a copy of the file, even while other programs write. PostgreSQL: a dump by pg_dump -Fc, which must be
/// installed. Only the owner can read the file. With a directory, the file is named rollbook-TIME.db or .dump.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// File to write, or directory for a file named by the time
    file: PathBuf,
    /// Keep only the newest N backups in the directory
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    keep: Option<u16>,
    /// Replace the file if it exists
    #[arg(long)]
    overwrite: bool,
}

impl Command for Args {
    fn access(&self) -> Access {
        Access::Read
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let now = ctx.clock.now().utc().format("%Y%m%dT%H%M%SZ").to_string();
        let database = ctx.database().clone();
        let extension = if database.url.is_sqlite() { "db" } else { "dump" };
        let is_directory = self.file.is_dir();
        if self.keep.is_some() && !is_directory {
            return Err(Failure::usage("--keep requires a directory").into());
        }
        let path = if is_directory { self.file.join(format!("{PREFIX}{now}.{extension}")) } else { self.file.clone() };
        ctx.in_use.check_output("FILE", &path, Some(self.overwrite))?;
        let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let cannot = || format!("cannot write {}", path.quoted());
        let suffix = format!(".{extension}");
        let names = &mut Builder::new();
        names.prefix(UNFINISHED).suffix(&suffix);
        let (temporary, _leftover) = temporary_file(names, directory).with_context(cannot)?;
        let (db, out) = ctx.open()?;
        for left in left_by_killed(directory)? {
            fs::remove_file(&left).with_context(|| format!("cannot remove {}", left.quoted()))?;
            out.status(format_args!("removed {}, which a backup has left that was killed", left.quoted()));
        }
        if db.conn.engine().is_log_distributed() {
            let message = "cannot back up a distributed database: a dump has no node's transactions, by which its feed is ordered";
            return Err(Failure::failed(message).hint("back up every node, for example with pg_basebackup").into());
        }
        if database.url.is_sqlite() {
            db.copy_file_to(temporary.path())?;
        } else {
            let file = format!("--file={}", temporary.path().display());
            programs::run("pg_dump", &["--format=custom".into(), file.into()], Some(&database.url))?;
        }
        verify(temporary.path(), &path, &database, out)?;
        temporary.as_file().sync_all().with_context(cannot)?;
        let written = if self.overwrite { temporary.persist(&path) } else { temporary.persist_noclobber(&path) };
        written.map_err(|error| error.error).with_context(cannot)?;
        fs::File::open(directory).and_then(|directory| directory.sync_all()).with_context(cannot)?;
        let bytes = fs::metadata(&path)?.len();
        out.status(format_args!("wrote and verified {} ({})", path.quoted(), plural(bytes, "byte")));
        if let Some(keep) = self.keep {
            for old in older_than(&self.file, extension, keep.into())? {
                fs::remove_file(&old).with_context(|| format!("cannot remove {}", old.quoted()))?;
                out.status(format_args!("removed {}", old.quoted()));
            }
        }
        Ok(ExitStatus::Done)
    }
}

/// How the names of backups in a directory start.
const PREFIX: &str = "rollbook-";

/// How the names of backups start that are not complete.
const UNFINISHED: &str = ".rollbook-backup-";
/// An incomplete backup that was not written to for this long is no longer made.
const ABANDONED: Duration = Duration::from_secs(86_400);

/// Incomplete backups that nobody goes on with: they have all that is in the database, also of people who are erased later.
fn left_by_killed(directory: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(directory).with_context(|| format!("cannot read {}", directory.quoted()))?;
    let is_abandoned = |entry: &fs::DirEntry| {
        let age = entry.metadata().and_then(|metadata| metadata.modified()).ok().and_then(|time| time.elapsed().ok());
        let is_unfinished = entry.file_name().to_str().is_some_and(|name| name.starts_with(UNFINISHED));
        is_unfinished && age.is_some_and(|age| age > ABANDONED)
    };
    Ok(entries.filter_map(Result::ok).filter(is_abandoned).map(|entry| entry.path()).collect())
}

/// The backups in a directory but for the newest; other files are none.
fn older_than(directory: &Path, extension: &str, keep: usize) -> anyhow::Result<Vec<PathBuf>> {
    let is_backup = |name: &str| {
        let time = name.strip_prefix(PREFIX).and_then(|rest| rest.strip_suffix(&format!(".{extension}")));
        time.is_some_and(|time| {
            time.len() == "20260101T000000Z".len()
                && time.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'T' | b'Z'))
        })
    };
    let mut backups: Vec<String> = fs::read_dir(directory)
        .with_context(|| format!("cannot read {}", directory.quoted()))?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| is_backup(name))
        .collect();
    backups.sort();
    backups.truncate(backups.len().saturating_sub(keep));
    Ok(backups.into_iter().map(|name| directory.join(name)).collect())
}
