use crate::on_both_engines;
use crate::sandbox::{Engine, Sandbox, example};

fn merge(t: &Sandbox, from: &str, into: &str) -> crate::sandbox::Run {
    t.run(&["users", "merge", from, into, "--yes", "--with-roles"])
}

on_both_engines! {
    fn a_merge_moves_actions_and_roles_to_the_remaining_user(t) {
        t.ok(&["import", "all", &example("")]);
        let actions = |user: &str| t.count(&format!("user_action WHERE user_id = '{user}'"));
        let all = actions("usr_089") + actions("usr_42_maya");
        t.ok(&["users", "roles", "add", "usr_089", "teacher"]);
        let run = merge(t, "usr_089", "maya.chen@example.com");
        assert_eq!(run.status, 0, "{run}");
        assert!(run.stderr.contains("merged usr_089 into usr_42_maya: "), "{run}");
        assert_eq!((actions("usr_089"), actions("usr_42_maya")), (0, all));
        assert_eq!(t.roles("usr_42_maya"), "student,teacher,champion");
        let shown = t.run(&["users", "show", "usr_089"]);
        assert!(shown.stdout.contains("@merged.invalid") && shown.stderr.contains("usr_089 was merged into usr_42_maya at"), "{shown}");
        let history = t.ok(&["users", "history", "usr_089", "--limit", "1", "--format", "jsonl"]);
        assert!(history.contains(r#"{"field":"merged_into","from":null,"to":"usr_42_maya"}"#), "{history}");
        assert!(t.fails(1, &["users", "roles", "add", "usr_089", "admin"]).contains("hint: use user usr_42_maya instead"));
    }

    fn events_of_a_merged_user_belong_to_the_remaining_user(t) {
        t.ok(&["import", "all", &example("")]);
        let csv = "user_id,action_type,target_type,target_id,occurred_at\nusr_089,viewed_module,module,m,2026-05-01T00:00:00Z\n";
        let file = t.file("keyless.csv", csv);
        t.ok(&["import", "actions", &file]);
        assert_eq!(merge(t, "usr_089", "usr_42_maya").status, 0);
        for file in [file, example("actions.csv")] {
            let run = t.run(&["import", "actions", &file, "--recheck", "--format", "jsonl"]);
            assert!(run.status == 0 && run.stdout.contains(r#""inserted":0"#) && run.stdout.contains(r#""conflict":0"#), "{run}");
        }
        let new = t.file("new.csv", csv.replace("05-01", "05-02"));
        t.ok(&["import", "actions", &new]);
        assert_eq!(t.value("user_id", "FROM user_action WHERE target_id = 'm' AND CAST(occurred_at AS TEXT) LIKE '2026-05-02%'"), "usr_42_maya");
    }

    fn two_open_records_in_one_cohort_prevent_a_merge(t) {
        for user in ["ann", "ben"] {
            t.user(user, "");
            t.ok(&["champions", "nominate", user, "--cohort", "spring"]);
        }
        t.ok(&["champions", "nominate", "ben"]);
        let before = t.content();
        let run = merge(t, "ben", "ann");
        assert_eq!(run.status, 4, "{run}");
        assert!(run.stderr.contains("both users have an open record in cohort spring") && run.stderr.contains("hint: close one of them, then merge again: rollbook champions withdraw ch_"), "{run}");
        assert!(t.content() == before);
        t.fails(2, &["users", "merge", "ann", "ann@example.com", "--yes"]);
        assert!(t.fails(2, &["users", "merge", "ben", "ann"]).contains("refusing to permanently merge ben <ben@example.com> into ann <ann@example.com> without confirmation"));
    }

    fn merged_users_point_to_the_final_user_after_repeated_merges(t) {
        for user in ["ann", "ben", "cat"] {
            t.user(user, if user == "ann" { "superadmin" } else { "" });
        }
        assert_eq!(merge(t, "ann", "ben").status, 0);
        assert_eq!(merge(t, "ben", "cat").status, 0);
        assert_eq!(t.roles("cat"), "superadmin");
        assert_eq!(t.count("\"user\" WHERE merged_into = 'cat'"), 2);
        assert!(merge(t, "ann", "cat").stderr.contains("ann was merged into cat"));
        t.user("dan", "superadmin");
        t.ok(&["users", "erase", "cat", "--confirm", "cat@example.com"]);
        let audit = t.content();
        for personal in ["ann@", "ben@", "cat@"] {
            assert!(!audit.contains(personal), "{personal}");
        }
    }

    fn only_a_merge_can_move_actions(t) {
        t.ok(&["import", "all", &example("")]);
        let steal = "UPDATE user_action SET user_id = 'usr_001' WHERE user_id = 'usr_42_maya'";
        assert!(t.sql(steal).unwrap_err().contains("append-only"));
        merge(t, "usr_089", "usr_001");
        assert!(t.sql(steal).unwrap_err().contains("append-only"));
        if t.engine == Engine::Postgres {
            assert!(t.sql("DELETE FROM user_action WHERE user_id = 'usr_001'").unwrap_err().contains("append-only"));
        }
    }
}
