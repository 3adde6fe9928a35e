//! Citus: a PostgreSQL cluster on which the log is distributed over nodes, by `rollbook migrate distribute`.
//!
//! The log lies in shards by idempotency key, so that each node decides alone whether an event is new. All other tables are
//! reference tables: each node has a copy, which the guards on the shards read. Whatever needs one order of transactions
//! (the feed) is read from one node after the other, since each counts its own.

mod distribute;
pub(in crate::db) mod migration;

use std::sync::atomic::{AtomicBool, Ordering};

use diesel::connection::SimpleConnection as _;
use diesel::sql_types::{BigInt, Bool, Integer, Nullable, Text};
use diesel::{OptionalExtension as _, PgConnection, QueryResult, QueryableByName, RunQueryDsl as _, sql_query};

pub use distribute::{Obstacle, distribute, obstacles};

use super::{CursorSql, LogStream};
use crate::db::{AnyConnection, statement};
use crate::error::{ExitStatus, Failure};

/// Whether the log of the database is distributed. A process uses one database.
static IS_DISTRIBUTED: AtomicBool = AtomicBool::new(false);

/// Whether the database is one of Citus, whose log may be distributed while this process runs.
static HAS_CITUS: AtomicBool = AtomicBool::new(false);

/// Whether the log is still where it was when this process connected.
pub(super) fn is_as_before(conn: &mut AnyConnection) -> QueryResult<bool> {
    if !HAS_CITUS.load(Ordering::Relaxed) {
        return Ok(true);
    }
    let now = "SELECT EXISTS (SELECT FROM pg_catalog.pg_dist_partition p \
         WHERE p.logicalrelid = to_regclass('user_action') AND p.partmethod = 'h') AS found";
    Ok(sql_query(now).get_result::<Found>(conn)?.found == is_distributed())
}

/// What a command says that finds the log elsewhere.
pub(super) const HAS_MOVED: &str = "the log was distributed over a cluster in the meantime";

/// Whether the log of the database that this process uses is distributed.
pub(in crate::db) fn is_distributed() -> bool {
    IS_DISTRIBUTED.load(Ordering::Relaxed)
}

/// What a connection sets: a reference table is read from the copy of this node, in which a transaction is visible as soon
/// as its number is settled.
pub(super) const SESSION: &str = " citus.task_assignment_policy = 'greedy'";

/// What a transaction that writes starts with: a node gets all statements on one connection, so that its guards see the
/// audit trail of the transaction; and the settings that follow.
pub(super) const OF_CHANGES: &str =
    "SET LOCAL citus.multi_shard_modify_mode = 'sequential'; SET LOCAL citus.propagate_set_commands = 'local'";

/// The condition that a row was added by the open transaction, on whichever node it is checked.
pub(super) const OWN_ROWS: &str = "recorded_xid = pg_current_xact_id() AND recorded_node = rollbook_node()";

pub(super) const CURSOR_SQL: CursorSql = CursorSql {
    transaction: "recorded_xid::text",
    nodes: "coalesce(nodes, '')",
    register: "INSERT INTO feed_cursor (consumer, feed, recorded_xid, position) VALUES ($1, $2, '0', 0) \
         ON CONFLICT DO NOTHING",
    acknowledge: "UPDATE feed_cursor SET acknowledged_at = $1, position = $2, recorded_xid = $3::text::xid8, nodes = $5 \
         WHERE consumer = $4",
};

/// Where the log of a database is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Log {
    /// On the server, whole.
    Whole,
    /// On the nodes of a cluster, of which the server is the coordinator.
    Distributed,
    /// On the nodes of a cluster, of which the server is a worker.
    OfWorker,
}

/// Why a worker is not worked on.
pub(super) const IS_WORKER: &str =
    "it is a worker of a Citus cluster, which does not see the locks of other commands: connect to the coordinator";

impl Log {
    /// Looks where the log in a schema is, on a server that has Citus.
    pub(super) fn of(schema: &str, conn: &mut PgConnection) -> QueryResult<Self> {
        #[derive(QueryableByName)]
        struct Node {
            /// The number of the node; 0 is the coordinator.
            #[diesel(sql_type = Integer)]
            id: i32,
            #[diesel(sql_type = Bool)]
            is_distributed: bool,
        }
        let node: Node = sql_query(NODE).bind::<Text, _>(schema).get_result(conn)?;
        let log = match node {
            Node { is_distributed: false, .. } => Self::Whole,
            Node { id: 0, .. } => Self::Distributed,
            Node { .. } => Self::OfWorker,
        };
        IS_DISTRIBUTED.store(log == Self::Distributed, Ordering::Relaxed);
        HAS_CITUS.store(true, Ordering::Relaxed);
        Ok(log)
    }
}

const NODE: &str = "SELECT groupid AS id, EXISTS (SELECT FROM pg_catalog.pg_dist_partition p \
     WHERE p.logicalrelid = to_regclass(CASE $1 WHEN '' THEN 'user_action' ELSE $1 || '.user_action' END) \
     AND p.partmethod = 'h') AS is_distributed \
     FROM pg_catalog.pg_dist_local_group";

