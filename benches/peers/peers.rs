//! The programs compared with the import: hand-written scripts, which load the file into a staging table and insert
//! the new rows in one transaction, and other programs that load files.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use super::Result;

/// The import to compare with.
pub struct Job<'a> {
    pub file: &'a Path,
    /// The same events with the columns that a plain load needs, since the table has no defaults for them.
    pub file_with_keys: &'a Path,
    /// Whether some of the events are recorded already, so that a plain load fails.
    pub some_known: bool,
    /// Whether the log is empty and the import has no options.
    pub into_empty: bool,
    /// Whether to include the programs that take minutes.
    pub slow: bool,
}

/// A program that does the same work as an import.
pub struct Peer {
    pub name: &'static str,
    program: &'static str,
    /// The arguments; `URL` is replaced by the URL of the database.
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

/// The `sqlite3` shell; for an empty log also Python and, with `slow`, sqlite-utils, if they are installed.
pub fn sqlite(job: &Job<'_>) -> Vec<Peer> {
    let file = job.file.display();
    let insert = "INSERT OR IGNORE INTO user_action (id,user_id,enrollment_id,action_type,target_type,target_id,metadata,\
                  source_system,source_event_id,idempotency_key,occurred_at)";
    let shell = [
        "PRAGMA journal_mode = WAL",
        "PRAGMA synchronous = NORMAL",
        "PRAGMA foreign_keys = ON",
        "PRAGMA cache_size = -262144",
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
    if !job.into_empty {
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
    let args =
        ["insert", "URL", "user_action", &job.file_with_keys.display().to_string(), "--csv", "--ignore", "--silent"];
    let utils = Peer { name: "sqlite-utils", program: "sqlite-utils", args: args.map(str::to_owned).to_vec() };
    if job.slow && utils.is_installed(&["--version"]) {
        peers.push(utils);
    }
    peers
}

/// `psql` with a staging table; if no event is recorded yet, also a plain copy of the file with keys; for an empty
/// log with `slow`, also pgloader, if it is installed. The plain copy and pgloader are not idempotent.
pub fn postgres(job: &Job<'_>, url: &str) -> Result<Vec<Peer>> {
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
            format!("\\copy staging from '{}' csv header", job.file.display()),
            format!(
                "INSERT INTO {into} SELECT 'act_' || replace(gen_random_uuid()::text, '-', ''), user_id, enrollment_id, \
                 action_type, target_type, target_id, metadata, source_system, source_event_id, \
                 'user_action:' || source_system || ':' || source_event_id, occurred_at FROM staging \
                 ON CONFLICT DO NOTHING"
            ),
            "COMMIT".to_owned(),
        ],
    )];
    if !job.some_known {
        let copy = format!("\\copy {into} from '{}' csv header", job.file_with_keys.display());
        peers.push(psql("psql, plain copy", vec![copy]));
    }
    if job.into_empty && job.slow {
        let commands = job.file.with_extension("load");
        let pgloader = Peer { name: "pgloader", program: "pgloader", args: vec![commands.display().to_string()] };
        if let Some(text) = load_commands(job.file_with_keys, url)
            && pgloader.is_installed(&["--version"])
        {
            fs::write(commands, text)?;
            peers.push(pgloader);
        }
    }
    Ok(peers)
}

/// The load command of pgloader, with its own form of a socket URL; `None` unless `url` names a socket, as that of
/// `make bench-import` does.
fn load_commands(file: &Path, url: &str) -> Option<String> {
    let columns = format!("id,{COLUMNS},idempotency_key,occurred_at");
    let (user, rest) = url.strip_prefix("postgres://")?.split_once("@/")?;
    let (database, folder) = rest.split_once("?host=")?;
    Some(format!(
        "LOAD CSV FROM '{}' HAVING FIELDS ({columns})\n\
         INTO postgresql://{user}@unix:{folder}:5432/{database}?tablename=user_action ({columns})\n\
         WITH skip header = 1, fields terminated by ',', fields optionally enclosed by '\"', \
         fields escaped by double-quote;\n",
        file.display()
    ))
}
