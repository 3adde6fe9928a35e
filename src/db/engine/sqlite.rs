//! SQLite: creating, opening and configuring a file.

mod copy;
mod file;
mod local_time;
mod schema;
mod sql_dialect;
mod steps;
mod tally;
mod text_functions;
mod uri;

use std::time::Duration;

use chrono_tz::Tz;
use diesel::connection::SimpleConnection as _;
use diesel::sql_types::Text;
use diesel::{QueryResult, QueryableByName, RunQueryDsl as _, sql_query};

use super::{Engine, Lock, LogOrder, LogStream, Obstacle, StepTimes, Tally, Tls};
use crate::db::AnyConnection;

pub(in crate::db) use file::{
    OpenFile, checkpoint, copy_to, create, in_memory, leave_write_ahead_log, open, return_to_write_ahead_log,
};

/// The engine.
pub struct Sqlite;

#[derive(QueryableByName)]
struct OneText {
    #[diesel(sql_type = Text)]
    value: String,
}

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

    fn prepare_time_buckets(&self, tz: Tz, conn: &mut AnyConnection) -> QueryResult<()> {
        match conn {
            AnyConnection::Sqlite(conn) if tz != Tz::UTC => local_time::register(conn, tz),
            _ => Ok(()),
        }
    }

    fn log_order(&self, _table: &str, _conn: &mut AnyConnection) -> anyhow::Result<LogOrder> {
        let settled = "TRUE".to_owned();
        Ok(LogOrder { has_transactions: false, streams: vec![LogStream { node: None, settled }] })
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

    fn step_times(&self, steps: &[&str], conn: &mut AnyConnection) -> QueryResult<Option<Vec<StepTimes>>> {
        match conn {
            AnyConnection::Sqlite(conn) => steps::read(steps, conn).map(Some),
            AnyConnection::Postgres(_) => Ok(None),
        }
    }

    fn tally(&self, conn: &mut AnyConnection) -> QueryResult<Option<Box<dyn Tally>>> {
        match conn {
            AnyConnection::Sqlite(conn) => tally::register(conn).map(Some),
            AnyConnection::Postgres(_) => Ok(None),
        }
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
            "user_action_of_others",
            "user_action_no_replace",
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
        schema::problems("('index', 'trigger')", conn)
    }

    fn schema_problems(&self, conn: &mut AnyConnection) -> anyhow::Result<Vec<(String, &'static str)>> {
        let parts = schema::problems("('index', 'trigger', 'table')", conn)?;
        let parts = parts.into_iter().map(|problem| (problem, super::MAKE_AGAIN));
        let others = schema::triggers_of_others(conn)?.into_iter().map(|problem| (problem, super::DROP_OTHER));
        Ok(parts.chain(others).collect())
    }

    fn generation(&self, _conn: &mut AnyConnection) -> QueryResult<String> {
        Ok("positions are in the order of the commits".to_owned())
    }

    fn size(&self, conn: &mut AnyConnection) -> QueryResult<i64> {
        super::bytes("SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size", conn)
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

    fn missing_roles(&self, _names: &[String], _conn: &mut AnyConnection) -> anyhow::Result<Vec<String>> {
        Ok(Vec::new())
    }

    fn content_problems(&self, conn: &mut AnyConnection) -> anyhow::Result<Vec<(String, String)>> {
        super::content_problems(include_str!("sqlite/content_problems.sql"), conn)
    }

    fn may_grant(&self, _conn: &mut AnyConnection) -> anyhow::Result<bool> {
        Ok(true)
    }

    fn protection(&self, _conn: &mut AnyConnection) -> QueryResult<Option<Tls>> {
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
        // An earlier version does not have the table.
        let tables = "SELECT CAST(count(*) AS TEXT) AS value FROM sqlite_schema WHERE name = 'current_operation'";
        if text(tables, conn)? == "1"
            && text("SELECT CAST(count(*) AS TEXT) AS value FROM current_operation", conn)? != "0"
        {
            let problem = "changes by other programs are not recorded: a row is left in current_operation".to_owned();
            problems.push((problem, "DELETE FROM current_operation"));
        }
        Ok(problems)
    }
}
