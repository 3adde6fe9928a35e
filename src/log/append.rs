//! Inserts new events into the log.

#![expect(clippy::ref_option_ref, reason = "diesel's derive makes references to optional references")]

use std::collections::{HashMap, HashSet};

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::{DatabaseErrorKind, Error as QueryError};
use diesel::sql_types::{Array, BigInt, Nullable, Text};
use diesel::sqlite::Sqlite;
use diesel::{copy_from, insert_into, sql_query};

use super::distributed;
use super::event_input::{EventInput, EventRows};
use super::verdict::InputRow;
use crate::db::types::{JsonText, Timestamp};
use crate::db::{AnyConnection, Db};
use crate::models::{ActionType, Event, SourceSystem, TargetType};
use crate::schema::user_action;

/// Rows per INSERT statement on SQLite if the table has no indexes.
const ROWS: usize = 100;
/// Values per row.
const VALUES: usize = 12;

/// Inserts events; returns the number inserted, and the rows that were skipped because they conflict with recorded
/// events. On PostgreSQL, `trusted` rows (assumed to be new without a lookup) are skipped all together if one of them
/// conflicts.
pub(super) fn insert(
    rows: EventRows,
    trusted: bool,
    recorded_at: &str,
    db: &mut Db,
) -> anyhow::Result<(u64, EventRows)> {
    if rows.is_empty() {
        return Ok((0, rows));
    }
    if db.conn.engine().is_log_distributed() {
        return insert_distributed(rows, trusted, db);
    }
    let conflicting: HashSet<u64> = match &mut db.conn {
        AnyConnection::Sqlite(conn) => {
            let mut conflicting = HashSet::new();
            for row in &rows {
                if Insert::<1>::of(&[&row.content], recorded_at).execute(conn)? == 0 {
                    conflicting.insert(row.number);
                }
            }
            conflicting
        }
        AnyConnection::Postgres(conn) => copy_or_insert(&rows, trusted, false, conn)?,
    };
    let total = rows.len();
    let skipped: EventRows = if conflicting.is_empty() {
        Vec::new()
    } else {
        rows.into_iter().filter(|row| conflicting.contains(&row.number)).collect()
    };
    Ok(((total - skipped.len()) as u64, skipped))
}

/// As [`insert`]; the ids that rows give are looked up, as no index has all.
fn insert_distributed(rows: EventRows, trusted: bool, db: &mut Db) -> anyhow::Result<(u64, EventRows)> {
    let known = distributed::with_known_ids(&rows, db)?;
    let (mut skipped, rows): (EventRows, EventRows) = rows.into_iter().partition(|row| known.contains(&row.number));
    let AnyConnection::Postgres(conn) = &mut db.conn else { anyhow::bail!("a distributed log is on PostgreSQL") };
    let conflicting = copy_or_insert(&rows, trusted, true, conn)?;
    let inserted = (rows.len() - conflicting.len()) as u64;
    skipped.extend(rows.into_iter().filter(|row| conflicting.contains(&row.number)));
    Ok((inserted, skipped))
}

/// Inserts events that cannot conflict; `indexed` says whether the table has an index.
pub(super) fn insert_all(
    rows: &[InputRow<EventInput>],
    recorded_at: &str,
    indexed: bool,
    db: &mut Db,
) -> anyhow::Result<()> {
    let events: Vec<&EventInput> = rows.iter().map(|row| &row.content).collect();
    let added = match &mut db.conn {
        AnyConnection::Sqlite(conn) => without_checks(conn, |conn| {
            if indexed {
                insert_sqlite::<1>(&events, recorded_at, conn)
            } else {
                insert_sqlite::<ROWS>(&events, recorded_at, conn)
            }
        })?,
        AnyConnection::Postgres(conn) => rows.len() - copy_or_insert(rows, false, false, conn)?.len(),
    };
    ensure_added(added, events.len())
}

/// Runs inserts of events without the CHECK constraints, which would take more time than all else: [`EventInput`] has
/// no value that they refuse (see the tests).
fn without_checks<T>(
    conn: &mut SqliteConnection,
    insert: impl FnOnce(&mut SqliteConnection) -> QueryResult<T>,
) -> QueryResult<T> {
    conn.batch_execute("PRAGMA ignore_check_constraints = ON")?;
    let inserted = insert(conn);
    conn.batch_execute("PRAGMA ignore_check_constraints = OFF")?;
    inserted
}

