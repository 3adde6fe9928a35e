//! Export as CloudEvents 1.0, <https://github.com/cloudevents/spec>: the pair of source and id identifies an event.

use std::io::Write;

use serde::Serialize;

use super::ExportRow;
use super::lineage::{Lineage, Versions};
use crate::db::types::{Json, Timestamp};
use crate::models::{ActionType, SourceSystem, TargetType, UserAction};
use crate::output::{Writer, json_line};

/// Writes each action as an event, a line of JSON.
pub(super) struct EventWriter<'o> {
    out: &'o mut (dyn Write + 'o),
    homepage: String,
    lineage: &'o Lineage,
}

impl<'o> EventWriter<'o> {
    pub(super) fn new(out: &'o mut (dyn Write + 'o), homepage: String, lineage: &'o Lineage) -> Self {
        Self { out, homepage, lineage }
    }
}

impl Writer<ExportRow<'_>> for EventWriter<'_> {
    fn row(&mut self, row: &ExportRow<'_>) -> anyhow::Result<()> {
        let action = row.action()?;
        let versions = self.lineage.of(&action.event.user_id);
        json_line(self.out, &CloudEvent::new(&action, &self.homepage, versions))
    }
}

/// An action as a CloudEvents event.
#[derive(Debug, Serialize)]
struct CloudEvent<'a> {
    specversion: &'static str,
    id: String,
    source: String,
    r#type: String,
    subject: &'a str,
    time: Timestamp,
    datacontenttype: &'static str,
    /// Extensions, by which an import recognizes the action.
    rollbookid: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rollbooksource: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rollbookevent: Option<&'a str>,
    /// The ids of the event in earlier exports, before a merge or an erasure: a consumer drops these events.
    #[serde(skip_serializing_if = "Option::is_none")]
    rollbookreplaces: Option<String>,
    data: Data<'a>,
}

#[derive(Debug, Serialize)]
struct Data<'a> {
    action_type: ActionType,
    target_type: TargetType,
    target_id: &'a str,
    enrollment_id: Option<&'a str>,
    idempotency_key: Option<&'a str>,
    metadata: &'a Json,
}

impl<'a> CloudEvent<'a> {
    fn new(action: &'a UserAction, homepage: &str, versions: Option<&Versions>) -> Self {
        let event = &action.event;
        // The source system's own id of the event, if it has one.
        let (source, id) = match (event.source_system, &event.source_event_id) {
            (Some(source), Some(id)) => (source.as_str(), id),
            _ => ("rollbook", &event.id),
        };
        Self {
            specversion: "1.0",
            id: versions.map_or_else(|| id.clone(), |versions| format!("{id}{}", versions.current)),
            source: format!("{homepage}/sources/{source}"),
            r#type: format!("rollbook.action.{}", event.action_type),
            subject: &event.user_id,
            time: event.occurred_at,
            datacontenttype: "application/json",
            rollbookid: &event.id,
            rollbooksource: event.source_system.map(SourceSystem::as_str),
            rollbookevent: event.source_event_id.as_deref(),
            rollbookreplaces: versions.map(|versions| {
                versions.earlier.iter().map(|version| format!("{id}{version}")).collect::<Vec<_>>().join(",")
            }),
            data: Data {
                action_type: event.action_type,
                target_type: event.target_type,
                target_id: &event.target_id,
                enrollment_id: event.enrollment_id.as_deref(),
                idempotency_key: event.idempotency_key.as_deref(),
                metadata: &event.metadata,
            },
        }
    }
}
