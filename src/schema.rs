//! The tables, for diesel. Written by hand: they serve two engines and use custom column types.

#![expect(missing_docs, reason = "the columns are documented at the struct fields in models")]

use diesel::table;

table! {
    /// Users.
    user (id) {
        id -> Text,
        email -> Text,
        name -> Text,
        origin -> Text,
        profile_img -> Nullable<Text>,
        roles -> crate::db::types::sql::Roles,
        created_at -> crate::db::types::sql::UtcTimestamp,
        erased_at -> Nullable<crate::db::types::sql::UtcTimestamp>,
        merged_into -> Nullable<Text>,
    }
}

table! {
    /// The append-only log of user actions. On PostgreSQL it has another column, `recorded_xid`, which only raw SQL
    /// uses.
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
        occurred_at -> crate::db::types::sql::UtcTimestamp,
        recorded_at -> crate::db::types::sql::UtcTimestamp,
    }
}

table! {
    /// Champion records: one row per passage of a user through the pipeline.
    champion (id) {
        id -> Text,
        user_id -> Text,
        cohort_id -> Nullable<Text>,
        stage -> Text,
        notes -> Nullable<Text>,
        selected_at -> Nullable<crate::db::types::sql::UtcTimestamp>,
        became_champion_at -> Nullable<crate::db::types::sql::UtcTimestamp>,
        created_at -> crate::db::types::sql::UtcTimestamp,
    }
}

table! {
    /// The import history.
    import_run (id) {
        id -> Text,
        kind -> Text,
        file_name -> Text,
        file_sha256 -> Nullable<Text>,
        file_bytes -> Nullable<BigInt>,
        options -> crate::db::types::sql::Json,
        actor -> Text,
        started_at -> crate::db::types::sql::UtcTimestamp,
        finished_at -> crate::db::types::sql::UtcTimestamp,
        outcome -> Text,
        reason -> Nullable<Text>,
        inserted -> BigInt,
        updated -> BigInt,
        replay -> BigInt,
        conflict -> BigInt,
        rejected -> BigInt,
        skipped -> BigInt,
        parked -> BigInt,
    }
}

table! {
    /// Events of people who are not known yet.
    import_parked (key) {
        key -> Text,
        user_id -> Nullable<Text>,
        user_email -> Nullable<Text>,
        event -> crate::db::types::sql::Json,
        reason -> Text,
        import_run_id -> Nullable<Text>,
        parked_at -> crate::db::types::sql::UtcTimestamp,
    }
}

table! {
    /// Addresses by which people were known before.
    former_email (digest) {
        digest -> Text,
        user_id -> Text,
        email -> Nullable<Text>,
        added_at -> crate::db::types::sql::UtcTimestamp,
    }
}

table! {
    /// The keys of hashes.
    hash_key (name) {
        name -> Text,
        value -> Text,
    }
}

table! {
    /// The append-only audit trail.
    audit_event (position) {
        position -> BigInt,
        at -> crate::db::types::sql::UtcTimestamp,
        actor -> Text,
        verb -> Text,
        subject_kind -> Text,
        subject_id -> Text,
        before -> Nullable<crate::db::types::sql::Json>,
        after -> Nullable<crate::db::types::sql::Json>,
        import_run_id -> Nullable<Text>,
        refusal -> Nullable<Text>,
        operation_id -> Nullable<Text>,
        reason -> Nullable<Text>,
        os_user -> Nullable<Text>,
        database_role -> Nullable<Text>,
    }
}

table! {
    /// The operations: runs of commands that have changed something.
    operation (id) {
        id -> Text,
        at -> crate::db::types::sql::UtcTimestamp,
        actor -> Text,
        result -> Text,
    }
}

diesel::allow_tables_to_appear_in_same_query!(user, user_action, champion);

#[diesel::declare_sql_function]
extern "SQL" {
    /// Lowercases ASCII letters only: SQLite's function does no more, and PostgreSQL's columns have the collation
    /// "C".
    fn lower(text: diesel::sql_types::Text) -> diesel::sql_types::Text;
}
