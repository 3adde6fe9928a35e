//! The tables as diesel sees them. Written by hand: two engines, and column types of our own.

#![expect(missing_docs, reason = "the columns are documented where they become fields, in models")]

use diesel::table;

table! {
    /// The people.
    user (id) {
        id -> Text,
        email -> Text,
        name -> Text,
        origin -> Text,
        profile_img -> Nullable<Text>,
        roles -> crate::db::types::sql::Roles,
        created_at -> crate::db::types::sql::Instant,
        erased_at -> Nullable<crate::db::types::sql::Instant>,
        merged_into -> Nullable<Text>,
    }
}

table! {
    /// What they did: append-only. On PostgreSQL it has a column `recorded_xid` more, which no query here names.
    user_action (position) {
        position -> BigInt,
        id -> Text,
        user_id -> Text,
        enrollment_id -> Nullable<Text>,
        action_type -> Text,
        target_type -> Text,
        target_id -> Text,
        metadata -> crate::db::types::sql::Json,
        source_system -> Nullable<Text>,
        source_event_id -> Nullable<Text>,
        idempotency_key -> Nullable<Text>,
        occurred_at -> crate::db::types::sql::Instant,
        recorded_at -> crate::db::types::sql::Instant,
    }
}

table! {
    /// How some of them grow: one row per journey through the pipeline.
    champion (id) {
        id -> Text,
        user_id -> Text,
        cohort_id -> Nullable<Text>,
        stage -> Text,
        notes -> Nullable<Text>,
        selected_at -> Nullable<crate::db::types::sql::Instant>,
        became_champion_at -> Nullable<crate::db::types::sql::Instant>,
        created_at -> crate::db::types::sql::Instant,
    }
}

table! {
    /// Which files were imported.
    import_run (id) {
        id -> Text,
        kind -> Text,
        file_name -> Text,
        file_sha256 -> Nullable<Text>,
        file_bytes -> Nullable<BigInt>,
        options -> crate::db::types::sql::Json,
        actor -> Text,
        started_at -> crate::db::types::sql::Instant,
        finished_at -> crate::db::types::sql::Instant,
        outcome -> Text,
        reason -> Nullable<Text>,
        inserted -> BigInt,
        updated -> BigInt,
        replay -> BigInt,
        conflict -> BigInt,
        rejected -> BigInt,
    }
}

table! {
    /// Who changed what: append-only.
    audit_event (position) {
        position -> BigInt,
        at -> crate::db::types::sql::Instant,
        actor -> Text,
        verb -> Text,
        subject_kind -> Text,
        subject_id -> Text,
        before -> Nullable<crate::db::types::sql::Json>,
        after -> Nullable<crate::db::types::sql::Json>,
        import_run_id -> Nullable<Text>,
        refusal -> Nullable<Text>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(user, user_action, champion);

#[diesel::declare_sql_function]
extern "SQL" {
    /// Folds ASCII letters alone: SQLite does nothing else, and PostgreSQL's columns have the collation "C".
    fn lower(text: diesel::sql_types::Text) -> diesel::sql_types::Text;
}
