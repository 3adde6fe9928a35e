//! A SQLite file: creating, opening and configuring it, its write-ahead log, and copies.

use std::fs;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use diesel::connection::SimpleConnection as _;
use diesel::sql_types::{Integer, Text};
use diesel::{Connection as _, QueryResult, QueryableByName, RunQueryDsl as _, SqliteConnection, sql_query};

use super::{text_functions, uri};
use crate::db::{AnyConnection, DatabaseUrl, migrations};
use crate::error::{Failure, is_transient_query_error};
use crate::text::{Quoted as _, shell_quoted};

/// The application id that the first migration writes into the file's header: "ROLL" in ASCII.
const APPLICATION_ID: i32 = 0x524F_4C4C;

#[derive(QueryableByName)]
struct Header {
    #[diesel(sql_type = Integer)]
    application_id: i32,
    #[diesel(sql_type = Integer)]
    objects: i32,
}

/// Which file a path led to when it was opened.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::db) struct OpenFile {
    path: PathBuf,
    /// Device and inode.
    identity: (u64, u64),
}

impl OpenFile {
    /// The file at a path; `None` if there is none.
    pub(in crate::db) fn at(path: &Path) -> Option<Self> {
        let metadata = fs::metadata(path).ok()?;
        Some(Self { path: path.to_owned(), identity: (metadata.dev(), metadata.ino()) })
    }

    /// Checks that the path still leads to it: what is written to a file that was removed or replaced is in no database.
    ///
    /// # Errors
    /// When it does not, with what this means for the changes.
    pub(in crate::db) fn check(&self, changes: &str) -> Result<(), Failure> {
        if Self::at(&self.path).as_ref() == Some(self) {
            return Ok(());
        }
        let message = format!("{} was removed or replaced while it was in use: {changes}", self.path.quoted());
        Err(Failure::failed(message).hint("see what is at this path now, and run the command again"))
    }
}

/// Opens an existing file. Without `write` its bytes are not changed. Another program's file is rejected before
/// anything is written to it.
pub(in crate::db) fn open(path: &Path, lock_timeout: Duration, write: bool) -> anyhow::Result<AnyConnection> {
    let mut conn =
        SqliteConnection::establish(&uri::of_file(path)?).with_context(|| format!("cannot open {}", path.quoted()))?;
    conn.batch_execute(&format!("PRAGMA busy_timeout = {}", lock_timeout.as_millis()))?;
    let header =
        sql_query("SELECT application_id, (SELECT count(*) FROM sqlite_schema) AS objects FROM pragma_application_id")
            .get_result::<Header>(&mut conn)
            .map_err(|error| unreadable(path, error))?;
    match header {
        Header { application_id: APPLICATION_ID, .. } => {}
        Header { application_id: 0, objects: 0 } => {
            // Larger than SQLite's default of 4 KiB: an import writes a tenth less, and its indexes have one level
            // less.
            conn.batch_execute("PRAGMA page_size = 16384")?;
        }
        _ if has_our_tables(&mut conn) => {
            let shown = path.display().to_string();
            let command = format!("sqlite3 {} 'PRAGMA application_id = {APPLICATION_ID}'", shell_quoted(&shown));
            return Err(Failure::failed(format!("{shown} has rollbook's tables, but not its application id"))
                .hint(format!("a text dump by sqlite3 .dump loses it; set it again: {command}"))
                .into());
        }
        _ => {
            return Err(Failure::failed(format!("{} is another program's SQLite database", path.quoted()))
                .hint("use another file: --database-url sqlite:PATH")
                .into());
        }
    }
    if write {
        use_write_ahead_log(&mut conn, lock_timeout)?;
    }
    set_up(&mut conn)?;
    Ok(AnyConnection::Sqlite(conn))
}

/// Whether a file has the tables of a database of ours, whatever its application id.
fn has_our_tables(conn: &mut SqliteConnection) -> bool {
    #[derive(QueryableByName)]
    struct Tables {
        #[diesel(sql_type = Integer)]
        tables: i32,
    }
    let names = "'user', 'user_action', 'champion', '__diesel_schema_migrations'";
    sql_query(format!("SELECT count(*) AS tables FROM sqlite_schema WHERE type = 'table' AND name IN ({names})"))
        .get_result::<Tables>(conn)
        .is_ok_and(|found| found.tables == 4)
}

