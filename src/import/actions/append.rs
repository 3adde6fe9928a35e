//! Writing new events.

#![expect(clippy::ref_option_ref, reason = "diesel's derive makes references to optional references")]

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::{DatabaseErrorKind, Error as QueryError};
use diesel::sql_types::{Array, BigInt, Nullable, Text};
use diesel::sqlite::Sqlite;
use diesel::{copy_from, insert_into, sql_query};

use super::input::{EventInput, Rows};
use crate::db::types::{Instant, JsonText};
use crate::db::{AnyConnection, Db};
use crate::import::verdict::Row;
use crate::models::{ActionType, Event, SourceSystem, TargetType};
use crate::schema::user_action;

/// How many rows SQLite inserts with one statement when there are no indexes.
const ROWS: usize = 100;
/// How many values a row has.
const VALUES: usize = 12;

/// Adds events, and returns how many were added, and the rows that something recorded stands in the way of. Those of
/// PostgreSQL that were taken for new unasked are `trusted`: all or none of them are added.
pub(super) fn insert(rows: Rows, trusted: bool, recorded_at: &str, db: &mut Db) -> anyhow::Result<(u64, Rows)> {
    if rows.is_empty() {
        return Ok((0, rows));
    }
    let missing: HashSet<u64> = match &mut db.conn {
        AnyConnection::Sqlite(conn) => {
            let mut missing = HashSet::new();
            for row in &rows {
                if Insert::<1>::of(&[&row.content], recorded_at).execute(conn)? == 0 {
                    missing.insert(row.number);
                }
            }
            missing
        }
        AnyConnection::Postgres(conn) => copy_or_insert(&rows, trusted, conn)?,
    };
    let total = rows.len();
    let left_out: Rows = if missing.is_empty() {
        Vec::new()
    } else {
        rows.into_iter().filter(|row| missing.contains(&row.number)).collect()
    };
    Ok(((total - left_out.len()) as u64, left_out))
}

/// Adds events that nothing can stand in the way of, to a table with an index or without any.
pub(super) fn insert_all(
    rows: &[Row<EventInput>],
    recorded_at: &str,
    indexed: bool,
    db: &mut Db,
) -> anyhow::Result<()> {
    let events: Vec<&EventInput> = rows.iter().map(|row| &row.content).collect();
    let added = match &mut db.conn {
        AnyConnection::Sqlite(conn) if indexed => insert_sqlite::<1>(&events, recorded_at, conn)?,
        AnyConnection::Sqlite(conn) => insert_sqlite::<ROWS>(&events, recorded_at, conn)?,
        AnyConnection::Postgres(conn) => rows.len() - copy_or_insert(rows, false, conn)?.len(),
    };
    ensure_added(added, events.len())
}

/// Adds events, N with a statement, which is prepared once; returns how many were added.
///
/// A statement of several rows may fail halfway, so that SQLite first saves each page that it changes. That is nothing
/// for a table without indexes, and more than the insert itself for one with them.
fn insert_sqlite<const N: usize>(
    events: &[&EventInput],
    recorded_at: &str,
    conn: &mut SqliteConnection,
) -> QueryResult<usize> {
    let mut added = 0;
    let (chunks, rest) = events.as_chunks::<N>();
    for chunk in chunks {
        added += Insert::<N>::of(chunk, recorded_at).execute(conn)?;
    }
    for event in rest {
        added += Insert::<1>::of(&[event], recorded_at).execute(conn)?;
    }
    Ok(added)
}

/// `INSERT … ON CONFLICT DO NOTHING` of N events. diesel's own insert of several rows is prepared again each time, which
/// takes longer than running it.
struct Insert<'a, const N: usize>([[Option<&'a str>; VALUES]; N]);

impl<'a, const N: usize> Insert<'a, N> {
    fn of(events: &[&'a EventInput; N], recorded_at: &'a str) -> Self {
        Self(events.map(|event| {
            [
                Some(event.id()),
                Some(event.user_id()),
                event.enrollment_id(),
                Some(event.action_type.as_str()),
                Some(event.target_type.as_str()),
                Some(event.target_id()),
                Some(event.metadata()),
                event.source_system.map(SourceSystem::as_str),
                event.source_event_id(),
                event.key(),
                Some(event.occurred_at_text()),
                Some(recorded_at),
            ]
        }))
    }
}

impl<const N: usize> QueryId for Insert<'_, N> {
    type QueryId = Insert<'static, N>;

    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<const N: usize> QueryFragment<Sqlite> for Insert<'_, N> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql(
            "INSERT INTO user_action (id, user_id, enrollment_id, action_type, target_type, target_id, metadata, \
             source_system, source_event_id, idempotency_key, occurred_at, recorded_at) VALUES ",
        );
        for (i, row) in self.0.iter().enumerate() {
            out.push_sql(if i == 0 { "(" } else { ", (" });
            for (j, value) in row.iter().enumerate() {
                out.push_sql(if j == 0 { "" } else { ", " });
                out.push_bind_param::<Nullable<Text>, _>(value)?;
            }
            out.push_sql(")");
        }
        out.push_sql(" ON CONFLICT DO NOTHING");
        Ok(())
    }
}

impl<const N: usize> RunQueryDsl<SqliteConnection> for Insert<'_, N> {}

