//! Settings and profiles: where each value comes from, and what a protected profile asks for.

use crate::sandbox::{Engine, Run, Sandbox};
use crate::{on_both_engines, sandbox};

const CONFIG: &str = ".config/rollbook/config.toml";

fn with(t: &Sandbox, args: &[&str], variables: &[(&str, &str)]) -> Run {
    Run::of(t.command_without_database(args).envs(variables.iter().copied()).output().unwrap())
}

/// The value of a setting, and where it comes from.
fn setting(t: &Sandbox, key: &str, args: &[&str], variables: &[(&str, &str)]) -> (String, String) {
    let args = [&["config", "list", "--format", "tsv"], args].concat();
    let run = with(t, &args, variables);
    assert_eq!(run.status, 0, "{run}");
    let line = run.stdout.lines().find(|line| line.starts_with(&format!("{key}\t"))).unwrap_or_else(|| panic!("{run}"));
    let mut cells = line.split('\t').skip(1).map(ToOwned::to_owned);
    (cells.next().unwrap(), cells.next().unwrap())
}

#[test]
fn each_setting_has_the_first_value_that_is_found() {
    let t = Sandbox::empty(Engine::Sqlite);
    let config = t.file(CONFIG, "tz = \"Asia/Tokyo\"\n[profile.prod]\ntz = \"Europe/Berlin\"\n");
    let variable = [("ROLLBOOK_TZ", "America/Lima")];
    let both = [("ROLLBOOK_TZ", "America/Lima"), ("ROLLBOOK_PROFILE", "prod")];
    let profile = format!("profile prod in {config}");
    for (args, variables, value, source) in [
        (&[][..], &[][..], "Asia/Tokyo", &*config),
        (&[], &variable, "America/Lima", "$ROLLBOOK_TZ"),
        (&[], &[("ROLLBOOK_TZ", "")], "Asia/Tokyo", &*config),
        (&[], &both, "America/Lima", "$ROLLBOOK_TZ"),
        (&[], &both[1..], "Europe/Berlin", &*profile),
        (&["--profile", "prod"], &variable, "Europe/Berlin", &*profile),
        (&["--profile", "prod", "--tz", "UTC"], &variable, "UTC", "--tz"),
    ] {
        assert_eq!(setting(&t, "tz", args, variables), (value.to_owned(), source.to_owned()), "{args:?} {variables:?}");
    }
    let run = with(&t, &["@prod", "config", "get", "tz"], &[]);
    assert_eq!((run.status, &*run.stdout), (0, "Europe/Berlin\n"), "{run}");
    let run = with(&t, &["@prd", "users", "list"], &[]);
    assert!(run.status == 6 && run.stderr.contains("did you mean prod?"), "{run}");
    for (name, value) in [
        ("ROLLBOOK_FORMAT", "xml"),
        ("ROLLBOOK_LIMIT", "0"),
        ("ROLLBOOK_COLOR", "red"),
        ("ROLLBOOK_QUIET", "maybe"),
        ("ROLLBOOK_LOCK_TIMEOUT", "-1"),
        ("ROLLBOOK_TIMES", "soon"),
        ("ROLLBOOK_ACTOR", "a\u{1b}b"),
    ] {
        let run = with(&t, &["users", "list"], &[(name, value)]);
        assert!(run.status == 2 && run.stderr.contains(&format!("${name}")), "{name}: {run}");
    }
}

