use super::ids;
use crate::on_both_engines;
use crate::sandbox::{Engine, Run, Sandbox};

fn crew(t: &Sandbox) {
    let file = t.file(
        "crew.csv",
        "id,email,name,origin,roles\nann,ann@example.com,Ann,app,superadmin\nben,ben@example.com,Ben,app,student\n\
         cat,cat@example.com,Cat,web,student\ndan,dan@example.com,Dan,web,\n",
    );
    t.ok(&["import", "users", &file]);
}

on_both_engines! {
    fn a_list_of_users_is_changed_in_one_transaction(t) {
        crew(t);
        let run = t.pipe(&["users", "roles", "add", "teacher", "--stdin"], "# crew\n\n ben \r\nCAT@example.com\nben\n");
        assert_eq!((run.status, run.stderr.as_str()), (0, "changed 2 of 2 users\n"), "{run}");
        assert!(run.stdout.contains("cat  cat@example.com  +teacher"), "{run}");
        assert_eq!(ids(t, &["--role", "teacher"]), "ben cat");
        assert_eq!(t.count("audit_event WHERE verb = 'roles'"), 2);
        let file = t.file("names.txt", "\u{feff}ben\ncat\ndan\n");
        let run = t.run(&["users", "roles", "set", "student", "admin", "--file", &file, "--format", "csv"]);
        assert_eq!(run.stdout, "id,email,name,from,to,change\nben,ben@example.com,Ben,\"student,teacher\",\"student,admin\",+admin -teacher\n\
            cat,cat@example.com,Cat,\"student,teacher\",\"student,admin\",+admin -teacher\ndan,dan@example.com,Dan,,\"student,admin\",+student +admin\n");
        t.ok(&["users", "roles", "set", "--none", "--file", &file]);
        assert_eq!(ids(t, &["--role", "student"]), "");
    }

    fn an_unknown_user_in_a_list_changes_nothing(t) {
        crew(t);
        let run = t.pipe(&["users", "roles", "add", "admin", "--stdin"], "ben\nnobody\nx@example.com\n");
        assert_eq!(run.status, 6, "{run}");
        assert!(run.stderr.contains("standard input line 2: unknown user nobody"), "{run}");
        assert!(run.stderr.contains("2 names in standard input not found"), "{run}");
        assert_eq!(ids(t, &["--role", "admin"]), "");
        // An empty list on standard input is nothing to do; an empty file is a mistake.
        let run = t.pipe(&["users", "roles", "add", "admin", "--stdin"], "\n# none\n");
        assert!(run.status == 0 && run.stderr.contains("no users matched"), "{run}");
        t.fails(1, &["users", "roles", "add", "admin", "--file", &t.file("none.txt", "# none\n")]);
    }

    fn filters_select_the_users_to_change(t) {
        crew(t);
        t.ok(&["users", "roles", "add", "admin", "--role", "student", "--origin", "web", "--yes"]);
        assert_eq!(ids(t, &["--role", "admin"]), "cat");
        t.ok(&["users", "roles", "remove", "student", "--role", "student", "--yes"]);
        assert_eq!(ids(t, &["--role", "student"]), "");
        assert!(t.fails(2, &["users", "roles", "add", "root", "--role", "admin"]).contains("role \"root\": unknown value"));
        t.fails(2, &["users", "roles", "add", "--role", "admin"]);
        t.fails(2, &["users", "roles", "add", "student", "--role", "admin", "--stdin"]);
    }

    fn a_dry_run_shows_what_would_change(t) {
        crew(t);
        let before = t.content();
        let run = t.run(&["users", "roles", "add", "admin", "--role", "student", "--dry-run", "--format", "ids"]);
        assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("ben\ncat\n", "would change 2 of 2 users\n"));
        let run = t.run(&["users", "roles", "add", "ben", "admin", "--dry-run"]);
        assert!(run.stderr.contains("ben: +admin (dry run)"), "{run}");
        assert!(t.content() == before);
    }

    fn more_changes_than_max_change_are_refused(t) {
        crew(t);
        let before = t.content();
        for limit in ["1", "49%"] {
            let stderr = t.fails(1, &["users", "roles", "add", "admin", "--role", "student", "--max-change", limit, "--yes"]);
            assert!(stderr.contains(&format!("2 users would change, more than --max-change {limit}")), "{stderr}");
        }
        assert!(t.content() == before);
        t.ok(&["users", "roles", "add", "admin", "--role", "student", "--max-change", "50%", "--yes"]);
    }

    fn many_users_are_changed_in_batches(t) {
        let people: Vec<String> = (0..2500).map(|n| format!("u{n:04},u{n:04}@example.com,U,app\n")).collect();
        t.ok(&["import", "users", &t.file("many.csv", format!("id,email,name,origin\n{}", people.concat()))]);
        let run = t.run(&["users", "roles", "add", "student", "--origin", "app", "--yes"]);
        assert!(run.stderr.ends_with("2,450 users not shown\nchanged 2,500 of 2,500 users\n"), "{}", run.stderr);
        assert_eq!(t.ok(&["users", "list", "--role", "student", "--count"]), "2500\n");
        let names = (0..2500).map(|n| format!("u{n:04}\n")).collect::<Vec<_>>().concat();
        assert_eq!(t.pipe(&["users", "roles", "remove", "student", "--stdin", "--format", "ids"], &names).stdout, names);
        assert_eq!(t.count("audit_event WHERE verb = 'roles'"), 5000);
    }

    fn a_bulk_change_cannot_remove_the_last_superadmin(t) {
        crew(t);
        for args in [&["remove", "superadmin", "--role", "superadmin", "--yes"][..], &["set", "student", "--created-after", "2000-01-01", "--yes"]] {
            let stderr = t.fails(1, &[&["users", "roles"][..], args].concat());
            assert!(stderr.contains("would leave no superadmin"), "{stderr}");
        }
        assert_eq!((t.roles("ann").as_str(), t.roles("ben").as_str()), ("superadmin", "student"));
        let refusals = t.count("audit_event WHERE refusal IS NOT NULL");
        t.fails(1, &["users", "roles", "remove", "superadmin", "--role", "superadmin", "--dry-run"]);
        assert_eq!((refusals, t.count("audit_event WHERE refusal IS NOT NULL")), (2, 2), "a dry run writes no audit event");
    }

    fn a_concurrent_bulk_demotion_and_erasure_keep_one_superadmin(t) {
        crew(t);
        t.ok(&["users", "roles", "add", "ben", "superadmin"]);
        let mut held = t.hold(match t.engine {
            Engine::Sqlite => "BEGIN IMMEDIATE",
            Engine::Postgres => "BEGIN; SELECT pg_advisory_xact_lock(x'524F4C4C53555045'::bigint)",
        });
        let runs = [
            t.start(&["users", "roles", "remove", "superadmin", "--search", "ann", "--yes"]),
            t.start(&["users", "erase", "ben", "--confirm", "ben@example.com"]),
        ];
        match t.engine {
            Engine::Sqlite => std::thread::sleep(std::time::Duration::from_millis(200)),
            Engine::Postgres => t.until_waiting(2),
        }
        held("ROLLBACK");
        let mut statuses = runs.map(|run| Run::of(run.wait_with_output().unwrap()).status);
        statuses.sort_unstable();
        assert_eq!(statuses, [0, 1]);
        assert_eq!(ids(t, &["--role", "superadmin"]).split_whitespace().count(), 1);
    }
}