#[derive(Clone, Copy, Insertable)]
#[diesel(table_name = user_action, treat_none_as_default_value = false)]
struct NewEvent<'a> {
    position: i64,
    id: &'a str,
    user_id: &'a str,
    enrollment_id: Option<&'a str>,
    action_type: ActionType,
    target_type: TargetType,
    target_id: &'a str,
    metadata: JsonText<'a>,
    source_system: Option<SourceSystem>,
    source_event_id: Option<&'a str>,
    idempotency_key: Option<&'a str>,
    occurred_at: Instant,
}

impl<'a> NewEvent<'a> {
    fn of(event: &'a EventInput, position: i64) -> Self {
        Self {
            position,
            id: event.id(),
            user_id: event.user_id(),
            enrollment_id: event.enrollment_id(),
            action_type: event.action_type,
            target_type: event.target_type,
            target_id: event.target_id(),
            metadata: JsonText(event.metadata()),
            source_system: event.source_system,
            source_event_id: event.source_event_id(),
            idempotency_key: event.key(),
            occurred_at: event.occurred_at,
        }
    }
}

/// Streams the events in, which is faster than any statement. It cannot leave a row out: when one of them is there, all
/// are taken back. Those that were trusted are then left out, and a statement that can leave rows out goes in the place of
/// the others, which another program is adding. Returns the numbers of those that were left out.
///
/// The events come in the order of their keys, as the indexes want them; their positions are in that of the file, so that
/// the feed tells what one user did in the order in which the file does.
fn copy_or_insert(rows: &[Row<EventInput>], trusted: bool, conn: &mut PgConnection) -> anyhow::Result<HashSet<u64>> {
    let positions = if rows.len() > 1 { positions_by_number(rows, conn)? } else { Vec::new() };
    if positions.is_empty() {
        return insert_postgres(rows, conn);
    }
    match conn.transaction(|conn| copy(rows, &positions, conn)) {
        Ok(added) => {
            ensure_added(added, rows.len())?;
            Ok(HashSet::new())
        }
        Err(QueryError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) if trusted => {
            Ok(rows.iter().map(|row| row.number).collect())
        }
        Err(QueryError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => insert_postgres(rows, conn),
        Err(error) => Err(error.into()),
    }
}

fn copy(rows: &[Row<EventInput>], positions: &[i64], conn: &mut PgConnection) -> QueryResult<usize> {
    let placed = rows.iter().zip(positions);
    let events: Vec<NewEvent<'_>> = placed.map(|(row, position)| NewEvent::of(&row.content, *position)).collect();
    copy_from(user_action::table).from_insertable(events).execute(conn)
}

/// Holds what the database says that it added against what it was given.
fn ensure_added(added: usize, given: usize) -> anyhow::Result<()> {
    anyhow::ensure!(added == given, "the database added {added} of {given} events");
    Ok(())
}

/// Adds the events that nothing stands in the way of, with positions in the order in which they come, and returns the
/// numbers of the others.
fn insert_postgres(rows: &[Row<EventInput>], conn: &mut PgConnection) -> anyhow::Result<HashSet<u64>> {
    let mut missing: HashMap<&str, u64> = rows.iter().map(|row| (row.content.id(), row.number)).collect();
    ensure_distinct(missing.len(), rows.len())?;
    // PostgreSQL binds 65,535 values at most.
    for chunk in rows.chunks(5000) {
        let chunk: Vec<Event> = chunk.iter().map(|row| row.content.event()).collect();
        let there: Vec<String> = insert_into(user_action::table)
            .values(chunk)
            .on_conflict_do_nothing()
            .returning(user_action::id)
            .get_results(conn)?;
        for id in there {
            missing.remove(id.as_str());
        }
    }
    Ok(missing.into_values().collect())
}

/// Two rows of one id would be taken for each other in what the server returns.
fn ensure_distinct(ids: usize, rows: usize) -> anyhow::Result<()> {
    anyhow::ensure!(ids == rows, "{rows} events have {ids} ids");
    Ok(())
}

/// New positions, ascending with the records; none if the sequence that they come from is not ours to use.
fn positions_by_number(rows: &[Row<EventInput>], conn: &mut PgConnection) -> QueryResult<Vec<i64>> {
    #[derive(QueryableByName)]
    struct Next {
        #[diesel(sql_type = Array<BigInt>)]
        positions: Vec<i64>,
    }
    let next: Next = sql_query(
        "SELECT coalesce(array_agg(nextval(sequence)), '{}') AS positions \
         FROM pg_get_serial_sequence('user_action', 'position') AS sequence, generate_series(1, $1) \
         WHERE has_sequence_privilege(sequence, 'USAGE')",
    )
    .bind::<BigInt, _>(i64::try_from(rows.len()).unwrap_or(i64::MAX))
    .get_result(conn)?;
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_unstable_by_key(|i| rows[*i].number);
    // One for each row, or none at all.
    let mut positions = vec![0; next.positions.len()];
    order.into_iter().zip(next.positions).for_each(|(i, position)| positions[i] = position);
    Ok(positions)
}

/// Runs a statement that says nothing.
pub(super) fn execute(statement: &str, db: &mut Db) -> QueryResult<()> {
    match &mut db.conn {
        AnyConnection::Sqlite(conn) => sql_query(statement).execute(conn),
        AnyConnection::Postgres(conn) => sql_query(statement).execute(conn),
    }?;
    Ok(())
}
