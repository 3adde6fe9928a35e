use super::{HEADER, import, people, verdicts};
use crate::on_both_engines;
use crate::sandbox::{Engine, Run, Sandbox, example};

/// The example's actions in another notation: shuffled rows, reversed columns and JSON keys, times with an offset.
fn disguised() -> String {
    let mut reader = csv::Reader::from_path(example("actions.csv")).unwrap();
    let mut rows: Vec<Vec<String>> =
        reader.records().map(|row| row.unwrap().iter().map(ToOwned::to_owned).collect()).collect();
    let mut state = 7_u64;
    for i in (1..rows.len()).rev() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        rows.swap(i, usize::try_from(state >> 33).unwrap() % (i + 1));
    }
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(reader.headers().unwrap().iter().rev()).unwrap();
    for mut row in rows {
        let time = chrono::DateTime::parse_from_rfc3339(&row[10]).unwrap();
        row[10] = time.with_timezone(&chrono::FixedOffset::east_opt(2 * 3600).unwrap()).to_rfc3339();
        if !row[6].is_empty() {
            let object: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&row[6]).unwrap();
            let members: Vec<String> = object.iter().rev().map(|(key, value)| format!("{key:?} : {value}")).collect();
            row[6] = format!("{{ {} }}", members.join(" , "));
        }
        writer.write_record(row.iter().rev()).unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

