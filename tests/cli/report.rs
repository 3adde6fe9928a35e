//! The report, against plain SQL, and what it must never show.

use std::fmt::Write as _;

use serde_json::Value;

use crate::on_both_engines;
use crate::sandbox::{Sandbox, example};

const SPRING: [&str; 4] = ["--since", "2026-03-01", "--until", "2026-06-01"];

fn report(t: &Sandbox, args: &[&str]) -> Value {
    serde_json::from_str(&t.ok(&[&["report", "--format", "json"], args].concat())).unwrap()
}

/// The rows of a section.
fn rows<'a>(report: &'a Value, section: &str) -> &'a Vec<Value> {
    report["sections"][section]["rows"].as_array().unwrap_or_else(|| panic!("{section}: {report}"))
}

fn measure<'a>(report: &'a Value, name: &str) -> &'a Value {
    rows(report, "summary").iter().find(|row| row["measure"] == name).unwrap_or_else(|| panic!("{name}"))
}

/// A page with the parts that a person can see.
fn page(t: &Sandbox, name: &str, args: &[&str]) -> String {
    t.ok(&[&["report", "-o", name], args].concat());
    std::fs::read_to_string(t.path(name)).unwrap()
}

fn to_text(t: &Sandbox, args: &[&str]) -> String {
    t.ok(&[&["report"], args].concat())
}

#[cfg(feature = "png")]
#[test]
fn a_chart_is_a_picture_of_the_size_that_was_asked_for() {
    let t = Sandbox::migrated(crate::sandbox::Engine::Sqlite);
    t.ok(&["import", "all", &crate::sandbox::example("")]);
    t.ok(&[
        "report",
        "chart",
        "active-weeks",
        "--quarter",
        "2026-Q2",
        "-o",
        "w.png",
        "--width",
        "800",
        "--height",
        "450",
    ]);
    let picture = std::fs::read(t.path("w.png")).unwrap();
    assert_eq!(&picture[..8], b"\x89PNG\r\n\x1a\n");
    assert_eq!((&picture[16..20], &picture[20..24]), (&800_u32.to_be_bytes()[..], &450_u32.to_be_bytes()[..]));
    t.ok(&[
        "report",
        "chart",
        "active-weeks",
        "--quarter",
        "2026-Q2",
        "-o",
        "again.png",
        "--width",
        "800",
        "--height",
        "450",
    ]);
    assert_eq!(picture, std::fs::read(t.path("again.png")).unwrap(), "the same data gives the same bytes");
    t.fails(2, &["report", "chart", "active-weeks", "-o", "w.gif"]);
}

#[test]
fn tables_draw_bars_with_their_units_if_that_is_asked_for() {
    let t = Sandbox::migrated(crate::sandbox::Engine::Sqlite);
    t.ok(&["import", "all", &crate::sandbox::example("")]);
    for (args, unit) in [
        (&["actions", "funnel", "enrolled", "completed_course"][..], "of first, %: 0 to 100"),
        (&["users", "stats", "--retention", "--until", "2026-06-01"], "retention, %: 0 to"),
        (&["users", "stats"], "users: 0 to"),
        (&["champions", "stats"], "entered: 0 to"),
        (&["actions", "stats"], "actions: 0 to"),
        (&["actions", "progress", "--by", "course"], "completed, %: 0 to"),
    ] {
        let drawn = t.ok(&[args, &["--chart", "always"][..if args[1] == "progress" { 0 } else { 2 }]].concat());
        assert_eq!(drawn.contains(unit) && drawn.contains('█'), args[1] != "progress", "{args:?}: {drawn}");
        assert!(!t.ok(args).contains('█'), "{args:?}");
    }
}

