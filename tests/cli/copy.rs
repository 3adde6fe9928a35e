//! `db backup`, `db verify`, `db restore` and `db copy`.

use std::process::Command;

use crate::on_both_engines;
use crate::sandbox::{Engine, Sandbox, example};

/// A database with everything that a move could lose.
fn community(t: &Sandbox) {
    t.ok(&["import", "all", &example("")]);
    for (from, into) in [("usr_010", "usr_011"), ("usr_011", "usr_012")] {
        t.ok(&["users", "merge", from, into, "--yes"]);
    }
    t.ok(&["users", "erase", "usr_014", "--confirm", &email(t, "usr_014"), "--metadata"]);
    t.ok(&["champions", "note", "ch_003", "-m", "Ünïcode, \"quoted\"\nand a line"]);
    t.ok(&[
        "actions",
        "record",
        "usr_003",
        "posted_thread",
        "forum:f",
        "--metadata",
        "{\"n\":1.50,\"deep\":{\"a\":[1,null,\"é\"]}}",
    ]);
    t.ok(&["actions", "feed", "nudges", "--type", "enrolled", "--limit", "1"]);
    let superadmin = t.value("id", "FROM \"user\" WHERE CAST(roles AS TEXT) LIKE '%superadmin%'");
    t.fails(1, &["users", "roles", "remove", &superadmin, "superadmin"]);
}

fn email(t: &Sandbox, user: &str) -> String {
    t.value("email", &format!("FROM \"user\" WHERE id = '{user}'"))
}

/// Everything that a person can see of a database.
fn shown(t: &Sandbox) -> Vec<String> {
    [
        &["users", "list", "--format", "csv"][..],
        &["actions", "list", "--format", "csv", "--sort", "position"],
        &["champions", "list", "--format", "csv"],
        &["champions", "history", "ch_003", "--format", "csv", "--columns", "at"],
        &["audit", "list", "--format", "csv"],
        &["import", "history", "--format", "csv"],
        &["users", "export", "usr_012"],
    ]
    .iter()
    .map(|args| t.run(args).stdout)
    .collect()
}

#[test]
fn a_copy_to_the_other_engine_and_back_has_everything() {
    let pilot = &Sandbox::migrated(Engine::Sqlite);
    community(pilot);
    let production = &Sandbox::empty(Engine::Postgres);
    let run = pilot.run(&["db", "copy", &pilot.url, &production.url]);
    assert!(run.status == 0 && run.stderr.contains("both sides are equal"), "{run}");
    assert_eq!(shown(production), shown(pilot));
    // New rows come after those that were copied, and the guards are in force.
    production.ok(&["actions", "record", "usr_003", "enrolled", "course:new"]);
    production.ok(&["users", "roles", "add", "usr_003", "teacher"]);
    assert!(production.run(&["doctor", "--format", "csv"]).stdout.contains("\nguards,ok,"));
    let delivered = pilot.ok(&["actions", "feed", "nudges"]).lines().count();
    production.fed("nudges", delivered);
    let back = &Sandbox::empty(Engine::Sqlite);
    production.ok(&["db", "copy", &production.url, &back.url]);
    assert_eq!(shown(back), shown(production));
    back.ok(&["actions", "record", "usr_003", "enrolled", "course:newer"]);
    // A database with data is not overwritten.
    let before = back.content();
    let stderr = production.fails(1, &["db", "copy", &production.url, &back.url]);
    assert!(stderr.contains("has data") && back.content() == before, "{stderr}");
    assert!(back.fails(2, &["db", "copy", &back.url, "sqlite:other.db"]).contains("databases of different engines"));
}

