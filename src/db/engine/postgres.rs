//! PostgreSQL: connecting, and what it does in its own way.

mod catalog;
mod connect;
mod copy;
mod health;
pub(in crate::db) mod session;
mod sql_dialect;
mod sqlstate;
mod transient;

use std::time::Duration;

use chrono_tz::Tz;
use diesel::result::{DatabaseErrorKind, Error as QueryError};
use diesel::sql_types::{BigInt, Nullable, Text};
use diesel::{OptionalExtension as _, QueryResult, QueryableByName, RunQueryDsl as _, sql_query};

pub(in crate::db) use catalog::parts_of_dump;
pub(in crate::db) use connect::connect;
pub(in crate::db) use transient::is_transient;

use super::{Engine, Lock, LogOrder, LogStream, Obstacle, StepTimes, Tally, Tls, citus};
use crate::db::AnyConnection;
use crate::error::{ExitStatus, Failure};

/// The engine.
pub struct Postgres;

#[derive(QueryableByName)]
struct Value {
    #[diesel(sql_type = Nullable<Text>)]
    value: Option<String>,
}

/// What the server knows of a transaction: `committed`, `aborted`, `in progress`, or nothing any more.
pub(in crate::db) fn transaction_status(id: &str, conn: &mut AnyConnection) -> QueryResult<Option<String>> {
    let status = sql_query("SELECT pg_xact_status($1::xid8) AS value").bind::<Text, _>(id);
    Ok(status.get_result::<Value>(conn)?.value)
}

impl Lock {
    /// The function that takes the lock, and its number: eight letters, as `pg_locks` shows them.
    const fn advisory(self) -> (&'static str, i64) {
        match self {
            Self::Import => ("pg_advisory_xact_lock", i64::from_be_bytes(*b"ROLLIMPO")),
            Self::ImportShared => ("pg_advisory_xact_lock_shared", i64::from_be_bytes(*b"ROLLIMPO")),
            Self::Addresses => ("pg_advisory_xact_lock", i64::from_be_bytes(*b"ROLLADDR")),
            Self::Superadmin => ("pg_advisory_xact_lock", i64::from_be_bytes(*b"ROLLSUPE")),
            Self::Migration => ("pg_advisory_xact_lock", i64::from_be_bytes(*b"ROLLMIGR")),
        }
    }
}

/// The condition that the oldest transaction that is still open, in any database of the server, is later.
const SETTLED: &str = "recorded_xid < pg_snapshot_xmin(pg_current_snapshot())";

/// The indexes of the log, and a trigger: without its index, it would read the whole log for each COPY. A distributed log
/// does not have the last two.
const LOG_INDEXES: &[&str] = &[
    "user_action_idempotency_key_unique",
    "user_action_id_unique",
    "user_action_source_event_unique",
    "user_action_occurred_at",
    "user_action_user",
    "user_action_feed",
    "user_action_position_unique",
    "user_action_no_foreign_log",
];

impl Engine for Postgres {
    fn has_concurrent_writers(&self) -> bool {
        true
    }

    fn transaction_id(&self, conn: &mut AnyConnection) -> QueryResult<Option<String>> {
        let id = sql_query("SELECT pg_current_xact_id_if_assigned()::text AS value").get_result::<Value>(conn)?;
        Ok(id.value)
    }

    fn lock(&self, lock: Lock, conn: &mut AnyConnection) -> QueryResult<()> {
        let (function, number) = lock.advisory();
        sql_query(format!("SELECT {function}($1)")).bind::<BigInt, _>(number).execute(conn)?;
        if matches!(lock, Lock::Import | Lock::ImportShared) && !citus::is_as_before(conn)? {
            let message = Box::new(citus::HAS_MOVED.to_owned());
            return Err(QueryError::DatabaseError(DatabaseErrorKind::SerializationFailure, message));
        }
        Ok(())
    }

    fn lock_rows(
        &self,
        table: &'static str,
        column: &'static str,
        values: &[&str],
        conn: &mut AnyConnection,
    ) -> anyhow::Result<()> {
        // Raw SQL, because diesel cannot lock the rows of a query with raw conditions. The keys of the rows do not change.
        sql_query(format!(
            "SELECT id FROM {table} WHERE {column} = ANY (ARRAY(SELECT jsonb_array_elements_text($1::jsonb))) \
             ORDER BY id FOR NO KEY UPDATE"
        ))
        .bind::<Text, _>(serde_json::to_string(values)?)
        .execute(conn)?;
        Ok(())
    }

