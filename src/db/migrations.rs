//! Bringing the tables to the form that this version of rollbook knows.
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

use super::{AnyConnection, DatabaseUrl, transaction};
use crate::error::{ExitStatus, Failure, is_passing_message};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// The advisory lock that one `migrate run` holds while it reads what is pending and applies it: "ROLLMIGR".
const LOCK: i64 = 0x524F_4C4C_4D49_4752;

/// Every table that the migrations make.
const TABLES: [&str; 6] = ["user", "user_action", "champion", "import_run", "audit_event", "feed_cursor"];

#[derive(QueryableByName)]
struct Version {
    #[diesel(sql_type = Text)]
    version: String,
}

/// How far a database is from what this version of rollbook knows.
#[derive(Debug, PartialEq, Eq)]
pub enum State {
    /// Exactly these tables.
    Current,
    /// None of these tables; the names of all migrations, oldest first.
    Empty(Vec<String>),
    /// Some migrations are missing; their names, oldest first.
    Pending(Vec<String>),
    /// A later rollbook has been here; the versions that this one does not know.
    Newer(Vec<String>),
    /// Tables of these names are there, but rollbook did not make them.
    Foreign,
}

impl State {
    /// The error that stops every command but `migrate`.
    #[must_use]
    pub fn refusal(&self, url: &DatabaseUrl) -> anyhow::Error {
        match self {
            Self::Current => Failure::failed(format!("{url} is up to date")),
            Self::Empty(names) | Self::Pending(names) => {
                Failure::failed(format!("{url} has pending migrations ({})", names.len()))
                    .hint("rollbook migrate run applies them")
            }
            Self::Newer(versions) => {
                Failure::failed(format!("{url} was made by a newer rollbook (migration {})", versions.join(", ")))
                    .hint("nothing in it was touched; install that version, or a later one")
            }
            Self::Foreign => Failure::failed(format!("{url} has tables of another program by rollbook's names"))
                .hint("nothing in it was touched; give rollbook a database or a schema of its own"),
        }
        .into()
    }
}

/// One migration and whether the database has it.
#[derive(Debug, Clone)]
pub struct Step {
    /// Version and name, as the directory under `migrations/` is called.
    pub name: String,
    /// Whether it has been applied.
    pub applied: bool,
}

/// Every migration that this version knows, oldest first. Writes nothing.
///
/// # Errors
/// When the database cannot be read.
pub fn steps(conn: &mut AnyConnection) -> anyhow::Result<Vec<Step>> {
    let applied = applied(conn)?;
    Ok(known(conn.is_sqlite())?
        .into_iter()
        .map(|(version, name)| Step { applied: applied.contains(&version), name })
        .collect())
}

/// Every migration, none of them applied: what there is to say of a SQLite file that does not exist.
///
/// # Errors
/// When the migrations in the program cannot be read.
pub fn steps_of_nothing(url: &DatabaseUrl) -> anyhow::Result<Vec<Step>> {
    Ok(known(url.is_sqlite())?.into_iter().map(|(_, name)| Step { name, applied: false }).collect())
}

/// How far the database is. Writes nothing.
///
/// # Errors
/// When the database cannot be read.
pub fn state(conn: &mut AnyConnection) -> anyhow::Result<State> {
    let applied = applied(conn)?;
    let known = known(conn.is_sqlite())?;
    let newer: Vec<String> =
        applied.iter().filter(|version| !known.iter().any(|(known, _)| known == *version)).cloned().collect();
    let pending: Vec<String> =
        known.into_iter().filter(|(version, _)| !applied.contains(version)).map(|(_, name)| name).collect();
    Ok(if !newer.is_empty() {
        State::Newer(newer)
    } else if applied.is_empty() && has_our_tables(conn)? {
        // Unless another process has made them since we looked.
        return if self::applied(conn)?.is_empty() { Ok(State::Foreign) } else { state(conn) };
    } else if pending.is_empty() {
        State::Current
    } else if applied.is_empty() {
        State::Empty(pending)
    } else {
        State::Pending(pending)
    })
}

