//! Which rows are recorded already, and which of those with the same content: asked for a batch at a time.
//!
//! First along the log: the events of a file that is imported again, or overlaps with one, were recorded near each other,
//! so that those behind the last replay are read as they stand and met by their keys in memory. That takes a third of the
//! time of looking each of them up. What is not met there is asked for by key, until many have been and none was there.

use anyhow::Context as _;
use diesel::connection::DefaultLoadingMode;
use diesel::dsl::sql as literal;
use diesel::pg::PgRowByRowLoadingMode;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Array, BigInt, Text};
use foldhash::HashMap;

use super::input::EventInput;
use crate::db::types::{Instant, Json, sql};
use crate::db::{AnyConnection, Db};
use crate::import::verdict::Row;
use crate::schema::user_action;

/// What the log says of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// Nobody has its key.
    New,
    /// It is there, with the same content.
    Replay,
    /// Its key is there; the content is another, or spelt in another way.
    Differs,
}

/// How many rows are asked for by key at a time: what PostgreSQL keeps in memory.
const KEYS: usize = 5000;
/// How often in a row the log may hold too little of a batch before no more of it is read.
const MISSES: u32 = 2;
/// How many rows of the log are read at a time.
const STRETCH: usize = 2500;
/// After how many rows that were asked for by key, none of which was there, the others are not asked for.
const TRUSTED: u64 = 10_000;
/// How many rows of a batch are looked up to find where in the log it may begin.
const PROBES: usize = 8;

/// Where a row of the log stands: a position, or on PostgreSQL, which has no index of positions, the two parts of a `ctid`.
type Place = i64;

/// Where in the log the next replays may be.
#[derive(Debug, Default)]
pub(super) struct Comparison {
    /// The place of the last replay.
    last: Option<Place>,
    misses: u32,
    /// How many rows were asked for by their keys, and how many of those were there.
    asked: u64,
    by_key: u64,
}

/// Prepares the transaction for many small looks into a large table: PostgreSQL would read all of it for each.
pub(super) fn prepare(db: &mut Db) -> QueryResult<()> {
    if let AnyConnection::Postgres(conn) = &mut db.conn {
        sql_query(
            "SELECT set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true), \
             set_config('enable_seqscan', 'off', true)",
        )
        .execute(conn)?;
    }
    Ok(())
}

impl Comparison {
    /// What the log says of each row, asked for `unkeyed` only along the log. What nothing is known of counts as new: the
    /// unique indexes, or what stands in for them, have the last word.
    pub(super) fn look(&mut self, rows: &[Row<EventInput>], unkeyed: bool, db: &mut Db) -> anyhow::Result<Vec<Look>> {
        let mut looks: Vec<Option<Look>> = vec![None; rows.len()];
        if self.misses < MISSES && !rows.is_empty() {
            self.look_along(rows, &mut looks, db)?;
        }
        if !unkeyed {
            self.look_by_key(rows, &mut looks, db)?;
        }
        Ok(looks.into_iter().map(|look| look.unwrap_or(Look::New)).collect())
    }

    /// Whether rows that are not met along the log are taken for new without being asked for: so many have been asked for,
    /// and not one was there.
    pub(super) const fn is_trusting(&self) -> bool {
        self.by_key == 0 && self.asked >= TRUSTED
    }

    /// Has every row asked for by its key from now on: one that was taken for new was not.
    pub(super) const fn mistrust(&mut self) {
        self.by_key += 1;
    }

    /// Whether all that was found was found along the log.
    pub(super) const fn needs_no_keys(&self) -> bool {
        self.last.is_some() && self.by_key == 0
    }

    fn look_by_key(&mut self, rows: &[Row<EventInput>], looks: &mut [Option<Look>], db: &mut Db) -> anyhow::Result<()> {
        let mut open: Vec<usize> =
            (0..rows.len()).filter(|i| looks[*i].is_none() && rows[*i].content.key().is_some()).collect();
        // Trust comes from rows as they come, not from those whose keys sort first.
        let weighed = usize::try_from(TRUSTED.saturating_sub(self.asked))?.min(open.len());
        let (weighed, others) = open.split_at_mut(weighed);
        for part in [weighed, others] {
            if self.is_trusting() {
                break;
            }
            // In the order of the index, whose pages are then read once each.
            part.sort_unstable_by_key(|i| rows[*i].content.key());
            self.look_for(part, rows, looks, db)?;
        }
        Ok(())
    }

