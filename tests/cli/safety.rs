//! No forgotten, doubled, empty or mistyped argument changes anything but what was meant, and no change is made twice.

use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::on_both_engines;
use crate::proxy::{Pass, proxy};
use crate::sandbox::{Engine, Sandbox};

/// Three users, of whom ann is superadmin; ben and cat are candidates in the cohort `spring`, dan a global champion.
fn crew(t: &Sandbox) {
    for (user, roles) in [("ann", "superadmin"), ("ben", "student"), ("cat", "student"), ("dan", "")] {
        t.user(user, roles);
    }
    t.ok(&["champions", "nominate", "ben", "cat", "--cohort", "spring"]);
    t.ok(&["champions", "nominate", "dan"]);
    t.ok(&["champions", "move", "dan", "--to", "champion", "--force"]);
}

/// Every changing command, with arguments with which it changes something.
const CHANGES: [&[&str]; 18] = [
    &["users", "create", "--id", "eve", "--email", "eve@example.com", "--name", "Eve"],
    &["users", "update", "ben", "--name", "Benjamin"],
    &["users", "roles", "add", "ben", "teacher"],
    &["users", "roles", "remove", "ben", "cat", "student"],
    &["users", "roles", "toggle", "teacher", "ben"],
    &["users", "roles", "set", "ben", "--none"],
    &["users", "roles", "add", "teacher", "--role", "student", "--yes"],
    &["users", "merge", "dan", "ben", "--yes"],
    &["users", "erase", "ben", "--confirm", "ben@example.com"],
    &["actions", "record", "ben", "viewed_module", "module:m", "--idempotency-key", "k"],
    &["champions", "nominate", "ann", "ben"],
    &["champions", "advance", "ben", "cat", "--cohort", "spring"],
    &["champions", "advance", "--cohort", "spring", "--yes"],
    &["champions", "retire", "dan"],
    &["champions", "move", "dan", "--to", "candidate", "--force"],
    &["champions", "withdraw", "ben", "--cohort", "spring", "--yes"],
    &["champions", "note", "ben", "--cohort", "spring", "-m", "Text."],
    &["champions", "note", "--cohort", "spring", "-m", "Text.", "--replace", "--yes"],
];