#[test]
fn a_copy_that_is_stopped_goes_on_and_nobody_uses_the_part() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let (from, to) = match engine {
            Engine::Sqlite => (Sandbox::migrated(Engine::Sqlite), Sandbox::whole(Engine::Postgres)),
            Engine::Postgres => (Sandbox::whole(Engine::Postgres), Sandbox::migrated(Engine::Sqlite)),
        };
        community(&from);
        let copy = ["db", "copy", &from.url, &to.url, "--lock-timeout", "1"];
        // What is copied last is locked.
        let (server, lock) = match engine {
            Engine::Sqlite => (&to, "EXCLUSIVE"),
            Engine::Postgres => (&from, "ACCESS EXCLUSIVE"),
        };
        let mut release = server.hold(&format!("BEGIN; LOCK TABLE champion IN {lock} MODE"));
        let stderr = from.fails(5, &copy);
        assert!(stderr.contains(" has a part of the copy: run the same command again to go on with it"), "{stderr}");
        assert_eq!(to.count("user_action"), 16_715, "{stderr}");
        for refused in [
            &["users", "list"][..],
            &["users", "create", "--email", "new@example.com", "--name", "New"],
            &["import", "users", &example("users.csv"), "--dry-run"],
            &["migrate", "run"],
            &["migrate", "status"],
            &["migrate", "revert", "--confirm", &to.database_name()],
        ] {
            let stderr = to.fails(1, refused);
            assert!(stderr.contains(" has a part of another database: a copy has not ended"), "{refused:?}: {stderr}");
        }
        assert!(
            to.run(&["doctor", "--format", "csv"]).stdout.contains("a part of another database: a copy has not ended")
        );
        release("COMMIT");
        // What came in the meantime is copied, too.
        from.ok(&["actions", "record", "usr_003", "enrolled", "course:late"]);
        let run = from.run(&copy);
        assert!(run.status == 0 && run.stderr.contains("going on with the copy: 16,715 actions are in"), "{run}");
        assert!(run.stderr.contains("both sides are equal"), "{run}");
        assert_eq!(shown(&to), shown(&from));
        to.ok(&["users", "roles", "add", "usr_003", "teacher"]);
        assert!(to.run(&["doctor", "--format", "csv"]).stdout.contains("\nguards,ok,"));
    }
}

#[test]
fn a_copy_does_not_go_on_with_another_database() {
    for (what, change) in [
        ("user", "UPDATE \"user\" SET name = 'Another' WHERE id = 'usr_003'"),
        (
            "user",
            "INSERT INTO \"user\" (id, email, name, origin, created_at) VALUES ('z', 'z@example.com', 'Z', 'o', '2026-01-01T00:00:00.000000Z')",
        ),
    ] {
        let (from, to) = (Sandbox::migrated(Engine::Sqlite), Sandbox::whole(Engine::Postgres));
        from.ok(&["import", "all", &example("")]);
        let copy = ["db", "copy", &from.url, &to.url, "--lock-timeout", "1"];
        let mut release = to.hold("BEGIN; LOCK TABLE champion IN EXCLUSIVE MODE");
        from.fails(5, &copy);
        release("COMMIT");
        from.sql(change).unwrap();
        let stderr = from.fails(4, &copy);
        assert!(stderr.contains(&format!("table {what} of TO is not that of FROM")), "{stderr}");
        assert!(!stderr.contains("to go on with it"), "{stderr}");
    }
}

