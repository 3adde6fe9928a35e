//! With `-vv`: each SQL statement and the time that it took, on standard error.

use std::time::Instant;

use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};

use crate::output::{print_trace, visible};

/// Prints every statement of the connections that are opened from now on.
///
/// # Errors
/// If another thread has failed while it set the same.
pub fn trace_statements() -> anyhow::Result<()> {
    Ok(set_default_instrumentation(|| Some(Box::new(Trace { started: Instant::now() })))?)
}

struct Trace {
    started: Instant,
}

impl Instrumentation for Trace {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        match event {
            InstrumentationEvent::StartQuery { .. } => self.started = Instant::now(),
            InstrumentationEvent::FinishQuery { query, error, .. } => {
                let took = self.started.elapsed();
                let failed = if error.is_some() { " (failed)" } else { "" };
                print_trace(&format!("{took:9.3?}{failed} {}", without_values(&query.to_string())));
            }
            _ => {}
        }
    }
}

/// A statement on one line, without the values that are bound to it, which can be personal data.
fn without_values(query: &str) -> String {
    let sql = query.split_once(" -- binds: ").map_or(query, |(sql, _)| sql);
    visible(&sql.split_whitespace().collect::<Vec<_>>().join(" ")).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_cut_off() {
        let query = "SELECT *\n  FROM t WHERE a = $1 -- binds: [\"ann@example.com\"]";
        assert_eq!(without_values(query), "SELECT * FROM t WHERE a = $1");
        let query = "SELECT $1 -- binds: [\"secret -- binds: \"]";
        assert_eq!(without_values(query), "SELECT $1");
    }
}
