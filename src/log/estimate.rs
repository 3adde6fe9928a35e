//! How many rows of a file are new, by its first rows.

/// Approximate length of a row, for the estimate.
const BYTES_PER_ROW: u64 = 150;

/// Estimates from the first rows of a file how many of its rows are new.
pub(super) struct ImportEstimate {
    /// Approximate number of rows in the file.
    pub(super) rows: u64,
    pub(super) looked_at: u64,
    pub(super) new: u64,
}

impl ImportEstimate {
    pub(super) const fn of_file(bytes: u64) -> Self {
        Self { rows: bytes / BYTES_PER_ROW, looked_at: 0, new: 0 }
    }

    /// The estimated number of new rows in the file, if the rest is like the rows read so far.
    pub(super) fn new_rows(&self) -> u64 {
        self.new.saturating_mul(self.rows).checked_div(self.looked_at).unwrap_or(0)
    }
}
