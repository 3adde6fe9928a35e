//! Measures a whole `rollbook users show` against the `sqlite3` shell with the same query on the same file.
//!
//! Run it with `make bench-startup`. The two programs alternate; medians and the ratio are printed, nothing is
//! asserted.

use std::error::Error;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rollbook::db::DatabaseUrl;

const RUNS: usize = 200;
const USER: &str = "usr_42_maya";

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("bench.db");
    let url = DatabaseUrl::Sqlite(file.clone()).to_string();
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/spring-cohort");
    run(rollbook(&url).args(["import", "all", "--quiet"]).arg(example))?;

    let query =
        format!("SELECT id, email, name, origin, profile_img, roles, created_at FROM \"user\" WHERE id = '{USER}'");
    let (mut ours, mut theirs) = (Vec::with_capacity(RUNS), Vec::with_capacity(RUNS));
    for _ in 0..RUNS {
        ours.push(run(rollbook(&url).args(["users", "show", USER]))?);
        theirs.push(run(Command::new("sqlite3").arg(&file).arg(&query))?);
    }
    let (ours, theirs) = (median(ours), median(theirs));
    let ratio = ours.as_secs_f64() / theirs.as_secs_f64();
    let mut out = std::io::stdout().lock();
    std::io::Write::write_all(
        &mut out,
        format!(
            "users show: rollbook {:.2} ms, sqlite3 {:.2} ms, ratio {ratio:.2} (medians of {RUNS})\n",
            ours.as_secs_f64() * 1e3,
            theirs.as_secs_f64() * 1e3
        )
        .as_bytes(),
    )?;
    Ok(())
}

fn rollbook(url: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rollbook"));
    command.args(["--database-url", url]);
    command
}

/// Runs a command to its end, and returns the elapsed time.
fn run(command: &mut Command) -> Result<Duration, Box<dyn Error>> {
    let start = Instant::now();
    let status = command.stdout(Stdio::null()).status()?;
    let elapsed = start.elapsed();
    if status.success() { Ok(elapsed) } else { Err(format!("{command:?}: {status}").into()) }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
