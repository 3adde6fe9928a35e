//! What an operator's machine has of rollbook: completions, manual, version, first day, cron.

use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use crate::on_both_engines;
use crate::sandbox::{Engine, Run, Sandbox, example};

/// What the shell is offered for the last word.
fn completed(t: &Sandbox, words: &[&str]) -> Vec<String> {
    let mut command = t.command(&[]);
    let index = words.len().to_string();
    command.args(["--", "rollbook"]).args(words).env("COMPLETE", "bash").env("_CLAP_COMPLETE_INDEX", index);
    let run = Run::of(command.env("_CLAP_IFS", "\n").env("_CLAP_COMPLETE_COMP_TYPE", "9").output().unwrap());
    assert!(run.status == 0 && run.stderr.is_empty(), "{run}");
    run.stdout.lines().map(|line| line.trim_end().to_owned()).filter(|line| !line.is_empty()).collect()
}

/// In Bash itself, which splits words at `@`, `=` and `:`.
#[test]
fn bash_completes_addresses_and_values_of_options() {
    let t = &Sandbox::migrated(Engine::Sqlite);
    t.ok(&["users", "create", "--id", "ann", "--email", "ann@example.com", "--name", "Ann"]);
    for (words, last, expected) in [
        (&["users", "show", "ann", "@", "ex"][..], "ex", "example.com"),
        (&["users", "show", "ann", "@"], "", "example.com"),
        (&["users", "list", "--role", "=", "tea"], "tea", "teacher"),
        (&["users", "list", "--columns", "id,em"], "id,em", "id,email"),
        (&["users", "li"], "li", "list"),
    ] {
        // A blank stands before a word, unless Bash has split it.
        let line = words.iter().fold("rollbook".to_owned(), |line, word| {
            let attached = "@=".contains(word) || line.ends_with(['@', '=']);
            if attached { line + word } else { line + " " + word }
        });
        let program = assert_cmd::cargo::cargo_bin!("rollbook").display().to_string();
        let script = format!(
            "source <({program} completions bash); rollbook() {{ {program} \"$@\"; }}; COMP_LINE='{line}'; COMP_TYPE=9; \
             COMP_WORDS=(rollbook {}); COMP_CWORD={}; _clap_complete_rollbook rollbook '{last}'; echo \"${{COMPREPLY[*]}}\"",
            words.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(" "),
            words.len(),
        );
        let mut bash = Command::new("bash");
        bash.args(["-c", &script]).env_clear().env("PATH", "/usr/bin:/bin").current_dir(t.path(""));
        bash.envs(t.command(&[]).get_envs().filter_map(|(name, value)| Some((name, value?))));
        let run = Run::of(bash.output().unwrap());
        assert!(run.status == 0 && run.stdout.split_whitespace().any(|found| found == expected), "{line}: {run}");
    }
}

