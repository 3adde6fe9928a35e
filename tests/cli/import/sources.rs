//! Files as other programs write them: each is imported by one command, exactly once, with what it says.

use std::fmt::Write as _;
use std::io::Write as _;

use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use serde_json::{Value, json};

use super::{import, verdicts};
use crate::on_both_engines;
use crate::sandbox::{Run, Sandbox, example};

const ROWS: usize = 40;

/// The people that events name.
fn people(t: &Sandbox) {
    let mut users = "id,email,name\n".to_owned();
    (0..ROWS).for_each(|n| writeln!(users, "u{n},u{n}@example.com,User {n}").unwrap());
    t.ok(&["import", "users", &t.file("people.csv", users)]);
}

/// Imports a file twice, and checks the counts: inserted and skipped, then all replay.
fn twice(t: &Sandbox, args: &[&str], path: &str, inserted: usize, skipped: u64) {
    let args = [&["import"], args, &[path, "--recheck", "--format", "jsonl"]].concat();
    let args: Vec<&str> = args.into_iter().filter(|arg| args_of_users(arg, path)).collect();
    let first = t.run(&args);
    assert_eq!((first.status, verdicts(&first)), (0, [inserted as u64, 0, 0, 0, 0]), "{args:?} {first}");
    assert_eq!(report(&first)["skipped"].as_u64().unwrap(), skipped, "{first}");
    let second = t.run(&args);
    assert_eq!((second.status, verdicts(&second)), (0, [0, 0, inserted as u64, 0, 0]), "{args:?} {second}");
}

/// `--recheck` is for actions only.
fn args_of_users(arg: &str, path: &str) -> bool {
    arg != "--recheck" || path.contains("events")
}

fn report(run: &Run) -> Value {
    serde_json::from_str(run.stdout.lines().next().unwrap_or_else(|| panic!("{run}"))).unwrap()
}

fn lines(values: impl IntoIterator<Item = Value>) -> String {
    values.into_iter().fold(String::new(), |text, value| text + &value.to_string() + "\n")
}

/// A user of a list, as stored.
fn user(t: &Sandbox, email: &str) -> Value {
    serde_json::from_str(&t.ok(&["users", "show", email, "--format", "json"])).unwrap()
}

