//! SQLite: creating, opening and configuring a file.

mod copy;
mod local_time;
mod text_functions;
mod uri;

use std::fs;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use chrono_tz::Tz;
use diesel::connection::SimpleConnection as _;
use diesel::sql_types::{Integer, Text};
use diesel::{Connection as _, QueryResult, QueryableByName, RunQueryDsl as _, SqliteConnection, sql_query};
use diesel_migrations::MigrationHarness as _;

use super::{ColumnKind, CursorSql, Engine, Lock, LogOrder, LogStream, Obstacle, TimeBucket};
use crate::db::{AnyConnection, DatabaseUrl, migrations};
use crate::error::{Failure, is_transient_query_error};
use crate::text::shell_quoted;

/// The application id that the first migration writes into the file's header: "ROLL" in ASCII.
pub(in crate::db) const APPLICATION_ID: i32 = 0x524F_4C4C;

/// The engine.
pub struct Sqlite;

/// An index or trigger.
#[derive(QueryableByName)]
struct Object {
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    sql: String,
}

#[derive(QueryableByName)]
struct OneText {
    #[diesel(sql_type = Text)]
    value: String,
}

#[derive(QueryableByName)]
struct Header {
    #[diesel(sql_type = Integer)]
    application_id: i32,
    #[diesel(sql_type = Integer)]
    objects: i32,
}

