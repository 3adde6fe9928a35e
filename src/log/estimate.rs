//! How many rows of an import are new, by its first rows.

/// Approximate length of a row, for the estimate.
const BYTES_PER_ROW: u64 = 150;
/// A number of rows that is large even if they are twice as long.
const LARGE: u64 = 40_000;

/// Estimates from the first rows how many rows are new.
pub(super) struct ImportEstimate {
    /// Approximate number of rows in all files.
    pub(super) rows: u64,
    pub(super) looked_at: u64,
    pub(super) new: u64,
}

impl ImportEstimate {
    pub(super) const fn of_bytes(bytes: u64) -> Self {
        Self { rows: bytes / BYTES_PER_ROW, looked_at: 0, new: 0 }
    }

    /// Whether there are certainly tens of thousands of rows, in one file or in many.
    pub(super) const fn is_large(&self) -> bool {
        self.rows >= LARGE
    }

    /// The estimated number of new rows, if the rest is like the rows read so far.
    pub(super) fn new_rows(&self) -> u64 {
        self.new.saturating_mul(self.rows).checked_div(self.looked_at).unwrap_or(0)
    }
}
