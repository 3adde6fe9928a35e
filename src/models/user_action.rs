//! User actions: the append-only log of events from the source systems.

use std::collections::BTreeSet;

use diesel::prelude::*;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::Difference;
use super::enums::text_enum;
use super::start_of_id;
use crate::db::AnyConnection;
use crate::db::types::{Json, JsonError, Timestamp};
use crate::error::Failure;
use crate::schema::user_action;

text_enum! {
    /// The kind of action.
    ActionType {
        /// Joined a course or cohort.
        Enrolled = "enrolled",
        /// Looked at a module.
        ViewedModule = "viewed_module",
        /// Started a module.
        StartedModule = "started_module",
        /// Finished a module.
        CompletedModule = "completed_module",
        /// Answered a question.
        AnsweredQuestion = "answered_question",
        /// Started a thread.
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
    /// The kind of object that an action is about.
    TargetType {
        /// A module of a course.
        Module = "module",
        /// A content block of a module.
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
    /// The source system that reported the event.
    SourceSystem {
        /// A webhook of a partner.
        Webhook = "webhook",
        /// The platform itself.
        App = "app",
        /// The payment provider.
        Stripe = "stripe",
        /// The analytics pipeline.
        Segment = "segment",
        /// Entered by hand.
        Manual = "manual",
        /// A scheduled job.
        CronWorker = "cron_worker",
    }
}

/// An event of a source system: a row of `user_action` without the columns that the database fills in.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, QueryableByName, Selectable, Insertable, Serialize)]
#[diesel(table_name = user_action, treat_none_as_default_value = false)]
pub struct Event {
    /// `act_` and a ULID, or a given id.
    pub id: String,
    /// The user's id.
    pub user_id: String,
    /// The enrollment's id.
    pub enrollment_id: Option<String>,
    /// The kind of action.
    pub action_type: ActionType,
    /// The kind of its target.
    pub target_type: TargetType,
    /// The id of its target.
    pub target_id: String,
    /// More data from the source system: a JSON object.
    pub metadata: Json,
    /// The source system.
    pub source_system: Option<SourceSystem>,
    /// The source system's own id of the event.
    pub source_event_id: Option<String>,
    /// The key that identifies repeated deliveries of the same event.
    pub idempotency_key: Option<String>,
    /// When the action happened.
    pub occurred_at: Timestamp,
}

/// A row of `user_action`.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, QueryableByName, Selectable, Serialize)]
#[diesel(table_name = user_action)]
pub struct UserAction {
    /// The event.
    #[diesel(embed)]
    #[serde(flatten)]
    pub event: Event,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// The position in the log: ascending, with gaps on PostgreSQL.
    pub position: i64,
}

/// The column of times, for a query that reads a span of the log: where that is much of it, looking up each row by an
/// index takes longer than reading all of them.
///
/// # Errors
/// When the database fails.
pub fn time_column(since: Timestamp, until: Timestamp, conn: &mut AnyConnection) -> QueryResult<String> {
    let times = || user_action::table.select(user_action::occurred_at);
    let first: Option<Timestamp> = times().order(user_action::occurred_at).first(conn).optional()?;
    let last: Option<Timestamp> = times().order(user_action::occurred_at.desc()).first(conn).optional()?;
    let Some((first, last)) = first.zip(last) else { return Ok(COLUMN.to_owned()) };
    let covered = until.min(last).since(since.max(first)).as_secs_f64();
    let is_much = covered >= last.since(first).as_secs_f64() * MUCH;
    Ok(if is_much { conn.engine().unindexed(COLUMN) } else { COLUMN.to_owned() })
}

const COLUMN: &str = "user_action.occurred_at";
/// The share of the log from which on all of it is read.
const MUCH: f64 = 0.03;

impl UserAction {
    /// Finds the action whose id starts with the text, if no other id does. Only for a person to use.
    ///
    /// # Errors
    /// When several ids do (exit code 2), or the database fails.
    pub fn find_by_start(conn: &mut AnyConnection, start: &str) -> anyhow::Result<Option<Self>> {
        start_of_id::find_by_start!(user_action, Self, start, conn)
    }

    /// Finds an action by its id or its idempotency key.
    ///
    /// # Errors
    /// When it does not exist (exit code 6), or the database fails.
    pub fn find(conn: &mut AnyConnection, action: &str) -> anyhow::Result<Self> {
        let actions = user_action::table.select(Self::as_select());
        if let Some(found) = actions.filter(user_action::id.eq(action)).first(conn).optional()? {
            return Ok(found);
        }
        actions.filter(user_action::idempotency_key.eq(action)).first(conn).optional()?.ok_or_else(|| {
            Failure::not_found(format!("unknown action {action}"))
                .hint("use an id or an idempotency key; list actions: rollbook actions list")
                .into()
        })
    }
}

impl Event {
    /// The idempotency key derived from the source system's event id.
    #[must_use]
    pub fn key_of(source: SourceSystem, source_event_id: &str) -> String {
        ["user_action:", source.as_str(), ":", source_event_id].concat()
    }

    /// The idempotency key of an event without one: derived from the source system's event id if there is one, else
    /// from the content.
    ///
    /// The content is hashed as one JSON object with the keys in byte order and no whitespace: `action_type`,
    /// `enrollment_id`, `metadata`, `occurred_at` (UTC, `Z`), `source_system`, `target_id`, `target_type`, `user_id`.
    /// The event's own id is excluded, so that the same event delivered with and without an id gets the same key.
    ///
    /// # Errors
    /// When the content cannot be written as JSON.
    pub fn derived_key(&self) -> Result<String, JsonError> {
        #[derive(Serialize)]
        struct Content<'a> {
            action_type: ActionType,
            enrollment_id: Option<&'a str>,
            metadata: &'a Json,
            occurred_at: Timestamp,
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
        Ok(format!("user_action:{source}:sha256:{}", base16ct::lower::encode_string(&Sha256::digest(content.as_str()))))
    }

    /// Every field in which the event differs from a recorded one; metadata is compared member by member. The id and
    /// the key are compared only if they were given, not derived.
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
