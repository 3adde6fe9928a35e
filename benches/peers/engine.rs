//! The benchmark databases: created and filled once, then copied for each run.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::data::Data;
use super::peers::{self, Job, Peer};
use super::{Result, rollbook, run, say};

pub enum Engine {
    /// Database files in a directory.
    Sqlite { folder: PathBuf },
    /// Databases of a server; the fields are the parts of the URL before and after the name of the database. Those of the
    /// workers follow, if the log is distributed over them.
    Postgres { before: String, suffix: String, workers: Vec<(String, String)> },
}

impl Engine {
    pub fn all(data: &Data) -> Result<Vec<Self>> {
        let url = std::env::var("ROLLBOOK_TEST_POSTGRES")
            .map_err(|_| "ROLLBOOK_TEST_POSTGRES is not set: run `make bench-import` or `make bench-read`")?;
        let server = |url: &str| -> Result<(String, String)> {
            let (before, suffix) = url.split_once("/postgres?").ok_or("expected a URL of the database postgres")?;
            Ok((before.to_owned(), suffix.to_owned()))
        };
        let (before, suffix) = server(&url)?;
        let mut engines = vec![
            Self::Sqlite { folder: data.folder().to_owned() },
            Self::Postgres { before: before.clone(), suffix: suffix.clone(), workers: Vec::new() },
        ];
        if let Ok(nodes) = std::env::var("ROLLBOOK_TEST_CITUS") {
            let workers = nodes.split_whitespace().skip(1).map(server).collect::<Result<_>>()?;
            engines.push(Self::Postgres { before, suffix, workers });
        }
        Ok(engines)
    }