on_both_engines! {
    fn a_backup_is_verified_and_can_be_restored(t) {
        let t = &t.with_whole_log();
        community(t);
        let file = t.path("backup").display().to_string();
        let run = t.run(&["db", "backup", &file]);
        assert!(run.status == 0 && run.stderr.contains("wrote and verified"), "{run}");
        assert_eq!(std::os::unix::fs::MetadataExt::mode(&std::fs::metadata(&file).unwrap()) & 0o777, 0o600);
        t.ok(&["db", "verify", &file]);
        assert!(t.fails(2, &["db", "backup", &file]).contains("already exists"));
        let other = &Sandbox::empty(t.engine);
        t.ok(&["db", "restore", &file, "--to", &other.url, "-n"]);
        t.ok(&["db", "restore", &file, "--to", &other.url]);
        assert_eq!(shown(other), shown(t));
        let doctor = other.run(&["doctor", "--format", "csv"]);
        assert!(doctor.stdout.contains("\nguards,ok,"), "{doctor}");
        other.ok(&["users", "create", "--email", "new@example.com", "--name", "New"]);
        let before = other.content();
        assert!(t.fails(2, &["db", "restore", &file, "--to", &other.url]).contains("refusing to replace the data"));
        assert!(t.fails(1, &["db", "restore", &file, "--to", &other.url, "--confirm", "x"]).contains("does not match"));
        assert!(other.content() == before);
        let name = if t.engine == Engine::Sqlite { "test.db".to_owned() } else { other.database_name() };
        t.ok(&["db", "restore", &file, "--to", &other.url, "--confirm", &name]);
        assert_eq!(shown(other), shown(t));
        other.ok(&["actions", "record", "usr_003", "enrolled", "course:new"]);
    }

    fn a_damaged_backup_is_not_restored(t) {
        let t = &t.with_whole_log();
        community(t);
        let file = t.path("backup");
        let name = file.display().to_string();
        t.ok(&["db", "backup", &name]);
        let whole = std::fs::read(&file).unwrap();
        let other = &Sandbox::empty(t.engine);
        for (size, what) in [(whole.len() / 2, "half"), (100, "start"), (0, "empty")] {
            std::fs::write(&file, &whole[..size]).unwrap();
            let run = t.run(&["db", "verify", &name]);
            assert_eq!(run.status, 1, "{what}: {run}");
            let run = t.run(&["db", "restore", &name, "--to", &other.url]);
            assert_eq!(run.status, 1, "{what}: {run}");
        }
        // Dumps that restore without an error, and lack the guards, a table or the data of one.
        if t.engine == Engine::Postgres {
            for options in [&["--data-only"][..], &["--schema-only"], &["--exclude-table=feed_parked"], &["--exclude-table-data=\"user\""], &["--section=pre-data", "--section=data"], &["--table=user_action", "--table=\"user\""]] {
                std::fs::remove_file(&file).unwrap();
                let dump = Command::new(std::env::var("ROLLBOOK_TEST_PG_DUMP").unwrap())
                    .args(["--format=custom", &format!("--dbname={}", t.url), &format!("--file={name}")])
                    .args(options)
                    .output()
                    .unwrap();
                assert!(dump.status.success(), "{dump:?}");
                let run = t.run(&["db", "verify", &name]);
                assert!(run.status == 1 && run.stderr.contains("it has no "), "{options:?}: {run}");
            }
        }
        std::fs::write(&file, "id,email\n").unwrap();
        assert!(t.fails(1, &["db", "verify", &name]).contains("is not a backup"));
        t.fails(1, &["db", "verify", &t.path("none").display().to_string()]);
    }

    fn backup_of_an_earlier_version_can_be_restored(t) {
        let t = &t.with_whole_log();
        community(t);
        let before = shown(t);
        t.ok(&["migrate", "revert", "--confirm", &t.database_name()]);
        let file = t.path("old").display().to_string();
        match t.engine {
            Engine::Sqlite => drop(std::fs::copy(t.path("test.db"), &file).unwrap()),
            Engine::Postgres => {
                let dump = Command::new(std::env::var("ROLLBOOK_TEST_PG_DUMP").unwrap())
                    .args(["--format=custom", &format!("--dbname={}", t.url), &format!("--file={file}")])
                    .output()
                    .unwrap();
                assert!(dump.status.success(), "{dump:?}");
            }
        }
        let run = t.run(&["db", "verify", &file]);
        assert!(run.status == 0 && run.stderr.contains("note: the backup is of an earlier version"), "{run}");
        let other = &Sandbox::empty(t.engine);
        t.ok(&["db", "restore", &file, "--to", &other.url]);
        other.ok(&["migrate", "run"]);
        assert_eq!(shown(other), before);
        let doctor = other.run(&["doctor", "--format", "csv"]);
        assert!(doctor.stdout.contains("\nguards,ok,"), "{doctor}");
    }

    fn only_the_newest_backups_of_a_directory_are_kept(t) {
        let t = &t.with_whole_log();
        t.user("ann", "");
        let directory = t.path("backups");
        std::fs::create_dir(&directory).unwrap();
        let extension = if t.engine == Engine::Sqlite { "db" } else { "dump" };
        for name in ["rollbook-20200101T000000Z", "rollbook-20210101T000000Z", "rollbook-notes", "other"] {
            std::fs::write(directory.join(format!("{name}.{extension}")), "x").unwrap();
        }
        t.ok(&["db", "backup", &directory.display().to_string(), "--keep", "2"]);
        let mut names: Vec<String> = std::fs::read_dir(&directory).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        assert_eq!(names.len(), 4, "{names:?}");
        assert!(!names.iter().any(|name| name.contains("2020")) && names.iter().any(|name| name.contains("2021")), "{names:?}");
        t.fails(2, &["db", "backup", &t.path("one").display().to_string(), "--keep", "2"]);
        assert!(t.fails(2, &["db", "backup", "test.db", "--overwrite", "--database-url", "sqlite:test.db"]).contains("a file of the database") || t.engine == Engine::Postgres);
    }
}

