use super::{ids, record};
use crate::on_both_engines;
use crate::sandbox::{Engine, Run, Sandbox};

fn nominees(t: &Sandbox) {
    for user in ["ann", "ben", "cat"] {
        t.user(user, "");
    }
    let run = t.pipe(
        &["champions", "nominate", "--stdin", "--cohort", "spring", "--notes", "Kind."],
        "ann\nBEN@example.com\n# no\ncat\nann\n",
    );
    assert_eq!((run.status, run.stderr.as_str()), (0, "nominated 3 users\n"), "{run}");
}

on_both_engines! {
    fn several_records_are_changed_in_one_transaction(t) {
        nominees(t);
        let run = t.pipe(&["champions", "advance", "--stdin", "--cohort", "spring", "--format", "csv"], "ann\nben@example.com\nann\n");
        assert!(run.status == 0 && run.stderr == "changed 2 of 2 records\n", "{run}");
        assert!(run.stdout.starts_with("id,user_id,name,cohort_id,from,to,note\nch_") && run.stdout.contains(",ann,ann,spring,candidate,selected,\n"), "{run}");
        let before = t.content();
        // One of the three records is still a candidate; a champion cannot be advanced, so that the command fails.
        t.ok(&["champions", "advance", "ann", "--cohort", "spring"]);
        let run = t.run(&["champions", "advance", "--cohort", "spring", "--yes"]);
        assert!(run.status == 2 && run.stderr.contains("the selected records are in several stages: candidate, selected"), "{run}");
        let run = t.run(&["champions", "advance", "--cohort", "spring", "--from", "candidate", "--yes"]);
        assert_eq!((run.status, run.stderr.as_str()), (0, "changed 1 of 3 records, 2 skipped: not eligible\n"), "{run}");
        let run = t.run(&["champions", "advance", "--cohort", "spring", "--to", "selected", "--yes"]);
        assert_eq!((run.status, run.stderr.as_str()), (0, "changed 0 of 3 records, 3 skipped: not eligible\n"), "{run}");
        assert_eq!(ids(t, &["--stage", "selected"]).len(), 2);
        assert!(t.content() != before);
        t.ok(&["champions", "retire", "--stage", "champion", "--yes"]);
        assert_eq!((ids(t, &["--stage", "alumni"]).len(), t.roles("ann").as_str()), (1, ""));
    }

    fn a_listed_user_without_a_record_rolls_the_change_back(t) {
        nominees(t);
        t.user("dan", "");
        let before = t.content();
        let run = t.pipe(&["champions", "advance", "--stdin", "--cohort", "spring"], "ann\ndan\nnobody\n");
        assert!(run.status == 6 && run.stderr.contains("standard input line 2: user dan has no open record in cohort spring"), "{run}");
        assert!(run.stderr.contains("standard input line 3: unknown champion record or user nobody"), "{run}");
        let run = t.pipe(&["champions", "nominate", "--stdin", "--cohort", "spring"], "dan\nann\n");
        assert!(run.status == 1 && run.stderr.contains("ann already has an open record in cohort spring: ch_"), "{run}");
        assert!(t.content() == before);
    }

    fn filters_dry_run_and_max_change_apply_to_records(t) {
        nominees(t);
        t.ok(&["champions", "nominate", "ann", "--at", "2020-01-01T00:00:00Z"]);
        let before = t.content();
        let run = t.run(&["champions", "advance", "--stage", "candidate", "--stage-before", "2021-01-01", "--dry-run"]);
        assert_eq!((run.status, run.stderr.as_str()), (0, "in their stage since 2021-01-01T00:00:00Z or earlier\nwould change 1 of 1 record\n"), "{run}");
        assert!(t.fails(1, &["champions", "advance", "--stuck-for", "0s", "--yes", "--max-change", "3"]).contains("4 records would change, more than --max-change 3"));
        assert!(t.fails(2, &["champions", "advance"]).contains("missing CHAMPION|USER"));
        t.fails(2, &["champions", "advance", "ann", "--stage", "candidate"]);
        t.fails(2, &["champions", "advance", "--stdin", "--stage", "candidate"]);
        assert!(t.content() == before);
        t.ok(&["champions", "advance", "--stuck-for", "365d", "--yes", "--max-change", "25%"]);
        assert_eq!(record(t, &["show", "ann"])["stage"], "selected");
    }

    fn two_concurrent_steps_move_a_record_once(t) {
        nominees(t);
        let id = ids(t, &["--user", "ann"]).remove(0);
        let mut held = t.hold(match t.engine {
            Engine::Sqlite => "BEGIN IMMEDIATE",
            Engine::Postgres => "BEGIN; SELECT 1 FROM champion FOR UPDATE",
        });
        let runs = [t.start(&["champions", "advance", &id]), t.start(&["champions", "advance", "--cohort", "spring", "--yes"])];
        match t.engine {
            Engine::Sqlite => std::thread::sleep(std::time::Duration::from_millis(300)),
            Engine::Postgres => t.until_waiting(2),
        }
        held("ROLLBACK");
        let runs = runs.map(|run| Run::of(run.wait_with_output().unwrap()));
        let mut statuses = [runs[0].status, runs[1].status];
        statuses.sort_unstable();
        assert_eq!(statuses, [0, 4], "{} {}", runs[0], runs[1]);
        let loser = runs.iter().find(|run| run.status == 4).unwrap();
        assert!(loser.stderr.contains("was modified concurrently: expected candidate, found selected"), "{loser}");
        assert_eq!(record(t, &["show", &id])["stage"], "selected");
    }

    fn a_withdrawn_record_is_deleted_and_its_history_kept(t) {
        nominees(t);
        assert!(t.fails(2, &["champions", "withdraw", "ann", "--cohort", "spring"]).contains("refusing to withdraw 1 record without confirmation"));
        t.ok(&["champions", "withdraw", "ann", "--cohort", "spring", "--yes"]);
        t.fails(6, &["champions", "show", "ann", "--cohort", "spring"]);
        let history = t.ok(&["champions", "history", "ann", "--format", "csv"]);
        assert!(history.contains(",candidate,withdrawn,") && history.contains(",tester,withdraw,"), "{history}");
        t.ok(&["champions", "nominate", "ann", "--cohort", "spring"]);
    }

    fn notes_are_appended_with_time_and_author(t) {
        nominees(t);
        t.ok(&["champions", "note", "ann", "--cohort", "spring", "-m", "Talked to her.", "--actor", "grace"]);
        let notes = record(t, &["show", "ann", "--cohort", "spring"])["notes"].as_str().unwrap().to_owned();
        let (first, second) = notes.split_once('\n').unwrap();
        assert!(first == "Kind." && second.starts_with("[20") && second.ends_with("Z grace] Talked to her."), "{notes}");
        t.ok(&["champions", "note", "ann", "--cohort", "spring", "--replace", "-m", "Replaced."]);
        assert_eq!(record(t, &["show", "ann", "--cohort", "spring"])["notes"], "Replaced.");
        t.ok(&["champions", "note", "ann", "--cohort", "spring", "--clear"]);
        assert!(record(t, &["show", "ann", "--cohort", "spring"])["notes"].is_null());
        t.ok(&["champions", "note", "-m", "All of you.", "--stage", "candidate", "--yes"]);
        assert_eq!(t.count("champion WHERE notes LIKE '%All of you.'"), 3);
        let before = t.content();
        t.fails(2, &["champions", "note", "ann"]);
        // A forgotten text does not turn the name into the note of the whole cohort.
        for args in [&["--cohort", "spring"][..], &["--cohort", "spring", "--replace"], &["--stage", "candidate"]] {
            t.fails(2, &[&["champions", "note", "ann"], args].concat());
        }
        assert_eq!(t.content(), before);
        assert_eq!(t.pipe(&["champions", "note", "ann", "--cohort", "spring", "-F", "-"], "From a file.\n").status, 0);
        t.fails(2, &["champions", "note", "ann", "--cohort", "spring", "-m", "bell\u{7}"]);
        assert_eq!(t.count("audit_event WHERE verb = 'note'"), 7);
    }
}
