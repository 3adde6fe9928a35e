//! The engines. Whatever differs between them is a question of [`Engine`], or of [`SqlDialect`] where it is the text of SQL,
//! answered in the files of each.
//!
//! A new engine is a file of its own here, and a line in [`AnyConnection::engine`].

use std::time::Duration;

use chrono_tz::Tz;
use diesel::QueryResult;

use super::AnyConnection;

pub(in crate::db) mod citus;
mod kinds;
mod log_order;
pub(super) mod postgres;
mod queries;
mod sql_dialect;
pub(super) mod sqlite;
mod tally;

pub use citus::Obstacle;
pub use kinds::{ColumnKind, Lock, TimeBucket, Tls};
pub use log_order::{CursorSql, LogOrder, LogPosition, LogStream};
pub use postgres::Postgres;
use queries::{DROP_OTHER, MAKE_AGAIN, bytes, content_problems, definitions, quoted};
pub use sql_dialect::SqlDialect;
pub use sqlite::Sqlite;
pub use tally::{StepTimes, Tallied, Tally};

/// The questions that the engines answer differently, those about the text of SQL aside.
pub trait Engine: SqlDialect {
    /// Whether other processes can write at the same time: on SQLite a writing transaction has the file for itself.
    fn has_concurrent_writers(&self) -> bool;

    /// The id of the open transaction, by which another connection can ask whether it was committed; `None` where a
    /// commit cannot be in doubt, or the transaction has written nothing.
    ///
    /// # Errors
    /// When the connection is lost.
    fn transaction_id(&self, conn: &mut AnyConnection) -> QueryResult<Option<String>>;

    /// Waits for a lock, and holds it until the transaction ends.
    ///
    /// # Errors
    /// When the wait takes longer than the lock time-out.
    fn lock(&self, lock: Lock, conn: &mut AnyConnection) -> QueryResult<()>;

    /// Locks the rows of a table whose column has one of the values, in the order of their ids, until the transaction ends.
    ///
    /// # Errors
    /// When the wait takes longer than the lock time-out.
    fn lock_rows(
        &self,
        table: &'static str,
        column: &'static str,
        values: &[&str],
        conn: &mut AnyConnection,
    ) -> anyhow::Result<()>;

    /// Locks users until the transaction ends, also against new rows that refer to them.
    ///
    /// # Errors
    /// When the wait takes longer than the lock time-out.
    fn lock_with_references(&self, ids: &[&str], conn: &mut AnyConnection) -> anyhow::Result<()>;

    /// Prepares a connection for [`SqlDialect::time_bucket`].
    ///
    /// # Errors
    /// When the connection is lost.
    fn prepare_time_buckets(&self, tz: Tz, conn: &mut AnyConnection) -> QueryResult<()>;

    /// The order in which the rows of a table were committed, as of now.
    ///
    /// # Errors
    /// When the database fails, or a node of a distributed log does not answer.
    fn log_order(&self, table: &str, conn: &mut AnyConnection) -> anyhow::Result<LogOrder>;

    /// Whether the log lies on several nodes, each with a part of the keys: an event is found by its key alone.
    fn is_log_distributed(&self) -> bool;

    /// What keeps the log from being distributed over the nodes of a cluster; nothing if it can be.
    ///
    /// # Errors
    /// When the database fails.
    fn obstacles_to_distribution(&self, conn: &mut AnyConnection) -> anyhow::Result<Vec<Obstacle>>;

    /// Distributes the log over the nodes of the cluster, in the open transaction; returns how, as [`Self::distribution`].
    ///
    /// # Errors
    /// When the database fails, or the role does not own the tables.
    fn distribute(&self, shards: u32, conn: &mut AnyConnection) -> QueryResult<String>;

    /// How the log is distributed, for a message; `None` if it is whole.
    ///
    /// # Errors
    /// When the database fails.
    fn distribution(&self, conn: &mut AnyConnection) -> QueryResult<Option<String>>;

    /// When each user first took each of a sequence of steps, which are types of actions, none before the step before it; users
    /// who took none are omitted. `None` where the engine finds that faster by itself.
    ///
    /// # Errors
    /// When the database fails.
    fn step_times(&self, steps: &[&str], conn: &mut AnyConnection) -> QueryResult<Option<Vec<StepTimes>>>;

    /// Counts the rows of a query and their distinct users as it is read, where that is faster than to have the engine group
    /// them; else `None`.
    ///
    /// # Errors
    /// When the connection is lost.
    fn tally(&self, conn: &mut AnyConnection) -> QueryResult<Option<Box<dyn Tally>>>;

    /// Whether rows of a result are read as they come; otherwise the client holds all of them, unless there is a cursor.
    fn streams_results(&self) -> bool;

    /// Prepares the transaction for a query that reads and groups a whole table.
    ///
    /// # Errors
    /// When the connection is lost.
    fn prepare_scan(&self, conn: &mut AnyConnection) -> QueryResult<()>;

    /// Prepares the transaction for many small lookups in a large table.
    ///
    /// # Errors
    /// When the connection is lost.
    fn prepare_lookups(&self, conn: &mut AnyConnection) -> QueryResult<()>;