/// What a command printed on a node.
#[derive(QueryableByName)]
struct Answer {
    #[diesel(sql_type = Integer)]
    node: i32,
    #[diesel(sql_type = Bool)]
    success: bool,
    #[diesel(sql_type = Nullable<Text>)]
    result: Option<String>,
}

const ON_ALL_NODES: &str = "SELECT n.groupid AS node, r.success, r.result \
     FROM run_command_on_all_nodes($1) r JOIN pg_catalog.pg_dist_node n USING (nodeid) ORDER BY n.groupid";

/// Runs a query that returns one text on every node.
fn on_all_nodes(query: &str, conn: &mut AnyConnection) -> QueryResult<Vec<Answer>> {
    sql_query(ON_ALL_NODES).bind::<Text, _>(query).load(conn)
}

/// The number of the last node that the cluster ever had, or whose rows the log has.
const LAST_NODE: &str = "SELECT greatest(s.last_value, (SELECT max(groupid) FROM pg_catalog.pg_dist_node), a.node) AS number \
     FROM pg_catalog.pg_dist_groupid_seq s, (SELECT max(recorded_node) AS node FROM user_action) AS a";

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

/// The nodes of the cluster, whether they are active or not.
const NODES: &str = "SELECT DISTINCT groupid::bigint AS number FROM pg_catalog.pg_dist_node";

/// The nodes that the cluster has or had, with the oldest transaction that is open there now. Of a node that has left the
/// cluster nothing can come any more; one that does not answer is an error. The numbers of the nodes are read first: one that
/// is added meanwhile is not taken for one that has left.
fn horizons(conn: &mut AnyConnection) -> anyhow::Result<Vec<(u32, Option<u64>)>> {
    let last: Number = sql_query(LAST_NODE).get_result(conn)?;
    let nodes: Vec<Number> = sql_query(NODES).load(conn)?;
    let answers = on_all_nodes("SELECT pg_snapshot_xmin(pg_current_snapshot())::text", conn)?;
    let horizon = |node: u32| match answers.iter().find(|answer| i64::from(answer.node) == i64::from(node)) {
        Some(Answer { success: true, result: Some(oldest), .. }) => Ok((node, Some(oldest.parse()?))),
        None if nodes.iter().all(|known| known.number != i64::from(node)) => Ok((node, None)),
        answer => {
            let reason = answer.and_then(|answer| answer.result.as_deref()).unwrap_or("no answer");
            let message = format!("node {node} of the cluster cannot be asked: {reason}");
            Err(Failure::new(ExitStatus::Unavailable, message).into())
        }
    };
    (0..=u32::try_from(last.number)?).map(horizon).collect()
}

/// The streams of the log, one a node. The oldest open transactions are taken before any row is read: a row below its node's
/// is committed wherever it lies.
pub(super) fn log_streams(conn: &mut AnyConnection) -> anyhow::Result<Vec<LogStream>> {
    let stream = |(node, oldest): (u32, Option<u64>)| {
        let settled = oldest.map_or_else(|| "TRUE".to_owned(), |oldest| format!("recorded_xid < '{oldest}'::xid8"));
        LogStream { node: Some(node), settled }
    };
    Ok(horizons(conn)?.into_iter().map(stream).collect())
}

/// Lets the settings of the transaction that follow hold on every node.
pub(super) fn propagate_settings(conn: &mut AnyConnection) -> QueryResult<()> {
    conn.batch_execute("SET LOCAL citus.propagate_set_commands = 'local'")
}

/// As on one server, on every node.
pub(super) fn prepare_lookups(conn: &mut AnyConnection) -> QueryResult<()> {
    propagate_settings(conn)?;
    conn.batch_execute(
        "SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; SET LOCAL enable_seqscan = off",
    )
}

/// What to do about a log of another cluster.
const IS_FOREIGN: &str = "import an export of the log into a new database, and distribute that";

/// A query that says, as `started`, whether a node cannot be reached or fulfils a condition.
pub(super) fn any_node_fails_or(condition: &str) -> String {
    format!(
        "SELECT coalesce(bool_or(NOT success OR result = 't'), TRUE) AS started \
         FROM run_command_on_all_nodes($command$SELECT {condition}$command$)"
    )
}

