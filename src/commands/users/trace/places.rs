//! The places of the database in which a person may appear.

use super::Effect;
use super::search::{Search, What};

/// All of them.
pub(super) const SEARCHES: [Search; 27] = [
    Search { place: "user", table: "\"user\"", key: "id", erase: Effect::Cleared, what: What::Own("id {ids}") },
    Search {
        place: "former email addresses",
        table: "former_email",
        key: "coalesce(email, '(hash)')",
        erase: Effect::Cleared,
        what: What::Own("user_id {ids}"),
    },
    Search {
        place: "open champion records",
        table: "champion",
        key: "id",
        erase: Effect::Ended,
        what: What::Own("user_id {ids} AND stage <> 'alumni'"),
    },
    Search {
        place: "ended champion records",
        table: "champion",
        key: "id",
        erase: Effect::Kept,
        what: What::Own("user_id {ids} AND stage = 'alumni'"),
    },
    Search {
        place: "notes on champion records",
        table: "champion",
        key: "id",
        erase: Effect::Cleared,
        what: What::Own("user_id {ids} AND notes IS NOT NULL"),
    },
    Search {
        place: "actions",
        table: "user_action",
        key: "id",
        erase: Effect::Kept,
        what: What::Own("user_id {ids} AND CAST(metadata AS text) = '{}'"),
    },
    Search {
        place: "actions with metadata",
        table: "user_action",
        key: "id",
        erase: Effect::ClearedWithMetadata,
        what: What::Own("user_id {ids} AND CAST(metadata AS text) <> '{}'"),
    },
    Search {
        place: "audit trail",
        table: "audit_event",
        key: "CAST(position AS text)",
        erase: Effect::Cleared,
        what: What::Own(
            "(subject_kind = 'user' AND subject_id {ids} \
             OR subject_kind = 'champion' AND coalesce(after ->> 'user_id', before ->> 'user_id') {ids})",
        ),
    },
    Search {
        place: "audit trail: as the actor",
        table: "audit_event",
        key: "CAST(position AS text)",
        erase: Effect::Cleared,
        what: What::Actor(&["actor", "os_user"]),
    },
    Search {
        place: "audit trail: in the actor's name",
        table: "audit_event",
        key: "CAST(position AS text)",
        erase: Effect::NotReached,
        what: What::Named(&["actor", "os_user"], "TRUE"),
    },
    Search {
        place: "audit trail: in reasons",
        table: "audit_event",
        key: "CAST(position AS text)",
        erase: Effect::NotReached,
        what: What::Named(&["reason"], "TRUE"),
    },
    Search {
        place: "audit trail: as the name of a consumer, or the id of an action",
        table: "audit_event",
        key: "CAST(position AS text)",
        erase: Effect::NotReached,
        what: What::Named(&["subject_id"], "subject_kind = 'log'"),
    },
    Search {
        place: "audit trail of others: old and new values",
        table: "audit_event",
        key: "CAST(position AS text)",
        erase: Effect::NotReached,
        what: What::Named(
            &["CAST(before AS text)", "CAST(after AS text)"],
            "NOT (subject_kind = 'user' AND subject_id {ids} \
             OR subject_kind = 'champion' AND coalesce(after ->> 'user_id', before ->> 'user_id') {ids} \
             OR subject_kind = 'import')",
        ),
    },
    Search {
        place: "actions: target, enrollment, key or event id",
        table: "user_action",
        key: "id",
        erase: Effect::NotReached,
        what: What::Named(&["target_id", "idempotency_key", "source_event_id", "enrollment_id"], "user_id {ids}"),
    },
    Search {
        place: "notes on others",
        table: "champion",
        key: "id",
        erase: Effect::NotReached,
        what: What::Named(&["notes"], "NOT (user_id {ids})"),
    },
    Search {
        place: "actions of others: target, metadata, enrollment, key or event id",
        table: "user_action",
        key: "id",
        erase: Effect::NotReached,
        what: What::Named(
            &["target_id", "CAST(metadata AS text)", "enrollment_id", "idempotency_key", "source_event_id"],
            "NOT (user_id {ids})",
        ),
    },
    Search {
        place: "other users: name, origin or picture",
        table: "\"user\"",
        key: "id",
        erase: Effect::NotReached,
        what: What::Named(&["name", "origin", "profile_img"], "NOT (id {ids})"),
    },
    Search {
        place: "names of cohorts",
        table: "champion",
        key: "id",
        erase: Effect::NotReached,
        what: What::Named(&["cohort_id"], "TRUE"),
    },
    Search {
        place: "audit trail: as the role of the database",
        table: "audit_event",
        key: "CAST(position AS text)",
        erase: Effect::NotReached,
        what: What::Named(&["database_role"], "TRUE"),
    },
    Search {
        place: "imports: as the actor",
        table: "import_run",
        key: "id",
        erase: Effect::Cleared,
        what: What::Actor(&["actor"]),
    },
    Search {
        place: "names of imported files",
        table: "import_run",
        key: "id",
        erase: Effect::Cleared,
        what: What::File,
    },
    Search {
        place: "imports: part of a file's or the actor's name, or of the reason",
        table: "import_run",
        key: "id",
        erase: Effect::NotReached,
        what: What::Named(&["file_name", "actor", "reason"], "TRUE"),
    },
    Search {
        place: "operations: as the actor",
        table: "operation",
        key: "id",
        erase: Effect::Cleared,
        what: What::Actor(&["actor"]),
    },
    Search {
        place: "operations: part of the actor's name or of the id",
        table: "operation",
        key: "id",
        erase: Effect::NotReached,
        what: What::Named(&["actor", "id"], "TRUE"),
    },
    Search {
        place: "names of consumers of the feeds",
        table: "feed_cursor",
        key: "consumer",
        erase: Effect::NotReached,
        what: What::Named(&["consumer"], "TRUE"),
    },
    Search {
        place: "parked events",
        table: "import_parked",
        key: "key",
        erase: Effect::Cleared,
        what: What::Own("(user_id {ids} OR user_email {emails})"),
    },
    Search {
        place: "parked events of others",
        table: "import_parked",
        key: "key",
        erase: Effect::NotReached,
        what: What::Named(
            &["user_id", "user_email", "CAST(event AS text)"],
            "NOT (coalesce(user_id, '') {ids} OR coalesce(user_email, '') {emails})",
        ),
    },
];
