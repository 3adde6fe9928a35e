use std::collections::{BTreeMap, BTreeSet};
use std::thread;

use serde_json::Value;

use crate::on_both_engines;
use crate::sandbox::{Engine, Run, Sandbox, example};

const HEADER: &str = "user_id,action_type,target_type,target_id,source_system,source_event_id,occurred_at";

fn feed(t: &Sandbox, args: &[&str]) -> Vec<Value> {
    let lines = t.ok(&[&["actions", "feed"], args].concat());
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Repeats [`feed`] until it returns `rows` rows: open transactions of other tests on the server delay the feed.
fn settled(t: &Sandbox, args: &[&str], rows: usize) -> Vec<Value> {
    for _ in 0..600 {
        let found = feed(t, args);
        if found.len() == rows {
            return found;
        }
        thread::sleep(std::time::Duration::from_millis(50));
    }
    panic!("{args:?}: expected {rows} rows, found {:?}", feed(t, args).len());
}

fn cursor(row: &Value) -> &str {
    row["cursor"].as_str().unwrap()
}

fn targets(rows: &[Value]) -> Vec<&str> {
    rows.iter().map(|row| row["target_id"].as_str().unwrap()).collect()
}

fn record(t: &Sandbox, target: &str) {
    t.ok(&["actions", "record", "ann", "enrolled", &format!("course:{target}")]);
}

on_both_engines! {
    fn unacknowledged_actions_are_delivered_again(t) {
        t.user("ann", "");
        for target in ["a", "b", "c"] {
            record(t, target);
        }
        let all = settled(t, &["nudges"], 3);
        assert_eq!(targets(&all), ["a", "b", "c"]);
        assert_eq!(settled(t, &["nudges"], 3), all);
        assert_eq!(settled(t, &["nudges", "--limit", "2"], 2), all[..2]);
        t.ok(&["actions", "ack", "nudges", cursor(&all[1])]);
        assert_eq!(targets(&settled(t, &["nudges"], 1)), ["c"]);
        // Acknowledging an older action does not move the cursor back; each consumer has its own cursor.
        assert!(t.run(&["actions", "ack", "nudges", cursor(&all[0])]).stderr.contains("already acknowledged up to"));
        assert_eq!(targets(&settled(t, &["nudges"], 1)), ["c"]);
        settled(t, &["other"], 3);
        record(t, "d");
        assert_eq!(targets(&settled(t, &["nudges"], 2)), ["c", "d"]);
        assert_eq!(targets(&feed(t, &["leavers", "--type", "unenrolled"])), [""; 0]);
    }

    fn the_filter_belongs_to_the_consumer(t) {
        t.user("ann", "");
        record(t, "a");
        t.ok(&["actions", "record", "ann", "unenrolled", "course:a"]);
        record(t, "b");
        settled(t, &["all", "--peek"], 3);
        let run = t.run(&["actions", "feed", "leavers", "--type", "unenrolled"]);
        assert!(run.stdout.lines().count() == 1 && run.stderr.starts_with("registered consumer leavers"), "{run}");
        assert_eq!(feed(t, &["leavers"]).len(), 1);
        let stderr = t.fails(2, &["actions", "feed", "leavers", "--type", "enrolled"]);
        assert!(stderr.contains("consumer leavers is registered for other types: unenrolled"), "{stderr}");
        let consumers = || -> Value { serde_json::from_str(&t.ok(&["actions", "feed", "--list", "--format", "json"])).unwrap() };
        let list = consumers();
        assert_eq!((&list[0]["lag"], &list[0]["types"]), (&1.into(), &"unenrolled".into()));
        t.ok(&["actions", "feed", "--list", "--max-lag", "1"]);
        assert!(t.fails(1, &["actions", "feed", "--list", "--max-lag", "0"]).contains("consumer leavers has 1 unacknowledged action, more than"));
        t.ok(&["actions", "feed", "leavers", "--reset", "start", "--type", "enrolled"]);
        assert_eq!(feed(t, &["leavers"]).len(), 2);
        t.fails(6, &["actions", "feed", "new", "--no-create"]);
        assert_eq!(consumers().as_array().unwrap().len(), 1);
        t.ok(&["actions", "feed", "leavers", "--forget", "-n"]);
        assert_eq!(consumers().as_array().unwrap().len(), 1);
        t.ok(&["actions", "feed", "leavers", "--forget"]);
        assert_eq!(consumers().as_array().unwrap().len(), 0);
        t.fails(6, &["actions", "feed", "leavers", "--forget"]);
        t.fails(6, &["actions", "feed", "leavers", "--reset", "7.9999"]);
    }

    fn parked_actions_are_kept_for_the_consumer(t) {
        t.user("ann", "");
        for target in ["a", "b", "c"] {
            record(t, target);
        }
        let all = settled(t, &["nudges"], 3);
        t.ok(&["actions", "ack", "nudges", cursor(&all[0])]);
        t.ok(&["actions", "ack", "nudges", cursor(&all[1]), "--park", "-n"]);
        assert_eq!(t.count("feed_parked"), 0);
        t.ok(&["actions", "ack", "nudges", cursor(&all[1]), "--park", "--reason", "no such course"]);
        assert_eq!(targets(&settled(t, &["nudges"], 1)), ["c"]);
        assert_eq!(targets(&feed(t, &["nudges", "--parked"])), ["b"]);
        assert_eq!(t.value("reason", "FROM feed_parked"), "no such course");
        t.ok(&["actions", "ack", "nudges", cursor(&all[1]), "--unpark"]);
        assert_eq!(feed(t, &["nudges", "--parked"]), Vec::<Value>::new());
        t.ok(&["actions", "ack", "nudges", cursor(&all[2]), "--park"]);
        t.ok(&["actions", "feed", "nudges", "--forget"]);
        assert_eq!(t.count("feed_parked"), 0);
    }

    fn another_program_cannot_choose_where_its_action_stands_in_the_feed(t) {
        let t = &t.with_whole_log();
        t.user("ann", "");
        record(t, "a");
        let before = t.content();
        let columns = "id, user_id, action_type, target_type, target_id, occurred_at";
        let cells = "'x', 'ann', 'enrolled', 'course', 'c', '2026-01-01T00:00:00.000000Z'";
        let others: &[(&str, &str)] = match t.engine {
            Engine::Sqlite => &[("position", "-5"), ("position", "0"), ("position", "9223372036854775807")],
            Engine::Postgres => &[("recorded_xid", "'3'"), ("recorded_at", "'2020-01-01Z'"), ("position", "1")],
        };
        for (column, value) in others {
            let refused = t.sql(&format!("INSERT INTO user_action ({columns}, {column}) VALUES ({cells}, {value})"));
            assert!(refused.is_err(), "{column} {value}");
        }
        assert!(t.content() == before);
        t.sql(&format!("INSERT INTO user_action ({columns}) VALUES ({cells})")).unwrap();
        settled(t, &["nudges"], 2);
    }

    fn consumers_are_registered_listed_and_reset(t) {
        t.ok(&["import", "all", &example("")]);
        let some = settled(t, &["nudges", "--peek", "--limit", "10"], 10);
        assert_eq!(t.count("feed_cursor"), 0);
        t.fails(6, &["actions", "ack", "nudges", cursor(&some[0])]);
        feed(t, &["nudges", "--limit", "1"]);
        t.fails(6, &["actions", "ack", "nudges", "99999999.99999999"]);
        t.fails(2, &["actions", "ack", "nudges", "x"]);
        t.ok(&["actions", "ack", "nudges", cursor(&some[9])]);
        let list: Value = serde_json::from_str(&t.ok(&["actions", "feed", "--list", "--format", "json"])).unwrap();
        assert_eq!((&list[0]["consumer"], &list[0]["lag"], &list[0]["cursor"]), (&"nudges".into(), &16_704.into(), &some[9]["cursor"]));
        t.ok(&["actions", "feed", "nudges", "--reset", "end"]);
        assert_eq!(feed(t, &["nudges"]), Vec::<Value>::new());
        t.ok(&["actions", "feed", "nudges", "--reset", cursor(&some[4])]);
        assert_eq!(settled(t, &["nudges", "--limit", "5"], 5), some[5..]);
        t.ok(&["actions", "feed", "nudges", "--reset", "start"]);
        settled(t, &["nudges"], 16_714);
        t.fails(2, &["actions", "feed"]);
        t.fails(2, &["actions", "feed", "nudges", "--format", "csv"]);
    }

    fn imported_actions_of_a_user_are_delivered_in_file_order(t) {
        let t = &t.with_whole_log();
        t.user("ann", "");
        record(t, "before");
        // PostgreSQL writes rows in the order of their keys. It gets more rows than SQLite, so that the one row that
        // is already recorded comes after many new ones.
        let rows = if t.engine == Engine::Postgres { 25_000 } else { 4000 };
        let lines: Vec<String> = (0..rows)
            .map(|n| format!("ann,viewed_module,module,m{n:05},app,{:07},2026-01-01T00:00:00Z\n", n * 7919 % 30_011))
            .collect();
        let known = t.file("known.csv", format!("{HEADER}\n{}", lines[rows - 100]));
        t.ok(&["import", "actions", &known]);
        t.ok(&["import", "actions", &t.file("a.csv", format!("{HEADER}\n{}", lines.concat()))]);
        let all = settled(t, &["nudges"], rows + 1);
        assert!(targets(&all)[2..].is_sorted());
    }

    fn concurrent_writers_and_a_reader_lose_no_action(t) {
        const WRITERS: usize = 3;
        const EACH: usize = 12;
        for writer in 0..WRITERS {
            t.user(&format!("u{writer}"), "");
        }
        let files: Vec<String> = (0..WRITERS).map(|writer| {
            let rows: Vec<String> = (0..200).map(|n| format!("u{writer},viewed_module,module,f{n:03},app,w{writer}_{n},2026-01-01T00:00:00Z\n")).collect();
            t.file(&format!("{writer}.csv"), format!("user_id,action_type,target_type,target_id,source_system,source_event_id,occurred_at\n{}", rows.concat()))
        }).collect();
        let mut seen: Vec<Value> = Vec::new();
        thread::scope(|scope| {
            let writers: Vec<_> = files.iter().enumerate().map(|(writer, file)| scope.spawn(move || {
                let user = format!("u{writer}");
                for n in 0..EACH {
                    t.ok(&["actions", "record", &user, "posted_reply", &format!("thread:{n:03}"), "--lock-timeout", "60"]);
                    if n == EACH / 2 {
                        t.ok(&["import", "actions", file, "--commit-every", "50", "--lock-timeout", "60"]);
                    }
                }
            })).collect();
            while !writers.iter().all(thread::ScopedJoinHandle::is_finished) {
                let rows = feed(t, &["reader", "--limit", "40"]);
                if let Some(last) = rows.last() {
                    t.ok(&["actions", "ack", "reader", cursor(last)]);
                }
                seen.extend(rows);
            }
        });
        seen.extend(settled(t, &["reader"], WRITERS * (EACH + 200) - seen.len()));
        let ids: BTreeSet<&str> = seen.iter().map(|row| row["id"].as_str().unwrap()).collect();
        assert_eq!((ids.len(), seen.len()), (WRITERS * (EACH + 200), ids.len()), "each action is delivered once");
        // Actions that one user recorded one after the other are delivered in that order.
        let mut replies: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for row in seen.iter().filter(|row| row["action_type"] == "posted_reply") {
            replies.entry(row["user_id"].as_str().unwrap()).or_default().push(row["target_id"].as_str().unwrap());
        }
        assert!(replies.values().all(|targets| targets.is_sorted()), "{replies:?}");
    }
}

#[test]
fn an_action_committed_late_is_not_skipped() {
    let t = Sandbox::whole(Engine::Postgres);
    t.user("ann", "");
    let insert = |target: &str| {
        format!(
            "INSERT INTO user_action (id, user_id, action_type, target_type, target_id, occurred_at) \
             VALUES ('{target}', 'ann', 'enrolled', 'course', '{target}', now());"
        )
    };
    let mut held = t.hold(&format!("BEGIN; {}", insert("early")));
    record(&t, "late");
    // The open transaction has the lower position; a reader that used only positions would skip it now.
    assert_eq!(feed(&t, &["nudges"]), Vec::<Value>::new());
    held("COMMIT");
    let rows = settled(&t, &["nudges"], 2);
    assert_eq!(targets(&rows), ["early", "late"]);
    t.ok(&["actions", "ack", "nudges", cursor(&rows[1])]);
    assert_eq!(feed(&t, &["nudges"]), Vec::<Value>::new());
}

#[test]
fn follow_prints_new_actions() {
    let t = Sandbox::migrated(Engine::Sqlite);
    t.user("ann", "");
    record(&t, "a");
    let mut child = t.start(&["actions", "feed", "nudges", "--follow"]);
    let mut lines = std::io::BufRead::lines(std::io::BufReader::new(child.stdout.take().unwrap()));
    assert!(lines.next().unwrap().unwrap().contains(r#""target_id":"a""#));
    record(&t, "b");
    assert!(lines.next().unwrap().unwrap().contains(r#""target_id":"b""#));
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(
        Run::of(t.command(&["actions", "feed", "--list", "--format", "ids"]).output().unwrap()).stdout,
        "nudges\n"
    );
}
