//! Which encoding a text that is not UTF-8 may have: the letters of one are other letters in another, so that a wrong one
//! changes names in silence.

use encoding_rs::DecoderResult;

use super::decode::guess;
use super::encoding::TextEncoding;

/// The encodings of one byte a letter that old programs write, beside the one that is guessed.
const OTHERS: [&str; 3] = ["windows-1252", "macintosh", "cp850"];

/// Number of letters of a text that a hint shows.
const SHOWN: usize = 30;

/// What to do about a text that is not UTF-8: the one encoding in which it makes sense, or how each of several reads.
pub(super) fn hint(bytes: &[u8]) -> String {
    let guessed = guess(bytes).to_lowercase();
    let names = std::iter::once(guessed.as_str()).chain(OTHERS.into_iter().filter(|name| *name != guessed));
    let readings: Vec<(&str, String)> = names.filter_map(|name| Some((name, decoded(name, bytes)?))).collect();
    let plausible: Vec<&(&str, String)> = readings.iter().filter(|(_, text)| is_plausible(text)).collect();
    // An encoding of several bytes a letter is not guessed by chance; of the others, the first that makes sense is.
    let is_of_long_letters = |text: &str| {
        let letters = text.chars().count();
        letters < bytes.len() && text.chars().filter(|letter| !letter.is_ascii()).count() * 2 >= letters
    };
    let has_long_letters = readings.first().is_some_and(|(_, text)| is_of_long_letters(text));
    let is_common = |(name, _): &&&(&str, String)| *name == OTHERS[0];
    match (has_long_letters, plausible.as_slice()) {
        (true, _) | (false, []) => format!("the file looks like {guessed}: add --encoding {guessed}"),
        (false, [(name, _)]) => format!("the file looks like {name}: add --encoding {name}"),
        (false, several) if several.iter().find(is_common).is_some_and(|(_, text)| is_french_or_german(text)) => {
            format!("the file looks like {name}: add --encoding {name}", name = OTHERS[0])
        }
        (false, several) => {
            let texts: Vec<String> = several.iter().map(|(name, text)| format!("{name} ({})", shown(text))).collect();
            format!("the file may be {}: add --encoding with the right one", texts.join(" or "))
        }
    }
}

fn decoded(name: &str, bytes: &[u8]) -> Option<String> {
    let mut text = vec![0; bytes.len() * 4];
    let (result, _, written) = TextEncoding::of_label(name)?.decoder().decode(bytes, &mut text, true);
    text.truncate(written);
    (result == DecoderResult::InputEmpty).then(|| String::from_utf8(text).ok()).flatten()
}

/// Whether the letters beyond ASCII stand where letters stand.
fn is_plausible(text: &str) -> bool {
    let letters: Vec<char> = text.chars().collect();
    let beside = |at: Option<usize>| at.and_then(|at| letters.get(at).copied());
    letters
        .iter()
        .enumerate()
        .filter(|(_, letter)| !letter.is_ascii())
        .all(|(at, letter)| !is_odd(*letter, beside(at.checked_sub(1)), beside(Some(at + 1))))
}

/// Whether a letter does not fit between its neighbours: a capital after a small letter, a small letter among capitals, a sign
/// within a word, or an opening quotation mark after one.
fn is_odd(letter: char, before: Option<char>, after: Option<char>) -> bool {
    let is = |neighbour: Option<char>, is: fn(char) -> bool| neighbour.is_some_and(is);
    if letter.is_alphabetic() {
        let is_capital = letter.is_uppercase() && is(before, char::is_lowercase);
        return is_capital || letter.is_lowercase() && is(before, char::is_uppercase) && is(after, char::is_uppercase);
    }
    let follows_a_word = is(before, char::is_alphabetic);
    let is_within = follows_a_word && is(after, char::is_alphabetic) && letter != '’';
    letter.is_control() || is_within || follows_a_word && "‚„‹“‘«".contains(letter)
}

/// Whether all letters beyond ASCII are those that are common where windows-1252 is.
fn is_french_or_german(text: &str) -> bool {
    text.chars()
        .filter(|letter| !letter.is_ascii())
        .all(|letter| "äöüÄÖÜßéèêëàâçîïôûùñóíáúÉÀÇ€’“”–—…«»„".contains(letter))
}

fn shown(text: &str) -> String {
    let start = text.char_indices().find(|(_, letter)| !letter.is_ascii()).map_or(0, |(at, _)| at);
    let before = text[..start].chars().rev().take(SHOWN / 2).count();
    let skipped = text[..start].chars().count() - before;
    text.chars().skip(skipped).take(SHOWN).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_not_read_as_an_encoding_that_changes_its_letters() {
        for (bytes, encoding) in [
            (&b"K\xf6ln"[..], "windows-1252"),
            (b"Jos\xe9 \x80", "windows-1252"),
            (b"Andr\xe9 Gar\xe7on", "windows-1252"),
            (b"Jos\x8e", "macintosh"),
            (b"Fran\x8dois", "macintosh"),
            (b"Jos\x82", "cp850"),
            (b"M\x81ller", "cp850"),
            (b"\x93\xfa\x96\x7b", "shift_jis"),
        ] {
            let hint = hint(bytes);
            assert!(hint.contains(encoding), "{encoding}: {hint}");
            let is_certain = hint.ends_with(&format!(": add --encoding {encoding}"));
            assert!(is_certain || hint.starts_with("the file may be "), "{encoding}: {hint}");
        }
        assert_eq!(hint(b"Jos\x8e"), "the file looks like macintosh: add --encoding macintosh");
        assert_eq!(hint(b"Jos\x82"), "the file looks like cp850: add --encoding cp850");
        assert_eq!(hint(b"K\xf6ln"), "the file looks like windows-1252: add --encoding windows-1252");
    }
}
