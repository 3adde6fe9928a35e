//! Measures the import, and reading a large log, against hand-written scripts for `sqlite3`, `psql` and Python on the
//! same events, the same migrated tables and the same indexes.
//!
//! Run it with `make bench-import`, `make bench-read`, `make bench-people` and `make bench-growth`. Rollbook and the other programs alternate; medians and
//! ratios are printed, nothing is asserted. A program that is not installed is skipped. `ROLLBOOK_BENCH_ROWS`
//! (1,000,000), `ROLLBOOK_BENCH_RUNS` (3) and `ROLLBOOK_BENCH_ENGINE` (both) reduce the work; `ROLLBOOK_BENCH_SLOW=1`
//! adds sqlite-utils and pgloader, which takes minutes more.

mod data;
mod engine;
mod growth;
mod import;
mod peers;
mod people;
mod read;

use std::error::Error;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use data::Data;
use engine::Engine;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let number = |name: &str, default: usize| -> Result<usize> {
        Ok(std::env::var(name).map_or(Ok(default), |text| text.parse())?)
    };
    let (rows, runs) = (number("ROLLBOOK_BENCH_ROWS", 1_000_000)?, number("ROLLBOOK_BENCH_RUNS", 3)?);
    let wanted = std::env::var("ROLLBOOK_BENCH_ENGINE").unwrap_or_default();
    let does = |what: &str| std::env::args().any(|arg| arg == what);
    let data = if does("growth") || does("people") { Data::of_users(rows)? } else { Data::generate(rows)? };
    for engine in Engine::all(&data)? {
        if !wanted.is_empty() && wanted != engine.name() {
            continue;
        }
        say(&format!("\n{} ({rows} events, medians of {runs})\n", engine.name()))?;
        if does("growth") {
            growth::all(&engine, &data, rows)?;
        } else if does("people") {
            people::all(&engine, &data, rows, runs)?;
        } else if does("read") {
            read::all(&engine, &data, runs)?;
        } else {
            import::all(&engine, &data, runs)?;
        }
    }
    Ok(())
}

fn say(text: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}

fn rollbook(url: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rollbook"));
    command.args(["--quiet", "--database-url", url]);
    command
}

/// The elapsed time and the peak memory of a process.
struct Cost {
    time: Duration,
    memory_kib: u64,
}

/// Runs a command to its end, and returns the elapsed time and the peak memory.
fn run(command: &mut Command) -> Result<Cost> {
    let start = Instant::now();
    let mut child = command.stdout(Stdio::null()).spawn()?;
    let status_file = format!("/proc/{}/status", child.id());
    let mut memory_kib = 0;
    loop {
        if let Some(status) = child.try_wait()? {
            let cost = Cost { time: start.elapsed(), memory_kib };
            // 3: what lint has found.
            return if matches!(status.code(), Some(0 | 3)) {
                Ok(cost)
            } else {
                Err(format!("{command:?}: {status}").into())
            };
        }
        let text = std::fs::read_to_string(&status_file).unwrap_or_default();
        let peak = text.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse().ok());
        memory_kib = memory_kib.max(peak.unwrap_or(0));
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    let middle = times.len() / 2;
    if times.len().is_multiple_of(2) { (times[middle - 1] + times[middle]) / 2 } else { times[middle] }
}
