use serde_json::Value;

use super::{HEADER, people, verdicts};
use crate::on_both_engines;

on_both_engines! {
    fn a_completely_imported_file_is_not_read_again(t) {
        let t = &t.with_whole_log();
        people(t);
        let file = t.file("a.csv", format!("{HEADER}\nann,enrolled,course,c1,2026-01-01T00:00:00Z\nben,enrolled,course,c1,2026-01-01T00:00:00Z\n"));
        t.ok(&["import", "actions", &file]);
        let runs = t.ok(&["import", "history", "--format", "ids"]);
        let again = |args: &[&str]| t.run(&[&["import", "actions", "--format", "jsonl", &file], args].concat());
        let run = again(&[]);
        assert_eq!((run.status, verdicts(&run)), (0, [0, 0, 2, 0, 0]));
        assert!(run.stderr.contains(&format!("already imported by {}", runs.trim())), "{run}");
        // With other input options, or with --recheck, the file is read again.
        for options in [&["--recheck"][..], &["--source-system", "app"], &["--no-content-key"]] {
            let run = again(options);
            assert!(run.status == 0 && !run.stderr.contains("already imported"), "{options:?} {run}");
        }
        let dry = t.run(&["import", "actions", &file, "--dry-run"]);
        assert!(dry.status == 0 && dry.stderr.contains("already imported"), "{dry}");
    }

    fn a_file_with_rejected_rows_is_read_again(t) {
        people(t);
        let file = t.file("a.csv", format!("{HEADER}\nann,enrolled,course,c1,2026-01-01T00:00:00Z\neve,enrolled,course,c1,2026-01-01T00:00:00Z\n"));
        assert_eq!(t.run(&["import", "actions", &file, "--on-error", "skip"]).status, 3);
        t.user("eve", "");
        let run = t.run(&["import", "actions", &file, "--format", "jsonl"]);
        assert_eq!((run.status, verdicts(&run)), (0, [1, 0, 1, 0, 0]));
    }

    fn history_lists_the_outcome_of_each_import(t) {
        people(t);
        let bad = t.file("bad.csv", format!("{HEADER}\neve,enrolled,course,c1,2026-01-01T00:00:00Z\n"));
        let broken = t.file("broken.csv", format!("{HEADER}\nann,\"enrolled\n"));
        t.fails(3, &["import", "actions", &bad]);
        t.fails(1, &["import", "actions", &broken]);
        t.ok(&["import", "users", &t.file("users.csv", "email,name\nx@example.com,X\n"), "--actor", "mia"]);
        let list = |args: &[&str]| {
            let out = t.ok(&[&["import", "history", "--format", "jsonl"], args].concat());
            out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["outcome"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(list(&[]), ["committed", "failed", "rolled_back"]);
        assert_eq!(list(&["--kind", "users"]), ["committed"]);
        assert_eq!(list(&["--outcome", "failed", "--outcome", "rolled_back", "--limit", "1"]), ["failed"]);
        assert_eq!(list(&["--file", &bad]), ["rolled_back"]);
        assert_eq!(list(&["--since", "2100-01-01"]), [""; 0]);
        let failed = t.ok(&["import", "history", "--outcome", "failed", "--format", "ids"]);
        let shown = t.ok(&["import", "history", "show", failed.trim()]);
        assert!(shown.contains("quote opened here is never closed") && shown.contains("tester"), "{shown}");
        t.fails(6, &["import", "history", "show", "run_none"]);
    }
}
