//! The editor in which a person writes a text.

use std::env;
use std::path::Path;
use std::process::Command;

use anyhow::Context as _;

use crate::error::Failure;

/// The editor that `$VISUAL` or `$EDITOR` names.
#[must_use]
pub fn editor() -> Option<String> {
    let mut names = ["VISUAL", "EDITOR"].into_iter();
    names
        .find_map(|name| env::var_os(name).filter(|text| !text.is_empty()))
        .and_then(|editor| editor.into_string().ok())
}

/// Lets a person edit a file.
///
/// # Errors
/// When the editor cannot be started, or fails.
pub fn edit(editor: &str, file: &Path) -> anyhow::Result<()> {
    // As git does: the variable may hold arguments.
    let status = Command::new("sh").arg("-c").arg(format!("{editor} \"$@\"")).arg("sh").arg(file).status();
    let status = status.with_context(|| format!("cannot start the editor {editor}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(Failure::failed(format!("the editor {editor} failed ({status})")).into())
    }
}