fn unreadable(path: &Path, error: diesel::result::Error) -> anyhow::Error {
    let message = error.to_string();
    if message.contains("file is not a database") {
        return Failure::failed(format!("{} is not a SQLite database", path.quoted())).into();
    }
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let read_only = ["readonly database", "unable to open database file"].iter().any(|text| message.contains(text))
        && rustix::fs::access(directory, rustix::fs::Access::WRITE_OK).is_err();
    let error = anyhow::Error::new(error).context(format!("cannot read {}", path.quoted()));
    if read_only {
        error.context(
            Failure::failed(format!("cannot read {} without write access to its directory", path.quoted())).hint(
                "SQLite creates two more files for a database with a write-ahead log: make its directory writable",
            ),
        )
    } else {
        error
    }
}

/// Creates a file that only its owner can read, and its parent directories.
pub(in crate::db) fn create(path: &Path, lock_timeout: Duration) -> anyhow::Result<AnyConnection> {
    if let Some(directory) = path.parent().filter(|directory| !directory.as_os_str().is_empty()) {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(directory)
            .with_context(|| format!("cannot create the directory {}", directory.quoted()))?;
    }
    // Not create_new: a second process that starts at the same time must be able to open the file.
    fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)
        .with_context(|| format!("cannot create {}", path.quoted()))?;
    open(path, lock_timeout, true)
}

/// An empty database, gone at the end of the process; with the tables if `migrated`.
pub(in crate::db) fn in_memory(url: &DatabaseUrl, migrated: bool) -> anyhow::Result<AnyConnection> {
    let mut conn = SqliteConnection::establish(":memory:")?;
    set_up(&mut conn)?;
    let mut conn = AnyConnection::Sqlite(conn);
    if migrated {
        migrations::run(&mut conn, url)?;
    }
    Ok(conn)
}

/// Switches a file to write-ahead logging, which is stored in the file. SQLite's busy time-out does not cover this
/// lock, so processes that create the file at the same time have to retry.
fn use_write_ahead_log(conn: &mut SqliteConnection, lock_timeout: Duration) -> anyhow::Result<()> {
    let deadline = Instant::now() + lock_timeout;
    while let Err(error) = conn.batch_execute("PRAGMA journal_mode = WAL") {
        if !is_transient_query_error(&error) {
            return Err(error).context("cannot enable write-ahead logging");
        }
        if Instant::now() > deadline {
            // A killed import left the file without the log, and a reader blocks the switch: the file can be written
            // anyway.
            break;
        }
        thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}

/// Switches to a rollback journal and locks the file, unless another process has it open. The lock outlasts the
/// transaction: a reader would block writing the cache to the file, and finally the commit.
pub(in crate::db) fn leave_write_ahead_log(conn: &mut SqliteConnection) -> bool {
    let left = conn
        .batch_execute("PRAGMA journal_mode = DELETE")
        .and_then(|()| conn.batch_execute("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT"));
    if left.is_err() {
        // Another process has just opened the file.
        drop(return_to_write_ahead_log(conn));
    }
    left.is_ok()
}

/// Switches back to the write-ahead log while still locked, which then releases the lock.
pub(in crate::db) fn return_to_write_ahead_log(conn: &mut SqliteConnection) -> QueryResult<()> {
    conn.batch_execute("PRAGMA locking_mode = NORMAL; PRAGMA journal_mode = WAL")
}

/// Sets the options of every connection, outside any transaction. The cache of 64 MiB is for the indexes of an
/// import.
fn set_up(conn: &mut SqliteConnection) -> anyhow::Result<()> {
    conn.batch_execute(
        "PRAGMA synchronous = FULL;
         PRAGMA foreign_keys = ON;
         PRAGMA recursive_triggers = ON;
         PRAGMA cache_size = -65536;
         PRAGMA trusted_schema = OFF;",
    )
    .and_then(|()| text_functions::register(conn))
    .context("cannot configure the connection")
}

/// Writes a copy of the database to an empty file.
pub(in crate::db) fn copy_to(path: &Path, conn: &mut AnyConnection) -> anyhow::Result<()> {
    let path = path.to_str().context("the path is not UTF-8")?;
    sql_query("VACUUM INTO $1").bind::<Text, _>(path).execute(conn).with_context(|| format!("cannot write {path}"))?;
    Ok(())
}

/// Writes the write-ahead log into the file and empties it; returns whether that succeeded.
pub(in crate::db) fn checkpoint(conn: &mut SqliteConnection) -> bool {
    #[derive(QueryableByName)]
    struct Checkpoint {
        #[diesel(sql_type = Integer)]
        busy: i32,
    }
    sql_query("PRAGMA wal_checkpoint(TRUNCATE)").get_result::<Checkpoint>(conn).is_ok_and(|result| result.busy == 0)
}
