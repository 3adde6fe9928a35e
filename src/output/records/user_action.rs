//! An action.

use crate::models::UserAction;
use crate::output::Record;

impl Record for UserAction {
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "user_id",
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
    const TABLE: &'static [&'static str] =
        &["occurred_at", "user_id", "action_type", "target_id", "source_system", "id"];

    fn cells(&self) -> Vec<String> {
        let event = &self.event;
        vec![
            event.id.clone(),
            event.user_id.clone(),
            event.enrollment_id.clone().unwrap_or_default(),
            event.action_type.to_string(),
            event.target_type.to_string(),
            event.target_id.clone(),
            event.metadata.to_string(),
            event.source_system.map(|source| source.to_string()).unwrap_or_default(),
            event.source_event_id.clone().unwrap_or_default(),
            event.idempotency_key.clone().unwrap_or_default(),
            event.occurred_at.to_string(),
            self.recorded_at.to_string(),
            self.position.to_string(),
        ]
    }

    fn id(&self) -> &str {
        &self.event.id
    }
}