/// Applies what is pending, all or nothing, and returns the names. Of several processes at once, one does it.
///
/// # Errors
/// When the database is newer or another program's, or a script fails; then nothing was changed.
pub fn run(conn: &mut AnyConnection, url: &DatabaseUrl) -> anyhow::Result<Vec<String>> {
    exclusively(conn, |conn| {
        let pending = match state(conn)? {
            State::Current => return Ok(Vec::new()),
            State::Empty(names) | State::Pending(names) => names,
            state @ (State::Newer(_) | State::Foreign) => return Err(state.refusal(url)),
        };
        match conn {
            AnyConnection::Sqlite(conn) => conn.run_pending_migrations(SQLITE).map(|done| done.len()),
            AnyConnection::Postgres(conn) => conn.run_pending_migrations(POSTGRES).map(|done| done.len()),
        }
        .map_err(|error| failed("a migration failed", &*error))?;
        Ok(pending)
    })
}

/// Takes the latest `n` migrations back, all or nothing, and returns their names, latest first.
///
/// # Errors
/// When the database is newer or another program's, or a script fails; then nothing was changed.
pub fn revert(conn: &mut AnyConnection, url: &DatabaseUrl, n: usize) -> anyhow::Result<Vec<String>> {
    exclusively(conn, |conn| {
        if let state @ (State::Newer(_) | State::Foreign) = state(conn)? {
            return Err(state.refusal(url));
        }
        let names: Vec<String> =
            steps(conn)?.into_iter().rev().filter(|step| step.applied).take(n).map(|step| step.name).collect();
        for name in &names {
            match conn {
                AnyConnection::Sqlite(conn) => conn.revert_last_migration(SQLITE).map(drop),
                AnyConnection::Postgres(conn) => conn.revert_last_migration(POSTGRES).map(drop),
            }
            .map_err(|error| failed(&format!("{name} cannot be reverted"), &*error))?;
        }
        Ok(names)
    })
}

/// The error of a migration, which diesel does not let us look into.
fn failed(what: &str, error: &dyn std::error::Error) -> Failure {
    let message = format!("{what}: nothing was changed: {error}");
    if is_passing_message(&message) { Failure::new(ExitStatus::Unavailable, message) } else { Failure::failed(message) }
}

/// Runs `work` in a transaction that no other migration overlaps: `run_pending_migrations` itself takes no lock.
fn exclusively<T>(
    conn: &mut AnyConnection,
    work: impl FnOnce(&mut AnyConnection) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    transaction::begin(conn)?;
    let result = lock(conn).map_err(Into::into).and_then(|()| work(conn));
    match result {
        Ok(_) => transaction::commit(conn)?,
        Err(_) => transaction::rollback(conn),
    }
    result
}

fn lock(conn: &mut AnyConnection) -> QueryResult<()> {
    match conn {
        AnyConnection::Sqlite(_) => Ok(()), // BEGIN IMMEDIATE is the lock.
        AnyConnection::Postgres(conn) => {
            sql_query("SELECT pg_advisory_xact_lock($1)").bind::<BigInt, _>(LOCK).execute(conn).map(drop)
        }
    }
}

/// Version and directory name of every embedded migration, oldest first.
fn known(sqlite: bool) -> anyhow::Result<Vec<(String, String)>> {
    let mut known = if sqlite { names::<Sqlite>(&SQLITE) } else { names::<Pg>(&POSTGRES) }
        .map_err(|error| anyhow::anyhow!(error))?;
    known.sort();
    Ok(known)
}

fn names<DB: Backend>(source: &EmbeddedMigrations) -> diesel::migration::Result<Vec<(String, String)>> {
    let migrations = MigrationSource::<DB>::migrations(source)?;
    Ok(migrations.iter().map(|m| (m.name().version().to_string(), m.name().to_string())).collect())
}

/// The versions that the database has; none when nobody ever migrated it.
fn applied(conn: &mut AnyConnection) -> QueryResult<BTreeSet<String>> {
    if !has_table(conn, "__diesel_schema_migrations")? {
        return Ok(BTreeSet::new());
    }
    let versions: Vec<Version> = sql_query("SELECT version FROM __diesel_schema_migrations").load(conn)?;
    Ok(versions.into_iter().map(|row| row.version).collect())
}

/// Whether tables by our names are there; asked when no migration is.
fn has_our_tables(conn: &mut AnyConnection) -> QueryResult<bool> {
    for table in TABLES {
        if has_table(conn, table)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn has_table(conn: &mut AnyConnection, name: &str) -> QueryResult<bool> {
    // The catalogues are no tables that diesel could name.
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