    fn lock_with_references(&self, ids: &[&str], conn: &mut AnyConnection) -> anyhow::Result<()> {
        sql_query(
            "SELECT id FROM \"user\" WHERE id = ANY (ARRAY(SELECT jsonb_array_elements_text($1::jsonb))) \
             ORDER BY id FOR UPDATE",
        )
        .bind::<Text, _>(serde_json::to_string(ids)?)
        .execute(conn)?;
        Ok(())
    }

    fn prepare_time_buckets(&self, tz: Tz, conn: &mut AnyConnection) -> QueryResult<()> {
        if self.is_log_distributed() {
            citus::propagate_settings(conn)?;
        }
        sql_query(format!("SET LOCAL timezone = '{}'", tz.name())).execute(conn)?;
        Ok(())
    }

    fn log_order(&self, table: &str, conn: &mut AnyConnection) -> anyhow::Result<LogOrder> {
        if !citus::is_as_before(conn)? {
            return Err(Failure::new(ExitStatus::Unavailable, citus::HAS_MOVED).hint("run the command again").into());
        }
        let streams = if self.is_log_distributed() && table == "user_action" {
            citus::log_streams(conn)?
        } else {
            vec![LogStream { node: None, settled: SETTLED.to_owned() }]
        };
        Ok(LogOrder { has_transactions: true, streams })
    }

    fn is_log_distributed(&self) -> bool {
        citus::is_distributed()
    }

    fn obstacles_to_distribution(&self, conn: &mut AnyConnection) -> anyhow::Result<Vec<Obstacle>> {
        let mut obstacles = citus::obstacles(conn)?;
        if let Some((reason, cure)) = self.foreign_log(conn)? {
            obstacles.push(Obstacle { reason, cure });
        }
        Ok(obstacles)
    }

    fn distribute(&self, shards: u32, conn: &mut AnyConnection) -> QueryResult<String> {
        citus::distribute(shards, conn)?;
        citus::description(conn)
    }

    fn distribution(&self, conn: &mut AnyConnection) -> QueryResult<Option<String>> {
        if self.is_log_distributed() { citus::description(conn).map(Some) } else { Ok(None) }
    }

    fn step_times(&self, _steps: &[&str], _conn: &mut AnyConnection) -> QueryResult<Option<Vec<StepTimes>>> {
        Ok(None)
    }

    fn tally(&self, _conn: &mut AnyConnection) -> QueryResult<Option<Box<dyn Tally>>> {
        Ok(None)
    }

    fn streams_results(&self) -> bool {
        false
    }

    fn prepare_scan(&self, conn: &mut AnyConnection) -> QueryResult<()> {
        if self.is_log_distributed() {
            citus::propagate_settings(conn)?;
        }
        // PostgreSQL expects too few groups, and would look up the rows of each.
        sql_query("SET LOCAL enable_nestloop = off").execute(conn)?;
        Ok(())
    }

    fn prepare_lookups(&self, conn: &mut AnyConnection) -> QueryResult<()> {
        if self.is_log_distributed() {
            return citus::prepare_lookups(conn);
        }
        // It would read the whole table for each batch of keys.
        sql_query(
            "SELECT set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true), \
             set_config('enable_seqscan', 'off', true)",
        )
        .execute(conn)?;
        Ok(())
    }

