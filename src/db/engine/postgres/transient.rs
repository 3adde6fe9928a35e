//! Whether a statement failed for a reason that passes, whatever language the server speaks.
//!
//! diesel does not tell the SQLSTATE of a time-out (55P03), a deadlock (40P01) or a terminated connection (57P01), only
//! the message, which the server's `lc_messages` translates. So the same errors are provoked on connections of our own,
//! and the messages are compared.

use std::thread;
use std::time::Duration;

use diesel::connection::SimpleConnection as _;
use diesel::sql_types::{Bool, Text};
use diesel::{Connection as _, PgConnection, QueryResult, QueryableByName, RunQueryDsl as _, sql_query};

use crate::db::DatabaseUrl;
use crate::db::engine::citus;

/// The advisory locks that the errors are provoked with: "ROLLERR1" and "ROLLERR2".
const LOCKS: [i64; 2] = [i64::from_be_bytes(*b"ROLLERR1"), i64::from_be_bytes(*b"ROLLERR2")];

/// Whether the server says this when a lock is not granted in time, a deadlock is found, or a connection is terminated.
/// `elapsed` is how long the program has run: shorter than `deadlock_timeout`, it cannot have met a deadlock.
pub(in crate::db) fn is_transient(message: &str, url: &DatabaseUrl, elapsed: Duration) -> bool {
    // A server that cannot be reached any more is reason enough.
    let Ok(mut conns) = connect(url).and_then(|first| Ok([first, connect(url)?])) else { return true };
    let is_deadlock = || -> QueryResult<bool> {
        let mut conn = PgConnection::establish(&url.for_libpq()).map_err(|_| diesel::result::Error::NotFound)?;
        let timeout = deadlock_timeout(&mut conn)?;
        Ok(elapsed >= timeout && deadlock_message(url, timeout).is_some_and(|theirs| theirs == message))
    };
    was_started_since(elapsed, &mut conns[0])
        || lock_timeout_message(&mut conns).is_some_and(|theirs| theirs == message)
        || is_deadlock().unwrap_or(false)
        || termination_message(&mut conns).is_some_and(|theirs| theirs == message)
}

fn connect(url: &DatabaseUrl) -> diesel::ConnectionResult<PgConnection> {
    PgConnection::establish(&url.for_libpq())
}

/// Whether the server, or a node on which the log is, was started since the program was, or is not running: it has ended
/// what it was doing then.
fn was_started_since(elapsed: Duration, conn: &mut PgConnection) -> bool {
    #[derive(QueryableByName)]
    struct Started {
        #[diesel(sql_type = Bool)]
        started: bool,
    }
    let started = format!("pg_postmaster_start_time() > clock_timestamp() - interval '{} ms'", elapsed.as_millis());
    let query = if citus::is_distributed() {
        citus::any_node_fails_or(&started)
    } else {
        format!("SELECT {started} AS started")
    };
    sql_query(query).get_result::<Started>(conn).is_ok_and(|answer| answer.started)
}

/// What the server says when a lock is not granted in time.
fn lock_timeout_message([holder, waiter]: &mut [PgConnection; 2]) -> Option<String> {
    // Locks of a session would outlive a pooler's transaction.
    holder.batch_execute(&format!("BEGIN; SELECT pg_advisory_xact_lock({})", LOCKS[0])).ok()?;
    waiter.batch_execute("BEGIN; SET LOCAL lock_timeout = 1").ok()?;
    let message = error_message(waiter.batch_execute(&format!("SELECT pg_advisory_xact_lock({})", LOCKS[0])));
    let ended = waiter.batch_execute("ROLLBACK").and(holder.batch_execute("ROLLBACK"));
    ended.ok().and(message)
}

/// What the server says when two transactions wait for each other. Takes as long as `deadlock_timeout`.
fn deadlock_message(url: &DatabaseUrl, timeout: Duration) -> Option<String> {
    let limit = (timeout * 3).as_millis();
    let first_lock = |lock: i64| {
        let mut conn = connect(url).ok()?;
        conn.batch_execute(&format!("BEGIN; SET LOCAL lock_timeout = {limit}; SELECT pg_advisory_xact_lock({lock})"))
            .ok()?;
        Some(conn)
    };
    let (mut first, mut second) = (first_lock(LOCKS[0])?, first_lock(LOCKS[1])?);
    let second_lock = |conn: &mut PgConnection, lock: i64| {
        let message = error_message(conn.batch_execute(&format!("SELECT pg_advisory_xact_lock({lock})")));
        // The other one goes on when this transaction ends.
        conn.batch_execute("ROLLBACK").ok().and(message)
    };
    thread::scope(|scope| {
        let other = scope.spawn(|| second_lock(&mut second, LOCKS[0]));
        let message = second_lock(&mut first, LOCKS[1]);
        message.or_else(|| other.join().ok().flatten())
    })
}

fn deadlock_timeout(conn: &mut PgConnection) -> QueryResult<Duration> {
    #[derive(QueryableByName)]
    struct Setting {
        #[diesel(sql_type = Text)]
        setting: String,
    }
    let setting = sql_query("SELECT setting FROM pg_settings WHERE name = 'deadlock_timeout'");
    let Setting { setting } = setting.get_result(conn)?;
    Ok(Duration::from_millis(setting.parse().unwrap_or(1000)))
}

/// What the server says when an administrator terminates a connection. The connection is lost after that.
fn termination_message([_, conn]: &mut [PgConnection; 2]) -> Option<String> {
    error_message(conn.batch_execute("SELECT pg_terminate_backend(pg_backend_pid())"))
}

fn error_message(result: QueryResult<()>) -> Option<String> {
    match result {
        Err(diesel::result::Error::DatabaseError(_, information)) => Some(information.message().to_owned()),
        _ => None,
    }
}
