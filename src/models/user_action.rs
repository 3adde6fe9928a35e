//! One recorded upstream event: the log is append-only.

use std::collections::BTreeSet;

use diesel::prelude::*;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::Difference;
use super::enums::text_enum;
use crate::db::AnyConnection;
use crate::db::types::{Instant, Json, JsonError};
use crate::error::Failure;
use crate::output::Record;
use crate::schema::user_action;

text_enum! {
    /// What somebody did.
    ActionType {
        /// Joined a course or cohort.
        Enrolled = "enrolled",
        /// Looked at a module.
        ViewedModule = "viewed_module",
        /// Began a module.
        StartedModule = "started_module",
        /// Finished a module.
        CompletedModule = "completed_module",
        /// Answered a question.
        AnsweredQuestion = "answered_question",
        /// Began a thread.
        PostedThread = "posted_thread",
        /// Replied in a thread.
        PostedReply = "posted_reply",
        /// Finished a course.
        CompletedCourse = "completed_course",
        /// Left a course or cohort.
        Unenrolled = "unenrolled",
    }
}

text_enum! {
    /// What kind of thing it was done to.
    TargetType {
        /// A module of a course.
        Module = "module",
        /// A piece of a module.
        ContentBlock = "content_block",
        /// A question.
        Question = "question",
        /// A course.
        Course = "course",
        /// A cohort.
        Cohort = "cohort",
        /// A forum.
        Forum = "forum",
        /// A thread of a forum.
        Thread = "thread",
        /// A post of a thread.
        Post = "post",
    }
}

text_enum! {
    /// Which upstream system reported it.
    SourceSystem {
        /// A webhook of a partner.
        Webhook = "webhook",
        /// The platform itself.
        App = "app",
        /// The payment provider.
        Stripe = "stripe",
        /// The analytics pipeline.
        Segment = "segment",
        /// Somebody's hands.
        Manual = "manual",
        /// A scheduled job.
        CronWorker = "cron_worker",
    }
}

/// What an upstream event says: a row of `user_action` without what the database adds.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, QueryableByName, Selectable, Insertable, Serialize)]
#[diesel(table_name = user_action, treat_none_as_default_value = false)]
pub struct Event {
    /// `act_` and a ULID, or what the file gave.
    pub id: String,
    /// Who did it.
    pub user_id: String,
    /// In which enrollment.
    pub enrollment_id: Option<String>,
    /// What was done.
    pub action_type: ActionType,
    /// To what kind of thing.
    pub target_type: TargetType,
    /// To which one.
    pub target_id: String,
    /// Whatever else the upstream says; an object.
    pub metadata: Json,
    /// Which upstream says it.
    pub source_system: Option<SourceSystem>,
    /// The upstream's own identifier of the event.
    pub source_event_id: Option<String>,
    /// What makes two deliveries one event.
    pub idempotency_key: Option<String>,
    /// When it was done.
    pub occurred_at: Instant,
}

/// A row of `user_action`.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, QueryableByName, Selectable, Serialize)]
#[diesel(table_name = user_action)]
pub struct UserAction {
    /// What the upstream says.
    #[diesel(embed)]
    #[serde(flatten)]
    pub event: Event,
    /// When it was recorded here.
    pub recorded_at: Instant,
    /// Where in the log; ascending, with gaps on PostgreSQL.
    pub position: i64,
}

impl UserAction {
    /// The action by its id, or by its idempotency key.
    ///
    /// # Errors
    /// When there is none (exit code 6), or the database fails.
    pub fn find(conn: &mut AnyConnection, action: &str) -> anyhow::Result<Self> {
        let actions = user_action::table.select(Self::as_select());
        if let Some(found) = actions.filter(user_action::id.eq(action)).first(conn).optional()? {
            return Ok(found);
        }
        actions.filter(user_action::idempotency_key.eq(action)).first(conn).optional()?.ok_or_else(|| {
            Failure::not_found(format!("there is no action {action}"))
                .hint("name an action by id or idempotency key")
                .into()
        })
    }
}

