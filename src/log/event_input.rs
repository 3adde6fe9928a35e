//! An event read from a file, in compact form, to be written to the log.

use std::hash::BuildHasher as _;
use std::ops::Range;

use foldhash::quality::FixedState;

use super::user_lookup::UserKey;
use super::verdict::{FieldError, InputRow};
use crate::db::types::{Json, Timestamp};
use crate::models::{ActionType, Event, MAX_KEY_BYTES, SourceSystem, TargetType};

/// The fields of an event before their texts are concatenated; an empty text means that there is no value.
pub struct EventFields<'a> {
    /// Given, or new.
    pub id: &'a str,
    /// Whether the id is part of the content.
    pub id_given: bool,
    /// May be empty if there is an email.
    pub user_id: &'a str,
    /// With its ASCII letters in lower case.
    pub user_email: &'a str,
    /// The enrollment's id.
    pub enrollment_id: &'a str,
    /// The kind of change.
    pub action_type: ActionType,
    /// The kind of its target.
    pub target_type: TargetType,
    /// The id of its target.
    pub target_id: &'a str,
    /// Canonical JSON.
    pub metadata: &'a str,
    /// Which system reported it.
    pub source_system: Option<SourceSystem>,
    /// The system's own identifier.
    pub source_event_id: &'a str,
    /// Given, or empty.
    pub idempotency_key: &'a str,
    /// Whether the key is part of the content.
    pub key_given: bool,
    /// When the action happened.
    pub occurred_at: Timestamp,
}

/// An event, with all its texts in one allocation: an import processes millions of them.
#[derive(Debug)]
pub struct EventInput {
    text: Box<str>,
    /// Where in `text` each [`Field`] ends.
    ends: [u32; FIELDS],
    pub(super) action_type: ActionType,
    pub(super) target_type: TargetType,
    pub(super) source_system: Option<SourceSystem>,
    pub(super) occurred_at: Timestamp,
    pub(super) id_given: bool,
    pub(super) key_given: bool,
}

/// Rows of a file that contain events.
pub type EventRows = Vec<InputRow<EventInput>>;

/// The text fields, in the order in which they are concatenated.
#[derive(Clone, Copy)]
enum Field {
    Id,
    UserId,
    UserEmail,
    EnrollmentId,
    TargetId,
    Metadata,
    SourceEventId,
    Key,
    OccurredAt,
}

const FIELDS: usize = Field::OccurredAt as usize + 1;

/// The hash of a key; an id with the same text has a different hash.
pub(super) fn hash_of_key(key: &str) -> u64 {
    FixedState::with_seed(1).hash_one(key)
}

/// The hash of an id.
pub(super) fn hash_of_id(id: &str) -> u64 {
    FixedState::with_seed(2).hash_one(id)
}

impl EventInput {
    /// Builds an event; if it has no key, but a source event id, the key is derived from that.
    ///
    /// # Errors
    /// When the identifier makes too long a key.
    pub fn new(parts: &EventFields<'_>) -> Result<Self, FieldError> {
        let derived = match parts.source_system {
            Some(source) if parts.idempotency_key.is_empty() && !parts.source_event_id.is_empty() => {
                Event::key_of(source, parts.source_event_id)
            }
            _ => String::new(),
        };
        if derived.len() > MAX_KEY_BYTES {
            let reason = format!("gives a key of {} bytes, at most {MAX_KEY_BYTES} are allowed", derived.len());
            return Err(FieldError::new("source_event_id", parts.source_event_id, reason));
        }
        let key = if parts.idempotency_key.is_empty() { &derived } else { parts.idempotency_key };
        Ok(Self::concatenate(parts, key))
    }

    fn concatenate(parts: &EventFields<'_>, key: &str) -> Self {
        let occurred_at = parts.occurred_at.fixed_width();
        let texts: [&str; FIELDS] = [
            parts.id,
            parts.user_id,
            parts.user_email,
            parts.enrollment_id,
            parts.target_id,
            parts.metadata,
            parts.source_event_id,
            key,
            &occurred_at,
        ];
        let mut text = String::with_capacity(texts.iter().map(|text| text.len()).sum());
        let ends = texts.map(|part| {
            text.push_str(part);
            // A record has at most 4 MiB.
            u32::try_from(text.len()).unwrap_or(u32::MAX)
        });
        Self {
            text: text.into_boxed_str(),
            ends,
            action_type: parts.action_type,
            target_type: parts.target_type,
            source_system: parts.source_system,
            occurred_at: parts.occurred_at,
            id_given: parts.id_given,
            key_given: parts.key_given,
        }
    }

    fn get(&self, field: Field) -> &str {
        let i = field as usize;
        let start = if i == 0 { 0 } else { self.ends[i - 1] };
        &self.text[Range { start: start as usize, end: self.ends[i] as usize }]
    }

    fn filled(&self, field: Field) -> Option<&str> {
        Some(self.get(field)).filter(|text| !text.is_empty())
    }

    pub(super) const fn bytes(&self) -> usize {
        self.text.len()
    }

    pub(super) fn id(&self) -> &str {
        self.get(Field::Id)
    }

