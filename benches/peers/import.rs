//! Measures the import against hand-written scripts.

use std::time::Duration;

use super::data::Data;
use super::engine::Engine;
use super::peers::Job;
use super::{Result, median, rollbook, run, say};

/// The import of a file into a prepared database.
struct Case {
    name: &'static str,
    /// The database that each run starts from.
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
    Case { name: "half already recorded", from: "half", file: "events", options: &[] },
    Case { name: "0.1 × rows new events into 5 × rows", from: "large", file: "more", options: &[] },
    Case { name: "same file again, import history", from: "full", file: "events", options: &[] },
];

/// The databases that the cases start from, and the files imported into each.
const DATABASES: [(&str, &[&str]); 4] = [
    ("empty", &["users"]),
    ("half", &["users", "half"]),
    ("full", &["users", "events"]),
    ("large", &["users", "many"]),
];

pub fn all(engine: &Engine, data: &Data, runs: usize) -> Result<()> {
    for (name, files) in DATABASES {
        engine.prepare(name, files, data)?;
    }
    for case in CASES.iter().filter(|case| engine.takes(case.options)) {
        compare(case, engine, data, runs)?;
    }
    engine.clean_up(&["empty", "half", "full", "large", "run"])
}

fn compare(case: &Case, engine: &Engine, data: &Data, runs: usize) -> Result<()> {
    let peers = engine.peers(&Job {
        file: &data.path(case.file),
        file_with_keys: &data.path_with_keys(case.file),
        some_known: !matches!(case.from, "empty" | "large"),
        into_empty: case.from == "empty" && case.options.is_empty(),
        slow: std::env::var_os("ROLLBOOK_BENCH_SLOW").is_some(),
    })?;
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
