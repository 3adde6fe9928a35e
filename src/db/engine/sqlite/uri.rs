//! The URI by which SQLite opens a file.

use std::path::Path;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::error::Failure;
use crate::text::Quoted as _;

/// The characters to percent-encode in the path of a `file:` URI.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'.').remove(b'-').remove(b'_');

/// A URI that opens the file without creating it, with special characters percent-encoded.
pub(super) fn of_file(path: &Path) -> anyhow::Result<String> {
    let path = std::path::absolute(path)?;
    let text = path.to_str().ok_or_else(|| Failure::failed(format!("the path {} is not UTF-8", path.quoted())))?;
    Ok(format!("file://{}?mode=rw", utf8_percent_encode(text, PATH)))
}