#[test]
fn a_command_never_works_on_another_database_than_the_one_that_was_meant() {
    let t = Sandbox::empty(Engine::Sqlite);
    t.file(
        CONFIG,
        "[profile.prod]\ndatabase_url = \"sqlite:prod.db\"\nactor = \"prod-actor\"\n[profile.looks]\nlimit = 3\n",
    );
    let url = |args: &[&str], variables: &[(&str, &str)]| setting(&t, "database_url", args, variables).0;
    let environment = ("ROLLBOOK_DATABASE_URL", "sqlite:env.db");
    assert_eq!(url(&["--profile", "prod"], &[]), "sqlite:prod.db");
    assert_eq!(url(&["--profile", "prod"], &[environment]), "sqlite:prod.db");
    assert_eq!(url(&["--profile", "looks"], &[environment]), "sqlite:env.db");
    assert_eq!(url(&["--profile", "looks", "--database-url", "sqlite:a.db"], &[]), "sqlite:a.db");
    assert_eq!(url(&["--database-url", "sqlite:a.db"], &[("ROLLBOOK_PROFILE", "prod")]), "sqlite:a.db");
    for (args, variables) in [
        (&["--profile", "prod", "--database-url", "sqlite:a.db"][..], &[][..]),
        (&["--profile", "prod", "--database-url-file", "a"], &[]),
        (&[], &[("ROLLBOOK_PROFILE", "prod"), environment]),
        (&[], &[("ROLLBOOK_PROFILE", "prod"), ("DATABASE_URL", "sqlite:env.db")]),
    ] {
        let run = with(&t, &[&["config", "list"], args].concat(), variables);
        assert!(run.status == 2 && run.stderr.contains("both name a database"), "{args:?}: {run}");
    }
    // The settings of a profile whose database is not used are not used either.
    let variables = [("ROLLBOOK_PROFILE", "prod"), ("ROLLBOOK_ACTOR", "")];
    assert_eq!(setting(&t, "actor", &[], &variables).0, "prod-actor");
    assert_eq!(setting(&t, "actor", &["--database-url", "sqlite:a.db"], &variables).0, "");
    // A default profile gives way to a variable.
    let config = std::fs::read_to_string(t.path(CONFIG)).unwrap();
    t.file(CONFIG, format!("default_profile = \"prod\"\n{config}"));
    assert_eq!(url(&[], &[]), "sqlite:prod.db");
    assert_eq!(url(&[], &[environment]), "sqlite:env.db");
}

#[test]
fn the_url_of_a_profile_may_stand_in_a_file_that_only_its_owner_reads() {
    use std::os::unix::fs::PermissionsExt as _;
    let t = Sandbox::empty(Engine::Sqlite);
    t.file(CONFIG, "[profile.prod]\ndatabase_url_file = \"prod.url\"\n");
    let file = t.file(".config/rollbook/prod.url", "postgres://u:s3cret@localhost:1/db\n");
    let run = with(&t, &["--profile", "prod", "users", "list"], &[]);
    assert!(run.status == 1 && run.stderr.contains("chmod 600") && !run.stderr.contains("s3cret"), "{run}");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    let (url, source) = setting(&t, "database_url", &["--profile", "prod"], &[]);
    assert!(
        url.contains("localhost:1") && !url.contains("s3cret") && source.starts_with("profile prod"),
        "{url} {source}"
    );
}

