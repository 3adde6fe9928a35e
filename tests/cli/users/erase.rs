use crate::on_both_engines;
use crate::sandbox::{Engine, Run, Sandbox, example};

const ERASE: &[&str] = &["users", "erase", "usr_42_maya", "--confirm", "Maya.Chen@example.com"];

/// Everything in the database that could contain personal data, as one text.
fn everything(t: &Sandbox) -> String {
    let json = t.ok(&["users", "export", "usr_42_maya"]);
    t.content() + &json + &t.ok(&["users", "list", "--format", "jsonl"])
}

on_both_engines! {
    fn erasure_removes_names_emails_and_notes(t) {
        t.ok(&["import", "all", &example("")]);
        t.ok(&["users", "update", "usr_42_maya", "--name", "Maya Q. Chen", "--email", "maya.q@example.com"]);
        t.ok(&["users", "update", "usr_42_maya", "--email", "maya.chen@example.com"]);
        assert!(everything(t).contains("Maya Q. Chen"));
        let run = t.run(ERASE);
        assert_eq!(run.status, 0, "{run}");
        assert!(run.stderr.contains("erased usr_42_maya: ") && run.stderr.contains("not erased: the reasons of earlier changes (--reason), backups"), "{run}");
        let left = everything(t);
        for personal in ["Maya Chen", "Maya Q. Chen", "maya.chen@", "maya.q@"] {
            assert!(!left.contains(personal), "{personal}");
        }
        let user = t.ok(&["users", "show", "usr_42_maya", "--format", "jsonl"]);
        assert!(user.contains(r#""email":"erased-"#) && user.contains(r#""name":"erased""#) && user.contains(r#""roles":[]"#), "{user}");
        assert_eq!(t.count("champion WHERE user_id = 'usr_42_maya' AND notes IS NOT NULL"), 0);
        assert!(t.count("user_action WHERE user_id = 'usr_42_maya' AND metadata <> '{}'") > 0);
        assert_eq!(t.ok(&["users", "list", "--search", "erased", "--format", "ids"]), "");
    }

    fn an_event_with_erased_metadata_is_a_replay(t) {
        t.ok(&["import", "all", &example("")]);
        t.ok(&[ERASE, &["--metadata"]].concat());
        assert_eq!(t.count("user_action WHERE user_id = 'usr_42_maya' AND metadata <> '{}'"), 0);
        assert!(t.count("user_action WHERE metadata <> '{}'") > 0);
        let run = t.run(&["import", "actions", &example("actions.csv"), "--recheck", "--format", "csv"]);
        assert!(run.status == 0 && run.stdout.contains(",0,0,16714,0,0,"), "{run}");
        let line = t.ok(&["users", "history", "usr_42_maya", "--limit", "1", "--format", "jsonl"]);
        assert!(line.contains(r#""verb":"erase_metadata""#), "{line}");
    }

    fn an_event_with_a_former_email_is_a_replay(t) {
        t.user("ann", "");
        t.user("ben", "");
        let file = t.file("a.csv", "user_email,action_type,target_type,target_id,source_system,source_event_id,occurred_at\n\
            ann@example.com,enrolled,course,c,stripe,e1,2026-01-01T00:00:00Z\nben@example.com,enrolled,course,c,stripe,e2,2026-01-01T00:00:00Z\n");
        t.ok(&["import", "actions", &file]);
        t.ok(&["users", "merge", "ben", "ann", "--yes"]);
        let again = || t.run(&["import", "actions", &file, "--recheck", "--format", "csv"]);
        assert!(again().stdout.contains(",2,0,0,2,0,0"), "{}", again());
        t.ok(&["users", "erase", "ann", "--confirm", "ann@example.com"]);
        assert!(again().stdout.contains(",2,0,0,2,0,0"), "{}", again());
        let new = t.file("b.csv", "user_email,action_type,target_type,target_id,source_system,source_event_id,occurred_at\n\
            ann@example.com,enrolled,course,c,stripe,e3,2026-01-01T00:00:00Z\n");
        // A new one is dropped, and counted.
        assert!(t.run(&["import", "actions", &new]).stderr.contains("1 × erased"));
        assert_eq!(t.count("user_action"), 2);
    }

    fn erased_data_is_gone_from_the_file_after_vacuum(t) {
        t.ok(&["import", "all", &example("")]);
        t.ok(ERASE);
        if t.engine == Engine::Sqlite {
            assert_eq!(std::fs::metadata(t.path("test.db-wal")).map_or(0, |wal| wal.len()), 0);
            let address = b"maya.chen@example.com";
            assert!(!t.bytes().windows(address.len()).any(|window| window == address));
        }
    }

    fn notes_added_after_an_erasure_can_be_erased(t) {
        t.user("ann", "");
        t.ok(&["champions", "nominate", "ann"]);
        t.ok(&["users", "erase", "ann", "--confirm", "ann@example.com"]);
        let csv = "user_id,stage,cohort_id,notes\nann,candidate,spring,personal\n";
        assert!(t.run(&["import", "champions", &t.file("c.csv", csv)]).stderr.contains("1 × erased"));
        // A file from before the erasure, with the record that is there, does not bring its notes back.
        let exported = t.file("exported.csv", "user_id,stage,notes\nann,candidate,personal\n");
        assert!(t.run(&["import", "champions", &exported, "--update"]).stderr.contains("1 × erased"));
        assert!(!t.content().contains("personal"));
        // Another program's record and note can be erased, too.
        t.sql("INSERT INTO champion (id, user_id, stage, notes) VALUES ('ch_x', 'ann', 'candidate', 'personal')").unwrap();
        assert!(t.fails(1, &["champions", "note", "ann", "-m", "personal"]).contains("user ann was erased"));
        let tombstone = t.value("email", "FROM \"user\" WHERE id = 'ann'");
        t.ok(&["users", "erase", "ann", "--confirm", &tombstone]);
        assert!(!t.content().contains("personal"));
    }

    fn metadata_can_be_erased_after_the_user(t) {
        t.ok(&["import", "all", &example("")]);
        t.ok(ERASE);
        assert!(!t.ok(&["users", "show", "maya.chen@example.com"]).contains("maya.chen"), "found by the hash, without a trace");
        let tombstone = t.value("email", "FROM \"user\" WHERE id = 'usr_42_maya'");
        assert!(!t.run(&["users", "erase", "usr_42_maya", "--confirm", &tombstone]).stderr.contains("metadata of"));
        t.ok(&["users", "erase", "usr_42_maya", "--confirm", &tombstone, "--metadata"]);
        assert_eq!(t.count("user_action WHERE user_id = 'usr_42_maya' AND metadata <> '{}'"), 0);
    }

    fn erasure_requires_the_email_as_confirmation(t) {
        t.user("ann", "");
        let before = t.content();
        t.fails(2, &["users", "erase", "ann"]);
        let stderr = t.fails(1, &["users", "erase", "ann", "--confirm", "ben@example.com"]);
        assert!(stderr.contains("--confirm does not match the email address of ann"), "{stderr}");
        assert!(t.content() == before);
        assert_eq!(t.count("audit_event WHERE verb = 'erase' AND refusal IS NOT NULL AND subject_id = 'ann'"), 1);
    }

    fn an_erased_user_cannot_be_changed(t) {
        t.user("ann", "");
        t.ok(&["users", "erase", "ann", "--confirm", "ann@example.com"]);
        for args in [
            vec!["users", "roles", "add", "ann", "admin"], vec!["users", "update", "ann", "--name", "Ann"],
            vec!["champions", "nominate", "ann"],
        ] {
            assert!(t.fails(1, &args).contains("ann was erased on"));
        }
        let file = t.file("users.csv", "id,email,name\nann,ann@example.com,Ann\n");
        assert!(t.run(&["import", "users", &file, "--update"]).stderr.contains("1 × erased"));
        // The address can be used again once it is no longer that of the erased user.
        assert!(t.fails(4, &["users", "create", "--email", "ann@example.com", "--name", "Another Ann"]).contains("users alias remove"));
        t.ok(&["users", "alias", "remove", "ann@example.com"]);
        t.ok(&["users", "create", "--email", "ann@example.com", "--name", "Another Ann"]);
    }

    fn the_last_superadmin_cannot_be_erased(t) {
        t.user("ann", "superadmin");
        let before = t.content();
        assert!(t.fails(1, &["users", "erase", "ann", "--confirm", "ann@example.com"]).contains("would leave no superadmin"));
        assert!(t.content() == before);
    }

    fn an_erasure_permits_no_other_change_of_the_log(t) {
        t.ok(&["import", "all", &example("")]);
        let empty = "UPDATE user_action SET metadata = '{}' WHERE user_id = 'usr_42_maya'";
        assert!(t.sql(empty).unwrap_err().contains("append-only"));
        t.ok(&[ERASE, &["--metadata"]].concat());
        t.sql(empty).unwrap();
        for sql in [
            "UPDATE user_action SET metadata = '{\"a\": 1}' WHERE user_id = 'usr_42_maya'",
            "UPDATE user_action SET metadata = '{}', target_id = 'x' WHERE user_id = 'usr_42_maya'",
            "UPDATE user_action SET metadata = '{}'",
            "UPDATE user_action SET user_id = 'usr_001' WHERE user_id = 'usr_42_maya'",
            "UPDATE audit_event SET after = NULL WHERE subject_id = 'usr_42_maya'",
            "UPDATE audit_event SET actor = 'x' WHERE subject_id = 'usr_42_maya'",
            "DELETE FROM audit_event WHERE subject_id = 'usr_42_maya'",
        ] {
            assert!(t.sql(sql).unwrap_err().contains("append-only"), "{sql}");
        }
    }
}

#[test]
fn an_import_waits_for_a_merge() {
    let t = Sandbox::migrated(Engine::Postgres);
    t.user("ann", "");
    t.user("ben", "");
    let file = t.file(
        "a.csv",
        "user_id,action_type,target_type,target_id,occurred_at\nben,enrolled,course,c,2026-01-01T00:00:00Z\n",
    );
    // An import that waits for a merge looks up its users only after the merge.
    let mut held = t.hold("BEGIN; SELECT 1 FROM \"user\" WHERE id = 'ann' FOR UPDATE");
    let merge = t.start(&["users", "merge", "ben", "ann", "--yes"]);
    t.until_waiting(1);
    let import = t.start(&["import", "actions", &file]);
    t.until_waiting(2);
    held("ROLLBACK");
    for run in [merge, import] {
        let run = Run::of(run.wait_with_output().unwrap());
        assert_eq!(run.status, 0, "{run}");
    }
    assert_eq!(t.value("user_id", "FROM user_action"), "ann");
}

#[test]
fn a_merge_keeps_a_concurrent_change_of_stage() {
    let t = Sandbox::migrated(Engine::Postgres);
    t.user("ann", "");
    t.user("ben", "");
    t.ok(&["champions", "nominate", "ben"]);
    let mut held = t.hold("BEGIN; UPDATE champion SET stage = 'selected', selected_at = '2026-02-01Z'");
    let merge = t.start(&["users", "merge", "ben", "ann", "--yes"]);
    t.until_waiting(1);
    held("COMMIT");
    let run = Run::of(merge.wait_with_output().unwrap());
    assert_eq!(run.status, 0, "{run}");
    assert_eq!(t.value("user_id || ' ' || stage", "FROM champion"), "ann selected");
}
