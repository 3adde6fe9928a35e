//! What an erasure and a merge leave, what other systems are told of it, and what a person gets.

use serde_json::Value;

use crate::on_both_engines;
use crate::sandbox::{Engine, Sandbox};

fn rows(t: &Sandbox, status: i32, args: &[&str]) -> Vec<Value> {
    let run = t.run(&[args, &["--format", "jsonl"]].concat());
    assert_eq!(run.status, status, "{run}");
    run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

on_both_engines! {
    fn nothing_but_the_actors_own_name_is_replaced(t) {
        t.ok(&["users", "create", "--id", "al", "--email", "al@example.com", "--name", "Al"]);
        t.ok(&["users", "create", "--id", "maya", "--email", "maya@example.com", "--name", "Maya Chen"]);
        for actor in ["al@example.com", "alice@host", "Al", "maya@example.com", "Maya Chen", "x maya@example.com"] {
            t.ok(&["--actor", actor, "users", "update", "maya", "--name", "Maya Chen", "--origin", actor]);
        }
        let users = "email,name\nx@example.com,X\n";
        t.ok(&["--actor", "maya@example.com", "import", "users", &t.file("export-maya-chen.csv", users)]);
        t.ok(&["import", "users", &t.file("maya.csv", "email,name\ny@example.com,Y\n")]);
        // By an earlier name, which the trail has, it is still the same person.
        t.ok(&["users", "update", "maya", "--name", "Maya Zwingli"]);
        t.ok(&["users", "erase", "maya", "--confirm", "maya@example.com"]);
        t.ok(&["users", "erase", "al", "--confirm", "al@example.com"]);
        let actors = |table: &str| t.values("actor", &format!("FROM {table} WHERE actor <> 'tester' ORDER BY actor"));
        assert_eq!(actors("audit_event").into_iter().collect::<std::collections::BTreeSet<_>>(), ["alice@host", "erased:al", "erased:maya", "x maya@example.com"].map(ToOwned::to_owned).into());
        assert!(actors("operation").iter().all(|actor| actor.starts_with("erased:") || actor == "alice@host" || actor.starts_with("x ")));
        assert_eq!(actors("import_run"), ["erased:maya"]);
        assert_eq!(t.values("file_name", "FROM import_run ORDER BY length(file_name)").iter().map(|name| name.rsplit('/').next().unwrap()).collect::<Vec<_>>(), ["erased:maya", "maya.csv"]);
        // Another program cannot use the exception.
        for statement in ["UPDATE audit_event SET actor = 'x'", "UPDATE audit_event SET actor = 'erased:nobody'", "UPDATE audit_event SET os_user = 'erased:maya', verb = 'x'"] {
            assert!(t.sql(statement).unwrap_err().contains("append-only"), "{statement}");
        }
        assert_eq!(rows(t, 0, &["audit", "verify"]).len(), 0);
    }

    fn another_program_cannot_bring_a_person_back(t) {
        for id in ["maya", "ann", "ann2", "ben"] {
            t.user(id, "student");
        }
        t.ok(&["users", "erase", "maya", "--confirm", &t.value("email", "FROM \"user\" WHERE id = 'maya'")]);
        t.ok(&["users", "merge", "ann2", "ann", "--yes"]);
        for id in ["maya", "ann2"] {
            let before = t.values("id || email || name || roles", "FROM \"user\" ORDER BY id");
            let roles = if t.engine == crate::sandbox::Engine::Sqlite { "'[\"admin\"]'" } else { "'{admin}'" };
            let revived = [
                "erased_at = NULL".to_owned(),
                "email = 'back@example.com'".to_owned(),
                "name = 'Back'".to_owned(),
                format!("roles = {roles}"),
                "merged_into = CASE WHEN merged_into IS NULL THEN 'ben' END".to_owned(),
            ];
            for change in revived {
                let refused = t.sql(&format!("UPDATE \"user\" SET {change} WHERE id = '{id}'")).unwrap_err();
                assert!(refused.contains("cannot be changed"), "{change}: {refused}");
            }
            assert_eq!(t.values("id || email || name || roles", "FROM \"user\" ORDER BY id"), before);
        }
        // Our own merges and erasures go on.
        t.ok(&["users", "merge", "ann", "ben", "--yes"]);
        assert_eq!(t.values("merged_into", "FROM \"user\" WHERE merged_into IS NOT NULL"), ["ben", "ben"]);
        t.ok(&["users", "erase", "ben", "--confirm", &t.value("email", "FROM \"user\" WHERE id = 'ben'")]);
        assert_eq!(rows(t, 0, &["audit", "verify"]).len(), 0);
    }

    fn why_an_action_was_parked_goes_with_the_person(t) {
        for id in ["petra", "ben"] {
            t.ok(&["users", "create", "--id", id, "--email", &format!("{id}@example.com"), "--name", &format!("{id} Parkova")]);
            t.ok(&["actions", "record", id, "enrolled", "course:c"]);
        }
        t.ok(&["actions", "feed", "crm"]);
        for _ in 0..2 {
            let fed = t.fed("crm", 1);
            let cursor = serde_json::from_str::<Value>(&fed[0]).unwrap()["cursor"].as_str().unwrap().to_owned();
            t.ok(&["actions", "ack", "crm", &cursor, "--park", "--reason", "petra@example.com is not known there"]);
        }
        let places = rows(t, 0, &["users", "trace", "petra"]);
        let found = |place: &str| places.iter().find(|row| row["place"] == place).unwrap_or_else(|| panic!("{place}: {places:?}")).clone();
        assert_eq!(found("why consumers have parked actions")["found"], 1);
        assert_eq!(found("why consumers have parked actions of others")["erase"], "not_reached");
        t.ok(&["users", "erase", "petra", "--confirm", "petra@example.com"]);
        assert_eq!(t.count("feed_parked WHERE reason IS NULL"), 1);
        assert_eq!(t.count("feed_parked"), 2);
    }

    fn the_trail_says_who_was_logged_in(t) {
        t.user("ann", "");
        let mut command = t.command(&["--actor", "somebody", "users", "roles", "add", "ann", "admin"]);
        assert!(command.env("SUDO_USER", "grace").status().unwrap().success());
        let change = rows(t, 0, &["audit", "list", "--verb", "roles"]).remove(0);
        assert_eq!(change["actor"], "somebody");
        assert!(change["os_user"].as_str().unwrap().starts_with("grace@"), "{change}");
        assert_eq!(change["database_role"].is_null(), t.engine == Engine::Sqlite, "{change}");
        t.sql("UPDATE \"user\" SET roles = (SELECT roles FROM \"user\" WHERE id = 'ann') WHERE id = 'ann'").unwrap();
    }

    fn inactive_people_are_erased_together_or_not_at_all(t) {
        for id in ["old", "older", "boss", "new"] {
            t.user(id, "");
        }
        t.ok(&["users", "roles", "add", "boss", "admin"]);
        t.sql("UPDATE \"user\" SET created_at = '2020-01-01T00:00:00.000000Z' WHERE id <> 'new'").unwrap();
        let erase = ["users", "erase", "--inactive-for", "3y", "--without-role", "admin"];
        assert!(t.fails(2, &erase).contains("permanently erase 2 users without confirmation"));
        assert_eq!(t.ok(&[&erase[..], &["-n", "--format", "ids"]].concat()), "old\nolder\n");
        t.fails(1, &[&erase[..], &["--yes", "--max-change", "1"]].concat());
        t.fails(2, &[&erase[..], &["--confirm", "old@example.com"]].concat());
        t.fails(2, &["users", "erase", "old", "--inactive-for", "3y", "--yes"]);
        t.fails(2, &["users", "erase", "old", "--yes"]);
        t.fails(2, &["users", "erase"]);
        assert_eq!(t.count("\"user\" WHERE erased_at IS NOT NULL"), 0);
        let run = t.run(&[&erase[..], &["--yes", "--reason", "retention"]].concat());
        assert!(run.status == 0 && run.stderr.contains("erased 2 users"), "{run}");
        assert_eq!(rows(t, 0, &["users", "erasures"]).len(), 2);
        assert_eq!(t.values("id", "FROM \"user\" WHERE erased_at IS NULL ORDER BY id"), ["boss", "new"]);
        assert_eq!(t.run(&[&erase[..], &["--yes"]].concat()).status, 0, "nobody is left");
        // By a list: one unknown name erases nobody.
        t.fails(6, &["users", "erase", "--yes", "--file", &t.file("list", "new\nnobody\n")]);
        assert_eq!(t.count("\"user\" WHERE erased_at IS NOT NULL"), 2);
    }

    fn every_change_of_a_user_reaches_a_consumer(t) {
        t.user("a", "");
        t.user("b", "");
        let lines = |args: &[&str]| -> Vec<Value> {
            t.ok(&[&["users", "feed", "crm"], args].concat()).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
        };
        let kinds = |lines: &[Value]| lines.iter().map(|line| format!("{} {}", line["change"].as_str().unwrap(), line["user_id"].as_str().unwrap())).collect::<Vec<_>>();
        // A change waits for open transactions, also those of other tests on the server.
        crate::sandbox::eventually(|| lines(&[]).len() == 2);
        assert_eq!(kinds(&lines(&[])), ["created a", "created b"]);
        assert_eq!(kinds(&lines(&["--limit", "1"])), ["created a"], "not acknowledged: again");
        let first = lines(&["--limit", "1"])[0]["cursor"].as_str().unwrap().to_owned();
        t.ok(&["users", "ack", "crm", &first, "-n"]);
        t.ok(&["users", "ack", "crm", &first]);
        t.ok(&["users", "update", "b", "--name", "Bea"]);
        t.ok(&["users", "merge", "a", "b", "--yes"]);
        t.ok(&["users", "erase", "b", "--confirm", "b@example.com"]);
        t.ok(&["import", "users", &t.file("u.csv", "email,name\nc@example.com,C\n")]);
        crate::sandbox::eventually(|| kinds(&lines(&[])).last().is_some_and(|last| last.starts_with("created ")));
        let found = lines(&[]);
        assert_eq!(kinds(&found)[..3], ["created b", "changed b", "merged a"], "{found:?}");
        assert_eq!((&found[2]["merged_into"], &found[2]["user"]), (&"b".into(), &Value::Null));
        assert!(kinds(&found).contains(&"erased b".to_owned()) && kinds(&found).last().unwrap().starts_with("created "), "{found:?}");
        assert!(!serde_json::to_string(&found).unwrap().contains("Bea"), "what was erased is not delivered");
        assert_eq!(found.last().unwrap()["user"]["name"], "C");
        t.fails(6, &["users", "ack", "crm", "99999999.9"]);
        t.fails(6, &["users", "ack", "nobody", &first]);
        assert!(t.fails(2, &["actions", "feed", "crm"]).contains("rollbook users feed"));
        assert!(t.ok(&["users", "feed", "--list", "--format", "csv"]).contains("crm,"));
        assert!(!t.ok(&["actions", "feed", "--list", "--format", "csv"]).contains("crm,"));
        t.ok(&["users", "feed", "crm", "--reset", "end"]);
        assert_eq!(lines(&[]).len(), 0);
        t.ok(&["users", "feed", "crm", "--reset", "start"]);
        assert!(lines(&["--peek"]).len() > 5);
        assert!(t.fails(1, &["users", "feed", "--list", "--max-lag", "0"]).contains("unacknowledged change"));
        t.ok(&["users", "feed", "crm", "--forget"]);
        assert!(t.fails(6, &["users", "feed", "crm", "--no-create"]).contains("unknown consumer crm"));
        assert_eq!(t.count("feed_cursor"), 0);
    }

    fn an_exported_statement_never_has_other_content(t) {
        let t = &t.with_whole_log();
        for id in ["a", "b", "c"] {
            t.user(id, "");
            t.ok(&["actions", "record", id, "enrolled", &format!("course:{id}"), "--metadata", "k=v", "--idempotency-key", id]);
        }
        let mut known: std::collections::HashMap<String, Value> = std::collections::HashMap::new();
        let mut valid = std::collections::HashSet::new();
        let mut export = |shape: &str| {
            let mut actors = Vec::new();
            for line in t.ok(&["actions", "export", "--as", shape, "--homepage", "https://x.org", "--format", "jsonl"]).lines() {
                let line: Value = serde_json::from_str(line).unwrap();
                let id = format!("{shape} {}", line["id"].as_str().unwrap());
                if let Some(earlier) = known.insert(id.clone(), line.clone()) {
                    assert_eq!(earlier, line, "the same id with other content");
                }
                if line["object"]["objectType"] == "StatementRef" {
                    valid.remove(&format!("{shape} {}", line["object"]["id"].as_str().unwrap()));
                    continue;
                }
                for replaced in line["rollbookreplaces"].as_str().unwrap_or_default().split(',') {
                    valid.remove(&format!("{shape} {replaced}"));
                }
                valid.insert(id);
                actors.push(line["actor"]["account"]["name"].as_str().or(line["subject"].as_str()).unwrap().to_owned());
            }
            assert_eq!(valid.iter().filter(|id| id.starts_with(shape)).count(), 3, "each action is valid once: {valid:?}");
            actors
        };
        for shape in ["xapi", "cloudevents"] {
            assert_eq!(export(shape), ["a", "b", "c"]);
        }
        for change in [&["users", "merge", "a", "b", "--yes"][..], &["users", "merge", "b", "c", "--yes"], &["users", "erase", "c", "--confirm", "c@example.com", "--metadata"]] {
            t.ok(change);
            for shape in ["xapi", "cloudevents"] {
                export(shape);
            }
        }
        assert_eq!(export("xapi"), ["c", "c", "c"]);
        // An import of the export finds every event in the log.
        let exported = t.ok(&["actions", "export", "--as", "xapi", "--homepage", "https://x.org", "--format", "jsonl"]);
        let run = t.run(&["import", "actions", "--from", "xapi", "--format", "json", &t.file("x.jsonl", exported)]);
        assert!(run.status == 0 && run.stdout.contains("\"inserted\":0") | run.stdout.contains("\"inserted\": 0"), "{run}");
    }

    fn a_person_gets_a_page_and_a_document_that_explains_itself(t) {
        t.ok(&["users", "create", "--id", "eve", "--email", "eve@example.com", "--name", "<script>alert(1)</script>"]);
        t.ok(&["users", "alias", "add", "eve", "eva@example.com"]);
        t.ok(&["actions", "record", "eve", "enrolled", "course:c"]);
        let parked = "user_email,action_type,target_type,target_id,occurred_at\nevie@example.com,enrolled,course,parked-course,2026-05-01T00:00:00Z\n";
        t.ok(&["import", "actions", &t.file("parked.csv", parked), "--unknown-users", "park"]);
        t.ok(&["users", "alias", "add", "eve", "Evie@example.com"]);
        t.ok(&["users", "export", "eve", "-o", "eve.html", "--html"]);
        let page = std::fs::read_to_string(t.path("eve.html")).unwrap();
        assert!(page.contains("default-src 'none'") && !page.contains("<script") && page.contains("&lt;script"), "{page}");
        assert!(page.contains("eva@example.com") && page.contains("course") && page.ends_with("</html>\n"), "{page}");
        let document: Value = serde_json::from_str(&t.ok(&["users", "export", "eve", "--format", "json"])).unwrap();
        assert_eq!(document["former_emails"][0]["email"], "eva@example.com");
        assert_eq!(document["parked_events"][0]["user_email"], "evie@example.com");
        assert!(page.contains("parked-course"), "{page}");
        for part in ["user", "champions", "audit", "actions", "former_emails", "parked_events"] {
            assert!(document["fields"][part].as_object().unwrap().len() > 1, "{part}");
        }
        t.fails(2, &["users", "export", "eve", "--html", "--format", "csv", "-o", "d"]);
    }

    fn nothing_of_a_merged_person_outlives_the_erasure_unnamed(t) {
        for (id, origin) in [("ann", "origin-of-ann"), ("bea", "origin-of-bea")] {
            let email = format!("{id}@example.com");
            t.ok(&["users", "create", "--id", id, "--email", &email, "--name", "Zora Quillfeather", "--origin", origin]);
        }
        let events = "action_type,target_type,target_id,occurred_at\nenrolled,course,c,2026-05-01T00:00:00Z\n";
        let import = ["import", "actions", &t.file("set.csv", events), "--set", "user_email=bea@example.com"];
        t.ok(&[&import[..], &["--set", "metadata.by=Zora Quillfeather"]].concat());
        t.ok(&["users", "update", "bea", "--name", "Zora Quill", "--operation-id", "for bea@example.com"]);
        t.ok(&["users", "merge", "ann", "bea", "--yes"]);
        let traced = t.ok(&["users", "trace", "bea", "--format", "csv"]);
        t.ok(&["users", "erase", "bea", "--confirm", "bea@example.com", "--metadata"]);
        assert_eq!(t.values("origin", "FROM \"user\" WHERE id IN ('ann', 'bea')"), ["erased", "erased"]);
        for place in ["imports: in the options", "audit trail of imports: in the options", "audit trail: in the id of the operation"] {
            assert!(traced.contains(&format!("{place},1,not reached")), "{place}: {traced}");
        }
    }

    fn a_recorded_action_with_a_reason_is_counted_once(t) {
        t.user("ann", "");
        let record = ["actions", "record", "ann", "enrolled", "course:c", "--reason", "by hand", "--operation-id", "once"];
        t.ok(&record);
        assert!(t.run(&record).stderr.contains("operation once is already done, by tester: record 1\n"), "{}", t.run(&record));
    }

    fn a_list_of_names_may_have_former_addresses(t) {
        t.user("ann", "");
        t.ok(&["users", "alias", "add", "ann", "before@example.com"]);
        t.ok(&["users", "roles", "add", "teacher", "--file", &t.file("list", "Before@example.com\n"), "--yes"]);
        assert!(t.value("roles", "FROM \"user\" WHERE id = 'ann'").contains("teacher"));
        let run = t.run(&["users", "list", "--role", "teacher", "--as-of", "2001-01-01"]);
        assert!(run.stderr.contains("the recorded history starts at 20"), "{run}");
    }

    fn no_byte_of_an_erased_person_is_left_but_where_the_certificate_says(t) {
        let (email, name) = ("zebedee.quux@example.com", "Zebedee Quux");
        t.ok(&["users", "create", "--id", "zq", "--email", email, "--name", name, "--origin", "quuxland"]);
        t.ok(&["users", "create", "--id", "other", "--email", "other@example.com", "--name", "Other"]);
        t.ok(&["users", "alias", "add", "zq", "quux.former@example.com"]);
        t.ok(&["--actor", email, "users", "update", "other", "--origin", "x"]);
        t.ok(&["champions", "nominate", "zq", "--notes", "Quux helps everybody"]);
        t.ok(&["actions", "record", "zq", "enrolled", "course:c", "--metadata", "nick=quuxy"]);
        let file = t.file("zebedee_quux.csv", "user_email,action_type,target_type,target_id,occurred_at\nzebedee.quux@example.com,enrolled,course,d,2026-01-01T00:00:00Z\n");
        t.ok(&["import", "actions", &file]);
        // An erasure is complete though its message cannot be printed.
        t.ok(&["users", "create", "--id", "gone", "--email", "xenophon@example.com", "--name", "Xenophon"]);
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let mut erase = t.command(&["users", "erase", "gone", "--confirm", "xenophon@example.com"]);
        assert_eq!(erase.stdout(full).status().unwrap().code(), Some(1));
        assert!(!content(t).to_lowercase().contains("xenophon"));
        let found = || {
            let bytes = content(t).to_lowercase();
            let text = String::from_utf8_lossy(&bytes.into_bytes()).into_owned();
            ["quux", "zebedee"].map(|word| text.matches(word).count())
        };
        assert!(found()[0] > 5);
        t.ok(&["users", "erase", "zq", "--confirm", email, "--metadata", "--certificate", "c.json"]);
        assert_eq!(found(), [0, 0], "{}", content(t).lines().filter(|line| line.to_lowercase().contains("quux")).collect::<Vec<_>>().join("\n"));
        // A former address that is another user's now is not taken for the erased one's.
        t.user("heir", "");
        t.ok(&["users", "create", "--id", "was", "--email", "shared@example.com", "--name", "Wasserman"]);
        t.ok(&["users", "update", "was", "--email", "was@example.com"]);
        t.ok(&["users", "update", "heir", "--email", "shared@example.com"]);
        t.ok(&["--actor", "shared@example.com", "users", "update", "other", "--origin", "y"]);
        t.ok(&["users", "erase", "was", "--confirm", "was@example.com"]);
        assert!(!content(t).contains("Wasserman"));
        assert_eq!(t.value("count(*)", "FROM operation WHERE actor = 'shared@example.com'"), "1");
        // Every address that was the person's is known: in parked events, and to files of before.
        for end in ["erased", "merged"] {
            let id = format!("nn-{end}");
            let at = |name: &str| format!("{name}-{end}@narwhal.example.com");
            t.ok(&["users", "create", "--id", &id, "--email", &at("first"), "--name", "Nancy Narwhal"]);
            t.ok(&["users", "update", &id, "--email", &at("second")]);
            t.ok(&["import", "users", "--update", &t.file("u.csv", format!("id,email\n{id},{}\n", at("third")))]);
            let events = |email: &str| format!("user_email,action_type,target_type,target_id,occurred_at\n{email},enrolled,course,d,2026-01-01T00:00:00Z\n");
            t.ok(&["import", "actions", &t.file("p.csv", events(&at("second"))), "--unknown-users", "park"]);
            t.ok(&["import", "actions", &t.file("q.csv", format!("user_email,action_type,target_type,target_id,occurred_at,metadata.of\nnobody-{end}@example.com,enrolled,course,d,2026-01-01T00:00:00Z,{}\n", at("third"))), "--unknown-users", "park"]);
            if end == "erased" {
                t.ok(&["users", "erase", &id, "--confirm", &at("third"), "--certificate", "n.json"]);
                let certificate: Value = serde_json::from_str(&std::fs::read_to_string(t.path("n.json")).unwrap()).unwrap();
                let place = |name: &str| certificate["places"].as_array().unwrap().iter().find(|place| place["place"] == name).unwrap().clone();
                assert_eq!((place("parked events")["found"].as_u64(), &place("parked events")["erase"]), (Some(1), &"cleared".into()));
                assert_eq!((place("parked events of others")["found"].as_u64(), &place("parked events of others")["erase"]), (Some(1), &"not_reached".into()));
                assert_eq!(t.count("import_parked"), 1);
                assert!(!content(t).contains(&at("first")) && !content(t).contains(&at("second")));
            } else {
                t.ok(&["users", "merge", &id, "heir", "--yes"]);
            }
            for email in ["first", "second", "third"].map(at) {
                let before = t.count("\"user\"");
                t.ok(&["import", "users", "--update", &t.file("old.csv", format!("email,name\n{email},Nancy Narwhal\n"))]);
                assert_eq!(t.count("\"user\""), before, "{email} was {end}");
            }
        }
        // What reads about a person finds it by the id of before the merge, too.
        t.ok(&["actions", "record", "heir", "enrolled", "course:x"]);
        let read = |name: &str| [&["users", "trace", name, "--format", "csv"][..], &["actions", "list", "--user", name, "--format", "csv"], &["users", "export", name], &["users", "alias", "list", name, "--format", "csv"]].map(|args| t.ok(args));
        assert_eq!(read("nn-merged"), read("heir"));
        assert!(t.ok(&["audit", "list", "--subject", "third-merged@narwhal.example.com", "--format", "csv"]).contains("heir"));
        t.fails(6, &["audit", "list", "--subject", "nobody@example.com"]);
        t.fails(6, &["audit", "list", "--subject", "nobody"]);
        assert!(t.fails(6, &["audit", "list", "--verb", "create,mergd"]).contains("did you mean merge"));
        let verbs = t.ok(&["audit", "list", "--verb", "create,merge", "--format", "csv", "--columns", "verb", "--no-header"]);
        assert!(verbs.contains("merge\n") && verbs.contains("create\n"), "{verbs}");
        // As long as another process reads the file, copies are left, which is no success.
        if t.engine == Engine::Sqlite {
            t.ok(&["users", "create", "--id", "ww", "--email", "walrus@example.com", "--name", "Walter Walrus"]);
            let mut held = t.hold("BEGIN");
            held("SELECT count(*) FROM user_action");
            let stderr = t.fails(5, &["users", "erase", "ww", "--confirm", "walrus@example.com", "--lock-timeout", "1", "--certificate", "w.json"]);
            assert!(stderr.contains("another process reads the database"), "{stderr}");
            assert!(std::fs::read_to_string(t.path("w.json")).unwrap().contains("write-ahead log, until the processes"));
            drop(held);
            let placeholder = t.value("email", "FROM \"user\" WHERE id = 'ww'");
            t.ok(&["users", "erase", "ww", "--confirm", &placeholder]);
            assert!(!content(t).contains("walrus@"));
        }
        // What another one has written stays, and the certificate says so.
        t.ok(&["users", "create", "--id", "zz", "--email", "yolanda.xyzzy@example.com", "--name", "Yolanda Xyzzy"]);
        t.ok(&["champions", "nominate", "other", "--notes", "a friend of Yolanda Xyzzy"]);
        t.ok(&["users", "erase", "zz", "--confirm", "yolanda.xyzzy@example.com", "--certificate", "d.json"]);
        assert!(content(t).contains("a friend of Yolanda Xyzzy"));
        let certificate: Value = serde_json::from_str(&std::fs::read_to_string(t.path("d.json")).unwrap()).unwrap();
        assert!(certificate["places"].as_array().unwrap().iter().any(|place| place["place"] == "notes on others" && place["erase"] == "not_reached"), "{certificate}");
    }
}

/// Every byte of the database: the file, or a dump.
fn content(t: &Sandbox) -> String {
    let bytes = match t.engine {
        Engine::Sqlite => {
            let mut bytes = std::fs::read(t.path("test.db")).unwrap();
            bytes.extend(std::fs::read(t.path("test.db-wal")).unwrap_or_default());
            bytes
        }
        Engine::Postgres => {
            let program = std::env::var("ROLLBOOK_TEST_PG_DUMP").expect("the tests need pg_dump: run `make test`");
            let output = std::process::Command::new(program).arg(&t.url).output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            output.stdout
        }
    };
    String::from_utf8_lossy(&bytes).into_owned()
}
