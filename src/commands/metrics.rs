use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{ErrorKind, Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Nullable, Text};

use crate::analytics::newest_events;
use crate::context::{Command, Context};
use crate::db::types::{Timestamp, sql};
use crate::db::{Access, Db};
use crate::error::ExitStatus;
use crate::feed::{self, Feed};
use crate::models::{Role, Stage};
use crate::output::OutputFile;
use crate::text::Quoted as _;

/// Print counts, lags and the last imports in the text format of Prometheus
///
/// With --output, the file is replaced in one step, readable by all, as the textfile collector of the node exporter wants
/// it; a file that does not hold such metrics is replaced only with --overwrite. Times are in seconds since 1970; the ages
/// that a source may have are those of the configuration.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// File to replace [default: standard output]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Replace the file whatever it holds
    #[arg(long, requires = "output")]
    overwrite: bool,
}

/// Whether a file holds what this command has written, or nothing.
fn is_own_file(path: &Path) -> anyhow::Result<bool> {
    let mut start = Vec::new();
    match File::open(path) {
        Ok(file) => file.take(START.len() as u64).read_to_end(&mut start)?,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(true),
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.quoted())),
    };
    Ok(start.is_empty() || start == START.as_bytes())
}

/// How the text of the metrics starts.
const START: &str = "# HELP rollbook_";

/// A value with its labels.
type Labelled = (Vec<(&'static str, String)>, i64);

/// A metric: its name, what it measures, and its values with their labels.
struct Metric {
    name: &'static str,
    help: &'static str,
    values: Vec<Labelled>,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = Nullable<Text>)]
    label: Option<String>,
    #[diesel(sql_type = BigInt)]
    count: i64,
}

#[derive(QueryableByName)]
struct LastImport {
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    outcome: String,
    #[diesel(sql_type = sql::UtcTimestamp)]
    finished_at: Timestamp,
    #[diesel(sql_type = BigInt)]
    inserted: i64,
    #[diesel(sql_type = BigInt)]
    rejected: i64,
}

impl Command for Args {
    fn access(&self) -> Access {
        Access::Read
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let max_ages = ctx.max_ages.clone();
        let output = self.output.as_ref().filter(|path| *path != Path::new("-"));
        if let Some(path) = output {
            let replaces = self.overwrite || (!path.is_dir() && is_own_file(path)?);
            ctx.in_use.check_output("--output", path, Some(replaces))?;
        }
        let now = ctx.clock.now();
        let (db, out) = ctx.open()?;
        let mut metrics = db.snapshot(|db| {
            db.scan()?;
            metrics(now, db)
        })?;
        let ages = max_ages.iter().map(|(source, age)| {
            (vec![("source", source.to_string())], i64::try_from(age.as_secs()).unwrap_or(i64::MAX))
        });
        metrics.push(Metric {
            name: "rollbook_source_max_age_seconds",
            help: "The age that the newest event of a source may have.",
            values: ages.collect(),
        });
        let text = text_of(&metrics);
        match output {
            None => drop(out.write(|out| Ok(out.write_all(text.as_bytes())?))?),
            Some(path) => {
                let file = OutputFile::create(path, true)?;
                let mut handle = file.handle()?;
                handle.write_all(text.as_bytes()).with_context(|| format!("cannot write {}", path.quoted()))?;
                file.finish()?;
                if fs::metadata(path).is_ok_and(|metadata| metadata.is_file()) {
                    fs::set_permissions(path, fs::Permissions::from_mode(0o644))?;
                }
            }
        }
        Ok(ExitStatus::Done)
    }
}

fn metrics(now: Timestamp, db: &mut Db) -> anyhow::Result<Vec<Metric>> {
    let one = |count: i64| vec![(Vec::new(), count)];
    let mut metrics = vec![
        Metric {
            name: "rollbook_users",
            help: "Users who are neither erased nor merged.",
            values: one(count("\"user\" WHERE erased_at IS NULL", db)?),
        },
        Metric { name: "rollbook_users_with_role", help: "Users who have a role.", values: users_by_role(db)? },
        Metric { name: "rollbook_actions", help: "Actions in the log.", values: one(count("user_action", db)?) },
        Metric {
            name: "rollbook_parked_events",
            help: "Events of unknown users that an import has parked.",
            values: one(count("import_parked", db)?),
        },
        Metric { name: "rollbook_champion_records", help: "Champion records by stage.", values: records_by_stage(db)? },
    ];
    let mut lags = Vec::new();
    let mut behind = Vec::new();
    for feed in [Feed::Actions, Feed::Users] {
        for lag in feed::lags(feed, db)? {
            let labels = vec![("feed", feed.name().to_owned()), ("consumer", lag.consumer)];
            lags.push((labels.clone(), lag.lag));
            let seconds = lag.oldest.map_or(0, |oldest| now.since(oldest).as_secs());
            behind.push((labels, i64::try_from(seconds)?));
        }
    }
    metrics.push(Metric {
        name: "rollbook_feed_lag",
        help: "Rows that a consumer has not acknowledged.",
        values: lags,
    });
    metrics.push(Metric { name: "rollbook_feed_behind_seconds", help: "Age of the oldest of them.", values: behind });
    metrics.push(Metric {
        name: "rollbook_source_newest_event_timestamp_seconds",
        help: "Time of the newest event of a source, of those that are not in the future.",
        values: newest_events(now, db)?
            .into_iter()
            .map(|(source, newest)| (vec![("source", source.to_string())], newest.utc().timestamp()))
            .collect(),
    });
    metrics.extend(last_imports(db)?);
    Ok(metrics)
}

