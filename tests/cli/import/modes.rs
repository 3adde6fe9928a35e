use std::io::Write as _;
use std::process::Stdio;

use serde_json::Value;

use super::{HEADER, import, people, verdicts};
use crate::on_both_engines;
use crate::sandbox::{Engine, Run, Sandbox};

/// A row for the header of [`keyed`].
fn row(event: &str, target: &str) -> String {
    format!("ann,enrolled,course,{target},2026-01-01T00:00:00Z,app,{event}\n")
}

fn keyed() -> String {
    format!("{HEADER},source_system,source_event_id\n")
}

/// Waits until the process handles SIGINT, the second bit of the signal mask that Linux shows.
fn until_listening(pid: &str) {
    for _ in 0..1000 {
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
        let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:")).unwrap().trim();
        if u64::from_str_radix(caught, 16).unwrap() & 0b10 != 0 {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    panic!("the process does not handle SIGINT");
}

/// Three valid rows, an invalid one, and one that conflicts with the first.
fn mixed(t: &Sandbox) -> String {
    let bad = row("e4", "c4").replace("enrolled", "enroled");
    t.file("mixed.csv", keyed() + &row("e1", "c1") + &row("e2", "c2") + &row("e3", "c3") + &bad + &row("e1", "c9"))
}

on_both_engines! {
    fn on_conflict_is_independent_of_on_error(t) {
        people(t);
        let file = t.file("a.csv", keyed() + &row("e1", "c1") + &row("e2", "c2") + &row("e1", "c9"));
        assert_eq!(import(t, &["actions", &file, "--dry-run"]), (4, [2, 0, 0, 1, 0]));
        assert_eq!(import(t, &["actions", &file]), (4, [2, 0, 0, 1, 0]));
        assert_eq!(import(t, &["actions", &file, "--on-error", "skip", "--on-conflict", "abort"]), (4, [2, 0, 0, 1, 0]));
        assert_eq!(t.count("user_action"), 0);
        let run = t.run(&["import", "actions", &file, "--on-conflict", "report"]);
        assert_eq!((run.status, t.count("user_action")), (4, 2), "{run}");
        assert!(run.stderr.contains("a.csv line 4: conflict: line 2 has the same event with other content: target_id: c1 recorded, c9 given"), "{run}");
        let run = t.run(&["import", "actions", &file, "--on-conflict", "skip"]);
        assert!(run.status == 0 && !run.stderr.contains("conflict:"), "{run}");
        assert_eq!(import(t, &["actions", &mixed(t), "--on-conflict", "skip"]), (3, [1, 0, 2, 1, 1]));
        assert_eq!(t.count("user_action"), 2);
    }

    fn more_invalid_rows_than_max_errors_roll_the_import_back(t) {
        people(t);
        let file = mixed(t);
        for (max, status, there) in [("1", 3, 0), ("39%", 3, 0), ("2", 3, 3), ("40%", 3, 3)] {
            let run = t.run(&["import", "actions", &file, "--on-error", "skip", "--max-errors", max]);
            assert_eq!((run.status, t.count("user_action")), (status, there), "{max}: {run}");
            assert_eq!(run.stderr.contains("rolled back: more invalid rows than --max-errors allows"), there == 0, "{run}");
        }
        let run = t.run(&["import", "actions", &file, "--max-errors", "2"]);
        assert!(run.status == 2 && run.stderr.contains("add --on-error skip"), "{run}");
    }

    fn rejected_rows_can_be_fixed_and_imported_again(t) {
        people(t);
        let (file, rejects) = (mixed(t), t.path("rejects.csv"));
        let run = t.run(&["import", "actions", &file, "--on-error", "skip", "--rejects", rejects.to_str().unwrap()]);
        assert_eq!(run.status, 3, "{run}");
        let refused = std::fs::read_to_string(&rejects).unwrap();
        let lines: Vec<&str> = refused.lines().collect();
        assert_eq!(lines.len(), 4, "{refused}");
        assert!(lines[0].starts_with("\"# rollbook import options: {"), "{refused}");
        let lines = &lines[1..];
        assert_eq!(lines[0], format!("_line,_verdict,_field,_reason,{}", keyed().trim()));
        assert!(lines[1].starts_with("5,rejected,action_type,\"action_type \"\"enroled\"\": unknown value; did you mean enrolled?"), "{refused}");
        assert!(lines[1].ends_with(",ann,enroled,course,c4,2026-01-01T00:00:00Z,app,e4"), "{refused}");
        assert!(lines[2].starts_with("6,conflict,target_id,"), "{refused}");
        std::fs::write(&rejects, refused.replace(",enroled,", ",enrolled,").replace(",app,e1", ",app,e9")).unwrap();
        let again = t.path("again.csv");
        let args = ["actions", rejects.to_str().unwrap(), "--rejects", again.to_str().unwrap()];
        assert_eq!(import(t, &args), (0, [2, 0, 0, 0, 0]));
        assert_eq!(std::fs::read_to_string(again).unwrap().lines().count(), 2);
        let run = t.run(&["import", "actions", &file, "--rejects", &file]);
        assert!(run.status == 2 && run.stderr.contains("this is an input file"), "{run}");
    }

    fn an_output_file_replaces_no_file_that_is_in_use(t) {
        people(t);
        let file = mixed(t);
        let at = |name: &str| t.path(name).to_str().unwrap().to_owned();
        std::fs::hard_link(&file, at("hard")).unwrap();
        std::os::unix::fs::symlink(&file, at("soft")).unwrap();
        t.file("precious", "content");
        let mut in_use = vec![file.clone(), at("hard"), at("soft"), t.path(".").to_str().unwrap().to_owned() + "/hard"];
        if t.engine == Engine::Sqlite {
            std::os::unix::fs::symlink(at("test.db"), at("database")).unwrap();
            in_use.extend(["test.db", "test.db-wal", "test.db-shm", "test.db-journal", "database"].map(at));
        }
        let before = (t.content(), std::fs::read(&file).unwrap());
        for option in ["--rejects", "--summary"] {
            for path in &in_use {
                for overwrite in [&[][..], &["--overwrite"]] {
                    let args = ["import", "actions", &file, "--on-error", "skip", option, path];
                    let stderr = t.fails(2, &[&args[..], overwrite].concat());
                    assert!(stderr.contains(&format!("{option} {path}: this is a")), "{stderr}");
                }
            }
            let args = ["import", "actions", &file, "--on-error", "skip", option, &at("precious")];
            assert!(t.fails(2, &args).contains("already exists"));
            assert_eq!(std::fs::read(at("precious")).unwrap(), b"content");
        }
        let args = ["import", "actions", &file, "--rejects", &at("same"), "--summary", &at("same")];
        assert!(t.fails(2, &args).contains("this is another output file"));
        let args = ["import", "actions", &file, "--dry-run", "--rejects", &at("dry"), "--summary", &at("dry.json")];
        t.fails(3, &args);
        assert!(!t.path("dry").exists() && !t.path("dry.json").exists());
        assert!((t.content(), std::fs::read(&file).unwrap()) == before);
        let args = ["import", "actions", &file, "--summary", &at("precious"), "--overwrite"];
        t.fails(3, &args);
        assert!(std::fs::read_to_string(at("precious")).unwrap().contains("rolled_back"));
    }

    fn rows_are_not_committed_if_the_refused_ones_cannot_be_written(t) {
        people(t);
        let before = t.count("user_action");
        let run = t.run(&["import", "actions", &mixed(t), "--on-error", "skip", "--rejects", "/dev/full"]);
        assert!(run.status == 1 && run.stderr.contains("cannot write the file of rejected rows"), "{run}");
        assert_eq!(t.count("user_action"), before);
    }

    fn rejected_rows_of_a_file_without_quotes_can_be_fixed(t) {
        people(t);
        let (file, rejects) = (mixed(t), t.path("rejects.csv"));
        let rejects = rejects.to_str().unwrap();
        t.fails(3, &["import", "actions", &file, "--quote", "none", "--on-error", "skip", "--rejects", rejects]);
        let refused = std::fs::read_to_string(rejects).unwrap();
        std::fs::write(rejects, refused.replace(",enroled,", ",enrolled,").replace(",app,e1", ",app,e9")).unwrap();
        assert_eq!(import(t, &["actions", rejects, "--quote", "none"]), (0, [2, 0, 0, 0, 0]));
        t.file("dir/users.csv", "email,name\n");
        t.fails(2, &["import", "all", t.path("dir").to_str().unwrap(), "--rejects", rejects]);
    }

    fn a_dry_run_of_invalid_rows_changes_nothing(t) {
        people(t);
        let (file, before) = (mixed(t), t.bytes());
        for options in [&[][..], &["--on-error", "skip"], &["--on-error", "skip", "--max-errors", "0"]] {
            let run = t.run(&[&["import", "actions", &file, "--dry-run"], options].concat());
            assert_eq!(run.status, 3, "{run}");
            assert!(t.bytes() == before, "{options:?}");
        }
    }

    fn summary_writes_the_outcome_as_one_document(t) {
        people(t);
        let (file, summary) = (mixed(t), t.path("summary.json"));
        t.fails(3, &["import", "actions", &file, "--summary", summary.to_str().unwrap()]);
        let document: Value = serde_json::from_str(&std::fs::read_to_string(summary).unwrap()).unwrap();
        assert_eq!(document["outcome"], "rolled_back");
        assert_eq!((&document["files"][0]["read"], &document["files"][0]["rejected"]), (&5.into(), &1.into()));
        assert_eq!(document["files"][0]["problems"][0]["line"], 5);
        let run = t.run(&["import", "actions", &file, "--on-error", "skip", "--summary", "-"]);
        let document: Value = serde_json::from_str(&run.stdout).unwrap();
        assert_eq!((&document["outcome"], &document["files"][0]["inserted"]), (&"committed".into(), &3.into()));
    }

    fn commit_every_commits_one_part_at_a_time(t) {
        people(t);
        let good = |n: usize| (0..n).map(|i| row(&format!("p{i}"), "c")).collect::<String>();
        let file = t.file("a.csv", keyed() + &good(25));
        assert_eq!(import(t, &["actions", &file, "--commit-every", "10"]), (0, [25, 0, 0, 0, 0]));
        assert_eq!(import(t, &["actions", &file, "--commit-every", "10"]), (0, [0, 0, 25, 0, 0]));
        let late = good(40) + &row("x", "c").replace("ann,", "eve,") + &good(50);
        let file = t.file("late.csv", keyed() + &late);
        let run = t.run(&["import", "actions", &file, "--commit-every", "10"]);
        assert!(run.status == 3 && run.stderr.contains("stopped; 15 rows committed"), "{run}");
        assert_eq!((t.count("user_action"), t.count("import_run WHERE outcome = 'partial' AND inserted = 15")), (40, 1));
        assert_eq!(import(t, &["actions", &file, "--commit-every", "10", "--on-error", "skip"]), (3, [10, 0, 80, 0, 1]));
        t.file("dir/users.csv", "email,name\nz@x.example,Z\n");
        t.file("dir/actions.csv", keyed() + "ann,\"");
        let dir = t.path("dir");
        t.fails(1, &["import", "all", dir.to_str().unwrap(), "--commit-every", "10"]);
        assert_eq!(t.count("import_run WHERE kind = 'users' AND outcome = 'committed' AND inserted = 1"), 1);
        t.fails(2, &["import", "actions", &file, "--commit-every", "10", "--on-error", "skip", "--max-errors", "1%"]);
        let users = "email,name\na@x.example,A\nb@x.example,B\nc@x.example,C\n";
        assert_eq!(import(t, &["users", &t.file("users.csv", users), "--commit-every", "2"]), (0, [3, 0, 0, 0, 0]));
        assert_eq!(t.count("audit_event WHERE import_run_id IN (SELECT id FROM import_run WHERE outcome = 'committed')"), 4);
    }

    fn several_connections_record_each_event_once(t) {
        people(t);
        let rows: String = (0..3000).map(|i| row(&format!("j{}", i % 2000), "c")).collect();
        let file = t.file("a.csv", keyed() + &rows);
        let args = ["import", "actions", &file, "--commit-every", "100", "--jobs", "3", "--recheck", "--format", "jsonl"];
        let run = t.run(&args);
        if t.engine == Engine::Sqlite {
            assert!(run.status == 2 && run.stderr.contains("--jobs requires PostgreSQL"), "{run}");
            return;
        }
        assert_eq!((run.status, verdicts(&run)), (0, [2000, 0, 1000, 0, 0]), "{run}");
        assert_eq!(verdicts(&t.run(&args)), [0, 0, 3000, 0, 0]);
        assert_eq!(t.count("user_action"), 2000);
    }

    fn a_short_import_without_a_terminal_shows_no_progress(t) {
        people(t);
        let file = t.file("a.csv", keyed() + &row("e1", "c1"));
        for when in ["plain", "off", "auto"] {
            let run = t.run(&["import", "actions", &file, "--progress", when, "--recheck"]);
            assert!(run.status == 0 && !run.stderr.contains("left;"), "{run}");
        }
    }

    fn an_interrupt_rolls_the_import_back(t) {
        people(t);
        let rows: String = (0..300_000).map(|i| row(&format!("i{i}"), "c")).collect();
        let file = t.file("a.csv", keyed() + &rows);
        let child = t.start(&["import", "actions", &file]);
        let pid = child.id().to_string();
        until_listening(&pid);
        std::process::Command::new("kill").args(["-INT", &pid]).status().unwrap();
        let run = Run::of(child.wait_with_output().unwrap());
        assert!(run.status == 130 && run.stderr.contains("error: interrupted: the import was rolled back\nnote: nothing was changed"), "{run}");
        assert_eq!((t.count("user_action"), t.count("import_run WHERE outcome = 'failed'")), (0, 1));
    }
}

#[test]
fn slow_standard_input_holds_no_lock() {
    let t = Sandbox::migrated(Engine::Sqlite);
    people(&t);
    let mut command = t.command(&["import", "actions", "-"]);
    let mut child = command.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(keyed().as_bytes()).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(200));
    t.ok(&["users", "roles", "add", "ann", "teacher", "--lock-timeout", "1"]);
    input.write_all(row("e1", "c1").as_bytes()).unwrap();
    drop(input);
    assert!(child.wait().unwrap().success());
    assert_eq!(t.count("user_action"), 1);
}
