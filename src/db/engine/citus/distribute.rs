//! Distributes the log of a database over the nodes of a cluster.

use diesel::connection::SimpleConnection as _;
use diesel::sql_types::{BigInt, Bool, Text};
use diesel::{QueryResult, QueryableByName, RunQueryDsl as _, sql_query};

use crate::db::{AnyConnection, statement};
use crate::output::plural;

/// Why the log cannot be distributed: what is missing, or rows in the way, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obstacle {
    /// What is in the way.
    pub reason: String,
    /// What to do about it.
    pub cure: &'static str,
}

#[derive(QueryableByName)]
struct Cluster {
    #[diesel(sql_type = Bool)]
    has_citus: bool,
}

#[derive(QueryableByName)]
struct Nodes {
    #[diesel(sql_type = Bool)]
    has_coordinator: bool,
    #[diesel(sql_type = BigInt)]
    workers: i64,
}

#[derive(QueryableByName)]
struct Rows {
    #[diesel(sql_type = BigInt)]
    count: i64,
    #[diesel(sql_type = Text)]
    first: String,
}

const HAS_CITUS: &str = "SELECT to_regclass('pg_catalog.pg_dist_partition') IS NOT NULL AS has_citus";

const NODES: &str = "SELECT coalesce(bool_or(groupid = 0), FALSE) AS has_coordinator, \
     count(*) FILTER (WHERE groupid <> 0 AND shouldhaveshards AND isactive) AS workers FROM pg_catalog.pg_dist_node";

/// Rows that the distributed log does not allow, each kind with the reason.
const ROWS: [(&str, &str); 2] = [
    ("idempotency_key IS NULL", "without an idempotency key"),
    (
        "source_event_id IS NOT NULL AND idempotency_key <> 'user_action:' || source_system || ':' || source_event_id",
        "with a source event id and another idempotency key than user_action:SOURCE:EVENT",
    ),
];

/// Triggers of other programs: they would run on every node that has a copy of a table.
const OTHER_TRIGGERS: &str = "SELECT count(*), coalesce(min(g.tgname || ' on ' || g.tgrelid::regclass::text), '') AS first \
     FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid JOIN pg_proc p ON p.oid = g.tgfoid \
     WHERE NOT g.tgisinternal AND c.relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = 'user_action'::regclass) \
       AND c.relname IN ('user', 'user_action', 'champion', 'import_run', 'import_parked', 'former_email', 'hash_key', \
         'audit_event', 'feed_cursor', 'feed_parked', 'operation') \
       AND NOT starts_with(p.proname, 'rollbook_')";

/// What keeps the log from being distributed; nothing if it can be.
///
/// # Errors
/// When the database fails.
pub fn obstacles(conn: &mut AnyConnection) -> QueryResult<Vec<Obstacle>> {
    let cluster: Cluster = sql_query(HAS_CITUS).get_result(conn)?;
    if !cluster.has_citus {
        let reason = "the database has no Citus".to_owned();
        return Ok(vec![Obstacle { reason, cure: "CREATE EXTENSION citus in this database on every node" }]);
    }
    let mut obstacles = Vec::new();
    let nodes: Nodes = sql_query(NODES).get_result(conn)?;
    if !nodes.has_coordinator {
        let cure = "SELECT citus_set_coordinator_host('HOST', PORT), by which the other nodes reach this one";
        obstacles.push(Obstacle { reason: "the cluster does not know its coordinator".to_owned(), cure });
    }
    if nodes.workers == 0 {
        let cure = "SELECT citus_add_node('HOST', PORT) for each worker";
        obstacles.push(Obstacle { reason: "the cluster has no worker".to_owned(), cure });
    }
    for (condition, what) in ROWS {
        let rows: Rows =
            sql_query(format!("SELECT count(*), coalesce(min(id), '') AS first FROM user_action WHERE {condition}"))
                .get_result(conn)?;
        if rows.count > 0 {
            let actions = plural(rows.count.unsigned_abs(), "action");
            let reason = format!("the log has {actions} {what}, the first of them {}", rows.first);
            let cure = "the log is append-only: import an export of it, without these keys, into a new database, and \
                 distribute that";
            obstacles.push(Obstacle { reason, cure });
        }
    }
    let triggers: Rows = sql_query(OTHER_TRIGGERS).get_result(conn)?;
    if triggers.count > 0 {
        let reason = format!("other programs have triggers on the tables, the first of them {}", triggers.first);
        let cure = "drop them, distribute the log, and create those again that work on every node";
        obstacles.push(Obstacle { reason, cure });
    }
    Ok(obstacles)
}

/// Distributes the log, in the open transaction.
///
/// # Errors
/// When the database fails, or the role does not own the tables.
pub fn distribute(shards: u32, conn: &mut AnyConnection) -> QueryResult<()> {
    conn.batch_execute("SET LOCAL client_min_messages = warning; SET LOCAL citus.enable_unsafe_triggers = on")?;
    conn.batch_execute(super::OF_CHANGES)?;
    let statements = statement(include_str!("distribute.sql")).replace("{shards}", &shards.to_string());
    statements.split("\n\n").try_for_each(|statement| conn.batch_execute(statement))
}
