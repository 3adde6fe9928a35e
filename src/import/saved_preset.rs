//! Writes how a file is read as a preset.

use std::io::Write as _;
use std::path::Path;

use super::interpretation::Interpretation;
use super::preset::{Constant, Fields, Preset, Reading};
use crate::output::OutputFile;

/// Writes the preset of a file, what was given and what was found in it, to a file that appears when it is finished.
///
/// # Errors
/// When the file exists and must not be replaced, or cannot be written.
pub(super) fn write(path: &Path, overwrite: bool, interpretation: &Interpretation) -> anyhow::Result<OutputFile> {
    let file = OutputFile::create(path, overwrite)?;
    file.handle()?.write_all(preset_of(interpretation).to_toml()?.as_bytes())?;
    Ok(file)
}

fn preset_of(interpretation: &Interpretation) -> Preset {
    let Interpretation { map, set, nulls, time_formats, decimal, dialect, .. } = interpretation;
    let default = Interpretation::default();
    let mut preset = interpretation.preset.clone();
    preset.format = interpretation.format;
    preset.columns.extend(
        map.iter().filter(|(_, ours)| *ours != "_").map(|(theirs, ours)| (ours.clone(), Fields::One(theirs.clone()))),
    );
    preset.set.extend(set.iter().map(|(ours, value)| (ours.clone(), Constant::Always(value.clone()))));
    let dropped = map.iter().filter(|(_, ours)| *ours == "_").map(|(theirs, _)| theirs.clone());
    let is_text = interpretation.dialect_given || dialect.delimiter != default.dialect.delimiter;
    preset.read = Reading {
        ignore: preset.read.ignore.iter().cloned().chain(dropped).collect(),
        null: if *nulls == default.nulls { Vec::new() } else { nulls.clone() },
        time_format: time_formats.clone(),
        assume_tz: interpretation.assume_tz,
        decimal: (*decimal != default.decimal).then_some(*decimal),
        delimiter: is_text.then(|| char::from(dialect.delimiter)),
        quote: (dialect.quote != default.dialect.quote).then(|| dialect.quote.name()),
        escapes: dialect.escapes.then_some(true),
        sheet: interpretation.sheet.clone(),
        source_system: interpretation.source_system,
        encoding: interpretation.encoding.clone(),
        trim: interpretation.trims.then_some(true),
        skip: interpretation.skip_lines,
    };
    preset
}
