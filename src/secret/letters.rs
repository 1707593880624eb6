//! The letters of a value, as people mean them.

use std::borrow::Cow;

use crate::cut::Cut;

/// `value` in lower case with signs removed and digits read as the letters they stand for: `Ch4nge-M3` gives `changeme`.
/// A `1` is read as `one`, an `i` or an `l`.
pub(super) fn squeezed(value: &str, one: char) -> String {
    let mut squeezed = String::with_capacity(value.len());
    squeezed.extend(value.bytes().filter_map(|b| match b {
        b'0' => Some('o'),
        b'1' | b'!' => Some(one),
        b'3' => Some('e'),
        b'4' | b'@' => Some('a'),
        b'5' | b'$' => Some('s'),
        b'7' => Some('t'),
        b if b.is_ascii_alphabetic() => Some(char::from(b.to_ascii_lowercase())),
        _ => None,
    }));
    squeezed
}

/// `value` without the marks on Latin letters: `contraseña` gives `contrasena`.
pub(super) fn folded(value: &str) -> Cow<'_, str> {
    if value.is_ascii() {
        return Cow::Borrowed(value);
    }
    let plain = |c| match c {
        'à'..='å' => 'a',
        'ç' => 'c',
        'è'..='ë' | 'ę' => 'e',
        'ì'..='ï' => 'i',
        'ñ' => 'n',
        'ò'..='ö' | 'ø' => 'o',
        'ù'..='ü' => 'u',
        'ş' | 'ś' => 's',
        'ł' => 'l',
        'ż' | 'ź' => 'z',
        c => c,
    };
    Cow::Owned(value.chars().flat_map(char::to_lowercase).map(plain).collect())
}

/// Runs of letters of a value, split where the case rises, as they stand in its `lower` case.
pub(super) fn letters<'a>(value: &str, lower: &'a str) -> Vec<&'a str> {
    let rises = |one: &u8, next: &u8| one.is_ascii_lowercase() && next.is_ascii_uppercase();
    let (mut words, mut at) = (Vec::new(), 0);
    for run in value
        .as_bytes()
        .chunk_by(|one, next| one.is_ascii_alphabetic() == next.is_ascii_alphabetic() && !rises(one, next))
    {
        if run[0].is_ascii_alphabetic() {
            words.push(lower.cut(at..at + run.len()));
        }
        at += run.len();
    }
    words
}
