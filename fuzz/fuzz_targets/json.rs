//! JSON of a source: the first byte says which preset reads it, or none.

#![no_main]

use std::io::Write as _;

use libfuzzer_sys::fuzz_target;
use rollbook::import::{FileFormat, FileKind, Interpretation, Preset, Source, check_file};

fuzz_target!(|bytes: &[u8]| {
    let Some((first, content)) = bytes.split_first() else { return };
    let presets = ["segment", "stripe", "xapi", "cloudevents"];
    let preset = presets.get(usize::from(*first) % 5).map(|name| Preset::load(name).expect("a built-in preset"));
    let interpretation =
        Interpretation { format: Some(FileFormat::Json), preset: preset.unwrap_or_default(), ..Interpretation::default() };
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    file.write_all(content).expect("space for it");
    let Ok(source) = Source::open(file.path(), u64::MAX) else { return };
    let Ok(rows) = check_file(FileKind::Actions, &source, &interpretation) else { return };
    let is_compressed = content.starts_with(&[0x1f, 0x8b]) || content.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]);
    let is_utf16 = content.contains(&0);
    let objects = content.iter().filter(|byte| **byte == b'{').count() as u64;
    assert!(is_compressed || is_utf16 || rows.valid + rows.rejected <= objects, "{rows:?} of {objects} objects");
});
