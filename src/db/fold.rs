//! Folds case and accents, alike on both engines: `José Ñáñez` contains `nanez`.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// The characters that fold to one other, and those that they fold to; the last ones of the first list are dropped.
static SINGLE: LazyLock<(String, String)> = LazyLock::new(|| {
    let (mut from, mut to, mut dropped) = (String::new(), String::new(), String::new());
    // The scripts with two cases, and the letters with marks, are below.
    for c in ('\u{a0}'..='\u{2fff}').chain('\u{a640}'..='\u{abff}').chain('\u{ff00}'..='\u{ff5e}') {
        let folded = fold_char(c);
        let mut chars = folded.chars();
        match (chars.next(), chars.next()) {
            (None, _) => dropped.push(c),
            (Some(one), None)
                if one != c && one.is_alphanumeric() && fold_char(one).chars().eq([one]) && !is_several(one) =>
            {
                from.push(c);
                to.push(one);
            }
            _ => {}
        }
    }
    (from + &dropped, to)
});

/// The same, by character.
static FOLDED: LazyLock<HashMap<char, Option<char>>> = LazyLock::new(|| {
    let (from, to) = &*SINGLE;
    from.chars().zip(to.chars().map(Some).chain(std::iter::repeat(None))).collect()
});

/// The characters that fold to several.
const SEVERAL: [(&str, &str); 6] = [("ß", "ss"), ("ẞ", "ss"), ("æ", "ae"), ("Æ", "ae"), ("œ", "oe"), ("Œ", "oe")];

/// The letters that are not decomposed, but written without their stroke by who does not have them; and the sigma at the end
/// of a word.
const STROKES: [(char, char); 9] =
    [('ς', 'σ'), ('ø', 'o'), ('đ', 'd'), ('ð', 'd'), ('ł', 'l'), ('ħ', 'h'), ('ŧ', 't'), ('ı', 'i'), ('þ', 't')];

fn is_several(c: char) -> bool {
    SEVERAL.iter().any(|(from, _)| from.contains(c))
}

fn fold_char(c: char) -> String {
    let base = c.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase);
    base.filter(|c| !is_combining_mark(*c))
        .map(|c| STROKES.iter().find(|(stroke, _)| *stroke == c).map_or(c, |(_, plain)| *plain))
        .collect()
}

/// The text without case and accents.
#[must_use]
pub fn folded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut text = text.to_owned();
    for (from, to) in SEVERAL {
        text = text.replace(from, to);
    }
    text.chars().filter_map(|c| FOLDED.get(&c).copied().unwrap_or(Some(c.to_ascii_lowercase()))).collect()
}

/// The same as an expression of PostgreSQL, of which only texts beyond ASCII are slow.
pub(super) fn postgres_expression(column: &str) -> String {
    let mut folded = format!("lower({column})");
    for (from, to) in SEVERAL {
        folded = format!("replace({folded}, '{from}', '{to}')");
    }
    let (from, to) = &*SINGLE;
    let mut expression = format!("CASE WHEN octet_length({column}) = length({column}) THEN lower({column}) ");
    // Our own constants, which have no quotes.
    let _ = write!(expression, "ELSE translate({folded}, '{from}', '{to}') END");
    expression
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_accents_are_folded() {
        for (text, expected) in [
            ("José Ñáñez", "jose nanez"),
            ("STRASSE Straße", "strasse strasse"),
            ("Łukasz Ødegård", "lukasz odegard"),
            ("ИВАН Ёлкин", "иван елкин"),
            ("Ελένη", "ελενη"),
            ("Zoe\u{308}", "zoe"),
            ("Ｆｕｌｌ", "full"),
            ("陳美玲", "陳美玲"),
            ("Æsir œuvre", "aesir oeuvre"),
        ] {
            assert_eq!(folded(text), expected);
        }
        let (from, to) = &*SINGLE;
        assert!(from.chars().count() > to.chars().count() && !from.contains('\'') && !to.contains('\''));
        assert!(to.chars().all(|c| folded(&c.to_string()) == c.to_string()));
    }
}