on_both_engines! {
    fn an_empty_value_destroys_nothing(t) {
        t.user("ann", "student");
        t.ok(&["users", "update", "ann", "--profile-img", "https://example.com/a.png"]);
        t.ok(&["champions", "nominate", "ann"]);
        t.ok(&["champions", "note", "ann", "-m", "reliable"]);
        let rows = "user_id,action_type,target_type,target_id,occurred_at\nann,enrolled,course,c,2026-01-01T00:00:00Z\n";
        let file = t.file("a.csv", rows);
        let empty = t.file("empty.txt", "");
        let before = t.content();
        for args in [
            &["users", "update", "ann", "--profile-img", ""][..],
            &["champions", "note", "ann", "--replace", "-m", ""],
            &["champions", "note", "ann", "--replace", "-F", &empty],
            &["champions", "note", "ann", "--clear", "-m", "x"],
            &["import", "actions", &file, "--set", "source_system="],
            &["import", "actions", &file, "--set", "metadata.x= "],
            &["users", "create", "--email", "b@example.com", "--name", "\u{200b}"],
        ] {
            t.fails(2, args);
            assert!(t.content() == before, "{args:?}");
        }
        t.ok(&["users", "update", "ann", "--no-profile-img"]);
        t.ok(&["champions", "note", "ann", "--clear", "--yes"]);
        assert_eq!((t.count("\"user\" WHERE profile_img IS NULL"), t.count("champion WHERE notes IS NULL")), (1, 1));
    }

    fn what_was_undone_is_not_done(t) {
        t.user("ann", "student");
        let add = ["users", "roles", "add", "ann", "teacher", "--operation-id", "sale (1)"];
        t.ok(&add);
        // Looking at what it would do is no other change.
        assert!(t.run(&[&add[..], &["-n"]].concat()).stderr.contains("already done"));
        t.ok(&["audit", "undo", "sale (1)", "--yes", "--operation-id", "back", "--reason", "too early"]);
        let stderr = t.fails(4, &add);
        assert!(stderr.contains("was done, and undone by operation back"), "{stderr}");
        assert_eq!(t.roles("ann"), "student");
        // An undone undo leaves it done.
        t.ok(&["audit", "undo", "back", "--yes", "--operation-id", "forth"]);
        assert!(t.run(&add).stderr.contains("is already done"));
        assert_eq!(t.roles("ann"), "student,teacher");
        t.ok(&["audit", "undo", "forth", "--yes"]);
        t.fails(4, &add);
    }

    fn what_is_said_of_parked_actions_is_true(t) {
        t.user("ann", "");
        for n in 0..2 {
            t.ok(&["actions", "record", "ann", "enrolled", &format!("course:c{n}")]);
        }
        t.ok(&["actions", "feed", "crm"]);
        let fed = t.fed("crm", 2);
        let cursors: Vec<String> = fed.iter().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["cursor"].as_str().unwrap().to_owned()).collect();
        t.ok(&["actions", "ack", "crm", &cursors[1]]);
        let parked = t.run(&["actions", "ack", "crm", &cursors[0], "--park"]);
        assert!(parked.stderr.contains("parked the action; was acknowledged already"), "{parked}");
        assert!(t.fails(6, &["actions", "ack", "crm", &cursors[1], "--unpark"]).contains("crm has not parked the action"));
        // Events of people who are not known yet.
        let file = t.file("p.csv", "user_id,action_type,target_type,target_id,occurred_at\nben,enrolled,course,c,2026-01-01T00:00:00Z\n");
        t.ok(&["import", "actions", &file, "--unknown-users", "park"]);
        let users = t.file("u.csv", "id,email,name\nben,ben@example.com,Ben\n");
        assert!(t.run(&["import", "users", &users, "-n"]).stderr.contains("would record 1 parked event"));
        t.user("ben", "");
        assert!(t.run(&["import", "parked", "-n"]).stderr.contains("would record 1 parked event; 0 left"));
        t.ok(&["import", "parked", "--operation-id", "p1"]);
        assert!(t.run(&["import", "parked", "--operation-id", "p1"]).stderr.contains("record parked 1"));
    }

    fn names_of_a_list_have_no_control_characters(t) {
        t.user("ann", "student");
        let before = t.content();
        for text in ["ann\0\n", "ann\u{1b}[2J\n"] {
            let stderr = t.fails(1, &["users", "roles", "add", "teacher", "--file", &t.file("l.txt", text), "--yes"]);
            assert!(stderr.contains("line 1: control character in"), "{stderr}");
        }
        assert!(t.content() == before);
    }

    fn a_list_of_notes_is_not_combined_with_another_selection(t) {
        for id in ["ann", "ben"] {
            t.user(id, "student");
            t.ok(&["champions", "nominate", id, "--cohort", "spring"]);
        }
        let list = t.file("notes.csv", "ann,for ann\n");
        for selection in [&["ben"][..], &["ben", "--cohort", "spring"], &["--stage", "candidate"], &["ben", "--replace"]] {
            let before = t.content();
            let args = [&["champions", "note", "--file", &list, "--yes"], selection].concat();
            assert!(t.fails(2, &args).contains("cannot be combined"), "{selection:?}");
            assert!(t.content() == before, "{selection:?}");
        }
        t.ok(&["champions", "note", "--file", &list, "--yes", "--cohort", "spring"]);
        assert!(t.value("notes", "FROM champion WHERE user_id = 'ann'").ends_with("for ann"));
    }

    fn what_a_consumer_and_parked_events_lose_is_done_once(t) {
        let operations = || t.count("operation");
        t.ok(&["actions", "feed", "nudges"]);
        t.ok(&["users", "feed", "crm"]);
        for args in [
            &["actions", "feed", "nudges", "--reset", "end"][..],
            &["users", "feed", "crm", "--reset", "end"],
            &["actions", "feed", "nudges", "--forget"],
            &["users", "feed", "crm", "--forget"],
        ] {
            let before = operations();
            t.ok(args);
            assert_eq!(operations(), before + 1, "{args:?}");
        }
        t.ok(&["actions", "feed", "nudges"]);
        let again = ["actions", "feed", "nudges", "--forget", "--operation-id", "once"];
        t.ok(&again);
        assert!(t.run(&again).stderr.contains("operation once is already done"));
        let file = t.file("p.csv", "user_id,action_type,target_type,target_id,occurred_at\nnobody,enrolled,course,c,2026-01-01T00:00:00Z\n");
        t.ok(&["import", "actions", &file, "--unknown-users", "park"]);
        let before = operations();
        t.ok(&["import", "parked", "--drop", "--older-than", "0s", "--yes"]);
        assert_eq!((operations(), t.count("import_parked")), (before + 1, 0));
    }

    fn dry_run_changes_nothing(t) {
        crew(t);
        let before = t.content();
        for change in CHANGES {
            for option in ["-n", "--dry-run"] {
                let run = t.run(&[change, &[option]].concat());
                assert!(run.status == 0 && !run.stdout.is_empty(), "{change:?} {run}");
                assert!(t.content() == before, "{change:?}");
            }
        }
        for change in CHANGES {
            let user = ["users", "roles", "set", "ben", "student"];
            t.run(&user);
            let before = t.content();
            if t.run(change).status == 0 {
                assert!(t.content() != before, "{change:?} changes something without -n");
            }
        }
    }

    fn filters_need_consent(t) {
        crew(t);
        let before = t.content();
        for change in CHANGES.iter().filter(|change| change.contains(&"--yes")) {
            let change: Vec<&str> = change.iter().copied().filter(|arg| *arg != "--yes").collect();
            let stderr = t.fails(2, &change);
            assert!(stderr.contains("without confirmation on a non-interactive terminal\nhint: add --yes"), "{stderr}");
            assert!(t.content() == before, "{change:?}");
        }
        assert!(t.fails(2, &["users", "erase", "ben"]).contains("hint: add --confirm EMAIL"));
        assert!(t.content() == before);
    }

    fn change_is_made_once_for_an_operation_id(t) {
        for (i, change) in CHANGES.iter().enumerate() {
            let t = &Sandbox::migrated(t.engine);
            crew(t);
            let id = format!("op-{i}");
            let once = [change, &["--operation-id", &id][..]].concat();
            assert_eq!(t.run(&once).status, 0, "{change:?}");
            let after = t.content();
            let again = t.run(&[&once[..], &["--format", "json", "--lock-timeout", "9"]].concat());
            assert!(again.status == 0 && again.stderr.contains(&format!("operation {id} is already done, by tester: ")), "{change:?} {again}");
            assert!(again.stdout.is_empty() && t.content() == after, "{change:?} {again}");
            let other = t.fails(4, &["users", "update", "ann", "--name", "Other", "--operation-id", &id]);
            assert!(other.contains("is recorded with other arguments or input"), "{other}");
            assert!(t.content() == after, "{change:?}");
        }
    }

    fn list_and_file_are_part_of_an_operation(t) {
        crew(t);
        let args = ["users", "roles", "add", "teacher", "--stdin", "--operation-id", "op"];
        assert_eq!(t.pipe(&args, "ben\n").status, 0);
        assert!(t.pipe(&args, "ben\n").stderr.contains("is already done, by tester: roles 1"));
        assert_eq!(t.pipe(&args, "cat\n").status, 4);
        assert_eq!(t.roles("cat"), "student");
        let file = t.file("users.csv", "email,name\nx@example.com,X\n");
        let import = ["import", "users", &file, "--operation-id", "import"];
        t.ok(&import);
        let again = t.run(&import);
        assert!(again.status == 0 && again.stderr.contains("is already done, by tester: create 1, import 1, inserted 1"), "{again}");
        t.file("users.csv", "email,name\nx@example.com,X\ny@example.com,Y\n");
        assert_eq!(t.run(&import).status, 4);
        assert_eq!(t.count("\"user\" WHERE email = 'y@example.com'"), 0);
    }

    fn concurrent_runs_of_an_operation_make_one_change(t) {
        crew(t);
        let toggle = vec!["users", "roles", "toggle", "teacher", "ben", "--operation-id", "op"];
        let runs = t.at_once(&vec![toggle; 6]);
        assert!(runs.iter().all(|run| run.status == 0), "{}", runs[0]);
        assert_eq!(runs.iter().filter(|run| run.stderr.contains("is already done")).count(), 5);
        assert_eq!(t.roles("ben"), "student,teacher");
    }

    fn reason_and_operation_are_recorded(t) {
        crew(t);
        t.ok(&["users", "roles", "add", "ben", "teacher", "--reason", "covers for Cat", "--operation-id", "op-7"]);
        let history = t.ok(&["users", "history", "ben", "--limit", "1", "--format", "jsonl"]);
        assert!(history.contains(r#""operation_id":"op-7","reason":"covers for Cat""#), "{history}");
    }

    fn reason_of_every_change_is_recorded(t) {
        crew(t);
        t.ok(&["actions", "record", "ann", "enrolled", "course:c", "--idempotency-key", "k"]);
        let first = t.ok(&["actions", "feed", "nudges"]);
        let cursor = serde_json::from_str::<serde_json::Value>(first.lines().next().unwrap()).unwrap()["cursor"].as_str().unwrap().to_owned();
        t.ok(&["users", "feed", "crm"]);
        let parked = t.file("p.csv", "user_id,action_type,target_type,target_id,occurred_at\nnobody,enrolled,course,c,2026-01-01T00:00:00Z\n");
        for (n, args) in [
            &["actions", "record", "ann", "enrolled", "course:d"][..],
            &["actions", "ack", "nudges", &cursor],
            &["actions", "feed", "nudges", "--reset", "start"],
            &["actions", "feed", "nudges", "--forget"],
            &["users", "feed", "crm", "--reset", "end"],
            &["users", "feed", "crm", "--forget"],
            &["users", "alias", "add", "ann", "old@example.com"],
            &["users", "alias", "remove", "old@example.com"],
            &["import", "actions", "--unknown-users", "park", &parked],
            &["import", "parked", "--drop", "--older-than", "2100-01-01", "--yes"],
        ].into_iter().chain(CHANGES.iter().copied()).enumerate() {
            let (reason, before) = (format!("because {n}"), t.content());
            let run = t.run(&[args, &["--reason", &reason]].concat());
            if run.status == 0 && t.content() != before {
                let trail = t.ok(&["audit", "list", "--limit", "1000", "--columns", "verb,actor,reason", "--format", "csv"]);
                assert!(trail.lines().any(|line| line.ends_with(&format!(",tester,{reason}"))), "{args:?}\n{trail}");
            } else {
                assert!(n >= 10, "{args:?} {run}");
            }
        }
        // Recorded already, nothing is changed, and nothing is to be told.
        let before = t.content();
        t.ok(&["actions", "record", "ann", "enrolled", "course:c", "--idempotency-key", "k", "--reason", "again"]);
        assert!(t.content() == before);
    }

    fn several_users_and_roles_may_stand_in_any_order(t) {
        crew(t);
        t.ok(&["users", "roles", "add", "teacher", "ben", "cat@example.com", "Admin"]);
        assert_eq!((t.roles("ben").as_str(), t.roles("cat").as_str()), ("student,teacher,admin", "student,teacher,admin"));
        t.ok(&["users", "roles", "set", "ben", "cat", "dan", "student,teacher"]);
        assert_eq!(t.roles("dan"), "student,teacher");
        let before = t.content();
        for (status, args) in [
            (2, &["add", "ben", "cat"][..]), (2, &["add", "teacher"]), (2, &["add", "ben", "teacher", "--role", "student", "--yes"]),
            (6, &["add", "ben", "nobody", "teacher"]), (2, &["set", "ben"]), (2, &["set", "ben", "teacher", "--none"]), (2, &["add"]),
        ] {
            t.fails(status, &[&["users", "roles"], args].concat());
        }
        // An id that is the name of a role could not be told from the role.
        t.fails(2, &["users", "create", "--id", "Teacher", "--email", "t@example.com", "--name", "T"]);
        let import = t.run(&["import", "users", &t.file("u.csv", "id,email,name\nadmin,a@example.com,A\n")]);
        assert_eq!(import.status, 3, "{import}");
        assert!(t.content() == before);
    }

    fn name_that_comes_twice_in_a_long_list_is_toggled_once(t) {
        let people: Vec<String> = (0..2500).map(|n| format!("u{n:04},u{n:04}@example.com,U\n")).collect();
        t.ok(&["import", "users", &t.file("many.csv", format!("id,email,name\n{}", people.concat()))]);
        let names = (0..2500).map(|n| format!("u{n:04}\n")).collect::<Vec<_>>().concat() + "U0001@example.com\nu0002\n";
        let run = t.pipe(&["users", "roles", "toggle", "teacher", "--stdin"], names);
        assert!(run.stderr.ends_with("changed 2,500 of 2,500 users\n"), "{}", run.stderr);
        assert_eq!(t.ok(&["users", "list", "--role", "teacher", "--count"]), "2500\n");
    }

    fn text_for_each_note_comes_from_two_columns(t) {
        crew(t);
        let file = t.file("notes.csv", "ben,\"Good, kind.\"\ncat@example.com,Quiet.\n");
        t.ok(&["champions", "note", "--cohort", "spring", "--file", &file]);
        assert_eq!(t.count("champion WHERE user_id = 'ben' AND notes LIKE '%Good, kind.'"), 1);
        assert_eq!(t.count("champion WHERE user_id = 'cat' AND notes LIKE '%Quiet.'"), 1);
        let before = t.content();
        let stderr = t.fails(1, &["champions", "note", "--cohort", "spring", "--file", &t.file("n", "ben,a\ncat\n")]);
        assert!(stderr.contains("line 2: expected 2 fields, found 1"), "{stderr}");
        t.fails(1, &["champions", "note", "--cohort", "spring", "--file", &t.file("n", "ben,a\nben@example.com,b\n")]);
        assert!(t.content() == before);
    }

    fn unknown_cohort_or_course_in_a_filter_is_reported(t) {
        crew(t);
        t.ok(&["actions", "record", "ben", "enrolled", "course:rust_101"]);
        for args in [
            &["champions", "list", "--cohort", "sprung"][..], &["champions", "board", "--cohort", "sprung"],
            &["champions", "stats", "--cohort", "sprung"], &["champions", "advance", "--cohort", "sprung", "--yes"],
        ] {
            let stderr = t.fails(6, args);
            assert!(stderr.contains("unknown cohort sprung\n") && stderr.contains("hint: did you mean spring?"), "{stderr}");
        }
        for filter in [["--target", "course:rust_102"], ["--target", "course:rust_101,course:rust_102"]] {
            for args in [&["actions", "list"][..], &["actions", "stats"], &["actions", "export"]] {
                let stderr = t.fails(6, &[args, &filter].concat());
                assert!(stderr.contains("unknown course rust_102\nhint: did you mean rust_101?"), "{stderr}");
            }
        }
        assert!(t.fails(2, &["actions", "list", "--target", "course:"]).contains("expected an id after the colon"));
        assert!(t.fails(2, &["actions", "record", "ben", "enrolled", "course:"]).contains("expected an id after the colon"));
        for args in [
            &["users", "roles", "add", "benn", "teacher"][..], &["champions", "nominate", "benn"], &["champions", "advance", "benn"],
            &["audit", "list", "--subject", "benn"], &["actions", "list", "--user", "ann,benn"],
        ] {
            let stderr = t.fails(6, args);
            assert!(stderr.contains("hint: did you mean ben?"), "{args:?} {stderr}");
        }
        for list in [&["import", "parked", "--list"][..], &["actions", "list"], &["users", "list"], &["audit", "list"]] {
            assert!(t.fails(2, &[list, &["--after", "garbage"]].concat()).contains("--after garbage: expected a cursor"), "{list:?}");
        }
        let stderr = t.fails(6, &["actions", "progress", "--course", "rust_102"]);
        assert!(stderr.contains("unknown course rust_102\nhint: did you mean rust_101?"), "{stderr}");
        // One of several, beside another that is known.
        for args in [
            &["champions", "stats", "--cohort", "spring,sprung"][..], &["champions", "list", "--cohort", "spring,sprung"],
            &["champions", "board", "--cohort", "spring,sprung"], &["actions", "progress", "--course", "rust_101,rust_102"],
            &["actions", "stats", "--course", "rust_101,rust_102"],
        ] {
            assert!(t.fails(6, args).contains("unknown co"), "{args:?}");
        }
        assert!(t.fails(2, &["actions", "feed", "nudges", "--reset", "end", "--yes"]).contains("--yes requires"));
        // A value that is set is free.
        t.ok(&["champions", "nominate", "ann", "--cohort", "autumn"]);
    }

    fn several_values_of_a_filter_match_any(t) {
        crew(t);
        for (user, action, target, source) in [("ann", "enrolled", "course:a", "app"), ("ben", "enrolled", "course:b", "manual"), ("cat", "viewed_module", "module:m", "stripe")] {
            t.ok(&["actions", "record", user, action, target, "--source-system", source, "--source-event-id", user]);
        }
        t.ok(&["actions", "record", "ann", "enrolled", "cohort:x"]);
        t.ok(&["actions", "record", "ben", "enrolled", "cohort:y"]);
        t.ok(&["champions", "nominate", "ann", "--cohort", "other"]);
        t.ok(&["users", "update", "ann", "--origin", "school"]);
        let lines = |args: &[&str]| t.ok(args).lines().count();
        // Each filter with two values, given together and one by one, and what it finds.
        for (command, option, values, found) in [
            (&["actions", "list"][..], "--user", ["ann", "cat"], 3),
            (&["actions", "list"], "--target", ["course:a", "module"], 2),
            (&["actions", "list"], "--source-system", ["app", "stripe"], 2),
            (&["actions", "list"], "--type", ["viewed_module", "enrolled"], 5),
            (&["actions", "export"], "--user", ["ann", "cat"], 3),
            (&["actions", "progress"], "--course", ["a", "b"], 2),
            (&["actions", "progress"], "--user", ["ann", "ben"], 4),
            (&["actions", "progress"], "--cohort", ["x", "y"], 4),
            (&["champions", "list"], "--cohort", ["spring", "other"], 3),
            (&["champions", "list"], "--user", ["ann", "ben"], 2),
            (&["champions", "board"], "--cohort", ["spring", "other"], 3),
            (&["users", "list"], "--origin", ["school", "nowhere"], 1),
            (&["audit", "list", "--verb", "nominate"], "--kind", ["champion", "user"], 4),
            (&["audit", "list", "--verb", "nominate"], "--actor", ["tester", "nobody"], 4),
        ] {
            let both = values.join(",");
            let format = ["--format", "jsonl"];
            // An origin may contain a comma.
            let found_by_one = if option == "--origin" { 0 } else { found };
            assert_eq!(lines(&[command, &[option, &both], &format].concat()), found_by_one, "{command:?} {option}");
            assert_eq!(lines(&[command, &[option, values[0], option, values[1]], &format].concat()), found, "{command:?} {option}");
            assert!(t.fails(2, &[command, &[option, ""], &format].concat()).contains(option), "{command:?} {option}");
        }
    }

    fn window_of_a_suggestion_starts_at_a_time_or_an_age(t) {
        crew(t);
        for n in 0..3 {
            t.ok(&["actions", "record", "ann", "posted_reply", &format!("post:{n}")]);
        }
        let suggest = ["champions", "suggest", "--min-replies", "2", "--format", "jsonl"];
        for since in ["yesterday", "2026-01-01", "30d"] {
            assert!(t.ok(&[&suggest[..], &["--since", since]].concat()).contains("ann"), "{since}");
        }
        assert!(t.fails(2, &[&suggest[..], &["--since", "2100-01-01"]].concat()).contains("after the end of the window"));
        assert!(t.fails(2, &["champions", "suggest", "--min-replies", "2", "--backtest", "--since", "2026-01-01"]).contains("must be an age"));
        let run = t.run(&["champions", "suggest", "--min-replies", "2", "--since", "2026-01-01", "--nominate", "-n"]);
        assert!(run.status == 0 && run.stderr.contains("counting actions since 2026-01-01T00:00:00"), "{run}");
    }

    fn merge_into_an_administrator_is_explicit(t) {
        crew(t);
        let before = t.content();
        let stderr = t.fails(1, &["users", "merge", "ann", "ben", "--yes"]);
        assert!(stderr.contains("the merge would grant ben the roles superadmin\n") && stderr.contains("hint: add --with-roles"), "{stderr}");
        assert!(t.content() == before);
        t.ok(&["users", "merge", "ann", "ben", "--yes", "--with-roles"]);
        assert_eq!(t.roles("ben"), "student,superadmin");
    }

    fn aliases_are_accepted(t) {
        crew(t);
        assert_eq!(t.ok(&["user", "ls", "--count"]), "4\n");
        t.ok(&["champion", "ls"]);
        t.ok(&["user", "role", "rm", "ben", "student"]);
        t.ok(&["champion", "rm", "ben", "--cohort", "spring", "--yes"]);
        t.ok(&["action", "ls", "--source", "app"]);
    }

    fn start_of_an_id_is_enough_to_read_but_not_to_change(t) {
        crew(t);
        for id in ["usr_alpha", "usr_beta", "usr_alphabet_soup"] {
            t.user(id, "");
        }
        assert!(t.ok(&["users", "show", "usr_b", "--format", "ids"]).starts_with("usr_beta"));
        assert!(t.fails(2, &["users", "show", "usr_al"]).contains("several ids start with usr_al: usr_alpha"));
        t.fails(6, &["users", "show", "usr_x"]);
        t.fails(6, &["users", "show", "us"]);
        t.fails(6, &["users", "roles", "add", "usr_b", "teacher"]);
        t.fails(6, &["users", "update", "usr_b", "--name", "B"]);
        assert_eq!(t.pipe(&["users", "roles", "add", "teacher", "--stdin"], "usr_b\n").status, 6);
    }

    fn times_to_record_are_plausible(t) {
        crew(t);
        let before = t.content();
        for args in [
            &["champions", "advance", "ben", "--cohort", "spring"][..], &["champions", "nominate", "ann"],
            &["actions", "record", "ben", "enrolled", "course:c"],
        ] {
            for at in ["2999-01-01T00:00:00Z", "1989-12-31T23:59:59Z"] {
                assert!(t.fails(2, &[args, &["--at", at]].concat()).contains("expected a time from 1990 to a day from now"));
            }
        }
        t.fails(2, &["users", "create", "--email", "z@example.com", "--name", "Z", "--created-at", "2999-01-01T00:00:00Z"]);
        assert!(t.content() == before);
    }

    fn records_of_an_erased_person_do_not_change(t) {
        crew(t);
        t.ok(&["users", "erase", "ben", "--confirm", "ben@example.com"]);
        // The erasure has ended the record; another program begins one.
        t.sql("INSERT INTO champion (id, user_id, cohort_id, stage) VALUES ('ch_x', 'ben', 'spring', 'candidate')").unwrap();
        let before = t.content();
        for args in [&["champions", "advance", "ben", "--cohort", "spring"][..], &["champions", "note", "ben", "--cohort", "spring", "-m", "Ben called."]] {
            assert!(t.fails(1, args).contains("user ben was erased on"));
        }
        let run = t.run(&["champions", "note", "--cohort", "spring", "-m", "All.", "--yes"]);
        assert!(run.stderr.contains("changed 1 of 2 records, 1 skipped: not eligible"), "{run}");
        assert_eq!(t.count("champion WHERE user_id = 'ben' AND notes IS NOT NULL"), 0);
        assert!(t.content() != before);
    }

    fn ambiguous_name_changes_nobody(t) {
        crew(t);
        let record = t.value("id", "FROM champion WHERE user_id = 'ben'");
        t.ok(&["users", "create", "--id", &record, "--email", "other@example.com", "--name", "Other"]);
        assert!(t.fails(2, &["champions", "advance", &record, "--cohort", "spring"]).contains("is ambiguous: a champion record, and another user"));
        for id in ["#x", "a,b", "x\u{200b}"] {
            t.fails(2, &["users", "create", "--id", id, "--email", "x@example.com", "--name", "X"]);
        }
        t.fails(2, &["users", "create", "--id=-x", "--email", "x@example.com", "--name", "X"]);
    }

    fn doubled_role_is_one_role(t) {
        crew(t);
        t.ok(&["users", "roles", "toggle", "ben", "teacher", "teacher", "Teacher"]);
        assert_eq!(t.roles("ben"), "student,teacher");
    }

    fn unclosed_quote_in_a_list_of_notes_is_an_error(t) {
        crew(t);
        let before = t.content();
        let run = t.pipe(&["champions", "note", "--cohort", "spring", "--file", "-"], "ben,\"open\ncat,two\n");
        assert!(run.status == 1 && run.stderr.contains("a quote is never closed"), "{run}");
        t.fails(2, &["champions", "note", "ben", "--cohort", "spring", "-m", "\u{2003}"]);
        assert!(t.content() == before);
    }

    fn recording_is_repeatable_without_a_time(t) {
        crew(t);
        for key in [&["--idempotency-key", "k"][..], &["--source-system", "app", "--source-event-id", "e"]] {
            let record = [&["actions", "record", "ben", "enrolled", "course:c"], key].concat();
            assert!(t.run(&record).stderr.contains(" recorded\n"));
            std::thread::sleep(std::time::Duration::from_millis(5));
            let again = t.run(&record);
            assert!(again.status == 0 && again.stderr.contains("already recorded, unchanged"), "{again}");
            t.fails(4, &[&record[..], &["--at", "2026-01-01T00:00:00Z"]].concat());
        }
    }
}

#[test]
fn person_sees_who_changes_and_enter_means_no() {
    let t = &Sandbox::migrated(Engine::Sqlite);
    crew(t);
    let before = t.content();
    let advance = ["champions", "advance", "--cohort", "spring"];
    for answer in ["\n", "n\n", "yess\n", "\u{4}"] {
        let run = t.at_terminal(80, &advance, answer);
        assert!(run.status == 1 && run.stdout.contains("not confirmed"), "{run}");
        assert!(
            run.stdout.contains("Advance 2 records? [y/N]")
                && run.stdout.contains("ben")
                && run.stdout.contains("candidate"),
            "{run}"
        );
        assert!(t.content() == before);
    }
    for args in [
        &["users", "roles", "add", "ben", "cat", "teacher"][..],
        &["users", "merge", "dan", "ben"],
        &["users", "erase", "dan"],
        &["champions", "withdraw", "ben", "--cohort", "spring"],
        &["users", "roles", "add", "teacher", "--role", "student"],
        &["champions", "nominate", "ann", "ben"],
        &["champions", "note", "--cohort", "spring", "-m", "x"],
        &["migrate", "revert", "--with-data"],
    ] {
        assert_eq!(t.at_terminal(80, args, "\n").status, 1, "{args:?}");
        assert!(t.content() == before, "{args:?}");
    }
    t.ok(&["actions", "feed", "nudges"]);
    t.ok(&["users", "alias", "add", "ann", "old@example.com"]);
    for args in [&["actions", "feed", "nudges", "--forget"][..], &["users", "alias", "remove", "old@example.com"]] {
        let before = t.content();
        assert_eq!(t.at_terminal(80, args, "\n").status, 1, "{args:?}");
        assert!(t.content() == before, "{args:?}");
        assert_eq!(t.at_terminal(80, &[args, &["--yes"]].concat(), "").status, 0, "{args:?}");
    }
    assert_eq!(t.at_terminal(80, &advance, "y\n").status, 0);
    assert_eq!(t.count("champion WHERE stage = 'selected'"), 2);
    // The start of an id is enough where a person can see whose it is.
    t.user("usr_unique", "");
    let run = t.at_terminal(80, &["users", "roles", "add", "usr_un", "teacher"], "y\n");
    assert!(run.status == 0 && run.stdout.contains("usr_unique"), "{run}");
    assert_eq!(t.roles("usr_unique"), "teacher");
    assert_eq!(t.at_terminal(80, &["users", "erase", "dan"], "dan@example.com\n").status, 0);
}

#[test]
fn note_is_written_in_an_editor() {
    let t = &Sandbox::migrated(Engine::Sqlite);
    crew(t);
    let editor = t.file("editor", "#!/bin/sh\necho 'From the editor.' > \"$1\"\n");
    Command::new("chmod").args(["+x", &editor]).status().unwrap();
    let args = ["champions", "note", "ben", "--cohort", "spring"];
    assert_eq!(t.run(&args).status, 2);
    let run = t.at_terminal_with(&[("EDITOR", &editor)], 80, &args, "");
    assert_eq!(run.status, 0, "{run}");
    assert_eq!(t.count("champion WHERE notes LIKE '%From the editor.'"), 1);
}

/// The changes whose repetition would change something again.
const REPEATABLE: [&[&str]; 3] = [
    &["users", "roles", "toggle", "teacher", "ben"],
    &["champions", "advance", "ben", "--cohort", "spring"],
    &["champions", "note", "ben", "--cohort", "spring", "-m", "Text."],
];

fn is_commit(request: &[u8]) -> bool {
    request.windows(7).any(|part| part == b"COMMIT\0")
}

#[test]
fn lost_commit_is_looked_up() {
    for change in REPEATABLE {
        let t = &Sandbox::migrated(Engine::Postgres);
        crew(t);
        let before = t.content();
        let cut = proxy(t, |request| if is_commit(request) { Pass::Cut } else { Pass::On }, |_| {});
        let run = t.run(&[change, &["--database-url", &cut]].concat());
        assert!(run.status == 5 && run.stderr.contains("the server rolled it back: nothing was changed"), "{run}");
        assert!(run.stderr.contains("hint: run the command again"), "{run}");
        assert!(t.content() == before, "{change:?}");
        let cut = proxy(t, |request| if is_commit(request) { Pass::OnAndCut } else { Pass::On }, |_| {});
        let run = t.run(&[change, &["--database-url", &cut]].concat());
        assert_eq!(run.status, 0, "{run}");
        let reference = &Sandbox::migrated(Engine::Postgres);
        crew(reference);
        reference.ok(change);
        assert_eq!(t.count("audit_event"), reference.count("audit_event"), "{change:?}");
    }
}

on_both_engines! {
    fn start_of_an_id_is_enough_to_read(t) {
        crew(t);
        t.ok(&["actions", "record", "ben", "enrolled", "course:c"]);
        t.ok(&["actions", "record", "ben", "enrolled", "course:d"]);
        t.ok(&["import", "users", &t.file("u.csv", "id,email,name\nzed1,z1@example.com,Z\nzed2,z2@example.com,Z\n")]);
        let start = |id: &str, others: &[String]| -> String {
            let shared = |other: &String| other.bytes().zip(id.bytes()).take_while(|(one, other)| one == other).count();
            let longest = others.iter().filter(|other| *other != id).map(shared).max().unwrap_or(0);
            id[..id.len().min(longest.max(3) + 1)].to_owned()
        };
        for (table, command) in [
            ("user_action", &["actions", "show"][..]),
            ("import_run", &["import", "history", "show"]),
            ("champion", &["champions", "history"]),
        ] {
            let ids = t.values("id", &format!("FROM {table} ORDER BY id"));
            let read = |id: &str| t.ok(&[command, &[id, "--format", "json"]].concat());
            assert_eq!(read(&start(&ids[0], &ids)), read(&ids[0]), "{command:?}");
            let several = &ids[0][..4];
            if ids.iter().filter(|id| id.starts_with(several)).count() > 1 {
                assert!(t.fails(2, &[command, &[several]].concat()).contains("several ids start with"), "{command:?}");
            }
            // Too short, or of no id.
            for unknown in ["a", "nothing"] {
                t.fails(6, &[command, &[unknown]].concat());
            }
        }
        assert!(t.ok(&["champions", "history", "zed1"]).is_empty());
        assert!(t.fails(6, &["champions", "history", "zed"]).contains("unknown"));
    }
}

/// What an import in parts says of the parts, when the connection is lost at the COMMIT of the second one.
#[test]
fn lost_commit_of_a_part_is_not_counted() {
    let header = "user_id,action_type,target_type,target_id,occurred_at\n";
    let rows: Vec<String> = (1..=6).map(|n| format!("ben,enrolled,course,c{n},2026-01-0{n}T00:00:00Z")).collect();
    let rows = rows.join("\n");
    // Before the commit reaches the server, or after; and whether the server can be asked afterwards.
    for (is_saved, is_asked) in [(false, true), (true, true), (false, false), (true, false)] {
        let t = &Sandbox::migrated(Engine::Postgres);
        crew(t);
        let file = t.file("a.csv", format!("{header}{rows}"));
        let commits = AtomicU64::new(0);
        let requests = move |request: &[u8]| {
            // Those of the import history, and the first part, come before.
            let lost = commits.load(Ordering::SeqCst) > 3;
            if lost && !is_asked {
                return Pass::Cut;
            }
            if is_commit(request) && commits.fetch_add(1, Ordering::SeqCst) == 3 {
                return if is_saved { Pass::OnAndCut } else { Pass::Cut };
            }
            Pass::On
        };
        let cut = proxy(t, requests, |_| {});
        let args = ["import", "actions", &file, "--commit-every", "2", "--database-url", &cut, "--lock-timeout", "1"];
        let run = t.run(&args);
        let case = format!("saved {is_saved}, asked {is_asked}: {run}");
        if is_saved && is_asked {
            assert!(run.status == 0 && t.count("user_action") == 6, "{case}");
            continue;
        }
        assert_eq!(run.status, 5, "{case}");
        assert!(run.stderr.contains("2 rows are committed") && !run.stderr.contains("nothing was changed"), "{case}");
        assert!(run.stderr.contains("hint: import the file again") && !run.stderr.contains("--operation-id"), "{case}");
        t.ok(&["import", "actions", &file, "--commit-every", "2"]);
        assert_eq!(t.count("user_action"), 6, "{case}");
    }
}

#[test]
fn unknown_outcome_gives_an_operation_id_to_repeat_with() {
    for change in REPEATABLE {
        let t = &Sandbox::migrated(Engine::Postgres);
        crew(t);
        let lost = std::sync::atomic::AtomicBool::new(false);
        // After the commit, nothing can be asked any more.
        let cut = proxy(
            t,
            move |request| {
                if lost.load(std::sync::atomic::Ordering::SeqCst) {
                    return Pass::Cut;
                }
                if is_commit(request) {
                    lost.store(true, std::sync::atomic::Ordering::SeqCst);
                    return Pass::OnAndCut;
                }
                Pass::On
            },
            |_| {},
        );
        let run = t.run(&[change, &["--database-url", &cut, "--lock-timeout", "1"]].concat());
        assert!(run.status == 5 && run.stderr.contains("the changes may or may not be saved"), "{run}");
        assert!(!run.stderr.contains("nothing was changed"), "{run}");
        let id = run.stderr.split("--operation-id ").nth(1).unwrap().split(':').next().unwrap().to_owned();
        let after = t.content();
        let again = t.run(&[change, &["--operation-id", &id]].concat());
        assert!(again.status == 0 && again.stderr.contains("is already done"), "{again}");
        assert!(t.content() == after, "{change:?}");
    }
}

#[test]
fn database_is_created_only_where_it_is_expected() {
    let t = &Sandbox::empty(Engine::Sqlite);
    let create = ["users", "create", "--email", "a@example.com", "--name", "A"];
    t.file("tset.db", "");
    let stderr = t.fails(6, &create);
    assert!(
        stderr.contains("test.db does not exist")
            && stderr.contains("hint: did you mean ")
            && stderr.contains("tset.db?"),
        "{stderr}"
    );
    t.fails(6, &["champions", "note", "--stage", "candidate", "-m", "x", "-n"]);
    assert!(!t.path("test.db").exists());
    t.ok(&[&create[..], &["--create"]].concat());
    assert!(t.path("test.db").exists());
    // The default database is created by the first change.
    let default = t.command_without_database(&create).output().unwrap();
    assert!(default.status.success());
    assert!(t.path(".local/share/rollbook/rollbook.db").exists());
}

on_both_engines! {
    fn at_a_terminal_a_start_of_an_id_is_enough_if_the_person_is_meant(t) {
        for n in 1..=7 {
            t.ok(&["users", "create", "--id", &format!("usr_long_{n}"), "--email", &format!("l{n}@example.com"), "--name", "L"]);
        }
        t.ok(&["users", "create", "--id", "usr_other", "--email", "cat@example.com", "--name", "Cat"]);
        let update = ["users", "update", "usr_o", "--name", "Cathy"];
        assert!(t.fails(6, &update).contains("unknown user usr_o"), "without a terminal");
        let asked = t.at_terminal(80, &update, "n\n");
        assert!(asked.status != 0 && asked.stdout.contains("usr_o is the start of usr_other, Cat <cat@example.com>. Use this user?"), "{asked}");
        assert_eq!(t.value("name", "FROM \"user\" WHERE id = 'usr_other'"), "Cat");
        assert_eq!(t.at_terminal(80, &update, "y\n").status, 0);
        assert_eq!(t.value("name", "FROM \"user\" WHERE id = 'usr_other'"), "Cathy");
        assert_eq!(t.at_terminal(80, &["users", "roles", "add", "usr_o", "teacher"], "y\n").status, 0);
        assert_eq!(t.roles("usr_other"), "teacher");
        let several = t.fails(2, &["users", "show", "usr_long"]);
        assert!(several.contains("usr_long_1, usr_long_2, usr_long_3, usr_long_4, usr_long_5, …"), "{several}");
        // In a list it is nobody.
        let list = t.file("list.txt", "usr_o\n");
        assert_ne!(t.at_terminal(80, &["users", "roles", "add", "student", "--file", &list, "--yes"], "").status, 0);
    }
}

/// Of several commands at once, one gives the address to a user; the others fail.
#[test]
fn no_two_people_get_one_address_at_the_same_time() {
    let t = &Sandbox::migrated(Engine::Postgres);
    for id in ["a", "b", "c"] {
        t.user(id, "");
    }
    for n in 0..6 {
        let email = format!("q{n}@example.com");
        let commands: [&[&str]; 4] = [
            &["users", "alias", "add", "a", &email],
            &["users", "alias", "add", "b", &email],
            &["users", "create", "--email", &email, "--name", "N"],
            &["users", "update", "c", "--email", &email],
        ];
        let runs: Vec<_> = commands.iter().map(|args| t.start(args)).collect();
        let done = runs.into_iter().filter_map(|run| run.wait_with_output().ok()).filter(|run| run.status.success());
        assert_eq!(done.count(), 1, "{email}");
        let current = t.count(&format!("\"user\" WHERE email = '{email}'"));
        let former = t.count(&format!("former_email WHERE email = '{email}'"));
        assert_eq!(current + former, 1, "{email}");
    }
}
