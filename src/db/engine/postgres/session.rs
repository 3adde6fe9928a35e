//! The settings of a connection, also through a pooler that keeps no state of a session between transactions.
//!
//! `pgbouncer` in transaction mode gives each transaction another server connection: settings of the session would be
//! other clients' settings, and a prepared statement is not found again. So every statement runs in a transaction there,
//! with the settings at its start, and statements are not cached by name.

use std::sync::OnceLock;
use std::time::Duration;

use diesel::connection::{AnsiTransactionManager, CacheSize, SimpleConnection as _, TransactionManager as _};
use diesel::sql_types::{Bool, Nullable, Text};
use diesel::{Connection as _, PgConnection, QueryResult, QueryableByName, RunQueryDsl as _, sql_query};

use super::super::citus;
use crate::db::DatabaseUrl;

/// What a transaction through a pooler starts with; `None` if the connection is the server's own. A process uses one
/// database.
static POOLED: OnceLock<Option<String>> = OnceLock::new();

/// What a transaction of ours starts with: time-outs of the role are for other programs. Waits for locks have a time-out of
/// their own.
const WITHOUT_TIMEOUTS: &str = "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0";

/// What one that writes has besides: the triggers that record changes of other programs leave ours alone.
const OF_CHANGES: &str = "SET LOCAL rollbook.recorded = 'on'";

/// How long to wait for a lock, in milliseconds; 0 would be for ever.
static LOCK_TIMEOUT: OnceLock<u128> = OnceLock::new();

fn of_changes() -> String {
    if !citus::is_distributed() {
        return format!("{WITHOUT_TIMEOUTS}; {OF_CHANGES}");
    }
    // Locks are waited for on the nodes, too.
    let lock_timeout = LOCK_TIMEOUT.get().copied().unwrap_or(1);
    format!("{}; {WITHOUT_TIMEOUTS}; {OF_CHANGES}; SET LOCAL lock_timeout = {lock_timeout}", citus::OF_CHANGES)
}

#[derive(QueryableByName)]
struct Server {
    /// The port on which the server itself listens.
    #[diesel(sql_type = Text)]
    port: String,
    /// The address at which the server got the connection; `None` for a socket.
    #[diesel(sql_type = Nullable<Text>)]
    address: Option<String>,
    /// The schema that holds the migrations, quoted.
    #[diesel(sql_type = Nullable<Text>)]
    schema: Option<String>,
    /// Whether the database may be part of a cluster.
    #[diesel(sql_type = Bool)]
    has_citus: bool,
}

/// The first schema of the search path that holds the migrations, and where the server listens.
const SERVER: &str = "SELECT current_setting('port') AS port, host(inet_server_addr()) AS address, (\
     SELECT quote_ident(n.nspname) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
     WHERE c.relname = '__diesel_schema_migrations' AND n.nspname = ANY (current_schemas(false)) \
     ORDER BY array_position(current_schemas(false), n.nspname) LIMIT 1) AS schema, \
     to_regclass('pg_catalog.pg_dist_partition') IS NOT NULL AS has_citus";

/// Sets up a new connection; returns why the server is not one to work on, if it is not.
pub(super) fn set_up(
    conn: &mut PgConnection,
    url: &DatabaseUrl,
    lock_timeout: Duration,
) -> QueryResult<Option<&'static str>> {
    // Until it is known that the server answers itself, as through a pooler.
    conn.set_prepared_statement_cache_size(CacheSize::Disabled);
    conn.batch_execute("BEGIN")?;
    let server = sql_query(SERVER).get_result::<Server>(conn)?;
    let schema = server.schema.as_deref().unwrap_or_default();
    let log = if server.has_citus { citus::Log::of(schema, conn)? } else { citus::Log::Whole };
    conn.batch_execute("ROLLBACK")?;
    if log == citus::Log::OfWorker {
        return Ok(Some(citus::IS_WORKER));
    }
    let is_pooled = url.is_pooled().unwrap_or_else(|| !url.is_at(server.address.as_deref(), &server.port));
    let scope = if is_pooled { "SET LOCAL" } else { "SET" };
    // Every check that looks again after a lock needs READ COMMITTED. A time-out of 0 would be none at all.
    let lock_timeout = *LOCK_TIMEOUT.get_or_init(|| lock_timeout.as_millis().max(1));
    // Names in definitions are compared as they were written.
    let mut settings = format!("{scope} lock_timeout = {lock_timeout}; {scope} quote_all_identifiers = off");
    if let Some(schema) = server.schema {
        // Another schema, or a temporary table, must not take the place of a table of ours.
        settings.extend(["; ", scope, " search_path = ", &schema, ", pg_temp"]);
    }
    if log == citus::Log::Distributed {
        settings.extend(["; ", scope, citus::SESSION]);
    }
    if is_pooled {
        POOLED.get_or_init(|| Some(settings));
        enter(conn)?;
        return Ok(None);
    }
    POOLED.get_or_init(|| None);
    conn.set_prepared_statement_cache_size(CacheSize::Unbounded);
    conn.batch_execute(&format!("{settings}; SET default_transaction_isolation = 'read committed'"))?;
    Ok(None)
}

/// Whether there is a pooler between this process and the server.
pub fn is_pooled() -> bool {
    matches!(POOLED.get(), Some(Some(_)))
}

/// Starts the transaction in which statements outside of transactions run through a pooler.
pub(in crate::db) fn enter(conn: &mut PgConnection) -> QueryResult<()> {
    let is_outside = AnsiTransactionManager::transaction_manager_status_mut(conn)
        .transaction_depth()
        .is_ok_and(|depth| depth.is_none());
    match POOLED.get() {
        Some(Some(settings)) if is_outside => {
            conn.batch_execute(&format!("BEGIN ISOLATION LEVEL READ COMMITTED; {settings}"))
        }
        _ => Ok(()),
    }
}

/// Ends that transaction, before another one starts.
pub(in crate::db) fn leave(conn: &mut PgConnection) -> QueryResult<()> {
    if is_pooled() { conn.batch_execute("COMMIT") } else { Ok(()) }
}

/// Takes the time-outs of the role off the statements outside of transactions, too.
pub(in crate::db) fn take_timeouts_off(conn: &mut PgConnection) -> QueryResult<()> {
    let scope = if is_pooled() { "SET LOCAL" } else { "SET" };
    conn.batch_execute(&format!("{scope} statement_timeout = 0; {scope} idle_in_transaction_session_timeout = 0"))
}

/// The settings with which a transaction that writes starts.
pub(in crate::db) fn settings_of_change() -> String {
    with_pooled(of_changes())
}

/// The settings with which a transaction that reads one state of the database starts.
pub(in crate::db) fn settings_of_snapshot() -> String {
    with_pooled(WITHOUT_TIMEOUTS.to_owned())
}

/// And those that every transaction through a pooler needs.
fn with_pooled(settings: String) -> String {
    match POOLED.get().and_then(Option::as_deref) {
        Some(pooled) => format!("{settings}; {pooled}"),
        None => settings,
    }
}
