//! A directory, a database and a cleared environment for one test.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use assert_cmd::cargo::cargo_bin;
use diesel::connection::SimpleConnection as _;
use diesel::sql_types::Text;
use diesel::{
    Connection as _, PgConnection, QueryResult, QueryableByName, RunQueryDsl as _, SqliteConnection, sql_query,
};
use tempfile::TempDir;

use crate::cluster;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

pub struct Sandbox {
    pub engine: Engine,
    pub url: String,
    dir: TempDir,
}

/// A sandbox whose log is whole.
pub enum WholeLog<'a> {
    Same(&'a Sandbox),
    Other(Box<Sandbox>),
}

impl std::ops::Deref for WholeLog<'_> {
    type Target = Sandbox;

    fn deref(&self) -> &Sandbox {
        match self {
            Self::Same(sandbox) => sandbox,
            Self::Other(sandbox) => sandbox,
        }
    }
}

/// The exit status and the output of a run of the program.
pub struct Run {
    pub status: i32,
    pub stdout: String,
    pub stderr: String,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    value: String,
}

/// The URL of the server that `make test` starts. Without it, the tests fail; none is skipped.
pub fn server() -> String {
    std::env::var("ROLLBOOK_TEST_POSTGRES")
        .expect("the tests need PostgreSQL: run `make test`, or `tests/with-postgres cargo test`")
}

/// The URL of a database of a server.
pub fn url_of(server: &str, name: &str) -> String {
    server.replace("/postgres?", &format!("/{name}?"))
}

fn create_database(server: &str, name: &str) {
    let mut conn = PgConnection::establish(server).unwrap();
    sql_query(format!("CREATE DATABASE {name}")).execute(&mut conn).unwrap();
}

impl Sandbox {
    /// An empty database: no file on SQLite, no tables on PostgreSQL.
    pub fn empty(engine: Engine) -> Self {
        let dir = TempDir::new().unwrap();
        let url = match engine {
            Engine::Sqlite => format!("sqlite:{}", dir.path().join("test.db").display()),
            Engine::Postgres => {
                let name = Self::new_name();
                create_database(&server(), &name);
                url_of(&server(), &name)
            }
        };
        Self { engine, url, dir }
    }

    /// A migrated database of another server than [`server`].
    pub fn on_server(server: &str) -> Self {
        let name = Self::new_name();
        create_database(server, &name);
        let sandbox = Self { engine: Engine::Postgres, url: url_of(server, &name), dir: TempDir::new().unwrap() };
        sandbox.ok(&["migrate", "run"]);
        sandbox
    }

    fn new_name() -> String {
        static COUNTER: AtomicU32 = AtomicU32::new(0);
        format!("t_{}_{}", std::process::id(), COUNTER.fetch_add(1, Ordering::Relaxed))
    }

    pub fn migrated(engine: Engine) -> Self {
        if engine == Engine::Postgres && cluster::is_there() {
            let name = Self::new_name();
            cluster::create_distributed(&name);
            return Self { engine, url: url_of(&server(), &name), dir: TempDir::new().unwrap() };
        }
        Self::whole(engine)
    }

    /// As [`Self::migrated`]; on a cluster, too, the log is whole.
    pub fn whole(engine: Engine) -> Self {
        let sandbox = Self::empty(engine);
        sandbox.ok(&["migrate", "run"]);
        sandbox
    }

    /// The sandbox; on a cluster, another one whose log is whole, for what a distributed log does not allow.
    pub fn with_whole_log(&self) -> WholeLog<'_> {
        if self.engine == Engine::Postgres && cluster::is_there() {
            return WholeLog::Other(Box::new(Self::whole(self.engine)));
        }
        WholeLog::Same(self)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// The name by which a person confirms a change of the database as a whole.
    pub fn database_name(&self) -> String {
        let path = self.url.split('?').next().unwrap();
        path.rsplit('/').next().unwrap().to_owned()
    }