on_both_engines! {
    fn equal_events_in_different_notation_are_recorded_once(t) {
        t.ok(&["import", "users", &example("users.csv")]);
        assert_eq!(import(t, &["actions", &example("actions.csv")]), (0, [16_714, 0, 0, 0, 0]));
        let content = t.value("count(*) || ' ' || count(idempotency_key) || ' ' || max(position)", "FROM user_action");
        assert_eq!(content, "16714 16714 16714");
        assert_eq!(import(t, &["actions", &example("actions.csv")]), (0, [0, 0, 16_714, 0, 0]));
        assert_eq!(import(t, &["actions", &t.file("disguised.csv", disguised())]), (0, [0, 0, 16_714, 0, 0]));
        assert_eq!(t.count("user_action"), 16_714);
    }

    fn concurrent_imports_record_the_same_events_once(t) {
        t.ok(&["import", "users", &example("users.csv")]);
        let (plain, disguised) = (example("actions.csv"), t.file("disguised.csv", disguised()));
        let command = |file| vec!["import", "actions", file, "--format", "jsonl", "--lock-timeout", "300"];
        let commands: Vec<Vec<&str>> = (0..8).map(|i| command(if i % 2 == 0 { &plain } else { &disguised })).collect();
        let runs = t.at_once(&commands);
        let mut inserted: Vec<u64> = runs.iter().map(|run| verdicts(run)[0]).collect();
        inserted.sort_unstable();
        assert!(runs.iter().all(|run| run.status == 0));
        assert_eq!(inserted, [0, 0, 0, 0, 0, 0, 0, 16_714]);
        assert_eq!(t.count("user_action"), 16_714);
    }

    fn listed_records_can_be_imported_again(t) {
        t.ok(&["import", "all", &example("")]);
        for (kind, rows) in [("users", 327), ("actions", 16_714), ("champions", 38)] {
            let listed = t.ok(&[kind, "list", "--format", "csv"]);
            let run = t.pipe(&["import", kind, "-", "--format", "jsonl"], listed);
            assert_eq!((run.status, verdicts(&run)), (0, [0, 0, rows, 0, 0]), "{run}");
        }
    }

    fn different_content_with_the_same_key_is_a_conflict(t) {
        people(t);
        let header = format!("{HEADER},metadata,source_system,source_event_id,enrollment_id");
        let first = format!("{header}\nann,enrolled,course,c1,2026-01-01T00:00:00Z,\"{{\"\"a\"\":1,\"\"b\"\":[true]}}\",app,e1,enr\n");
        assert_eq!(import(t, &["actions", &t.file("first.csv", &first)]), (0, [1, 0, 0, 0, 0]));
        let before = t.content();
        for (from, to, field) in [
            ("ann,", "ben,", "user_id: ann recorded, ben given"),
            ("c1,", "c2,", "target_id: c1 recorded, c2 given"),
            ("enrolled,", "unenrolled,", "action_type: enrolled recorded, unenrolled given"),
            ("00Z", "01Z", "occurred_at: 2026-01-01T00:00:00Z recorded, 2026-01-01T00:00:01Z given"),
            (":1,", ":2,", "metadata.a: 1 recorded, 2 given"),
            (":1,", ":1.0,", "metadata.a: 1 recorded, 1.0 given"),
            (",enr\n", ",\n", "enrollment_id: enr recorded, none given"),
        ] {
            let run = t.run(&["import", "actions", &t.file("second.csv", first.replace(from, to))]);
            assert_eq!(run.status, 4, "{run}");
            assert!(run.stderr.contains("second.csv line 2: conflict: act_") && run.stderr.contains(field), "{run}");
            assert!(run.stderr.contains("nothing was changed"), "{run}");
        }
        assert_eq!(t.content(), before);
    }

    fn keys_that_match_two_recorded_events_are_a_conflict(t) {
        let t = &t.with_whole_log();
        people(t);
        let header = format!("id,{HEADER},source_system,source_event_id,idempotency_key");
        let rows = "act_a,ann,enrolled,course,c1,2026-01-01T00:00:00Z,app,e1,k1\nact_b,ann,enrolled,course,c1,2026-01-01T00:00:00Z,app,e2,k2\n";
        assert_eq!(import(t, &["actions", &t.file("first.csv", format!("{header}\n{rows}"))]), (0, [2, 0, 0, 0, 0]));
        let file = t.file("second.csv", format!("{header}\n,ann,enrolled,course,c1,2026-01-01T00:00:00Z,app,e1,k2\n"));
        let stderr = t.fails(4, &["import", "actions", &file]);
        assert!(stderr.contains("idempotency_key belongs to act_b, source_event_id belongs to act_a"), "{stderr}");
        let file = t.file("third.csv", format!("{header}\nact_a,ann,enrolled,course,c9,2026-01-01T00:00:00Z,app,e9,k9\n"));
        let stderr = t.fails(4, &["import", "actions", &file]);
        assert!(stderr.contains("act_a is already recorded with other content") && stderr.contains("target_id: c1 recorded, c9 given"), "{stderr}");
    }

    fn rows_are_also_compared_within_the_file(t) {
        people(t);
        let row = |target: &str| format!("ann,enrolled,course,{target},2026-01-01T00:00:00Z,app,e1\n");
        let header = format!("{HEADER},source_system,source_event_id\n");
        let same = t.file("same.csv", format!("{header}{}{}", row("c1"), row("c1")));
        assert_eq!(import(t, &["actions", &same, "--dry-run"]), (0, [1, 0, 1, 0, 0]));
        let other = t.file("other.csv", format!("{header}{}{}", row("c1"), row("c2")));
        let stderr = t.fails(4, &["import", "actions", &other]);
        assert!(stderr.contains("line 3: conflict: line 2 has the same event with other content: target_id: c1 recorded, c2 given"), "{stderr}");
        assert_eq!(t.count("user_action"), 0);
    }

    fn an_event_of_another_program_is_matched_by_its_source_event_id(t) {
        let t = &t.with_whole_log();
        people(t);
        t.sql("INSERT INTO user_action (id, user_id, action_type, target_type, target_id, occurred_at, source_system, source_event_id) \
               VALUES ('theirs', 'ann', 'enrolled', 'course', 'c1', '2026-01-01T00:00:00.000000Z', 'stripe', 'evt_1')").unwrap();
        let file = t.file("a.csv", format!("{HEADER},source_system,source_event_id\nann,enrolled,course,c1,2026-01-01T00:00:00Z,stripe,evt_1\n"));
        assert_eq!(import(t, &["actions", &file]), (0, [0, 0, 1, 0, 0]));
    }

    fn an_event_without_a_key_is_matched_by_its_content(t) {
        let t = &t.with_whole_log();
        people(t);
        let file = t.file("a.csv", format!("{HEADER},metadata\nann,enrolled,course,c1,2026-01-01T00:00:00Z,\nann,enrolled,course,c1,2026-01-01T01:00:00+01:00,{{}}\n"));
        assert_eq!(import(t, &["actions", &file]), (0, [1, 0, 1, 0, 0]));
        assert_eq!(
            t.value("idempotency_key", "FROM user_action"),
            "user_action:import:sha256:bfa5bbfcb719c624cab3feae9ee9ac7a0522d0aa2316ca9a1b6a73b9f181958e"
        );
        assert_eq!(import(t, &["actions", &file, "--no-content-key"]), (0, [2, 0, 0, 0, 0]));
        assert_eq!(t.count("user_action WHERE idempotency_key IS NULL"), 2);
    }

    fn the_source_system_option_applies_to_rows_without_one(t) {
        people(t);
        let file = t.file("a.csv", format!("{HEADER},source_event_id,source_system\nann,enrolled,course,c1,2026-01-01T00:00:00Z,e1,\nann,enrolled,course,c1,2026-01-01T00:00:00Z,e1,app\n"));
        let run = t.run(&["import", "actions", &file]);
        assert_eq!(run.status, 3);
        assert!(run.stderr.contains("line 2: rejected: source_event_id \"e1\": missing source_system"), "{run}");
        assert!(run.stderr.contains("hint: add --source-system SYSTEM"), "{run}");
        assert_eq!(import(t, &["actions", &file, "--source-system", "webhook"]), (0, [2, 0, 0, 0, 0]));
        assert_eq!(t.count("user_action WHERE idempotency_key = 'user_action:webhook:e1'"), 1);
    }

    fn users_are_looked_up_by_id_or_email(t) {
        people(t);
        let file = t.file("a.csv", "user_email,user_id,action_type,target_type,target_id,occurred_at\n\
            Ann@Example.com,,enrolled,course,c1,2026-01-01T00:00:00Z\nben@example.com,ben,enrolled,course,c1,2026-01-01T00:00:00Z\n");
        assert_eq!(import(t, &["actions", &file]), (0, [2, 0, 0, 0, 0]));
        assert_eq!(t.count("user_action WHERE user_id = 'ann'"), 1);
        let file = t.file("b.csv", "user_email,user_id,action_type,target_type,target_id,occurred_at\n\
            ann@example.com,ben,enrolled,course,c1,2026-01-01T00:00:00Z\n,,enrolled,course,c1,2026-01-01T00:00:00Z\n");
        let stderr = t.fails(3, &["import", "actions", &file]);
        assert!(stderr.contains("line 2: rejected: user_email \"ann@example.com\": belongs to ann, not to ben"), "{stderr}");
        assert!(stderr.contains("line 3: rejected: row has neither user_id nor user_email"), "{stderr}");
    }

    fn metadata_can_be_given_in_separate_columns(t) {
        people(t);
        let file = t.file("a.csv", format!("{HEADER},metadata,metadata.Duration,metadata.zip:string,metadata.at.city\n\
            ann,enrolled,course,c1,2026-01-01T00:00:00Z,\"{{\"\"device\"\":\"\"ios\"\"}}\",92,092,Köln\n"));
        assert_eq!(import(t, &["actions", &file]).0, 0);
        let shown = t.ok(&["actions", "list", "--format", "jsonl"]);
        assert!(shown.contains(r#""metadata":{"Duration":92,"at":{"city":"Köln"},"device":"ios","zip":"092"}"#), "{shown}");
    }

    fn metadata_numbers_keep_their_digits_and_texts_their_characters(t) {
        people(t);
        let metadata = r#"{"big":12345678901234567890123,"exp":1.5e3,"frac":1.50,"neg":-0.0,"text":"\u00e9\n\"\u2028 \ud83c\udf89"}"#;
        let file = t.file("a.csv", format!("{HEADER},metadata\nann,enrolled,course,c1,2026-01-01T00:00:00.123456789Z,\"{}\"\n", metadata.replace('"', "\"\"")));
        assert_eq!(import(t, &["actions", &file]), (0, [1, 0, 0, 0, 0]));
        assert_eq!(import(t, &["actions", &file]), (0, [0, 0, 1, 0, 0]));
        let shown = t.ok(&["actions", "list", "--format", "jsonl"]);
        let expected = r#""metadata":{"big":12345678901234567890123,"exp":1500,"frac":1.50,"neg":0.0,"text":"é\n\"\u2028 🎉"}"#;
        assert!(shown.contains(expected), "{shown}");
        assert!(shown.contains(r#""occurred_at":"2026-01-01T00:00:00.123456Z""#), "{shown}");
    }

    fn valid_rows_can_be_imported_without_the_invalid_ones(t) {
        people(t);
        let file = t.file("a.csv", format!("{HEADER}\nann,enrolled,course,c1,2026-01-01T00:00:00Z\nann,enroled,course,c1,2026-01-01T00:00:00Z\n"));
        assert_eq!(import(t, &["actions", &file]), (3, [1, 0, 0, 0, 1]));
        assert_eq!((t.count("user_action"), t.count("import_run WHERE outcome = 'rolled_back'")), (0, 1));
        let run = t.run(&["import", "actions", &file, "--on-error", "skip"]);
        assert_eq!(run.status, 3);
        assert!(run.stderr.contains("committed; 1 invalid row skipped"), "{run}");
        assert_eq!((t.count("user_action"), t.count("import_run WHERE outcome = 'committed'")), (1, 1));
    }

    fn a_dry_run_changes_nothing(t) {
        people(t);
        let file = t.file("a.csv", format!("{HEADER}\nann,enrolled,course,c1,2026-01-01T00:00:00Z\n"));
        let before = t.bytes();
        let run = t.run(&["import", "actions", &file, "--dry-run"]);
        assert!(run.status == 0 && run.stderr.contains("dry run: nothing was changed"), "{run}");
        assert!(t.bytes() == before);
    }

    fn columns_may_be_in_any_order_and_private_columns_are_ignored(t) {
        people(t);
        let file = t.file("a.csv", "\u{feff} Occurred_At ,_line,TARGET_ID,target_type,action_type,user_id,_line\r\n\
            2026-01-01T00:00:00Z,x,c1,course,enrolled,ann,y\r\n");
        assert_eq!(import(t, &["actions", &file]), (0, [1, 0, 0, 0, 0]));
    }

    fn a_directory_is_imported_in_one_transaction(t) {
        let copy = |name: &str, text: String| t.file(&format!("dir/{name}"), text);
        let read = |name: &str| std::fs::read_to_string(example(name)).unwrap();
        copy("users.csv", read("users.csv"));
        copy("actions.csv", read("actions.csv"));
        copy("champions.csv", read("champions.csv").replace(",candidate,", ",candidat,"));
        let dir = t.path("dir");
        let dir = dir.to_str().unwrap();
        let stderr = t.fails(3, &["import", "all", dir]);
        assert!(stderr.contains("champions.csv line 3: rejected: stage \"candidat\": unknown value; did you mean candidate?"), "{stderr}");
        assert_eq!((t.count("\"user\""), t.count("user_action"), t.count("champion")), (0, 0, 0));
        copy("champions.csv", read("champions.csv"));
        assert_eq!(import(t, &["all", dir]), (0, [17_079, 0, 0, 0, 0]));
        assert_eq!(import(t, &["all", dir]), (0, [0, 0, 17_079, 0, 0]));
        assert_eq!(t.count("import_run WHERE actor = 'tester' AND outcome = 'committed'"), 6);
        assert_eq!(t.count("import_run WHERE actor = 'tester' AND outcome = 'rolled_back'"), 3);
        assert_eq!(t.count("audit_event WHERE import_run_id IN (SELECT id FROM import_run WHERE kind = 'users')"), 327);
    }
}

#[test]
fn the_first_import_creates_the_default_database_with_owner_only_permissions() {
    use std::os::unix::fs::PermissionsExt as _;
    let t = Sandbox::empty(Engine::Sqlite);
    let run = super::Run::of(t.command_without_database(&["import", "all", &example("")]).output().unwrap());
    assert_eq!(run.status, 0, "{run}");
    assert!(run.stderr.contains("committed (17,079 rows in "), "{run}");
    let file = t.path(".local/share/rollbook/rollbook.db");
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn a_dry_run_creates_no_database() {
    let t = Sandbox::empty(Engine::Sqlite);
    assert_eq!(import(&t, &["all", &example(""), "--dry-run"]), (0, [17_079, 0, 0, 0, 0]));
    assert!(!t.path("test.db").exists());
}

#[test]
fn an_event_added_concurrently_by_another_program_is_compared() {
    let t = Sandbox::whole(Engine::Postgres);
    people(&t);
    let mut held = t.hold(
        "BEGIN; INSERT INTO user_action (id, user_id, action_type, target_type, target_id, occurred_at, source_system, \
         source_event_id) VALUES ('theirs', 'ann', 'enrolled', 'course', 'c2', '2026-01-01Z', 'app', 'e1')",
    );
    let row = |target: &str, event: &str| format!("ann,enrolled,course,{target},2026-01-01T00:00:00Z,app,{event}\n");
    let rows = [row("c1", "e1"), row("c1", "e1"), row("c2", "e1"), row("c1", "e2")].concat();
    let file = t.file("a.csv", format!("{HEADER},source_system,source_event_id\n{rows}"));
    let import = t.start(&["import", "actions", &file, "--format", "jsonl", "--on-error", "skip"]);
    t.until_waiting(1);
    held("COMMIT");
    let run = Run::of(import.wait_with_output().unwrap());
    assert_eq!((run.status, verdicts(&run)), (4, [1, 0, 1, 2, 0]), "{run}");
    for line in [2, 3] {
        let conflict = format!(
            "line {line}: conflict: theirs is already recorded with other content: target_id: c2 recorded, c1 given"
        );
        assert!(run.stderr.contains(&conflict), "{run}");
    }
}

#[test]
fn a_broken_symbolic_link_is_not_skipped() {
    let t = Sandbox::migrated(Engine::Sqlite);
    t.file("dir/users.csv", "email,name\n");
    std::os::unix::fs::symlink("nowhere", t.path("dir/actions.csv")).unwrap();
    let dir = t.path("dir");
    assert!(t.fails(1, &["import", "all", dir.to_str().unwrap()]).contains("cannot open"));
}
