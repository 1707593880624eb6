//! Base64 (RFC 4648): as OpenSSL decodes it in PEM bodies, and as keys and tokens carry it.

use std::fmt;

/// Where and why decoding stopped. Never holds the text: it may be a key.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Base64Error {
    /// A character outside the alphabet, at this offset in the text.
    Character(usize),
    /// Something after the padding, at this offset.
    AfterPadding(usize),
    /// The number of characters, without white space, is not a multiple of four.
    Length(usize),
}

impl fmt::Display for Base64Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Base64Error::Character(_) => f.write_str("a character that base64 does not have"),
            Base64Error::AfterPadding(_) => f.write_str("text after the padding `=`"),
            Base64Error::Length(n) => write!(f, "{n} base64 characters, which is not a multiple of 4"),
        }
    }
}

/// Decodes the body of a PEM block as OpenSSL does: white space is skipped wherever it stands. With `escaped`, the two characters `\n` (and `\r`) count as white space.
///
/// # Errors
/// The first place that is not base64.
pub fn decode(text: &[u8], escaped: bool) -> Result<Vec<u8>, Base64Error> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count, mut padding) = (0u32, 0usize, 0usize);
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        let here = at;
        at += 1;
        if byte.is_ascii_whitespace() || byte == 0x0b {
            continue;
        }
        if escaped && byte == b'\\' && matches!(text.get(at), Some(b'n' | b'r')) {
            at += 1;
            continue;
        }
        let value = match byte {
            b'=' => {
                padding += 1;
                if padding > 2 || count % 4 + padding > 4 || count % 4 < 2 {
                    return Err(Base64Error::AfterPadding(here));
                }
                continue;
            }
            _ => value(byte).ok_or(Base64Error::Character(here))?,
        };
        if padding > 0 {
            return Err(Base64Error::AfterPadding(here));
        }
        bits = bits << 6 | u32::from(value);
        count += 1;
        if count % 4 == 0 {
            out.extend_from_slice(&bits.to_be_bytes()[1..]);
            bits = 0;
        }
    }
    if (count + padding) % 4 != 0 {
        return Err(Base64Error::Length(count + padding));
    }
    match count % 4 {
        2 => out.push((bits >> 4) as u8),
        3 => out.extend_from_slice(&((bits >> 2) as u16).to_be_bytes()),
        _ => {}
    }
    Ok(out)
}

/// Decodes one value of either alphabet (sections 4 and 5); padding may be left out, but not be wrong. `None` for everything
/// else, white space included.
pub fn decode_value(text: &str) -> Option<Vec<u8>> {
    let body = text.trim_end_matches('=');
    let padding = text.len() - body.len();
    if body.len() % 4 == 1 || padding > 0 && (padding > 2 || !text.len().is_multiple_of(4)) {
        return None;
    }
    let mut out = Vec::with_capacity(body.len() / 4 * 3 + 2);
    let (mut buffer, mut bits) = (0u32, 0);
    for byte in body.bytes() {
        let digit = match byte {
            b'-' => 62,
            b'_' => 63,
            _ => value(byte)?,
        };
        buffer = buffer << 6 | u32::from(digit);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push((buffer >> bits) as u8);
            buffer &= (1 << bits) - 1;
        }
    }
    Some(out)
}

fn value(byte: u8) -> Option<u8> {
    Some(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vectors of RFC 4648 section 10.
    #[test]
    fn rfc_vectors() {
        for (text, plain) in [
            ("", ""),
            ("Zg==", "f"),
            ("Zm8=", "fo"),
            ("Zm9v", "foo"),
            ("Zm9vYg==", "foob"),
            ("Zm9vYmE=", "fooba"),
            ("Zm9vYmFy", "foobar"),
            ("Zm9v\r\nYmFy\n", "foobar"),
        ] {
            assert_eq!(decode(text.as_bytes(), false), Ok(plain.as_bytes().to_vec()), "{text}");
        }
    }

    #[test]
    fn values_of_either_alphabet() {
        for (text, plain) in
            [("Zm8=", &b"fo"[..]), ("Zm8", b"fo"), ("-_-_", &[0xfb, 0xff, 0xbf]), ("+/+/", &[0xfb, 0xff, 0xbf])]
        {
            assert_eq!(decode_value(text).as_deref(), Some(plain), "{text}");
        }
        for text in ["Zm9vY", "Zm8==", "Zg=", "Zm 8=", "Zg=a", "Zm9v====", "Zm9vé"] {
            assert_eq!(decode_value(text), None, "{text}");
        }
    }

    #[test]
    fn errors_have_a_place() {
        assert_eq!(decode(b"Zm9v!", false), Err(Base64Error::Character(4)));
        assert_eq!(decode(b"Zg==Zg==", false), Err(Base64Error::AfterPadding(4)));
        assert_eq!(decode(b"Zm9vY", false), Err(Base64Error::Length(5)));
        assert_eq!(decode(b"Zm9v\\nYmFy", true), Ok(b"foobar".to_vec()));
    }
}
