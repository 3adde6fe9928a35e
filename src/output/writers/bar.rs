//! Bar charts made of characters.

/// Blocks of one to seven eighths, from the left.
const EIGHTHS: [char; 7] = ['▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/// A bar whose length is a share of the width, to an eighth of a character; a share above zero is always visible.
pub(super) fn bar(share: f64, width: u16) -> String {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the width of a bar is not negative")]
    let eighths = (share.clamp(0.0, 1.0) * f64::from(width) * 8.0).round() as usize;
    let eighths = if share > 0.0 { eighths.max(1) } else { eighths };
    let mut bar = "█".repeat(eighths / 8);
    bar.extend(eighths.checked_rem(8).and_then(|rest| EIGHTHS.get(rest.wrapping_sub(1))));
    bar
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_of_a_bar_is_proportional_to_its_share() {
        assert_eq!(
            ["", "▏", "████", "██▌"],
            [bar(0.0, 4), bar(0.001, 4), bar(1.0, 4), bar(0.625, 4)].each_ref().map(String::as_str)
        );
    }
}