    /// Writes a file, and returns its path for a command line.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// The program in a cleared environment, with the sandbox's database.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = self.command_without_database(args);
        command.env("ROLLBOOK_DATABASE_URL", &self.url);
        command
    }

    pub fn command_without_database(&self, args: &[&str]) -> Command {
        let mut command = Command::new(cargo_bin!("rollbook"));
        command
            .args(args)
            .env_clear()
            .env("HOME", self.dir.path())
            .env("ROLLBOOK_ACTOR", "tester")
            .current_dir(self.dir.path())
            .stdin(Stdio::null());
        command
    }

    pub fn run(&self, args: &[&str]) -> Run {
        Run::of(self.command(args).output().unwrap())
    }

    /// Runs with text on standard input.
    pub fn pipe(&self, args: &[&str], input: impl AsRef<[u8]>) -> Run {
        let mut command = assert_cmd::Command::from_std(self.command(args));
        Run::of(command.write_stdin(input.as_ref()).output().unwrap())
    }

    /// Runs at a terminal of so many columns, where a person types an answer. Both outputs are standard output then.
    pub fn at_terminal(&self, columns: u16, args: &[&str], answer: &str) -> Run {
        self.at_terminal_with(&[("PAGER", "cat")], columns, args, answer)
    }

    /// Runs at a terminal, with these variables besides those of every run.
    pub fn at_terminal_with(&self, variables: &[(&str, &str)], columns: u16, args: &[&str], answer: &str) -> Run {
        let program = self.command(args);
        let words = std::iter::once(program.get_program()).chain(program.get_args());
        let quoted = |word: &str| format!("'{}'", word.replace('\'', "'\\''"));
        let line: Vec<String> = words.map(|word| quoted(word.to_str().unwrap())).collect();
        let line = format!("stty cols {columns}; {}", line.join(" "));
        let mut script = Command::new("script");
        script.args(["-qec", &line, "/dev/null"]).env_clear().env("PATH", "/usr/bin:/bin").env("TERM", "xterm");
        script.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?)))).current_dir(self.path(""));
        script.envs(variables.iter().copied());
        Run::of(assert_cmd::Command::from_std(script).write_stdin(answer).output().unwrap())
    }

    /// Runs, asserts success, and returns standard output.
    pub fn ok(&self, args: &[&str]) -> String {
        let run = self.run(args);
        assert_eq!(run.status, 0, "{args:?}\n{run}");
        run.stdout
    }

    /// Runs, asserts the exit code, and returns standard error. That nothing was changed is looked up if it is said.
    pub fn fails(&self, status: i32, args: &[&str]) -> String {
        let before = self.readable_content();
        let run = self.run(args);
        assert_eq!(run.status, status, "{args:?}\n{run}");
        if run.stderr.contains("nothing was changed")
            && let (Some(before), Some(after)) = (before, self.readable_content())
        {
            assert!(before == after, "something was changed: {args:?}\n{run}");
        }
        run.stderr
    }

    /// Runs all command lines concurrently, each in its own process.
    pub fn at_once(&self, commands: &[Vec<&str>]) -> Vec<Run> {
        let children: Vec<Child> = commands.iter().map(|args| self.start(args)).collect();
        let waiting: Vec<_> =
            children.into_iter().map(|child| thread::spawn(|| Run::of(child.wait_with_output().unwrap()))).collect();
        waiting.into_iter().map(|thread| thread.join().unwrap()).collect()
    }

    /// Executes SQL on a separate connection, as another program would.
    pub fn sql(&self, sql: &str) -> Result<(), String> {
        match self.engine {
            Engine::Sqlite => self.sqlite().batch_execute(sql),
            Engine::Postgres => PgConnection::establish(&self.url).unwrap().batch_execute(sql),
        }
        .map_err(|error| error.to_string())
    }

    /// Drops a trigger, as only the owner of the tables can. On Citus, that takes a setting.
    pub fn drop_trigger(&self, name: &str, table: &str) {
        if self.engine == Engine::Sqlite {
            return self.sqlite().batch_execute(&format!("DROP TRIGGER {name}")).unwrap();
        }
        let mut conn = PgConnection::establish(&self.url).unwrap();
        conn.batch_execute("SET citus.enable_unsafe_triggers = on").unwrap();
        conn.batch_execute(&format!("DROP TRIGGER {name} ON {table}")).unwrap();
    }

    /// What a consumer of the actions gets: at least so many lines, once no older transaction of the server holds them back.
    pub fn fed(&self, consumer: &str, least: usize) -> Vec<String> {
        for _ in 0..600 {
            let lines = self.ok(&["actions", "feed", consumer]);
            if lines.lines().count() >= least {
                return lines.lines().map(ToOwned::to_owned).collect();
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        panic!("{consumer} got no {least} actions");
    }

    /// Starts a run, and returns at once.
    pub fn start(&self, args: &[&str]) -> Child {
        self.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// Waits until exactly `connections` connections to the sandbox's PostgreSQL database wait for a lock.
    pub fn until_waiting(&self, connections: u64) {
        for _ in 0..1000 {
            if self.waiting_for_locks() == connections {
                return;
            }
            thread::sleep(Duration::from_millis(10));
        }
        panic!("expected {connections} connections to wait for a lock");
    }

    /// The number of connections that wait for a lock: on a cluster, each waits on one of the nodes.
    fn waiting_for_locks(&self) -> u64 {
        let workers = cluster::workers().map(|worker| url_of(&worker, &self.database_name()));
        let waiting = |url: String| -> u64 {
            let query = "SELECT count(*)::text AS value FROM pg_stat_activity \
                 WHERE datname = current_database() AND wait_event_type = 'Lock'";
            // A worker has no database whose log is whole.
            let Ok(mut conn) = PgConnection::establish(&url) else { return 0 };
            let row: Row = sql_query(query).get_result(&mut conn).unwrap();
            row.value.parse().unwrap()
        };
        std::iter::once(self.url.clone()).chain(workers).map(waiting).sum()
    }

    /// Executes SQL and keeps the connection, with its open transaction, until the returned closure is dropped. The
    /// closure executes more SQL on the same connection.
    pub fn hold(&self, sql: &str) -> Box<dyn FnMut(&str)> {
        match self.engine {
            Engine::Sqlite => {
                let mut conn = self.sqlite();
                conn.batch_execute(sql).unwrap();
                Box::new(move |sql| conn.batch_execute(sql).unwrap())
            }
            Engine::Postgres => {
                let mut conn = PgConnection::establish(&self.url).unwrap();
                conn.batch_execute(sql).unwrap();
                Box::new(move |sql| conn.batch_execute(sql).unwrap())
            }
        }
    }

    /// The single value that a query returns, as text.
    pub fn value(&self, expression: &str, from: &str) -> String {
        let query = sql_query(format!("SELECT CAST(({expression}) AS TEXT) AS value {from}"));
        match self.engine {
            Engine::Sqlite => query.get_result::<Row>(&mut self.sqlite()),
            Engine::Postgres => query.get_result::<Row>(&mut PgConnection::establish(&self.url).unwrap()),
        }
        .unwrap()
        .value
    }

    /// The values that a query returns, as texts.
    pub fn values(&self, expression: &str, from: &str) -> Vec<String> {
        let query = sql_query(format!("SELECT CAST(({expression}) AS TEXT) AS value {from}"));
        let rows: Vec<Row> = match self.engine {
            Engine::Sqlite => query.load(&mut self.sqlite()),
            Engine::Postgres => query.load(&mut PgConnection::establish(&self.url).unwrap()),
        }
        .unwrap();
        rows.into_iter().map(|row| row.value).collect()
    }

    pub fn count(&self, from: &str) -> u64 {
        self.value("count(*)", &format!("FROM {from}")).parse().unwrap()
    }

    fn sqlite(&self) -> SqliteConnection {
        let mut conn = SqliteConnection::establish(self.url.strip_prefix("sqlite:").unwrap()).unwrap();
        conn.batch_execute("PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON; PRAGMA recursive_triggers = ON")
            .unwrap();
        conn
    }

    /// All rows of the database, without the import history and without the audit events of imports and refused
    /// attempts: these are also written when a command changes nothing else.
    pub fn content(&self) -> String {
        match self.engine {
            Engine::Sqlite => sqlite_content(&mut self.sqlite()),
            Engine::Postgres => postgres_content(&mut PgConnection::establish(&self.url).unwrap()),
        }
        .unwrap()
    }

    /// The content, if there are tables and nobody has locked them.
    fn readable_content(&self) -> Option<String> {
        match self.engine {
            Engine::Sqlite => {
                let path = self.url.strip_prefix("sqlite:")?;
                Path::new(path).is_file().then(|| sqlite_content(&mut SqliteConnection::establish(path).ok()?).ok())?
            }
            Engine::Postgres => {
                let mut conn = PgConnection::establish(&self.url).ok()?;
                conn.batch_execute("SET lock_timeout = '100ms'").ok()?;
                postgres_content(&mut conn).ok()
            }
        }
    }

    /// The bytes of the SQLite file; on PostgreSQL, [`Self::content`] and the import history.
    pub fn bytes(&self) -> Vec<u8> {
        match self.engine {
            Engine::Sqlite => fs::read(self.path("test.db")).unwrap(),
            Engine::Postgres => {
                let runs = self.value("coalesce(string_agg(t::text, '|' ORDER BY t::text), '')", "FROM import_run t");
                (self.content() + &runs).into_bytes()
            }
        }
    }

    pub fn user(&self, id: &str, roles: &str) {
        let email = format!("{id}@example.com");
        let mut args = vec!["users", "create", "--id", id, "--email", &email, "--name", id];
        if !roles.is_empty() {
            args.extend(["--role", roles]);
        }
        self.ok(&args);
    }

    pub fn roles(&self, user: &str) -> String {
        let json: serde_json::Value =
            serde_json::from_str(&self.ok(&["users", "show", user, "--format", "json"])).unwrap();
        json["roles"].as_array().unwrap().iter().map(|role| role.as_str().unwrap()).collect::<Vec<_>>().join(",")
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let Some(name) = self.url.split(['/', '?']).nth(3).filter(|_| self.engine == Engine::Postgres) else { return };
        for node in std::iter::once(server()).chain(cluster::workers()) {
            if let Ok(mut conn) = PgConnection::establish(&node) {
                drop(sql_query(format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).execute(&mut conn));
            }
        }
    }
}

impl Run {
    pub fn of(output: Output) -> Self {
        Self {
            status: output.status.code().expect("no panic, no signal"),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "exit status: {}\n--- stdout\n{}--- stderr\n{}", self.status, self.stdout, self.stderr)
    }
}

/// What a command changes: the audit trail without imports and refused attempts.
const CONTENT: [&str; 8] = [
    "\"user\"",
    "user_action",
    "champion",
    "(SELECT * FROM audit_event WHERE subject_kind <> 'import' AND refusal IS NULL)",
    "feed_cursor",
    "feed_parked",
    "import_parked",
    "former_email",
];

fn sqlite_content(conn: &mut SqliteConnection) -> QueryResult<String> {
    let mut content = String::new();
    for table in CONTENT {
        let name = if table.starts_with('(') { "audit_event" } else { table.trim_matches('"') };
        let columns =
            format!("SELECT group_concat('\"' || name || '\"', ', ') AS value FROM pragma_table_info('{name}')");
        let columns = sql_query(columns).get_result::<Row>(conn)?.value;
        let rows = format!("SELECT coalesce(group_concat(json_array({columns}), '|'), '') AS value FROM {table}");
        content += &sql_query(rows).get_result::<Row>(conn)?.value;
        content.push('\n');
    }
    Ok(content)
}

fn postgres_content(conn: &mut PgConnection) -> QueryResult<String> {
    let mut content = String::new();
    for table in CONTENT {
        let rows = format!("SELECT coalesce(string_agg(t::text, '|' ORDER BY t::text), '') AS value FROM {table} t");
        content += &sql_query(rows).get_result::<Row>(conn)?.value;
        content.push('\n');
    }
    Ok(content)
}

/// Waits until a condition holds.
#[track_caller]
pub fn eventually(condition: impl Fn() -> bool) {
    for _ in 0..200 {
        if condition() {
            return;
        }
        thread::sleep(Duration::from_millis(100));
    }
    panic!("it has not come true in 20 seconds");
}

/// The path of a file of the example data.
pub fn example(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/spring-cohort").join(name).to_str().unwrap().to_owned()
}
