use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use chrono::{DateTime, Datelike as _, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
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
        let filled = |args: &[&str]| {
            let mut counts = stats(t, args);
            counts.retain(|_, (actions, _)| *actions > 0);
            counts
        };
        assert_eq!(filled(&["--by", "day"]), counted(&all, |action| (text(action, "occurred_at")[..10].to_owned(), none())));
        assert_eq!(stats(t, &["--by", "user", "--limit", "1000"]), counted(&all, |action| (text(action, "user_id"), none())));
        assert_eq!(
            stats(t, &["--by", "target", "--limit", "100000"]),
            counted(&all, |action| (format!("{}:{}", text(action, "target_type"), text(action, "target_id")), none()))
        );
        assert_eq!(
            filled(&["--by", "hour"]),
            counted(&all, |action| (format!("{}:00", &text(action, "occurred_at")[..13]), none()))
        );
        assert_eq!(
            filled(&["--by", "type,source"]),
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
            let counts = counts.into_iter().filter(|(_, (actions, _))| *actions > 0);
            counts.map(|((day, _), (actions, _))| format!("{day} {actions}")).collect::<Vec<_>>()
        };
        assert_eq!(days("UTC"), ["2026-03-15 2", "2026-07-15 1"]);
        assert_eq!(days("Europe/Berlin"), ["2026-03-15 1", "2026-03-16 1", "2026-07-16 1"]);
        assert_eq!(days("Asia/Kathmandu"), ["2026-03-16 2", "2026-07-16 1"]);
        let weeks = stats(t, &["--by", "week", "--tz", "Europe/Berlin"]);
        let weeks: Vec<String> = weeks.into_keys().map(|(week, _)| week).collect();
        assert_eq!((weeks.len(), &*weeks[0], &*weeks[1], &*weeks[18]), (19, "2026-03-09", "2026-03-16", "2026-07-13"));
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
        // A cell without actions says so, and what is cut off is counted.
        let matrix = t.ok(&["actions", "stats", "--by", "source,type"]);
        assert!(matrix.lines().skip(1).any(|line| line.ends_with(" 0")), "{matrix}");
        let cut = t.run(&["actions", "stats", "--by", "user"]);
        assert!(cut.stdout.lines().count() == 51 && cut.stderr.contains(" more groups, all smaller"), "{cut}");
        assert_eq!(t.ok(&["actions", "stats", "--by", "user", "--format", "csv"]).lines().count(), stats(t, &["--by", "user"]).len() + 1);
    }
}

/// The name of the span that a local time is in.
type Key<'a> = Box<dyn Fn(DateTime<Tz>) -> String + 'a>;

/// A log with actions around both changes of clocks, and what belongs to whom.
fn around_clock_changes(t: &Sandbox) -> Vec<(DateTime<Utc>, usize)> {
    for user in 0..3 {
        t.user(&format!("u{user}"), ["student", "teacher", "student,admin"][user]);
    }
    let mut actions = Vec::new();
    for (start, step) in [
        ("2026-03-07T20:00:00Z", 41),
        ("2026-03-28T20:00:00Z", 37),
        ("2026-10-24T20:00:00Z", 29),
        ("2026-10-31T20:00:00Z", 43),
    ] {
        let start: DateTime<Utc> = start.parse().unwrap();
        actions.extend((0..60).map(|n| (start + TimeDelta::minutes(step * n), usize::try_from(n).unwrap() % 3)));
    }
    let header = "user_id,action_type,target_type,target_id,enrollment_id,occurred_at,source_system,source_event_id\n";
    let mut csv = header.to_owned();
    for (n, (at, user)) in actions.iter().enumerate() {
        writeln!(csv, "u{user},viewed_module,module,m{},,{},app,{n}", n % 5, at.to_rfc3339()).unwrap();
    }
    csv += "u0,enrolled,course,c1,e0,2026-03-07T19:00:00Z,app,a\nu0,enrolled,cohort,spring,e0,2026-03-07T19:00:00Z,app,b\n";
    csv += "u1,enrolled,course,c2,e1,2026-03-07T19:00:00Z,app,c\nu1,viewed_module,module,m1,e1,2026-03-07T19:30:00Z,app,d\n";
    t.ok(&["import", "actions", &t.file("log.csv", csv)]);
    actions
}