    fn log_indexes(&self) -> &'static [&'static str] {
        if self.is_log_distributed() { &LOG_INDEXES[..LOG_INDEXES.len() - 2] } else { LOG_INDEXES }
    }

    fn lock_log(&self, conn: &mut AnyConnection) -> QueryResult<()> {
        sql_query("LOCK TABLE user_action IN ACCESS EXCLUSIVE MODE NOWAIT").execute(conn)?;
        Ok(())
    }

    fn index_definitions(&self, names: &[&str], conn: &mut AnyConnection) -> QueryResult<Vec<String>> {
        let names = super::quoted(names);
        let query = format!(
            "SELECT definition FROM (SELECT pg_get_indexdef(indexrelid) AS definition, indexrelid AS number FROM pg_index \
             WHERE indrelid = 'user_action'::regclass AND indexrelid::regclass::text IN ({names}) UNION ALL \
             SELECT pg_get_triggerdef(oid) || '; ALTER TABLE user_action ENABLE ALWAYS TRIGGER ' || tgname, oid FROM pg_trigger \
             WHERE tgrelid = 'user_action'::regclass AND tgname IN ({names})) AS dropped ORDER BY number"
        );
        super::definitions(&query, conn)
    }

    fn prepare_bulk_load(&self, _conn: &mut AnyConnection) -> QueryResult<()> {
        Ok(())
    }

    fn prepare_index_build(&self, _conn: &mut AnyConnection) -> QueryResult<()> {
        Ok(())
    }

    fn end_bulk_load(&self, _conn: &mut AnyConnection) -> QueryResult<()> {
        Ok(())
    }

    fn guard_problems(&self, conn: &mut AnyConnection) -> anyhow::Result<Vec<String>> {
        health::guard_problems(conn)
    }

    fn schema_problems(&self, conn: &mut AnyConnection) -> anyhow::Result<Vec<(String, &'static str)>> {
        let guards = self.guard_problems(conn)?;
        let others = catalog::problems(&guards, self.is_log_distributed(), conn)?;
        Ok(guards.into_iter().map(|problem| (problem, super::MAKE_AGAIN)).chain(others).collect())
    }

    fn generation(&self, conn: &mut AnyConnection) -> QueryResult<String> {
        health::generation(conn)
    }

    fn size(&self, conn: &mut AnyConnection) -> QueryResult<i64> {
        super::bytes("SELECT pg_database_size(current_database()) AS bytes", conn)
    }

    fn foreign_log(&self, conn: &mut AnyConnection) -> anyhow::Result<Option<(String, &'static str)>> {
        health::foreign_log(conn)
    }

    fn staleness(&self, conn: &mut AnyConnection) -> QueryResult<Option<Duration>> {
        health::staleness(conn)
    }

    fn feed_holder(&self, table: &str, conn: &mut AnyConnection) -> anyhow::Result<Option<String>> {
        health::feed_holder(table, conn)
    }

    fn begin_copy(&self, conn: &mut AnyConnection) -> QueryResult<()> {
        copy::begin(conn)
    }

    fn end_copy(&self, conn: &mut AnyConnection) -> QueryResult<()> {
        copy::end(conn)
    }

    fn begin_change(&self, _conn: &mut AnyConnection) -> QueryResult<()> {
        Ok(()) // The transaction has started with a setting.
    }

    fn end_change(&self, _conn: &mut AnyConnection) -> QueryResult<()> {
        Ok(())
    }

    fn schema(&self, conn: &mut AnyConnection) -> QueryResult<String> {
        let schema =
            "SELECT relnamespace::regnamespace::text AS value FROM pg_class WHERE oid = 'user_action'::regclass";
        Ok(sql_query(schema).get_result::<Value>(conn)?.value.unwrap_or_default())
    }

    fn missing_roles(&self, names: &[String], conn: &mut AnyConnection) -> anyhow::Result<Vec<String>> {
        health::missing_roles(names, conn)
    }

    fn content_problems(&self, conn: &mut AnyConnection) -> anyhow::Result<Vec<(String, String)>> {
        let mut problems = super::content_problems(include_str!("postgres/content_problems.sql"), conn)?;
        problems.extend(super::content_problems(include_str!("postgres/orphans.sql"), conn)?);
        Ok(problems)
    }

    fn may_grant(&self, conn: &mut AnyConnection) -> anyhow::Result<bool> {
        let owns = "SELECT 'yes' AS value FROM pg_class WHERE oid = 'user_action'::regclass \
             AND pg_has_role(relowner, 'USAGE')";
        Ok(sql_query(owns).get_result::<Value>(conn).optional()?.is_some())
    }

    fn protection(&self, conn: &mut AnyConnection) -> QueryResult<Option<Tls>> {
        health::protection(conn)
    }

    fn version(&self, conn: &mut AnyConnection) -> QueryResult<String> {
        let version = sql_query("SELECT current_setting('server_version') AS value").get_result::<Value>(conn)?;
        let version = format!("PostgreSQL {}", version.value.unwrap_or_default());
        Ok(match self.distribution(conn)? {
            Some(distribution) => format!("{version}, distributed: {distribution}"),
            None => version,
        })
    }

    fn data_problems(&self, conn: &mut AnyConnection) -> anyhow::Result<Vec<(String, &'static str)>> {
        health::data_problems(conn)
    }
}
