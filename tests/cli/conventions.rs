//! What users of command-line tools expect: missing arguments are asked for, several things are named at once, `-` is
//! standard input, and what is misspelled gets a tip.

use std::os::unix::fs::PermissionsExt as _;

use unicode_width::UnicodeWidthStr as _;

use crate::on_both_engines;
use crate::sandbox::{Engine, Sandbox, example};

on_both_engines! {
    fn missing_arguments_are_asked_for_at_a_terminal_only(t) {
        let run = t.at_terminal(80, &["users", "create"], "eve@example.com\rEve\r");
        assert!(run.status == 0 && run.stdout.contains("Email address") && run.stdout.contains("Display name"), "{run}");
        assert_eq!(t.value("email || ' ' || name", "FROM \"user\""), "eve@example.com Eve");
        // Several words are several arguments.
        let id = t.value("id", "FROM \"user\"");
        let run = t.at_terminal(80, &["users", "roles", "add"], &format!("{id} teacher\r"));
        assert_eq!((run.status, t.roles(&id).as_str()), (0, "teacher"), "{run}");
        let run = t.at_terminal(80, &["actions", "funnel"], "enrolled started_module\r");
        assert!(run.status == 0 && run.stdout.contains("started_module"), "{run}");
        // An empty answer is none: the usage error is that of no terminal.
        let run = t.at_terminal(80, &["users", "create", "--email", "b@example.com"], "\r");
        assert!(run.status == 2 && run.stdout.contains("required arguments were not provided"), "{run}");
        for args in [&["users", "create", "--no-input"][..], &["users", "create", "--email", "x"]] {
            assert_eq!(t.at_terminal(80, args, "\r").status, 2);
        }
        assert!(t.fails(2, &["users", "create"]).contains("--email"));
        assert_eq!(t.count("\"user\""), 1);
    }

    fn several_things_are_shown_and_erased_at_once(t) {
        t.ok(&["import", "all", &example("")]);
        let actions = t.values("id", "FROM user_action ORDER BY id LIMIT 2");
        let both = t.ok(&["actions", "show", &actions[0], &actions[1], "--format", "ids"]);
        assert_eq!(both.lines().collect::<Vec<_>>(), actions);
        t.fails(6, &["actions", "show", &actions[0], "act_nothing"]);
        assert_eq!(t.ok(&["audit", "show", "1", "2", "--format", "ids"]), "1\n2\n");
        assert_eq!(t.ok(&["champions", "show", "ch_019", "ch_07_maya", "--format", "ids"]), "ch_019\nch_07_maya\n");
        let people = t.count("\"user\" WHERE erased_at IS NULL");
        let run = t.run(&["users", "erase", "usr_005", "usr_006"]);
        assert!(run.status == 2 && run.stderr.contains("refusing to permanently erase 2 users"), "{run}");
        assert!(t.fails(2, &["users", "erase", "usr_005", "usr_006", "--confirm", "x@example.com"]).contains("single user"));
        assert_eq!(t.fails(6, &["users", "erase", "usr_005", "usr_nobody", "--yes"]).matches("unknown user").count(), 1);
        assert_eq!(t.count("\"user\" WHERE erased_at IS NULL"), people);
        let run = t.run(&["users", "erase", "usr_005", "usr_006", "--yes"]);
        assert!(run.status == 0 && run.stderr.contains("erased 2 users"), "{run}");
        assert_eq!(t.count("\"user\" WHERE erased_at IS NULL"), people - 2);
    }

    fn a_dash_is_standard_input(t) {
        t.user("ann", "");
        let record = ["actions", "record", "ann", "posted_thread", "thread:1", "--metadata", "-", "--metadata", "n=1"];
        assert_eq!(t.pipe(&record, "\u{feff}{\"title\": \"a b\"}\n").status, 0);
        assert_eq!(t.ok(&["actions", "list", "--jq", ".[].metadata"]).split_whitespace().collect::<String>(), "{\"n\":1,\"title\":\"ab\"}");
        let once = [&record[..], &["--operation-id", "k1", "--at", "2026-01-01T00:00:00Z"]].concat();
        assert_eq!(t.pipe(&once, "{\"title\": \"c\"}").status, 0);
        assert_eq!(t.pipe(&once, "{\"title\": \"d\"}").status, 4);
        assert_eq!(t.pipe(&once, "{\"title\": \"c\"}").status, 0);
        // The format is no part of what was asked for.
        for format in [&["-f", "json"][..], &["-fcsv"], &["--format", "ids"]] {
            assert_eq!(t.pipe(&[&once[..], format].concat(), "{\"title\": \"c\"}").status, 0, "{format:?}");
        }
        for wrong in ["", "title=1", "{\"a\":"] {
            assert_eq!(t.pipe(&record, wrong).status, 2, "{wrong}");
        }
        let run = t.pipe(&["champions", "suggest", "--rules", "-", "--format", "ids"], "min_threads = 1\n");
        assert_eq!((run.status, run.stdout.as_str()), (0, "ann\n"), "{run}");
        let run = t.pipe(&["champions", "suggest", "--rules", "-"], "min_thread = 1\n");
        assert!(run.status == 1 && run.stderr.contains("invalid rules file standard input"), "{run}");
    }

    fn what_is_misspelled_gets_a_tip(t) {
        t.ok(&["import", "all", &example("")]);
        assert!(t.fails(6, &["champions", "show", "ch_07_mya"]).contains("did you mean ch_07_maya?"));
        assert!(t.fails(2, &["users", "list", "--tz", "Europe/Berln"]).contains("did you mean Europe/Berlin?"));
        let stderr = t.fails(1, &["import", "all", "no such dir"]);
        assert!(stderr.contains("'no such dir'"), "{stderr}");
        // In messages, a path is a word for the shell; in the history and in JSON, it is the path.
        let file = t.file("my events.csv", "user_id,action_type,target_type,target_id,occurred_at\nghost,enrolled,course,c,2026-01-01T00:00:00Z\n");
        let run = t.run(&["import", "actions", &file, "--format", "json"]);
        assert!(run.stderr.contains(&format!("'{file}' line 2: rejected")) && run.stdout.contains(&format!("\"{file}\"")), "{run}");
        assert_eq!(t.ok(&["import", "history", "--file", &file, "--format", "ids"]).lines().count(), 1);
        let listed = t.ok(&["users", "list", "--json", "id,last_active", "--limit", "1"]);
        assert!(listed.contains("\"last_active\":\"2026-"), "{listed}");
        assert_eq!(t.ok(&["users", "list", "-f", "ids", "--limit", "1"]).lines().count(), 1);
        // The start of an operation's id is enough, and an unknown one is an error.
        t.ok(&["users", "roles", "add", "usr_003", "teacher", "--operation-id", "ticket-4711"]);
        assert!(t.ok(&["audit", "list", "--operation", "ticket-4"]).contains("teacher"));
        assert!(t.fails(6, &["audit", "list", "--operation", "nonsense"]).contains("unknown operation nonsense"));
        t.ok(&["audit", "undo", "ticket-4", "--yes"]);
    }
}