impl Event {
    /// The idempotency key that is made of the upstream's identifier.
    #[must_use]
    pub fn key_of(source: SourceSystem, source_event_id: &str) -> String {
        ["user_action:", source.as_str(), ":", source_event_id].concat()
    }

    /// The idempotency key of an event that brings none: of the upstream's identifier if there is one, else of the
    /// content.
    ///
    /// The content is hashed as one JSON object with the keys in byte order and no blanks: `action_type`,
    /// `enrollment_id`, `metadata`, `occurred_at` (UTC, `Z`), `source_system`, `target_id`, `target_type`, `user_id`.
    /// Its own id is left out: the same event delivered with an id and without is one.
    ///
    /// # Errors
    /// When the content cannot be written as JSON.
    pub fn derived_key(&self) -> Result<String, JsonError> {
        #[derive(Serialize)]
        struct Content<'a> {
            action_type: ActionType,
            enrollment_id: Option<&'a str>,
            metadata: &'a Json,
            occurred_at: Instant,
            source_system: Option<SourceSystem>,
            target_id: &'a str,
            target_type: TargetType,
            user_id: &'a str,
        }

        if let (Some(source), Some(event)) = (self.source_system, &self.source_event_id) {
            return Ok(Self::key_of(source, event));
        }
        let content = Json::of(&Content {
            action_type: self.action_type,
            enrollment_id: self.enrollment_id.as_deref(),
            metadata: &self.metadata,
            occurred_at: self.occurred_at,
            source_system: self.source_system,
            target_id: &self.target_id,
            target_type: self.target_type,
            user_id: &self.user_id,
        })?;
        let source = self.source_system.map_or("import", SourceSystem::as_str);
        Ok(format!("user_action:{source}:sha256:{}", hex::encode(Sha256::digest(content.as_str()))))
    }

    /// Every field in which the event differs from a recorded one; metadata member by member. The id and the key count
    /// only if they were given, not derived.
    #[must_use]
    pub fn differences(&self, recorded: &Self, id_given: bool, key_given: bool) -> Vec<Difference> {
        let text = |field, recorded: &Option<String>, given: &Option<String>| {
            Difference::of(field, recorded.as_ref(), given.as_ref())
        };
        [
            if id_given { Difference::of("id", Some(&recorded.id), Some(&self.id)) } else { None },
            Difference::of("user_id", Some(&recorded.user_id), Some(&self.user_id)),
            text("enrollment_id", &recorded.enrollment_id, &self.enrollment_id),
            Difference::of("action_type", Some(&recorded.action_type), Some(&self.action_type)),
            Difference::of("target_type", Some(&recorded.target_type), Some(&self.target_type)),
            Difference::of("target_id", Some(&recorded.target_id), Some(&self.target_id)),
            Difference::of("source_system", recorded.source_system.as_ref(), self.source_system.as_ref()),
            text("source_event_id", &recorded.source_event_id, &self.source_event_id),
            if key_given { text("idempotency_key", &recorded.idempotency_key, &self.idempotency_key) } else { None },
            Difference::of("occurred_at", Some(&recorded.occurred_at), Some(&self.occurred_at)),
        ]
        .into_iter()
        .flatten()
        .chain(self.metadata_differences(recorded))
        .collect()
    }

    fn metadata_differences(&self, recorded: &Self) -> Vec<Difference> {
        if self.metadata == recorded.metadata {
            return Vec::new();
        }
        let (recorded, given) = (recorded.metadata.members(), self.metadata.members());
        let keys: BTreeSet<&String> = recorded.keys().chain(given.keys()).collect();
        keys.into_iter()
            .filter_map(|key| Difference::of(&format!("metadata.{key}"), recorded.get(key), given.get(key)))
            .collect()
    }
}

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