on_both_engines! {
    fn no_small_number_follows_from_the_others_of_a_section(t) {
        let mut users = "id,email,name\n".to_owned();
        let mut events = "user_id,action_type,target_type,target_id,occurred_at\n".to_owned();
        for n in 0..40 {
            writeln!(users, "u{n},u{n}@example.com,U{n}").unwrap();
            let mut event = |what: &str, id: &str, day: u32| writeln!(events, "u{n},{what},{},{id},2026-05-{day:02}T12:00:00Z", if what.contains("module") { "module" } else { "course" }).unwrap();
            // Of twenty, eighteen go through all steps; in the week after, ten and three come back.
            event("enrolled", "c", if n < 20 { 4 } else { 11 });
            if n < 18 {
                event("started_module", "m", 4);
                event("completed_module", "m", 4);
                event("completed_course", "c", 4);
            }
            if n < 10 || (20..23).contains(&n) {
                event("enrolled", "d", if n < 20 { 11 } else { 18 });
            }
        }
        t.ok(&["import", "users", &t.file("u.csv", users)]);
        t.ok(&["import", "actions", &t.file("e.csv", events)]);
        // Eleven candidates of whom seven went on, five of them to the next stage.
        for n in 0..11 {
            t.ok(&["champions", "nominate", &format!("u{n}")]);
        }
        let ids = |n: usize| (0..n).map(|n| format!("u{n}")).collect::<Vec<_>>();
        let advance = |n: usize| t.ok(&[&["champions", "advance", "--yes"], &*ids(n).iter().map(String::as_str).collect::<Vec<_>>()].concat());
        advance(7);
        advance(5);
        let found = report(t, &["--month", "2026-05"]);
        for row in rows(&found, "champions") {
            for column in ["entered", "in_stage", "went_on"] {
                assert!(row[column] == "hidden" || row[column] == 0 || row[column].is_null() || row["stage"] == "champion", "{row}");
            }
        }
        // Neither 32.5 % of 40, nor 45 % of 40 tells the three, or the two.
        assert_eq!(found["sections"]["retention"]["finding"], "50 % of those whose first actions were in these weeks came back in the week after.");
        let text = t.ok(&["report", "--month", "2026-05"]);
        assert!(text.contains("Groups of one to four people are shown as <5."), "{text}");
        // Of one person, the actions are what that person did.
        t.ok(&["actions", "record", "u1", "enrolled", "course:x", "--at", "2026-01-05T12:00:00Z"]);
        let found = report(t, &["--month", "2026-01"]);
        assert_eq!(rows(&found, "summary").iter().find(|row| row["measure"] == "Actions").unwrap()["value"], "hidden");
        assert!(rows(&found, "hours").iter().all(|row| row["actions"] == "hidden"));
    }

    fn another_year_is_compared_at_the_same_time(t) {
        t.ok(&["users", "create", "--id", "ann", "--email", "ann@example.com", "--name", "Ann"]);
        for at in ["2025-05-15T13:00:00Z", "2023-02-28T12:00:00Z"] {
            t.ok(&["actions", "record", "ann", "enrolled", "course:c", "--at", at, "--source-system", "app", "--source-event-id", at]);
        }
        let before = |since: &str, until: &str| {
            let found = report(t, &["--since", since, "--until", until, "--compare", "year", "--small-numbers"]);
            rows(&found, "summary")[0]["before"].as_u64()
        };
        for (since, until, expected) in [
            ("2026-05-15T12:00:00Z", "2026-05-15T18:00:00Z", 1),
            ("2026-05-15T14:00:00Z", "2026-05-15T18:00:00Z", 0),
            ("2024-02-28", "2024-02-29", 1),
            ("2024-02-29", "2024-03-01", 1),
            ("2024-02-01", "2024-03-01", 1),
            ("2024-02-29T00:00:00Z", "2024-02-29T11:00:00Z", 0),
        ] {
            assert_eq!(before(since, until), Some(expected), "{since}");
        }
        // The weeks end with the report, and those of the time before are all there.
        t.ok(&["actions", "record", "ann", "enrolled", "course:c", "--at", "2021-01-29T12:00:00Z", "--source-system", "app", "--source-event-id", "w5"]);
        let found = report(t, &["--month", "2021-02", "--small-numbers"]);
        let weeks = rows(&found, "active-weeks");
        assert_eq!((weeks.len(), &weeks[4]["before"], &weeks[4]["week_before"], &weeks[4]["week"]), (5, &1.into(), &"2021-01-25".into(), &"".into()));
    }

    fn sentences_say_what_their_numbers_are(t) {
        let mut users = "id,email,name,roles\n".to_owned();
        let mut events = "user_id,action_type,target_type,target_id,occurred_at\n".to_owned();
        let mut event = |n: usize, what: &str| writeln!(events, "u{n},{what},2026-05-{:02}T12:00:00Z", n % 20 + 1).unwrap();
        for n in 0..100 {
            writeln!(users, "u{n},u{n}@example.com,U{n},student").unwrap();
            event(n, if n < 97 { "enrolled,course,big" } else { "enrolled,course,tiny" });
            // Half complete a course, without a module of which it is known.
            if n < 50 {
                event(n, "completed_course,course,big");
            }
        }
        t.ok(&["import", "users", &t.file("u.csv", users)]);
        t.ok(&["import", "actions", &t.file("e.csv", events)]);
        for cohort in ["a", "b"] {
            for n in 0..6 {
                t.ok(&["champions", "nominate", &format!("u{n}"), "--cohort", cohort]);
            }
        }
        let found = report(t, &["--month", "2026-05"]);
        let finding = |section: &str| found["sections"][section]["finding"].as_str().unwrap().to_owned();
        assert_eq!(finding("funnel"), "Nobody who enrolled has gone through all steps so far.");
        assert!(finding("champions").starts_with("6 people in the pipeline;"), "12 records: {}", finding("champions"));
        // With the sum in the summary, neither course tells the other's number, nor does the rate.
        let course = |name: &str| rows(&found, "courses").iter().find(|row| row["course"] == name).unwrap().clone();
        assert_eq!((&course("tiny")["enrolled"], &course("big")["enrolled"], &course("big")["completion_percent"]), (&"<5".into(), &"hidden".into(), &"hidden".into()));
        assert!(!finding("courses").contains('%'), "{}", finding("courses"));
        let shown = report(t, &["--month", "2026-05", "--small-numbers"]);
        assert!(shown["sections"]["courses"]["finding"].as_str().unwrap().starts_with("big has the highest rate, 51.5 %"), "{shown}");
        // In the text, no sentence is cut.
        t.ok(&["actions", "record", "u1", "enrolled", "course:big", "--source-system", "app", "--source-event-id", "old", "--at", "2020-01-01T00:00:00Z"]);
        let text = t.ok(&["report", "--month", "2026-05", "--section", "data"]);
        assert!(!text.contains('\u{2026}'), "{text}");
    }

    fn every_number_equals_plain_sql(t) {
        t.ok(&["import", "all", &example("")]);
        let found = report(t, &[&SPRING[..], &["--small-numbers"]].concat());
        let span = "occurred_at >= '2026-03-01T00:00:00.000000Z' AND occurred_at < '2026-06-01T00:00:00.000000Z'";
        let number = |sql: &str| t.value("count(*)", sql).parse::<u64>().unwrap();
        let distinct = |condition: &str| number(&format!("FROM (SELECT DISTINCT user_id FROM user_action WHERE {condition}) AS d"));
        for (name, expected) in [
            ("Active people", distinct(span)),
            ("Actions", number(&format!("FROM user_action WHERE {span}"))),
            ("New people", number("FROM \"user\" WHERE created_at >= '2026-03-01T00:00:00.000000Z' AND created_at < '2026-06-01T00:00:00.000000Z'")),
            ("Enrollments", distinct(&format!("action_type = 'enrolled' AND target_type = 'course' AND {span}"))),
            ("Completions", distinct(&format!("action_type = 'completed_course' AND {span}"))),
            ("New champions", number("FROM champion WHERE became_champion_at >= '2026-03-01T00:00:00.000000Z' AND became_champion_at < '2026-06-01T00:00:00.000000Z'")),
        ] {
            assert_eq!(measure(&found, name)["value"], expected, "{name}");
        }
        for week in rows(&found, "active-weeks") {
            let monday: chrono::NaiveDate = week["week"].as_str().unwrap().parse().unwrap();
            let in_week = format!("occurred_at >= '{monday}T00:00:00.000000Z' AND occurred_at < '{}T00:00:00.000000Z'", monday + chrono::TimeDelta::days(7));
            assert_eq!(week["people"], distinct(&format!("{in_week} AND {span}")), "{week}");
        }
        for origin in rows(&found, "sign-ups") {
            let name = origin["origin"].as_str().unwrap();
            assert_eq!(origin["people"], number(&format!("FROM \"user\" WHERE origin = '{name}' AND created_at >= '2026-03-01T00:00:00.000000Z' AND created_at < '2026-06-01T00:00:00.000000Z'")), "{name}");
        }
        let hours: u64 = rows(&found, "hours").iter().map(|row| row["actions"].as_u64().unwrap()).sum();
        assert_eq!((rows(&found, "hours").len(), hours), (168, number(&format!("FROM user_action WHERE {span}"))));
        let course = &rows(&found, "courses")[0];
        assert_eq!(course["enrolled"], distinct("action_type = 'enrolled' AND target_type = 'course'"));
        assert_eq!(course["completed"], distinct("action_type = 'completed_course'"));
        // The same numbers as the commands for them.
        let funnel: Value = serde_json::from_str(&t.ok(&[&["actions", "funnel", "enrolled", "started_module", "completed_module", "completed_course", "--format", "json"], &SPRING[..]].concat())).unwrap();
        for (row, step) in rows(&found, "funnel").iter().zip(funnel.as_array().unwrap()) {
            assert_eq!((&row["people"], row["dropped"].as_u64()), (&step["users"], step["dropped"].as_u64()));
        }
        let retention: Value = serde_json::from_str(&t.ok(&["users", "stats", "--retention", "--until", "2026-06-01", "--weeks", "13", "--format", "json"])).unwrap();
        assert_eq!(rows(&found, "retention").len(), retention.as_array().unwrap().len());
        for (row, cell) in rows(&found, "retention").iter().zip(retention.as_array().unwrap()) {
            assert_eq!((&row["people"], &row["active"]), (&cell["users"], &cell["active"]), "{row}");
        }
        let entered: u64 = rows(&found, "champions").iter().filter(|row| row["stage"] == "candidate").map(|row| row["entered"].as_u64().unwrap()).sum();
        assert_eq!(entered, t.count("champion"));
        assert_eq!(found["report"]["log_position"].to_string(), t.value("max(position)", "FROM user_action"));

        // The population is the same in every section.
        let some = report(t, &[&SPRING[..], &["--exclude-role", "student", "--small-numbers"]].concat());
        assert_eq!(measure(&some, "Active people")["value"], distinct(&format!("{span} AND user_id IN (SELECT id FROM \"user\" WHERE email LIKE 'staff%' OR email LIKE 'teacher%')")));
        assert_eq!(rows(&some, "champions").len(), 0);
        assert_eq!(some["report"]["filters"][0], "without role student");
        // The period before it.
        let may = report(t, &["--month", "2026-05"]);
        assert_eq!(measure(&may, "Actions")["before"], number("FROM user_action WHERE occurred_at >= '2026-04-01T00:00:00.000000Z' AND occurred_at < '2026-05-01T00:00:00.000000Z'"));
        assert_eq!((&may["report"]["period"], &may["report"]["compared_with"]["period"]), (&"May 2026".into(), &"April 2026".into()));
        let year = report(t, &["--quarter", "2026-Q2", "--compare", "year"]);
        assert_eq!(year["report"]["compared_with"]["period"], "Q2 2025");
        assert_eq!(report(t, &["--month", "2026-05", "--compare", "none"])["report"]["compared_with"], Value::Null);
        let csv = t.ok(&["report", "--month", "2026-05", "--format", "csv", "--section", "summary"]);
        assert!(csv.starts_with("section,row,column,value\nsummary,Active people,value,165\n"), "{csv}");
    }

    fn the_page_says_all_in_one_file_and_is_always_the_same(t) {
        t.ok(&["import", "all", &example("")]);
        let made = |name: &str| {
            let args = [&["report", "-o", name], &SPRING[..]].concat();
            assert!(t.command(&args).env("SOURCE_DATE_EPOCH", "1780000000").status().unwrap().success());
            std::fs::read_to_string(t.path(name)).unwrap()
        };
        let page = made("a.html");
        assert_eq!(made("b.html"), page);
        // Also what counts back from now.
        let ago = |n: u32| {
            let mut report = t.command(&["report", "--since", "30d", "--format", "json"]);
            std::thread::sleep(std::time::Duration::from_millis(1100 * u64::from(n)));
            report.env("SOURCE_DATE_EPOCH", "1780000000").output().unwrap().stdout
        };
        assert_eq!(ago(0), ago(1));
        // Nothing is counted that is later than what the report says it is of.
        let may = |time: &str| {
            let args = ["report", "--month", "2026-05", "--format", "json", "--section", "summary"];
            let output = t.command(&args).env("SOURCE_DATE_EPOCH", time).output().unwrap();
            serde_json::from_slice::<Value>(&output.stdout).unwrap()["sections"]["summary"]["rows"].clone()
        };
        assert_ne!(may("1778371200"), may("1780272000"), "of 10 May, and of 1 June");
        assert_eq!(may("1780272000"), may("1780876800"));
        assert!(page.len() < 150_000, "{}", page.len());
        assert!(page.contains("As of") && page.contains("2026-05-28T20:26:40Z"), "the time of the variable");
        let without_names = page.replace("http://www.w3.org/2000/svg", "").replace("http-equiv", "");
        for forbidden in ["<script", "http", "url(h", "src=", "@import", "onload"] {
            assert!(!without_names.contains(forbidden), "{forbidden}");
        }
        assert!(page.contains("default-src 'none'; style-src 'unsafe-inline'"));
        assert_eq!(page.matches("role=\"img\"").count(), page.matches("</figure>").count());
        assert_eq!(page.matches("<figure>").count(), page.matches("<details>").count());
        let mail = std::fs::read_to_string(t.file("m.eml", "")).unwrap();
        assert!(mail.is_empty());
        assert!(t.fails(2, &["report", "-o", "m.eml"]).contains("already exists"));
        t.ok(&[&["report", "--email", "-o", "m.eml", "--overwrite"], &SPRING[..]].concat());
        let mail = std::fs::read_to_string(t.path("m.eml")).unwrap();
        assert!(mail.contains("Content-Type: multipart/mixed") && mail.contains("attachment; filename=\"report.html\""), "{mail}");
        assert!(mail.split("\r\n").all(|line| line.len() <= 78 && line.is_ascii()));
        assert!(t.fails(2, &["report", "-o", "report.pdf"]).contains("expected .html"));
        assert!(t.fails(2, &["report", "--email", "-o", "mail.html"]).contains("--email --output mail.html: expected a file .eml"));
        let text = t.ok(&[&["report"], &SPRING[..]].concat());
        assert!(text.starts_with("Community report: 2026-03-01 to 2026-06-01\n") && text.contains("\nActive people a week\n"), "{text}");
        t.ok(&[&["report", "chart", "active-weeks", "-o", "w.svg"], &SPRING[..]].concat());
        let svg = std::fs::read_to_string(t.path("w.svg")).unwrap();
        assert!(svg.starts_with("<svg xmlns=") && svg.ends_with("</svg>\n") && svg.contains("width=\"960\" height=\"540\""), "{svg}");
        assert!(t.fails(2, &["report", "chart", "active-weeks", "-o", "w.gif"]).contains("expected .svg"));
        assert!(t.fails(1, &["report", "chart", "summary", "-o", "s.svg"]).contains("nothing to draw"));
        assert!(t.fails(2, &["report", "--since", "2026-06-01", "--until", "2026-05-01"]).contains("is not before"));
        assert!(t.fails(2, &["report", "--since", "0001-01-01"]).contains("longer than ten years"));
        assert!(t.fails(6, &["report", "--cohort", "coh_2026_sprint"]).contains("did you mean coh_2026_spring?"));
    }

    fn the_period_before_one_of_whole_days_has_as_many_days(t) {
        // In Berlin, the night of 29 March has an hour less, that of 25 October one more.
        t.ok(&["users", "create", "--email", "ann@example.com", "--name", "Ann", "--id", "ann", "--role", "student"]);
        let event = |key: &str, at: &str| {
            t.ok(&["actions", "record", "ann", "enrolled", &format!("course:{key}"), "--at", at, "--idempotency-key", key]);
        };
        event("a", "2026-03-21T23:30:00+01:00"); // The day before.
        event("b", "2026-03-22T00:30:00+01:00");
        event("c", "2026-10-11T23:30:00+02:00");
        event("d", "2026-10-12T00:30:00+02:00");
        let before = |since: &str, until: &str| {
            let found = report(t, &["--since", since, "--until", until, "--small-numbers", "--tz", "Europe/Berlin"]);
            let row = measure(&found, "Actions").clone();
            (found["report"]["compared_with"]["period"].as_str().unwrap().to_owned(), row["before"].clone())
        };
        assert_eq!(before("2026-03-29", "2026-04-05"), ("2026-03-22 to 2026-03-29".to_owned(), 1.into()));
        assert_eq!(before("2026-10-19", "2026-10-26"), ("2026-10-12 to 2026-10-19".to_owned(), 1.into()));
        // Of times of day, it is as long.
        let hours = before("2026-10-25T00:00:00+02:00", "2026-10-25T12:00:00+01:00");
        assert_eq!(hours.0, "2026-10-24 11:00 to 2026-10-25");
    }

    fn a_period_that_runs_is_compared_with_the_same_part_of_the_other(t) {
        t.user("ann", "student");
        for (key, at) in [("a", "2026-04-10"), ("b", "2026-04-25"), ("c", "2026-05-10"), ("d", "2026-05-11")] {
            t.ok(&["actions", "record", "ann", "enrolled", &format!("course:{key}"), "--at", &format!("{at}T08:00:00Z")]);
        }
        // 15 May 2026, noon.
        let made = |args: &[&str]| -> Value {
            let args = [&["report", "--format", "json", "--small-numbers"], args].concat();
            let output = t.command(&args).env("SOURCE_DATE_EPOCH", "1778846400").output().unwrap();
            serde_json::from_slice(&output.stdout).unwrap()
        };
        let may = made(&["--month", "2026-05"]);
        assert_eq!(may["report"]["compared_with"]["period"], "2026-04-01 to 2026-04-15 12:00");
        assert_eq!((&measure(&may, "Actions")["value"], &measure(&may, "Actions")["before"]), (&2.into(), &1.into()));
        let year = made(&["--quarter", "2026-Q2", "--compare", "year"]);
        assert_eq!(year["report"]["compared_with"]["period"], "2025-04-01 to 2025-05-15 12:00");
        // The other month is over before the days that it does not have.
        let at = |seconds: &str| -> String {
            let output = t.command(&["report", "--format", "json", "--month", "2026-03"]).env("SOURCE_DATE_EPOCH", seconds).output().unwrap();
            let report: Value = serde_json::from_slice(&output.stdout).unwrap();
            report["report"]["compared_with"]["period"].as_str().unwrap().to_owned()
        };
        assert_eq!(at("1774742400"), "2026-02-01 to 2026-03-01", "29 March, midnight");
        assert_eq!(at("1774742460"), "2026-02-01 to 2026-03-01", "29 March, 00:01");
        assert_eq!(at("1774656060"), "2026-02-01 to 2026-02-28 00:01", "28 March, 00:01");
        assert_eq!(made(&["--month", "2026-04"])["report"]["compared_with"]["period"], "March 2026");
    }

    fn equals_are_not_named_as_the_largest_alone(t) {
        for (id, origin) in [("ann", "web"), ("ben", "app"), ("eve", "web"), ("kim", "app")] {
            t.ok(&["users", "create", "--id", id, "--email", &format!("{id}@x.org"), "--name", id, "--origin", origin, "--created-at", "2026-05-03T08:00:00Z"]);
            for day in ["2026-05-04", "2026-05-12"] {
                t.ok(&["actions", "record", id, "enrolled", &format!("course:{id}{day}"), "--at", &format!("{day}T08:{}0:00Z", id.len())]);
            }
        }
        // An event of the future is no newest event.
        t.ok(&["actions", "record", "ann", "enrolled", "course:later", "--at", "2026-05-31T08:00:00Z", "--source-system", "segment", "--source-event-id", "f"]);
        let args = ["report", "--month", "2026-05", "--small-numbers", "--format", "json"];
        let output = t.command(&args).env("SOURCE_DATE_EPOCH", "1779537600").output().unwrap();
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        let finding = |section: &str| report["sections"][section]["finding"].as_str().unwrap().to_owned();
        assert_eq!(finding("sign-ups"), "4 people signed up; most by app and web (each 2 people).");
        assert_eq!(finding("active-weeks"), "The busiest weeks began on 2026-05-04 and 2026-05-11, each with 4 people.");
        assert_eq!(finding("hours"), "Most happens on Monday from 08:00 to 09:00 and Tuesday from 08:00 to 09:00 (UTC).");
        assert!(!rows(&report, "data").iter().any(|row| row["what"] == "Newest event of segment"), "{report}");
        // That two small numbers are equal would disclose them.
        let hidden = t.command(&["report", "--month", "2026-05", "--format", "json"]).env("SOURCE_DATE_EPOCH", "1779537600").output().unwrap();
        let hidden: Value = serde_json::from_slice(&hidden.stdout).unwrap();
        assert_eq!(hidden["sections"]["sign-ups"]["finding"], "fewer than 5 people signed up; most by app (fewer than 5 people).");
        assert_eq!(hidden["sections"]["active-weeks"]["finding"], "In no week were 5 or more people active.");
        // Who is erased was there.
        t.ok(&["users", "erase", "kim", "--confirm", "kim@x.org"]);
        let output = t.command(&args).env("SOURCE_DATE_EPOCH", "1779537600").output().unwrap();
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!((&measure(&report, "New people")["value"], &measure(&report, "Active people")["value"]), (&4.into(), &4.into()));
    }

    fn what_does_not_fit_together_is_counted_beside_the_numbers(t) {
        t.ok(&["import", "all", &example("")]);
        let data = || {
            let found = report(t, &["--section", "data", "--small-numbers"]);
            (found["sections"]["data"]["finding"].as_str().unwrap().to_owned(), rows(&found, "data").clone())
        };
        let value = |rows: &[Value], what: &str| rows.iter().find(|row| row["what"] == what).unwrap_or_else(|| panic!("{what}: {rows:?}"))["value"].clone();
        let rule = |name: &str| {
            let found: Vec<Value> = serde_json::from_str(&t.run(&["check", "--without-log", "--format", "json"]).stdout).unwrap();
            found.iter().filter(|row| row["rule"] == name).count()
        };
        t.ok(&["users", "create", "--email", "Maya.Chen+x@example.com", "--name", "M"]);
        t.ok(&["users", "create", "--email", "mayachen@example.com", "--name", "N"]);
        let (finding, rows) = data();
        assert_eq!(value(&rows, "Idle administrators"), 3, "each once: {rows:?}");
        for (what, name) in [("Idle administrators", "idle_administrator"), ("Likely duplicates", "likely_duplicate"), ("Roles that do not fit the stage", "role_and_stage")] {
            assert_eq!(value(&rows, what), rule(name), "{what}");
        }
        assert!(rule("likely_duplicate") > 0 && finding.contains("likely duplicate"), "{finding}");
        let shown = report(t, &["--section", "data"]);
        assert_eq!(value(self::rows(&shown, "data"), "Likely duplicates"), "<5");
        assert!(shown["sections"]["data"]["finding"].as_str().unwrap().contains("fewer than 5 likely duplicates"), "{shown}");
        // A source is silent after the time that is configured.
        t.ok(&["actions", "record", "usr_003", "enrolled", "course:new", "--source-system", "stripe", "--source-event-id", "evt_new", "--at", "2026-05-30T00:00:00Z"]);
        let silent = |config: &str| {
            t.file(".config/rollbook/config.toml", config);
            let args = ["report", "--section", "data", "--format", "json"];
            let output = t.command(&args).env("SOURCE_DATE_EPOCH", "1780272000").output().unwrap();
            serde_json::from_slice::<Value>(&output.stdout).unwrap()["sections"]["data"]["finding"].as_str().unwrap().to_owned()
        };
        assert!(!silent("").contains("stripe"), "{}", silent(""));
        let configured = silent("[freshness]\nstripe = \"26h\"\n");
        assert!(configured.contains("no event of ") && configured.contains(" stripe for more than 1d"), "{configured}");
    }

    fn a_page_of_many_courses_and_years_can_still_be_mailed(t) {
        let mut users = "id,email,name,origin\n".to_owned();
        let mut events = "user_id,action_type,target_type,target_id,occurred_at\n".to_owned();
        for n in 0..400 {
            writeln!(users, "u{n},u{n}@example.com,User {n},origin number {n}").unwrap();
            for (kind, year) in [("course", 2017), ("cohort", 2026)] {
                writeln!(events, "u{n},enrolled,{kind},a {kind} with quite a long name and the number {n},{year}-{:02}-02T00:00:00Z", n % 10 + 1).unwrap();
            }
            writeln!(events, "u{n},posted_reply,thread,t{n},20{:02}-{:02}-{:02}T00:00:00Z", n % 9 + 17, n % 12 + 1, n % 28 + 1).unwrap();
        }
        t.ok(&["import", "users", &t.file("u.csv", users)]);
        t.ok(&["import", "actions", &t.file("e.csv", events)]);
        let page = page(t, "years.html", &["--since", "2017-01-01", "--until", "2026-11-01", "--small-numbers"]);
        assert!(page.len() < 150_000, "{}", page.len());
        assert!(page.contains("300 more rows: in the report as .csv or .json") && page.contains("The chart has the 12 largest of 400."));
        assert_eq!(rows(&report(t, &["--since", "2017-01-01", "--until", "2026-11-01", "--small-numbers"]), "courses").len(), 400);
    }

    fn nobody_can_be_told_from_the_numbers(t) {
        let mut users = "id,email,name,origin,created_at\n".to_owned();
        for (n, origin) in ["fair", "fair", "fair", "friend", "friend", "friend", "friend", "friend", "web", "web", "web", "web", "web", "web", "web"].iter().enumerate() {
            writeln!(users, "u{n},u{n}@example.com,User {n},{origin},2026-05-0{}T00:00:00Z", 1 + n % 9).unwrap();
        }
        t.ok(&["import", "users", &t.file("u.csv", users)]);
        let mut actions = "user_id,action_type,target_type,target_id,occurred_at\n".to_owned();
        for n in 0..15 {
            writeln!(actions, "u{n},enrolled,course,c,2026-05-10T08:00:00Z").unwrap();
            if n < 12 {
                writeln!(actions, "u{n},started_module,module,m,2026-05-11T08:00:00Z").unwrap();
            }
            if n < 3 {
                writeln!(actions, "u{n},completed_course,course,c,2026-05-12T08:00:00Z").unwrap();
            }
        }
        t.ok(&["import", "actions", &t.file("a.csv", actions)]);
        let found = report(t, &["--month", "2026-05"]);
        let shown = |section: &str, column: &str| rows(&found, section).iter().map(|row| row[column].to_string().replace('"', "")).collect::<Vec<_>>();
        // 15 in all: 5 is hidden, or 15 - 7 - 5 would tell.
        assert_eq!(shown("sign-ups", "people"), ["7", "hidden", "<5"]);
        assert_eq!(shown("courses", "completed"), ["<5"]);
        assert_eq!(shown("courses", "completion_percent"), ["hidden"]);
        assert_eq!(measure(&found, "Completions")["value"], "<5");
        // Three dropped out of the second step: neither number on its sides tells them.
        assert_eq!(shown("funnel", "people")[..2], ["15", "hidden"]);
        assert_eq!(shown("funnel", "dropped")[1], "<5");
        assert_eq!(shown("funnel", "median_days")[1], "hidden");
        let page = page(t, "p.html", &["--month", "2026-05"]);
        let courses = &page[page.find("id=\"courses\"").unwrap()..page.find("id=\"cohorts\"").unwrap()];
        assert!(!courses.contains(">3<") && courses.contains("&lt;5"), "{courses}");
        t.fails(2, &["report", "--month", "2026-05", "--section", "people"]);
        assert!(!to_text(t, &["--month", "2026-05"]).contains("u1@example.com"));
        let named = to_text(t, &["--month", "2026-05", "--with-names"]);
        assert!(named.contains("u1@example.com") && named.contains("most active"), "{named}");
        let exact = report(t, &["--month", "2026-05", "--with-names"]);
        assert_eq!(measure(&exact, "Completions")["value"], 3);
    }

    fn no_name_takes_over_the_page(t) {
        let long = "x".repeat(200);
        for (n, origin) in ["<script>alert(1)</script>", "\u{5d0}\u{5d1}\u{5d2} & \"x\"", &long].iter().enumerate() {
            t.ok(&["users", "create", "--email", &format!("a{n}@example.com"), "--name", "A", "--origin", origin]);
        }
        let page = page(t, "p.html", &["--since", "1d", "--small-numbers"]);
        assert!(!page.contains("<script") && page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "{page}");
        let csv = t.ok(&["report", "--since", "1d", "--format", "csv", "--section", "sign-ups", "--small-numbers"]);
        assert!(csv.contains("sign-ups,<script>alert(1)</script>,people,1\n"), "{csv}");
    }
}