fn widest(text: &str) -> usize {
    text.lines().map(|line| line.trim_end_matches('\r').width()).max().unwrap_or(0)
}

#[test]
fn boards_and_reports_fit_the_terminal() {
    let t = Sandbox::migrated(Engine::Sqlite);
    t.ok(&["import", "all", &example("")]);
    for columns in [40, 60, 80, 120] {
        for args in
            [&["champions", "board", "--color", "never"][..], &["report", "--month", "2026-05", "--color", "never"]]
        {
            let run = t.at_terminal(columns, args, "");
            assert_eq!(run.status, 0, "{run}");
            assert!(
                widest(&run.stdout) <= usize::from(columns),
                "{args:?} at {columns}: {}\n{run}",
                widest(&run.stdout)
            );
            assert!(run.stdout.lines().count() > 12, "{run}");
        }
    }
    let narrow = t.at_terminal(40, &["champions", "board", "--color", "never"], "").stdout;
    let order = ["candidate", "selected", "champion", "alumni"].map(|stage| narrow.find(stage).unwrap());
    assert!(order.is_sorted(), "{narrow}");
    // What is hidden is named; in a file, nothing is.
    assert!(t.at_terminal(40, &["report", "--month", "2026-05"], "").stdout.contains("(hidden columns: "));
    let file = t.path("r.txt").display().to_string();
    t.ok(&["report", "--month", "2026-05", "-o", &file]);
    assert!(!std::fs::read_to_string(file).unwrap().contains("hidden columns"));
}

#[test]
fn a_report_opens_in_a_browser() {
    let t = Sandbox::migrated(Engine::Sqlite);
    t.ok(&["import", "all", &example("")]);
    let browser = t.path("xdg-open");
    std::fs::write(&browser, "#!/bin/sh\ncp \"$1\" opened.html\necho \"$1\" > name\n").unwrap();
    std::fs::set_permissions(&browser, std::fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:/usr/bin:/bin", t.path("").display());
    let run = |args: &[&str]| {
        let mut command = t.command(args);
        crate::sandbox::Run::of(command.env("PATH", &path).current_dir(t.path("")).output().unwrap())
    };
    assert_eq!(run(&["report", "--month", "2026-05", "--web"]).status, 0);
    assert!(std::fs::read_to_string(t.path("opened.html")).unwrap().starts_with("<!DOCTYPE html>"));
    let name = std::fs::read_to_string(t.path("name")).unwrap();
    std::fs::remove_file(name.trim()).unwrap();
    assert_eq!(run(&["report", "--month", "2026-05", "--web", "-o", "named.html"]).status, 0);
    assert!(std::fs::read_to_string(t.path("name")).unwrap().contains("named.html"));
    assert_eq!(run(&["report", "--month", "2026-05", "--web", "-o", "named.txt"]).status, 2);
    // The page stays where it is if there is no browser.
    std::fs::write(&browser, "#!/bin/sh\nexit 3\n").unwrap();
    std::fs::remove_file(t.path("named.html")).unwrap();
    let mut command = t.command(&["report", "--month", "2026-05", "--web", "-o", "named.html"]);
    let failed = crate::sandbox::Run::of(command.env("PATH", t.path("")).current_dir(t.path("")).output().unwrap());
    assert!(failed.status == 1 && failed.stderr.contains("cannot open a browser"), "{failed}");
    assert!(t.path("named.html").exists());
}
