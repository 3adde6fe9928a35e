//! Schema migrations: applying, reverting and listing them.
//!
//! Each engine has its own scripts under `migrations/`, with the same versions, compiled into the program.

use std::collections::BTreeSet;

use diesel::backend::Backend;
use diesel::dsl::sql;
use diesel::migration::{Migration as _, MigrationSource};
use diesel::pg::Pg;
use diesel::sql_types::{BigInt, Bool, Text};
use diesel::sqlite::Sqlite;
use diesel::{QueryResult, QueryableByName, RunQueryDsl as _, select, sql_query};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness as _, embed_migrations};

mod state;
pub mod unfinished_copy;

use super::engine::citus;
use super::transaction::{self, CommitError};
use super::{AnyConnection, DatabaseUrl, End, Lock};
use crate::error::{ExitStatus, Failure, MigrationError};

pub use state::State;

pub(super) const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Every table that the migrations create.
const TABLES: [&str; 11] = [
    "user",
    "user_action",
    "champion",
    "import_run",
    "import_parked",
    "former_email",
    "hash_key",
    "audit_event",
    "feed_cursor",
    "operation",
    "feed_parked",
];

#[derive(QueryableByName)]
struct Version {
    #[diesel(sql_type = Text)]
    version: String,
}

/// One migration, and whether it is applied.
#[derive(Debug, Clone)]
pub struct Migration {
    /// Version and name: the name of its directory under `migrations/`.
    pub name: String,
    /// Whether it has been applied.
    pub applied: bool,
}

/// Every migration of this version, oldest first. Writes nothing.
///
/// # Errors
/// When the database cannot be read.
pub fn list(conn: &mut AnyConnection) -> anyhow::Result<Vec<Migration>> {
    let applied = applied(conn)?;
    Ok(known(conn)?
        .into_iter()
        .map(|(version, name)| Migration { applied: applied.contains(&version), name })
        .collect())
}

/// The parts that a dump of PostgreSQL has of what the migrations make: the kind, as `pg_restore --list` names it, and the
/// name, after that of the table where the list has it.
#[must_use]
pub fn parts_of_dump() -> Vec<(&'static str, Vec<String>)> {
    super::engine::postgres::parts_of_dump()
}

/// The name of the newest migration that this version knows.
#[must_use]
pub fn latest() -> String {
    let migrations = MigrationSource::<Sqlite>::migrations(&SQLITE).unwrap_or_default();
    migrations.iter().map(|migration| migration.name().to_string()).max().unwrap_or_default()
}

/// The version of that migration, as the database records it.
#[must_use]
pub fn latest_version() -> String {
    let migrations = MigrationSource::<Sqlite>::migrations(&SQLITE).unwrap_or_default();
    migrations.iter().map(|migration| migration.name().version().to_string()).max().unwrap_or_default()
}

/// The state of the database's schema. Writes nothing.
///
/// # Errors
/// When the database cannot be read.
pub fn state(conn: &mut AnyConnection) -> anyhow::Result<State> {
    let applied = applied(conn)?;
    let known = known(conn)?;
    let newer: Vec<String> =
        applied.iter().filter(|version| !known.iter().any(|(known, _)| known == *version)).cloned().collect();
    let pending: Vec<String> =
        known.into_iter().filter(|(version, _)| !applied.contains(version)).map(|(_, name)| name).collect();
    Ok(if applied.contains(unfinished_copy::VERSION) {
        State::Copying
    } else if !newer.is_empty() {
        State::Newer(newer)
    } else if applied.is_empty() && has_our_tables(conn)? {
        // Check again: another process may have migrated the database in the meantime.
        return if self::applied(conn)?.is_empty() { Ok(State::Foreign) } else { state(conn) };
    } else if pending.is_empty() {
        State::Current
    } else if applied.is_empty() {
        State::Empty(pending)
    } else {
        State::Pending(pending)
    })
}

/// The names of the migrations that are not applied yet.
///
/// # Errors
/// When the database is newer, belongs to another program, has half of a copy, or cannot be read.
pub fn pending(conn: &mut AnyConnection, url: &DatabaseUrl) -> anyhow::Result<Vec<String>> {
    match state(conn)? {
        State::Current => Ok(Vec::new()),
        State::Empty(names) | State::Pending(names) => Ok(names),
        state @ (State::Newer(_) | State::Foreign | State::Copying) => Err(state.refusal(url)),
    }
}

/// Applies the pending migrations, all or none, and returns their names. Concurrent processes wait for the lock.
///
/// # Errors
/// When the database is newer or belongs to another program, or a script fails; then all changes are rolled back.
pub fn run(conn: &mut AnyConnection, url: &DatabaseUrl) -> anyhow::Result<Vec<String>> {
    exclusively(conn, |conn| {
        let pending = pending(conn, url)?;
        if pending.is_empty() {
            return Ok(pending);
        }
        match conn {
            AnyConnection::Sqlite(conn) => conn.run_pending_migrations(SQLITE).map(|done| done.len()),
            AnyConnection::Postgres(conn) if citus::is_distributed() => {
                citus::migration::run(POSTGRES, &TABLES, conn).map(|()| pending.len())
            }
            AnyConnection::Postgres(conn) => conn.run_pending_migrations(POSTGRES).map(|done| done.len()),
        }
        .map_err(|error| failed("a migration failed".to_owned(), &*error))?;
        Ok(pending)
    })
}

