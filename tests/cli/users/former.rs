//! Nobody comes back: old files and events of merged and erased people.

use serde_json::Value;

use crate::import::verdicts;
use crate::on_both_engines;
use crate::sandbox::{Run, Sandbox};

const EVENTS: &str = "user_id,action_type,target_type,target_id,occurred_at,source_system,source_event_id\n";

/// Three people who are one: A was merged into B, B into C.
fn one_of_three(t: &Sandbox) {
    for id in ["a", "b", "c"] {
        t.user(id, "");
    }
    t.ok(&["import", "actions", &t.file("e.csv", format!("{EVENTS}a,enrolled,course,x,2026-01-01T00:00:00Z,app,1\nc,enrolled,course,x,2026-01-02T00:00:00Z,app,2\n"))]);
    t.ok(&["users", "merge", "a", "b", "--yes"]);
    t.ok(&["users", "merge", "b", "c", "--yes"]);
}

fn skipped(run: &Run) -> u64 {
    let report: Value = serde_json::from_str(run.stdout.lines().next().unwrap()).unwrap();
    report["skipped"].as_u64().unwrap()
}

on_both_engines! {
    fn old_files_bring_nobody_back(t) {
        one_of_three(t);
        let by_id = t.file("id.csv", "id,email,name\na,a@example.com,A\nb,b@example.com,B\nc,c@example.com,c\n");
        let by_email = t.file("email.csv", "email,name\nA@example.com,A\nb@example.com,B\nc@example.com,c\n");
        let people = || t.ok(&["users", "list", "--format", "csv", "--columns", "id,email,name"]);
        let before = people();
        for (file, args) in [(&by_id, &[][..]), (&by_email, &[]), (&by_id, &["--update"]), (&by_email, &["--update"])] {
            let run = t.run(&[&["import", "users", file, "--format", "jsonl"], args].concat());
            assert_eq!((run.status, verdicts(&run), skipped(&run)), (0, [0, 0, 1, 0, 0], 2), "{run}");
            assert!(run.stderr.contains("2 × merged"), "{run}");
        }
        // One file that names both people by the address of one.
        let mixed = t.run(&["import", "users", &t.file("mixed.csv", "id,email,name\nc,a@example.com,c\n"), "--update", "--format", "jsonl"]);
        assert_eq!((mixed.status, verdicts(&mixed)), (0, [0, 0, 1, 0, 0]), "{mixed}");
        assert_eq!(people(), before);
        // Events by any of the names are those of C.
        let events = t.file("new.csv", EVENTS.trim_end().to_owned() + ",user_email\n" + "a,enrolled,course,y,2026-01-03T00:00:00Z,app,3,\n,enrolled,course,z,2026-01-03T00:00:00Z,app,4,A@example.com\nb,enrolled,course,w,2026-01-03T00:00:00Z,app,5,b@example.com\n");
        let run = t.run(&["import", "actions", &events, "--format", "jsonl"]);
        assert_eq!((run.status, verdicts(&run)), (0, [3, 0, 0, 0, 0]), "{run}");
        assert_eq!(t.count("user_action WHERE user_id = 'c'"), 5);
        assert!(t.ok(&["users", "show", "a@example.com"]).contains("c@example.com"), "found by the former address");

        t.ok(&["users", "erase", "c", "--confirm", "c@example.com"]);
        let erased = t.content();
        assert!(["a@example.com", "b@example.com", "c@example.com"].iter().all(|email| !erased.contains(email)), "{erased}");
        for (file, args) in [(&by_id, &[][..]), (&by_email, &[]), (&by_id, &["--update"]), (&by_email, &["--update"])] {
            let run = t.run(&[&["import", "users", file, "--format", "jsonl"], args].concat());
            assert_eq!((run.status, verdicts(&run), skipped(&run)), (0, [0; 5], 3), "{run}");
        }
        assert_eq!(t.count("\"user\" WHERE erased_at IS NULL"), 0);
        assert!(t.fails(4, &["users", "create", "--email", "B@example.com", "--name", "B"]).contains("rollbook users alias remove"), "by hand");
        t.ok(&["users", "alias", "remove", "b@example.com"]);
        t.ok(&["users", "create", "--email", "b@example.com", "--name", "B"]);
        assert_eq!(t.count("\"user\" WHERE erased_at IS NULL"), 1);
    }

    fn known_event_of_an_erased_person_is_a_replay_and_a_new_one_is_dropped(t) {
        one_of_three(t);
        t.ok(&["users", "erase", "c", "--confirm", "c@example.com"]);
        let mut lines = EVENTS.trim_end().to_owned() + ",user_email\n";
        // Known ones by id, by former id and by address; then new ones.
        lines += "c,enrolled,course,x,2026-01-02T00:00:00Z,app,2,\na,enrolled,course,x,2026-01-01T00:00:00Z,app,1,\n,enrolled,course,x,2026-01-02T00:00:00Z,app,2,c@example.com\n";
        lines += "c,enrolled,course,y,2026-01-02T00:00:00Z,app,7,\na,enrolled,course,y,2026-01-02T00:00:00Z,app,8,\n,enrolled,course,y,2026-01-02T00:00:00Z,app,9,a@example.com\n";
        let path = t.file("e2.csv", lines);
        for args in [&[][..], &["--recheck"], &["--commit-every", "2", "--recheck"], &["-n", "--recheck"]] {
            let run = t.run(&[&["import", "actions", &path, "--format", "jsonl"], args].concat());
            assert_eq!((run.status, verdicts(&run), skipped(&run)), (0, [0, 0, 3, 0, 0], 3), "{args:?} {run}");
            assert!(run.stderr.contains("3 × erased"), "{run}");
        }
        let record = |id: &str, at: &str| t.run(&["actions", "record", "c", "enrolled", "course:x", "--source-system", "app", "--source-event-id", id, "--at", at]);
        let known = record("2", "2026-01-02T00:00:00Z");
        assert!(known.status == 0 && known.stderr.contains("already recorded"), "{known}");
        assert_eq!(record("99", "2026-01-02T00:00:00Z").status, 1);
        assert_eq!(t.count("user_action"), 2);
        let champions = t.run(&["import", "champions", &t.file("c.csv", "user_id,stage\nc,candidate\n"), "--format", "jsonl"]);
        assert_eq!((champions.status, skipped(&champions), t.count("champion")), (0, 1, 0), "{champions}");
    }

    fn former_addresses_can_be_added_listed_and_removed(t) {
        t.user("ann", "");
        t.user("ben", "");
        t.ok(&["users", "alias", "add", "ann", "Old@Example.com", "-n"]);
        assert_eq!(t.count("former_email"), 0);
        t.ok(&["users", "alias", "add", "ann", "Old@Example.com"]);
        assert!(t.run(&["users", "alias", "add", "ann", "old@example.com"]).stderr.contains("already"));
        assert!(t.fails(4, &["users", "update", "ben", "--email", "OLD@example.com"]).contains("a former address of ann"));
        assert!(t.fails(4, &["users", "alias", "add", "ben", "old@example.com"]).contains("a former address of ann"));
        assert!(t.fails(4, &["users", "alias", "add", "ben", "ann@example.com"]).contains("the current address of ann"));
        assert_eq!(t.ok(&["users", "alias", "list", "old@example.com", "--format", "ids"]), "old@example.com\n");
        t.ok(&["actions", "record", "old@example.com", "enrolled", "course:c"]);
        assert_eq!(t.count("user_action WHERE user_id = 'ann'"), 1);
        assert!(t.fails(6, &["users", "alias", "remove", "ben@example.com"]).contains("unknown former address ben@example.com"));
        t.ok(&["users", "alias", "remove", "OLD@example.com"]);
        assert_eq!((t.count("former_email"), t.count("audit_event WHERE verb = 'alias'")), (0, 2));
        t.fails(6, &["users", "show", "old@example.com"]);
    }
}
