//! What `doctor` and the feeds ask a server: guards, settings, the origin of the log.

use std::time::Duration;

use diesel::sql_types::Text;
use diesel::{OptionalExtension as _, QueryResult, QueryableByName, RunQueryDsl as _, sql_query};

use super::Value;
use crate::db::engine::{Tls, citus};
use crate::db::{AnyConnection, statement};

const FEED_HOLDER: &str = include_str!("feed_holder.sql");

#[derive(QueryableByName)]
struct Problem {
    #[diesel(sql_type = Text)]
    problem: String,
}

/// The guards that are missing or switched off.
pub(super) fn guard_problems(conn: &mut AnyConnection) -> anyhow::Result<Vec<String>> {
    let log = if citus::is_distributed() { "distributed" } else { "whole" };
    let guards = sql_query(statement(include_str!("guards.sql"))).bind::<Text, _>(log);
    let problems: Vec<Problem> = guards.load(conn)?;
    Ok(problems.into_iter().map(|row| row.problem).collect())
}

/// On which server the log was written.
pub(super) fn generation(conn: &mut AnyConnection) -> QueryResult<String> {
    let here = "SELECT CASE WHEN g.system_identifier = c.system_identifier THEN 'the log was written on this server' \
         ELSE format('the log began on another server (%s); all its transactions are older than those of this server', \
           g.system_identifier) END AS value \
         FROM log_generation g, pg_control_system() c ORDER BY g.number DESC LIMIT 1";
    let found = sql_query(here).get_result::<Value>(conn).optional()?.and_then(|row| row.value);
    Ok(found.unwrap_or_else(|| "nothing says on which server the log was written".to_owned()))
}

/// Why the log is one of another server, and the cure.
pub(super) fn foreign_log(conn: &mut AnyConnection) -> anyhow::Result<Option<(String, &'static str)>> {
    let value = |query: &str, conn: &mut AnyConnection| -> QueryResult<Option<String>> {
        Ok(sql_query(query).get_result::<Value>(conn).optional()?.and_then(|row| row.value))
    };
    if citus::is_distributed() {
        return citus::foreign_log(conn);
    }
    for (what, table, of_feed) in
        [("log", "user_action", "TRUE"), ("audit trail", "audit_event", "subject_kind = 'user' AND refusal IS NULL")]
    {
        let ahead = format!(
            "SELECT recorded_xid::text AS value FROM {table} WHERE {of_feed} \
             AND recorded_xid >= pg_snapshot_xmax(pg_current_snapshot()) ORDER BY recorded_xid DESC LIMIT 1"
        );
        if let Some(transaction) = value(&ahead, conn)? {
            let reason = format!(
                "the {what} comes from another server: its transaction {transaction} is ahead of this server's"
            );
            return Ok(Some((reason, "order it by the positions of its actions: rollbook actions feed --rebase")));
        }
    }
    Ok(None)
}

/// How old what a standby has may be.
pub(super) fn staleness(conn: &mut AnyConnection) -> QueryResult<Option<Duration>> {
    // All that was received is replayed, and the primary is connected: nothing is known to be missing. Without a
    // connection, what is missing is unknown, and the standby is as old as the last transaction that it has.
    let lag = "SELECT CASE WHEN NOT pg_is_in_recovery() THEN NULL \
         WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() \
           AND EXISTS (SELECT FROM pg_stat_get_wal_receiver() WHERE pid IS NOT NULL) THEN '0' \
         ELSE coalesce(ceil(extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()))::bigint::text, \
           'unknown') END AS value";
    let value = sql_query(lag).get_result::<Value>(conn)?.value;
    let duration = |text: String| match text.parse::<i64>() {
        Ok(seconds) => Duration::from_secs(seconds.max(0).unsigned_abs()),
        Err(_) => Duration::MAX,
    };
    Ok(value.map(duration))
}

/// The transaction that holds the feed back.
pub(super) fn feed_holder(table: &str, conn: &mut AnyConnection) -> anyhow::Result<Option<String>> {
    if citus::is_distributed() && table == "user_action" {
        return citus::feed_holder(FEED_HOLDER, conn);
    }
    let waits = format!("EXISTS (SELECT FROM {table} WHERE recorded_xid >= pg_snapshot_xmin(pg_current_snapshot()))");
    let holder = sql_query(statement(FEED_HOLDER).replace("{waits}", &waits));
    Ok(holder.get_result::<Value>(conn).optional()?.and_then(|row| row.value))
}