    /// The user of the event, as given in the row.
    pub(super) fn user(&self) -> UserKey<'_> {
        UserKey { id: self.filled(Field::UserId), email: self.filled(Field::UserEmail) }
    }

    pub(super) fn user_id(&self) -> &str {
        self.get(Field::UserId)
    }

    pub(super) fn enrollment_id(&self) -> Option<&str> {
        self.filled(Field::EnrollmentId)
    }

    pub(super) fn target_id(&self) -> &str {
        self.get(Field::TargetId)
    }

    pub(super) fn metadata(&self) -> &str {
        self.get(Field::Metadata)
    }

    pub(super) fn source_event_id(&self) -> Option<&str> {
        self.filled(Field::SourceEventId)
    }

    pub(super) fn key(&self) -> Option<&str> {
        self.filled(Field::Key)
    }

    /// The time in the format that SQLite stores.
    pub(super) fn occurred_at_text(&self) -> &str {
        self.get(Field::OccurredAt)
    }

    /// Sets the user's id and, with `content_key`, derives a missing key from the content. The key is derived from
    /// the user id in the file: the user may have been merged into another since the first import.
    pub(super) fn complete(&mut self, user_id: &str, content_key: bool) -> anyhow::Result<()> {
        if self.user_id().is_empty() {
            *self = self.with(user_id, self.get(Field::Key));
        }
        if content_key && self.key().is_none() {
            let key = self.event().derived_key()?;
            *self = self.with(self.user_id(), &key);
        }
        if self.user_id() != user_id {
            *self = self.with(user_id, self.get(Field::Key));
        }
        Ok(())
    }

    fn with(&self, user_id: &str, key: &str) -> Self {
        Self::concatenate(
            &EventFields {
                id: self.id(),
                id_given: self.id_given,
                user_id,
                user_email: self.get(Field::UserEmail),
                enrollment_id: self.get(Field::EnrollmentId),
                action_type: self.action_type,
                target_type: self.target_type,
                target_id: self.target_id(),
                metadata: self.metadata(),
                source_system: self.source_system,
                source_event_id: self.get(Field::SourceEventId),
                idempotency_key: key,
                key_given: self.key_given,
                occurred_at: self.occurred_at,
            },
            key,
        )
    }

    /// Hashes of everything that can match the event: its key, its source event id, and its id if it was given.
    ///
    /// A source event id is hashed as the key derived from it, since each can match the other.
    pub(super) fn identities(&self) -> impl Iterator<Item = u64> {
        let upstream = match (self.source_system, self.source_event_id()) {
            // Otherwise the key is already derived from it.
            (Some(source), Some(id)) if self.key_given => {
                Some(Event::key_of(source, id)).filter(|key| self.key() != Some(key)).map(|key| hash_of_key(&key))
            }
            _ => None,
        };
        let id = self.id_given.then(|| hash_of_id(self.id()));
        [self.key().map(hash_of_key), upstream, id].into_iter().flatten()
    }

    /// The event as the model that the rest of the program uses.
    pub(super) fn event(&self) -> Event {
        let owned = |text: Option<&str>| text.map(ToOwned::to_owned);
        Event {
            id: self.id().to_owned(),
            user_id: self.user_id().to_owned(),
            enrollment_id: owned(self.enrollment_id()),
            action_type: self.action_type,
            target_type: self.target_type,
            target_id: self.target_id().to_owned(),
            metadata: Json::canonical(self.metadata()),
            source_system: self.source_system,
            source_event_id: owned(self.source_event_id()),
            idempotency_key: owned(self.key()),
            occurred_at: self.occurred_at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(source_event_id: &str, key: &str) -> EventInput {
        EventInput::new(&EventFields {
            id: "act_1",
            id_given: false,
            user_id: "",
            user_email: "maya@example.com",
            enrollment_id: "",
            action_type: ActionType::Enrolled,
            target_type: TargetType::Course,
            target_id: "crs_1",
            metadata: r#"{"a":1}"#,
            source_system: Some(SourceSystem::App),
            source_event_id,
            idempotency_key: key,
            key_given: !key.is_empty(),
            occurred_at: "2026-03-15T08:14:00Z".parse().unwrap(),
        })
        .unwrap()
    }

    #[test]
    fn an_event_keeps_its_fields() {
        let mut event = input("evt_1", "");
        assert_eq!(event.user(), UserKey { id: None, email: Some("maya@example.com") });
        event.complete("usr_1", true).unwrap();
        assert_eq!((event.id(), event.user_id(), event.target_id()), ("act_1", "usr_1", "crs_1"));
        assert_eq!((event.enrollment_id(), event.source_event_id()), (None, Some("evt_1")));
        assert_eq!((event.key(), event.metadata()), (Some("user_action:app:evt_1"), r#"{"a":1}"#));
        assert_eq!(event.occurred_at_text(), "2026-03-15T08:14:00.000000Z");
        assert!(input("", "").key().is_none());
    }

    #[test]
    fn a_derived_key_and_its_source_event_have_the_same_identity() {
        let hashes = |event: &EventInput| event.identities().collect::<Vec<_>>();
        assert_eq!(hashes(&input("evt_1", "")), hashes(&input("", "user_action:app:evt_1")));
        assert_eq!(hashes(&input("evt_1", "user_action:app:evt_1")), hashes(&input("evt_1", "")));
        assert_eq!(hashes(&input("evt_1", "k")).len(), 2);
        assert_ne!(hashes(&input("evt_1", "")), hashes(&input("evt_2", "")));
    }
}
