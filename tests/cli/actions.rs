mod export;
mod feed;
mod numbers;
mod parquet;
mod progress;
mod record;
mod stats;

use serde_json::{Value, json};

use crate::on_both_engines;
use crate::sandbox::{Run, Sandbox, example};

pub fn list(sandbox: &Sandbox, args: &[&str]) -> Vec<Value> {
    let out = sandbox.ok(&[&["actions", "list", "--format", "jsonl"], args].concat());
    out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

on_both_engines! {
    fn show_prints_the_imported_action(t) {
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

    fn list_is_newest_first_and_pages_with_after(t) {
        t.ok(&["import", "all", &example("")]);
        let all = list(t, &[]);
        assert_eq!(all.len(), 16_714);
        let times: Vec<&str> = all.iter().map(|action| action["occurred_at"].as_str().unwrap()).collect();
        assert!(times.is_sorted_by(|newer, older| newer >= older));
        let first = list(t, &["--limit", "1500"]);
        assert_eq!(first, all[..1500]);
        let last = first[1499]["id"].as_str().unwrap();
        assert_eq!(list(t, &["--limit", "3", "--after", last]), all[1500..1503]);
        t.fails(2, &["actions", "list", "--after", "act_nothing"]);
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

    fn every_order_and_filter_can_be_paged(t) {
        t.ok(&["import", "all", &example("")]);
        for order in [&["--reverse"][..], &["--sort", "position"], &["--sort", "position", "--reverse"]] {
            let page = |args: &[&str]| list(t, &[order, &["--type", "posted_thread"], args].concat());
            let all = page(&[]);
            let mut paged: Vec<Value> = Vec::new();
            while paged.len() < all.len() {
                let last = paged.last().map(|row| row["id"].as_str().unwrap().to_owned());
                let after = last.as_ref().map_or(vec![], |id| vec!["--after", id]);
                paged.extend(page(&[&["--limit", "100"], &after[..]].concat()));
            }
            assert!(paged == all, "{order:?}");
        }
        assert_eq!(t.ok(&["actions", "list", "--count"]), "16714\n");
        let all = list(t, &[]);
        let count = |args: &[&str]| t.ok(&[&["actions", "list", "--count"], args].concat()).trim().parse::<usize>().unwrap();
        let with = |test: &dyn Fn(&Value) -> bool| all.iter().filter(|action| test(action)).count();
        let ios = with(&|action| action["metadata"]["device"] == "ios");
        assert!(ios > 0);
        assert_eq!(count(&["--where-metadata", "device=ios"]), ios);
        assert_eq!(count(&["--where-metadata", "duration_sec=92"]), with(&|action| action["metadata"]["duration_sec"] == 92));
        assert_eq!(count(&["--where-metadata", "duration_sec:string=92"]), 0);
        let paid = with(&|action| action["metadata"]["payment"]["currency"] == "EUR");
        assert!(paid > 0);
        assert_eq!(count(&["--where-metadata", "payment.currency=EUR"]), paid);
        assert_eq!(count(&["--where-metadata", "payment.coupon:json=null"]), with(&|action| action["metadata"]["payment"].get("coupon").is_some_and(Value::is_null)));
        assert_eq!(count(&["--enrollment", "enr_01_april_maya"]), 1);
        assert_eq!(count(&["--since", "200000d"]), 16_714);
        assert_eq!(count(&["--since", "yesterday"]), 0);
        assert_eq!(t.ok(&["actions", "list", "--user", "usr_42_maya", "--columns", "target_id,action_type", "--format", "csv"]), "target_id,action_type\nmod_01_day1,viewed_module\n");
        t.fails(2, &["actions", "list", "--where-metadata", "device"]);
    }

    fn freshness_fails_for_a_source_without_recent_events(t) {
        t.user("ann", "");
        let watch = ["actions", "freshness", "--source", "stripe", "--max-age", "26h"];
        assert!(t.fails(1, &watch).contains("stripe: no events recorded"));
        t.ok(&["actions", "record", "ann", "enrolled", "course:c", "--source-system", "stripe", "--at", "2026-01-01T00:00:00Z"]);
        assert!(t.fails(1, &watch).contains("stripe: newest event at 2026-01-01T00:00:00Z"));
        t.ok(&["actions", "record", "ann", "enrolled", "course:c", "--source-system", "app"]);
        assert_eq!(t.run(&watch).status, 1);
        let future = "user_id,action_type,target_type,target_id,occurred_at\nann,enrolled,course,c,2999-01-01T00:00:00Z\n";
        t.ok(&["import", "actions", &t.file("f.csv", future), "--source-system", "stripe", "--allow-times", "1990-01-01..3000-01-01"]);
        let stale = t.run(&[&watch[..], &["--format", "json"]].concat());
        assert!(stale.status == 1 && stale.stdout.contains("\"fresh\": false") && stale.stdout.contains("\"age_seconds\": "), "{stale}");
        assert_eq!(t.run(&watch).status, 1, "an event in the future is not recent");
        t.ok(&["actions", "record", "ann", "enrolled", "course:c", "--source-system", "stripe"]);
        assert!(t.ok(&[&watch[..], &["--format", "json"]].concat()).contains("\"fresh\": true"));
        t.ok(&["actions", "freshness", "--max-age", "1h"]);

        // The ages of sources in the configuration.
        assert!(t.fails(2, &["actions", "freshness"]).contains("[freshness]"));
        let home = t.path("home/rollbook");
        std::fs::create_dir_all(&home).unwrap();
        let configured = |text: &str, args: &[&str]| {
            std::fs::write(home.join("config.toml"), text).unwrap();
            let args = [&["actions", "freshness", "--format", "jsonl"], args].concat();
            Run::of(t.command(&args).env("XDG_CONFIG_HOME", t.path("home")).output().unwrap())
        };
        let both = configured("[freshness]\nstripe = \"26h\"\nsegment = \"1h\"\n", &[]);
        assert!(both.status == 1 && both.stdout.lines().count() == 2, "{both}");
        assert!(both.stderr.contains("segment: no events recorded; expected one within 1h") && !both.stderr.contains("stripe:"), "{both}");
        assert_eq!(configured("[freshness]\nstripe = \"26h\"\nsegment = \"1h\"\n", &["--source-system", "stripe"]).status, 0);
        assert!(configured("[freshness]\nstripe = \"26m\"\n", &[]).stderr.contains("freshness.stripe \"26m\""));
        assert!(configured("[freshness]\nstrip = \"26h\"\n", &[]).stderr.contains("config.toml line"));
    }
}
