//! The formats that a file can have, by name.

use serde::{Deserialize, Serialize};

/// The format of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FileFormat {
    /// Delimited text with a header line.
    Csv,
    /// JSON objects, one a line or in an array.
    #[serde(alias = "jsonl")]
    Json,
    /// A sheet of a workbook.
    Xlsx,
}