on_both_engines! {
    fn a_change_of_a_protected_profile_is_confirmed_by_its_name(t) {
        t.file(CONFIG, format!("[profile.prod]\ndatabase_url = \"{}\"\nprotected = true\n", t.url));
        std::fs::set_permissions(t.path(CONFIG), std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        let create = ["@prod", "users", "create", "--email", "ann@x.org", "--name", "Ann"];
        let run = |args: &[&str]| with(t, args, &[]);
        let refused = run(&create);
        assert!(refused.status == 2 && refused.stderr.contains("add --confirm-profile prod and --reason TEXT"), "{refused}");
        assert_eq!(run(&[&create[..], &["--confirm-profile", "prod"]].concat()).status, 2, "no reason");
        let other = run(&[&create[..], &["--confirm-profile", "prd", "--reason", "new"]].concat());
        assert!(other.status == 2 && other.stderr.contains("the database is that of the profile prod"), "{other}");
        assert_eq!(t.value("count(*)", "FROM \"user\""), "0");
        assert_eq!(run(&["@prod", "users", "list"]).status, 0, "reading needs nothing");
        assert_eq!(run(&["@prod", "users", "erase", "ann@x.org", "-n"]).status, 6, "a dry run needs nothing");
        assert_eq!(run(&["@prod", "actions", "feed", "nudges"]).status, 0, "a consumer answers for itself");
        let confirmed = run(&[&create[..], &["--confirm-profile", "prod", "--reason", "new hire"]].concat());
        assert_eq!(confirmed.status, 0, "{confirmed}");
        assert_eq!(t.value("reason", "FROM audit_event WHERE reason IS NOT NULL"), "new hire");
        // Every group of commands that changes something.
        for args in [
            &["users", "update", "ann@x.org", "--name", "Anne"][..],
            &["users", "roles", "add", "ann@x.org", "teacher"],
            &["champions", "nominate", "ann@x.org"],
            &["actions", "record", "ann@x.org", "enrolled", "course:c"],
            &["import", "users", "users.csv"],
            &["migrate", "run"],
            &["actions", "feed", "nudges", "--forget"],
        ] {
            t.file("users.csv", "email,name\nbo@x.org,Bo\n");
            let refused = run(&[&["@prod"], args].concat());
            assert!(refused.status == 2 && refused.stderr.contains("protected profile prod"), "{args:?}: {refused}");
        }
    }

    fn a_protected_database_is_protected_by_whatever_name(t) {
        let t = &t.with_whole_log();
        t.file(CONFIG, format!("[profile.prod]\ndatabase_url = \"{}\"\nprotected = true\n", t.url));
        std::fs::set_permissions(t.path(CONFIG), std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        let create = ["users", "create", "--email", "ann@x.org", "--name", "Ann"];
        for (args, variables) in [
            (&["--database-url", &*t.url][..], &[][..]),
            (&[], &[("ROLLBOOK_DATABASE_URL", &*t.url)]),
            (&[], &[("DATABASE_URL", &*t.url)]),
        ] {
            let run = with(t, &[&create[..], args].concat(), variables);
            assert!(run.status == 2 && run.stderr.contains("protected profile prod"), "{args:?}: {run}");
            let confirmed = ["--confirm-profile", "prod", "--reason", "x", "-n"];
            assert_eq!(with(t, &[&create[..], args, &confirmed].concat(), variables).status, 0);
        }
        // The same database by other names.
        let others: Vec<(String, Vec<(&str, String)>)> = if t.engine == Engine::Sqlite {
            std::fs::hard_link(t.path("test.db"), t.path("hard.db")).unwrap();
            vec![(format!("sqlite:{}", t.path("hard.db").display()), vec![])]
        } else {
            let (name, server) = (t.database_name(), crate::sandbox::server());
            let parameter = |key: &str| Some(server.split(key).nth(1)?.split('&').next()?.to_owned());
            let host = parameter("host=").unwrap();
            // Citus' coordinator listens on another port than the usual one.
            let port = parameter("port=").unwrap_or_else(|| "5432".to_owned());
            t.file("service.conf", format!("[main]\nhost={host}\nport={port}\ndbname={name}\nuser=rollbook\n"));
            let service = ("PGSERVICEFILE", t.path("service.conf").display().to_string());
            vec![
                (format!("postgres://rollbook@/{name}?host={host}/&port={port}"), vec![]),
                (format!("postgres://rollbook@/{name}?host=/tmp/..{host}&port={port}"), vec![]),
                (format!("postgres://rollbook@/{name}?host={host}&port=6432"), vec![]),
                ("postgres://".to_owned(), vec![("PGHOST", host), ("PGPORT", port), ("PGDATABASE", name), ("PGUSER", "rollbook".to_owned())]),
                ("postgres://?service=main".to_owned(), vec![service.clone()]),
                ("postgres://".to_owned(), vec![service, ("PGSERVICE", "main".to_owned())]),
            ]
        };
        for (url, variables) in &others {
            let variables: Vec<(&str, &str)> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let run = with(t, &[&create[..], &["--database-url", url]].concat(), &variables);
            assert!(run.status == 2 && run.stderr.contains("protected profile prod"), "{url} {variables:?}: {run}");
        }
        // What replaces a whole database, too.
        let backup = if t.engine == Engine::Sqlite { "b.db" } else { "b.dump" };
        assert_eq!(t.run(&["db", "backup", backup]).status, 0);
        let name = t.database_name();
        let restore = ["db", "restore", backup, "--to", &t.url, "--confirm", &name];
        let run = t.run(&restore);
        assert!(run.status == 2 && run.stderr.contains("protected profile prod"), "{run}");
        // Nor does a new profile take the protection away.
        let run = with(t, &["init", "mine", "--profile", "prod"], &[]);
        assert!(run.status == 2, "{run}");
    }

    fn a_standby_is_read_only_beside_its_own_database(t) {
        t.ok(&["users", "create", "--id", "main", "--email", "main@x.org", "--name", "Main"]);
        let other = Sandbox::migrated(Engine::Sqlite);
        other.ok(&["users", "create", "--id", "other", "--email", "other@x.org", "--name", "Other"]);
        t.file(CONFIG, format!("database_url = \"{0}\"\nread_database_url = \"{0}\"\n[profile.dev]\ndatabase_url = \"{1}\"\n", t.url, other.url));
        std::fs::set_permissions(t.path(CONFIG), std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        let ids = |args: &[&str]| with(t, &[args, &["users", "list", "--format", "ids"]].concat(), &[]);
        assert!(ids(&[]).stderr.contains("reading from"));
        assert_eq!(ids(&["@dev"]).stdout, "other\n");
        assert_eq!(ids(&["--database-url", &other.url]).stdout, "other\n");
    }

    fn a_person_types_the_name_of_a_protected_profile_and_a_reason(t) {
        t.file(CONFIG, "[profile.prod]\nprotected = true\nreason = \"required\"\n");
        let create = ["@prod", "users", "create", "--email", "ann@x.org", "--name", "Ann"];
        let wrong = t.at_terminal(100, &create, "prd\n");
        assert!(wrong.status == 1 && wrong.stdout.contains("not confirmed"), "{wrong}");
        assert_eq!(t.value("count(*)", "FROM \"user\""), "0");
        let run = t.at_terminal(100, &create, "prod\nnew hire\n");
        assert!(run.status == 0 && run.stdout.contains("(profile prod)"), "{run}");
        assert_eq!(t.value("reason", "FROM audit_event WHERE reason IS NOT NULL"), "new hire");
        // Nobody is asked where no input is wanted.
        let run = t.at_terminal(100, &[&create[..], &["--no-input"]].concat(), "prod\nnew hire\n");
        assert_eq!(run.status, 2, "{run}");
    }

    fn a_reason_can_be_demanded(t) {
        t.file(CONFIG, "reason = \"required\"\n");
        let create = ["users", "create", "--email", "ann@x.org", "--name", "Ann"];
        assert!(t.fails(2, &create).contains("missing --reason TEXT"));
        t.ok(&[&create[..], &["--reason", "new hire"]].concat());
        t.ok(&["users", "list"]);
        let run = Run::of(t.command(&["users", "update", "ann@x.org", "--name", "Anne"]).env("ROLLBOOK_REASON", "typo").output().unwrap());
        assert_eq!(run.status, 0, "{run}");
        assert_eq!(t.value("count(*)", "FROM audit_event WHERE reason = 'typo'"), "1");
    }

    fn the_configured_cohort_is_that_of_lists_and_statistics(t) {
        t.ok(&["import", "all", &sandbox::example("")]);
        let all = t.ok(&["champions", "list", "--format", "ids"]).lines().count();
        let cohort = t.value("min(cohort_id)", "FROM champion");
        let some = t.ok(&["champions", "list", "--format", "ids", "--cohort", &cohort]);
        t.file(CONFIG, format!("cohort = \"{cohort}\"\n"));
        let run = t.run(&["champions", "list", "--format", "ids"]);
        assert!(run.stdout == some && run.stderr.contains(&format!("cohort {cohort} (from ")), "{run}");
        assert_eq!(t.ok(&["champions", "list", "--format", "ids", "--all-cohorts"]).lines().count(), all);
        for args in [&["champions", "board"][..], &["champions", "stats"], &["actions", "stats"], &["actions", "funnel", "enrolled", "completed_course"], &["actions", "progress", "--by", "course"]] {
            let run = t.run(args);
            assert!(run.stderr.contains("(from ") || run.status == 6, "{args:?}: {run}");
        }
        // A change is never limited or widened by it.
        assert!(!t.run(&["champions", "suggest"]).stderr.contains("(from "));
    }
}

#[test]
fn settings_are_changed_without_losing_comments() {
    let t = Sandbox::empty(Engine::Sqlite);
    t.ok(&["config", "set", "tz", "Europe/Berlin"]);
    let config = t.path(CONFIG);
    let text = format!("# ours\n{}", std::fs::read_to_string(&config).unwrap());
    std::fs::write(&config, text).unwrap();
    t.ok(&["config", "set", "database_url", "sqlite:it's.db", "--profile", "dev"]);
    for (text, is_on) in [("TRUE", true), ("off", false), ("Yes", true)] {
        t.ok(&["config", "set", "protected", text, "--profile", "dev"]);
        assert_eq!(std::fs::read_to_string(&config).unwrap().contains("protected = true"), is_on, "{text}");
    }
    t.ok(&["config", "set", "freshness.stripe", "26h"]);
    t.ok(&["config", "set", "trusted_hosts", "a.internal,b.internal"]);
    t.ok(&["config", "set", "limit", "7"]);
    t.ok(&["config", "set", "default_profile", "dev"]);
    let text = std::fs::read_to_string(&config).unwrap();
    assert!(text.starts_with("# ours\n") && text.contains("[profile.dev]\n"), "{text}");
    assert_eq!(t.ok(&["config", "get", "freshness.stripe"]), "26h\n");
    assert_eq!(t.ok(&["config", "get", "trusted_hosts"]), "a.internal,b.internal\n");
    let profiles = t.ok(&["config", "list", "--profiles", "--format", "csv"]);
    assert_eq!(profiles, "name,database_url,protected,default\ndev,sqlite:it's.db,yes,yes\n");
    // What is wrong is not written.
    for (args, message) in [
        (&["set", "time", "UTC"][..], "did you mean times?"),
        (&["set", "tz", "Nowhere"], "time zone"),
        (&["set", "format", "xml"], "expected one of table"),
        (&["set", "default_profile", "prod"], "unknown profile"),
        (&["set", "database_url_file", "x", "--profile", "dev"], "exclude each other"),
        (&["get", "nothing"], "unknown setting"),
    ] {
        let run = t.run(&[&["config"], args].concat());
        assert!(run.status != 0 && run.stderr.contains(message), "{args:?}: {run}");
    }
    assert_eq!(std::fs::read_to_string(&config).unwrap(), text);
    t.ok(&["config", "unset", "limit"]);
    t.fails(6, &["config", "unset", "limit"]);
    t.fails(6, &["config", "get", "limit"]);
    assert_eq!(t.ok(&["config", "path"]), format!("{}\n", config.display()));
}

#[test]
fn an_edited_configuration_is_checked_before_it_takes_effect() {
    let t = Sandbox::empty(Engine::Sqlite);
    t.fails(2, &["config", "edit"]);
    let edit = |editor: &str| {
        let script = t.file("editor.sh", format!("#!/bin/sh\n{editor}\n"));
        t.at_terminal_with(&[("EDITOR", &format!("sh {script}"))], 80, &["config", "edit"], "")
    };
    assert_eq!(edit("echo 'limit = 9' >> \"$1\"").status, 0);
    assert_eq!(t.ok(&["config", "get", "limit"]), "9\n");
    let wrong = edit("echo 'limt = 9' >> \"$1\"");
    assert!(wrong.status == 1 && wrong.stdout.contains("the file is as it was"), "{wrong}");
    assert_eq!(t.ok(&["config", "get", "limit"]), "9\n");
}

#[test]
fn an_alias_stands_for_a_command_of_a_person() {
    let t = &Sandbox::migrated(Engine::Sqlite);
    t.ok(&["users", "create", "--id", "ann", "--email", "ann@example.com", "--name", "Ann"]);
    let text = "[alias]\npeople = \"users list --format ids\"\nusers = \"doctor\"\n[profile.x]\ntz = \"UTC\"\n";
    let folder = t.path("config/rollbook");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("config.toml"), text).unwrap();
    let run = |args: &[&str]| Run::of(t.command(args).env("XDG_CONFIG_HOME", t.path("config")).output().unwrap());
    assert_eq!(run(&["people", "--search", "ann"]).stdout, "ann\n");
    assert_eq!(run(&["@x", "people"]).stdout, "ann\n");
    assert_eq!(run(&["users", "list", "--format", "ids"]).stdout, "ann\n", "a command cannot be replaced");
    assert_eq!(run(&["nobody"]).status, 2);
    assert!(run(&["users", "list", "--json"]).stderr.contains("--json requires fields: some of id"));
    let wide = run(&["users", "list", "--format", "wide"]);
    assert!(wide.stdout.lines().next().unwrap().contains("origin"), "{wide}");
    assert_eq!(run(&["users", "show", "ann", "ann", "--format", "ids"]).stdout, "ann\nann\n");
}

#[test]
fn an_alias_is_found_among_options_and_set_as_other_settings_are() {
    let t = &Sandbox::migrated(Engine::Sqlite);
    t.ok(&["users", "create", "--id", "ann", "--email", "ann@example.com", "--name", "Ann"]);
    t.ok(&["config", "set", "alias.people", "users list --format ids"]);
    for args in [
        &["people"][..],
        &["--tz", "UTC", "people"],
        &["--quiet", "--color=never", "people", "--search", "ann"],
        &["--database-url", &t.url, "people"],
    ] {
        assert_eq!(t.ok(args), "ann\n", "{args:?}");
    }
    assert_eq!(t.ok(&["config", "get", "alias.people"]), "users list --format ids\n");
    assert!(t.ok(&["config", "list", "--format", "csv"]).contains("alias.people,users list --format ids,"));
    assert!(t.fails(2, &["config", "set", "alias.people", "users 'list"]).contains("a quote is not closed"));
    assert!(t.fails(2, &["config", "set", "alias.-x", "users list"]).contains("a name of one word"));
    assert!(t.fails(2, &["config", "set", "alias.x", "users list", "--profile", "p"]).contains("omit --profile"));
    t.ok(&["config", "unset", "alias.people"]);
    assert!(t.fails(2, &["people"]).contains("unrecognized subcommand 'people'"));
    // What a file says wrongly is named as that, not as a command that there is not.
    for (text, problem) in [
        ("[alias]\nx = \"users 'list\"\n", "line 2: alias.x \"users 'list\": a quote is not closed"),
        ("limt = 9\n", "line 1: unknown setting limt; did you mean limit?"),
    ] {
        t.file(".config/rollbook/config.toml", text);
        let message = t.fails(1, &["x"]);
        assert!(message.contains(problem), "{message}");
    }
}

#[test]
fn a_format_of_the_configuration_holds_where_it_fits() {
    let t = &Sandbox::migrated(Engine::Sqlite);
    t.ok(&["users", "create", "--id", "ann", "--email", "ann@example.com", "--name", "Ann"]);
    for format in ["table", "wide", "json", "jsonl", "csv", "tsv", "yaml", "markdown", "ids"] {
        let with = |args: &[&str]| Run::of(t.command(args).env("ROLLBOOK_FORMAT", format).output().unwrap());
        for args in [
            &["actions", "export"][..],
            &["actions", "export", "--as", "xapi", "--homepage", "https://example.com"],
            &["actions", "feed", "nudges", "--peek"],
            &["users", "feed", "crm", "--peek"],
            &["users", "export", "ann"],
            &["users", "export", "ann", "--html"],
            &["report"],
            &["metrics"],
        ] {
            let run = with(args);
            assert_eq!(run.status, 0, "{format}: {args:?}: {run}");
        }
    }
    assert!(
        t.fails(2, &["report", "--format", "yaml"]).contains("expected table, json or csv"),
        "a given one is an error"
    );
}

#[test]
fn usage_errors_cannot_be_forged_by_an_argument() {
    let t = &Sandbox::empty(Engine::Sqlite);
    for args in [
        &["users", "list", "--x\nerror: forged"][..],
        &["users", "li\r\nhint: forged"],
        &["users", "list", "--format", "x\nhint: forged"],
        &["users", "list", "--limit", "1\nhint: forged"],
        &["users", "create", "x\nhint: forged"],
        &["help", "x\nhint: forged"],
        &["--profile", "x\nhint: forged", "users", "list"],
    ] {
        let message = t.fails(2, args);
        assert!(!message.lines().any(|line| line.contains("forged") && !line.contains("\\n")), "{args:?}\n{message}");
    }
}
