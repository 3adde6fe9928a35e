//! The encodings of text: those of the web, and the code pages of DOS.

use encoding_rs::{DecoderResult, Encoding};
use oem_cp::code_table::DECODING_TABLE_CP_MAP;
use oem_cp::code_table_type::TableType;

/// An encoding by which bytes become text.
#[derive(Debug, Clone, Copy)]
pub(super) enum TextEncoding {
    /// One that the WHATWG names.
    Whatwg(&'static Encoding),
    /// A code page of one byte a letter, by its number.
    CodePage(u16),
}

impl TextEncoding {
    /// Whether it is a form of Unicode, which starts as UTF-8 does not, or is UTF-8.
    pub(super) fn is_unicode(&self) -> bool {
        let unicode = [encoding_rs::UTF_8, encoding_rs::UTF_16LE, encoding_rs::UTF_16BE];
        matches!(self, Self::Whatwg(encoding) if unicode.contains(encoding))
    }

    /// Whether each letter is one byte.
    pub(super) fn is_single_byte(&self) -> bool {
        match self {
            Self::Whatwg(encoding) => encoding.is_single_byte(),
            Self::CodePage(_) => true,
        }
    }

    /// The encoding of a label such as `latin1` or `cp850`; `None` if there is none.
    pub(super) fn of_label(label: &str) -> Option<Self> {
        let label = label.trim().to_ascii_lowercase();
        let macintosh = ["macroman", "mac-roman", "mac_roman"].contains(&label.as_str());
        let label = if macintosh { "macintosh" } else { &label };
        Encoding::for_label_no_replacement(label.as_bytes()).map(Self::Whatwg).or_else(|| {
            let number = ["cp", "ibm", "dos"].into_iter().find_map(|prefix| label.strip_prefix(prefix))?;
            let number = number.trim_start_matches(['-', '_']).parse().ok()?;
            DECODING_TABLE_CP_MAP.contains_key(&number).then_some(Self::CodePage(number))
        })
    }

    pub(super) fn name(self) -> String {
        match self {
            Self::Whatwg(encoding) => encoding.name().to_owned(),
            Self::CodePage(number) => format!("cp{number}"),
        }
    }

    pub(super) fn decoder(self) -> Decoder {
        match self {
            Self::Whatwg(encoding) => Decoder::Whatwg(Box::new(encoding.new_decoder())),
            Self::CodePage(number) => Decoder::CodePage(DECODING_TABLE_CP_MAP.get(&number)),
        }
    }
}

/// Converts bytes to UTF-8, part by part.
pub(super) enum Decoder {
    Whatwg(Box<encoding_rs::Decoder>),
    /// The letter of each byte.
    CodePage(Option<&'static TableType>),
}

impl Decoder {
    /// Converts as many bytes as there is space for; returns how it ended, and how many bytes were read and written.
    pub(super) fn decode(&mut self, bytes: &[u8], text: &mut [u8], is_last: bool) -> (DecoderResult, usize, usize) {
        let table = match self {
            Self::Whatwg(decoder) => return decoder.decode_to_utf8_without_replacement(bytes, text, is_last),
            Self::CodePage(table) => *table,
        };
        let mut written = 0;
        for (read, byte) in bytes.iter().enumerate() {
            let Some(letter) = table.and_then(|table| table.decode_char_checked(*byte)) else {
                return (DecoderResult::Malformed(1, 0), read + 1, written);
            };
            let Some(space) = text.get_mut(written..written + letter.len_utf8()) else {
                return (DecoderResult::OutputFull, read, written);
            };
            letter.encode_utf8(space);
            written += letter.len_utf8();
        }
        (DecoderResult::InputEmpty, bytes.len(), written)
    }
}
