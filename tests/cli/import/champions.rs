use super::{import, people};
use crate::on_both_engines;
use crate::sandbox::Sandbox;

const HEADER: &str = "id,user_email,cohort_id,stage,notes,selected_at,became_champion_at";

fn champions(t: &Sandbox, rows: &str) -> (i32, [u64; 5]) {
    import(t, &["champions", &t.file("champions.csv", format!("{HEADER}\n{rows}"))])
}

on_both_engines! {
    fn records_keep_the_values_of_the_file(t) {
        people(t);
        let rows = "ch_1,ann@example.com,,champion,\"Kind.\n\nPatient. \",2026-04-01T10:00:00Z,2026-04-20T10:00:00Z\n\
            ,ann@example.com,spring,candidate,,,\n,ben@example.com,,alumni,,2026-01-01T00:00:00Z,2026-02-01T00:00:00Z\n";
        assert_eq!(champions(t, rows), (0, [3, 0, 0, 0, 0]));
        assert_eq!(champions(t, rows), (0, [0, 0, 3, 0, 0]));
        assert_eq!((t.roles("ann").as_str(), t.roles("ben").as_str()), ("student,champion", "student"));
        assert!(t.ok(&["champions", "show", "ch_1", "--format", "jsonl"]).contains(r#""notes":"Kind.\n\nPatient. ""#));
    }

    fn the_timestamps_must_match_the_stage(t) {
        people(t);
        let rejected = |row: &str, message: &str| {
            let stderr = t.fails(3, &["import", "champions", &t.file("champions.csv", format!("{HEADER}\n{row}"))]);
            assert!(stderr.contains(message), "{stderr}");
        };
        rejected(",ann@example.com,,selected,,,\n", "selected_at: missing, required in stage selected");
        rejected(",ann@example.com,,candidate,,2026-01-01T00:00:00Z,\n", "selected_at \"2026-01-01T00:00:00Z\": not allowed in stage candidate");
        rejected(",ann@example.com,,champion,,2026-01-02T00:00:00Z,2026-01-01T00:00:00Z\n", "became_champion_at \"2026-01-01T00:00:00Z\": before selected_at, 2026-01-02T00:00:00Z");
        rejected(",eve@example.com,,candidate,,,\n", "user_email: unknown user eve@example.com");
        assert_eq!(t.count("champion"), 0);
    }

    fn a_different_or_second_open_record_is_a_conflict(t) {
        people(t);
        assert_eq!(champions(t, "ch_1,ann@example.com,,candidate,,,\n"), (0, [1, 0, 0, 0, 0]));
        assert_eq!(champions(t, "ch_1,ann@example.com,,candidate,Kind.,,\n"), (4, [0, 0, 0, 1, 0]));
        assert_eq!(champions(t, "ch_1,ben@example.com,,candidate,,,\n"), (4, [0, 0, 0, 1, 0]));
        let stderr = t.fails(4, &["import", "champions", &t.file("champions.csv", format!("{HEADER}\nch_2,ann@example.com,,selected,,2026-01-01T00:00:00Z,\n"))]);
        assert!(stderr.contains("ann already has an open record"), "{stderr}");
        assert_eq!(t.count("champion"), 1);
    }

    fn an_update_moves_records_only_forward_unless_forced(t) {
        people(t);
        assert_eq!(champions(t, "ch_1,ann@example.com,,candidate,Kind.,,\n"), (0, [1, 0, 0, 0, 0]));
        let update = |row: &str, options: &[&str]| {
            let file = t.file("champions.csv", format!("{HEADER}\n{row}\n"));
            import(t, &[&["champions", &file, "--update"], options].concat())
        };
        let champion = "ch_1,ann@example.com,,champion,,2026-04-01T10:00:00Z,2026-04-20T10:00:00Z";
        assert_eq!(update(champion, &[]), (0, [0, 1, 0, 0, 0]));
        assert_eq!(update(champion, &[]), (0, [0, 0, 1, 0, 0]));
        assert_eq!(t.roles("ann"), "student,champion");
        assert!(t.ok(&["champions", "show", "ch_1"]).contains("Kind."), "an empty field keeps its value");
        let selected = "ch_1,ann@example.com,,selected,,2026-04-01T10:00:00Z,";
        assert_eq!(update(selected, &[]), (4, [0, 0, 0, 1, 0]));
        assert!(t.fails(4, &["import", "champions", &t.file("c.csv", format!("{HEADER}\n{selected}\n")), "--update"]).contains("ch_1 would move back; add --force to allow it"));
        assert_eq!(update(selected, &["--force"]), (0, [0, 1, 0, 0, 0]));
        assert_eq!(t.roles("ann"), "student");
        assert_eq!(update("ch_1,ann@example.com,spring,selected,,2026-04-01T10:00:00Z,", &["--force"]), (4, [0, 0, 0, 1, 0]));
        assert_eq!(update("ch_1,ben@example.com,,selected,,2026-04-01T10:00:00Z,", &["--force"]), (4, [0, 0, 0, 1, 0]));
        t.fails(2, &["import", "champions", "-", "--force"]);
    }

    fn importing_a_list_again_changes_nothing(t) {
        t.ok(&["import", "all", &crate::sandbox::example("")]);
        let listed = t.ok(&["champions", "list", "--format", "csv"]);
        let before = t.content();
        let run = t.pipe(&["import", "champions", "-", "--update", "--format", "csv"], &listed);
        assert!(run.status == 0 && run.stdout.contains("champions,38,0,0,38,0,0"), "{run}");
        assert!(t.content() == before);
    }

    fn rejected_records_can_be_fixed_and_imported(t) {
        people(t);
        let file = t.file("champions.csv", format!("{HEADER}\nch_1,ann@example.com,,selected,,,\nch_2,ben@example.com,,candidate,,,\n"));
        let rejects = t.path("rejects.csv");
        let run = t.run(&["import", "champions", &file, "--on-error", "skip", "--rejects", rejects.to_str().unwrap()]);
        assert_eq!(run.status, 3, "{run}");
        let text = std::fs::read_to_string(&rejects).unwrap();
        std::fs::write(&rejects, text.replace("selected,,,", "selected,,2026-01-01T00:00:00Z,")).unwrap();
        assert_eq!(import(t, &["champions", rejects.to_str().unwrap()]), (0, [1, 0, 0, 0, 0]));
        assert_eq!(t.count("champion"), 2);
    }
}