/// What reverting migrations does.
#[derive(Debug)]
pub struct Reverted {
    /// The names of the migrations, latest first.
    pub names: Vec<String>,
    /// The tables that are dropped although they have rows, with the number of rows.
    pub lost: Vec<(&'static str, i64)>,
}

/// Reverts the latest `n` migrations, all or none. `check` decides on what that does whether it is committed.
///
/// # Errors
/// When the database is newer or belongs to another program, a script fails, or `check` does; then all changes are
/// rolled back.
pub fn revert(
    conn: &mut AnyConnection,
    url: &DatabaseUrl,
    n: usize,
    check: impl FnOnce(&Reverted) -> anyhow::Result<End>,
) -> anyhow::Result<Reverted> {
    exclusively_or_not(conn, |conn| {
        if let state @ (State::Newer(_) | State::Foreign | State::Copying) = state(conn)? {
            return Err(state.refusal(url));
        }
        let names: Vec<String> = list(conn)?
            .into_iter()
            .rev()
            .filter(|migration| migration.applied)
            .take(n)
            .map(|migration| migration.name)
            .collect();
        let rows = row_counts(conn)?;
        for name in &names {
            match conn {
                AnyConnection::Sqlite(conn) => conn.revert_last_migration(SQLITE).map(drop),
                AnyConnection::Postgres(conn) if citus::is_distributed() => citus::migration::revert(&POSTGRES, conn),
                AnyConnection::Postgres(conn) => conn.revert_last_migration(POSTGRES).map(drop),
            }
            .map_err(|error| failed(format!("{name} cannot be reverted"), &*error))?;
        }
        let mut lost = Vec::new();
        for (table, rows) in rows {
            if rows > 0 && !has_table(conn, table)? {
                lost.push((table, rows));
            }
        }
        let reverted = Reverted { names, lost };
        let end = check(&reverted)?;
        Ok((reverted, end))
    })
}

/// The number of rows in each of our tables that exist.
///
/// # Errors
/// When the database fails.
pub fn row_counts(conn: &mut AnyConnection) -> anyhow::Result<Vec<(&'static str, i64)>> {
    let mut tables = Vec::new();
    for table in TABLES {
        if has_table(conn, table)? {
            // Raw SQL: the table's columns may be those of an older schema.
            let rows = select(sql::<BigInt>(&format!("(SELECT count(*) FROM \"{table}\")"))).get_result(conn)?;
            tables.push((table, rows));
        }
    }
    Ok(tables)
}

/// The error of a failed migration.
fn failed(what: String, error: &dyn std::error::Error) -> anyhow::Error {
    anyhow::Error::new(MigrationError(error.to_string())).context(what)
}

/// Runs `work` in a transaction that holds the migration lock: `run_pending_migrations` itself takes no lock.
fn exclusively<T>(
    conn: &mut AnyConnection,
    work: impl FnOnce(&mut AnyConnection) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    exclusively_or_not(conn, |conn| Ok((work(conn)?, End::Commit)))
}

/// As [`exclusively`], where `work` decides whether to commit.
fn exclusively_or_not<T>(
    conn: &mut AnyConnection,
    work: impl FnOnce(&mut AnyConnection) -> anyhow::Result<(T, End)>,
) -> anyhow::Result<T> {
    transaction::begin(conn)?;
    let result = conn.engine().lock(Lock::Migration, conn).map_err(Into::into).and_then(|()| work(conn));
    match result {
        Ok((_, End::Commit)) => match transaction::commit(conn) {
            Err(CommitError::Lost(error)) => {
                let message = "the connection was lost during the commit: the migrations may or may not be applied";
                let failure = Failure::new(ExitStatus::Unavailable, message).hint("rollbook migrate status shows them");
                return Err(anyhow::Error::new(error).context(failure));
            }
            result => result?,
        },
        Ok((_, End::Rollback)) | Err(_) => transaction::rollback(conn),
    }
    result.map(|(value, _)| value)
}

/// Version and directory name of every embedded migration, oldest first.
fn known(conn: &AnyConnection) -> anyhow::Result<Vec<(String, String)>> {
    let mut known = match conn {
        AnyConnection::Sqlite(_) => names::<Sqlite>(&SQLITE),
        AnyConnection::Postgres(_) => names::<Pg>(&POSTGRES),
    }
    .map_err(|error| anyhow::anyhow!(error))?;
    known.sort();
    Ok(known)
}

fn names<DB: Backend>(source: &EmbeddedMigrations) -> diesel::migration::Result<Vec<(String, String)>> {
    let migrations = MigrationSource::<DB>::migrations(source)?;
    Ok(migrations.iter().map(|m| (m.name().version().to_string(), m.name().to_string())).collect())
}

/// The versions that are applied; none if no migration has ever run.
fn applied(conn: &mut AnyConnection) -> QueryResult<BTreeSet<String>> {
    if !has_table(conn, "__diesel_schema_migrations")? {
        return Ok(BTreeSet::new());
    }
    let versions: Vec<Version> = sql_query("SELECT version FROM __diesel_schema_migrations").load(conn)?;
    Ok(versions.into_iter().map(|row| row.version).collect())
}

/// Whether a table with one of rollbook's names exists; called when no migration is applied.
fn has_our_tables(conn: &mut AnyConnection) -> QueryResult<bool> {
    for table in TABLES {
        if has_table(conn, table)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn has_table(conn: &mut AnyConnection, name: &str) -> QueryResult<bool> {
    // Raw SQL, because diesel has no schema for the system catalogs.
    match conn {
        AnyConnection::Sqlite(conn) => {
            select(sql::<Bool>("EXISTS (SELECT 1 FROM sqlite_schema WHERE name = ").bind::<Text, _>(name).sql(")"))
                .get_result(conn)
        }
        AnyConnection::Postgres(conn) => {
            select(sql::<Bool>("to_regclass(quote_ident(").bind::<Text, _>(name).sql(")) IS NOT NULL")).get_result(conn)
        }
    }
}
