//! Recorded events in the form that each engine returns fastest, and their comparison with a row.

use diesel::connection::DefaultLoadingMode;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Array, BigInt, Text};

use super::{KeyMatch, LogPlace};
use crate::db::types::{Json, Timestamp, sql};
use crate::log::event_input::EventInput;

/// A recorded event in the form that SQLite returns fastest: one text of all fields, each followed by a
/// [`SEPARATOR`]. NULL is read as an empty text, which is unambiguous, since the table's CHECK constraints forbid
/// empty texts.
#[derive(QueryableByName)]
pub(super) struct RecordedText {
    #[diesel(sql_type = BigInt)]
    pub(super) place: LogPlace,
    #[diesel(sql_type = Text)]
    text: String,
}

/// Rows that contain it are compared in detail, because the boundaries of their fields are ambiguous.
const SEPARATOR: char = '\u{1f}';

impl RecordedText {
    pub(super) const ALONG: &str = "\
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

    pub(super) fn key_and_content(&self) -> (&str, &str) {
        self.text.split_once(SEPARATOR).unwrap_or_default()
    }

    pub(super) fn compare(content: &str, event: &EventInput) -> KeyMatch {
        let own = own_fields(event).into_iter().chain([event.metadata(), event.occurred_at_text()]);
        if is_same(event, content, own) { KeyMatch::Replay } else { KeyMatch::Differs }
    }
}

/// A recorded event in the form that PostgreSQL returns fastest: the server does not convert JSON and times to text.
#[derive(QueryableByName)]
pub(super) struct RecordedColumns {
    #[diesel(sql_type = Text)]
    pub(super) place: String,
    #[diesel(sql_type = Text)]
    text: String,
    #[diesel(sql_type = sql::Json)]
    metadata: Json,
    #[diesel(sql_type = sql::UtcTimestamp)]
    occurred_at: Timestamp,
}

impl RecordedColumns {
    pub(super) const ALONG: &str = "\
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

    pub(super) fn key_and_content(&self) -> (&str, &str) {
        self.text.split_once(SEPARATOR).unwrap_or_default()
    }

    pub(super) fn compare(&self, content: &str, event: &EventInput) -> KeyMatch {
        let same = is_same(event, content, own_fields(event).into_iter())
            && self.metadata.as_str() == event.metadata()
            && self.occurred_at == event.occurred_at;
        if same { KeyMatch::Replay } else { KeyMatch::Differs }
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

/// Whether a row equals a recorded event, given as its id and fields, each followed by a separator.
fn is_same<'a>(event: &EventInput, recorded: &str, mut own: impl Iterator<Item = &'a str>) -> bool {
    let Some((id, fields)) = recorded.split_once(SEPARATOR) else { return false };
    let after = own.try_fold(fields, |fields, own| fields.strip_prefix(own)?.strip_prefix(SEPARATOR));
    after == Some("") && (!event.id_given || id == event.id()) && !event.user_id().contains(SEPARATOR)
}

/// Compares events with those recorded under their keys.
pub(super) fn match_sqlite(events: &[&EventInput], conn: &mut SqliteConnection) -> anyhow::Result<Vec<KeyMatch>> {
    let keys: Vec<&str> = events.iter().map(|event| event.key().unwrap_or_default()).collect();
    let found = sql_query(RecordedText::BY_KEY)
        .bind::<Text, _>(serde_json::to_string(&keys)?)
        .load_iter::<RecordedText, DefaultLoadingMode>(conn)?;
    let mut matches = vec![KeyMatch::New; events.len()];
    for recorded in found {
        let recorded = recorded?;
        let number = usize::try_from(recorded.place)?;
        matches[number] = RecordedText::compare(recorded.key_and_content().1, events[number]);
    }
    Ok(matches)
}

/// As [`match_sqlite`].
pub(super) fn match_postgres(events: &[&EventInput], conn: &mut PgConnection) -> anyhow::Result<Vec<KeyMatch>> {
    let keys: Vec<&str> = events.iter().map(|event| event.key().unwrap_or_default()).collect();
    let found: Vec<RecordedColumns> = sql_query(RecordedColumns::BY_KEY).bind::<Array<Text>, _>(keys).load(conn)?;
    let mut matches = vec![KeyMatch::New; events.len()];
    for recorded in found {
        let ordinal: usize = recorded.place.parse()?;
        // Ordinals start at 1.
        matches[ordinal - 1] = recorded.compare(recorded.key_and_content().1, events[ordinal - 1]);
    }
    Ok(matches)
}
