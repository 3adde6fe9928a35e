//! Numbers of commands, against plain calculations on the same generated log.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use chrono::{DateTime, Datelike as _, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use serde_json::Value;

use crate::on_both_engines;
use crate::sandbox::Sandbox;

/// One action of the generated log.
#[derive(Clone, Debug)]
struct Event {
    user: usize,
    action: &'static str,
    target: (&'static str, String),
    enrollment: Option<String>,
    at: DateTime<Utc>,
}

const USERS: usize = 60;

/// Numbers that look random and are always the same.
fn noise(n: usize) -> usize {
    (n.wrapping_mul(2_654_435_761) >> 7) % 10_007
}

/// People of two courses and three cohorts, some of whom start, complete, leave and come back, over both clock changes.
fn log() -> Vec<Event> {
    let mut events = Vec::new();
    for user in 0..USERS {
        let start = |days: i64| "2026-03-01T22:30:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::days(days);
        let at = start(i64::try_from(noise(user) % 30).unwrap())
            + TimeDelta::minutes(i64::try_from(noise(user + 7) % 1440).unwrap());
        let minutes = |n: usize| TimeDelta::minutes(i64::try_from(n).unwrap());
        let (course, cohort) = (format!("c{}", user % 2), format!("k{}", user % 3));
        // Without an id, the enrollment is known by its target and time.
        let enrollment = (user % 5 != 0).then(|| format!("e{user}"));
        let mut add =
            |action, target, at| events.push(Event { user, action, target, enrollment: enrollment.clone(), at });
        add("enrolled", ("course", course.clone()), at);
        add("enrolled", ("cohort", cohort.clone()), at + minutes(3));
        if !noise(user + 11).is_multiple_of(4) {
            add("started_module", ("module", "m1".to_owned()), at + minutes(60 + noise(user) % 5_000));
            if !noise(user + 13).is_multiple_of(2) {
                add("completed_course", ("course", course.clone()), at + minutes(20_000 + noise(user) % 30_000));
            }
        }
        if noise(user + 17).is_multiple_of(3) {
            add("unenrolled", ("course", course.clone()), at + minutes(10_000));
            add("unenrolled", ("cohort", cohort), at + minutes(10_000));
            if noise(user + 19).is_multiple_of(2) {
                add("enrolled", ("course", course), at + minutes(15_000));
            }
        }
        for visit in 0..noise(user + 23) % 9 {
            add("viewed_module", ("module", "m2".to_owned()), at + minutes(noise(user * 31 + visit) * 20));
        }
    }
    events
}

fn imported(t: &Sandbox) -> Vec<Event> {
    let events = log();
    let mut users = "id,email,name,roles,created_at\n".to_owned();
    for user in 0..USERS {
        writeln!(
            users,
            "u{user},u{user}@example.com,User {user},{},2026-02-01T00:00:00Z",
            if user % 4 == 0 { "teacher" } else { "student" }
        )
        .unwrap();
    }
    let mut actions =
        "user_id,action_type,target_type,target_id,enrollment_id,occurred_at,source_system,source_event_id\n"
            .to_owned();
    for (n, event) in events.iter().enumerate() {
        let Event { user, action, target: (kind, id), enrollment, at } = event;
        writeln!(
            actions,
            "u{user},{action},{kind},{id},{},{},app,{n}",
            enrollment.clone().unwrap_or_default(),
            at.to_rfc3339()
        )
        .unwrap();
    }
    t.ok(&["import", "users", &t.file("users.csv", users)]);
    t.ok(&["import", "actions", &t.file("actions.csv", actions)]);
    events
}

fn rows(t: &Sandbox, args: &[&str]) -> Vec<Value> {
    t.ok(&[args, &["--format", "jsonl"]].concat()).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// A number that is far below 2^32.
fn float<N: TryInto<u32, Error: std::fmt::Debug>>(number: N) -> f64 {
    f64::from(number.try_into().unwrap())
}

fn percent(some: u64, all: u64) -> Option<f64> {
    (all > 0).then(|| {
        (f64::from(u32::try_from(some).unwrap()) * 1000.0 / f64::from(u32::try_from(all).unwrap())).round() / 10.0
    })
}

fn median(mut values: Vec<i64>) -> Option<i64> {
    values.sort_unstable();
    values.get(values.len().div_ceil(2).checked_sub(1)?).copied()
}

/// Of a person's actions of a type on a target, the times.
fn times<'a>(
    events: &'a [Event],
    user: usize,
    action: &'a str,
    target: Option<(&'a str, &'a str)>,
) -> impl Iterator<Item = DateTime<Utc>> + 'a {
    let is_it = move |event: &&Event| {
        event.user == user
            && event.action == action
            && target.is_none_or(|(kind, id)| event.target.0 == kind && event.target.1 == id)
    };
    events.iter().filter(is_it).map(|event| event.at)
}

