//! Measures reading a large log against the same SQL in `sqlite3` and `psql`.

use std::process::Command;
use std::time::{Duration, Instant};

use super::data::Data;
use super::engine::Engine;
use super::{Result, median, rollbook, run, say};

const COLUMNS: &str = "id, user_id, enrollment_id, action_type, target_type, target_id, metadata, source_system, \
                       source_event_id, idempotency_key, occurred_at, recorded_at, position";

/// A command and the equivalent SQL.
struct Case {
    /// `ID` is replaced by the id of an action.
    command: &'static str,
    /// Nothing for a command of many queries, of which time and memory are printed alone. `COLUMNS` is replaced by all columns, `DAY` by the day of an action as text.
    sql: &'static str,
    /// Whether the command takes only milliseconds; it is then repeated more often.
    quick: bool,
    /// Whether the command reads all rows; `psql` then uses `\copy`.
    copy: bool,
}

const CASES: [Case; 19] = [
    Case {
        command: "actions list --user usr_004242 --limit 50",
        sql: "SELECT COLUMNS FROM user_action WHERE user_id = 'usr_004242' \
              ORDER BY occurred_at DESC, position DESC LIMIT 50",
        quick: true,
        copy: false,
    },
    Case {
        command: "actions show ID",
        sql: "SELECT COLUMNS FROM user_action WHERE id = 'ID'",
        quick: true,
        copy: false,
    },
    Case {
        command: "actions list --since 2026-10-28 --limit 100",
        sql: "SELECT COLUMNS FROM user_action WHERE occurred_at >= '2026-10-28T00:00:00.000000Z' \
              ORDER BY occurred_at DESC, position DESC LIMIT 100",
        quick: true,
        copy: false,
    },
    Case {
        command: "actions stats --by day",
        sql: "SELECT DAY AS day, count(*), count(DISTINCT user_id) FROM user_action GROUP BY day ORDER BY day DESC LIMIT 400",
        quick: false,
        copy: false,
    },
    Case {
        command: "actions funnel enrolled started_module completed_module",
        sql: "WITH s0 AS (SELECT CAST(user_id AS text) AS user_id, min(occurred_at) AS t FROM user_action \
                WHERE action_type = 'enrolled' GROUP BY CAST(user_id AS text)), \
              s1 AS (SELECT CAST(a.user_id AS text) AS user_id, min(a.occurred_at) AS t \
                FROM user_action a CROSS JOIN s0 WHERE a.action_type = 'started_module' AND a.user_id = s0.user_id \
                AND a.occurred_at >= s0.t GROUP BY CAST(a.user_id AS text)), \
              s2 AS (SELECT CAST(a.user_id AS text) AS user_id, min(a.occurred_at) AS t \
                FROM user_action a CROSS JOIN s1 WHERE a.action_type = 'completed_module' AND a.user_id = s1.user_id \
                AND a.occurred_at >= s1.t GROUP BY CAST(a.user_id AS text)) \
              SELECT s0.t, s1.t, s2.t FROM s0 LEFT JOIN s1 ON s1.user_id = s0.user_id \
              LEFT JOIN s2 ON s2.user_id = s0.user_id",
        quick: false,
        copy: false,
    },
    Case {
        command: "actions stats --by type",
        sql: "SELECT action_type, count(*), count(DISTINCT user_id) FROM user_action GROUP BY action_type",
        quick: false,
        copy: false,
    },
    Case {
        command: "actions progress --course crs_7 --limit 50",
        sql: "SELECT e.user_id, min(e.t), min(s.t), min(c.t) FROM \
              (SELECT CAST(user_id AS text) AS user_id, min(occurred_at) AS t FROM user_action \
                WHERE action_type = 'enrolled' AND target_type = 'course' AND target_id = 'crs_7' \
                GROUP BY CAST(user_id AS text)) e \
              LEFT JOIN (SELECT CAST(user_id AS text) AS user_id, min(occurred_at) AS t FROM user_action \
                WHERE action_type = 'started_module' GROUP BY CAST(user_id AS text)) s ON s.user_id = e.user_id \
              LEFT JOIN (SELECT CAST(user_id AS text) AS user_id, min(occurred_at) AS t FROM user_action \
                WHERE action_type = 'completed_module' GROUP BY CAST(user_id AS text)) c ON c.user_id = e.user_id \
              GROUP BY e.user_id ORDER BY e.user_id LIMIT 50",
        quick: false,
        copy: false,
    },
    Case {
        command: "champions suggest --min-completed 30 --since 3650d --limit 50",
        sql: "SELECT CAST(user_id AS text), count(*) FROM user_action WHERE action_type IN ('completed_module', 'completed_course') \
              GROUP BY CAST(user_id AS text) HAVING count(*) >= 30 ORDER BY 2 DESC LIMIT 50",
        quick: false,
        copy: false,
    },
    Case {
        command: "users list --limit 50",
        sql: "SELECT id, email, name, roles, created_at FROM \"user\" WHERE erased_at IS NULL ORDER BY id LIMIT 50",
        quick: true,
        copy: false,
    },
    Case {
        command: "users list --search u4242",
        sql: "SELECT id, email, name, roles, created_at FROM \"user\" WHERE erased_at IS NULL \
              AND (lower(id) LIKE '%u4242%' OR lower(email) LIKE '%u4242%' OR lower(name) LIKE '%u4242%') ORDER BY id LIMIT 50",
        quick: true,
        copy: false,
    },
    Case {
        command: "users list --inactive-for 30d --limit 50",
        sql: "SELECT id, email, name, roles, created_at FROM \"user\" u WHERE erased_at IS NULL AND NOT EXISTS (\
              SELECT 1 FROM user_action a WHERE a.user_id = u.id AND a.occurred_at >= '2026-10-27T00:00:00.000000Z') \
              ORDER BY id LIMIT 50",
        quick: false,
        copy: false,
    },
    Case {
        command: "users list --sort last_active --limit 50",
        sql: "SELECT id, email, (SELECT max(occurred_at) FROM user_action a WHERE a.user_id = u.id) AS last FROM \"user\" u \
              WHERE erased_at IS NULL ORDER BY last, id LIMIT 50",
        quick: false,
        copy: false,
    },
    Case {
        command: "users show usr_004242",
        sql: "SELECT * FROM \"user\" WHERE id = 'usr_004242'",
        quick: true,
        copy: false,
    },
    Case {
        command: "audit list --limit 50",
        sql: "SELECT * FROM audit_event ORDER BY position DESC LIMIT 50",
        quick: true,
        copy: false,
    },
    Case {
        command: "actions freshness --max-age 100y",
        sql: "SELECT max(occurred_at) FROM user_action",
        quick: true,
        copy: false,
    },
    Case {
        command: "metrics",
        sql: "SELECT count(*) FROM user_action UNION ALL SELECT count(*) FROM \"user\" WHERE erased_at IS NULL \
              UNION ALL SELECT count(*) FROM champion UNION ALL SELECT count(*) FROM \
              (SELECT source_system, max(occurred_at) FROM user_action GROUP BY source_system) AS source",
        quick: false,
        copy: false,
    },
    Case { command: "actions lint", sql: "", quick: false, copy: false },
    Case { command: "report --month 2026-05 --format json", sql: "", quick: false, copy: false },
    Case { command: "actions export --format csv", sql: "SELECT COLUMNS FROM user_action", quick: false, copy: true },
];

