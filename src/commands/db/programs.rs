//! Runs PostgreSQL's own programs for backups.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Context as _;

use crate::db::DatabaseUrl;
use crate::error::Failure;
use crate::interrupt::Helper;
use crate::text::{Quoted as _, shell_quoted};

/// Finds `pg_dump` or `pg_restore`: in the path, or where Debian has them, of the newest version.
pub(super) fn find(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let in_path = env::split_paths(&path).map(|directory| directory.join(name)).find(|program| program.is_file());
    in_path.or_else(|| {
        let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
        let mut found: Vec<(u32, PathBuf)> = versions
            .filter_map(|entry| {
                let entry = entry.ok()?;
                let program = entry.path().join("bin").join(name);
                Some((entry.file_name().to_str()?.parse().ok()?, program)).filter(|(_, program)| program.is_file())
            })
            .collect();
        found.sort();
        found.pop().map(|(_, program)| program)
    })
}

/// Runs one of the programs. The password is in the environment, not in its arguments.
///
/// # Errors
/// When it is not installed, with the command to run elsewhere; or with what it prints when it fails.
pub(super) fn run(name: &str, arguments: &[OsString], url: Option<&DatabaseUrl>) -> anyhow::Result<String> {
    let mut all: Vec<OsString> = Vec::new();
    let mut password = None;
    if let Some(url) = url {
        let (conninfo, secret) = url.for_programs();
        all.push(format!("--dbname={conninfo}").into());
        password = secret;
    }
    all.extend_from_slice(arguments);
    let Some(program) = find(name) else {
        let words: Vec<String> = all.iter().map(|word| shell_quoted(&word.to_string_lossy())).collect();
        return Err(Failure::failed(format!("{name} is not installed"))
            .hint(format!("install PostgreSQL's client programs, or run elsewhere: {name} {}", words.join(" ")))
            .into());
    };
    let mut command = Command::new(program);
    command.args(&all).stdin(Stdio::null());
    if let Some(password) = password {
        command.env("PGPASSWORD", password);
    }
    let child = Helper::start(command.stdout(Stdio::piped()).stderr(Stdio::piped()));
    let (child, helper) = child.with_context(|| format!("cannot start {name}"))?;
    let output = child.wait_with_output().with_context(|| format!("cannot read what {name} prints"))?;
    drop(helper);
    if !output.status.success() {
        let message = String::from_utf8_lossy(&output.stderr);
        let lines: Vec<&str> = message.lines().take(5).collect();
        return Err(Failure::failed(format!("{name} failed: {}", lines.join("; "))).into());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// What kind of backup a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Backup {
    /// A SQLite database.
    Sqlite,
    /// A dump of PostgreSQL in its own format.
    Postgres,
}

impl Backup {
    /// Looks at the first bytes of a file.
    ///
    /// # Errors
    /// When it cannot be read, or is neither.
    pub(super) fn of_file(path: &Path) -> anyhow::Result<Self> {
        use std::io::Read as _;
        let mut start = Vec::new();
        let file = std::fs::File::open(path).with_context(|| format!("cannot read {}", path.quoted()))?;
        file.take(16).read_to_end(&mut start).with_context(|| format!("cannot read {}", path.quoted()))?;
        if start == b"SQLite format 3\0" {
            Ok(Self::Sqlite)
        } else if start.starts_with(b"PGDMP") {
            Ok(Self::Postgres)
        } else {
            let message =
                format!("{} is not a backup: expected a SQLite database or a dump of pg_dump -Fc", path.quoted());
            Err(Failure::failed(message).into())
        }
    }
}