#[test]
fn a_sqlite_file_that_is_open_elsewhere_is_not_replaced() {
    let t = &Sandbox::migrated(Engine::Sqlite);
    t.user("ann", "");
    let file = t.path("backup").display().to_string();
    t.ok(&["db", "backup", &file]);
    t.user("ben", "");
    let before = t.content();
    let mut open = t.hold("BEGIN; SELECT count(*) FROM \"user\"");
    let run = t.run(&["db", "restore", &file, "--to", &t.url, "--confirm", "test.db", "--lock-timeout", "1"]);
    assert!(run.status == 5 && run.stderr.contains("another process has"), "{run}");
    open("COMMIT");
    drop(open);
    assert!(t.content() == before);
    t.ok(&["db", "restore", &file, "--to", &t.url, "--confirm", "test.db"]);
    assert_eq!(t.count("\"user\""), 1);
}

/// The hidden files of a directory.
fn hidden(t: &Sandbox) -> Vec<String> {
    let names = std::fs::read_dir(t.path("to")).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.starts_with('.')).collect()
}

on_both_engines! {
    fn a_backup_that_is_stopped_leaves_nothing(t) {
        let t = &t.with_whole_log();
        t.ok(&["import", "all", &example("")]);
        for n in 0..6 {
            t.sql(&format!("INSERT INTO user_action (id, user_id, action_type, target_type, target_id, occurred_at) SELECT id || '_{n}', user_id, action_type, target_type, target_id, occurred_at FROM user_action WHERE id NOT LIKE '%\\_%\\_%' ESCAPE '\\'")).unwrap();
        }
        std::fs::create_dir(t.path("to")).unwrap();
        let mut stopped = 0;
        for signal in ["TERM", "INT", "HUP"] {
            for _ in 0..10 {
                let mut backup = t.start(&["db", "backup", "to/b.db", "--overwrite"]);
                while hidden(t).is_empty() && backup.try_wait().unwrap().is_none() {
                    std::thread::sleep(std::time::Duration::from_millis(1));
                }
                assert!(std::process::Command::new("kill").args(["-s", signal, &backup.id().to_string()]).status().is_ok());
                if !backup.wait().unwrap().success() {
                    stopped += 1;
                    break;
                }
            }
            assert_eq!(hidden(t), [""; 0], "{signal}");
        }
        assert!(stopped > 0);
        // One that was killed otherwise goes the next day.
        let old = t.file("to/.rollbook-backup-x.db", "half");
        let yesterday = std::time::SystemTime::now() - std::time::Duration::from_secs(2 * 86_400);
        std::fs::File::options().write(true).open(&old).unwrap().set_modified(yesterday).unwrap();
        let run = t.run(&["db", "backup", "to/c.db"]);
        assert!(run.status == 0 && run.stderr.contains("which a backup has left that was killed"), "{run}");
        assert!(!run.stderr.contains(".rollbook-backup-x.db:") && hidden(t).is_empty(), "{run}");
    }
}
