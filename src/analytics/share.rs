//! Shares.

/// A share in percent, with one decimal; `None` of nothing.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts stay below 2^53")]
pub fn percent(some: u64, all: u64) -> Option<f64> {
    (all > 0).then(|| (some as f64 * 1000.0 / all as f64).round() / 10.0)
}
