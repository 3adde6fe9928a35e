//! Shows the progress of an import.

use std::fmt;
use std::io::IsTerminal as _;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressState, ProgressStyle};

use super::decode::BytesRead;
use super::options::Progress;
use super::report::Report;
use crate::output::{Output, plural, thousands};

/// Interval between the lines of `--progress plain`.
const LINE_EVERY: Duration = Duration::from_secs(10);
/// What a terminal shows while a file is read, and during the remaining work, whose progress is unknown.
const READING: &str = "[{bar:20}] {percent}% {wide_msg}";
const WORKING: &str = "{spinner} {since} {wide_msg}";
/// How often the elapsed time is updated.
const TICK: Duration = Duration::from_millis(250);

/// Shows the progress on standard error.
pub(super) struct ProgressMeter {
    shown: Shown,
    started: Instant,
    /// Bytes of the files before this one.
    before: u64,
    /// Bytes of all files.
    total: u64,
    bytes_read: BytesRead,
}

enum Shown {
    Nothing,
    Bar(ProgressBar),
    Lines { next: Instant },
}

impl ProgressMeter {
    /// Starts; `total` is the size of all files in bytes.
    pub(super) fn new(progress: Progress, total: u64, out: &Output) -> Self {
        let shown = match progress {
            Progress::Plain => Shown::Lines { next: Instant::now() + LINE_EVERY },
            Progress::Auto if std::io::stderr().is_terminal() && !out.is_quiet() => {
                let bar = ProgressBar::new(total);
                set_style(&bar, READING);
                Shown::Bar(bar)
            }
            Progress::Auto | Progress::Off => Shown::Nothing,
        };
        Self { shown, started: Instant::now(), before: 0, total, bytes_read: BytesRead::default() }
    }

    /// Continues with the next file.
    pub(super) fn next_file(&mut self, bytes_read: BytesRead) {
        self.before += self.bytes_read.bytes();
        self.bytes_read = bytes_read;
        if let Shown::Bar(bar) = &self.shown {
            bar.disable_steady_tick();
            set_style(bar, READING);
        }
    }

    /// Shows the current progress.
    pub(super) fn update(&mut self, reports: &[Report], out: &Output) {
        if matches!(self.shown, Shown::Nothing) {
            return;
        }
        let bytes = self.before + self.bytes_read.bytes();
        let text = describe(reports, self.started.elapsed(), bytes, self.total);
        match &mut self.shown {
            Shown::Bar(bar) => {
                bar.set_position(bytes);
                bar.set_message(text);
            }
            Shown::Lines { next } if Instant::now() >= *next => {
                *next += LINE_EVERY;
                out.status(format_args!("{}% {text}", bytes * 100 / self.total.max(1)));
            }
            Shown::Lines { .. } | Shown::Nothing => {}
        }
    }

    /// Shows what is done after all rows have been read.
    pub(super) fn work(&self, reports: &[Report], work: &str, out: &Output) {
        let rows: u64 = reports.iter().map(|report| report.read).sum();
        let text = format!("{}; {work}", plural(rows, "row"));
        match &self.shown {
            Shown::Bar(bar) => {
                set_style(bar, WORKING);
                bar.set_message(text);
                bar.enable_steady_tick(TICK);
            }
            Shown::Lines { .. } if self.started.elapsed() >= LINE_EVERY => out.status(text),
            Shown::Lines { .. } | Shown::Nothing => {}
        }
    }

    /// Removes the progress bar.
    pub(super) fn finish(&self) {
        if let Shown::Bar(bar) = &self.shown {
            bar.finish_and_clear();
        }
    }
}

fn set_style(bar: &ProgressBar, template: &str) {
    if let Ok(style) = ProgressStyle::with_template(template) {
        let since = |state: &ProgressState, out: &mut dyn fmt::Write| {
            // Writing to the style's buffer never fails.
            out.write_str(&duration(state.elapsed().as_secs())).unwrap_or_default();
        };
        bar.set_style(style.progress_chars("=> ").tick_chars("|/-\\ ").with_key("since", since));
    }
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "an estimate, for people"
)]
fn describe(reports: &[Report], elapsed: Duration, bytes: u64, total: u64) -> String {
    let seconds = elapsed.as_secs_f64().max(0.001);
    let sum = |count: fn(&Report) -> u64| reports.iter().map(count).sum::<u64>();
    let rows = sum(|report| report.read);
    let left = seconds * (total.saturating_sub(bytes)) as f64 / bytes.max(1) as f64;
    let mut text = format!(
        "{}, {}/s, {} left",
        plural(rows, "row"),
        thousands((rows as f64 / seconds) as u64),
        duration(left.ceil() as u64)
    );
    for (word, count) in [
        ("inserted", sum(|report| report.inserted)),
        ("updated", sum(|report| report.updated)),
        ("replay", sum(|report| report.replay)),
        ("conflict", sum(|report| report.conflict)),
        ("rejected", sum(|report| report.rejected)),
    ] {
        if count > 0 {
            text.extend(["; ", &thousands(count), " ", word]);
        }
    }
    text
}

fn duration(seconds: u64) -> String {
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min {:02} s", seconds / 60, seconds % 60),
        _ => format!("{} h {:02} min", seconds / 3600, seconds / 60 % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_remaining_time_is_formatted_with_units() {
        assert_eq!([9, 61, 3725].map(duration), ["9 s", "1 min 01 s", "1 h 02 min"]);
    }
}
