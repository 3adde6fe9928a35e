//! The files that an import writes beside the database: none of them may be one that is in use.

use std::path::Path;

use super::kinds::FileKind;
use super::options::Options;
use super::source::Source;
use crate::db::Database;
use crate::output::check_output;

/// Checks that no file to write is one that the import reads, or belongs to the database, or exists.
pub(super) fn check_output_files(
    files: &[(FileKind, Source)],
    options: &Options,
    database: &Database,
) -> anyhow::Result<()> {
    let database_files = database.url.files();
    let mut in_use: Vec<(&str, &Path)> = files.iter().map(|(_, source)| ("an input file", source.path())).collect();
    in_use.extend(database_files.iter().map(|path| ("a file of the database", path.as_path())));
    let outputs =
        [("--rejects", &options.rejects), ("--summary", &options.summary), ("--save-preset", &options.save_preset)];
    for (option, path) in outputs {
        let Some(path) = path.as_deref().filter(|path| *path != Path::new("-")) else { continue };
        check_output(option, path, &in_use, options.overwrite)?;
        in_use.push(("another output file", path));
    }
    Ok(())
}
