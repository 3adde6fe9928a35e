//! The embedded engine: creating, opening and setting up a file.

use std::fs;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use diesel::connection::SimpleConnection as _;
use diesel::sql_types::Integer;
use diesel::{Connection as _, QueryResult, QueryableByName, RunQueryDsl as _, SqliteConnection, sql_query};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{AnyConnection, DatabaseUrl, migrations};
use crate::error::{Failure, is_passing_message};

/// "ROLL", which the first migration writes into the file's header.
pub(super) const APPLICATION_ID: i32 = 0x524F_4C4C;

/// What may stand in the path of a `file:` URI as it is.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'.').remove(b'-').remove(b'_');

#[derive(QueryableByName)]
struct Header {
    #[diesel(sql_type = Integer)]
    application_id: i32,
    #[diesel(sql_type = Integer)]
    objects: i32,
}

/// Opens a file that is there, to write to it or to leave its bytes alone. Another program's file is refused before
/// anything is written to it.
pub(super) fn open(path: &Path, lock_timeout: Duration, write: bool) -> anyhow::Result<AnyConnection> {
    let mut conn =
        SqliteConnection::establish(&uri(path)?).with_context(|| format!("cannot open {}", path.display()))?;
    conn.batch_execute(&format!("PRAGMA busy_timeout = {}", lock_timeout.as_millis()))?;
    let header =
        sql_query("SELECT application_id, (SELECT count(*) FROM sqlite_schema) AS objects FROM pragma_application_id")
            .get_result::<Header>(&mut conn)
            .map_err(|error| unreadable(path, error))?;
    match header {
        Header { application_id: APPLICATION_ID, .. } => {}
        Header { application_id: 0, objects: 0 } => {
            // Larger than SQLite's own 4 KiB: an import writes a tenth less, and its indexes are a level lower.
            conn.batch_execute("PRAGMA page_size = 16384")?;
        }
        _ => {
            return Err(Failure::failed(format!("{} is another program's SQLite database", path.display()))
                .hint("nothing in it was touched; name another file with --database-url sqlite:PATH")
                .into());
        }
    }
    if write {
        use_write_ahead_log(&mut conn, lock_timeout)?;
    }
    set_up(&mut conn)?;
    Ok(AnyConnection::Sqlite(conn))
}

fn unreadable(path: &Path, error: diesel::result::Error) -> anyhow::Error {
    let message = error.to_string();
    if message.contains("file is not a database") {
        return Failure::failed(format!("{} is not a SQLite database", path.display())).into();
    }
    let read_only = message.contains("readonly database") || message.contains("unable to open database file");
    let error = anyhow::Error::new(error).context(format!("cannot read {}", path.display()));
    if read_only {
        error.context(
            Failure::failed(format!("{} cannot be read without writing beside it", path.display()))
                .hint("SQLite keeps two files beside a database with a write-ahead log: its folder must be writable"),
        )
    } else {
        error
    }
}

/// Creates a file that only its owner can read, and the folders above it.
pub(super) fn create(path: &Path, lock_timeout: Duration) -> anyhow::Result<AnyConnection> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)
            .with_context(|| format!("cannot create the folder {}", folder.display()))?;
    }
    // Not create_new: of two processes that start at once, the second finds the first one's file.
    fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)
        .with_context(|| format!("cannot create {}", path.display()))?;
    open(path, lock_timeout, true)
}

/// An empty database with the tables, gone at the end of the process.
pub(super) fn in_memory(url: &DatabaseUrl) -> anyhow::Result<AnyConnection> {
    let mut conn = SqliteConnection::establish(":memory:")?;
    set_up(&mut conn)?;
    let mut conn = AnyConnection::Sqlite(conn);
    migrations::run(&mut conn, url)?;
    Ok(conn)
}

/// Switches a new file to write-ahead logging; it stays with the file. SQLite does not wait for the lock that this
/// takes, so that of several processes that create the file at once, all but one have to ask again.
fn use_write_ahead_log(conn: &mut SqliteConnection, lock_timeout: Duration) -> anyhow::Result<()> {
    let deadline = Instant::now() + lock_timeout;
    while let Err(error) = conn.batch_execute("PRAGMA journal_mode = WAL") {
        if !is_passing_message(&error.to_string()) {
            return Err(error).context("cannot switch the file to write-ahead logging");
        }
        if Instant::now() > deadline {
            // Somebody reads on and on in a file whose switch an import has not lived to see: it can be written all the same.
            break;
        }
        thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}

/// Leaves the write-ahead log and locks the file, unless another process has it open. The lock lasts beyond a transaction:
/// who reads in its midst would keep the cache from being written, and in the end its commit.
pub(super) fn leave_write_ahead_log(conn: &mut SqliteConnection) -> bool {
    let left = conn
        .batch_execute("PRAGMA journal_mode = DELETE")
        .and_then(|()| conn.batch_execute("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT"));
    if left.is_err() {
        // Somebody has just come.
        drop(return_to_write_ahead_log(conn));
    }
    left.is_ok()
}

/// Goes back to it, under the lock, which that gives up.
pub(super) fn return_to_write_ahead_log(conn: &mut SqliteConnection) -> QueryResult<()> {
    conn.batch_execute("PRAGMA locking_mode = NORMAL; PRAGMA journal_mode = WAL")
}

/// What every connection needs, outside of any transaction. The cache is what the import's indexes want.
fn set_up(conn: &mut SqliteConnection) -> anyhow::Result<()> {
    conn.batch_execute(
        "PRAGMA synchronous = FULL;
         PRAGMA foreign_keys = ON;
         PRAGMA recursive_triggers = ON;
         PRAGMA cache_size = -65536;
         PRAGMA trusted_schema = OFF;",
    )
    .context("cannot set the connection up")
}

/// Writes the write-ahead log into the file and empties it; says whether that was possible.
pub(super) fn checkpoint(conn: &mut SqliteConnection) -> bool {
    #[derive(QueryableByName)]
    struct Checkpoint {
        #[diesel(sql_type = Integer)]
        busy: i32,
    }
    sql_query("PRAGMA wal_checkpoint(TRUNCATE)").get_result::<Checkpoint>(conn).is_ok_and(|result| result.busy == 0)
}

/// A URI that opens the file without creating it, whatever characters are in its name.
fn uri(path: &Path) -> anyhow::Result<String> {
    let path = std::path::absolute(path)?;
    let text = path.to_str().ok_or_else(|| Failure::failed(format!("the path {} is not UTF-8", path.display())))?;
    Ok(format!("file://{}?mode=rw", utf8_percent_encode(text, PATH)))
}
