use std::fs;

use crate::on_both_engines;
use crate::sandbox::{Engine, Run, Sandbox, example};

const ENGINES: [Engine; 2] = [Engine::Sqlite, Engine::Postgres];

/// The tables with their columns and checks, the indexes, triggers and functions, without the engine's own objects.
fn schema(t: &Sandbox) -> String {
    match t.engine {
        Engine::Sqlite => t.value("coalesce(group_concat(sql, x'0a'), '')", "FROM (SELECT sql FROM sqlite_schema WHERE name <> '__diesel_schema_migrations' ORDER BY name)"),
        Engine::Postgres => t.value(
            "coalesce(string_agg(name, E'\\n' ORDER BY name), '')",
            "FROM (SELECT relname || ' ' || relkind::text AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relname NOT LIKE '\\_\\_diesel%' \
             UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace \
             UNION ALL SELECT tgname FROM pg_trigger WHERE NOT tgisinternal \
             UNION ALL SELECT conname || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conname NOT LIKE '\\_\\_diesel%' ) AS names",
        ),
    }
}

/// The names of the migrations, oldest first.
fn migrations() -> Vec<String> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/sqlite");
    let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

on_both_engines! {
    fn a_second_migrate_run_changes_nothing(t) {
        let run = t.run(&["migrate", "run"]);
        assert!(run.status == 0 && run.stderr.contains("is up to date"), "{run}");
        let status = t.run(&["migrate", "status", "--exit-code"]);
        assert_eq!((status.status, status.stdout.matches("applied").count()), (0, migrations().len()));
    }

    fn every_migration_can_be_reverted_and_applied_again(t) {
        let t = &t.with_whole_log();
        let whole = schema(t);
        let name = t.database_name();
        let run = t.run(&["migrate", "revert", "--steps", "2", "--confirm", &name]);
        let last_two = |prefix: &str| migrations().iter().rev().take(2).map(|name| format!("{prefix} {name}\n")).collect::<Vec<_>>().concat();
        assert_eq!(run.stderr, [last_two("to revert:"), last_two("reverted")].concat());
        let status = t.run(&["migrate", "status", "--exit-code", "--format", "csv"]);
        assert_eq!((status.status, status.stdout.matches("pending").count()), (1, 2));
        assert!(t.fails(1, &["users", "list"]).contains("has pending migrations (2)\nhint: apply them: rollbook migrate run"));
        t.ok(&["migrate", "revert", "--steps", "99", "--confirm", &name]);
        assert_eq!(schema(t), "");
        t.ok(&["migrate", "run"]);
        assert_eq!(schema(t), whole);
        t.ok(&["import", "all", &example("")]);
    }

    fn revert_requires_confirmation(t) {
        let t = &t.with_whole_log();
        let stderr = t.fails(2, &["migrate", "revert"]);
        assert!(stderr.contains("refusing to revert migrations without confirmation\nhint: add --confirm "), "{stderr}");
        assert!(t.fails(1, &["migrate", "revert", "--confirm", "other"]).contains("the name does not match"));
        t.user("ann", "");
        let before = t.content();
        let name = t.database_name();
        let args = ["migrate", "revert", "--steps", "99", "--confirm", &name];
        let stderr = t.fails(1, &args);
        assert!(stderr.contains("reverting would drop tables with rows: user (1 row), audit_event (1 row)"), "{stderr}");
        let dry_run = t.run(&[&args[..], &["--dry-run", "--with-data"]].concat());
        assert!(dry_run.status == 0 && dry_run.stderr.contains("drops table user with 1 row"), "{dry_run}");
        assert_eq!(t.run(&["migrate", "status", "--exit-code"]).status, 0);
        assert!(t.content() == before);
        t.ok(&[&args[..], &["--with-data"]].concat());
        assert_eq!(schema(t), "");
    }

    fn a_database_of_a_newer_version_is_not_changed(t) {
        t.sql("INSERT INTO __diesel_schema_migrations (version) VALUES ('99991231000000')").unwrap();
        let before = t.bytes();
        for args in [vec!["migrate", "run"], vec!["migrate", "status"], vec!["migrate", "revert", "--dry-run"], vec!["users", "list"]] {
            let stderr = t.fails(1, &args);
            assert!(stderr.contains("was migrated by a newer version of rollbook (migration 99991231000000)"), "{stderr}");
        }
        assert!(t.bytes() == before);
    }
}

