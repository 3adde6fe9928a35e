//! Upstream events from a file: each lands exactly once, however often it is delivered.
//!
//! Rows are looked up and judged a batch at a time, and those that nothing is known of are added.

mod known;

use std::collections::HashSet;

use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as QueryError};
use diesel::{copy_from, insert_into};

use super::metadata;
use super::user_key::Users;
use super::{Fault, Faults, Kind, Options, Record, Row, UserKey, Verdict, filled};
use crate::db::types::Json;
use crate::db::{AnyConnection, Db};
use crate::models::{Event, MAX_KEY_BYTES, Prefix, SourceSystem, check_key, new_id};
use crate::schema::user_action;
use known::{Known, recorded_events};

/// How many values SQLite takes in one statement; PostgreSQL takes twice as many.
const SQLITE_BINDS: usize = 32_766;
/// How many columns of `user_action` an insert names.
const COLUMNS_WRITTEN: usize = 11;

pub(super) struct Actions {
    source_system: Option<SourceSystem>,
    content_key: bool,
}

impl Actions {
    pub(super) const fn new(options: &Options) -> Self {
        Self { source_system: options.source_system, content_key: options.content_key }
    }
}

/// An event, and what the file itself said of its identity.
pub(super) struct EventInput {
    user: UserKey,
    /// Its user id is filled in when the user has been looked up; an id or a key that is not given, when it lands.
    event: Event,
    id_given: bool,
    key_given: bool,
}

impl Kind for Actions {
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "user_id",
        "user_email",
        "enrollment_id",
        "action_type",
        "target_type",
        "target_id",
        "metadata",
        "source_system",
        "source_event_id",
        "idempotency_key",
        "occurred_at",
        "recorded_at",
        "position",
    ];
    const REQUIRED: &'static [&'static [&'static str]] =
        &[&["user_id", "user_email"], &["action_type"], &["target_type"], &["target_id"], &["occurred_at"]];
    const METADATA: bool = true;
    /// So many that, in the order of their keys, several of them belong on most pages of an index that they touch.
    const BATCH: usize = 20_000;
    type Content = EventInput;

    fn check(&self, record: &Record<'_>) -> Result<EventInput, Vec<Fault>> {
        let [
            id,
            user_id,
            user_email,
            enrollment_id,
            action_type,
            target_type,
            target_id,
            metadata,
            source_system,
            source_event_id,
            idempotency_key,
            occurred_at,
            _recorded_at,
            _position,
        ] = record.fields();
        let mut faults = Faults::default();
        let user = faults.user(user_id, user_email);
        let id = faults.read("id", filled(id), check_key);
        let enrollment_id = faults.read("enrollment_id", filled(enrollment_id), check_key);
        let action_type = faults.require("action_type", action_type, str::parse);
        let target_type = faults.require("target_type", target_type, str::parse);
        let target_id = faults.require("target_id", target_id, check_key);
        let metadata = metadata::read(&mut faults, metadata, record.metadata());
        let source_system = match filled(source_system) {
            Some(source) => faults.read("source_system", Some(source), str::parse),
            None => self.source_system,
        };
        let source_event_id = faults.read("source_event_id", filled(source_event_id), check_key);
        let idempotency_key = faults.read("idempotency_key", filled(idempotency_key), check_key);
        let occurred_at = faults.require("occurred_at", occurred_at, str::parse);
        if let Some(event_id) = &source_event_id
            && source_system.is_none()
            && faults.is_empty()
        {
            let reason = "has no source system, without which it identifies nothing";
            faults.push(
                Fault::new("source_event_id", event_id, reason)
                    .hint("--source-system SYSTEM names one for the whole file"),
            );
        }
        let (Some(user), Some(action_type), Some(target_type), Some(target_id), Some(occurred_at)) =
            (user, action_type, target_type, target_id, occurred_at)
        else {
            return Err(faults.into());
        };
        let (id_given, key_given) = (id.is_some(), idempotency_key.is_some());
        let event = Event {
            id: id.unwrap_or_default(),
            user_id: String::new(),
            enrollment_id,
            action_type,
            target_type,
            target_id,
            metadata: metadata.unwrap_or_else(Json::empty_object),
            source_system,
            source_event_id,
            idempotency_key,
            occurred_at,
        };
        faults.or(EventInput { user, event, id_given, key_given })
    }

    fn land(&mut self, mut rows: Vec<Row<EventInput>>, db: &mut Db) -> anyhow::Result<Vec<Verdict>> {
        let users = UserKey::resolve(rows.iter().map(|row| &row.content.user), db)?;
        let mut verdicts: Vec<Option<Verdict>> = rows
            .iter_mut()
            .map(|row| Ok(self.complete(&mut row.content, &users)?.err().map(|fault| Verdict::Rejected(vec![fault]))))
            .collect::<anyhow::Result<_>>()?;
        // Another program can add an event between the look and the insert. The insert then leaves the row out, and the
        // next look, which sees what was committed meanwhile, finds it. What was said of other rows against that row
        // falls with it.
        while verdicts.contains(&None) {
            let open: Vec<usize> = (0..rows.len()).filter(|i| verdicts[*i].is_none()).collect();
            let inputs: Vec<&EventInput> = open.iter().map(|i| &rows[*i].content).collect();
            let recorded = recorded_events(&inputs, db)?;
            let mut known = Known::new(&recorded);
            let mut new = Vec::new();
            let mut provisional = Vec::new();
            for i in open {
                let (verdict, on_rows) = known.judge(i, &rows[i]);
                if verdict == Verdict::Inserted {
                    new.push((i, &rows[i].content.event));
                } else if on_rows.is_empty() {
                    verdicts[i] = Some(verdict);
                } else {
                    provisional.push((i, verdict, on_rows));
                }
            }
            for i in insert(new, db)? {
                verdicts[i] = Some(Verdict::Inserted);
            }
            for (i, verdict, on_rows) in provisional {
                if on_rows.iter().all(|row| verdicts[*row] == Some(Verdict::Inserted)) {
                    verdicts[i] = Some(verdict);
                }
            }
        }
        Ok(verdicts.into_iter().flatten().collect())
    }
}