on_both_engines! {
    fn spans_equal_an_independent_calculation(t) {
        let actions = around_clock_changes(t);
        let (since, until) = ("2026-03-07T20:00:00Z", "2026-11-02T20:00:00Z");
        for tz in [Tz::UTC, Tz::Europe__Berlin, Tz::America__New_York] {
            let expected = |key: &dyn Fn(DateTime<Tz>) -> String| {
                let mut counts: BTreeMap<String, (u64, BTreeSet<usize>)> = BTreeMap::new();
                for (at, user) in &actions {
                    let (count, users) = counts.entry(key(at.with_timezone(&tz))).or_default();
                    *count += 1;
                    users.insert(*user);
                }
                counts.into_iter().map(|(key, (count, users))| ((key, String::new()), (count, users.len() as u64))).collect::<BTreeMap<_, _>>()
            };
            let hour = if tz == Tz::UTC { "%Y-%m-%dT%H:00" } else { "%Y-%m-%dT%H:00%:z" };
            let back = |at: DateTime<Tz>, days: u32| (at.date_naive() - TimeDelta::days(days.into())).to_string();
            let keys: [(&str, &str, Key<'_>); 8] = [
                ("hour", "monday", Box::new(|at| at.format(hour).to_string())),
                ("day", "monday", Box::new(|at| back(at, 0))),
                ("week", "monday", Box::new(|at| back(at, at.weekday().num_days_from_monday()))),
                ("week", "sunday", Box::new(|at| back(at, at.weekday().num_days_from_sunday()))),
                ("month", "monday", Box::new(|at| at.format("%Y-%m").to_string())),
                ("quarter", "monday", Box::new(|at| format!("{}-Q{}", at.year(), at.month0() / 3 + 1))),
                ("weekday", "monday", Box::new(|at| at.format("%A").to_string())),
                ("hour-of-day", "monday", Box::new(|at| at.format("%H").to_string())),
            ];
            for (by, week_start, key) in keys {
                let args = ["--by", by, "--week-start", week_start, "--tz", tz.name(), "--since", since, "--until", until];
                let lines = t.ok(&[&["actions", "stats", "--format", "jsonl"][..], &args].concat());
                let rows: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
                let mut counts = stats(t, &args);
                assert_eq!(counts.len(), rows.len(), "{tz} {by}: every value once");
                counts.retain(|_, (actions, _)| *actions > 0);
                assert_eq!(counts, expected(&*key), "{tz} {by}");
                if by == "day" {
                    // None is missing, and none comes twice.
                    let days: Vec<NaiveDate> = rows.iter().map(|row| row["value"].as_str().unwrap().parse().unwrap()).collect();
                    assert!(days.windows(2).all(|pair| pair[1] - pair[0] == TimeDelta::days(1)), "{days:?}");
                    assert!(days.len() >= 239, "{}", days.len());
                }
                let partial: Vec<bool> = rows.iter().filter_map(|row| row["partial"].as_bool()).collect();
                if matches!(by, "month" | "quarter") {
                    assert!(partial[0] && partial[partial.len() - 1], "{tz} {by} {partial:?}");
                    assert!(partial[1..partial.len() - 1].iter().all(|partial| !partial), "{tz} {by} {partial:?}");
                }
            }
        }
        assert_eq!(stats(t, &["--since", "2020-01-01", "--until", "2020-01-04", "--by", "day"]).values().filter(|count| **count == (0, 0)).count(), 3);
        assert!(t.fails(2, &["actions", "stats", "--by", "hour", "--since", "0001-01-01"]).contains("more than 1,000,000"));
        let matrix = stats(t, &["--by", "weekday,hour-of-day", "--since", since]);
        assert_eq!((matrix.len(), matrix.values().map(|(actions, _)| actions).sum::<u64>()), (7 * 24, 240), "all cells");
    }

    fn a_matrix_has_its_columns_in_their_own_order_and_without_gaps(t) {
        t.user("ann", "student");
        for (target, at) in [("a", "2026-03-02"), ("b", "2026-03-03"), ("c", "2026-03-24")] {
            t.ok(&["actions", "record", "ann", "enrolled", &format!("course:{target}"), "--at", &format!("{at}T12:00:00Z")]);
        }
        let span = ["--since", "2026-03-02", "--until", "2026-03-25"];
        let run = |by: &str| t.ok(&[&["actions", "stats", "--by", by], &span[..]].concat());
        // A user is no span of time, though all that is seen of one is in one that is cut off.
        let users = t.ok(&["actions", "stats", "--by", "user,week", "--since", "2026-03-23", "--until", "2026-03-25"]);
        assert_eq!(users, "     2026-03-23*\nann            1\n(* not complete)\n");
        assert_eq!(t.ok(&["actions", "stats", "--by", "type,week", "--type", "posted_reply", "--since", "2026-03-02"]), "");
        // Two weeks are empty, and the last one is cut off by the filter.
        let weeks = run("type,week");
        assert_eq!(
            weeks,
            "          2026-03-02  2026-03-09  2026-03-16  2026-03-23*\n\
             enrolled           2           0           0            1\n(* not complete)\n"
        );
        let days = run("type,weekday");
        assert!(days.starts_with("          Monday  Tuesday  Wednesday  Thursday  Friday  Saturday  Sunday\n"), "{days}");
        let sunday = t.ok(&["actions", "stats", "--by", "user,weekday", "--week-start", "sunday"]);
        assert!(sunday.lines().next().unwrap().trim().starts_with("Sunday  Monday"), "{sunday}");
        let cells = t.ok(&[&["actions", "stats", "--by", "type,week", "--format", "jsonl"], &span[..]].concat());
        let partial: Vec<bool> = cells.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["partial"].as_bool().unwrap()).collect();
        assert_eq!(partial, [false, false, false, true]);
    }

    fn only_the_actions_of_the_population_are_counted(t) {
        around_clock_changes(t);
        let total = |args: &[&str]| stats(t, args).values().map(|(actions, _)| actions).sum::<u64>();
        assert_eq!(total(&[]), 244);
        assert_eq!(total(&["--role", "student"]), 162);
        assert_eq!(total(&["--role", "student", "--role", "admin", "--all-roles"]), 80);
        assert_eq!(total(&["--role", "student,admin"]), total(&["--role", "student", "--role", "admin"]));
        assert!(total(&["--role", "admin,teacher"]) >= 80);
        assert_eq!(total(&["--exclude-role", "teacher,admin"]), 82);
        assert_eq!(total(&["--cohort", "spring"]), 82);
        assert_eq!(total(&["--course", "c1", "--course", "c2"]), 164);
        assert_eq!(total(&["--course", "c2", "--role", "student"]), 0);
        assert!(t.fails(6, &["actions", "stats", "--cohort", "sprint"]).contains("did you mean spring?"));
        assert!(t.fails(6, &["actions", "stats", "--course", "c9"]).contains("unknown course c9"));
        let courses = stats(t, &["--by", "course"]);
        let of = |value: &str, counts: &BTreeMap<(String, String), (u64, u64)>| counts[&(value.to_owned(), String::new())];
        assert_eq!((of("c1", &courses), of("c2", &courses), of("-", &courses)), ((2, 1), (2, 1), (240, 3)));
        assert_eq!(of("spring", &stats(t, &["--by", "cohort"])), (2, 1));
        let both = stats(t, &["--by", "course,cohort"]);
        assert_eq!(both[&("c1".to_owned(), "spring".to_owned())], (2, 1));
    }
}
