//! What an expert does by hand: stage the file, then insert what is not there, in one transaction.

use std::path::Path;
use std::process::{Command, Stdio};

/// A program that does the same work as an import.
pub struct Peer {
    pub name: &'static str,
    program: &'static str,
    /// Its arguments; `URL` stands for the database.
    args: Vec<String>,
}

const COLUMNS: &str = "user_id,enrollment_id,action_type,target_type,target_id,metadata,source_system,source_event_id";

impl Peer {
    pub fn command(&self, url: &str) -> Command {
        let mut command = Command::new(self.program);
        command.args(self.args.iter().map(|arg| arg.replace("URL", url))).stdin(Stdio::null()).stderr(Stdio::null());
        command
    }

    fn is_installed(&self, probe: &[&str]) -> bool {
        let run = Command::new(self.program)
            .args(probe)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        run.is_ok_and(|status| status.success())
    }
}

/// The `sqlite3` shell; with `all`, Python and sqlite-utils too, where they are installed.
pub fn sqlite(file: &Path, all: bool) -> Vec<Peer> {
    let file = file.display();
    let insert = "INSERT OR IGNORE INTO user_action (id,user_id,enrollment_id,action_type,target_type,target_id,metadata,\
                  source_system,source_event_id,idempotency_key,occurred_at)";
    let shell = [
        "PRAGMA journal_mode = WAL",
        "PRAGMA synchronous = FULL",
        "PRAGMA foreign_keys = ON",
        "PRAGMA cache_size = -1000000",
        "PRAGMA temp_store = MEMORY",
        &format!("CREATE TEMP TABLE staging ({COLUMNS},occurred_at)"),
        &format!(".import --csv --skip 1 {file} staging"),
        "BEGIN IMMEDIATE",
        &format!(
            "{insert} SELECT 'act_' || lower(hex(randomblob(13))), user_id, nullif(enrollment_id, ''), action_type, \
             target_type, target_id, metadata, source_system, source_event_id, \
             'user_action:' || source_system || ':' || source_event_id, substr(occurred_at, 1, 19) || '.000000Z' \
             FROM staging"
        ),
        "COMMIT",
    ]
    .map(str::to_owned)
    .to_vec();
    let mut peers = vec![Peer {
        name: "sqlite3, staged",
        program: "sqlite3",
        args: [vec!["-bail".into(), "URL".into()], shell].concat(),
    }];
    if !all {
        return peers;
    }
    let script = format!(
        r#"
import csv, os, sqlite3
c = sqlite3.connect("URL", isolation_level=None)
c.execute("PRAGMA foreign_keys = ON")
c.execute("PRAGMA cache_size = -1000000")
c.execute("BEGIN IMMEDIATE")
with open("{file}", newline="") as f:
    rows = csv.reader(f)
    next(rows)
    c.executemany("{insert} VALUES (?,?,?,?,?,?,?,?,?,?,?)",
        (("act_" + os.urandom(13).hex(), *r[:8], "user_action:" + r[6] + ":" + r[7], r[8][:19] + ".000000Z") for r in rows))
c.execute("COMMIT")
"#
    );
    let python = Peer { name: "Python executemany", program: "python3", args: vec!["-c".into(), script] };
    if python.is_installed(&["-c", "import sqlite3"]) {
        peers.push(python);
    }
    peers
}

/// `psql`, staged; and a plain copy of a file that has keys already, which is not idempotent at all.
pub fn postgres(file: &Path, file_with_keys: Option<&Path>) -> Vec<Peer> {
    let psql = |name, statements: Vec<String>| {
        let head = ["-X", "-q", "-v", "ON_ERROR_STOP=1", "URL"].map(str::to_owned).to_vec();
        let args = statements.into_iter().fold(head, |mut args, statement| {
            args.extend(["-c".to_owned(), statement]);
            args
        });
        Peer { name, program: "psql", args }
    };
    let into = "user_action (id,user_id,enrollment_id,action_type,target_type,target_id,metadata,source_system,\
                source_event_id,idempotency_key,occurred_at)";
    let mut peers = vec![psql(
        "psql, staged",
        vec![
            "BEGIN".to_owned(),
            "CREATE TEMP TABLE staging (user_id text, enrollment_id text, action_type text, target_type text, \
             target_id text, metadata jsonb, source_system text, source_event_id text, occurred_at timestamptz) \
             ON COMMIT DROP"
                .to_owned(),
            format!("\\copy staging from '{}' csv header", file.display()),
            format!(
                "INSERT INTO {into} SELECT 'act_' || replace(gen_random_uuid()::text, '-', ''), user_id, enrollment_id, \
                 action_type, target_type, target_id, metadata, source_system, source_event_id, \
                 'user_action:' || source_system || ':' || source_event_id, occurred_at FROM staging \
                 ON CONFLICT DO NOTHING"
            ),
            "COMMIT".to_owned(),
        ],
    )];
    if let Some(file) = file_with_keys {
        peers.push(psql("psql, plain copy", vec![format!("\\copy {into} from '{}' csv header", file.display())]));
    }
    peers
}