impl Actions {
    /// Fills in what the file leaves to us: the user's id, the event's id, the key.
    fn complete(&self, input: &mut EventInput, users: &Users) -> anyhow::Result<Result<(), Fault>> {
        match users.get(&input.user) {
            Ok(id) => id.clone_into(&mut input.event.user_id),
            Err(fault) => return Ok(Err(fault)),
        }
        if !input.id_given {
            input.event.id = new_id(Prefix::Action);
        }
        let event = &mut input.event;
        if !input.key_given && (event.source_event_id.is_some() || self.content_key) {
            let key = event.derived_key()?;
            if key.len() > MAX_KEY_BYTES {
                let reason = format!("makes a key of {} bytes: at most {MAX_KEY_BYTES} are allowed", key.len());
                let value = event.source_event_id.as_deref().unwrap_or_default();
                return Ok(Err(Fault::new("source_event_id", value, reason)));
            }
            event.idempotency_key = Some(key);
        }
        Ok(Ok(()))
    }
}

/// Adds events, and returns the numbers of those that nothing stood in the way of.
///
/// They are written in the order of their keys, so that neighbours in the indexes are written together.
fn insert(mut events: Vec<(usize, &Event)>, db: &mut Db) -> QueryResult<Vec<usize>> {
    events.sort_unstable_by_key(|(_, event)| &event.idempotency_key);
    let mut landed = Vec::with_capacity(events.len());
    for chunk in events.chunks(SQLITE_BINDS / COLUMNS_WRITTEN) {
        let rows: Vec<&Event> = chunk.iter().map(|(_, event)| *event).collect();
        match &mut db.conn {
            AnyConnection::Sqlite(conn) => {
                // The one writer is us: what the look did not find is not there.
                insert_into(user_action::table).values(rows).execute(conn)?;
                landed.extend(chunk.iter().map(|(i, _)| *i));
            }
            AnyConnection::Postgres(conn) => landed.extend(copy_or_insert(chunk, rows, conn)?),
        }
    }
    Ok(landed)
}

/// Streams the events in, which is faster than any statement. It cannot leave a row out: when another program has just
/// added one of them, all of it is taken back, and a statement that can goes in its place.
fn copy_or_insert(chunk: &[(usize, &Event)], rows: Vec<&Event>, conn: &mut PgConnection) -> QueryResult<Vec<usize>> {
    let copied = conn.transaction(|conn| copy_from(user_action::table).from_insertable(rows.clone()).execute(conn));
    match copied {
        Ok(_) => Ok(chunk.iter().map(|(i, _)| *i).collect()),
        Err(QueryError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => {
            let ids: Vec<String> = insert_into(user_action::table)
                .values(rows)
                .on_conflict_do_nothing()
                .returning(user_action::id)
                .get_results(conn)?;
            let ids: HashSet<String> = ids.into_iter().collect();
            Ok(chunk.iter().filter(|(_, event)| ids.contains(&event.id)).map(|(i, _)| *i).collect())
        }
        Err(error) => Err(error),
    }
}
