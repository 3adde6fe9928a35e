//! Upstream events from a file.

use super::{Kind, Table};
use crate::db::Db;
use crate::db::types::{Json, TimeReader};
use crate::import::check::{FieldErrors, filled, time_notes};
use crate::import::interpretation::Interpretation;
use crate::import::metadata::MetadataReader;
use crate::import::record::{Columns, Record};
use crate::import::repeats::RepeatedRows;
use crate::log::{BatchVerdicts, EventFields, EventInput, EventRows, FieldError, LogWriter};
use crate::models::{ActionType, EventIds, SourceSystem, TargetType, valid_file_key};

/// Reads actions.
pub(in crate::import) struct Actions {
    source_system: Option<SourceSystem>,
    /// Whether an event without a user is kept for later.
    parks: bool,
    times: TimeReader,
    metadata: MetadataReader,
    ids: EventIds,
    /// Rows that only their content tells apart, where equal ones are recorded once.
    repeats: Option<RepeatedRows>,
}

impl Actions {
    pub(in crate::import) fn new(interpretation: &Interpretation, ids: EventIds) -> Self {
        Self {
            source_system: interpretation.source_system,
            parks: interpretation.parks_unknown,
            times: interpretation.times(),
            metadata: MetadataReader::new(interpretation.decimal),
            ids,
            repeats: interpretation.content_key.then(RepeatedRows::default),
        }
    }
}

impl Kind for Actions {
    const COLUMNS: Columns = Columns {
        names: &[
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
        ],
        required: &[&["user_id", "user_email"], &["action_type"], &["target_type"], &["target_id"], &["occurred_at"]],
        metadata: true,
    };
    type Content = EventInput;
    type Table = LogWriter;

    fn check(&self, number: u64, line: u64, record: Record<'_>) -> Result<EventInput, Vec<FieldError>> {
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
        let mut errors = FieldErrors::default();
        let is_anonymous = filled(user_id).is_none() && filled(user_email).is_none();
        let (user_id, user_email) =
            if self.parks && is_anonymous { (None, None) } else { errors.user(user_id, user_email) };
        let id = errors.read("id", filled(id), valid_file_key);
        let enrollment_id = errors.read("enrollment_id", filled(enrollment_id), valid_file_key);
        let action_type: Option<ActionType> = errors.require("action_type", action_type, str::parse);
        let target_type: Option<TargetType> = errors.require("target_type", target_type, str::parse);
        let target_id = errors.require("target_id", target_id, valid_file_key);
        let metadata = self.metadata.read(&mut errors, metadata, record.metadata());
        let source_system = match filled(source_system) {
            Some(source) => errors.read("source_system", Some(source), str::parse),
            None => self.source_system,
        };
        let source_event_id = errors.read("source_event_id", filled(source_event_id), valid_file_key);
        let idempotency_key = errors.read("idempotency_key", filled(idempotency_key), valid_file_key);
        let occurred_at = errors.require("occurred_at", occurred_at, |text| self.times.read(text));
        if let Some(event_id) = source_event_id
            && source_system.is_none()
            && errors.is_empty()
        {
            let problem = "missing source_system";
            errors.push(
                FieldError::new("source_event_id", event_id, problem)
                    .hint("add --source-system SYSTEM for the whole file"),
            );
        }
        let (Some(action_type), Some(target_type), Some(target_id), Some(occurred_at)) =
            (action_type, target_type, target_id, occurred_at)
        else {
            return Err(errors.into());
        };
        if !errors.is_empty() {
            return Err(errors.into());
        }
        if let Some(repeats) = &self.repeats
            && id.is_none()
            && source_event_id.is_none()
            && idempotency_key.is_none()
        {
            let user = (user_id, user_email.as_deref(), enrollment_id);
            let event = (action_type.as_str(), target_type.as_str(), target_id, occurred_at);
            let metadata = metadata.as_ref().map(Json::as_str);
            repeats.add((user, event, metadata, source_system.map(SourceSystem::as_str)), line);
        }
        let new_id = if id.is_none() { self.ids.at(number, line) } else { String::new() };
        EventInput::new(&EventFields {
            id: id.unwrap_or(&new_id),
            id_given: id.is_some(),
            user_id: user_id.unwrap_or_default(),
            user_email: user_email.as_deref().unwrap_or_default(),
            enrollment_id: enrollment_id.unwrap_or_default(),
            action_type,
            target_type,
            target_id,
            metadata: metadata.as_ref().map_or("{}", |metadata| metadata.as_str()),
            source_system,
            source_event_id: source_event_id.unwrap_or_default(),
            idempotency_key: idempotency_key.unwrap_or_default(),
            key_given: idempotency_key.is_some(),
            occurred_at,
        })
        .map_err(|error| vec![error])
    }

    fn notes(&self) -> Vec<String> {
        self.metadata
            .notes()
            .into_iter()
            .chain(time_notes(&self.times))
            .chain(self.repeats.as_ref().and_then(RepeatedRows::note))
            .collect()
    }
}

impl Table for LogWriter {
    type Content = EventInput;

    const BATCH: usize = Self::BATCH;

    fn write(&mut self, rows: EventRows, db: &mut Db, verdicts: &mut BatchVerdicts) -> anyhow::Result<()> {
        Self::write(self, rows, db, verdicts)
    }

    fn remaining_work(&self) -> Option<String> {
        Self::remaining_work(self)
    }

    fn finish(&mut self, db: &mut Db, verdicts: &mut BatchVerdicts) -> anyhow::Result<()> {
        Self::finish(self, db, verdicts)
    }

    fn end(&mut self, db: &mut Db) -> anyhow::Result<()> {
        Self::end(self, db)
    }
}
