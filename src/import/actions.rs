//! Upstream events from a file: each lands exactly once, however often it is delivered.
//!
//! An event is met by its idempotency key, by its source and source event id, and by its id if the file gives one. Rows
//! are looked up a batch at a time; those that nothing is known of are added, those of the same batch that meet one of
//! them are judged against it.

use std::collections::{BTreeSet, HashMap};

use diesel::insert_into;
use diesel::prelude::*;

use super::metadata;
use super::user_key::Users;
use super::{Clash, Fault, Faults, Kind, Options, Record, Row, UserKey, Verdict, filled};
use crate::db::types::Json;
use crate::db::{AnyConnection, Db};
use crate::models::{Event, MAX_KEY_BYTES, Prefix, SourceSystem, check_key, new_id};
use crate::schema::user_action;

/// How many values SQLite takes in one statement.
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
        let key = |key: &str| check_key(key).map(|()| key.to_owned());
        let user = faults.user(user_id, user_email);
        let id = faults.read("id", filled(id), key);
        let enrollment_id = faults.read("enrollment_id", filled(enrollment_id), key);
        let action_type = faults.require("action_type", action_type, str::parse);
        let target_type = faults.require("target_type", target_type, str::parse);
        let target_id = faults.require("target_id", target_id, key);
        let metadata = metadata::read(&mut faults, metadata, record.metadata());
        let source_system = match filled(source_system) {
            Some(source) => faults.read("source_system", Some(source), str::parse),
            None => self.source_system,
        };
        let source_event_id = faults.read("source_event_id", filled(source_event_id), key);
        let idempotency_key = faults.read("idempotency_key", filled(idempotency_key), key);
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

    fn land(&mut self, rows: Vec<Row<EventInput>>, db: &mut Db) -> anyhow::Result<Vec<Verdict>> {
        let users = UserKey::resolve(rows.iter().map(|row| &row.content.user), db)?;
        let mut verdicts: Vec<Option<Verdict>> = Vec::with_capacity(rows.len());
        let mut open = Vec::with_capacity(rows.len());
        for (i, mut row) in rows.into_iter().enumerate() {
            match self.complete(&mut row.content, &users)? {
                Ok(()) => {
                    open.push((i, row));
                    verdicts.push(None);
                }
                Err(fault) => verdicts.push(Some(Verdict::Rejected(vec![fault]))),
            }
        }
        // Another program can add an event between the look and the insert. The insert then leaves the row out, and the
        // next look, which sees what was committed meanwhile, finds it.
        while !open.is_empty() {
            let mut known = Known::load(&open, db)?;
            let mut new = Vec::new();
            let mut left = Vec::new();
            for (i, row) in open {
                let judged = known.judge(&row.content);
                if judged == Verdict::Inserted {
                    let event = row.content.event.clone();
                    known.add(event.clone(), Some(row.line));
                    new.push(event);
                    left.push((i, row));
                } else {
                    verdicts[i] = Some(judged);
                }
            }
            let landed = insert(&new, db)?;
            open = left
                .into_iter()
                .filter(|(i, row)| {
                    let is_in = landed.contains(row.content.event.id.as_str());
                    if is_in {
                        verdicts[*i] = Some(Verdict::Inserted);
                    }
                    !is_in
                })
                .collect();
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

/// Adds events in the order given, and returns the ids of those that nothing stood in the way of.
fn insert<'a>(events: &'a [Event], db: &mut Db) -> QueryResult<BTreeSet<&'a str>> {
    let mut landed = BTreeSet::new();
    for chunk in events.chunks(SQLITE_BINDS / COLUMNS_WRITTEN) {
        match &mut db.conn {
            AnyConnection::Sqlite(conn) => {
                // The one writer is us: what the look did not find is not there.
                insert_into(user_action::table).values(chunk).execute(conn)?;
                landed.extend(chunk.iter().map(|event| event.id.as_str()));
            }
            AnyConnection::Postgres(conn) => {
                let ids: Vec<String> = insert_into(user_action::table)
                    .values(chunk)
                    .on_conflict_do_nothing()
                    .returning(user_action::id)
                    .get_results(conn)?;
                let ids: BTreeSet<String> = ids.into_iter().collect();
                landed.extend(chunk.iter().map(|event| event.id.as_str()).filter(|id| ids.contains(*id)));
            }
        }
    }
    Ok(landed)
}

