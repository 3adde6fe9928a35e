//! The files that an import writes beside the database: none of them may be one that is in use.

use std::path::Path;

use super::file_kind::FileKind;
use super::options::Options;
use super::source::Source;
use crate::output::FilesInUse;

/// Checks that no file to write is one that the import reads, or that is in use otherwise, or exists.
pub(super) fn check_output_files(
    files: &[(FileKind, Source)],
    options: &Options,
    in_use: &FilesInUse,
) -> anyhow::Result<()> {
    let mut in_use = in_use.clone();
    in_use.add("an input file", files.iter().map(|(_, source)| source.path().to_owned()));
    let outputs =
        [("--rejects", &options.rejects), ("--summary", &options.summary), ("--save-preset", &options.save_preset)];
    for (option, path) in outputs {
        let Some(path) = path.as_deref().filter(|path| option != "--summary" || *path != Path::new("-")) else {
            continue;
        };
        in_use.check_output(option, path, Some(options.overwrite))?;
        in_use.add("another output file", [path.to_owned()]);
    }
    Ok(())
}
