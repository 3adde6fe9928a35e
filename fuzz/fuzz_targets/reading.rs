//! A header and two rows with the options of an import: delimiter, quote, renamed and constant columns, null markers.

#![no_main]

use std::io::Write as _;

use libfuzzer_sys::fuzz_target;
use rollbook::import::{EmbeddedOptions, FileKind, Interpretation, Source, check_file};

fuzz_target!(|text: &str| {
    // The first line has the options, as in a file of rejected rows.
    let (line, content) = text.split_once('\n').unwrap_or((text, ""));
    let Some(Ok(options)) = EmbeddedOptions::parse(&format!("# rollbook import options: {line}")) else { return };
    let interpretation = options.applied_to(Interpretation::default());
    let written = EmbeddedOptions::of(&interpretation).line().expect("options that were read can be written");
    let again = EmbeddedOptions::parse(&written).expect("a line of options").expect("options that can be read");
    assert_eq!(again.applied_to(Interpretation::default()), interpretation);
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    file.write_all(content.as_bytes()).expect("space for it");
    let Ok(source) = Source::open(file.path(), u64::MAX) else { return };
    drop(check_file(FileKind::Actions, &source, &interpretation));
});