on_both_engines! {
    fn values_of_arguments_are_completed_from_the_database(t) {
        assert_eq!(completed(t, &["users", "show", "a"]), [""; 0], "no tables");
        t.ok(&["migrate", "run"]);
        t.ok(&["users", "create", "--id", "ann", "--email", "ann@example.com", "--name", "Ann"]);
        t.ok(&["users", "create", "--id", "b;rm -rf", "--email", "ben@example.com", "--name", "a\u{202e}b"].map(|arg| if arg == "b;rm -rf" { "ben" } else { arg }));
        t.ok(&["champions", "nominate", "ann", "--cohort", "spring"]);
        t.ok(&["actions", "record", "ann", "enrolled", "course:rust", "--source-system", "app"]);
        t.ok(&["actions", "feed", "nudges"]);
        t.ok(&["users", "feed", "crm"]);
        t.sql("UPDATE \"user\" SET email = 'a$(touch x) y@example.com' WHERE id = 'ben'").unwrap_or_default();
        for (words, expected) in [
            (&["users", "show", "a"][..], "ann"),
            (&["users", "show", "ann@"], "ann@example.com"),
            (&["users", "roles", "add", "tea"], "teacher"),
            (&["users", "roles", "add", "an"], "ann"),
            (&["champions", "list", "--cohort", "sp"], "spring"),
            (&["actions", "stats", "--course", "ru"], "rust"),
            (&["actions", "ack", "nu"], "nudges"),
            (&["users", "ack", "cr"], "crm"),
            (&["champions", "show", "an"], "ann@example.com"),
            (&["users", "li"], "list"),
            (&["users", "list", "--inac"], "--inactive-for"),
        ] {
            let found = completed(t, words);
            assert!(found.iter().any(|value| value.trim_end() == expected), "{words:?}: {found:?}");
        }
        assert!(completed(t, &["users", "show", ""]).iter().all(|value| !value.contains(['$', ' ', '\u{202e}'])));
        assert!(!completed(t, &["actions", "ack", ""]).contains(&"crm".to_owned()));
        assert_eq!(completed(t, &["users", "show", "a", "--database-url", "sqlite:missing.db", "--profil"]), ["--profile"]);
        let id = "sale".to_owned();
        t.ok(&["users", "update", "ann", "--name", "Anna", "--operation-id", &id]);
        // Options are offered where one is typed, or nothing else can stand.
        assert_eq!(completed(t, &["audit", "undo", ""]).iter().filter(|value| value.starts_with('-')).count(), 0);
        assert!(completed(t, &["audit", "undo", "sa"]).contains(&id));
        assert!(completed(t, &["users", ""]).iter().all(|value| !value.starts_with('-')));
        assert!(completed(t, &["users", "show", "-"]).contains(&"--as-of".to_owned()));
        assert!(completed(t, &["users", "list", ""]).contains(&"--role".to_owned()));
        t.file(".config/rollbook/config.toml", "[profile.prod]\ntz = \"UTC\"\n[profile.pilot]\ntz = \"UTC\"\n");
        assert_eq!(completed(t, &["@pr"]), ["@prod"]);
        assert_eq!(completed(t, &["@prod", "users", "li"]), ["list"]);
        assert!(completed(t, &["@prod", "users", "list", "--ro"]).contains(&"--role".to_owned()));
        let before = t.count("audit_event");
        completed(t, &["users", "erase", "an"]);
        assert_eq!(t.count("audit_event"), before);
    }

    fn metrics_are_those_of_the_database(t) {
        t.ok(&["import", "all", &example("")]);
        t.ok(&["actions", "feed", "a\"b\\c"]);
        let text = t.ok(&["metrics"]);
        let value = |name: &str| text.lines().find(|line| line.starts_with(&format!("{name} "))).map(|line| line.rsplit(' ').next().unwrap().to_owned());
        assert_eq!(value("rollbook_actions"), Some(t.count("user_action").to_string()));
        assert_eq!(value("rollbook_users"), Some(t.count("\"user\" WHERE erased_at IS NULL").to_string()));
        assert_eq!(value("rollbook_feed_lag{feed=\"actions\",consumer=\"a\\\"b\\\\c\"}"), Some(t.count("user_action").to_string()), "{text}");
        assert!(text.contains("rollbook_last_import_inserted_rows{kind=\"actions\",outcome=\"committed\"} 16714"), "{text}");
        assert!(text.contains("rollbook_source_newest_event_timestamp_seconds{source=\"app\"} "), "{text}");
        t.ok(&["metrics", "--output", "r.prom"]);
        t.ok(&["metrics", "--output", "r.prom"]);
        let written = std::fs::read_to_string(t.path("r.prom")).unwrap();
        assert_eq!(written.lines().filter(|line| !line.contains("behind_seconds")).collect::<Vec<_>>(), text.lines().filter(|line| !line.contains("behind_seconds")).collect::<Vec<_>>());
        assert_eq!(std::fs::metadata(t.path("r.prom")).unwrap().permissions().mode() & 0o777, 0o644);
        if t.engine == Engine::Sqlite {
            assert!(t.fails(2, &["metrics", "--output", "test.db", "--overwrite"]).contains("a file of the database"));
        }
        // A file of somebody else is not replaced, and the configuration never is.
        let notes = t.file("notes.txt", "by hand\n");
        assert!(t.fails(2, &["metrics", "--output", &notes]).contains("already exists"));
        assert_eq!(std::fs::read_to_string(&notes).unwrap(), "by hand\n");
        t.ok(&["metrics", "--output", &notes, "--overwrite"]);
        assert!(std::fs::read_to_string(&notes).unwrap().starts_with("# HELP rollbook_"));
        t.ok(&["config", "set", "tz", "UTC"]);
        let configuration = ".config/rollbook/config.toml";
        for args in [
            &["metrics", "--output", configuration, "--overwrite"][..],
            &["import", "all", &example(""), "-n", "--summary", configuration, "--overwrite"],
            &["db", "backup", configuration, "--overwrite"],
        ] {
            assert!(t.fails(2, args).contains("this is the configuration file"), "{args:?}");
        }
    }

    fn the_first_day_is_one_command_that_can_be_repeated(t) {
        let init = ["init", "home", "--superadmin", "ada@example.org", "--superadmin-name", "Ada", "--database-url", &t.url];
        let run = Run::of(t.command_without_database(&init).output().unwrap());
        assert!(run.status == 0 && run.stderr.contains("profile home: written to"), "{run}");
        assert_eq!(t.value("roles", "FROM \"user\"").matches("superadmin").count(), 1);
        let run = Run::of(t.command_without_database(&["users", "list", "--format", "csv", "--columns", "email", "--no-header"]).output().unwrap());
        assert_eq!(run.stdout, "ada@example.org\n", "the profile is the default: {run}");
        let run = Run::of(t.command_without_database(&init).output().unwrap());
        assert!(run.status == 0 && run.stderr.contains("a superadmin exists already") && run.stderr.contains("exists already"), "{run}");
        assert_eq!(t.count("\"user\""), 1);
    }

    fn a_missing_or_ambiguous_user_is_picked_at_a_terminal_only(t) {
        t.ok(&["migrate", "run"]);
        for id in ["usr_aa1", "usr_aa2", "usr_bb1"] {
            t.user(id, "");
        }
        // Enter takes the first one.
        let run = t.at_terminal(100, &["users", "show"], "\r");
        assert!(run.status == 0 && run.stdout.contains("usr_aa1@example.com"), "{run}");
        let run = t.at_terminal(100, &["users", "show", "usr_aa"], "\r");
        assert!(run.status == 0 && run.stdout.contains("usr_aa1@example.com") && !run.stdout.contains("usr_bb1"), "{run}");
        assert_eq!(t.at_terminal(100, &["users", "show", "--no-input"], "\r").status, 2);
        assert_eq!(t.at_terminal(100, &["users", "show", "usr_aa", "--no-input"], "\r").status, 2);
        t.fails(2, &["users", "show"]);
        t.fails(2, &["users", "show", "usr_aa"]);
    }
}

