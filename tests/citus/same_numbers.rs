//! Every command that reads prints the same for a distributed log as for a whole one.

use crate::sandbox::{Engine, Sandbox, example};

const COMMANDS: [&[&str]; 32] = [
    &["users", "list", "--last-active"],
    &["users", "list", "--sort", "last_active", "--limit", "20"],
    &["users", "list", "--sort", "last_active", "--reverse", "--limit", "20", "--last-active"],
    &["users", "list", "--inactive-for", "30d"],
    &["users", "list", "--inactive-for", "300d", "--count"],
    &["users", "list", "--search", "nunez", "--role", "student"],
    &["users", "list", "--as-of", "now"],
    &["users", "show", "usr_042"],
    &["users", "stats"],
    &["users", "history", "usr_042"],
    &["users", "trace", "usr_042"],
    &["users", "duplicates"],
    &["users", "export", "usr_042"],
    &["actions", "list", "--limit", "500"],
    &["actions", "list", "--user", "usr_042", "--type", "viewed_module"],
    &["actions", "list", "--source-system", "stripe", "--since", "2026-03-01", "--until", "2026-04-01"],
    &["actions", "stats"],
    &["actions", "stats", "--by", "day"],
    &["actions", "stats", "--by", "week", "--tz", "Europe/Berlin"],
    &["actions", "stats", "--by", "hour", "--since", "2026-03-28", "--until", "2026-03-30", "--tz", "Europe/Berlin"],
    &["actions", "stats", "--by", "user", "--limit", "50"],
    &["actions", "stats", "--by", "weekday", "--role", "student"],
    &["actions", "progress", "--course", "crs_rust_101"],
    &["actions", "progress", "--by", "cohort"],
    &["actions", "funnel", "enrolled", "started_module", "completed_module"],
    &["actions", "funnel", "enrolled", "completed_course", "--by", "course", "--within", "60d"],
    &["actions", "lint"],
    &["actions", "freshness", "--max-age", "10y"],
    &["champions", "list"],
    &["champions", "stats"],
    &["champions", "suggest", "--min-replies", "2", "--since", "10y"],
    &["report", "--month", "2026-04", "--format", "json"],
];

/// Members that are measured at the time of the command, so that two commands may differ by a second.
const SINCE_THEN: [&str; 2] = ["waited_seconds", "age_seconds"];

/// Without what differs between two imports of the same files and two times of asking: generated ids, times of recording, what
/// is measured from now, the database.
fn comparable(t: &Sandbox, output: &str) -> String {
    let text = output.replace(&t.database_name(), "DATABASE");
    let words = text.split_inclusive(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | ':' | '-' | '.')));
    let plain = |word: &str| {
        let bare = word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        let is_id = ["act_0", "run_0", "ch_0", "op_0"].iter().any(|prefix| bare.starts_with(prefix));
        let is_recorded_now = bare.starts_with("2026-11-") || bare.starts_with("2026-12-") || bare.starts_with("2027-");
        if is_id || is_recorded_now { "*".to_owned() } else { word.to_owned() }
    };
    let mut last_member = "";
    let mut kept = String::new();
    for word in words {
        let bare = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
        let is_number = !bare.is_empty() && bare.bytes().all(|byte| byte.is_ascii_digit());
        if is_number && SINCE_THEN.contains(&last_member) {
            kept.push('*');
        } else {
            kept += &plain(word);
        }
        if !bare.is_empty() {
            last_member = bare;
        }
    }
    kept
}

#[test]
fn reading_commands_print_the_same() {
    let whole = Sandbox::whole(Engine::Postgres);
    let distributed = Sandbox::migrated(Engine::Postgres);
    for t in [&whole, &distributed] {
        t.ok(&["import", "all", &example("")]);
    }
    for command in COMMANDS {
        let formats: &[&str] = if command[0] == "report" { &[] } else { &["--format", "json"] };
        let args = [
            command,
            if command.contains(&"--format") || command.contains(&"--count") || command[1] == "export" {
                &[]
            } else {
                formats
            },
        ]
        .concat();
        let (a, b) = (whole.run(&args), distributed.run(&args));
        assert_eq!(a.status, b.status, "{args:?}\n{a}\n{b}");
        assert!([0, 3].contains(&a.status) && !a.stdout.is_empty(), "{args:?}\n{a}");
        assert_eq!(comparable(&distributed, &b.stdout), comparable(&whole, &a.stdout), "{args:?}");
        eprintln!("same: rollbook {}", command.join(" "));
    }
    let sorted = |t: &Sandbox| {
        let mut lines: Vec<String> =
            comparable(t, &t.ok(&["actions", "export", "--format", "jsonl"])).lines().map(ToOwned::to_owned).collect();
        for line in &mut lines {
            *line = line.split(",\"position\"").next().unwrap().to_owned();
        }
        lines.sort_unstable();
        lines
    };
    assert_eq!(sorted(&distributed), sorted(&whole));
}