/// The commands that need no id of an action.
pub fn commands() -> impl Iterator<Item = &'static str> {
    CASES.iter().map(|case| case.command).filter(|command| !command.contains("ID"))
}

/// How often a quick command is repeated per requested run.
const QUICK: usize = 7;

pub fn all(engine: &Engine, data: &Data, runs: usize) -> Result<()> {
    engine.prepare("full", &["users", "events"], data)?;
    let small = export(&engine.url("full"))?;
    engine.clean_up(&["full"])?;
    engine.prepare("large", &["users", "many"], data)?;
    let url = engine.url("large");
    let id = rollbook(&url).args(["actions", "list", "--limit", "1", "--format", "ids"]).output()?.stdout;
    let id = String::from_utf8(id)?;
    for case in &CASES {
        compare(case, id.trim(), engine, &url, if case.quick { runs * QUICK } else { runs })?;
    }
    say(&format!("  an export of {} rows takes {small} MiB of memory", data.rows("events")))?;
    say(&format!(", of {} rows {} MiB\n", data.rows("many"), export(&url)?))?;
    engine.clean_up(&["large"])
}

/// Exports all actions, and returns the peak memory in MiB.
fn export(url: &str) -> Result<u64> {
    Ok(run(rollbook(url).args(["actions", "export", "--format", "csv"]))?.memory_kib / 1024)
}

fn compare(case: &Case, id: &str, engine: &Engine, url: &str, runs: usize) -> Result<()> {
    if case.sql.is_empty() {
        let cost = run(rollbook(url).args(case.command.split(' ')))?;
        let (seconds, memory) = (cost.time.as_secs_f64(), cost.memory_kib / 1024);
        return say(&format!("  {}: {seconds:.1} s, {memory} MiB of memory\n", case.command));
    }
    let (mut ours, mut theirs) = (Vec::with_capacity(runs), Vec::with_capacity(runs));
    let command = case.command.replace("ID", id);
    for _ in 0..runs {
        ours.push(time(rollbook(url).args(command.split(' ')))?);
        theirs.push(time(&mut by_hand(case, id, engine, url))?);
    }
    let (ours, theirs) = (median(ours).as_secs_f64() * 1e3, median(theirs).as_secs_f64() * 1e3);
    let (name, ratio) = (case.command, ours / theirs);
    say(&format!("  {name}: {ours:.1} ms ÷ {theirs:.1} ms by hand, ratio {ratio:.2}\n"))
}

fn by_hand(case: &Case, id: &str, engine: &Engine, url: &str) -> Command {
    let sql = case.sql.replace("COLUMNS", COLUMNS).replace("'ID'", &format!("'{id}'"));
    match engine {
        Engine::Sqlite { .. } => {
            let mut shell = Command::new("sqlite3");
            shell.args(["-csv", "-header", url, &sql.replace("DAY", "substr(occurred_at, 1, 10)")]);
            shell
        }
        Engine::Postgres { .. } => {
            let mut psql = Command::new("psql");
            psql.args(["-X", "-q", "-A", "-t", url]);
            if case.copy {
                psql.args(["-c", &format!("\\copy ({sql}) to '/dev/null' csv header")]);
            } else {
                let sql = sql.replace("DAY", "to_char(occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD')");
                if !case.quick {
                    // Rollbook sets the same option for queries that read the whole log.
                    psql.env("PGOPTIONS", "-c enable_nestloop=off");
                }
                psql.args(["-c", &sql]);
            }
            psql
        }
    }
}

/// Runs a command to its end, and returns the elapsed time.
fn time(command: &mut Command) -> Result<Duration> {
    let start = Instant::now();
    let status = command.stdout(std::process::Stdio::null()).status()?;
    let elapsed = start.elapsed();
    if status.success() { Ok(elapsed) } else { Err(format!("{command:?}: {status}").into()) }
}
