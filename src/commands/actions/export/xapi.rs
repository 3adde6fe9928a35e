//! Export as statements of the Experience API 1.0.3, <https://github.com/adlnet/xAPI-Spec>, with verbs and activity
//! types from the registries of ADL and TinCan.

use std::collections::BTreeMap;
use std::io::Write;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use uuid::Uuid;

use super::ExportRow;
use super::lineage::Lineage;
use crate::db::types::{Json, Timestamp};
use crate::models::{ActionType, SourceSystem, TargetType, UserAction};
use crate::output::{Writer, json_line};

/// Writes each action as a statement, a line of JSON.
pub(super) struct StatementWriter<'o> {
    out: &'o mut (dyn Write + 'o),
    homepage: String,
    lineage: &'o Lineage,
}

impl<'o> StatementWriter<'o> {
    pub(super) fn new(out: &'o mut (dyn Write + 'o), homepage: String, lineage: &'o Lineage) -> Self {
        Self { out, homepage, lineage }
    }
}

impl Writer<ExportRow<'_>> for StatementWriter<'_> {
    fn row(&mut self, row: &ExportRow<'_>) -> anyhow::Result<()> {
        let action = row.action()?;
        let Some(versions) = self.lineage.of(&action.event.user_id) else {
            return json_line(self.out, &Statement::new(&action, &self.homepage, ""));
        };
        for earlier in &versions.earlier {
            json_line(self.out, &Voiding::new(&action, &self.homepage, earlier))?;
        }
        json_line(self.out, &Statement::new(&action, &self.homepage, &versions.current))
    }
}

/// The id of a version of the statement on an action.
fn statement_id(action: &UserAction, homepage: &str, version: &str) -> Uuid {
    Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("{homepage}/actions/{}{version}", action.event.id).as_bytes())
}

