use crate::on_both_engines;
use crate::sandbox::{Sandbox, example};

const ERASE: &[&str] = &["users", "erase", "usr_42_maya", "--confirm", "Maya.Chen@example.com"];

/// Everything in the database that could hold a text, as one.
fn everything(t: &Sandbox) -> String {
    let json = t.ok(&["users", "export", "usr_42_maya"]);
    t.content() + &json + &t.ok(&["users", "list", "--format", "jsonl"])
}

on_both_engines! {
    fn nothing_personal_is_left(t) {
        t.ok(&["import", "all", &example("")]);
        t.ok(&["users", "update", "usr_42_maya", "--name", "Maya Q. Chen", "--email", "maya.q@example.com"]);
        t.ok(&["users", "update", "usr_42_maya", "--email", "maya.chen@example.com"]);
        assert!(everything(t).contains("Maya Q. Chen"));
        let run = t.run(ERASE);
        assert_eq!(run.status, 0, "{run}");
        assert!(run.stderr.contains("usr_42_maya is erased") && run.stderr.contains("not reached: backups"), "{run}");
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

    fn an_event_delivered_again_is_a_replay(t) {
        t.ok(&["import", "all", &example("")]);
        t.ok(&[ERASE, &["--metadata"]].concat());
        assert_eq!(t.count("user_action WHERE user_id = 'usr_42_maya' AND metadata <> '{}'"), 0);
        assert!(t.count("user_action WHERE metadata <> '{}'") > 0);
        let run = t.run(&["import", "actions", &example("actions.csv"), "--recheck", "--format", "csv"]);
        assert!(run.status == 0 && run.stdout.contains(",0,0,16714,0,0\n"), "{run}");
        let line = t.ok(&["users", "history", "usr_42_maya", "--limit", "1", "--format", "jsonl"]);
        assert!(line.contains(r#""verb":"erase_metadata""#), "{line}");
    }

    fn metadata_can_be_erased_later(t) {
        t.ok(&["import", "all", &example("")]);
        t.ok(ERASE);
        t.fails(6, &["users", "show", "maya.chen@example.com"]);
        let tombstone = t.value("email", "FROM \"user\" WHERE id = 'usr_42_maya'");
        assert!(t.fails(1, &["users", "erase", "usr_42_maya", "--confirm", &tombstone]).contains("was erased at"));
        t.ok(&["users", "erase", "usr_42_maya", "--confirm", &tombstone, "--metadata"]);
        assert_eq!(t.count("user_action WHERE user_id = 'usr_42_maya' AND metadata <> '{}'"), 0);
    }

    fn the_email_is_the_confirmation(t) {
        t.user("ann", "");
        let before = t.content();
        t.fails(2, &["users", "erase", "ann"]);
        let stderr = t.fails(1, &["users", "erase", "ann", "--confirm", "ben@example.com"]);
        assert!(stderr.contains("--confirm is not the email address of ann: nothing was changed"), "{stderr}");
        assert!(t.content() == before);
        assert_eq!(t.count("audit_event WHERE verb = 'erase' AND refusal IS NOT NULL AND subject_id = 'ann'"), 1);
    }

    fn who_is_erased_is_not_changed_any_more(t) {
        t.user("ann", "");
        t.ok(&["users", "erase", "ann", "--confirm", "ann@example.com"]);
        for args in [
            vec!["users", "roles", "add", "ann", "admin"], vec!["users", "update", "ann", "--name", "Ann"],
            vec!["champions", "nominate", "ann"],
        ] {
            assert!(t.fails(1, &args).contains("ann was erased at"));
        }
        let file = t.file("users.csv", "id,email,name\nann,ann@example.com,Ann\n");
        let stderr = t.fails(4, &["import", "users", &file, "--update"]);
        assert!(stderr.contains("line 2: conflict: ann was erased at"), "{stderr}");
        // The address is free again.
        t.ok(&["users", "create", "--email", "ann@example.com", "--name", "Another Ann"]);
    }

    fn the_last_superadmin_is_not_erased(t) {
        t.user("ann", "superadmin");
        let before = t.content();
        assert!(t.fails(1, &["users", "erase", "ann", "--confirm", "ann@example.com"]).contains("would leave no superadmin"));
        assert!(t.content() == before);
    }

    fn the_exceptions_to_append_only_allow_nothing_else(t) {
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
