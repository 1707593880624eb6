//! Which type a plain scalar has. The rules are those of go-yaml, which reads Compose files: YAML 1.2 with the number
//! forms of 1.1 (`010` is octal, `1_000` a thousand) and without its sexagesimals; `yes` and `on` stay text.

use crate::source::Cut;

/// A scalar with its type.
#[derive(Clone, PartialEq, Debug)]
pub enum Scalar {
    /// `null`, `~` or nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number with a fraction or an exponent, or one too large for 64 bits.
    Float(f64),
    /// A date or a time stamp: `2024-01-01`.
    Timestamp,
    /// Text.
    Text,
}

impl Scalar {
    /// The type, for messages.
    pub fn kind_name(&self) -> &'static str {
        match self {
            Scalar::Null => "empty",
            Scalar::Bool(_) => "a boolean",
            Scalar::Int(_) | Scalar::Float(_) => "a number",
            Scalar::Timestamp => "a date",
            Scalar::Text => "text",
        }
    }
}

/// The type of a scalar: by its tag, else by its look if it is plain.
pub(super) fn resolve(text: &str, plain: bool, tag: Option<&str>) -> Scalar {
    let core = tag.and_then(|tag| tag.strip_prefix("tag:yaml.org,2002:"));
    match core {
        Some("str" | "binary") => return Scalar::Text,
        Some("null") => return Scalar::Null,
        Some("int" | "float" | "bool" | "timestamp") => {}
        // What has a tag of its own (`!override`) is text; an empty node with one (`!reset`) is still nothing.
        None if tag.is_some() && !text.is_empty() => return Scalar::Text,
        _ if !plain => return Scalar::Text,
        _ => {}
    }
    by_look(text)
}

fn by_look(text: &str) -> Scalar {
    let Some(&first) = text.as_bytes().first() else { return Scalar::Null };
    match first {
        b'~' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' => word(text),
        b'0'..=b'9' | b'+' | b'-' | b'.' => number(text),
        _ => Scalar::Text,
    }
}

fn word(text: &str) -> Scalar {
    match text {
        "~" | "null" | "Null" | "NULL" => Scalar::Null,
        "true" | "True" | "TRUE" => Scalar::Bool(true),
        "false" | "False" | "FALSE" => Scalar::Bool(false),
        _ => Scalar::Text,
    }
}

fn number(text: &str) -> Scalar {
    match text {
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => return Scalar::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => return Scalar::Float(f64::NEG_INFINITY),
        ".nan" | ".NaN" | ".NAN" => return Scalar::Float(f64::NAN),
        _ => {}
    }
    if text.len() > 64 {
        return Scalar::Text;
    }
    if timestamp(text) {
        return Scalar::Timestamp;
    }
    let plain: String = text.chars().filter(|&c| c != '_').collect();
    if let Some(value) = integer(&plain) {
        return Scalar::Int(value);
    }
    let digits = plain.trim_start_matches(['+', '-']);
    let float = digits.bytes().all(|b| matches!(b, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-'))
        && digits.bytes().any(|b| b.is_ascii_digit())
        && !digits.starts_with(['e', 'E'])
        && plain.len() - digits.len() <= 1;
    match plain.parse::<f64>() {
        Ok(value) if float => Scalar::Float(value),
        _ => Scalar::Text,
    }
}

fn integer(plain: &str) -> Option<i64> {
    let (negative, digits) = match plain.as_bytes().first()? {
        b'-' => (true, plain.cut(1..)),
        b'+' => (false, plain.cut(1..)),
        _ => (false, plain),
    };
    if !digits.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let (radix, digits) = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, digits.cut(2..)),
        [b'0', b'o' | b'O', ..] => (8, digits.cut(2..)),
        [b'0', b'b' | b'B', ..] => (2, digits.cut(2..)),
        [b'0', _, ..] if digits.bytes().all(|b| matches!(b, b'0'..=b'7')) => (8, digits),
        _ => (10, digits),
    };
    let value = i64::from_str_radix(digits, radix).ok()?;
    Some(if negative { -value } else { value })
}

/// `2024-01-01`, perhaps with a time behind it.
fn timestamp(text: &str) -> bool {
    let mut parts = text.splitn(3, '-');
    let (Some(year), Some(month), Some(rest)) = (parts.next(), parts.next(), parts.next()) else { return false };
    let digits = |part: &str, least: usize, most: usize| {
        (least..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit())
    };
    let day = rest.split(['T', 't', ' ']).next().unwrap_or("");
    digits(year, 4, 4) && digits(month, 1, 2) && digits(day, 1, 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_those_of_go_yaml() {
        for (text, expected) in [
            ("010", Scalar::Int(8)),
            ("08", Scalar::Int(8)),
            ("0x1F", Scalar::Int(31)),
            ("0o17", Scalar::Int(15)),
            ("1_000", Scalar::Int(1000)),
            ("+1", Scalar::Int(1)),
            ("1e3", Scalar::Float(1000.0)),
            ("1.10", Scalar::Float(1.1)),
            ("12:30:45", Scalar::Text),
            ("22:22", Scalar::Text),
            ("yes", Scalar::Text),
            ("no", Scalar::Text),
            ("2024-01-01", Scalar::Timestamp),
            ("10.0.0.1", Scalar::Text),
            ("1.2.3", Scalar::Text),
            ("-", Scalar::Text),
            ("0", Scalar::Int(0)),
            ("~", Scalar::Null),
            ("", Scalar::Null),
            ("True", Scalar::Bool(true)),
        ] {
            assert_eq!(resolve(text, true, None), expected, "{text}");
        }
        assert_eq!(resolve("80", false, None), Scalar::Text);
        assert_eq!(resolve("80", true, Some("!port")), Scalar::Text);
        assert_eq!(resolve("", true, Some("!reset")), Scalar::Null);
        assert_eq!(resolve("80", true, Some("tag:yaml.org,2002:str")), Scalar::Text);
    }
}
