//! Numbers in sentences.

/// A number with its noun: `1 row`, `2 rows`, `12,000 rows`.
#[must_use]
pub fn plural(n: u64, what: &str) -> String {
    match what.strip_suffix('y').filter(|start| n != 1 && !start.ends_with(['a', 'e', 'o', 'u'])) {
        Some(start) => format!("{} {start}ies", thousands(n)),
        None => format!("{} {what}{}", thousands(n), if n == 1 { "" } else { "s" }),
    }
}

/// A number with commas as thousands separators.
#[must_use]
pub fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut grouped = String::with_capacity(digits.len() * 4 / 3 + 1);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// Words what holds of a number of things: `1 row is`, `2 rows are`.
#[must_use]
pub fn plural_is(n: u64, what: &str) -> String {
    format!("{} {}", plural(n, what), if n == 1 { "is" } else { "are" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_thousands_separators_and_nouns_agree() {
        assert_eq!([0, 999, 1000, 1_234_567].map(thousands), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!(plural(1, "row"), "1 row");
        assert_eq!(plural(0, "row"), "0 rows");
        assert_eq!(plural(2, "inconsistency"), "2 inconsistencies");
        assert_eq!(plural(2, "key"), "2 keys");
        assert_eq!(plural_is(2, "row"), "2 rows are");
    }
}