    fn look_for(
        &mut self,
        numbers: &[usize],
        rows: &[Row<EventInput>],
        looks: &mut [Option<Look>],
        db: &mut Db,
    ) -> anyhow::Result<()> {
        for numbers in numbers.chunks(KEYS) {
            let events: Vec<&EventInput> = numbers.iter().map(|i| &rows[*i].content).collect();
            let found = match &mut db.conn {
                AnyConnection::Sqlite(conn) => look_sqlite(&events, conn)?,
                AnyConnection::Postgres(conn) => look_postgres(&events, conn)?,
            };
            self.asked += found.len() as u64;
            self.by_key += found.iter().filter(|look| **look != Look::New).count() as u64;
            numbers.iter().zip(found).for_each(|(i, look)| looks[*i] = Some(look));
        }
        Ok(())
    }

    /// Reads the log on from where the last replay was, a stretch at a time, until one holds nothing of the batch: only a
    /// part of its rows may be there.
    fn look_along(&mut self, rows: &[Row<EventInput>], looks: &mut [Option<Look>], db: &mut Db) -> anyhow::Result<()> {
        let mut rows_by_key = InOrder::new(rows);
        // What was read last stands at the start of a stretch still.
        let mut again = usize::from(self.last.is_some());
        if self.last.is_none() {
            self.last = place_of_any(rows, db)?;
        }
        let (mut met, mut left) = (0, rows.len());
        let mut from = self.last;
        while let Some(start) = from.take().filter(|_| left > 0) {
            let before = met;
            let mut take = |place: Place, key: &str, compare: &dyn Fn(&EventInput) -> Look| {
                if let Some(i) = rows_by_key.find(key) {
                    looks[i] = Some(compare(&rows[i].content));
                    self.last = Some(place);
                    met += 1;
                }
                from = Some(place);
            };
            let limit = i64::try_from(left.min(STRETCH) + again)?;
            match &mut db.conn {
                AnyConnection::Sqlite(conn) => {
                    let stretch = sql_query(RecordedText::ALONG)
                        .bind::<BigInt, _>(start)
                        .bind::<BigInt, _>(limit)
                        .load_iter::<RecordedText, DefaultLoadingMode>(conn)?;
                    for recorded in stretch.skip(again) {
                        let recorded = recorded?;
                        let (key, content) = recorded.key_and_content();
                        take(recorded.place, key, &|event| RecordedText::compare(content, event));
                    }
                }
                AnyConnection::Postgres(conn) => {
                    // Each is compared while the server reads the next.
                    let stretch = sql_query(RecordedColumns::ALONG)
                        .bind::<Text, _>(ctid_of(start))
                        .bind::<BigInt, _>(limit)
                        .load_iter::<RecordedColumns, PgRowByRowLoadingMode>(conn)?;
                    for recorded in stretch.skip(again) {
                        let recorded = recorded?;
                        let (key, content) = recorded.key_and_content();
                        take(place_of(&recorded.place)?, key, &|event| recorded.compare(content, event));
                    }
                }
            }
            left -= left.min(STRETCH);
            again = 1;
            if met == before {
                break;
            }
        }
        // Less than an eighth of the batch is not worth the reading.
        self.misses = if met * 8 < rows.len() { self.misses + 1 } else { 0 };
        Ok(())
    }
}

/// Finds rows by their keys, quickest in the order in which they stand.
struct InOrder<'a> {
    rows: &'a [Row<EventInput>],
    next: usize,
    by_key: Option<HashMap<&'a str, usize>>,
}

impl<'a> InOrder<'a> {
    /// How many rows are looked at before the key is looked up.
    const AHEAD: usize = 4;

