//! CloudEvents 1.0, <https://github.com/cloudevents/spec>: one event has one pair of source and id.

use serde::Serialize;

use crate::db::types::{Instant, Json};
use crate::models::{TargetType, UserAction};

/// An action as an event.
#[derive(Debug, Serialize)]
pub(super) struct CloudEvent<'a> {
    specversion: &'static str,
    id: &'a str,
    source: String,
    r#type: String,
    subject: &'a str,
    time: Instant,
    datacontenttype: &'static str,
    data: Data<'a>,
}

#[derive(Debug, Serialize)]
struct Data<'a> {
    target_type: TargetType,
    target_id: &'a str,
    enrollment_id: Option<&'a str>,
    idempotency_key: Option<&'a str>,
    metadata: &'a Json,
}

impl<'a> CloudEvent<'a> {
    pub(super) fn new(action: &'a UserAction, homepage: &str) -> Self {
        let event = &action.event;
        // The upstream's own name of the event, where it has one.
        let (source, id) = match (event.source_system, &event.source_event_id) {
            (Some(source), Some(id)) => (source.as_str(), id),
            _ => ("rollbook", &event.id),
        };
        Self {
            specversion: "1.0",
            id,
            source: format!("{homepage}/sources/{source}"),
            r#type: format!("rollbook.action.{}", event.action_type),
            subject: &event.user_id,
            time: event.occurred_at,
            datacontenttype: "application/json",
            data: Data {
                target_type: event.target_type,
                target_id: &event.target_id,
                enrollment_id: event.enrollment_id.as_deref(),
                idempotency_key: event.idempotency_key.as_deref(),
                metadata: &event.metadata,
            },
        }
    }
}
