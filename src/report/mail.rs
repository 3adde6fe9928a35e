//! A report as a message that a mail program can send: the text, with the page attached.

use base64ct::{Base64, Encoding as _};
use sha2::{Digest as _, Sha256};

use super::{Report, TextWidth, to_html, to_text};

/// The longest line of an encoded part.
const LINE: usize = 76;

/// The report as a message without a sender and recipients, which the mail program adds.
#[must_use]
pub fn to_mail(report: &Report<'_>) -> Vec<u8> {
    let (page, text) = (to_html(report), to_text(report, TextWidth::FILE));
    let digest = base16ct::lower::encode_string(&Sha256::digest(page.as_bytes()));
    let boundary = format!("rollbook-{}", &digest[..32]);
    let date = report.scope.as_of.utc().format("%a, %d %b %Y %H:%M:%S +0000");
    let subject = encoded_word(&format!("Community report: {}", report.scope.period));
    let part = |kind: &str, disposition: &str, content: &str| {
        format!(
            "--{boundary}\r\nContent-Type: {kind}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\
             Content-Disposition: {disposition}\r\n\r\n{}\r\n",
            base64(content)
        )
    };
    format!(
        "Date: {date}\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\nX-Unsent: 1\r\n\
         Content-Type: multipart/mixed;\r\n boundary=\"{boundary}\"\r\n\r\n{}{}--{boundary}--\r\n",
        part("text/plain", "inline", &text),
        part("text/html", "attachment; filename=\"report.html\"", &page),
    )
    .into_bytes()
}

/// A header's text as words that are plain ASCII.
fn encoded_word(text: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut part = String::new();
    for c in text.chars() {
        if part.len() + c.len_utf8() > 42 {
            words.push(std::mem::take(&mut part));
        }
        part.push(c);
    }
    words.push(part);
    let encoded = words.iter().map(|word| format!("=?utf-8?B?{}?=", Base64::encode_string(word.as_bytes())));
    encoded.collect::<Vec<_>>().join("\r\n ")
}

fn base64(text: &str) -> String {
    let encoded = Base64::encode_string(text.as_bytes());
    let lines = encoded.as_bytes().chunks(LINE).map(|line| String::from_utf8_lossy(line));
    lines.collect::<Vec<_>>().join("\r\n")
}
