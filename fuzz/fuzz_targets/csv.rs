//! The bytes of a file of actions, users or champions: the first byte says which.

#![no_main]

use std::io::Write as _;

use libfuzzer_sys::fuzz_target;
use rollbook::import::{FileKind, Interpretation, Source, check_file};

fuzz_target!(|bytes: &[u8]| {
    let Some((first, content)) = bytes.split_first() else { return };
    let kind = FileKind::ALL[usize::from(*first) % FileKind::ALL.len()];
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    file.write_all(content).expect("space for it");
    let Ok(source) = Source::open(file.path(), u64::MAX) else { return };
    let interpretation = Interpretation::default();
    let Ok(rows) = check_file(kind, &source, &interpretation) else { return };
    // Each row takes a line end, CR or LF, but perhaps the last one.
    let ends = content.iter().filter(|byte| matches!(byte, b'\r' | b'\n')).count() as u64;
    assert!(is_compressed(content) || rows.valid + rows.rejected <= ends, "{rows:?} of {ends} lines");
});

fn is_compressed(content: &[u8]) -> bool {
    content.starts_with(&[0x1f, 0x8b]) || content.starts_with(&[0x28, 0xb5, 0x2f, 0xfd])
}