/// Why the order of commits that the log has stored is not that of the nodes.
pub(super) fn foreign_log(conn: &mut AnyConnection) -> anyhow::Result<Option<(String, &'static str)>> {
    #[derive(QueryableByName)]
    struct Latest {
        #[diesel(sql_type = Text)]
        transaction: String,
    }
    let ahead = "SELECT recorded_xid::text AS transaction FROM audit_event WHERE subject_kind = 'user' AND refusal IS NULL \
         AND recorded_xid >= pg_snapshot_xmax(pg_current_snapshot()) ORDER BY recorded_xid DESC LIMIT 1";
    if let Some(Latest { transaction }) = sql_query(ahead).get_result(conn).optional()? {
        let reason = format!("the audit trail comes from another cluster: its transaction {transaction} is ahead");
        return Ok(Some((reason, IS_FOREIGN)));
    }
    // The latest transactions are read before the nodes are asked how far they are: they go on meanwhile.
    let mut latest = Vec::new();
    for (node, _) in horizons(conn)? {
        let found: Option<Latest> = sql_query(
            "SELECT recorded_xid::text AS transaction FROM user_action \
             WHERE recorded_node = $1 ORDER BY recorded_xid DESC LIMIT 1",
        )
        .bind::<Integer, _>(i32::try_from(node)?)
        .get_result(conn)
        .optional()?;
        if let Some(Latest { transaction }) = found {
            latest.push((i32::try_from(node)?, transaction.parse::<u64>()?));
        }
    }
    for answer in on_all_nodes("SELECT pg_snapshot_xmax(pg_current_snapshot())::text", conn)? {
        let Some(next) = answer.result.filter(|_| answer.success) else { continue };
        let next: u64 = next.parse()?;
        if let Some((node, transaction)) = latest.iter().find(|(node, latest)| *node == answer.node && *latest >= next)
        {
            let reason =
                format!("the log comes from another cluster: its transaction {transaction} is ahead of node {node}'s");
            return Ok(Some((reason, IS_FOREIGN)));
        }
    }
    Ok(None)
}

/// The transaction that holds rows of the feed back, on whichever node.
pub(super) fn feed_holder(holder: &'static str, conn: &mut AnyConnection) -> anyhow::Result<Option<String>> {
    let waiting: Vec<String> = horizons(conn)?
        .into_iter()
        .filter_map(|(node, oldest)| Some(format!("recorded_node = {node} AND recorded_xid >= '{}'::xid8", oldest?)))
        .collect();
    // Not by EXISTS, for which all of these rows would be collected.
    let waiting = format!("SELECT TRUE AS found FROM user_action WHERE {} LIMIT 1", waiting.join(" OR "));
    if sql_query(waiting).get_result::<Found>(conn).optional()?.is_none() {
        return Ok(None);
    }
    let answers = on_all_nodes(&statement(holder).replace("{waits}", "TRUE"), conn)?;
    let mut holders = answers.into_iter().filter(|answer| answer.success);
    Ok(holders.find_map(|answer| Some(format!("{} on node {}", answer.result?, answer.node))))
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Bool)]
    found: bool,
}

/// A shard that lacks something.
#[derive(QueryableByName)]
struct Problem {
    #[diesel(sql_type = Text)]
    problem: String,
}

/// What is wrong with the shards, and events that have one id.
pub(super) fn data_problems(conn: &mut AnyConnection) -> QueryResult<Vec<(String, &'static str)>> {
    let shards: Vec<Problem> = sql_query(statement(include_str!("citus/shards.sql"))).load(conn)?;
    let cure = "drop it from user_action on the coordinator, and create it again as it was, while nothing is imported";
    let mut problems: Vec<_> = shards.into_iter().map(|row| (row.problem, cure)).collect();
    // The coordinator's are checked as those of any server.
    let settings: Vec<Problem> = sql_query(
        "SELECT format('on the node %s:%s, %s', n.nodename, n.nodeport, r.result) AS problem \
         FROM run_command_on_all_nodes($$SELECT string_agg(name || ' is off', ', ' ORDER BY name) FROM pg_settings \
           WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit') AND setting = 'off'$$) AS r (nodeid, success, result) \
         JOIN pg_catalog.pg_dist_node n USING (nodeid) WHERE n.groupid <> 0 AND coalesce(r.result, '') <> '' ORDER BY nodeid",
    )
    .load(conn)?;
    let cure = "set them to on there: a crash of the node can destroy or lose what was committed";
    problems.extend(settings.into_iter().map(|row| (row.problem, cure)));
    let doubles: Vec<Problem> = sql_query(
        "SELECT 'two events have the id ' || id AS problem FROM user_action GROUP BY id HAVING count(*) > 1 LIMIT 3",
    )
    .load(conn)?;
    let cure = "compare them: rollbook actions list --format json --jq '.[] | select(.id == \"ID\")'";
    problems.extend(doubles.into_iter().map(|row| (row.problem, cure)));
    Ok(problems)
}

/// How the log is distributed, for a message.
pub(super) fn description(conn: &mut AnyConnection) -> QueryResult<String> {
    #[derive(QueryableByName)]
    struct Description {
        #[diesel(sql_type = Text)]
        description: String,
    }
    let description = "SELECT format('%s shard%s on %s nodes', count(DISTINCT s.shardid), CASE count(DISTINCT s.shardid) WHEN 1 THEN '' ELSE 's' END, \
           (SELECT count(*) FROM pg_catalog.pg_dist_node)) AS description \
         FROM pg_catalog.pg_dist_shard s WHERE s.logicalrelid = 'user_action'::regclass";
    Ok(sql_query(description).get_result::<Description>(conn)?.description)
}