on_both_engines! {
    fn options_of_a_source_hold_for_columns_of_our_own_names(t) {
        let csv = ("u.csv", "id,email,name,roles\nann,ann@example.com, Ann ,Lehrer\n");
        let json = ("u.jsonl", "{\"id\":\"ann\",\"email\":\"ann@example.com\",\"name\":\" Ann \",\"roles\":\"Lehrer\"}\n");
        for (name, text) in [csv, json] {
            let t = &Sandbox::migrated(t.engine);
            let file = t.file(name, text);
            t.ok(&["import", "users", &file, "--map-value", "roles:Lehrer=teacher", "--trim"]);
            assert_eq!((t.value("name", "FROM \"user\""), t.roles("ann")), ("Ann".to_owned(), "teacher".to_owned()), "{name}");
            assert_eq!(import(t, &["users", &file, "--map-value", "roles:Lehrer=teacher", "--trim"]), (0, [0, 0, 1, 0, 0]));
        }
        for (name, text) in [("j.csv", "id,email,first,last\nann,ann@example.com,Ann,Lee\n"), ("j.jsonl", "{\"id\":\"ann\",\"email\":\"ann@example.com\",\"first\":\"Ann\",\"last\":\"Lee\"}\n")] {
            let t = &Sandbox::migrated(t.engine);
            t.ok(&["import", "users", &t.file(name, text), "--map", "first+last=name"]);
            assert_eq!(t.value("name", "FROM \"user\""), "Ann Lee", "{name}");
        }
        // A part that is not there is no part of a name.
        let file = t.file("j.csv", "id,email,first,last\nann,ann@example.com,Ann,Lee\n");
        let stderr = t.fails(1, &["import", "users", &file, "--map", "first+lsat=name", "--drop", "last"]);
        assert!(stderr.contains("unknown column lsat"), "{stderr}");
        // What a preset does not name, it does not lose.
        let preset = t.file("own.toml", "[columns]\nid = \"id\"\nemail = \"email\"\nname = \"name\"\n");
        let file = t.file("x.jsonl", "{\"id\":\"ann\",\"email\":\"ann@example.com\",\"name\":\"Ann\",\"extra\":\"lost\"}\n");
        assert!(t.fails(3, &["import", "users", &file, "--preset", &preset]).contains("extra: unknown member"));
        assert_eq!(t.count("\"user\""), 0);
    }

    fn options_of_a_directory_hold_for_the_files_that_have_the_column(t) {
        for (dir, options) in [
            ("one", &["--map", "login=name", "--map", "user=user_id"][..]),
            ("two", &["--map", "users:login=name", "--map", "actions:user=user_id", "--set", "users:origin=school"]),
        ] {
            let t = &Sandbox::migrated(t.engine);
            let dir = t.path(dir);
            for (name, text) in [("users.csv", "id,email,login\nann,ann@example.com,Ann\n"), ("actions.jsonl", "{\"user\":\"ann\",\"action_type\":\"enrolled\",\"target_type\":\"course\",\"target_id\":\"c\",\"occurred_at\":\"2026-01-01T00:00:00Z\"}\n")] {
                std::fs::create_dir_all(&dir).unwrap();
                std::fs::write(dir.join(name), text).unwrap();
            }
            assert_eq!(import(t, &[&["all", dir.to_str().unwrap()], options].concat()).0, 0, "{options:?}");
            assert_eq!((t.value("name", "FROM \"user\""), t.count("user_action")), ("Ann".to_owned(), 1));
            // An option that no file can use is an error, also beside a file without a header.
            for (status, wrong) in [(2, ["--set", "orgin=x"]), (2, ["--map", "person=usr_id"]), (1, ["--set", "actions:orgin=x"])] {
                let stderr = t.fails(status, &[&["import", "all", dir.to_str().unwrap(), "-n"], options, &wrong].concat());
                assert!(stderr.contains(&wrong[1][..wrong[1].find('=').unwrap()]), "{wrong:?}: {stderr}");
            }
        }
    }

    fn a_preset_is_laid_over_another(t) {
        t.user("ann", "");
        let preset = t.file("p.toml", "extends = \"segment\"\nformat = \"jsonl\"\n[columns]\noccurred_at = [\"originalTimestamp\", \"timestamp\"]\ntarget_id = \"properties.course_id\"\n[values.action_type]\n\"Lesson Seen\" = \"viewed_module\"\n[set]\ntarget_type = \"course\"\n[skip]\ntype = [\"identify\", \"page\"]\n[read]\nignore = [\"*\"]\nnull = [\"\", \"\\\\N\"]\ntime_format = [\"rfc3339\", \"epoch\"]\n");
        let line = |id: &str, time: &str| format!("{{\"type\":\"track\",\"messageId\":\"{id}\",\"userId\":\"ann\",\"event\":\"Lesson Seen\",\"timestamp\":{time},\"properties\":{{\"course_id\":\"c\"}}}}\n");
        let text = line("m1", "\"2026-01-01T00:00:00Z\"") + &line("m2", "1767225600");
        assert_eq!(import(t, &["actions", "--preset", &preset, &t.file("s.jsonl", text)]), (0, [2, 0, 0, 0, 0]));
        assert_eq!(t.count("user_action WHERE target_type = 'course' AND target_id = 'c'"), 2);
    }

    fn a_statement_is_not_of_the_future_and_comes_back_in(t) {
        t.user("ann", "");
        let planned = (chrono::Utc::now() + chrono::TimeDelta::hours(10)).to_rfc3339();
        t.ok(&["actions", "record", "ann", "enrolled", "course:c", "--at", &planned]);
        let export = ["actions", "export", "--as", "xapi", "--homepage", "https://x.org", "--format", "jsonl"];
        let text = t.ok(&export);
        let statement: Value = serde_json::from_str(&text).unwrap();
        let time: chrono::DateTime<chrono::Utc> = statement["timestamp"].as_str().unwrap().parse().unwrap();
        assert!(time <= chrono::Utc::now(), "{text}");
        assert_eq!(import(t, &["actions", "--from", "xapi", &t.file("s.jsonl", &text)]), (0, [0, 0, 1, 0, 0]));
        for wrong in ["learn.example", "https://learn example", "https://x.org/?a", "https://x.org/#f", "https://", "ftp://x.org"] {
            assert!(t.fails(2, &["actions", "export", "--as", "xapi", "--homepage", wrong]).contains("an absolute IRI"), "{wrong}");
        }
    }

    fn people_who_are_deactivated_in_other_words_are_no_live_users(t) {
        for (preset, header, row) in [
            ("moodle-users", "id,username,email,firstname,lastname,suspended", "1,ann,ann@example.com,Ann,Lee,true"),
            ("oneroster-users", "sourcedId,status,enabledUser,username,givenName,familyName,email", "s1,active,0,ann,Ann,Lee,ann@example.com"),
            ("oneroster-users", "sourcedId,status,enabledUser,username,givenName,familyName,email", "s1,inactive,true,ann,Ann,Lee,ann@example.com"),
            ("entra-users", "userPrincipalName,displayName,accountEnabled,id", "ann@example.com,Ann Lee,No,e1"),
        ] {
            let file = t.file("u.csv", format!("{header}\n{row}\n"));
            let run = t.run(&["import", "users", "--preset", preset, &file]);
            assert!(run.status == 0 && t.count("\"user\"") == 0, "{preset}: {row}\n{run}");
        }
    }

    fn a_saved_preset_reads_the_file_as_the_options_did(t) {
        t.user("ann", "");
        for (name, text, options) in [
            ("drop.csv", "nr,user_id,action_type,target_type,target_id,occurred_at,idempotency_key\n1,ann,enrolled,course,c,2026-01-01T00:00:00Z,k1\n", &["--drop", "1"][..]),
            ("quote.csv", "'user_id','action_type','target_type','target_id','occurred_at','idempotency_key'\n'ann','enrolled','course','a, b','2026-01-01T00:00:00Z','k2'\n", &["--quote", "single", "--delimiter", "comma"]),
            ("mysql.tsv", "user_id\taction_type\ttarget_type\ttarget_id\toccurred_at\tidempotency_key\nann\tenrolled\tcourse\ta\\\\b\t2026-01-01T00:00:00Z\tk3\n", &["--dialect", "mysql"]),
            ("source.csv", "user_id,action_type,target_type,target_id,occurred_at,source_event_id\nann,enrolled,course,c,2026-01-01T00:00:00Z,e4\n", &["--source-system", "manual"]),
        ] {
            let (file, preset) = (t.file(name, text), t.path(&format!("{name}.toml")));
            let preset = preset.to_str().unwrap();
            // A run that is rolled back leaves none.
            let broken = t.file(&format!("broken-{name}"), format!("{text}{text}"));
            t.fails(3, &[&["import", "actions", &broken, "--save-preset", preset], options].concat());
            assert!(!t.path(&format!("{name}.toml")).exists(), "{name}");
            assert_eq!(import(t, &[&["actions", &file, "--save-preset", preset], options].concat()), (0, [1, 0, 0, 0, 0]), "{name}");
            assert_eq!(import(t, &["actions", &file, "--preset", preset]), (0, [0, 0, 1, 0, 0]), "{name}: {}", std::fs::read_to_string(preset).unwrap());
        }
    }

    fn users_of_six_sources_are_imported_by_their_presets(t) {
        let name = |n: usize| ["Núria", "O'Brien", "Müller, Jörg", "Ann \"\"A\"\""][n % 4].to_owned();
        let file = |source: &str, header: &str, row: &dyn Fn(usize) -> String| {
            let rows = (0..ROWS).fold(format!("{header}\n"), |text, n| text + &row(n) + "\n");
            t.file(&format!("{source}.csv"), rows)
        };
        let canvas = file("canvas", "user_id,integration_id,login_id,password,first_name,last_name,full_name,sortable_name,short_name,email,status", &|n| {
            let status = if n % 10 == 9 { "deleted" } else { "active" };
            format!("c{n},,login{n},,Bob,Smith{n},{},,,c{n}@example.edu,{status}", if n % 2 == 0 { format!("\"{}\"", name(n)) } else { String::new() })
        });
        twice(t, &["users", "--preset", "canvas-users"], &canvas, ROWS - ROWS / 10, (ROWS / 10) as u64);
        assert_eq!(user(t, "c1@example.edu")["name"], "Bob Smith1");
        assert_eq!(user(t, "c2@example.edu")["name"], "Müller, Jörg");
        t.fails(6, &["users", "show", "c9@example.edu"]);

        let moodle = file("moodle", "username,password,firstname,lastname,email,course1,cohort1,profile_field_team,suspended,deleted", &|n| {
            format!("m{n},x,\"{}\",Doe,m{n}@example.org,math102,year 3,red,{},0", name(n), usize::from(n == 3))
        });
        twice(t, &["users", "--preset", "moodle-users"], &moodle, ROWS - 1, 1);

        let wordpress = file("wordpress", "ID,user_login,display_name,user_email,user_registered,roles", &|n| {
            format!("{n},login{n},\"{}\",w{n}@example.net,2026-03-04 14:22:{:02},\"subscriber,author\"", name(n), n)
        });
        twice(t, &["users", "--preset", "wordpress-users"], &wordpress, ROWS, 0);
        let seventh = user(t, "w7@example.net");
        assert_eq!((&seventh["roles"], &seventh["created_at"]), (&json!(["student", "teacher"]), &json!("2026-03-04T14:22:07Z")));

        let oneroster = file("oneroster", "\"sourcedId\",\"status\",\"dateLastModified\",\"enabledUser\",\"orgSourcedIds\",\"role\",\"username\",\"userIds\",\"givenName\",\"familyName\",\"middleName\",\"identifier\",\"email\",\"sms\",\"phone\",\"agentSourcedIds\",\"grades\",\"password\"", &|n| {
            let role = ["student", "teacher", "guardian"][n % 3];
            format!("\"o-{n}\",\"active\",\"\",\"{}\",\"org\",\"{role}\",\"x{n}\",\"\",\"{}\",\"Roe\",\"\",\"\",\"o{n}@example.edu\",\"\",\"\",\"\",\"09\",\"\"", n != 5, name(n))
        });
        twice(t, &["users", "--preset", "oneroster-users"], &oneroster, ROWS - 1, 1);
        assert_eq!(user(t, "o1@example.edu")["roles"], json!(["teacher"]));
        assert_eq!(user(t, "o2@example.edu")["roles"], json!([]));

        let google = file("google", "First Name [Required],Last Name [Required],Email Address [Required],Password [Required],Org Unit Path [Required],Status [READ ONLY],Last Sign In [READ ONLY]", &|n| {
            format!("\"{}\",Poe,g{n}@example.com,****,/,{},2026/03/15 08:14:00", name(n), if n == 8 { "Suspended" } else { "Active" })
        });
        twice(t, &["users", "--preset", "google-workspace-users"], &google, ROWS - 1, 1);

        let entra = file("entra", "\u{feff}version:v1.0,,,\nName [displayName] Required,User name [userPrincipalName] Required,Initial password [passwordProfile] Required,Block sign in (Yes/No) [accountEnabled] Required", &|n| {
            format!("\"{}\",e{n}@example.onmicrosoft.com,secret,{}", name(n), if n == 2 { "Yes" } else { "No" })
        });
        twice(t, &["users", "--preset", "entra-users"], &entra, ROWS - 1, 1);
    }

    fn events_of_four_sources_are_recorded_once(t) {
        people(t);
        let segment = |n: usize| json!({
            "type": if n % 8 == 7 { "identify" } else { "track" }, "messageId": format!("m-{n}"), "userId": format!("u{n}"),
            "event": (["Course Completed", "Module Viewed"][n % 2]), "originalTimestamp": "2026-03-15T08:14:00.000Z",
            "timestamp": format!("2026-03-15T08:14:{:02}.000Z", n), "receivedAt": format!("2026-03-15T09:00:{:02}Z", n),
            "properties": {"course_id": format!("c{n}"), "module_id": format!("m{n}"), "price": 12.50, "tags": ["a", "b"]}
        });
        let path = t.file("segment.events.jsonl", lines((0..ROWS).map(segment)));
        twice(t, &["actions", "--from", "segment"], &path, ROWS - ROWS / 8, (ROWS / 8) as u64);
        let first: Value = serde_json::from_str(t.ok(&["actions", "list", "--user", "u0", "--format", "jsonl"]).trim()).unwrap();
        assert_eq!((&first["action_type"], &first["target_type"], &first["target_id"]), (&json!("completed_course"), &json!("course"), &json!("c0")));
        assert_eq!((&first["source_event_id"], &first["occurred_at"]), (&json!("m-0"), &json!("2026-03-15T08:14:00Z")));
        assert_eq!(first["metadata"].to_string(), json!({"course_id": "c0", "module_id": "m0", "price": 12.5, "tags": ["a", "b"]}).to_string());
        // The same message delivered again, at other times, compressed.
        let again = lines((0..ROWS).map(|n| {
            let mut event = segment(n);
            event["receivedAt"] = "2026-03-16T00:00:00Z".into();
            event["timestamp"] = "2026-03-16T00:00:00Z".into();
            event
        }));
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(again.as_bytes()).unwrap();
        let run = t.run(&["import", "actions", "--preset", "segment", &t.file("again.gz", packed.finish().unwrap()), "--format", "jsonl"]);
        assert_eq!((run.status, verdicts(&run)[2]), (0, (ROWS - ROWS / 8) as u64), "{run}");

        let stripe = |n: usize| json!({
            "id": format!("evt_{n}"), "object": "event", "created": 1_773_562_442 + n, "type": "checkout.session.completed", "livemode": true,
            "request": {"idempotency_key": "caller"},
            "data": {"object": {"id": format!("cs_{n}"), "client_reference_id": format!("u{n}"), "amount_total": 4900, "currency": "eur", "metadata": {"course_id": "c1"}}}
        });
        let list = json!({"object": "list", "url": "/v1/events", "has_more": false, "data": (0..ROWS).map(stripe).collect::<Vec<_>>()});
        // serde_json sorts members; Stripe writes the object's kind first.
        let text = list.to_string();
        let text = format!("{{\"object\":\"list\",\"has_more\":false,\"data\":{}}}", &text[text.find('[').unwrap()..=text.rfind(']').unwrap()]);
        let path = t.file("stripe.events.json", text);
        twice(t, &["actions", "--from", "stripe"], &path, ROWS, 0);
        let path = t.file("stripe.events.jsonl", lines((0..ROWS).map(stripe)));
        let run = t.run(&["import", "actions", "--from", "stripe", &path, "--format", "jsonl"]);
        assert_eq!((run.status, verdicts(&run)), (0, [0, 0, ROWS as u64, 0, 0]), "{run}");
        let trial = stripe(99).to_string().replace("\"livemode\":true", "\"livemode\":false").replace("u99", "u1");
        let path = t.file("test.events.jsonl", trial);
        let refused = t.run(&["import", "actions", "--from", "stripe", &path]);
        assert!(refused.status == 3 && refused.stderr.contains("livemode \"false\": is test data") && refused.stderr.contains("--allow-test"), "{refused}");
        t.ok(&["import", "actions", "--from", "stripe", &path, "--allow-test"]);

        let xapi = |n: usize| json!({
            "id": format!("0b5c1f0e-0000-4000-8000-{n:012}"),
            "actor": if n.is_multiple_of(2) { json!({"account": {"homePage": "https://x.example", "name": format!("u{n}")}}) } else { json!({"mbox": format!("mailto:u{n}@example.com")}) },
            "verb": {"id": if n == 4 { "http://adlnet.gov/expapi/verbs/voided" } else { "http://adlnet.gov/expapi/verbs/completed" }},
            "object": {"id": format!("https://x.example/module/{n}"), "definition": {"type": "http://adlnet.gov/expapi/activities/module"}},
            "result": {"score": {"scaled": 0.95}}, "timestamp": "2026-03-15T08:14:00Z"
        });
        let path = t.file("xapi.events.json", json!({"statements": (0..ROWS).map(xapi).collect::<Vec<_>>(), "more": ""}).to_string().replace("\"more\":\"\",", ""));
        twice(t, &["actions", "--from", "xapi"], &path, ROWS - 1, 1);

        let cloud = |n: usize| json!({
            "specversion": "1.0", "id": n.to_string(), "source": "/app", "type": "enrolled", "time": "2026-03-15T08:14:00Z", "subject": format!("u{n}"),
            "data": {"target_type": "course", "target_id": "c9"}
        });
        let path = t.file("cloud.events.json", Value::Array((0..ROWS).map(cloud).collect()).to_string());
        twice(t, &["actions", "--from", "cloudevents"], &path, ROWS, 0);
    }

    fn file_of_a_known_source_is_recognized(t) {
        for (kind, name, text, hint) in [
            ("actions", "s.jsonl", "{\"type\":\"track\",\"messageId\":\"m1\",\"userId\":\"u\",\"event\":\"Course Enrolled\",\"originalTimestamp\":\"2026-01-01T00:00:00Z\",\"properties\":{}}", "segment: add --from segment"),
            ("actions", "s.jsonl", "{\"id\":\"evt_1\",\"object\":\"event\",\"type\":\"charge.refunded\",\"created\":1,\"livemode\":true,\"data\":{}}", "stripe: add --from stripe"),
            ("actions", "x.jsonl", "{\"id\":\"a\",\"actor\":{},\"verb\":{},\"object\":{},\"timestamp\":\"2026-01-01T00:00:00Z\"}", "xapi: add --from xapi"),
            ("actions", "c.jsonl", "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"a\",\"type\":\"enrolled\",\"subject\":\"u\",\"time\":\"2026-01-01T00:00:00Z\",\"data\":{}}", "cloudevents: add --from cloudevents"),
            ("users", "canvas.csv", "user_id,integration_id,login_id,password,first_name,last_name,full_name,sortable_name,short_name,email,status\nu1,,l,,A,B,A B,,,a@b.org,active\n", "canvas-users: add --preset canvas-users"),
            ("users", "moodle.csv", "id,username,email,firstname,lastname,suspended\n1,ann,ann@example.com,Ann,Lee,0\n", "moodle-users: add --preset moodle-users"),
            ("users", "one.csv", "sourcedId,status,enabledUser,username,givenName,familyName,email\ns1,active,true,ann,Ann,Lee,ann@example.com\n", "oneroster-users: add --preset oneroster-users"),
            ("users", "entra.csv", "userPrincipalName,displayName,accountEnabled,id\nann@example.com,Ann Lee,True,e1\n", "entra-users: add --preset entra-users"),
            // None of them.
            ("actions", "own.csv", "user_id,action,target_type,target_id,occurred_at\n", "did you mean action_type?"),
            ("actions", "nohead.csv", "u1,enrolled,course,c,2026-01-01T00:00:00Z\n", "the file seems to have no header line"),
        ] {
            let run = t.run(&["import", kind, &t.file(name, text)]);
            assert!([1, 3].contains(&run.status) && run.stderr.contains(hint), "{name}: {hint}\n{run}");
        }
    }

    fn events_of_other_programs_are_told_apart_and_lose_nothing(t) {
        t.user("u1", "");
        let cloud = |source: &str, id: &str, data: Value| json!({
            "specversion": "1.0", "id": id, "source": source, "type": "enrolled", "time": "2026-03-15T08:14:00Z", "subject": "u1", "data": data
        });
        let data = json!({"target_type": "course", "target_id": "c9", "score": 7});
        let pairs = [("a", "b/c"), ("a/b", "c"), ("a", "b%2Fc"), ("a", "b"), ("a/", "b")];
        let text = lines(pairs.iter().map(|(source, id)| cloud(source, id, data.clone())));
        assert_eq!(import(t, &["actions", "--from", "cloudevents", &t.file("c.jsonl", &text)]), (0, [pairs.len() as u64, 0, 0, 0, 0]));
        assert_eq!(import(t, &["actions", "--from", "cloudevents", &t.file("c.jsonl", &text)]).1[2], pairs.len() as u64);
        let rows = t.ok(&["actions", "list", "--format", "jsonl"]);
        let row: Value = serde_json::from_str(rows.lines().next().unwrap()).unwrap();
        assert_eq!(row["metadata"], data);
        for (wrong, reason) in [
            (cloud("a", "", data.clone()), "line 1: rejected: id: is missing, and is required to identify the record"),
            (json!({"specversion": "1.0", "id": "x", "source": "a", "type": "enrolled", "time": "2026-03-15T08:14:00Z", "subject": "u1", "data_base64": "eA=="}), "data_base64: has binary data"),
        ] {
            let stderr = t.fails(3, &["import", "actions", "--from", "cloudevents", &t.file("w.jsonl", lines([wrong]))]);
            assert!(stderr.contains(reason), "{stderr}");
        }
        // The same of columns that are joined by hand.
        let text = "user_id,action_type,target_type,target_id,occurred_at,source_system,a,b\nu1,enrolled,course,d,2026-01-01T00:00:00Z,app,x y,z\nu1,enrolled,course,d,2026-01-01T00:00:00Z,app,x,y z\n";
        assert_eq!(import(t, &["actions", &t.file("j.csv", text), "--map", "a+b=source_event_id"]), (0, [2, 0, 0, 0, 0]));
        let preset = t.file("p.toml", "[columns]\nsource_event_id = \"{a}{b}\"\n");
        let stderr = t.fails(1, &["import", "actions", &t.file("j.csv", text), "--preset", &preset]);
        assert!(stderr.contains("joins source_event_id from fields without a text between them"), "{stderr}");

        let statement = json!({
            "id": "0b5c1f0e-0000-4000-8000-000000000001", "actor": {"account": {"homePage": "https://x.example", "name": "u1"}},
            "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"}, "object": {"id": "https://x.example/module/1"},
            "result": {"success": true}, "context": {"platform": "Moodle"}, "timestamp": "2026-03-15T08:14:00.1234567Z"
        });
        let run = t.run(&["import", "actions", "--from", "xapi", &t.file("x.jsonl", lines([statement]))]);
        assert!(run.status == 0 && run.stderr.contains("1 time cut off after the microsecond"), "{run}");
        let rows = t.ok(&["actions", "list", "--type", "completed_module", "--format", "jsonl"]);
        let row: Value = serde_json::from_str(&rows).unwrap();
        assert_eq!(row["metadata"], json!({"result": {"success": true}, "context": {"platform": "Moodle"}}));
        assert_eq!(row["occurred_at"], "2026-03-15T08:14:00.123456Z");
    }

    fn exports_come_back_in_as_replays(t) {
        t.ok(&["import", "all", &example("")]);
        t.ok(&["actions", "record", "usr_42_maya", "posted_reply", "post:course-v1:edX+DemoX", "--metadata", r#"{"n": 2.50, "a": {"b": [1, null]}}"#]);
        let home = ["--homepage", "https://learn.example"];
        let count = t.count("user_action");
        for (format, export) in [
            ("jsonl", t.ok(&["actions", "export", "--format", "jsonl"])),
            ("xapi", t.ok(&[&["actions", "export", "--as", "xapi"][..], &home].concat())),
            ("cloudevents", t.ok(&[&["actions", "export", "--as", "cloudevents"][..], &home].concat())),
        ] {
            let run = t.pipe(&["import", "actions", "--from", format, "-", "--format", "jsonl"], &export);
            assert_eq!((run.status, verdicts(&run)), (0, [0, 0, count, 0, 0]), "{format} {}", run.stderr);
        }
        assert_eq!(t.count("user_action"), count);
    }

    fn german_spreadsheet_is_imported_by_one_command_and_then_by_its_preset(t) {
        let users = "Stand: 31.12.2025;;;\r\n\r\nVorname;Nachname;E-Mail;Rolle\r\nJörg;Müller;joerg@example.de;Lehrer\r\nÄnne;Groß;aenne@example.de;Schüler\r\n;;;\r\n";
        let encode = |text: &str| encoding_rs::WINDOWS_1252.encode(text).0.into_owned();
        let path = t.file("schule.csv", encode(users));
        let args = [
            "import", "users", &path, "--encoding", "windows-1252", "--map", "Vorname+Nachname=name", "--map", "E-Mail=email",
            "--map", "Rolle=roles", "--map-value", "roles:Lehrer=teacher", "--map-value", "roles:Schüler=student", "--save-preset", "schule.toml",
        ];
        let run = t.run(&args);
        assert!(run.status == 0 && run.stderr.contains("read as: semicolon, header on line 3"), "{run}");
        assert_eq!(user(t, "joerg@example.de")["name"], "Jörg Müller");
        assert_eq!(t.roles("aenne@example.de"), "student");
        let run = t.run(&["import", "users", &path, "--preset", "schule.toml", "--format", "jsonl"]);
        assert_eq!((run.status, verdicts(&run)), (0, [0, 0, 2, 0, 0]), "{run}");

        let events = "user_email;action_type;target_type;target_id;occurred_at;source_system;source_event_id;metadata.punkte\n\
                      joerg@example.de;completed_module;module;m1;31.12.2025 14:05;app;1;12,5\naenne@example.de;enrolled;course;c;01.02.2026 09:00;app;2;7\n";
        let path = t.file("ereignisse.csv", events);
        let args = ["import", "actions", &path, "--assume-tz", "Europe/Berlin", "--save-preset", "ereignisse.toml"];
        let run = t.run(&args);
        assert!(run.stderr.contains("read as: semicolon, dates 31.12.2025 14:05, decimal comma"), "{run}");
        let run = t.run(&["import", "actions", &path, "--preset", "ereignisse.toml", "--recheck", "--format", "jsonl"]);
        assert_eq!((run.status, verdicts(&run)), (0, [0, 0, 2, 0, 0]), "{run}");
        let row: Value = serde_json::from_str(t.ok(&["actions", "list", "--user", "joerg@example.de", "--format", "jsonl"]).trim()).unwrap();
        assert_eq!((&row["occurred_at"], &row["metadata"]), (&json!("2025-12-31T13:05:00Z"), &json!({"punkte": 12.5})));
    }

    fn what_a_workbook_hides_is_said(t) {
        t.user("u1", "");
        let mut book = Workbook::new();
        for (name, key) in [("March", "e1"), ("April", "e2")] {
            let sheet = book.add_worksheet();
            sheet.set_name(name).unwrap();
            for (column, (heading, value)) in [("user_id", "u1"), ("action_type", "enrolled"), ("target_type", "course"), ("target_id", "c"), ("occurred_at", "2026-03-01T00:00:00Z"), ("source_system", "app"), ("source_event_id", key)].iter().enumerate() {
                let column = u16::try_from(column).unwrap();
                sheet.write_string(0, column, *heading).unwrap();
                sheet.write_string(1, column, *value).unwrap();
            }
        }
        // Of a long number, a sheet keeps 15 digits: two events would be one.
        book.worksheet_from_name("April").unwrap().write_number(1, 6, 123_456_789_012_345_678.0).unwrap();
        let path = t.path("b.xlsx");
        book.save(&path).unwrap();
        let file = path.display().to_string();
        let run = t.run(&["import", "actions", &file]);
        assert!(run.status == 0 && run.stderr.contains("sheet March, and not April: choose one with --sheet NAME"), "{run}");
        let refused = t.fails(3, &["import", "actions", &file, "--sheet", "April"]);
        assert!(refused.contains("source_event_id") && refused.contains("scientific notation"), "{refused}");
    }

    fn workbook_is_read_directly(t) {
        people(t);
        let mut book = Workbook::new();
        book.add_worksheet().set_name("Notes").unwrap().write_string(0, 0, "nothing here").unwrap();
        let sheet = book.add_worksheet();
        sheet.set_name("Events").unwrap();
        let date = Format::new().set_num_format("dd.mm.yyyy hh:mm");
        sheet.merge_range(0, 0, 0, 6, "Activity of March", &Format::new()).unwrap();
        for (column, name) in ["user_id", "action_type", "target_type", "target_id", "occurred_at", "source_system", "source_event_id", "metadata.score", "metadata.note"].iter().enumerate() {
            sheet.write_string(2, u16::try_from(column).unwrap(), *name).unwrap();
        }
        for n in 0..u32::try_from(ROWS).unwrap() {
            for (column, text) in [format!("u{n}"), "enrolled".into(), "course".into(), format!("c, \"{n}\"")].iter().enumerate() {
                sheet.write_string(n + 3, u16::try_from(column).unwrap(), text).unwrap();
            }
            let time = ExcelDateTime::parse_from_str("2026-03-15 08:14:30").unwrap();
            sheet.write_datetime_with_format(n + 3, 4, &time, &date).unwrap();
            sheet.write_string(n + 3, 5, "app").unwrap();
            sheet.write_number(n + 3, 6, 1000 + n).unwrap();
            sheet.write_formula(n + 3, 7, rust_xlsxwriter::Formula::new("=1/4").set_result("0.25")).unwrap();
            sheet.write_string(n + 3, 8, "two\nlines").unwrap();
        }
        let path = t.file("events.xlsx", book.save_to_buffer().unwrap());
        twice(t, &["actions", "--sheet", "Events", "--assume-tz", "Europe/Berlin"], &path, ROWS, 0);
        let row: Value = serde_json::from_str(t.ok(&["actions", "list", "--user", "u7", "--format", "jsonl"]).trim()).unwrap();
        assert_eq!((&row["occurred_at"], &row["source_event_id"]), (&json!("2026-03-15T07:14:30Z"), &json!("1007")));
        assert_eq!((&row["metadata"], &row["target_id"]), (&json!({"score": 0.25, "note": "two\nlines"}), &json!("c, \"7\"")));
        let missing = t.fails(1, &["import", "actions", &path, "--sheet", "March"]);
        assert!(missing.contains("no sheet March") && missing.contains("the workbook has Notes, Events"), "{missing}");
        let large = t.fails(1, &["import", "actions", &path, "--sheet", "Events", "--max-bytes", "1KB"]);
        assert!(large.contains("decompresses to more than 1,024 bytes") && large.contains("--max-bytes"), "{large}");
        let damaged = std::fs::read(&path).unwrap();
        let cut = t.fails(1, &["import", "actions", &t.file("cut.xlsx", &damaged[..damaged.len() / 2])]);
        assert!(cut.contains("nothing was changed"), "{cut}");
    }

    fn refused_objects_can_be_corrected_and_imported(t) {
        people(t);
        let event = |n: usize, kind: &str| json!({"type": "track", "messageId": format!("m{n}"), "userId": format!("u{n}"), "event": kind, "timestamp": "2026-03-15T08:14:00Z", "properties": {"course_id": "c", "n": 1}});
        let path = t.file("a.jsonl", lines([event(1, "Course Completed"), event(2, "Course Compleet"), event(3, "Course Completed")]));
        let run = t.run(&["import", "actions", "--from", "segment", &path, "--on-error", "skip", "--rejects", "r.jsonl"]);
        assert_eq!(run.status, 3, "{run}");
        let refused = std::fs::read_to_string(t.path("r.jsonl")).unwrap();
        assert!(refused.contains("\"_line\":\"2\"") && refused.contains("\"_field\":\"action_type\"") && refused.contains("did you mean Course Completed?"), "{refused}");
        std::fs::write(t.path("r.jsonl"), refused.replace("Compleet\"", "Completed\"")).unwrap();
        let run = t.run(&["import", "actions", "r.jsonl", "--format", "jsonl"]);
        assert_eq!((run.status, verdicts(&run)), (0, [1, 0, 0, 0, 0]), "{run}");
        assert_eq!(t.count("user_action"), 3);
        let run = t.run(&["import", "actions", "--from", "segment", &path, "--unmapped", "skip", "--recheck", "--format", "jsonl"]);
        assert_eq!((run.status, verdicts(&run), &report(&run)["skipped_kinds"]), (0, [0, 0, 2, 0, 0], &json!({"unmapped Course Compleet": 1})), "{run}");
        let tolerated = ["import", "actions", "--from", "segment", &path, "--on-error", "skip", "--recheck", "--tolerate"];
        t.ok(&[&tolerated[..], &["1"]].concat());
        t.fails(3, &[&tolerated[..], &["10%"]].concat());
    }

    fn files_that_are_no_data_are_named_and_change_nothing(t) {
        people(t);
        let before = t.content();
        for (name, content, expected) in [
            ("page.jsonl", &b"<!DOCTYPE html><title>503</title>"[..], "is HTML or XML"),
            ("x.parquet", b"PAR1....", "is a Parquet file"),
            ("x.xz", b"\xfd7zXZ\0....", "compressed with xz"),
            ("x.zip", b"PK\x03\x04........", "is a ZIP archive"),
            ("cut.jsonl", br#"{"type":"track","messageId":"m1","userId":"u1""#, "line 1: the object that starts here has no end"),
            ("cut.json", br#"[{"type":"identify"},"#, "the array has no end"),
            ("mixed.jsonl", b"{\"type\":\"identify\"}\n17\n", "line 2: expected a JSON object"),
            ("twice.jsonl", br#"{"type":"track","type":"identify"}"#, "duplicate key"),
            ("empty.jsonl", b"  \n", "the file is empty"),
            ("arrays.json", br#"[{"type":"identify"}][{"type":"identify"}]"#, "line 1: unexpected text after the end of the array"),
            ("after.json", br#"{"object":"list","data":[{"type":"identify"}]} {}"#, "unexpected text after the end of the array"),
        ] {
            let run = t.run(&["import", "actions", "--from", "segment", &t.file(name, content)]);
            assert!(run.status != 0 && run.stderr.contains(expected) && run.stderr.contains("nothing was changed"), "{name}: {run}");
            assert_eq!(t.count("user_action"), 0);
        }
        assert_eq!(t.content(), before);
    }
}

#[test]
fn presets_are_listed_shown_and_extended() {
    let t = Sandbox::migrated(crate::sandbox::Engine::Sqlite);
    t.user("ann", "");
    assert_eq!(t.ok(&["import", "presets", "list", "--format", "ids"]).lines().count(), 10);
    let shown = t.ok(&["import", "presets", "show", "segment"]);
    assert!(shown.contains("source_event_id = \"messageId\""), "{shown}");
    let unknown = t.fails(2, &["import", "actions", "x.jsonl", "--preset", "segmnt"]);
    assert!(unknown.contains("did you mean segment?"), "{unknown}");
    t.file("own.toml", "extends = \"segment\"\n[columns]\nuser_id = \"context.login\"\n[values.action_type]\nLiked = \"posted_reply\"\n[set.target_type]\nLiked = \"post\"\n");
    let event = json!({"type": "track", "messageId": "m", "context": {"login": "ann"}, "event": "Liked", "timestamp": "2026-03-15T08:14:00Z", "properties": {"post_id": "p"}});
    t.ok(&["import", "actions", &t.file("e.jsonl", event.to_string()), "--preset", "own.toml"]);
    assert_eq!(
        t.value("action_type || ' ' || target_type || ' ' || target_id", "FROM user_action"),
        "posted_reply post p"
    );
    t.file("circle.toml", "extends = \"circle.toml\"");
    assert!(t.fails(2, &["import", "actions", "e.jsonl", "--preset", "circle.toml"]).contains("in a circle"));
    t.file("wrong.toml", "[columns]\nuser_id = \"a\"\ncolour = 3\n");
    assert!(t.fails(2, &["import", "actions", "e.jsonl", "--preset", "wrong.toml"]).contains("wrong.toml line 3"));
}

/// A Segment event of a user, or of nobody.
fn tracked(n: usize, user: Option<&str>) -> Value {
    let mut event = json!({"type": "track", "messageId": format!("m{n}"), "anonymousId": "a", "event": "Course Completed", "timestamp": "2026-03-15T08:14:00Z", "properties": {"course_id": "c"}});
    if let Some(user) = user {
        event["userId"] = user.into();
    }
    event
}

on_both_engines! {
    fn parked_events_are_recorded_once_when_their_users_are_known(t) {
        t.user("ann", "");
        let night = |name: &str, events: &[Value], status: i32, counts: [u64; 3]| {
            let path = t.file(name, lines(events.iter().cloned()));
            let run = t.run(&["import", "actions", "--from", "segment", "--unknown-users", "park", &path, "--format", "jsonl"]);
            let report = report(&run);
            let count = |name: &str| report[name].as_u64().unwrap();
            assert_eq!((run.status, [count("inserted"), count("replay"), count("parked")]), (status, counts), "{run}");
        };
        night("1.jsonl", &[tracked(1, Some("ann")), tracked(2, Some("eve")), tracked(3, None)], 0, [1, 0, 2]);
        // Delivered again with one more: parked events are neither doubled nor counted again.
        night("2.jsonl", &[tracked(1, Some("ann")), tracked(2, Some("eve")), tracked(4, Some("eve"))], 0, [0, 1, 1]);
        let again = t.run(&["import", "actions", "--from", "segment", "--unknown-users", "park", "--recheck", "--format", "jsonl", t.path("2.jsonl").to_str().unwrap()]);
        assert_eq!(report(&again)["skipped_kinds"], json!({"already parked": 2}), "{again}");
        // All verdicts together are the rows read.
        let again = t.run(&["import", "actions", "--from", "segment", "--unknown-users", "park", "--recheck", t.path("2.jsonl").to_str().unwrap()]);
        assert!(again.stderr.contains("rejected  skipped\nactions     3         0        0       1         0         0        2"), "{again}");
        // With other content under the same key, or twice in one file: reported, not lost.
        let mut other = tracked(2, Some("eve"));
        other["properties"]["score"] = json!(99);
        let run = t.run(&["import", "actions", "--from", "segment", "--unknown-users", "park", &t.file("other.jsonl", lines([other]))]);
        assert!(run.status == 4 && run.stderr.contains("user_action:segment:m2 is already parked with other content"), "{run}");
        for bad in [&b"{\"type\":\"track\",\"messageId\":\"m9\""[..], b"<html>503</html>"] {
            t.fails(1, &["import", "actions", "--from", "segment", "--unknown-users", "park", &t.file("bad.jsonl", bad)]);
        }
        assert_eq!((t.count("user_action"), t.count("import_parked")), (1, 3));
        let listed = t.ok(&["import", "parked", "--list", "--columns", "reason,key", "--format", "csv"]);
        assert_eq!(listed, "reason,key\nunknown user eve,user_action:segment:m2\nanonymous,user_action:segment:m3\nunknown user eve,user_action:segment:m4\n");
        assert_eq!((t.count("user_action"), t.count("import_parked")), (1, 3));
        // A dry run, and an import of users, which records them.
        let users = t.file("users.csv", "id,email,name\neve,eve@example.com,Eve\n");
        t.ok(&["import", "users", &users, "-n"]);
        assert_eq!(t.count("import_parked"), 3);
        let run = t.run(&["import", "users", &users]);
        assert!(run.status == 0 && run.stderr.contains("recorded 2 parked events"), "{run}");
        assert_eq!((t.count("user_action"), t.count("import_parked")), (3, 1));
        assert_eq!(t.count("user_action WHERE user_id = 'eve'"), 2);
        night("3.jsonl", &[tracked(2, Some("eve")), tracked(4, Some("eve")), tracked(5, Some("dan"))], 0, [0, 2, 1]);
        t.user("dan", "");
        assert!(t.run(&["import", "parked", "-n"]).stderr.contains("would record 1 parked event"), "dry run");
        assert!(t.run(&["import", "parked"]).stderr.contains("recorded 1 parked event; 1 left"), "dan");
        assert!(t.run(&["import", "parked"]).stderr.contains("recorded 0 parked events; 1 left"), "again");
        assert!(t.run(&["import", "parked", "--drop", "--older-than", "90d"]).stderr.contains("removed 0 parked events"));
        assert!(t.fails(2, &["import", "parked", "--drop", "--older-than", "2100-01-01"]).contains("refusing to remove"));
        t.ok(&["import", "parked", "--drop", "--older-than", "2100-01-01", "--yes"]);
        assert_eq!((t.count("user_action"), t.count("import_parked")), (4, 0));
    }

    fn erasure_removes_the_parked_events_of_a_person(t) {
        t.user("ann", "");
        t.file("e.csv", "user_email,action_type,target_type,target_id,occurred_at\nANN@example.com,enrolled,course,c,2026-01-01T00:00:00Z\neve@example.com,enrolled,course,c,2026-01-01T00:00:00Z\n");
        t.ok(&["users", "update", "ann", "--email", "new@example.com"]);
        t.ok(&["import", "actions", "e.csv", "--unknown-users", "park"]);
        t.ok(&["users", "update", "ann", "--email", "ann@example.com"]);
        assert_eq!(t.count("import_parked"), 2);
        t.ok(&["users", "erase", "ann", "--confirm", "ann@example.com"]);
        assert_eq!(t.value("user_email", "FROM import_parked"), "eve@example.com");
    }
}

on_both_engines! {
    fn nothing_of_a_file_is_dropped_in_silence(t) {
        people(t);
        let header = "user_id,action_type,target_type,target_id,occurred_at,source_system,source_event_id";
        let row = "u1,enrolled,course,c,2026-01-01T00:00:00Z,app,1";
        let lost = t.fails(3, &["import", "actions", &t.file("a.csv", format!("{header},\n{row},lost\n"))]);
        assert!(lost.contains("column 8 has the value \"lost\", but no name"), "{lost}");
        let index = t.fails(3, &["import", "actions", &t.file("a.csv", format!(",{header}\nx,{row}\n"))]);
        assert!(index.contains("column 1 has the value \"x\", but no name"), "{index}");
        let twice = json!({"user_id": "u1", "User_Id": "u2", "action_type": "enrolled", "target_type": "course", "target_id": "c", "occurred_at": "2026-01-01T00:00:00Z"});
        let twice = t.fails(3, &["import", "actions", &t.file("a.jsonl", twice.to_string())]);
        assert!(twice.contains("user_id: given twice"), "{twice}");
        assert_eq!(t.count("user_action"), 0);

        // A column that is to be dropped is dropped, by name or number; one that is not there is named.
        let path = t.file("b.csv", format!("{header},colour\n{row},red\n"));
        t.ok(&["import", "actions", &path, "--drop", "8", "--drop", "source_event_id"]);
        assert_eq!(t.value("coalesce(source_event_id, 'none')", "FROM user_action"), "none");
        assert!(t.fails(1, &["import", "actions", &path, "--drop", "9"]).contains("unknown column 9"));
        assert!(t.fails(1, &["import", "actions", &t.file("c.jsonl", "{}"), "--map", "user_id=who"]).contains("unknown column who"));

        let page = json!({"id": "evt_1", "created": 1_770_000_000, "type": "checkout.session.completed", "data": {"object": {"client_reference_id": "u1", "metadata": {"course_id": "c"}}}});
        let page = format!("{{\"object\":\"list\",\"data\":[{page}],\"has_more\":true}}");
        let run = t.run(&["import", "actions", "--from", "stripe", &t.file("p.json", page)]);
        assert!(run.status == 0 && run.stderr.contains("the list says that there is more"), "{run}");
    }
}

on_both_engines! {
    fn times_and_numbers_are_read_only_in_the_one_way_that_is_possible(t) {
        people(t);
        let file = |delimiter: &str, cells: &[[&str; 2]]| {
            let header = "user_id,action_type,target_type,target_id,occurred_at,metadata.n".replace(',', delimiter);
            cells.iter().enumerate().fold(header + "\n", |text, (n, [time, number])| {
                text + &["u1", "enrolled", "course", &format!("c{n}"), time, number].join(delimiter) + "\n"
            })
        };
        let stored = |cells: &[[&str; 2]], args: &[&str]| {
            let path = t.file("f.csv", file(";", cells));
            let run = t.run(&[&["import", "actions", &path, "--assume-tz", "UTC", "-n", "--format", "jsonl"], args].concat());
            (run.status, run.stderr.lines().find_map(|line| line.split_once("read as: ").map(|(_, words)| words.to_owned())))
        };
        let semicolon = |words: &str| Some(format!("semicolon{words}"));
        for (cells, status, words) in [
            // The second row proves the order of the first.
            (&[["03/04/2026", "1"], ["13/04/2026", "2"]][..], 0, semicolon(", dates 13/04/2026")),
            (&[["03/04/2026 08:00 AM", "1"], ["04/13/2026 09:30:10 PM", "2"]], 0, semicolon(", dates 04/13/2026 09:30:10 PM")),
            (&[["2026/04/03", "1"]], 0, semicolon(", dates 2026/04/03")),
            (&[["2026-04-03", "1"], ["13.4.2026, 8:05", "2"]], 0, semicolon(", dates 13.4.2026, 8:05")),
            // Nothing tells the order, or there are two.
            (&[["03/04/2026", "1"], ["05/06/2026", "2"]], 3, semicolon("")),
            (&[["13/04/2026", "1"], ["04/13/2026", "2"]], 3, semicolon("")),
            (&[["13/04/2026", "1"], ["13.04.2026", "2"]], 3, semicolon("")),
            (&[["31/02/2026", "1"]], 3, semicolon("")),
            (&[["1760104536", "1"]], 3, semicolon("")),
            // A comma may separate thousands.
            (&[["2026-04-03", "1,234"], ["2026-04-03", "5,678"]], 0, semicolon("")),
            (&[["2026-04-03", "1,234"], ["2026-04-03", "5,6"]], 0, semicolon(", decimal comma")),
            (&[["2026-04-03", "1.5"], ["2026-04-03", "5,6"]], 0, semicolon("")),
            (&[["2026-04-03", "a,b"], ["2026-04-03", "5,6"]], 0, semicolon("")),
        ] {
            assert_eq!(stored(cells, &[]), (status, words), "{cells:?}");
            assert_eq!(stored(cells, &["--sniff", "off"]).1, None, "{cells:?}");
        }
        assert_eq!(stored(&[["2026-04-03", "5,6"]], &["--decimal", "."]), (0, semicolon("")));
        assert_eq!(stored(&[["13/04/2026", "1"]], &["--time-format", "%m/%d/%Y"]), (3, semicolon("")));
    }

    fn deactivated_people_never_become_users_in_silence(t) {
        t.user("boss", "superadmin");
        let file = |name: &str, ann: &str| t.file(name, format!("user_id,full_name,email,status\nann,Ann,ann@example.com,{ann}\nben,Ben,ben@example.com,active\n"));
        let first = file("1.csv", "active");
        t.ok(&["import", "users", "--preset", "canvas-users", &first]);
        t.ok(&["users", "roles", "add", "ann", "teacher"]);
        let second = file("2.csv", "Suspended");
        let run = t.run(&["import", "users", "--preset", "canvas-users", &second, "--format", "jsonl"]);
        assert_eq!((run.status, report(&run)["skipped"].as_u64()), (0, Some(1)), "{run}");
        let reported = t.fails(3, &["import", "users", "--preset", "canvas-users", &second, "--deactivated", "report"]);
        assert!(reported.contains("status \"Suspended\": the person is deactivated in the source"), "{reported}");
        assert!(t.fails(2, &["import", "users", "--preset", "canvas-users", &second, "--deactivated", "remove-roles"]).contains("requires --update"));
        assert_eq!(t.roles("ann"), "teacher");
        let remove = ["import", "users", "--preset", "canvas-users", &second, "--deactivated", "remove-roles", "--update", "--format", "jsonl"];
        let run = t.run(&remove);
        assert_eq!((run.status, verdicts(&run), t.roles("ann")), (0, [0, 1, 1, 0, 0], String::new()), "{run}");
        assert_eq!(verdicts(&t.run(&remove)), [0, 0, 2, 0, 0]);
        // Only the roles are taken: the address in the file is not that of today.
        t.ok(&["users", "roles", "add", "ann", "teacher"]);
        let moved = t.file("5.csv", "user_id,full_name,email,status\nann,Annie,new@example.com,deleted\n");
        t.ok(&["import", "users", "--preset", "canvas-users", &moved, "--deactivated", "remove-roles", "--update"]);
        assert_eq!((t.roles("ann"), t.value("email", "FROM \"user\" WHERE id = 'ann'")), (String::new(), "ann@example.com".to_owned()));
        // Somebody who is not recorded is not created, and the last superadmin stays.
        let third = t.file("3.csv", "user_id,full_name,email,status\nzoe,Zoe,zoe@example.com,deleted\n");
        let run = t.run(&["import", "users", "--preset", "canvas-users", &third, "--deactivated", "remove-roles", "--update", "--format", "jsonl"]);
        assert_eq!((run.status, verdicts(&run), t.count("\"user\"")), (0, [0, 0, 1, 0, 0], 3), "{run}");
        let last = t.file("4.csv", "user_id,full_name,email,status\nboss,Boss,boss@example.com,deleted\n");
        t.fails(1, &["import", "users", "--preset", "canvas-users", &last, "--deactivated", "remove-roles", "--update"]);
        assert_eq!(t.roles("boss"), "superadmin");
    }

    fn parked_events_are_recorded_after_users_in_parts(t) {
        t.user("ann", "");
        let path = t.file("e.jsonl", lines((0..3).map(|n| tracked(n, Some("eve")))));
        let quiet = t.run(&["import", "-q", "actions", "-n", "--from", "segment", "--unknown-users", "park", &path]);
        assert_eq!((quiet.status, quiet.stderr.as_str()), (0, ""), "{quiet}");
        t.ok(&["import", "actions", "--from", "segment", "--unknown-users", "park", &path]);
        let users = t.file("users.csv", "id,email,name\neve,eve@example.com,Eve\ndan,dan@example.com,Dan\n");
        let run = t.run(&["import", "users", &users, "--commit-every", "1"]);
        assert!(run.status == 0 && run.stderr.contains("recorded 3 parked events"), "{run}");
        assert_eq!((t.count("user_action"), t.count("import_parked")), (3, 0));
    }
}

on_both_engines! {
    fn what_would_be_lost_of_a_statement_is_refused(t) {
        t.user("ann", "");
        let statement = json!({"id": "0198a4f6-0000-7000-8000-000000000001", "actor": {"account": {"homePage": "https://example.com", "name": "ann"}}, "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"}, "object": {"id": "https://example.com/m1"}, "timestamp": "2026-03-15T08:14:00Z", "attachments": [{"usageType": "a"}]});
        let refused = t.fails(3, &["import", "actions", "--from", "xapi", &t.file("x.json", statement.to_string())]);
        assert!(refused.contains("attachments: has attachments, which are not imported"), "{refused}");
        // Without any, it is an ordinary statement; so is a row of a file with an empty column.
        let mut none = statement.clone();
        none["attachments"] = json!([]);
        t.ok(&["import", "actions", "--from", "xapi", &t.file("y.json", none.to_string())]);
        assert_eq!(t.count("user_action"), 1);
        t.file("refuse.toml", "[columns]\nid = \"id\"\nemail = \"email\"\nname = \"name\"\n[refuse]\nnote = \"has a note\"\n");
        t.ok(&["import", "users", "--preset", "refuse.toml", &t.file("r.csv", "id,email,name,note\nr,r@example.com,R,\n")]);
        t.fails(3, &["import", "users", "--preset", "refuse.toml", &t.file("r.csv", "id,email,name,note\ns,s@example.com,S,x\n")]);
        let row = |text: &str| encoding_rs::MACINTOSH.encode(text).0.into_owned();
        for (encoding, bytes) in [("MacRoman", row("Jörg")), ("cp850", b"J\x94rg".to_vec()), ("cp437", b"J\x94rg".to_vec())] {
            let text = [b"id,email,name,profile_img\nj,j@example.com,\"".to_vec(), bytes, b"\",\n".to_vec()].concat();
            t.ok(&["import", "users", &t.file("u.csv", text), "--encoding", encoding]);
            assert_eq!(user(t, "j@example.com")["name"], "Jörg", "{encoding}");
        }
        t.ok(&["import", "actions", &t.file("t.csv", "user_id,action_type,target_type,target_id,occurred_at,metadata.a\nann,enrolled,course,c,2026-01-01T00:00:00Z, ios \n"), "--trim"]);
        assert_eq!(t.count("user_action WHERE metadata ->> 'a' = 'ios'"), 1);
    }
}
