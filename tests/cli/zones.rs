//! Dates and times in the zone of `--tz`: what they mean, and how they are shown.

use crate::on_both_engines;
use crate::sandbox::Sandbox;

fn record(t: &Sandbox, key: &str, at: &str) {
    t.ok(&["actions", "record", "ann", "viewed_module", "module:m", "--idempotency-key", key, "--at", at]);
}

fn keys(t: &Sandbox, args: &[&str]) -> String {
    let csv =
        t.ok(&[&["actions", "list", "--reverse", "--columns", "idempotency_key", "--format", "csv"], args].concat());
    csv.lines().skip(1).collect::<Vec<_>>().join(" ")
}

on_both_engines! {
    fn dates_and_spans_are_read_in_the_zone(t) {
        t.user("ann", "");
        for (key, at) in [
            ("feb", "2026-02-28T22:59:59Z"), ("mar", "2026-02-28T23:00:00Z"), ("day", "2026-03-28T23:30:00Z"),
            ("q2", "2026-03-31T22:00:00Z"), ("last", "2026-06-30T21:59:59Z"), ("q3", "2026-06-30T22:00:00Z"),
        ] {
            record(t, key, at);
        }
        let berlin = |since: &str, until: &str| keys(t, &["--tz", "Europe/Berlin", "--since", since, "--until", until]);
        assert_eq!(berlin("2026-02", "2026-03"), "feb");
        assert_eq!(berlin("2026-03", "2026-04"), "mar day");
        assert_eq!(berlin("2026-Q2", "2026-Q3"), "q2 last");
        assert_eq!(berlin("2026-03-29", "2026-03-30"), "day");
        assert_eq!(keys(t, &["--since", "2026-03-29", "--until", "2026-03-30"]), "");
        assert_eq!(keys(t, &["--since", "2026-Q2", "--until", "2026-Q3"]), "last q3");
        let mut command = t.command(&["actions", "list", "--since", "2026-Q2", "--until", "2026-Q3", "--count"]);
        let out = command.env("ROLLBOOK_TZ", "Europe/Berlin").output().unwrap();
        assert_eq!(String::from_utf8_lossy(&out.stdout), "2\n");
        t.file(".config/rollbook/config.toml", "tz = \"Europe/Berlin\"\n");
        assert_eq!(keys(t, &["--since", "2026-Q2", "--until", "2026-Q3"]), "q2 last");
    }

    fn span_that_is_empty_is_a_usage_error(t) {
        for args in [
            &["actions", "list"][..], &["actions", "stats"], &["actions", "export"], &["import", "history"],
            &["actions", "funnel", "enrolled", "completed_course"],
        ] {
            let stderr = t.fails(2, &[args, &["--since", "2026-05-02", "--until", "2026-05-01"]].concat());
            assert!(stderr.contains("--since 2026-05-02T00:00:00Z is not before --until 2026-05-01T00:00:00Z"), "{stderr}");
            let stderr = t.fails(2, &[args, &["--since", "2026-05", "--until", "2026-05"]].concat());
            assert!(stderr.contains("hint: --until is the first moment after the span"), "{stderr}");
            t.fails(2, &[args, &["--since", "3M"]].concat());
        }
        assert!(t.fails(2, &["users", "list", "--tz", "Berlin"]).contains("expected the name of a time zone, e.g. Europe/Berlin"));
    }

    fn tables_show_the_zone_and_data_is_utc(t) {
        t.user("ann", "");
        record(t, "k", "2026-07-15T22:30:00.123456Z");
        let list = ["actions", "list", "--tz", "Europe/Berlin", "--columns", "idempotency_key,occurred_at", "--format"];
        let list = |format: &str| t.ok(&[&list[..], &[format]].concat());
        assert_eq!(list("table"), "idempotency_key  occurred_at\nk                2026-07-16T00:30:00+02:00\n");
        assert_eq!(list("csv"), "idempotency_key,occurred_at\nk,2026-07-15T22:30:00.123456Z\n");
        assert_eq!(list("jsonl"), "{\"idempotency_key\":\"k\",\"occurred_at\":\"2026-07-15T22:30:00.123456Z\"}\n");
        assert_eq!(list("json"), "[\n  {\"idempotency_key\":\"k\",\"occurred_at\":\"2026-07-15T22:30:00.123456Z\"}\n]\n");
        let export = t.ok(&["actions", "export", "--tz", "Europe/Berlin", "--format", "csv"]);
        assert!(export.contains(",2026-07-15T22:30:00.123456Z"), "{export}");
        // A name that looks like a time is no time.
        t.ok(&["users", "update", "ann", "--name", "2026-07-15T22:30:00Z"]);
        assert!(t.ok(&["users", "show", "ann", "--tz", "Asia/Tokyo"]).contains("name        2026-07-15T22:30:00Z\n"));
    }

    fn hours_of_the_night_that_clocks_go_back_are_two(t) {
        t.user("ann", "");
        for (key, at) in [("a", "2026-10-25T00:10:00Z"), ("b", "2026-10-25T00:50:00Z"), ("c", "2026-10-25T01:10:00Z"), ("d", "2026-10-25T02:10:00Z")] {
            record(t, key, at);
        }
        let stats = |by: &str| t.ok(&["actions", "stats", "--by", by, "--tz", "Europe/Berlin", "--format", "csv"]);
        let hours = "value,actions,users,partial\n2026-10-25T02:00+02:00,2,1,false\n2026-10-25T02:00+01:00,1,1,false\n2026-10-25T03:00+01:00,1,1,false\n";
        assert_eq!(stats("hour"), hours);
        assert_eq!(stats("day"), "value,actions,users,partial\n2026-10-25,4,1,false\n");
        assert!(t.ok(&["actions", "stats", "--by", "hour", "--format", "csv"]).contains("\n2026-10-25T00:00,2,1,false\n"));
    }

    fn search_ignores_case_and_accents(t) {
        for (id, name) in [("a", "José Ñáñez"), ("b", "Łukasz ØDEGÅRD"), ("c", "Иван Ёлкин"), ("d", "Straße_50%"), ("e", "Zoë")] {
            t.ok(&["users", "create", "--id", id, "--email", &format!("{id}@example.com"), "--name", name]);
        }
        for (text, found) in [
            ("nanez", "a"), ("JOSÉ", "a"), ("odegard", "b"), ("lukasz", "b"), ("иван", "c"), ("ЕЛКИН", "c"), ("STRASSE", "d"), ("ße_5", "d"),
            ("50%", "d"), ("_50", "d"), ("zoe", "e"), ("B@EXAMPLE", "b"), ("example", "a b c d e"), ("%%", ""), ("\\", ""),
        ] {
            let ids = t.ok(&["users", "list", "--search", text, "--format", "ids"]);
            assert_eq!(ids.lines().collect::<Vec<_>>().join(" "), found, "{text}");
        }
        assert!(t.fails(2, &["users", "list", "--search", &"x".repeat(201)]).contains("expected at most 200 bytes, found 201"));
    }

    fn cursor_stays_valid_and_a_malformed_one_is_a_usage_error(t) {
        for (id, name) in [("u1", "Dora"), ("u2", "Chris, Jr."), ("u3", "Bea"), ("u4", "~Ann")] {
            t.ok(&["users", "create", "--id", id, "--email", &format!("{id}@example.com"), "--name", name]);
        }
        t.ok(&["champions", "nominate", "u1", "u2", "u3"]);
        let pages = |args: &[&str], between: &dyn Fn()| -> String {
            let mut ids = Vec::new();
            let mut after: Option<String> = None;
            loop {
                let mut page = [args, &["--limit", "1", "--format", "ids"]].concat();
                page.extend(after.as_deref().map(|after| ["--after", after]).into_iter().flatten());
                let run = t.run(&page);
                assert_eq!(run.status, 0, "{run}");
                ids.push(run.stdout.trim().to_owned());
                let Some((_, cursor)) = run.stderr.split_once("next page: --after ") else { break };
                after = Some(cursor.trim().trim_matches('\'').to_owned());
                between();
            }
            ids.join(" ")
        };
        let nothing = &|| {};
        for (sort, expected) in [("id", "u1 u2 u3 u4"), ("name", "u3 u2 u1 u4"), ("email", "u1 u2 u3 u4"), ("created_at", "u1 u2 u3 u4"), ("last_active", "u1 u2 u3 u4")] {
            assert_eq!(pages(&["users", "list", "--sort", sort], nothing), expected, "{sort}");
        }
        assert_eq!(pages(&["users", "list", "--sort", "name", "--reverse"], nothing), "u4 u1 u2 u3");
        // The row of the cursor gets another name, or is withdrawn: the list goes on where it was.
        let rename = &|| drop(t.run(&["users", "update", "u3", "--name", "Zoe"]));
        assert_eq!(pages(&["users", "list", "--sort", "name"], rename), "u3 u2 u1 u3 u4");
        for sort in ["id", "since", "created_at"] {
            assert_eq!(pages(&["champions", "list", "--sort", sort], nothing).split(' ').count(), 3);
        }
        let first = t.ok(&["champions", "list", "--limit", "1", "--format", "ids"]);
        t.ok(&["champions", "withdraw", first.trim(), "--yes"]);
        assert_eq!(t.ok(&["champions", "list", "--after", first.trim(), "--format", "ids"]).lines().count(), 2);
        for args in [
            &["users", "list", "--after", "nobody"][..], &["users", "list", "--sort", "created_at", "--after", "name~x~u1"],
            &["champions", "list", "--after", "ch_none"], &["actions", "list", "--after", "act_none"],
            &["actions", "progress", "--user", "u1", "--after", "u1/course:c"], &["import", "history", "--after", "run_none"],
            &["users", "history", "u1", "--after", "x"],
        ] {
            t.fails(2, args);
        }
    }

    fn bulk_change_says_what_its_times_mean(t) {
        t.user("ann", "student");
        t.ok(&["champions", "nominate", "ann"]);
        let run = t.run(&["users", "roles", "remove", "student", "--created-before", "2030-01-01", "--inactive-for", "0s", "--tz", "Europe/Berlin", "-n"]);
        assert!(run.status == 0 && run.stderr.contains("signed up before 2030-01-01T00:00:00+01:00\ninactive since 20"), "{run}");
        let run = t.run(&["champions", "advance", "--stage-before", "2030-07", "--tz", "Europe/Berlin", "-n"]);
        assert!(run.status == 0 && run.stderr.contains("in their stage since 2030-07-01T00:00:00+02:00 or earlier\n"), "{run}");
    }
}