    pub const fn name(&self) -> &'static str {
        match self {
            Self::Sqlite { .. } => "SQLite",
            Self::Postgres { workers, .. } if workers.is_empty() => "PostgreSQL",
            Self::Postgres { .. } => "Citus",
        }
    }

    /// Whether the engine supports an import with these options.
    pub fn takes(&self, options: &[&str]) -> bool {
        matches!(self, Self::Postgres { .. }) || !options.contains(&"--jobs")
    }

    pub fn url(&self, name: &str) -> String {
        match self {
            Self::Sqlite { folder } => folder.join(format!("{name}.db")).display().to_string(),
            Self::Postgres { before, suffix, .. } => format!("{before}/bench_{name}?{suffix}"),
        }
    }

    /// Creates an empty database (on SQLite, the first command creates it) and returns its URL.
    pub fn create(&self, name: &str) -> Result<String> {
        if let Self::Postgres { .. } = self {
            self.administer(&[&format!("CREATE DATABASE bench_{name}")])?;
        }
        Ok(self.url(name))
    }

    /// Checkpoints the write-ahead log of SQLite, or vacuums and analyzes the tables of PostgreSQL.
    pub fn settle(&self, name: &str) -> Result<()> {
        match self {
            Self::Sqlite { .. } => {
                finish(Command::new("sqlite3").arg(self.url(name)).arg("PRAGMA wal_checkpoint(TRUNCATE)"))
            }
            Self::Postgres { .. } => finish(Command::new("psql").args(["-q", &self.url(name), "-c", "VACUUM ANALYZE"])),
        }
    }

    /// Creates and fills the database that runs start from; prints the time and the peak memory of the import.
    #[expect(clippy::cast_precision_loss, reason = "row counts are far below 2^53")]
    pub fn prepare(&self, name: &str, files: &[&str], data: &Data) -> Result<()> {
        let url = self.create(name)?;
        run(rollbook(&url).args(["migrate", "run"]))?;
        for file in files {
            let kind = if *file == "users" { "users" } else { "actions" };
            let cost = run(rollbook(&url).args(["import", kind]).arg(data.path(file)))?;
            if kind == "actions" {
                say(&format!(
                    "  {} rows into an empty log: {:.2} s, {:.2} µs per row, at most {} MiB of memory\n",
                    data.rows(file),
                    cost.time.as_secs_f64(),
                    cost.time.as_secs_f64() * 1e6 / data.rows(file) as f64,
                    cost.memory_kib / 1024,
                ))?;
            }
        }
        self.settle(name)
    }

    /// Copies a database for one run, and returns the URL of the copy.
    pub fn fresh(&self, from: &str) -> Result<String> {
        match self {
            Self::Sqlite { .. } => {
                let copy = self.url("run");
                for suffix in ["-wal", "-shm"] {
                    if Path::new(&format!("{copy}{suffix}")).exists() {
                        fs::remove_file(format!("{copy}{suffix}"))?;
                    }
                }
                fs::copy(self.url(from), &copy)?;
                finish(&mut Command::new("sync"))?;
            }
            Self::Postgres { .. } => self.administer(&[
                "DROP DATABASE IF EXISTS bench_run",
                &format!("CREATE DATABASE bench_run TEMPLATE bench_{from} STRATEGY FILE_COPY"),
                "CHECKPOINT",
            ])?,
        }
        Ok(self.url("run"))
    }

    pub fn clean_up(&self, names: &[&str]) -> Result<()> {
        for name in names {
            match self {
                Self::Sqlite { .. } => fs::remove_file(self.url(name))?,
                Self::Postgres { workers, .. } => {
                    let drop = format!("DROP DATABASE bench_{name} WITH (FORCE)");
                    self.administer(&[&drop])?;
                    for (before, suffix) in workers {
                        psql(&format!("{before}/postgres?{suffix}"), &[&drop])?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Distributes the log of a database, if the engine does.
    pub fn distribute(&self, url: &str) -> Result<()> {
        let Self::Postgres { suffix, workers, .. } = self else { return Ok(()) };
        if workers.is_empty() {
            return Ok(());
        }
        let (_, name) = url.split_once("/bench_").ok_or("expected a database of the bench")?;
        let name = format!("bench_{}", name.split('?').next().unwrap_or_default());
        let extension = "SET client_min_messages = warning; CREATE EXTENSION citus";
        psql(url, &[extension])?;
        let node = |function: &str, suffix: &str| {
            let part = |key: &str| suffix.split('&').find_map(|pair| pair.strip_prefix(key)).unwrap_or_default();
            format!("SELECT {function}('{}', {})", part("host="), part("port="))
        };
        psql(url, &[&node("citus_set_coordinator_host", suffix)])?;
        for (before, suffix) in workers {
            psql(&format!("{before}/postgres?{suffix}"), &[&format!("CREATE DATABASE {name}")])?;
            psql(&format!("{before}/{name}?{suffix}"), &[extension])?;
            psql(url, &[&node("citus_add_node", suffix)])?;
        }
        run(rollbook(url).args(["migrate", "distribute", "--yes"])).map(drop)
    }

    /// The size of a database with all its files.
    #[expect(clippy::cast_precision_loss, reason = "sizes are far below 2^53")]
    pub fn bytes(&self, name: &str) -> Result<f64> {
        let Self::Postgres { workers, .. } = self else { return Ok(fs::metadata(self.url(name))?.len() as f64) };
        let size = if workers.is_empty() { "pg_total_relation_size" } else { "citus_total_relation_size" };
        let output = Command::new("psql")
            .args(["-At", &self.url(name), "-c", &format!("SELECT {size}('user_action')")])
            .output()?;
        Ok(String::from_utf8(output.stdout)?.trim().parse::<u64>()? as f64)
    }

    fn administer(&self, statements: &[&str]) -> Result<()> {
        let Self::Postgres { before, suffix, .. } = self else { return Ok(()) };
        psql(&format!("{before}/postgres?{suffix}"), statements)
    }

    /// The installed programs that do the same work.
    pub fn peers(&self, job: &Job<'_>) -> Result<Vec<Peer>> {
        match self {
            Self::Sqlite { .. } => Ok(peers::sqlite(job)),
            Self::Postgres { .. } => peers::postgres(job, &self.url("run")),
        }
    }
}

fn psql(url: &str, statements: &[&str]) -> Result<()> {
    let mut psql = Command::new("psql");
    psql.args(["-q", "-v", "ON_ERROR_STOP=1", url]);
    for statement in statements {
        psql.args(["-c", statement]);
    }
    finish(&mut psql)
}

fn finish(command: &mut Command) -> Result<()> {
    let output = command.stdout(Stdio::null()).stderr(Stdio::piped()).output()?;
    if output.status.success() {
        Ok(())
    } else {
        Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr)).into())
    }
}