    fn new(rows: &'a [Row<EventInput>]) -> Self {
        Self { rows, next: 0, by_key: None }
    }

    fn find(&mut self, key: &str) -> Option<usize> {
        let ahead = self.rows.iter().enumerate().skip(self.next).take(Self::AHEAD);
        let found = ahead.into_iter().find(|(_, row)| row.content.key() == Some(key)).map(|(i, _)| i);
        let found = found.or_else(|| {
            let keys = self.rows.iter().enumerate();
            let by_key = || keys.filter_map(|(i, row)| row.content.key().map(|key| (key, i))).collect();
            self.by_key.get_or_insert_with(by_key).get(key).copied()
        });
        self.next = found.map_or(self.next, |i| i + 1);
        found
    }
}

/// The place of the first of some rows that is recorded.
fn place_of_any(rows: &[Row<EventInput>], db: &mut Db) -> anyhow::Result<Option<Place>> {
    for row in rows.iter().step_by(rows.len().div_ceil(PROBES)) {
        let recorded = user_action::table.filter(user_action::idempotency_key.eq(row.content.key()));
        let place = match &mut db.conn {
            AnyConnection::Sqlite(conn) => recorded.select(user_action::position).first(conn).optional()?,
            AnyConnection::Postgres(conn) => {
                // A system column, of which diesel knows nothing.
                let ctid: Option<String> = recorded.select(literal::<Text>("ctid::text")).first(conn).optional()?;
                ctid.as_deref().map(place_of).transpose()?
            }
        };
        if place.is_some() {
            return Ok(place);
        }
    }
    Ok(None)
}

/// The place that a `ctid` names, `(block,item)`.
fn place_of(ctid: &str) -> anyhow::Result<Place> {
    let parts = ctid.trim_matches(['(', ')']).split_once(',').context("a ctid has two parts")?;
    Ok(parts.0.parse::<Place>()? << ITEM_BITS | parts.1.parse::<Place>()?)
}

fn ctid_of(place: Place) -> String {
    format!("({},{})", place >> ITEM_BITS, place & ((1 << ITEM_BITS) - 1))
}

/// How many bits the second part of a `ctid` has.
const ITEM_BITS: u32 = 16;

/// A recorded event as SQLite gives it out fastest, in one text: its key, ids, names and numbers, with a [`SEPARATOR`]
/// behind each. What is null is empty, since the table's checks let none of these texts be empty.
#[derive(QueryableByName)]
struct RecordedText {
    #[diesel(sql_type = BigInt)]
    place: Place,
    #[diesel(sql_type = Text)]
    text: String,
}

/// A row that contains it is looked at closely: it could be taken for one whose fields end elsewhere.
const SEPARATOR: char = '\u{1f}';

impl RecordedText {
    const ALONG: &str = "\
        SELECT position AS place, \
          concat_ws(char(31), ifnull(idempotency_key, ''), id, user_id, ifnull(enrollment_id, ''), action_type, \
            target_type, target_id, ifnull(source_system, ''), ifnull(source_event_id, ''), metadata, occurred_at, '') \
            AS text \
        FROM user_action WHERE position >= $1 ORDER BY position LIMIT $2";
    const BY_KEY: &str = "\
        SELECT j.key AS place, \
          concat_ws(char(31), j.value, a.id, a.user_id, ifnull(a.enrollment_id, ''), a.action_type, a.target_type, \
            a.target_id, ifnull(a.source_system, ''), ifnull(a.source_event_id, ''), a.metadata, a.occurred_at, '') \
            AS text \
        FROM json_each($1) j CROSS JOIN user_action a ON a.idempotency_key = j.value";

    fn key_and_content(&self) -> (&str, &str) {
        self.text.split_once(SEPARATOR).unwrap_or_default()
    }

    fn compare(content: &str, event: &EventInput) -> Look {
        let own = own_fields(event).into_iter().chain([event.metadata(), event.occurred_at_text()]);
        if is_same(event, content, own) { Look::Replay } else { Look::Differs }
    }
}