#[test]
fn the_wizard_finds_the_kind_and_runs_the_command() {
    let t = Sandbox::migrated(Engine::Sqlite);
    let file = t.file("people.csv", "email;name\nann@example.com;Ann\n");
    assert!(t.fails(2, &["import", "wizard", &file]).contains("there is no terminal"));
    let run = t.at_terminal(200, &["import", "wizard", &file], "\n\ny\n\n");
    assert!(run.status == 0 && run.stdout.contains("as users: 1 of 1 rows are valid"), "{run}");
    assert!(run.stdout.contains(&format!("the command was: rollbook import users {file}")), "{run}");
    assert_eq!(t.count("\"user\""), 1);
    let other = t.file("more.csv", "login;name\nben@example.com;Ben\n");
    let run = t.at_terminal(200, &["import", "wizard", &other, "--kind", "users"], "--map login=email\n\nn\n");
    assert!(run.stdout.contains("--map login=email") && run.stdout.contains("nothing was imported"), "{run}");
    assert_eq!(t.count("\"user\""), 1);
}

#[test]
fn the_manual_has_a_page_for_each_command_and_topic() {
    let t = Sandbox::empty(Engine::Sqlite);
    t.ok(&["man", "pages"]);
    let pages: Vec<_> = std::fs::read_dir(t.path("pages")).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(pages.len() > 60, "{}", pages.len());
    for page in ["rollbook.1", "rollbook-users-list.1", "rollbook-users-roles-add.1", "rollbook-time.7"] {
        assert!(t.path("pages").join(page).exists(), "{page}");
    }
    let list = std::fs::read_to_string(t.path("pages/rollbook-users-list.1")).unwrap();
    assert!(list.contains(".SH EXAMPLES") && list.contains("Only users with this text"), "{list}");
    let checked = Command::new("mandoc")
        .args(["-Tlint", "-Werror"])
        .args(&pages)
        .output()
        .expect("the tests need mandoc: run `make test`");
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
}

