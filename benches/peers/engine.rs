//! The databases: created, filled once, and copied for each run.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::data::Data;
use super::peers::{self, Job, Peer};
use super::{Result, rollbook, run, say};

pub enum Engine {
    /// Files in a folder.
    Sqlite { folder: PathBuf },
    /// Databases of a server, whose URL has the database's name between `before` and `behind`.
    Postgres { before: String, behind: String },
}

impl Engine {
    pub fn all(data: &Data) -> Result<Vec<Self>> {
        let url = std::env::var("ROLLBOOK_TEST_POSTGRES")
            .map_err(|_| "run it as `make bench-import` or `make bench-read`")?;
        let (before, behind) = url.split_once("/postgres?").ok_or("the server's URL names the database postgres")?;
        Ok(vec![
            Self::Sqlite { folder: data.folder().to_owned() },
            Self::Postgres { before: before.to_owned(), behind: behind.to_owned() },
        ])
    }

    pub const fn name(&self) -> &'static str {
        match self {
            Self::Sqlite { .. } => "SQLite",
            Self::Postgres { .. } => "PostgreSQL",
        }
    }

    /// Whether an import with these options is possible.
    pub fn takes(&self, options: &[&str]) -> bool {
        matches!(self, Self::Postgres { .. }) || !options.contains(&"--jobs")
    }

    pub fn url(&self, name: &str) -> String {
        match self {
            Self::Sqlite { folder } => folder.join(format!("{name}.db")).display().to_string(),
            Self::Postgres { before, behind } => format!("{before}/bench_{name}?{behind}"),
        }
    }

    /// The URL of a database that is not there yet, or on PostgreSQL is empty.
    fn create(&self, name: &str) -> Result<String> {
        if let Self::Postgres { .. } = self {
            self.administer(&[&format!("CREATE DATABASE bench_{name}")])?;
        }
        Ok(self.url(name))
    }

    /// Has a filled database written out and, on PostgreSQL, its tables analysed.
    fn settle(&self, name: &str) -> Result<()> {
        match self {
            Self::Sqlite { .. } => {
                finish(Command::new("sqlite3").arg(self.url(name)).arg("PRAGMA wal_checkpoint(TRUNCATE)"))
            }
            Self::Postgres { .. } => finish(Command::new("psql").args(["-q", &self.url(name), "-c", "VACUUM ANALYZE"])),
        }
    }

    /// Makes the database that runs begin with, and says how much memory that took.
    #[expect(clippy::cast_precision_loss, reason = "nobody imports 2^53 rows")]
    pub fn prepare(&self, name: &str, files: &[&str], data: &Data) -> Result<()> {
        let url = self.create(name)?;
        run(rollbook(&url).args(["migrate", "run"]))?;
        for file in files {
            let kind = if *file == "users" { "users" } else { "actions" };
            let cost = run(rollbook(&url).args(["import", kind]).arg(data.path(file)))?;
            if kind == "actions" {
                say(&format!(
                    "  {} rows into an empty log: {:.2} s, {:.2} µs a row, at most {} MiB of memory\n",
                    data.rows(file),
                    cost.time.as_secs_f64(),
                    cost.time.as_secs_f64() * 1e6 / data.rows(file) as f64,
                    cost.memory_kib / 1024,
                ))?;
            }
        }
        self.settle(name)
    }

    /// A copy of a database.
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
                Self::Postgres { .. } => self.administer(&[&format!("DROP DATABASE bench_{name}")])?,
            }
        }
        Ok(())
    }

    fn administer(&self, statements: &[&str]) -> Result<()> {
        let Self::Postgres { before, behind } = self else { return Ok(()) };
        let mut psql = Command::new("psql");
        psql.args(["-q", "-v", "ON_ERROR_STOP=1", &format!("{before}/postgres?{behind}")]);
        for statement in statements {
            psql.args(["-c", statement]);
        }
        finish(&mut psql)
    }

    /// What does the same work: those that are installed.
    pub fn peers(&self, job: &Job<'_>) -> Result<Vec<Peer>> {
        match self {
            Self::Sqlite { .. } => Ok(peers::sqlite(job)),
            Self::Postgres { .. } => peers::postgres(job, &self.url("run")),
        }
    }
}

fn finish(command: &mut Command) -> Result<()> {
    let output = command.stdout(Stdio::null()).stderr(Stdio::piped()).output()?;
    if output.status.success() {
        Ok(())
    } else {
        Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr)).into())
    }
}