    /// The indexes of the log, and triggers that cost time, that a bulk import drops and builds again; the first is that of
    /// the idempotency keys.
    fn log_indexes(&self) -> &'static [&'static str];

    /// Keeps other transactions from the log until this one ends, unless one of them is using it.
    ///
    /// # Errors
    /// When one is.
    fn lock_log(&self, conn: &mut AnyConnection) -> QueryResult<()>;

    /// The statements that create indexes of the log, in the order in which they were created.
    ///
    /// # Errors
    /// When the database fails.
    fn index_definitions(&self, names: &[&str], conn: &mut AnyConnection) -> QueryResult<Vec<String>>;

    /// Prepares the connection for adding rows at the end of the log alone.
    ///
    /// # Errors
    /// When the connection is lost.
    fn prepare_bulk_load(&self, conn: &mut AnyConnection) -> QueryResult<()>;

    /// Prepares the connection for building indexes of the whole log.
    ///
    /// # Errors
    /// When the connection is lost.
    fn prepare_index_build(&self, conn: &mut AnyConnection) -> QueryResult<()>;

    /// Goes back to the settings of every connection.
    ///
    /// # Errors
    /// When the connection is lost.
    fn end_bulk_load(&self, conn: &mut AnyConnection) -> QueryResult<()>;

    /// What is wrong with the unique indexes and triggers that the promises depend on.
    ///
    /// # Errors
    /// When the database fails.
    fn guard_problems(&self, conn: &mut AnyConnection) -> anyhow::Result<Vec<String>>;

    /// What differs from what the migrations make, in all its parts; and what other programs have added that can change or
    /// hide rows in silence: each with the cure.
    ///
    /// # Errors
    /// When the database fails.
    fn schema_problems(&self, conn: &mut AnyConnection) -> anyhow::Result<Vec<(String, &'static str)>>;

    /// On which server the log was written, for a message.
    ///
    /// # Errors
    /// When the database fails.
    fn generation(&self, conn: &mut AnyConnection) -> QueryResult<String>;

    /// The size of the database, in bytes.
    ///
    /// # Errors
    /// When the database fails.
    fn size(&self, conn: &mut AnyConnection) -> QueryResult<i64>;

    /// Why the order of commits that the log has stored is not that of this server, and what to do; `None` if it is.
    ///
    /// # Errors
    /// When the database fails.
    fn foreign_log(&self, conn: &mut AnyConnection) -> anyhow::Result<Option<(String, &'static str)>>;

    /// How much a standby lags its primary; `None` for a server that is not a standby.
    ///
    /// # Errors
    /// When the database fails.
    fn staleness(&self, conn: &mut AnyConnection) -> QueryResult<Option<Duration>>;

    /// The transaction that holds rows of the feed of a table back, for a message; `None` if there is none.
    ///
    /// # Errors
    /// When the database fails.
    fn feed_holder(&self, table: &str, conn: &mut AnyConnection) -> anyhow::Result<Option<String>>;

    /// The version of the engine, and what is wrong with its settings: each with the cure.
    ///
    /// # Errors
    /// When the database fails.
    fn data_problems(&self, conn: &mut AnyConnection) -> anyhow::Result<Vec<(String, &'static str)>>;

    /// The rows that contradict others: each with the cure.
    ///
    /// # Errors
    /// When the database fails.
    fn content_problems(&self, conn: &mut AnyConnection) -> anyhow::Result<Vec<(String, String)>>;

    /// Whether the role may grant rights on the tables.
    ///
    /// # Errors
    /// When the database fails.
    fn may_grant(&self, conn: &mut AnyConnection) -> anyhow::Result<bool>;

    /// The engine's name and version.
    ///
    /// # Errors
    /// When the database fails.
    fn version(&self, conn: &mut AnyConnection) -> QueryResult<String>;

    /// Lets the transaction write what the database otherwise sets, of a copy of a whole database.
    ///
    /// # Errors
    /// When the role does not own the tables.
    fn begin_copy(&self, conn: &mut AnyConnection) -> QueryResult<()>;

    /// Goes back to what every writer may do.
    ///
    /// # Errors
    /// When the database fails.
    fn end_copy(&self, conn: &mut AnyConnection) -> QueryResult<()>;

    /// Says to the triggers that record what other programs change that this transaction records its changes itself.
    ///
    /// # Errors
    /// When the database fails.
    fn begin_change(&self, conn: &mut AnyConnection) -> QueryResult<()>;

    /// To be called before the COMMIT.
    ///
    /// # Errors
    /// When the database fails.
    fn end_change(&self, conn: &mut AnyConnection) -> QueryResult<()>;

    /// The schema that holds the tables, quoted; empty where there are none.
    ///
    /// # Errors
    /// When the database fails.
    fn schema(&self, conn: &mut AnyConnection) -> QueryResult<String>;

    /// Those of the roles that the server does not have; none where there are no roles.
    ///
    /// # Errors
    /// When the database fails.
    fn missing_roles(&self, names: &[String], conn: &mut AnyConnection) -> anyhow::Result<Vec<String>>;

    /// Whether the connection of the server is encrypted; `None` where there is no server.
    ///
    /// # Errors
    /// When the database fails.
    fn protection(&self, conn: &mut AnyConnection) -> QueryResult<Option<Tls>>;
}

impl AnyConnection {
    /// The engine of the connection.
    #[must_use]
    pub fn engine(&self) -> &'static dyn Engine {
        match self {
            Self::Sqlite(_) => &Sqlite,
            Self::Postgres(_) => &Postgres,
        }
    }
}

/// Executes a statement that diesel builds for each engine by itself.
macro_rules! execute_on {
    ($conn:expr, $statement:expr) => {
        match $conn {
            $crate::db::AnyConnection::Sqlite(conn) => diesel::RunQueryDsl::execute($statement, conn),
            $crate::db::AnyConnection::Postgres(conn) => diesel::RunQueryDsl::execute($statement, conn),
        }
    };
}
pub(crate) use execute_on;