#[test]
fn the_version_says_what_the_program_was_built_from() {
    let t = Sandbox::empty(Engine::Sqlite);
    let text = t.ok(&["--version", "--verbose"]);
    for name in ["rollbook 0.", "commit: ", "schema: 2026-", "SQLite: 3.", "libpq: 1", "OpenSSL: ", "features: "] {
        assert!(text.contains(name), "{text}");
    }
    assert_eq!(t.ok(&["--version"]).lines().count(), 1);
}

#[test]
fn the_files_for_cron_and_systemd_work() {
    let contrib = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("contrib");
    let t = Sandbox::migrated(Engine::Sqlite);
    let config = std::fs::read_to_string(contrib.join("config.toml")).unwrap();
    t.file(".config/rollbook/config.toml", config);
    t.file(".config/rollbook/prod.url", "sqlite:other.db");
    assert_eq!(t.ok(&["config", "get", "freshness.stripe", "--profile", "prod"]), "26h\n");
    // Each command is accepted by the program.
    let crontab = std::fs::read_to_string(contrib.join("crontab")).unwrap();
    let service = std::fs::read_to_string(contrib.join("rollbook-import.service")).unwrap();
    let commands = crontab
        .lines()
        .chain(service.lines())
        .filter_map(|line| line.split_once("rollbook ").filter(|_| !line.starts_with('#')));
    let mut count = 0;
    for (_, command) in commands.filter(|(before, _)| before.contains('*') || before.starts_with("ExecStart=")) {
        let words: Vec<&str> = command
            .trim_start_matches("rollbook")
            .split_whitespace()
            .take_while(|word| !word.starts_with('>'))
            .filter(|word| *word != "rollbook" && !word.starts_with('+'))
            .map(|word| word.split('$').next().unwrap())
            .collect();
        count += 1;
        let run = t.run(&[&words[..], &["--help"]].concat());
        assert_eq!(run.status, 0, "{command}: {run}");
    }
    assert_eq!(count, 5);
    for unit in ["rollbook-import.service", "rollbook-import.timer"] {
        let text = std::fs::read_to_string(contrib.join(unit)).unwrap();
        assert!(text.contains("Documentation=man:rollbook-"), "{unit}");
    }
    if let Ok(output) = Command::new("systemd-analyze")
        .arg("verify")
        .arg("--man=no")
        .arg(contrib.join("rollbook-import.timer"))
        .output()
    {
        let text = String::from_utf8_lossy(&output.stderr);
        let ours: Vec<&str> = text
            .lines()
            .filter(|line| {
                line.contains("rollbook") && !line.contains("not executable") && !line.contains("No such file")
            })
            .collect();
        assert!(ours.is_empty(), "{text}");
    }
    // The log of imports has one document a line.
    let file = t.file("u.csv", "email,name\na@example.com,A\n");
    let run = t.run(&["import", "users", &file, "--quiet", "--format", "table", "--summary", "-"]);
    assert!(run.status == 0 && run.stderr.is_empty() && run.stdout.lines().count() == 1, "{run}");
    serde_json::from_str::<serde_json::Value>(&run.stdout).unwrap();
    t.run(&["import", "users", &t.file("bad.csv", "email,name\n,A\n")]);
    let history = t.ok(&["import", "history", "--failed", "--since", "yesterday", "--format", "jsonl"]);
    assert!(history.contains("\"reason\":\""), "{history}");
}
