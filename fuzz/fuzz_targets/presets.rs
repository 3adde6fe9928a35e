//! A preset as TOML, applied to a small file.

#![no_main]

use std::io::Write as _;

use libfuzzer_sys::fuzz_target;
use rollbook::import::{FileKind, Interpretation, Preset, Source, check_file};

const CSV: &[u8] = b"a,b,type,user_id,occurred_at\nx,1,t,u,2026-01-01T00:00:00Z\n\"y,z\",,identify,,1767225600\n";
const JSON: &[u8] = br#"{"a":{"b":1.50,"c":["x"]},"type":"t","user_id":"u","occurred_at":"2026-01-01T00:00:00Z"}"#;

fuzz_target!(|text: &str| {
    let Ok(preset) = toml::from_str::<Preset>(text) else { return };
    let written = preset.to_toml().expect("a preset that was read can be written");
    assert_eq!(toml::from_str::<Preset>(&written).expect("a preset that was written can be read"), preset);
    let interpretation = Interpretation { format: preset.format, preset, ..Interpretation::default() };
    for (content, kind) in [(CSV, FileKind::Actions), (CSV, FileKind::Users), (JSON, FileKind::Actions)] {
        let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
        file.write_all(content).expect("space for it");
        let source = Source::open(file.path(), u64::MAX).expect("a file");
        drop(check_file(kind, &source, &interpretation));
    }
});