/// The recorded events that a batch can meet, and those that it adds.
#[derive(Default)]
struct Known {
    events: Vec<(Event, Option<u64>)>,
    by_key: HashMap<String, usize>,
    by_source: HashMap<(SourceSystem, String), usize>,
    by_id: HashMap<String, usize>,
}

impl Known {
    fn load(rows: &[(usize, Row<EventInput>)], db: &mut Db) -> QueryResult<Self> {
        let events = || rows.iter().map(|(_, row)| &row.content.event);
        let mut known = Self::default();
        let recorded = user_action::table.select(Event::as_select());

        let keys: Vec<&str> = events().filter_map(|event| event.idempotency_key.as_deref()).collect();
        if !keys.is_empty() {
            known.extend(recorded.filter(user_action::idempotency_key.eq_any(keys)).load(&mut db.conn)?);
        }
        for source in SourceSystem::ALL {
            let ids: Vec<&str> = events()
                .filter(|event| event.source_system == Some(*source))
                .filter_map(|event| event.source_event_id.as_deref())
                .collect();
            if !ids.is_empty() {
                let of_source = recorded.filter(user_action::source_system.eq(*source));
                known.extend(of_source.filter(user_action::source_event_id.eq_any(ids)).load(&mut db.conn)?);
            }
        }
        let given = rows.iter().filter(|(_, row)| row.content.id_given);
        let ids: Vec<&str> = given.map(|(_, row)| row.content.event.id.as_str()).collect();
        if !ids.is_empty() {
            known.extend(recorded.filter(user_action::id.eq_any(ids)).load(&mut db.conn)?);
        }
        Ok(known)
    }

    fn extend(&mut self, events: Vec<Event>) {
        for event in events {
            if !self.by_id.contains_key(&event.id) {
                self.add(event, None);
            }
        }
    }

    fn add(&mut self, event: Event, line: Option<u64>) {
        let i = self.events.len();
        if let Some(key) = &event.idempotency_key {
            self.by_key.insert(key.clone(), i);
        }
        if let (Some(source), Some(id)) = (event.source_system, &event.source_event_id) {
            self.by_source.insert((source, id.clone()), i);
        }
        self.by_id.insert(event.id.clone(), i);
        self.events.push((event, line));
    }

    fn judge(&self, input: &EventInput) -> Verdict {
        let event = &input.event;
        let by_key = event.idempotency_key.as_ref().and_then(|key| self.by_key.get(key));
        let by_source =
            event.source_system.zip(event.source_event_id.clone()).and_then(|source| self.by_source.get(&source));
        let by_id = if input.id_given { self.by_id.get(&event.id) } else { None };
        let hits = [(by_key, "idempotency_key"), (by_source, "source_event_id"), (by_id, "id")];

        let met: BTreeSet<usize> = hits.iter().filter_map(|(hit, _)| hit.copied()).collect();
        let mut met = met.into_iter();
        match (met.next(), met.next()) {
            (None, _) => Verdict::Inserted,
            (Some(one), None) => {
                let (recorded, line) = &self.events[one];
                let differences = event.differences(recorded, input.id_given, input.key_given);
                if differences.is_empty() {
                    return Verdict::Replay;
                }
                let with = match line {
                    Some(line) => format!("line {line} has the same event with other content"),
                    None => format!("{} is recorded with other content", recorded.id),
                };
                Verdict::Conflict(Clash { with, differences })
            }
            (Some(_), Some(_)) => {
                let named: Vec<String> = hits
                    .iter()
                    .filter_map(|(hit, field)| hit.map(|hit| format!("the {field} is that of {}", self.name(*hit))))
                    .collect();
                Verdict::Conflict(Clash { with: named.join(", "), differences: Vec::new() })
            }
        }
    }

    fn name(&self, i: usize) -> String {
        match &self.events[i] {
            (_, Some(line)) => format!("line {line}"),
            (event, None) => event.id.clone(),
        }
    }
}
