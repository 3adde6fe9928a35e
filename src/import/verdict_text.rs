//! What a report and a file of refused rows say about a verdict.

use crate::log::{Conflict, Verdict};
use crate::models::Difference;

pub(super) const fn word_of(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Inserted => "inserted",
        Verdict::Updated => "updated",
        Verdict::Replay => "replay",
        Verdict::Conflict(_) => "conflict",
        Verdict::Gone(gone) => gone.as_str(),
        Verdict::Rejected(_) => "rejected",
    }
}

/// The columns that a refused row was refused for.
pub(super) fn field_of(verdict: &Verdict) -> String {
    let fields: Vec<&str> = match verdict {
        Verdict::Conflict(conflict) => {
            conflict.differences.iter().map(|difference| difference.field.as_str()).collect()
        }
        Verdict::Rejected(errors) => errors.iter().map(|error| error.field.as_str()).collect(),
        _ => Vec::new(),
    };
    fields.join(" ")
}

/// Why a row was refused.
pub(super) fn reason_of(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Conflict(conflict) => describe_conflict(conflict),
        Verdict::Rejected(errors) => errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
        _ => String::new(),
    }
}

/// The kind of error by which refused rows are counted: the column and the reason, without the parts specific to a
/// row.
pub(super) fn kind_of(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Conflict(conflict) if conflict.differences.is_empty() => "conflict with another row".to_owned(),
        Verdict::Conflict(_) => format!("conflict in {}", field_of(verdict)),
        Verdict::Rejected(errors) => errors.first().map_or_else(String::new, |error| {
            let problem: &str = error.problem.split([':', ';', ',']).next().unwrap_or_default();
            // The value of an unknown user is part of the problem.
            let problem = if problem.starts_with("unknown user") { "unknown user" } else { problem };
            // What is expected is the same for every row; other numbers are those of the row.
            let is_same_for_all = |c: &char| problem.starts_with("expected") || !c.is_ascii_digit();
            let problem: String = problem.chars().filter(is_same_for_all).collect();
            let separator = if error.field.is_empty() { "" } else { ": " };
            format!("{}{separator}{}", error.field, problem.trim())
        }),
        _ => String::new(),
    }
}

fn describe_conflict(conflict: &Conflict) -> String {
    let differences: Vec<String> = conflict.differences.iter().map(ToString::to_string).collect();
    let separator = if differences.is_empty() { "" } else { ": " };
    let is_escaped = |difference: &Difference| {
        let given = difference.given.as_deref().and_then(|given| given.strip_prefix('\''));
        given.is_some() && given == difference.recorded.as_deref()
    };
    let export = if conflict.differences.iter().any(is_escaped) {
        " (the apostrophe is that of --excel-safe: import an export without it)"
    } else {
        ""
    };
    format!("{}{separator}{}{export}", conflict.with, differences.join("; "))
}
