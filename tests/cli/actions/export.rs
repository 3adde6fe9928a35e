use std::collections::BTreeSet;
use std::io::Read as _;
use std::process::Command;

use serde_json::Value;

use crate::on_both_engines;
use crate::sandbox::{Engine, Sandbox, example};

fn objects(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn sorted(text: &str) -> Vec<&str> {
    let mut lines: Vec<&str> = text.lines().collect();
    lines.sort_unstable();
    lines
}

fn packed(t: &Sandbox, option: &str) -> Vec<u8> {
    let output = t.command(&["actions", "export", option]).output().unwrap();
    assert!(output.status.success());
    output.stdout
}

on_both_engines! {
    fn importing_an_export_again_yields_only_replays(t) {
        let t = &t.with_whole_log();
        t.ok(&["import", "all", &example("")]);
        let csv = t.ok(&["actions", "export", "--format", "csv"]);
        assert_eq!(csv.lines().count(), 16_715);
        assert_eq!(t.ok(&["actions", "export"]), csv);
        let run = t.pipe(&["import", "actions", "-", "--recheck", "--format", "csv"], &csv);
        assert!(run.status == 0 && run.stdout.contains(",16714,0,0,16714,0,0"), "{run}");
        // Import into the other engine, export there, and import into this one again.
        let other = Sandbox::migrated(if t.engine == Engine::Sqlite { Engine::Postgres } else { Engine::Sqlite });
        other.ok(&["import", "users", &example("users.csv")]);
        assert_eq!(other.pipe(&["import", "actions", "-"], &csv).status, 0);
        let back = other.ok(&["actions", "export", "--format", "csv"]);
        let run = t.pipe(&["import", "actions", "-", "--recheck", "--format", "csv"], back);
        assert!(run.status == 0 && run.stdout.contains(",16714,0,0,16714,0,0"), "{run}");
    }

    fn an_export_applies_the_filters(t) {
        t.ok(&["import", "all", &example("")]);
        let lines = objects(&t.ok(&["actions", "export", "--format", "jsonl", "--user", "usr_42_maya"]));
        assert_eq!((lines.len(), &lines[0]["id"]), (1, &"act_2026_03_15_001".into()));
        assert_eq!(t.ok(&["actions", "export", "--until", "2000-01-01", "--format", "jsonl"]), "");
        assert_eq!(t.ok(&["actions", "export", "--until", "2000-01-01"]).lines().count(), 1);
        t.fails(2, &["actions", "export", "--format", "json"]);
        t.fails(2, &["actions", "export", "--as", "xapi"]);
    }

    fn a_filter_that_matches_all_actions_does_not_change_the_export(t) {
        t.ok(&["import", "all", &example("")]);
        let old = "user_id,action_type,target_type,target_id,metadata,occurred_at\nusr_42_maya,posted_reply,thread,\"a \"\"b\"\", c\",\"{\"\"b\"\": [1.50], \"\"a\"\": \"\"ü\"\"}\",0001-01-01T00:00:00.120Z\n";
        t.ok(&["import", "actions", &t.file("old.csv", old), "--allow-times", "0001-01-01..2000-01-01"]);
        for shape in ["csv", "jsonl"] {
            let all = t.ok(&["actions", "export", "--format", shape]);
            assert!(all.lines().count() >= 16_715 && all.contains("0001-01-01T00:00:00.120Z"));
            let filtered = t.ok(&["actions", "export", "--format", shape, "--since", "0001-01-01"]);
            assert!(sorted(&all) == sorted(&filtered));
        }
        let listed = t.ok(&["actions", "list", "--sort", "position", "--reverse", "--format", "csv"]);
        assert!(sorted(&t.ok(&["actions", "export"])) == sorted(&listed));
    }

    fn an_export_can_be_compressed(t) {
        let t = &t.with_whole_log();
        t.ok(&["import", "all", &example("")]);
        let plain = t.ok(&["actions", "export"]);
        let mut unpacked = String::new();
        flate2::read::GzDecoder::new(&packed(t, "--gzip")[..]).read_to_string(&mut unpacked).unwrap();
        assert!(unpacked == plain);
        let unpacked = zstd::decode_all(&packed(t, "--zstd")[..]).unwrap();
        assert!(unpacked == plain.as_bytes());
    }

    fn excel_safe_escapes_formulas(t) {
        t.user("ann", "");
        t.ok(&["actions", "record", "ann", "posted_thread", "forum:=HYPERLINK(1)"]);
        assert!(t.ok(&["actions", "export"]).contains(",=HYPERLINK(1),"));
        assert!(t.ok(&["actions", "export", "--excel-safe"]).contains(",'=HYPERLINK(1),"));
        t.fails(2, &["actions", "export", "--excel-safe", "--format", "jsonl"]);
    }

    fn xapi_statements_and_cloudevents_have_stable_ids(t) {
        t.ok(&["import", "all", &example("")]);
        let home = ["--homepage", "https://learn.example/"];
        let maya = ["actions", "export", "--user", "usr_42_maya", "--as"];
        let statement = &objects(&t.ok(&[&maya[..], &["xapi"], &home].concat()))[0];
        assert_eq!(statement["id"], "028f7be7-a2eb-5140-af45-dfa49c664b21");
        assert_eq!(statement["actor"]["account"]["homePage"], "https://learn.example");
        assert_eq!(statement["actor"]["account"]["name"], "usr_42_maya");
        assert_eq!(statement["verb"]["id"], "http://id.tincanapi.com/verb/viewed");
        assert_eq!(statement["object"]["id"], "https://learn.example/module/mod_01_day1");
        assert_eq!(statement["context"]["extensions"]["https://learn.example/xapi/metadata"]["device"], "ios");
        assert_eq!(statement["timestamp"], "2026-03-15T08:14:00Z");
        let event = &objects(&t.ok(&[&maya[..], &["cloudevents"], &home].concat()))[0];
        assert_eq!((&event["source"], &event["id"]), (&"https://learn.example/sources/segment".into(), &"evt_seg_8f2a91".into()));
        assert_eq!((&event["type"], &event["specversion"]), (&"rollbook.action.viewed_module".into(), &"1.0".into()));
        let all = objects(&t.ok(&[&["actions", "export", "--as", "xapi"][..], &home].concat()));
        let ids: BTreeSet<&str> = all.iter().map(|statement| statement["id"].as_str().unwrap()).collect();
        assert_eq!(ids.len(), 16_714);
    }

    fn a_closed_output_pipe_ends_the_export_without_an_error(t) {
        t.ok(&["import", "all", &example("")]);
        let mut child = t.start(&["actions", "export"]);
        let head = Command::new("head").arg("-1").stdin(child.stdout.take().unwrap()).output().unwrap();
        assert!(head.stdout.starts_with(b"id,user_id,"));
        let run = crate::sandbox::Run::of(child.wait_with_output().unwrap());
        assert_eq!((run.status, run.stderr.as_str()), (0, ""));
    }
}

#[test]
fn an_export_aborted_by_the_server_fails_and_is_left_incomplete() {
    let t = Sandbox::migrated(Engine::Postgres);
    t.ok(&["import", "all", &example("")]);
    // The test does not read the output yet, so that the server blocks in the middle of the COPY.
    let child = t.start(&["actions", "export", "--gzip", "--format", "jsonl"]);
    let ended = || {
        t.value(
            "count(pg_terminate_backend(pid))::text",
            "FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'COPY%' AND wait_event = 'ClientWrite'",
        )
    };
    let mut tries = 0;
    while ended() == "0" && tries < 600 {
        tries += 1;
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let output = child.wait_with_output().unwrap();
    let mut unpacked = Vec::new();
    assert!(flate2::read::GzDecoder::new(&output.stdout[..]).read_to_end(&mut unpacked).is_err());
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.code() == Some(5) && stderr.contains("PostgreSQL ended the export early"), "{stderr}");
}