/// Opens an existing file. Without `write` its bytes are not changed. Another program's file is rejected before
/// anything is written to it.
pub(in crate::db) fn open(path: &Path, lock_timeout: Duration, write: bool) -> anyhow::Result<AnyConnection> {
    let mut conn =
        SqliteConnection::establish(&uri::of_file(path)?).with_context(|| format!("cannot open {}", path.display()))?;
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
            return Err(Failure::failed(format!("{} is another program's SQLite database", path.display()))
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
        return Failure::failed(format!("{} is not a SQLite database", path.display())).into();
    }
    let read_only = message.contains("readonly database") || message.contains("unable to open database file");
    let error = anyhow::Error::new(error).context(format!("cannot read {}", path.display()));
    if read_only {
        error.context(
            Failure::failed(format!("cannot read {} without write access to its directory", path.display())).hint(
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
            .with_context(|| format!("cannot create the directory {}", directory.display()))?;
    }
    // Not create_new: a second process that starts at the same time must be able to open the file.
    fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)
        .with_context(|| format!("cannot create {}", path.display()))?;
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

/// With one writer, positions are in commit order.
const CURSOR_SQL: CursorSql = CursorSql {
    transaction: "'0'",
    nodes: "''",
    register: "INSERT INTO feed_cursor (consumer, feed, position) VALUES ($1, $2, 0) ON CONFLICT DO NOTHING",
    acknowledge: "UPDATE feed_cursor SET acknowledged_at = $1, position = $2 \
         WHERE $3 IS NOT NULL AND consumer = $4 AND $5 = ''",
};

impl Engine for Sqlite {
    fn has_concurrent_writers(&self) -> bool {
        false
    }

    fn transaction_id(&self, _conn: &mut AnyConnection) -> QueryResult<Option<String>> {
        Ok(None)
    }

    fn lock(&self, _lock: Lock, _conn: &mut AnyConnection) -> QueryResult<()> {
        Ok(()) // BEGIN IMMEDIATE has locked the whole database.
    }

    fn lock_rows(
        &self,
        _table: &'static str,
        _column: &'static str,
        _values: &[&str],
        _conn: &mut AnyConnection,
    ) -> anyhow::Result<()> {
        Ok(()) // BEGIN IMMEDIATE has locked the whole database.
    }

    fn lock_with_references(&self, _ids: &[&str], _conn: &mut AnyConnection) -> anyhow::Result<()> {
        Ok(()) // BEGIN IMMEDIATE has locked the whole database.
    }

    fn is_any_of(&self) -> [&'static str; 2] {
        [" IN (SELECT value FROM json_each(", "))"]
    }

    fn contains_role(&self) -> [&'static str; 3] {
        ["instr(", ", ", ") > 0"]
    }

    fn role_key(&self, role: &str) -> String {
        format!("\"{role}\"")
    }

    fn no_roles(&self) -> &'static str {
        "''"
    }

    fn roles_at(&self) -> &'static str {
        include_str!("roles_at.sqlite.sql")
    }

    fn folded(&self, column: &str) -> String {
        format!("rollbook_folded({column})")
    }

    fn unindexed(&self, column: &'static str) -> String {
        format!("+{column}")
    }

    fn time_bucket(&self, bucket: TimeBucket, column: &str, tz: Tz) -> String {
        let local = if tz == Tz::UTC { column.to_owned() } else { format!("rollbook_local({column})") };
        match bucket {
            TimeBucket::Hour if tz == Tz::UTC => format!("substr({local}, 1, 13) || ':00'"),
            // With the offset, which tells the two hours apart when clocks go back.
            TimeBucket::Hour => format!("substr({local}, 1, 13) || ':00' || substr({local}, 17)"),
            TimeBucket::Day => format!("substr({local}, 1, 10)"),
            TimeBucket::Week => format!("date(substr({local}, 1, 10), 'weekday 0', '-6 days')"),
            TimeBucket::SundayWeek => format!("date(substr({local}, 1, 10), 'weekday 6', '-6 days')"),
            TimeBucket::Month => format!("substr({local}, 1, 7)"),
            TimeBucket::Quarter => {
                format!("substr({local}, 1, 4) || '-Q' || ((CAST(substr({local}, 6, 2) AS INTEGER) + 2) / 3)")
            }
            TimeBucket::Weekday => {
                format!("CAST((CAST(strftime('%w', substr({local}, 1, 10)) AS INTEGER) + 6) % 7 + 1 AS TEXT)")
            }
            TimeBucket::HourOfDay => format!("substr({local}, 12, 2)"),
        }
    }

    fn prepare_time_buckets(&self, tz: Tz, conn: &mut AnyConnection) -> QueryResult<()> {
        match conn {
            AnyConnection::Sqlite(conn) if tz != Tz::UTC => local_time::register(conn, tz),
            _ => Ok(()),
        }
    }

    fn metadata_member(&self, path: &[String]) -> (String, [&'static str; 3]) {
        let path: Vec<String> = path.iter().map(|key| format!(".\"{key}\"")).collect();
        (format!("${}", path.concat()), ["coalesce(metadata -> ", " = ", ", FALSE)"])
    }

    fn with_member(&self, column: &str, member: &str, text: &str) -> String {
        format!("json_set({column}, '$.{member}', {text})")
    }

    fn without_personal_members(&self, column: &str) -> String {
        format!("json_remove({column}, '$.email', '$.name', '$.profile_img', '$.notes', '$.origin')")
    }

    fn listed_values(&self) -> &'static str {
        "SELECT value FROM json_each($1)"
    }

    fn own_rows(&self) -> &'static str {
        "TRUE" // With one writer, all rows after the last one before are.
    }

    fn log_order(&self, _table: &str, _conn: &mut AnyConnection) -> anyhow::Result<LogOrder> {
        let settled = "TRUE".to_owned();
        Ok(LogOrder { has_transactions: false, streams: vec![LogStream { node: None, settled }] })
    }

    fn cursor_sql(&self) -> &'static CursorSql {
        &CURSOR_SQL
    }

    fn is_log_distributed(&self) -> bool {
        false
    }

    fn obstacles_to_distribution(&self, _conn: &mut AnyConnection) -> anyhow::Result<Vec<Obstacle>> {
        let reason = "the database is one SQLite file".to_owned();
        Ok(vec![Obstacle { reason, cure: "copy it to PostgreSQL: rollbook db copy" }])
    }

    fn distribute(&self, _shards: u32, _conn: &mut AnyConnection) -> QueryResult<String> {
        Err(diesel::result::Error::NotFound)
    }

    fn distribution(&self, _conn: &mut AnyConnection) -> QueryResult<Option<String>> {
        Ok(None)
    }

    fn streams_results(&self) -> bool {
        true
    }

    fn prepare_scan(&self, conn: &mut AnyConnection) -> QueryResult<()> {
        // It sorts in pieces as large as its cache, each on a second thread: small pieces keep both processors busy.
        conn.batch_execute("PRAGMA threads = 2; PRAGMA cache_size = -6144")
    }

    fn prepare_lookups(&self, _conn: &mut AnyConnection) -> QueryResult<()> {
        Ok(())
    }

    fn log_indexes(&self) -> &'static [&'static str] {
        &[
            "user_action_idempotency_key_unique",
            "user_action_id_unique",
            "user_action_source_event_unique",
            "user_action_occurred_at",
            "user_action_user",
            "user_action_position",
        ]
    }

    fn lock_log(&self, _conn: &mut AnyConnection) -> QueryResult<()> {
        Ok(()) // BEGIN IMMEDIATE has locked the whole database.
    }

    fn index_definitions(&self, names: &[&str], conn: &mut AnyConnection) -> QueryResult<Vec<String>> {
        let indexes = "SELECT sql AS definition FROM sqlite_schema WHERE type IN ('index', 'trigger') AND name IN (";
        super::definitions(&format!("{indexes}{}) ORDER BY rowid", super::quoted(names)), conn)
    }

    fn prepare_bulk_load(&self, conn: &mut AnyConnection) -> QueryResult<()> {
        // Rows are only added at the end: the memory is better used by the filter of keys.
        conn.batch_execute("PRAGMA cache_size = -16384")
    }

    fn prepare_index_build(&self, conn: &mut AnyConnection) -> QueryResult<()> {
        self.prepare_scan(conn)
    }

    fn end_bulk_load(&self, conn: &mut AnyConnection) -> QueryResult<()> {
        conn.batch_execute("PRAGMA cache_size = -65536")
    }

    fn guard_problems(&self, conn: &mut AnyConnection) -> anyhow::Result<Vec<String>> {
        // What the migrations make, from an empty database: every index and trigger with its definition.
        let mut expected = SqliteConnection::establish(":memory:")?;
        expected.run_pending_migrations(migrations::SQLITE).map_err(|error| anyhow::anyhow!("{error}"))?;
        let objects =
            "SELECT type AS kind, name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND sql IS NOT NULL";
        let expected: Vec<Object> = sql_query(objects).load(&mut expected)?;
        let found: Vec<Object> = sql_query(objects).load(conn)?;
        let problem = |object: Object| match found.iter().find(|found| found.name == object.name) {
            None => Some(format!("the {} {} is missing", object.kind, object.name)),
            Some(found) if found.sql != object.sql => {
                Some(format!("the {} {} is not the one of the migrations", object.kind, object.name))
            }
            Some(_) => None,
        };
        Ok(expected.into_iter().filter_map(problem).collect())
    }

    fn foreign_log(&self, _conn: &mut AnyConnection) -> anyhow::Result<Option<(String, &'static str)>> {
        Ok(None)
    }

    fn staleness(&self, _conn: &mut AnyConnection) -> QueryResult<Option<Duration>> {
        Ok(None)
    }

    fn feed_holder(&self, _table: &str, _conn: &mut AnyConnection) -> anyhow::Result<Option<String>> {
        Ok(None)
    }

    fn row_as_text(&self, _table: &str, columns: &[(&str, ColumnKind)]) -> String {
        copy::row_as_text(columns)
    }

    fn insert_texts(&self, table: &str, columns: &[(usize, &(&str, ColumnKind))]) -> String {
        copy::insert_texts(table, columns)
    }

    fn begin_copy(&self, _conn: &mut AnyConnection) -> QueryResult<()> {
        Ok(())
    }

    fn end_copy(&self, _conn: &mut AnyConnection) -> QueryResult<()> {
        Ok(())
    }

    fn begin_change(&self, conn: &mut AnyConnection) -> QueryResult<()> {
        conn.batch_execute("INSERT INTO current_operation (number) VALUES (1) ON CONFLICT DO NOTHING")
    }

    fn end_change(&self, conn: &mut AnyConnection) -> QueryResult<()> {
        conn.batch_execute("DELETE FROM current_operation")
    }

    fn schema(&self, _conn: &mut AnyConnection) -> QueryResult<String> {
        Ok(String::new())
    }

    fn protection(&self, _conn: &mut AnyConnection) -> QueryResult<Option<String>> {
        Ok(None)
    }

    fn version(&self, conn: &mut AnyConnection) -> QueryResult<String> {
        let version = sql_query("SELECT sqlite_version() AS value").get_result::<OneText>(conn)?.value;
        Ok(format!("SQLite {version}"))
    }

    fn data_problems(&self, conn: &mut AnyConnection) -> anyhow::Result<Vec<(String, &'static str)>> {
        let text = |query: &str, conn: &mut AnyConnection| -> QueryResult<String> {
            Ok(sql_query(query).get_result::<OneText>(conn)?.value)
        };
        let mut problems = Vec::new();
        let check = text("SELECT group_concat(quick_check, '; ') AS value FROM pragma_quick_check", conn)?;
        if check != "ok" {
            problems.push((format!("the file is damaged: {check}"), "restore a backup"));
        }
        let foreign_keys = text("SELECT CAST(count(*) AS TEXT) AS value FROM pragma_foreign_key_check", conn)?;
        if foreign_keys != "0" {
            problems.push((format!("{foreign_keys} rows refer to rows that do not exist"), "restore a backup"));
        }
        Ok(problems)
    }

    fn sql(&self, sqlite: &'static str, _postgres: &'static str) -> &'static str {
        sqlite
    }
}
