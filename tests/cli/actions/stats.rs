use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::list;
use crate::on_both_engines;
use crate::sandbox::{Sandbox, example};

/// The numbers of actions and users by the first value and, in a matrix, the second value.
fn stats(t: &Sandbox, args: &[&str]) -> BTreeMap<(String, String), (u64, u64)> {
    let lines = t.ok(&[&["actions", "stats", "--format", "jsonl"], args].concat());
    let count = |line: &str| {
        let count: Value = serde_json::from_str(line).unwrap();
        let text = |field: &str| count[field].as_str().unwrap_or_default().to_owned();
        ((text("value"), text("across")), (count["actions"].as_u64().unwrap(), count["users"].as_u64().unwrap()))
    };
    lines.lines().map(count).collect()
}

/// The expected counts, computed from the listed actions.
fn counted(actions: &[Value], key: impl Fn(&Value) -> (String, String)) -> BTreeMap<(String, String), (u64, u64)> {
    let mut users: BTreeMap<(String, String), (u64, BTreeSet<&str>)> = BTreeMap::new();
    for action in actions {
        let (count, who) = users.entry(key(action)).or_default();
        *count += 1;
        who.insert(action["user_id"].as_str().unwrap());
    }
    users.into_iter().map(|(key, (count, who))| (key, (count, who.len() as u64))).collect()
}

on_both_engines! {
    fn the_counts_match_the_listed_actions(t) {
        t.ok(&["import", "all", &example("")]);
        let all = list(t, &[]);
        let text = |action: &Value, field: &str| action[field].as_str().unwrap_or("-").to_owned();
        let none = String::new;
        assert_eq!(stats(t, &[]), counted(&all, |action| (text(action, "action_type"), none())));
        assert_eq!(stats(t, &["--by", "source"]), counted(&all, |action| (text(action, "source_system"), none())));
        assert_eq!(stats(t, &["--by", "day"]), counted(&all, |action| (text(action, "occurred_at")[..10].to_owned(), none())));
        assert_eq!(stats(t, &["--by", "user", "--limit", "1000"]), counted(&all, |action| (text(action, "user_id"), none())));
        assert_eq!(
            stats(t, &["--by", "target", "--limit", "100000"]),
            counted(&all, |action| (format!("{}:{}", text(action, "target_type"), text(action, "target_id")), none()))
        );
        assert_eq!(
            stats(t, &["--by", "hour", "--limit", "100000"]),
            counted(&all, |action| (format!("{}:00", &text(action, "occurred_at")[..13]), none()))
        );
        assert_eq!(
            stats(t, &["--by", "type,source"]),
            counted(&all, |action| (text(action, "action_type"), text(action, "source_system")))
        );
        let posts = list(t, &["--type", "posted_reply", "--since", "2026-04-01"]);
        assert_eq!(
            stats(t, &["--by", "type", "--type", "posted_reply", "--since", "2026-04-01"]),
            counted(&posts, |action| (text(action, "action_type"), none()))
        );
        let weeks = stats(t, &["--by", "week"]);
        assert_eq!(weeks.values().map(|(actions, _)| actions).sum::<u64>(), 16_714);
        assert!(weeks.contains_key(&("2026-03-09".to_owned(), none())), "a Monday");
    }

    fn days_and_weeks_start_in_the_given_time_zone(t) {
        t.user("ann", "");
        for at in ["2026-03-15T22:30:00Z", "2026-03-15T23:30:00Z", "2026-07-15T22:30:00Z"] {
            t.ok(&["actions", "record", "ann", "enrolled", "course:c", "--at", at]);
        }
        let days = |zone: &str| {
            let counts = stats(t, &["--by", "day", "--tz", zone]);
            counts.into_iter().map(|((day, _), (actions, _))| format!("{day} {actions}")).collect::<Vec<_>>()
        };
        assert_eq!(days("UTC"), ["2026-03-15 2", "2026-07-15 1"]);
        assert_eq!(days("Europe/Berlin"), ["2026-03-15 1", "2026-03-16 1", "2026-07-16 1"]);
        assert_eq!(days("Asia/Kathmandu"), ["2026-03-16 2", "2026-07-16 1"]);
        let weeks = stats(t, &["--by", "week", "--tz", "Europe/Berlin"]);
        assert_eq!(weeks.into_keys().map(|(week, _)| week).collect::<Vec<_>>(), ["2026-03-09", "2026-03-16", "2026-07-13"]);
        t.fails(2, &["actions", "stats", "--by", "day", "--tz", "Atlantis"]);
        t.fails(2, &["actions", "stats", "--by", "day,day"]);
    }

    fn charts_are_drawn_on_request(t) {
        t.ok(&["import", "all", &example("")]);
        let plain = t.ok(&["actions", "stats"]);
        assert!(plain.starts_with("value") && !plain.contains('█'), "{plain}");
        assert!(t.ok(&["actions", "stats", "--chart", "always"]).contains(&"█".repeat(30)));
        let calendar = t.ok(&["actions", "stats", "--by", "day", "--chart", "always"]);
        assert!(calendar.contains("\nMon ") && calendar.contains("\nSun ") && calendar.contains("Mar"), "{calendar}");
        let weeks = t.ok(&["actions", "stats", "--by", "week", "--chart", "always"]);
        assert!(weeks.lines().nth(5).unwrap().contains(" ┤") && weeks.contains('▁'), "{weeks}");
        assert!(!t.ok(&["actions", "stats", "--by", "week"]).contains('┤'));
        let matrix = t.ok(&["actions", "stats", "--by", "type,source"]);
        assert!(matrix.lines().next().unwrap().contains("segment") && matrix.contains("\nposted_reply "), "{matrix}");
        assert!(matrix.lines().all(|line| line.chars().count() <= 80), "{matrix}");
        assert_eq!(t.ok(&["actions", "stats", "--until", "2000-01-01", "--by", "type,day"]), "");
    }
}
