//! Measures the merge and the erasure of a person with the whole log, against the same change of the log by hand, with the same
//! guards; rollbook also changes the user, the trail and all else that has the person.

use std::path::Path;
use std::process::{Command, Stdio};

use super::data::{Data, FIRST_USER};
use super::engine::Engine;
use super::{Cost, Result, median, rollbook, run, say};

/// What is done with the person.
struct Case {
    name: &'static str,
    args: &'static [&'static str],
    /// The event in the audit trail that permits it, without what every event has.
    event: &'static str,
    statement: &'static str,
    /// Whether nothing of the person may be left in free space of the file.
    clears: bool,
}

/// Another user.
const OTHER: &str = "usr_000001";

const CASES: [Case; 2] = [
    Case {
        name: "merge a person with all actions into another",
        args: &["users", "merge", FIRST_USER, OTHER, "--yes"],
        event: r#""verb": "merge", "after": {"merged_into": "usr_000001"}"#,
        statement: "UPDATE user_action SET user_id = 'usr_000001' WHERE user_id = 'usr_000000'",
        clears: false,
    },
    Case {
        name: "erase a person with all actions and their metadata",
        args: &["users", "erase", FIRST_USER, "--confirm", "u0@example.com", "--metadata"],
        event: r#""verb": "erase_metadata""#,
        statement: "UPDATE user_action SET metadata = '{}' WHERE user_id = 'usr_000000' AND metadata <> '{}'",
        clears: true,
    },
];

pub fn all(engine: &Engine, data: &Data, rows: usize, runs: usize) -> Result<()> {
    data.add_events_of_one("one", rows)?;
    engine.prepare("person", &["users", "one"], data)?;
    for case in &CASES {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..runs {
            let url = engine.fresh("person")?;
            ours.push(run(rollbook(&url).args(case.args))?);
            let url = engine.fresh("person")?;
            theirs.push(run(&mut by_hand(case, engine, &url))?);
        }
        let memory = ours.iter().map(|cost| cost.memory_kib / 1024).max().unwrap_or_default();
        let time = |costs: Vec<Cost>| median(costs.into_iter().map(|cost| cost.time).collect()).as_secs_f64();
        let (ours, theirs) = (time(ours), time(theirs));
        say(&format!("  {}: {ours:.2} s, at most {memory} MiB of memory\n", case.name))?;
        say(&format!("    ÷ by hand: {theirs:.2} s, ratio {:.3}\n", ours / theirs))?;
    }
    engine.clean_up(&["person", "run"])
}

fn by_hand(case: &Case, engine: &Engine, url: &str) -> Command {
    let event = format!(r#"{{"actor": "sql", "subject_kind": "user", "subject_id": "{FIRST_USER}", {}}}"#, case.event);
    let mut command = match engine {
        Engine::Sqlite { .. } => {
            let mut shell = Command::new("sqlite3");
            shell.args(["-bail", &Path::new(url).display().to_string()]);
            shell.args(["PRAGMA foreign_keys = ON", "PRAGMA cache_size = -65536", "BEGIN IMMEDIATE"]);
            shell.arg(format!(
                "INSERT INTO audit_event (actor, verb, subject_kind, subject_id, after) SELECT event ->> 'actor', \
                 event ->> 'verb', event ->> 'subject_kind', event ->> 'subject_id', event -> 'after' \
                 FROM (SELECT '{event}' AS event)"
            ));
            shell.args([case.statement, "COMMIT"]);
            if case.clears {
                shell.args(["VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"]);
            }
            shell
        }
        Engine::Postgres { .. } => {
            let mut psql = Command::new("psql");
            psql.args(["-X", "-q", "-v", "ON_ERROR_STOP=1", url, "-c", "BEGIN"]);
            psql.args(["-c", &format!("SELECT rollbook_permit('[{event}]')"), "-c", case.statement, "-c", "COMMIT"]);
            psql
        }
    };
    command.stdin(Stdio::null());
    command
}
