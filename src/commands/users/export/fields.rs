//! What each field of an export means, for the person whose data it is.

/// The parts of an export, with their fields and what these mean.
pub(super) const PARTS: [(&str, &[(&str, &str)]); 6] = [
    (
        "user",
        &[
            ("id", "the identifier of the account"),
            ("email", "the email address"),
            ("name", "the name"),
            ("origin", "how the account came to the community"),
            ("profile_img", "the address of the profile picture"),
            ("roles", "what the account may do: student, teacher, admin, champion, superadmin"),
            ("created_at", "when the account was created"),
        ],
    ),
    (
        "former_emails",
        &[
            ("email", "an address that the account had before"),
            ("added_at", "since when it is kept as a former address"),
        ],
    ),
    (
        "champions",
        &[
            ("id", "the identifier of the record"),
            ("user_id", "the account"),
            ("cohort_id", "the group for which the record is; none for the whole community"),
            ("stage", "how far the person has come: candidate, selected, champion, alumni"),
            ("notes", "what administrators have written about the person"),
            ("selected_at", "when the person was selected"),
            ("became_champion_at", "when the person became a champion"),
            ("created_at", "when the person was nominated"),
        ],
    ),
    (
        "audit",
        &[
            ("id", "the number of the change"),
            ("at", "when it was made"),
            ("actor", "who made it"),
            ("verb", "the kind of change"),
            ("subject_kind", "whether the account or a champion record was changed"),
            ("subject_id", "the identifier of what was changed"),
            ("changes", "the fields with their values before and after"),
            ("import_run_id", "the import that it was part of"),
            ("refusal", "why it was refused; none if it was made"),
            ("operation_id", "the command that it was part of"),
            ("reason", "why it was made, as its author wrote"),
            ("os_user", "who was logged in to the machine on which it was made"),
            ("database_role", "the database login with which it was made"),
        ],
    ),
    (
        "actions",
        &[
            ("id", "the identifier of the action"),
            ("user_id", "the account"),
            ("enrollment_id", "the enrollment in a course or cohort that it belongs to"),
            ("action_type", "what was done"),
            ("target_type", "the kind of what it was done to: course, module, thread, …"),
            ("target_id", "the identifier of what it was done to"),
            ("metadata", "what else was recorded about it"),
            ("source_system", "the system that reported it"),
            ("source_event_id", "its number in that system"),
            ("idempotency_key", "the key that keeps it from being recorded twice"),
            ("occurred_at", "when it was done"),
            ("recorded_at", "when it was recorded here"),
            ("position", "its number in the log"),
        ],
    ),
    (
        "parked_events",
        &[
            ("key", "what tells the event from others"),
            ("user_id", "the account, as the system that reported the event names it"),
            ("user_email", "the email address with which it was reported"),
            ("event", "what was done"),
            ("reason", "why it is not recorded as an action yet"),
            ("import_run_id", "the import that it came with"),
            ("parked_at", "since when it is kept"),
        ],
    ),
];
