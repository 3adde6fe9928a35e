//! Durations for display.

use std::time::Duration;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// The duration in its largest unit: `45s`, `12m`, `5h`, `23d`. It is truncated, not rounded.
#[must_use]
pub fn span(length: Duration) -> String {
    match length.as_secs() {
        seconds if seconds < MINUTE => format!("{seconds}s"),
        seconds if seconds < HOUR => format!("{}m", seconds / MINUTE),
        seconds if seconds < DAY => format!("{}h", seconds / HOUR),
        seconds => format!("{}d", seconds / DAY),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_shown_in_its_largest_unit() {
        let shown =
            [0, 59, 60, 3599, 3600, 86_399, 86_400, 100 * DAY].map(|seconds| span(Duration::from_secs(seconds)));
        assert_eq!(shown, ["0s", "59s", "1m", "59m", "1h", "23h", "1d", "100d"]);
    }
}