/// Whether the connection is encrypted.
pub(super) fn protection(conn: &mut AnyConnection) -> QueryResult<Option<Tls>> {
    let protection = "SELECT CASE WHEN ssl THEN version || ', ' || cipher END AS value \
         FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    Ok(sql_query(protection).get_result::<Value>(conn).optional()?.map(|row| row.value.map_or(Tls::Off, Tls::On)))
}

/// Settings and numbers that endanger data, each with its cure.
pub(super) fn data_problems(conn: &mut AnyConnection) -> anyhow::Result<Vec<(String, &'static str)>> {
    let mut setting = |name: &str| -> QueryResult<String> {
        let query = sql_query("SELECT current_setting($1) AS value").bind::<Text, _>(name);
        Ok(query.get_result::<Value>(conn)?.value.unwrap_or_default())
    };
    let mut problems = Vec::new();
    for (name, cure) in [
        ("fsync", "set fsync = on: a crash of the server can destroy the database"),
        ("full_page_writes", "set full_page_writes = on: a crash of the server can destroy pages"),
        ("synchronous_commit", "set synchronous_commit = on: a crash of the server can lose what was committed"),
    ] {
        if setting(name)? == "off" {
            problems.push((format!("{name} is off"), cure));
        }
    }
    for (name, expected, cure) in [
        ("session_replication_role", "origin", "set session_replication_role = origin: foreign keys are not checked"),
        ("default_transaction_read_only", "off", "set default_transaction_read_only = off: nothing can be changed"),
    ] {
        let value = setting(name)?;
        if value != expected {
            problems.push((format!("{name} is {value}"), cure));
        }
    }
    let unrecorded = "SELECT c.text AS value FROM pg_db_role_setting, unnest(setconfig) AS c (text) \
         WHERE c.text LIKE 'rollbook.%' AND setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database())) \
         LIMIT 1";
    if sql_query(unrecorded).get_result::<Value>(conn).optional()?.is_some() {
        let problem = "changes by other programs are not recorded: rollbook.recorded is set for the database or a role";
        problems.push((
            problem.to_owned(),
            "ALTER DATABASE … RESET rollbook.recorded, or ALTER ROLE … RESET rollbook.recorded; psql lists them by \\drds",
        ));
    }
    if citus::is_distributed() {
        problems.extend(citus::data_problems(conn)?);
    }
    for (table, problem, cure) in [
        (
            "user_action",
            "the positions of the log are ahead of their sequence",
            "SELECT setval(pg_get_serial_sequence('user_action', 'position'), max(position)) FROM user_action",
        ),
        (
            "audit_event",
            "the positions of the audit trail are ahead of their sequence",
            "SELECT setval(pg_get_serial_sequence('audit_event', 'position'), max(position)) FROM audit_event",
        ),
    ] {
        let ahead = format!(
            "SELECT max(position)::text AS value FROM {table} \
             HAVING max(position) > (SELECT coalesce(last_value, 0) FROM pg_sequences \
               WHERE format('%I.%I', schemaname, sequencename)::regclass \
                 = pg_get_serial_sequence('{table}', 'position')::regclass)"
        );
        if sql_query(ahead).get_result::<Value>(conn).optional()?.is_some() {
            problems.push((problem.to_owned(), cure));
        }
    }
    let unusual = "SELECT sequencename::text AS value FROM pg_sequences s \
         WHERE format('%I.%I', schemaname, sequencename)::regclass \
           IN (pg_get_serial_sequence('user_action', 'position')::regclass, pg_get_serial_sequence('audit_event', 'position')::regclass) \
           AND (increment_by <> 1 OR cycle OR max_value < 9223372036854775807) LIMIT 1";
    if let Some(name) = sql_query(unusual).get_result::<Value>(conn).optional()?.and_then(|row| row.value) {
        let problem = format!("the sequence {name} does not go on by 1 without an end");
        problems.push((problem, "ALTER SEQUENCE … INCREMENT BY 1 NO MAXVALUE NO CYCLE"));
    }
    Ok(problems)
}

/// Those of the roles that the server does not have.
pub(super) fn missing_roles(names: &[String], conn: &mut AnyConnection) -> anyhow::Result<Vec<String>> {
    let missing = "SELECT name AS value FROM jsonb_array_elements_text($1::jsonb) AS named (name) \
         WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) ORDER BY name";
    let missing = sql_query(missing).bind::<Text, _>(serde_json::to_string(names)?);
    Ok(missing.load::<Value>(conn)?.into_iter().filter_map(|row| row.value).collect())
}
