use serde_json::{Value, json};

use crate::on_both_engines;
use crate::sandbox::{Engine, Sandbox};

const ONCE: &[&str] = &[
    "actions",
    "record",
    "ann@example.com",
    "viewed_module",
    "module:mod_7",
    "--source-system",
    "segment",
    "--source-event-id",
    "evt_1",
    "--at",
    "2026-03-15T10:14:00+02:00",
    "--metadata",
    "duration_sec=92",
    "--metadata",
    r#"{"device": "ios"}"#,
    "--enrollment",
    "enr_1",
];

on_both_engines! {
    fn recording_the_same_action_again_adds_nothing(t) {
        t.user("ann", "");
        let run = t.run(&[ONCE, &["--format", "json"]].concat());
        let recorded: Value = serde_json::from_str(&run.stdout).unwrap();
        let id = recorded["id"].as_str().unwrap();
        assert_eq!((run.status, run.stderr.as_str()), (0, format!("{id} recorded\n").as_str()));
        assert_eq!(
            (&recorded["metadata"], &recorded["idempotency_key"], &recorded["occurred_at"], &recorded["enrollment_id"]),
            (&json!({"device": "ios", "duration_sec": 92}), &json!("user_action:segment:evt_1"), &json!("2026-03-15T08:14:00Z"), &json!("enr_1"))
        );
        let again = t.run(&[ONCE, &["--format", "ids"]].concat());
        assert_eq!((again.status, again.stdout, again.stderr), (0, format!("{id}\n"), format!("{id} already recorded, unchanged\n")));
        assert_eq!(t.count("user_action"), 1);
        // Importing the same action from a file is a replay too.
        let csv = "user_id,enrollment_id,action_type,target_type,target_id,metadata.duration_sec,metadata.device,source_system,source_event_id,occurred_at\n\
            ann,enr_1,viewed_module,module,mod_7,92,ios,segment,evt_1,2026-03-15T08:14:00Z\n";
        let run = t.run(&["import", "actions", &t.file("a.csv", csv), "--format", "csv"]);
        assert!(run.status == 0 && run.stdout.contains(",0,0,1,0,0"), "{run}");
    }

    fn different_content_is_a_conflict_that_lists_the_fields(t) {
        t.user("ann", "");
        t.ok(ONCE);
        let before = t.content();
        let mut other = ONCE.to_vec();
        other[12] = "duration_sec=93";
        other[4] = "module:mod_8";
        let stderr = t.fails(4, &other);
        assert!(stderr.contains("is already recorded with other content: target_id: mod_7 recorded, mod_8 given; metadata.duration_sec: 92 recorded, 93 given"), "{stderr}");
        assert!(t.content() == before);
    }

    fn an_action_without_a_key_is_matched_by_its_content(t) {
        t.user("ann", "");
        let post = ["actions", "record", "ann", "posted_thread", "forum:f", "--at", "2026-03-15T08:14:00Z"];
        t.ok(&post);
        t.ok(&post);
        assert_eq!(t.count("user_action WHERE idempotency_key LIKE 'user_action:import:sha256:%'"), 1);
        t.ok(&["actions", "record", "ann", "posted_thread", "forum:f"]);
        assert_eq!(t.count("user_action"), 2);
        t.ok(&["actions", "record", "ann", "posted_thread", "forum:f", "--idempotency-key", "k"]);
        assert_eq!(t.count("user_action WHERE idempotency_key = 'k'"), 1);
    }

    fn invalid_arguments_are_usage_errors(t) {
        t.user("ann", "");
        for args in [
            &["ann", "viewed_modul", "module:m"][..], &["ann", "enrolled", "module"], &["ann", "enrolled", "modul:m"],
            &["ann", "enrolled", "course:c", "--metadata", "x"], &["ann", "enrolled", "course:c", "--metadata", "{"],
            &["ann", "enrolled", "course:c", "--source-event-id", "e"], &["ann", "enrolled", "course:c", "--at", "2026-01-01T00:00:00"],
        ] {
            t.fails(2, &[&["actions", "record"], args].concat());
        }
        t.fails(6, &["actions", "record", "nobody", "enrolled", "course:c"]);
        assert_eq!(t.count("user_action"), 0);
    }

    fn an_action_of_a_merged_user_is_recorded_for_the_remaining_user(t) {
        t.user("ann", "");
        t.user("ben", "");
        t.ok(&["users", "merge", "ben", "ann", "--yes"]);
        t.ok(&["actions", "record", "ben", "enrolled", "course:c"]);
        assert_eq!(t.value("user_id", "FROM user_action"), "ann");
        t.ok(&["users", "erase", "ann", "--confirm", "ann@example.com"]);
        assert!(t.fails(1, &["actions", "record", "ann", "enrolled", "course:d"]).contains("ann was erased on"));
    }

    fn concurrent_commands_record_the_same_action_once(t) {
        t.user("ann", "");
        let runs = t.at_once(&vec![ONCE.to_vec(); 6]);
        assert!(runs.iter().all(|run| run.status == 0), "{}", runs[0]);
        assert_eq!(runs.iter().filter(|run| run.stderr.ends_with(" recorded\n")).count(), 1);
        assert_eq!(t.count("user_action"), 1);
    }
}

#[test]
fn an_action_added_concurrently_by_another_program_is_a_replay() {
    let t = Sandbox::migrated(Engine::Postgres);
    t.user("ann", "");
    let mut held = t.hold(
        "BEGIN; INSERT INTO user_action (id, user_id, enrollment_id, action_type, target_type, target_id, metadata, source_system, \
         source_event_id, idempotency_key, occurred_at) VALUES ('x', 'ann', 'enr_1', 'viewed_module', 'module', 'mod_7', \
         '{\"device\": \"ios\", \"duration_sec\": 92}', 'segment', 'evt_1', 'user_action:segment:evt_1', '2026-03-15T08:14:00Z')",
    );
    let run = t.start(ONCE);
    t.until_waiting(1);
    held("COMMIT");
    let run = crate::sandbox::Run::of(run.wait_with_output().unwrap());
    assert_eq!((run.status, run.stderr.as_str()), (0, "x already recorded, unchanged\n"), "{run}");
}
