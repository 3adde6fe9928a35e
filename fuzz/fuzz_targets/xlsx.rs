//! The bytes of a workbook.

#![no_main]

use std::io::Write as _;

use libfuzzer_sys::fuzz_target;
use rollbook::import::{FileFormat, FileKind, Interpretation, Source, check_file};

fuzz_target!(|bytes: &[u8]| {
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    file.write_all(bytes).expect("space for it");
    let Ok(source) = Source::open(file.path(), u64::MAX) else { return };
    let interpretation =
        Interpretation { format: Some(FileFormat::Xlsx), max_bytes: 8 << 20, ..Interpretation::default() };
    drop(check_file(FileKind::Users, &source, &interpretation));
});
