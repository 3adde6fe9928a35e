//! The display width of text on a terminal.

use comfy_table::{ContentArrangement, Table, presets};
use unicode_width::UnicodeWidthStr as _;

use super::visible;

/// The width of a terminal that reports none, as under `script` or in CI.
pub(super) const DEFAULT_WIDTH: u16 = 80;

/// How many columns the terminal has.
pub(super) fn terminal_width() -> u16 {
    Table::new().width().filter(|width| *width > 0).unwrap_or(DEFAULT_WIDTH)
}

/// The text, escaped for a terminal, and cut or padded to exactly that many columns.
#[must_use]
pub fn fit(text: &str, width: usize) -> String {
    let text = visible(text);
    let blanks = |taken: usize| " ".repeat(width.saturating_sub(taken));
    if text.width() <= width {
        return format!("{text}{}", blanks(text.width()));
    }
    // The width of a text is not the sum of the widths of its characters: some combine with the preceding ones.
    let mut cut = String::new();
    for c in text.chars() {
        cut.push(c);
        if cut.width() + 1 > width {
            cut.pop();
            break;
        }
    }
    if width > 0 {
        cut.push('…');
    }
    let taken = cut.width();
    format!("{cut}{}", blanks(taken))
}

/// The text in lines of at most that many columns, broken between words.
#[must_use]
pub fn wrapped(text: &str, width: usize) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(u16::try_from(width).unwrap_or(u16::MAX)).force_no_tty();
    table.add_row([text]);
    for column in table.column_iter_mut() {
        column.set_padding((0, 0));
    }
    table.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_text_that_is_too_long_is_truncated() {
        assert_eq!(fit("Maya Chen", 12), "Maya Chen   ");
        assert_eq!(fit("Maya Chen", 6), "Maya …");
        assert_eq!(fit("陈美玲陈美玲", 6), "陈美… ");
        assert_eq!(fit("a\u{1b}[2J", 9), "a\\u{1b}[…");
    }

    proptest! {
        #[test]
        fn a_fitted_text_has_the_requested_width(text in any::<String>(), width in 0..40_usize) {
            prop_assert_eq!(fit(&text, width).width(), width);
        }
    }
}
