//! A time format on the first line, and a time.

#![no_main]

use libfuzzer_sys::fuzz_target;
use rollbook::db::types::{TimeReader, Timestamp};

fuzz_target!(|text: &str| {
    let (format, time) = text.split_once('\n').unwrap_or(("", text));
    let formats = format.parse().into_iter().collect();
    let zones = [None, Some(chrono_tz::Europe::Berlin), Some(chrono_tz::America::New_York)];
    let assume_tz = zones[time.len() % zones.len()];
    let plausible = (Timestamp::FIRST, Timestamp::LAST);
    if let Ok(read) = (TimeReader { formats, plausible, ..TimeReader::rfc3339(assume_tz) }).read(time) {
        // What was read is stored in one notation, which is read again as the same time.
        assert_eq!(read.fixed_width().parse::<Timestamp>(), Ok(read));
    }
});