/// The statement that another one, of an earlier export, is not true any more.
#[derive(Debug, Serialize)]
struct Voiding {
    id: Uuid,
    version: &'static str,
    actor: Actor<'static>,
    verb: Verb,
    object: StatementRef,
    timestamp: Timestamp,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct StatementRef {
    object_type: &'static str,
    id: Uuid,
}

impl Voiding {
    fn new(action: &UserAction, homepage: &str, version: &str) -> Self {
        let voided = statement_id(action, homepage, version);
        Self {
            id: Uuid::new_v5(&voided, b"voided"),
            version: "1.0.3",
            actor: Actor {
                object_type: "Agent",
                account: Account { home_page: homepage.to_owned(), name: "rollbook" },
            },
            verb: Verb { id: "http://adlnet.gov/expapi/verbs/voided", display: BTreeMap::from([("en", "voided")]) },
            object: StatementRef { object_type: "StatementRef", id: voided },
            // Fixed, so that the statement sent again has the same content.
            timestamp: action.recorded_at,
        }
    }
}

/// An action as a statement. Its id is derived from the action's and its version, so that a statement sent again has the
/// same id, and an id always the same content.
#[derive(Debug, Serialize)]
struct Statement<'a> {
    id: Uuid,
    version: &'static str,
    actor: Actor<'a>,
    verb: Verb,
    object: Activity,
    context: Context<'a>,
    timestamp: Timestamp,
    stored: Timestamp,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Actor<'a> {
    object_type: &'static str,
    account: Account<'a>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Account<'a> {
    home_page: String,
    name: &'a str,
}

#[derive(Debug, Serialize)]
struct Verb {
    id: &'static str,
    display: BTreeMap<&'static str, &'static str>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Activity {
    object_type: &'static str,
    id: String,
    definition: Definition,
}

#[derive(Debug, Serialize)]
struct Definition {
    r#type: &'static str,
}

#[derive(Debug, Serialize)]
struct Context<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    platform: Option<&'static str>,
    extensions: BTreeMap<String, Extension<'a>>,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Extension<'a> {
    Text(&'a str),
    Json(&'a Json),
    Time(&'a Timestamp),
}

impl<'a> Statement<'a> {
    fn new(action: &'a UserAction, homepage: &str, version: &str) -> Self {
        let event = &action.event;
        let (verb, display) = verb(event.action_type);
        let mut extensions = BTreeMap::new();
        let extension = |name: &str| format!("{homepage}/xapi/{name}");
        extensions.insert(extension("metadata"), Extension::Json(&event.metadata));
        // What an import needs to recognize the action.
        for (name, value) in [
            ("id", Some(event.id.as_str())),
            ("action_type", Some(event.action_type.as_str())),
            ("target_type", Some(event.target_type.as_str())),
            ("target_id", Some(&event.target_id)),
            ("enrollment", event.enrollment_id.as_deref()),
            ("source_system", event.source_system.map(SourceSystem::as_str)),
            ("source_event_id", event.source_event_id.as_deref()),
            ("idempotency_key", event.idempotency_key.as_deref()),
        ] {
            if let Some(value) = value {
                extensions.insert(extension(name), Extension::Text(value));
            }
        }
        // A statement is not of the future; an import takes the time from the extension.
        let planned = (event.occurred_at > action.recorded_at).then_some(&event.occurred_at);
        if let Some(time) = planned {
            extensions.insert(extension("occurred_at"), Extension::Time(time));
        }
        let target = iri_segment(&event.target_id);
        Self {
            id: statement_id(action, homepage, version),
            version: "1.0.3",
            actor: Actor {
                object_type: "Agent",
                account: Account { home_page: homepage.to_owned(), name: &event.user_id },
            },
            verb: Verb { id: verb, display: BTreeMap::from([("en", display)]) },
            object: Activity {
                object_type: "Activity",
                id: format!("{homepage}/{}/{target}", event.target_type),
                definition: Definition { r#type: activity_type(event.target_type) },
            },
            context: Context { platform: event.source_system.map(SourceSystem::as_str), extensions },
            timestamp: event.occurred_at.min(action.recorded_at),
            stored: action.recorded_at,
        }
    }
}

/// A text as a segment of an IRI: percent-encoded only where RFC 3987 wants it, so that ids of courses are as the
/// platform writes them.
fn iri_segment(text: &str) -> String {
    let mut segment = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_alphanumeric() || "-._~!$&'()*+,;=:@".contains(c) {
            segment.push(c);
        } else {
            segment.extend(utf8_percent_encode(c.encode_utf8(&mut [0; 4]), NON_ALPHANUMERIC));
        }
    }
    segment
}

/// The IRI of the verb and its English display name.
const fn verb(action_type: ActionType) -> (&'static str, &'static str) {
    match action_type {
        ActionType::Enrolled => ("http://adlnet.gov/expapi/verbs/registered", "registered"),
        ActionType::ViewedModule => ("http://id.tincanapi.com/verb/viewed", "viewed"),
        ActionType::StartedModule => ("http://adlnet.gov/expapi/verbs/initialized", "initialized"),
        ActionType::CompletedModule | ActionType::CompletedCourse => {
            ("http://adlnet.gov/expapi/verbs/completed", "completed")
        }
        ActionType::AnsweredQuestion => ("http://adlnet.gov/expapi/verbs/answered", "answered"),
        ActionType::PostedThread | ActionType::PostedReply => ("https://w3id.org/xapi/acrossx/verbs/posted", "posted"),
        ActionType::Unenrolled => ("http://id.tincanapi.com/verb/unregistered", "unregistered"),
    }
}

const fn activity_type(target_type: TargetType) -> &'static str {
    match target_type {
        TargetType::Module => "http://adlnet.gov/expapi/activities/module",
        TargetType::ContentBlock => "http://id.tincanapi.com/activitytype/resource",
        TargetType::Question => "http://adlnet.gov/expapi/activities/question",
        TargetType::Course => "http://adlnet.gov/expapi/activities/course",
        TargetType::Cohort => "http://activitystrea.ms/schema/1.0/group",
        TargetType::Forum => "http://id.tincanapi.com/activitytype/discussion",
        TargetType::Thread => "http://id.tincanapi.com/activitytype/forum-topic",
        TargetType::Post => "http://id.tincanapi.com/activitytype/forum-reply",
    }
}