/// A recorded event as PostgreSQL gives it out fastest, without turning JSON and times into its own texts of them.
#[derive(QueryableByName)]
struct RecordedColumns {
    #[diesel(sql_type = Text)]
    place: String,
    #[diesel(sql_type = Text)]
    text: String,
    #[diesel(sql_type = sql::Json)]
    metadata: Json,
    #[diesel(sql_type = sql::Instant)]
    occurred_at: Instant,
}

impl RecordedColumns {
    const ALONG: &str = "\
        SELECT ctid::text AS place, \
          concat_ws(chr(31), coalesce(idempotency_key, ''), id, user_id, coalesce(enrollment_id, ''), action_type, \
            target_type, target_id, coalesce(source_system, ''), coalesce(source_event_id, ''), '') AS text, \
          metadata, occurred_at \
        FROM user_action WHERE ctid >= $1::tid LIMIT $2";
    const BY_KEY: &str = "\
        SELECT k.n::text AS place, \
          concat_ws(chr(31), k.key, id, user_id, coalesce(enrollment_id, ''), action_type, target_type, target_id, \
            coalesce(source_system, ''), coalesce(source_event_id, ''), '') AS text, metadata, occurred_at \
        FROM unnest($1) WITH ORDINALITY AS k (key, n) JOIN user_action ON idempotency_key = k.key";

    fn key_and_content(&self) -> (&str, &str) {
        self.text.split_once(SEPARATOR).unwrap_or_default()
    }

    fn compare(&self, content: &str, event: &EventInput) -> Look {
        let same = is_same(event, content, own_fields(event).into_iter())
            && self.metadata.as_str() == event.metadata()
            && self.occurred_at == event.occurred_at;
        if same { Look::Replay } else { Look::Differs }
    }
}

fn own_fields(event: &EventInput) -> [&str; 7] {
    [
        event.user_id(),
        event.enrollment_id().unwrap_or_default(),
        event.action_type.as_str(),
        event.target_type.as_str(),
        event.target_id(),
        event.source_system.map_or("", |source| source.as_str()),
        event.source_event_id().unwrap_or_default(),
    ]
}

/// Whether the fields of a recorded event, its id before them and a separator behind each, are those of a row.
fn is_same<'a>(event: &EventInput, recorded: &str, mut own: impl Iterator<Item = &'a str>) -> bool {
    let Some((id, fields)) = recorded.split_once(SEPARATOR) else { return false };
    let behind = own.try_fold(fields, |fields, own| fields.strip_prefix(own)?.strip_prefix(SEPARATOR));
    behind == Some("") && (!event.id_given || id == event.id()) && !event.user_id().contains(SEPARATOR)
}

fn look_sqlite(events: &[&EventInput], conn: &mut SqliteConnection) -> anyhow::Result<Vec<Look>> {
    let keys: Vec<&str> = events.iter().map(|event| event.key().unwrap_or_default()).collect();
    let found = sql_query(RecordedText::BY_KEY)
        .bind::<Text, _>(serde_json::to_string(&keys)?)
        .load_iter::<RecordedText, DefaultLoadingMode>(conn)?;
    let mut looks = vec![Look::New; events.len()];
    for recorded in found {
        let recorded = recorded?;
        let number = usize::try_from(recorded.place)?;
        looks[number] = RecordedText::compare(recorded.key_and_content().1, events[number]);
    }
    Ok(looks)
}

fn look_postgres(events: &[&EventInput], conn: &mut PgConnection) -> anyhow::Result<Vec<Look>> {
    let keys: Vec<&str> = events.iter().map(|event| event.key().unwrap_or_default()).collect();
    let found: Vec<RecordedColumns> = sql_query(RecordedColumns::BY_KEY).bind::<Array<Text>, _>(keys).load(conn)?;
    let mut looks = vec![Look::New; events.len()];
    for recorded in found {
        let ordinal: usize = recorded.place.parse()?;
        // They count from 1.
        looks[ordinal - 1] = recorded.compare(recorded.key_and_content().1, events[ordinal - 1]);
    }
    Ok(looks)
}
