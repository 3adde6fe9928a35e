//! Metadata as JSON, and as key=value.

#![no_main]

use libfuzzer_sys::fuzz_target;
use rollbook::db::types::Json;
use rollbook::models::{metadata_assignment, metadata_of_arguments};

fuzz_target!(|text: &str| {
    if let Ok(json) = text.parse::<Json>() {
        // The canonical form is its own canonical form.
        assert_eq!(json.as_str().parse::<Json>().as_ref(), Ok(&json));
    }
    let arguments: Vec<String> = text.lines().map(str::to_owned).collect();
    if let Ok(json) = metadata_of_arguments(&arguments) {
        assert_eq!(json.as_str().parse::<Json>().as_ref(), Ok(&json));
    }
    if let Ok((_, value)) = metadata_assignment(text) {
        assert_eq!(value.as_str().parse::<Json>().as_ref(), Ok(&value));
    }
});
