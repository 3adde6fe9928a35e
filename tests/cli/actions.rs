use serde_json::{Value, json};

use crate::on_both_engines;
use crate::sandbox::{Sandbox, example};

fn list(sandbox: &Sandbox, args: &[&str]) -> Vec<Value> {
    let out = sandbox.ok(&[&["actions", "list", "--format", "jsonl"], args].concat());
    out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

on_both_engines! {
    fn maya_comes_out_as_she_went_in(t) {
        t.ok(&["import", "all", &example("")]);
        for name in ["act_2026_03_15_001", "user_action:segment:evt_seg_8f2a91"] {
            let mut shown: Value = serde_json::from_str(&t.ok(&["actions", "show", name, "--format", "json"])).unwrap();
            let object = shown.as_object_mut().unwrap();
            assert!(object.remove("position").unwrap().is_i64());
            assert!(object.remove("recorded_at").unwrap().is_string());
            assert_eq!(
                shown,
                json!({
                    "id": "act_2026_03_15_001", "user_id": "usr_42_maya", "enrollment_id": "enr_01_april_maya",
                    "action_type": "viewed_module", "target_type": "module", "target_id": "mod_01_day1",
                    "metadata": {"duration_sec": 92, "device": "ios"}, "source_system": "segment",
                    "source_event_id": "evt_seg_8f2a91", "idempotency_key": "user_action:segment:evt_seg_8f2a91",
                    "occurred_at": "2026-03-15T08:14:00Z",
                })
            );
        }
        t.fails(6, &["actions", "show", "act_nothing"]);
    }

    fn list_is_newest_first_and_pages_by_key(t) {
        t.ok(&["import", "all", &example("")]);
        let all = list(t, &[]);
        assert_eq!(all.len(), 16_714);
        let times: Vec<&str> = all.iter().map(|action| action["occurred_at"].as_str().unwrap()).collect();
        assert!(times.is_sorted_by(|newer, older| newer >= older));
        let first = list(t, &["--limit", "1500"]);
        assert_eq!(first, all[..1500]);
        let last = first[1499]["id"].as_str().unwrap();
        assert_eq!(list(t, &["--limit", "3", "--after", last]), all[1500..1503]);
        t.fails(6, &["actions", "list", "--after", "act_nothing"]);
    }

    fn list_filters_combine(t) {
        t.ok(&["import", "all", &example("")]);
        let every = |actions: &[Value], field: &str, value: &str| actions.iter().all(|action| action[field] == value);
        assert_eq!(list(t, &["--user", "Maya.Chen@example.com"]).len(), 1);
        let posts = list(t, &["--type", "posted_reply", "--target", "post", "--source", "webhook"]);
        assert!(!posts.is_empty() && every(&posts, "target_type", "post") && every(&posts, "source_system", "webhook"));
        let one = list(t, &["--target", "module:mod_03", "--type", "started_module", "--type", "completed_module"]);
        assert!(!one.is_empty() && every(&one, "target_id", "mod_03"));
        let day = list(t, &["--since", "2026-03-15", "--until", "2026-03-16T00:00:00Z"]);
        assert!(!day.is_empty() && day.iter().all(|action| action["occurred_at"].as_str().unwrap().starts_with("2026-03-15")));
        t.fails(2, &["actions", "list", "--target", "modul"]);
        t.fails(6, &["actions", "list", "--user", "nobody"]);
    }
}