/// Inserts events, N per statement, which is prepared once; returns the number inserted.
///
/// A statement of several rows may fail halfway, so SQLite first saves each page that it changes. This costs nothing
/// for a table without indexes, and more than the insert itself for a table with indexes.
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
    occurred_at: Timestamp,
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

/// Inserts the events with COPY, which is faster than any statement but cannot skip a row: if one of them is already
/// recorded, all are rolled back. Trusted rows are then all skipped; for the others, which another program is adding
/// at the same time, an INSERT that can skip rows is used instead. Returns the numbers of the skipped rows.
///
/// The events are written in key order, which suits the indexes. Their positions follow the file order, so that the
/// feed lists a user's actions as the file does.
fn copy_or_insert(
    rows: &[InputRow<EventInput>],
    trusted: bool,
    distributed: bool,
    conn: &mut PgConnection,
) -> anyhow::Result<HashSet<u64>> {
    let positions = if rows.len() > 1 { positions_by_number(rows, conn)? } else { Vec::new() };
    if positions.is_empty() {
        return insert_postgres(rows, conn);
    }
    match conn.transaction(|conn| copy(rows, &positions, conn)) {
        Ok(added) => {
            ensure_added(added, rows.len())?;
            Ok(HashSet::new())
        }
        Err(error) if !may_be_conflict(&error, distributed) => Err(error.into()),
        Err(_) if trusted => Ok(rows.iter().map(|row| row.number).collect()),
        Err(_) => insert_postgres(rows, conn),
    }
}

/// Whether a COPY may have failed because an event is already recorded. A coordinator does not pass on the code of an error
/// that a node reports for a COPY; whatever it was, the statement that follows reports it again.
const fn may_be_conflict(error: &QueryError, distributed: bool) -> bool {
    match error {
        QueryError::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => true,
        QueryError::DatabaseError(DatabaseErrorKind::Unknown, _) => distributed,
        _ => false,
    }
}

fn copy(rows: &[InputRow<EventInput>], positions: &[i64], conn: &mut PgConnection) -> QueryResult<usize> {
    let placed = rows.iter().zip(positions);
    let events: Vec<NewEvent<'_>> = placed.map(|(row, position)| NewEvent::of(&row.content, *position)).collect();
    copy_from(user_action::table).from_insertable(events).execute(conn)
}

/// Compares the number of events that the database reports as added with the number that was sent.
fn ensure_added(added: usize, given: usize) -> anyhow::Result<()> {
    anyhow::ensure!(added == given, "the database added {added} of {given} events");
    Ok(())
}

/// Inserts the events that do not conflict, with positions in the given order; returns the numbers of the other rows.
fn insert_postgres(rows: &[InputRow<EventInput>], conn: &mut PgConnection) -> anyhow::Result<HashSet<u64>> {
    let mut conflicting: HashMap<&str, u64> = rows.iter().map(|row| (row.content.id(), row.number)).collect();
    ensure_distinct(conflicting.len(), rows.len())?;
    // PostgreSQL allows at most 65,535 bind parameters.
    for chunk in rows.chunks(5000) {
        let chunk: Vec<Event> = chunk.iter().map(|row| row.content.event()).collect();
        let there: Vec<String> = insert_into(user_action::table)
            .values(chunk)
            .on_conflict_do_nothing()
            .returning(user_action::id)
            .get_results(conn)?;
        for id in there {
            conflicting.remove(id.as_str());
        }
    }
    Ok(conflicting.into_values().collect())
}

/// The ids that the server returns must identify the rows.
fn ensure_distinct(ids: usize, rows: usize) -> anyhow::Result<()> {
    anyhow::ensure!(ids == rows, "{rows} events have {ids} ids");
    Ok(())
}

/// Reserves new positions, ascending in file order; none if the database role may not use their sequence.
fn positions_by_number(rows: &[InputRow<EventInput>], conn: &mut PgConnection) -> QueryResult<Vec<i64>> {
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

/// Runs a statement that returns nothing.
pub(super) fn execute(statement: &str, db: &mut Db) -> QueryResult<()> {
    db.conn.batch_execute(statement)
}
