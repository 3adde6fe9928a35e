//! How wide text is on a terminal.

use unicode_width::UnicodeWidthStr as _;

use super::visible;

/// The text, safe for a terminal, cut or filled up with blanks to exactly that many columns.
#[must_use]
pub fn fit(text: &str, width: usize) -> String {
    let text = visible(text);
    let blanks = |taken: usize| " ".repeat(width.saturating_sub(taken));
    if text.width() <= width {
        return format!("{text}{}", blanks(text.width()));
    }
    // The width of a text is not the sum of its characters': some join with those before them.
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_too_long_is_cut() {
        assert_eq!(fit("Maya Chen", 12), "Maya Chen   ");
        assert_eq!(fit("Maya Chen", 6), "Maya …");
        assert_eq!(fit("陈美玲陈美玲", 6), "陈美… ");
        assert_eq!(fit("a\u{1b}[2J", 9), "a\\u{1b}[…");
    }

    proptest! {
        #[test]
        fn it_fits(text in any::<String>(), width in 0..40_usize) {
            prop_assert_eq!(fit(&text, width).width(), width);
        }
    }
}