#[test]
fn status_of_an_empty_database_writes_nothing() {
    for engine in ENGINES {
        let t = Sandbox::empty(engine);
        let run = t.run(&["migrate", "status", "--exit-code"]);
        assert_eq!((run.status, run.stdout.matches("pending").count()), (1, migrations().len()), "{run}");
        match engine {
            Engine::Sqlite => assert!(!t.path("test.db").exists()),
            Engine::Postgres => assert_eq!(t.count("pg_class WHERE relnamespace = 'public'::regnamespace"), 0),
        }
    }
}

#[test]
fn only_one_of_several_concurrent_runs_applies_the_migrations() {
    for engine in ENGINES {
        let t = Sandbox::empty(engine);
        let runs = t.at_once(&vec![vec!["migrate", "run"]; 8]);
        let all: String = runs.iter().map(ToString::to_string).collect();
        assert!(runs.iter().all(|run| run.status == 0), "{all}");
        assert_eq!(runs.iter().filter(|run| run.stderr.contains("applied")).count(), 1, "{all}");
    }
}

#[test]
fn concurrent_imports_can_create_the_same_database() {
    let t = Sandbox::empty(Engine::Sqlite);
    let example = example("");
    let runs = t.at_once(&vec![vec!["import", "all", &example, "--lock-timeout", "300"]; 4]);
    let all: String = runs.iter().map(ToString::to_string).collect();
    assert!(runs.iter().all(|run| run.status == 0), "{all}");
    assert_eq!(t.count("user_action"), 16_714);
}

#[test]
fn a_database_of_another_program_is_not_changed() {
    for engine in ENGINES {
        let t = Sandbox::empty(engine);
        if engine == Engine::Sqlite {
            fs::write(t.path("test.db"), "").unwrap();
        }
        t.sql("CREATE TABLE \"user\" (id TEXT)").unwrap();
        let tables = |t: &Sandbox| match engine {
            Engine::Sqlite => t.bytes(),
            Engine::Postgres => schema(t).into_bytes(),
        };
        let before = tables(&t);
        for args in [
            vec!["migrate", "run"],
            vec!["migrate", "status"],
            vec!["migrate", "revert", "--dry-run"],
            vec!["users", "list"],
        ] {
            let stderr = t.fails(1, &args);
            assert!(stderr.contains("another program") && stderr.contains("hint: use "), "{stderr}");
        }
        assert!(tables(&t) == before);
    }
}

#[test]
fn a_file_that_is_not_a_database_is_not_changed() {
    let t = Sandbox::empty(Engine::Sqlite);
    t.file("test.db", "not a database, but long enough to be looked at as if it were one: ".repeat(20));
    let before = t.bytes();
    for args in [vec!["migrate", "run"], vec!["users", "list"]] {
        let stderr = t.fails(1, &args);
        assert!(stderr.contains("is not a SQLite database"), "{stderr}");
    }
    assert!(t.bytes() == before);
}

#[test]
fn a_file_name_with_special_characters_is_opened() {
    let t = Sandbox::empty(Engine::Sqlite);
    let url = format!("sqlite:{}/50% off #1 & ünï.db", t.path("").display());
    let run = Run::of(t.command_without_database(&["migrate", "run", "--database-url", &url]).output().unwrap());
    assert_eq!(run.status, 0, "{run}");
    assert!(t.path("50% off #1 & ünï.db").exists());
}
