//! How wide text is, without a font: by the widths of Helvetica, rounded up.

use unicode_width::UnicodeWidthChar as _;

/// The widths of the characters from blank to tilde, in thousandths of the size.
const WIDTHS: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
    556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833,
    722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556,
    556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
    260, 334, 584,
];
/// Other fonts are wider than Helvetica.
const MARGIN: f64 = 1.25;

/// The width of a text of this size, at most.
#[must_use]
pub fn text_width(text: &str, size: f64) -> f64 {
    let width = |c: char| match WIDTHS.get((c as usize).wrapping_sub(32)) {
        Some(width) => f64::from(*width) / 1000.0,
        // As wide as the widest letters, or as two of them.
        None => 0.62 * f64::from(u8::try_from(c.width().unwrap_or(0)).unwrap_or(2).max(1)) + 0.2,
    };
    text.chars().map(width).sum::<f64>() * size * MARGIN
}

/// The text, or its beginning with an ellipsis, as far as it fits.
#[must_use]
pub fn fitted(text: &str, width: f64, size: f64) -> String {
    if text_width(text, size) <= width {
        return text.to_owned();
    }
    let room = width - text_width("…", size);
    let mut short = String::new();
    for c in text.chars() {
        short.push(c);
        if text_width(&short, size) > room {
            short.pop();
            break;
        }
    }
    short.trim_end().to_owned() + "…"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_wide_is_cut() {
        assert_eq!(fitted("signup-form", 100.0, 12.0), "signup-form");
        let long = fitted(&"W".repeat(200), 100.0, 12.0);
        assert!(long.ends_with('…') && text_width(&long, 12.0) <= 100.0, "{long}");
        assert!(text_width(&fitted(&"漢".repeat(50), 60.0, 12.0), 12.0) <= 60.0);
    }
}
