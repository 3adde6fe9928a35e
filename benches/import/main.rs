//! How long an import takes, against what an expert scripts by hand with `sqlite3`, `psql` and Python: the same events
//! into the same migrated tables with the same indexes.
//!
//! `make bench-import` runs it. Rollbook and its peers take turns; medians and ratios are printed, nothing is asserted. A
//! peer that is not installed is left out, and that is said. `ROLLBOOK_BENCH_ROWS` (1,000,000), `ROLLBOOK_BENCH_RUNS` (3)
//! and `ROLLBOOK_BENCH_ENGINE` (both) make it shorter.

mod data;
mod engine;
mod peers;

use std::error::Error;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use data::Data;
use engine::Engine;
use peers::Peer;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// A file that is imported into a database of which some events are known.
struct Case {
    name: &'static str,
    /// The database that each run begins with.
    from: &'static str,
    file: &'static str,
    options: &'static [&'static str],
}

const CASES: [Case; 6] = [
    Case { name: "first import, empty log", from: "empty", file: "events", options: &[] },
    Case {
        name: "the same in parts, two connections",
        from: "empty",
        file: "events",
        options: &["--commit-every", "100000", "--jobs", "2"],
    },
    Case { name: "all replay, --recheck", from: "full", file: "events", options: &["--recheck"] },
    Case { name: "half known", from: "half", file: "events", options: &[] },
    Case { name: "a tenth as many into five times as many", from: "large", file: "more", options: &[] },
    Case { name: "same bytes again, ledger", from: "full", file: "events", options: &[] },
];

fn main() -> Result<()> {
    let number = |name: &str, default: usize| -> Result<usize> {
        Ok(std::env::var(name).map_or(Ok(default), |text| text.parse())?)
    };
    let (rows, runs) = (number("ROLLBOOK_BENCH_ROWS", 1_000_000)?, number("ROLLBOOK_BENCH_RUNS", 3)?);
    let wanted = std::env::var("ROLLBOOK_BENCH_ENGINE").unwrap_or_default();
    let data = Data::generate(rows)?;
    for engine in Engine::all(&data)? {
        if !wanted.is_empty() && wanted != engine.name() {
            continue;
        }
        say(&format!("\n{} ({rows} events, medians of {runs})\n", engine.name()))?;
        for (name, files) in [
            ("empty", &["users"][..]),
            ("half", &["users", "half"]),
            ("full", &["users", "events"]),
            ("large", &["users", "many"]),
        ] {
            prepare(&engine, name, files, &data)?;
        }
        for case in CASES.iter().filter(|case| engine.takes(case.options)) {
            compare(case, &engine, &data, runs)?;
        }
        engine.clean_up()?;
    }
    Ok(())
}

/// Makes the database that runs begin with, and says how much memory that took.
#[expect(clippy::cast_precision_loss, reason = "nobody imports 2^53 rows")]
fn prepare(engine: &Engine, name: &str, files: &[&str], data: &Data) -> Result<()> {
    let url = engine.create(name)?;
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
    engine.settle(name)
}

fn compare(case: &Case, engine: &Engine, data: &Data, runs: usize) -> Result<()> {
    let peers: Vec<Peer> = engine.peers(case.from, &data.path(case.file), &data.path_with_keys(case.file));
    let mut ours = Vec::with_capacity(runs);
    let mut theirs: Vec<Vec<Duration>> = vec![Vec::with_capacity(runs); peers.len()];
    for _ in 0..runs {
        let url = engine.fresh(case.from)?;
        ours.push(run(rollbook(&url).args(["import", "actions"]).arg(data.path(case.file)).args(case.options))?.time);
        for (peer, times) in peers.iter().zip(&mut theirs) {
            let url = engine.fresh(case.from)?;
            times.push(run(&mut peer.command(&url))?.time);
        }
    }
    let ours = median(ours).as_secs_f64();
    say(&format!("  {}: {ours:.2} s\n", case.name))?;
    for (peer, times) in peers.iter().zip(theirs) {
        let theirs = median(times).as_secs_f64();
        say(&format!("    ÷ {}: {theirs:.2} s, ratio {:.3}\n", peer.name, ours / theirs))?;
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

/// What a process cost.
struct Cost {
    time: Duration,
    memory_kib: u64,
}

/// Runs to the end, and returns how long that took and how much memory was in use at most.
fn run(command: &mut Command) -> Result<Cost> {
    let start = Instant::now();
    let mut child = command.stdout(Stdio::null()).spawn()?;
    let status_file = format!("/proc/{}/status", child.id());
    let mut memory_kib = 0;
    loop {
        if let Some(status) = child.try_wait()? {
            let cost = Cost { time: start.elapsed(), memory_kib };
            return if status.success() { Ok(cost) } else { Err(format!("{command:?}: {status}").into()) };
        }
        let text = std::fs::read_to_string(&status_file).unwrap_or_default();
        let peak = text.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse().ok());
        memory_kib = memory_kib.max(peak.unwrap_or(0));
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
