//! Finds rows that a quoted field has swallowed, because its closing quote is missing.

/// The fewest columns by which rows are recognized in a text: one of fewer may be a sentence with commas.
const FEWEST_COLUMNS: usize = 4;

/// Whether a field that begins at a position of a row holds the rest of that row, whole rows and the start of another, as if a
/// quote had not been closed. Between the fields of a row there is no blank, as there is after a comma in a sentence.
pub(super) fn holds_rows(field: &[u8], position: usize, width: usize, delimiter: u8) -> bool {
    let delimiters = |line: &[u8]| {
        let places = memchr::memchr_iter(delimiter, line);
        places
            .map(|place| line.get(place + 1) != Some(&b' '))
            .try_fold(0, |count, is_tight| is_tight.then_some(count + 1))
    };
    let lines: Vec<&[u8]> =
        field.split(|byte| matches!(*byte, b'\n' | b'\r')).filter(|line| !line.is_empty()).collect();
    let [first, whole @ .., last] = &lines[..] else { return false };
    width >= FEWEST_COLUMNS
        && delimiters(first) == Some(width - 1 - position)
        && delimiters(last) == Some(position)
        && whole.iter().all(|line| delimiters(line) == Some(width - 1))
}
