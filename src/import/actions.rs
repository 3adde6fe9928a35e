//! Upstream events from a file: each lands exactly once, however often it is delivered.
//!
//! An event is met by its idempotency key, by its source and source event id, and by its id if the file gives one. Rows
//! are looked up a batch at a time; those that nothing is known of are added, those of the same batch that meet one of
//! them are judged against it.

use std::collections::{HashMap, HashSet};
use std::fmt;

use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as QueryError};
use diesel::{copy_from, insert_into};

use super::metadata;
use super::user_key::Users;
use super::{Clash, Fault, Faults, Kind, Options, Record, Row, UserKey, Verdict, filled};
use crate::db::types::Json;
use crate::db::{AnyConnection, Db, is_any_of};
use crate::models::{Event, MAX_KEY_BYTES, Prefix, SourceSystem, check_key, new_id};
use crate::schema::user_action;

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

/// Every recorded event that one of these can meet by any of its keys, by id.
fn recorded_events(inputs: &[&EventInput], db: &mut Db) -> anyhow::Result<HashMap<String, Event>> {
    let events = || inputs.iter().map(|input| &input.event);
    let keys: Vec<&str> = events().filter_map(|event| event.idempotency_key.as_deref()).collect();
    let mut found = events_with("idempotency_key", &keys, None, db)?;
    // A replay has been found by its key, and is the one event of its source and source event id.
    let sources: HashSet<_> = found.iter().map(source_of).collect();
    let unmet: Vec<&Event> = events().filter(|event| !sources.contains(&source_of(event))).collect();
    let mut others = Vec::new();
    for source in SourceSystem::ALL {
        let of_source = unmet.iter().filter(|event| event.source_system == Some(*source));
        let ids: Vec<&str> = of_source.filter_map(|event| event.source_event_id.as_deref()).collect();
        others.extend(events_with("source_event_id", &ids, Some(*source), db)?);
    }
    let ids: Vec<&str> = inputs.iter().filter(|input| input.id_given).map(|input| input.event.id.as_str()).collect();
    others.extend(events_with("id", &ids, None, db)?);
    found.extend(others);
    Ok(found.into_iter().map(|event| (event.id.clone(), event)).collect())
}

fn source_of(event: &Event) -> (Option<SourceSystem>, Option<&str>) {
    (event.source_system, event.source_event_id.as_deref())
}

fn events_with(
    column: &'static str,
    keys: &[&str],
    source: Option<SourceSystem>,
    db: &mut Db,
) -> anyhow::Result<Vec<Event>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let mut events = user_action::table.select(Event::as_select()).into_boxed();
    events = events.filter(is_any_of(&db.conn, column, keys)?);
    if let Some(source) = source {
        events = events.filter(user_action::source_system.eq(source));
    }
    Ok(events.load(&mut db.conn)?)
}

/// An event that a row can meet: recorded, or in an earlier row of the same batch.
#[derive(Clone, Copy)]
struct Met<'a> {
    event: &'a Event,
    /// The row's number and its line.
    row: Option<(usize, u64)>,
}

/// The recorded events that a batch can meet, and the rows of the batch that are new.
#[derive(Default)]
struct Known<'a> {
    keys: HashMap<&'a str, Met<'a>>,
    sources: HashMap<(SourceSystem, &'a str), Met<'a>>,
    ids: HashMap<&'a str, Met<'a>>,
}

impl<'a> Known<'a> {
    fn new(recorded: &'a HashMap<String, Event>) -> Self {
        let mut known = Self::default();
        for event in recorded.values() {
            known.add(Met { event, row: None });
        }
        known
    }

    fn add(&mut self, met: Met<'a>) {
        if let Some(key) = &met.event.idempotency_key {
            self.keys.insert(key, met);
        }
        if let (Some(source), Some(id)) = (met.event.source_system, &met.event.source_event_id) {
            self.sources.insert((source, id), met);
        }
        self.ids.insert(&met.event.id, met);
    }

    /// Judges a row, and says which earlier rows of the batch that rests on. One that is new is met by those behind it.
    fn judge(&mut self, number: usize, row: &'a Row<EventInput>) -> (Verdict, Vec<usize>) {
        let EventInput { event, id_given, key_given, .. } = &row.content;
        let by_key = event.idempotency_key.as_deref().and_then(|key| self.keys.get(key));
        let source = event.source_system.zip(event.source_event_id.as_deref());
        let by_source = source.and_then(|source| self.sources.get(&source));
        let by_id = if *id_given { self.ids.get(event.id.as_str()) } else { None };
        let hits = [(by_key, "idempotency_key"), (by_source, "source_event_id"), (by_id, "id")];
        let met = || hits.iter().filter_map(|(hit, _)| *hit);

        let Some(first) = met().next().copied() else {
            self.add(Met { event, row: Some((number, row.line)) });
            return (Verdict::Inserted, Vec::new());
        };
        let on_rows = met().filter_map(|met| met.row).map(|(number, _)| number).collect();
        if met().any(|other| other.event.id != first.event.id) {
            let named =
                |(hit, field): &(Option<&Met<'_>>, &str)| hit.map(|hit| format!("the {field} is that of {hit}"));
            let with = hits.iter().filter_map(named).collect::<Vec<_>>().join(", ");
            return (Verdict::Conflict(Clash { with, differences: Vec::new() }), on_rows);
        }
        let differences = event.differences(first.event, *id_given, *key_given);
        if differences.is_empty() {
            return (Verdict::Replay, on_rows);
        }
        let with = match first.row {
            Some(_) => format!("{first} has the same event with other content"),
            None => format!("{first} is recorded with other content"),
        };
        (Verdict::Conflict(Clash { with, differences }), on_rows)
    }
}

impl fmt::Display for Met<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.row {
            Some((_, line)) => write!(f, "line {line}"),
            None => f.write_str(&self.event.id),
        }
    }
}
