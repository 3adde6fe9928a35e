//! Everything about a person, and what is inconsistent between people.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::Value;

use crate::on_both_engines;
use crate::sandbox::Sandbox;

fn rows(t: &Sandbox, status: i32, args: &[&str]) -> Vec<Value> {
    let run = t.run(&[args, &["--format", "jsonl"]].concat());
    assert_eq!(run.status, status, "{run}");
    run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The number that was found in each place, with what an erasure does.
fn places(t: &Sandbox, args: &[&str]) -> Vec<(String, u64, String)> {
    let text = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
    rows(t, 0, args)
        .iter()
        .map(|row| (text(row, "place"), row["found"].as_u64().unwrap(), text(row, "erase")))
        .collect()
}

on_both_engines! {
    fn every_place_of_a_person_is_found_and_erased_or_named(t) {
        t.ok(&["users", "create", "--id", "jn", "--email", "Jose.Nanez@example.com", "--name", "José Ñáñez", "--origin", "web"]);
        t.user("ben", "");
        t.user("old", "");
        t.ok(&["users", "merge", "old", "jn", "--yes"]);
        t.ok(&["champions", "nominate", "jn", "--notes", "knows everybody"]);
        t.ok(&["champions", "nominate", "ben", "--notes", "a friend of Jose Nanez"]);
        t.ok(&["actions", "record", "jn", "enrolled", "course:c", "--metadata", "city=Ulm"]);
        t.ok(&["actions", "record", "ben", "posted_reply", "thread:t", "--metadata", "to=jose.nanez@example.com", "--reason", "as José asked"]);
        t.ok(&["--actor", "jose.nanez@example.com", "users", "create", "--email", "x@example.com", "--name", "X"]);
        let events = "user_email,action_type,target_type,target_id,occurred_at\nold@example.com,enrolled,course,c,2026-01-01T00:00:00Z\n";
        t.ok(&["import", "actions", &t.file("jose.nanez@example.com.csv", events)]);
        let found = places(t, &["users", "trace", "jn"]);
        assert_eq!(found, places(t, &["users", "erase", "jn", "-n"]), "what a dry run of the erasure shows");
        assert_eq!(found, places(t, &["users", "trace", "OLD@example.com"]), "by a former address");
        let one = |place: &str| found.iter().find(|found| found.0 == place).map(|found| (found.1, &*found.2));
        for (place, expected) in [
            ("user", (2, "cleared")), ("former email addresses", (1, "cleared")), ("open champion records", (1, "ended")), ("notes on champion records", (1, "cleared")),
            ("actions with metadata", (1, "cleared_with_metadata")), ("actions", (1, "kept")), ("notes on others", (1, "not_reached")),
            ("actions of others: target, metadata, enrollment, key or event id", (1, "not_reached")), ("audit trail: as the actor", (1, "cleared")),
            ("names of imported files", (1, "cleared")), ("operations: as the actor", (1, "cleared")),
        ] {
            assert_eq!(one(place), Some(expected), "{place} {found:?}");
        }
        assert!(one("audit trail").unwrap().0 >= 3);
        assert!(t.fails(2, &["users", "erase", "jn", "--confirm", "jose.nanez@example.com", "--certificate", &t.file("there.json", "")]).contains("already exists"));
        t.ok(&["users", "erase", "jn", "--confirm", "jose.nanez@example.com", "--metadata", "--certificate", "certificate.json", "--reason", "request 17"]);
        let text = std::fs::read_to_string(t.path("certificate.json")).unwrap();
        let certificate: Value = serde_json::from_str(&text).unwrap();
        assert_eq!((&certificate["user_id"], &certificate["reason"], certificate["places"].as_array().unwrap().len()), (&"jn".into(), &"request 17".into(), found.len()));
        let place = |name: &str| certificate["places"].as_array().unwrap().iter().find(|place| place["place"] == name).unwrap().clone();
        assert_eq!((&place("actions with metadata")["erase"], &place("notes on others")["erase"]), (&"cleared".into(), &"not_reached".into()));
        assert!(!text.to_lowercase().contains("nanez") && certificate["audit_sha256"].as_str().unwrap().len() == 64, "{text}");
        let erasures = rows(t, 0, &["users", "erasures"]);
        // Of the person, and of the one who was merged into it.
        assert_eq!((erasures.len(), &erasures[0]["reason"]), (2, &"request 17".into()), "{erasures:?}");
        // What is left of the names are the places that were named as not reached.
        let after = places(t, &["users", "trace", "jn"]);
        assert!(after.iter().all(|(place, ..)| !place.contains("notes") || place == "notes on others"), "{after:?}");
        assert_eq!(t.count("champion WHERE notes LIKE '%everybody%'"), 0);
        let left = t.content();
        assert!(!left.contains("Ñáñez") && !left.contains("Ulm"), "{left}");
        t.fails(6, &["users", "trace", "nobody"]);
    }

    fn every_row_of_a_person_is_listed_however_many_there_are(t) {
        t.user("ann", "student");
        t.ok(&["champions", "nominate", "ann"]);
        t.ok(&["users", "alias", "add", "ann", "former@example.com"]);
        t.ok(&["actions", "feed", "ann@example.com"]);
        t.ok(&["actions", "feed", "ann@example.com", "--forget", "--yes"]);
        // More than are read at once.
        let mut events = "user_id,action_type,target_type,target_id,occurred_at\n".to_owned();
        for n in 0..20_010 {
            writeln!(events, "ann,posted_reply,thread,t{n},2026-01-01T00:00:00Z").unwrap();
        }
        t.ok(&["import", "actions", &t.file("a.csv", events)]);
        let found = places(t, &["users", "trace", "ann"]);
        let mut listed: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for row in rows(t, 0, &["users", "trace", "ann", "--ids"]) {
            let [place, id] = ["place", "id"].map(|name| row[name].as_str().unwrap().to_owned());
            assert!(listed.entry(place).or_default().insert(id), "twice: {row}");
        }
        let counted: BTreeMap<String, u64> = found.into_iter().map(|(place, found, _)| (place, found)).collect();
        assert_eq!(listed.into_iter().map(|(place, ids)| (place, ids.len() as u64)).collect::<BTreeMap<_, _>>(), counted);
        assert_eq!(counted["actions"], 20_010);
        // A consumer that is gone is named in the trail.
        assert!(counted["audit trail: as the name of a consumer, or the id of an action"] >= 1, "{counted:?}");
        t.fails(2, &["users", "trace", "ann", "--ids", "--sort", "found"]);
    }

    fn people_who_look_like_one_are_listed(t) {
        for (id, email, name) in [
            ("a", "ann.lee@example.com", "Ann Lee"), ("b", "annlee+news@example.com", "A. Lee"), ("c", "cem@example.com", "Çem Öz"),
            ("d", "cem2@example.com", "Oz, Cem"), ("e", "eve@example.com", "Eve"),
        ] {
            t.ok(&["users", "create", "--id", id, "--email", email, "--name", name]);
        }
        let groups = |args: &[&str]| rows(t, 0, &[&["users", "duplicates"], args].concat()).iter().map(|row| format!("{} {}", row["by"], row["ids"])).collect::<Vec<_>>();
        assert_eq!(groups(&[]), ["\"email\" [\"a\",\"b\"]", "\"name\" [\"c\",\"d\"]"]);
        assert_eq!(groups(&["--by", "name"]), ["\"name\" [\"c\",\"d\"]"]);
        t.ok(&["users", "merge", "b", "a", "--yes"]);
        assert_eq!(groups(&["--by", "email"]), [""; 0]);
    }

    fn check_finds_what_is_inconsistent(t) {
        t.ok(&["users", "create", "--id", "boss", "--email", "boss@example.com", "--name", "Boss", "--role", "superadmin"]);
        t.user("ann", "");
        t.user("ben", "");
        t.ok(&["champions", "nominate", "ann"]);
        assert_eq!(rows(t, 0, &["check"]).len(), 0);
        assert_eq!(rows(t, 0, &["check", "--by", "email,email,name"]).len(), 0, "nobody is a duplicate of themselves");
        t.ok(&["users", "erase", "ann", "--confirm", "ann@example.com"]);
        assert_eq!((t.count("champion"), rows(t, 0, &["check"]).len()), (0, 0), "the record was ended");
        t.sql("INSERT INTO champion (id, user_id, stage) VALUES ('ch_x', 'ann', 'candidate')").unwrap();
        t.ok(&["users", "roles", "add", "ben", "champion"]);
        t.ok(&["users", "create", "--email", "be.n+x@example.com", "--name", "B"]);
        t.sql("UPDATE \"user\" SET created_at = '2020-01-01T00:00:00.000000Z' WHERE id = 'boss'").unwrap();
        t.ok(&["actions", "record", "ben", "enrolled", "course:c"]);
        let found: Vec<String> = rows(t, 1, &["check"]).iter().map(|row| row["rule"].as_str().unwrap().to_owned()).collect();
        assert_eq!(found, ["role_and_stage", "idle_administrator", "record_of_nobody", "likely_duplicate"]);
        assert_eq!(rows(t, 1, &["check", "--inactive-for", "100y", "--without-log"]).len(), 3);
    }

    fn replay_of_the_trail_finds_what_went_around_it(t) {
        t.ok(&["import", "all", &crate::sandbox::example("")]);
        assert_eq!(rows(t, 0, &["audit", "verify"]).len(), 0);
        t.ok(&["users", "roles", "add", "usr_045", "teacher"]);
        t.ok(&["users", "merge", "usr_089", "usr_045", "--yes"]);
        t.ok(&["users", "erase", "usr_042", "--confirm", &t.value("email", "FROM \"user\" WHERE id = 'usr_042'")]);
        t.ok(&["champions", "nominate", "usr_050"]);
        t.ok(&["champions", "withdraw", "usr_050", "--yes"]);
        // Another program's change is in the trail, by the triggers.
        t.sql("UPDATE \"user\" SET roles = CASE WHEN id = 'usr_046' THEN (SELECT roles FROM \"user\" WHERE id = 'usr_staff_1') ELSE roles END WHERE id = 'usr_046'").unwrap();
        assert_eq!(rows(t, 0, &["audit", "verify"]).len(), 0);
        // With the triggers off, it goes around it.
        let quietly = |sql: &str| match t.engine {
            crate::sandbox::Engine::Sqlite => format!("INSERT INTO current_operation VALUES (1); {sql}; DELETE FROM current_operation"),
            crate::sandbox::Engine::Postgres => format!("BEGIN; SET LOCAL rollbook.recorded = 'on'; {sql}; COMMIT"),
        };
        t.sql(&quietly("UPDATE \"user\" SET roles = (SELECT roles FROM \"user\" WHERE id = 'usr_staff_1') WHERE id = 'usr_061'")).unwrap();
        let found = rows(t, 1, &["audit", "verify"]);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!((&found[0]["subject"], &found[0]["what"], &found[0]["trail"], &found[0]["found"]), (&"usr_061".into(), &"roles".into(), &"student".into(), &"admin".into()));
        // A change that follows says when it was found, and the trail is whole again from there.
        t.ok(&["users", "roles", "set", "usr_061", "student"]);
        let found = rows(t, 1, &["audit", "verify"]);
        assert_eq!((found.len(), &found[0]["trail"], &found[0]["found"]), (1, &"student".into(), &"admin".into()), "{found:?}");
        assert!(found[0]["after"].as_str().unwrap() < found[0]["before"].as_str().unwrap());
        // A merge into somebody else, and an erasure that is undone; chained merges are no difference.
        t.ok(&["users", "merge", "usr_045", "usr_047", "--yes"]);
        let differences = || rows(t, 1, &["audit", "verify"])[1..].iter().map(|row| ["subject", "what", "trail", "found"].map(|key| row[key].as_str().unwrap().to_owned()).join(" ")).collect::<Vec<_>>();
        assert_eq!(differences(), Vec::<String>::new());
        t.sql(&quietly("UPDATE \"user\" SET merged_into = 'usr_048' WHERE id = 'usr_089'")).unwrap();
        // Only the owner can, without the guard.
        let erased = "UPDATE \"user\" SET erased_at = NULL WHERE id = 'usr_042'";
        assert!(t.sql(erased).unwrap_err().contains("cannot be changed"));
        t.drop_trigger("user_keep_placeholder", "\"user\"");
        t.sql(&quietly(erased)).unwrap();
        assert_eq!(differences(), ["usr_042 erased yes no", "usr_089 merged into usr_047 usr_048"]);
        // A user whom another program deletes is in the trail as deleted.
        t.sql("INSERT INTO \"user\" (id, email, name, origin, roles, created_at) SELECT 'usr_new', 'usr_new@example.com', 'N', 'x', roles, created_at FROM \"user\" WHERE id = 'usr_staff_1'").unwrap();
        t.sql("DELETE FROM \"user\" WHERE id = 'usr_new'").unwrap();
        assert_eq!(differences().len(), 2);
    }
}