/// The stickiness of the last 30 days.
fn sticky(t: &Sandbox, until: &str, tz: &str) -> Option<f64> {
    let stats = rows(t, &["users", "stats", "--until", until, "--tz", tz]);
    let row = stats.iter().find(|row| row["by"] == "stickiness" && row["value"] == "30 days");
    row.unwrap()["share_percent"].as_f64()
}

on_both_engines! {
    fn nobody_is_active_on_more_days_than_there_are(t) {
        // A span that begins and ends within a day touches one more.
        t.ok(&["import", "users", &t.file("d.csv", "id,email,name,created_at\ndaily,daily@example.com,D,2026-01-01T00:00:00Z\n")]);
        let mut every_day = "user_id,action_type,target_type,target_id,occurred_at\n".to_owned();
        let first: chrono::DateTime<chrono::Utc> = "2026-01-15T12:00:00Z".parse().unwrap();
        (0..60).for_each(|n| writeln!(every_day, "daily,enrolled,course,c{n},{}", (first + TimeDelta::days(n)).to_rfc3339()).unwrap());
        t.ok(&["import", "actions", &t.file("daily.csv", every_day)]);
        for until in ["2026-03-10T00:00:00Z", "2026-03-10T13:00:00Z", "2026-03-10T11:00:00Z"] {
            assert_eq!(sticky(t, until, "UTC"), Some(100.0), "{until}");
        }
        for (until, tz) in [("2026-03-15", "America/New_York"), ("2026-03-12T17:00:00Z", "America/New_York"), ("2026-03-10T11:00:00Z", "Asia/Tokyo")] {
            assert_eq!(sticky(t, until, tz), Some(100.0), "{until} {tz}");
        }
        // Who is erased is neither active nor one of all.
        t.ok(&["users", "erase", "daily", "--confirm", "daily@example.com"]);
        let stats = rows(t, &["users", "stats", "--until", "2026-03-10"]);
        assert!(stats.iter().filter(|row| row["by"] == "active").all(|row| row["users"] == 0), "{stats:?}");
    }

    fn a_cut_hour_and_a_skipped_day_lose_no_event(t) {
        t.ok(&["users", "create", "--id", "ann", "--email", "ann@example.com", "--name", "Ann"]);
        for (n, at) in ["2026-04-04T15:10:00Z", "2025-10-04T15:40:00Z", "2011-12-30T09:00:00Z", "2011-12-31T09:00:00Z"].iter().enumerate() {
            t.ok(&["actions", "record", "ann", "enrolled", &format!("course:c{n}"), "--at", at]);
        }
        let by = |unit: &str, tz: &str, since: &str, until: &str| -> Vec<String> {
            let span: &[&str] = if since.is_empty() { &[] } else { &["--since", since, "--until", until] };
            let found = rows(t, &[&["actions", "stats", "--by", unit, "--tz", tz], span].concat());
            found.iter().filter(|row| unit == "day" || row["actions"] != 0).map(|row| format!("{} {}", row["value"].as_str().unwrap(), row["actions"])).collect()
        };
        let hours = by("hour", "Australia/Lord_Howe", "", "");
        assert_eq!(hours.last().unwrap(), "2026-04-05T01:00+10:30 1", "{hours:?}");
        assert!(hours.contains(&"2025-10-05T02:00+11:00 1".to_owned()), "{hours:?}");
        assert_eq!(hours.len(), 4);
        // Samoa had no 30 December 2011.
        let days = by("day", "Pacific/Apia", "2011-12-29", "2012-01-02");
        assert_eq!(days, ["2011-12-29 1", "2011-12-31 1", "2012-01-01 0"]);
        assert_eq!(by("day", "Pacific/Apia", "2011-12-30", "2012-01-02"), ["2011-12-31 1", "2012-01-01 0"]);
    }

    fn a_completion_is_timed_from_an_enrollment_before_it(t) {
        t.ok(&["users", "create", "--id", "ann", "--email", "ann@example.com", "--name", "Ann"]);
        for (what, target, at) in [
            ("enrolled", "course:c", "2026-01-01T00:00:00Z"),
            ("completed_course", "course:c", "2026-01-11T00:00:00Z"),
            ("enrolled", "course:c", "2026-02-01T00:00:00Z"),
            ("enrolled", "cohort:k", "2026-02-01T00:00:00Z"),
            ("completed_course", "course:d", "2026-02-21T00:00:00Z"),
            ("completed_course", "course:c", "2026-02-22T00:00:00Z"),
        ] {
            t.ok(&["actions", "record", "ann", what, target, "--at", at]);
        }
        assert_eq!(rows(t, &["actions", "progress", "--course", "c"])[0]["took_seconds"], 10 * 86_400);
        assert_eq!(rows(t, &["actions", "progress", "--by", "course"])[0]["median_days"], 10.0);
        assert_eq!(rows(t, &["actions", "progress", "--by", "cohort"])[0]["median_days"], 20.0);
    }

    fn completions_equal_an_independent_calculation(t) {
        let events = imported(t);
        for (kind, ids, filter) in [("course", ["c0", "c1"].as_slice(), ""), ("cohort", &["k0", "k1", "k2"], ""), ("course", &["c0", "c1"], "student")] {
            let mut expected = Vec::new();
            for id in ids {
                let (mut enrolled, mut started, mut completed, mut left, mut seconds) = (0, 0, 0, 0, Vec::new());
                for user in (0..USERS).filter(|user| filter.is_empty() || user % 4 != 0) {
                    let target = Some((kind, *id));
                    let Some(first) = times(&events, user, "enrolled", target).min() else { continue };
                    let last = times(&events, user, "enrolled", target).max().unwrap();
                    enrolled += 1;
                    started += u64::from(times(&events, user, "started_module", None).next().is_some());
                    let done = times(&events, user, "completed_course", None).min();
                    completed += u64::from(done.is_some());
                    seconds.extend(done.map(|done| (done - first).num_seconds()));
                    // By the id of the enrollment, leaving the course is leaving both; without one, by the target.
                    let leaves = times(&events, user, "unenrolled", if user % 5 == 0 { target } else { None }).max();
                    // Somebody who enrolled in the course again has not left it.
                    left += u64::from(done.is_none() && leaves.is_some_and(|leaves| leaves >= last));
                }
                let days = median(seconds).map(|seconds| (float(seconds) / 8_640.0).round() / 10.0);
                expected.push((id.to_string(), enrolled, started, completed, left, percent(completed, enrolled), days));
            }
            let mut args = vec!["actions", "progress", "--by", kind];
            if !filter.is_empty() {
                args.extend(["--role", filter]);
            }
            let found: Vec<_> = rows(t, &args).iter().map(|row| {
                let n = |name: &str| row[name].as_u64().unwrap();
                (row["target"].as_str().unwrap().to_owned(), n("enrolled"), n("started"), n("completed"), n("left"), row["completion_percent"].as_f64(), row["median_days"].as_f64())
            }).collect();
            assert_eq!(found, expected, "{kind} {filter}");
        }
        let both = rows(t, &["actions", "progress", "--by", "course"]);
        let target = both.last().unwrap()["target"].as_str().unwrap().to_owned();
        let one = rows(t, &["actions", "progress", "--by", "course", "--course", &target]);
        assert_eq!(one, both[both.len() - 1..]);
        assert_eq!(t.fails(2, &["actions", "progress", "--by", "course", "--open"]).matches("cannot be used with").count(), 1);
    }

    fn funnels_of_groups_equal_an_independent_calculation(t) {
        let events = imported(t);
        let steps = ["enrolled", "started_module", "completed_course"];
        for (by, within) in [(None, None), (Some("course"), None), (Some("cohort"), Some(TimeDelta::days(20)))] {
            let mut expected: BTreeMap<Option<String>, Vec<Vec<i64>>> = BTreeMap::new();
            if by.is_none() {
                expected.insert(None, vec![Vec::new(); 3]);
            }
            for user in 0..USERS {
                let mut groups: BTreeSet<Option<String>> = BTreeSet::new();
                match by {
                    None => { groups.insert(None); }
                    Some(kind) => groups.extend(events.iter().filter(|event| event.user == user && event.action == "enrolled" && event.target.0 == kind).map(|event| Some(event.target.1.clone()))),
                }
                let mut taken = Vec::new();
                let first = times(&events, user, steps[0], None).min();
                let mut before = first;
                for (n, step) in steps.iter().enumerate() {
                    let time = if n == 0 { first } else { times(&events, user, step, None).filter(|at| Some(*at) >= before).min() };
                    let Some(time) = time.filter(|time| within.is_none_or(|within| *time - first.unwrap() <= within)) else { break };
                    taken.push((time - before.unwrap()).num_seconds());
                    before = Some(time);
                }
                for group in groups {
                    let group = expected.entry(group).or_insert_with(|| vec![Vec::new(); 3]);
                    taken.iter().enumerate().for_each(|(n, seconds)| group[n].push(*seconds));
                }
            }
            let expected: Vec<_> = expected.into_iter().flat_map(|(group, taken)| {
                let counts: Vec<u64> = taken.iter().map(|step| step.len() as u64).collect();
                let step = |n: usize| (group.clone(), steps[n], counts[n], (n > 0).then(|| counts[n - 1] - counts[n]), median(taken[n].clone()).filter(|_| n > 0));
                (0..3).map(step).collect::<Vec<_>>()
            }).collect();
            let mut args = [&["actions", "funnel"], &steps[..]].concat();
            args.extend(by.iter().flat_map(|by| ["--by", by]));
            if within.is_some() {
                args.extend(["--within", "20d"]);
            }
            let found: Vec<_> = rows(t, &args).into_iter().map(|row| {
                let step = steps.into_iter().find(|step| row["step"] == **step).unwrap();
                (row["group"].as_str().map(ToOwned::to_owned), step, row["users"].as_u64().unwrap(), row["dropped"].as_u64(), row["median_seconds"].as_i64())
            }).collect();
            assert_eq!(found, expected, "{by:?}");
        }
        assert_eq!(rows(t, &["actions", "funnel", "enrolled", "started_module", "--role", "teacher"])[0]["users"], 15);
    }

    fn activity_equals_an_independent_calculation(t) {
        let events = imported(t);
        for tz in [Tz::UTC, Tz::Europe__Berlin, Tz::America__New_York] {
            let until: NaiveDate = "2026-05-20".parse().unwrap();
            let end = until.and_hms_opt(0, 0, 0).unwrap().and_local_timezone(tz).unwrap().to_utc();
            let week = |at: DateTime<Utc>| {
                let day = at.with_timezone(&tz).date_naive();
                day - TimeDelta::days(day.weekday().num_days_from_monday().into())
            };
            let args = ["users", "stats", "--until", "2026-05-20", "--tz", tz.name(), "--weeks", "10"];
            let last = week(end - TimeDelta::seconds(1));
            let mut expected = BTreeMap::new();
            for first in (0..10).map(|n| last - TimeDelta::weeks(9 - n)) {
                let cohort: Vec<usize> = (0..USERS).filter(|user| events.iter().filter(|event| event.user == *user && event.at < end).map(|event| week(event.at)).min() == Some(first)).collect();
                if cohort.is_empty() {
                    continue;
                }
                for n in 0..=(last - first).num_weeks() {
                    let active = cohort.iter().filter(|user| events.iter().any(|event| event.user == **user && event.at < end && week(event.at) == first + TimeDelta::weeks(n))).count();
                    expected.insert((first.to_string(), n), (cohort.len(), active, first + TimeDelta::weeks(n) == last));
                }
            }
            let found: BTreeMap<_, _> = rows(t, &[&args[..], &["--retention"]].concat()).iter().map(|row| {
                let n = |name: &str| usize::try_from(row[name].as_u64().unwrap()).unwrap();
                ((row["week"].as_str().unwrap().to_owned(), row["weeks_later"].as_i64().unwrap()), (n("users"), n("active"), row["partial"].as_bool().unwrap()))
            }).collect();
            assert_eq!(found, expected, "{tz}");

            let stats = rows(t, &args);
            let shown = |by: &str, value: &str| stats.iter().find(|row| row["by"] == by && row["value"] == value).unwrap_or_else(|| panic!("{by} {value}")).clone();
            for (value, days) in [("day", 1), ("7 days", 7), ("30 days", 30)] {
                let since = end - TimeDelta::days(days);
                let active: BTreeSet<usize> = events.iter().filter(|event| event.at >= since && event.at < end).map(|event| event.user).collect();
                assert_eq!(shown("active", value)["users"], active.len(), "{tz} {value}");
            }
            let month: Vec<&Event> = events.iter().filter(|event| event.at >= end - TimeDelta::days(30) && event.at < end).collect();
            let days: BTreeSet<(usize, NaiveDate)> = month.iter().map(|event| (event.user, event.at.with_timezone(&tz).date_naive())).collect();
            let users: BTreeSet<usize> = month.iter().map(|event| event.user).collect();
            let sticky = (float(days.len()) / 30.0 / float(users.len()) * 1000.0).round() / 10.0;
            assert_eq!(shown("stickiness", "30 days")["share_percent"].as_f64(), Some(sticky), "{tz}");
        }
        // The groups that are left out are the later days of the week, whatever their size.
        assert!(t.run(&["actions", "stats", "--by", "weekday", "--limit", "3"]).stderr.contains("4 more groups, all later"));
        assert!(t.run(&["actions", "stats", "--by", "target", "--limit", "3"]).stderr.contains("all smaller"));
        assert_eq!(rows(t, &["users", "stats", "--since", "2026-02-02"])[0]["users"], 0);
        assert_eq!(rows(t, &["users", "stats", "--until", "2026-02-02"])[0]["users"], 60);
    }
}
