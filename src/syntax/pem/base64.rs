//! Base64 as OpenSSL decodes it in PEM bodies (RFC 4648 section 4): white space is skipped wherever it stands.

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

/// Decodes `text`. With `escaped`, the two characters `\n` (and `\r`) count as white space.
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
    fn errors_have_a_place() {
        assert_eq!(decode(b"Zm9v!", false), Err(Base64Error::Character(4)));
        assert_eq!(decode(b"Zg==Zg==", false), Err(Base64Error::AfterPadding(4)));
        assert_eq!(decode(b"Zm9vY", false), Err(Base64Error::Length(5)));
        assert_eq!(decode(b"Zm9v\\nYmFy", true), Ok(b"foobar".to_vec()));
    }
}