fn count(from: &str, db: &mut Db) -> anyhow::Result<i64> {
    let count: Count =
        sql_query(format!("SELECT NULL AS label, count(*) AS count FROM {from}")).get_result(&mut db.conn)?;
    Ok(count.count)
}

fn users_by_role(db: &mut Db) -> anyhow::Result<Vec<Labelled>> {
    let engine = db.conn.engine();
    let [start, separator, end] = engine.contains_role();
    let mut counts = Vec::new();
    for role in Role::ALL {
        let query = format!(
            "SELECT NULL AS label, count(*) AS count FROM \"user\" WHERE erased_at IS NULL AND {start}roles{separator}$1{end}"
        );
        let count: Count = sql_query(query).bind::<Text, _>(engine.role_key(role.as_str())).get_result(&mut db.conn)?;
        counts.push((vec![("role", role.to_string())], count.count));
    }
    Ok(counts)
}

fn records_by_stage(db: &mut Db) -> anyhow::Result<Vec<Labelled>> {
    let counts: Vec<Count> =
        sql_query("SELECT stage AS label, count(*) AS count FROM champion GROUP BY stage").load(&mut db.conn)?;
    let of = |stage: &Stage| {
        counts.iter().find(|row| row.label.as_deref() == Some(stage.as_str())).map_or(0, |row| row.count)
    };
    Ok(Stage::ALL.iter().map(|stage| (vec![("stage", stage.to_string())], of(stage))).collect())
}

/// The last import of each kind and outcome.
fn last_imports(db: &mut Db) -> anyhow::Result<[Metric; 3]> {
    let last: Vec<LastImport> = sql_query(
        "SELECT kind, outcome, finished_at, inserted, rejected FROM (\
         SELECT kind, outcome, finished_at, inserted, rejected, \
           row_number() OVER (PARTITION BY kind, outcome ORDER BY finished_at DESC, id DESC) AS place FROM import_run) AS run \
         WHERE place = 1 ORDER BY kind, outcome",
    )
    .load(&mut db.conn)?;
    let values = |value: fn(&LastImport) -> i64| {
        let labels = |row: &LastImport| vec![("kind", row.kind.clone()), ("outcome", row.outcome.clone())];
        last.iter().map(|row| (labels(row), value(row))).collect()
    };
    Ok([
        Metric {
            name: "rollbook_last_import_timestamp_seconds",
            help: "When the last import of a kind ended, by its outcome.",
            values: values(|row| row.finished_at.utc().timestamp()),
        },
        Metric {
            name: "rollbook_last_import_inserted_rows",
            help: "Rows that it added.",
            values: values(|row| row.inserted),
        },
        Metric {
            name: "rollbook_last_import_rejected_rows",
            help: "Rows that it rejected.",
            values: values(|row| row.rejected),
        },
    ])
}

/// The metrics in the text format, <https://prometheus.io/docs/instrumenting/exposition_formats/>.
fn text_of(metrics: &[Metric]) -> String {
    let mut text = String::new();
    for Metric { name, help, values } in metrics.iter().filter(|metric| !metric.values.is_empty()) {
        let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} gauge");
        for (labels, value) in values {
            let labels: Vec<String> =
                labels.iter().map(|(name, value)| format!("{name}=\"{}\"", escaped(value))).collect();
            let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
            let _ = writeln!(text, "{name}{labels} {value}");
        }
    }
    text
}

/// The value of a label.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_cannot_end_its_line() {
        let values = vec![(vec![("consumer", "a\"} 1\nb\\".to_owned())], 2)];
        let text = text_of(&[Metric { name: "m", help: "What.", values }]);
        assert_eq!(text, "# HELP m What.\n# TYPE m gauge\nm{consumer=\"a\\\"} 1\\nb\\\\\"} 2\n");
    }
}
