//! What a value is by its form alone: references, switches, durations, paths, patterns, credentials.

use super::pairs::Pairs;
use crate::cut::Cut;

/// Values that stand for another place where the secret is kept: `${DB_PASSWORD}`, `op://vault/item`, `ENC[...]`.
pub fn is_reference(value: &str) -> bool {
    const PREFIXES: [&str; 16] = [
        "op://",
        "vault:",
        "vault://",
        "encrypted:",
        "file:",
        "arn:aws:",
        "sm://",
        "gcpsm://",
        "awssm://",
        "azurekv://",
        "ENC[",
        "env:",
        "doppler://",
        "@Microsoft.KeyVault",
        "{cipher}",
        "secret://",
    ];
    let value = value.trim();
    value.contains("${")
        || value.contains("{{")
        || value.contains("<%")
        || PREFIXES.iter().any(|prefix| value.starts_with(prefix))
        || value.starts_with("%env(")
        || is_bare_reference(value)
}

/// `$NAME` and nothing else.
fn is_bare_reference(value: &str) -> bool {
    value.strip_prefix('$').is_some_and(|name| {
        name.starts_with(|c: char| c.is_ascii_uppercase() || c == '_')
            && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
    })
}

/// Words that stand for "no value", and switches.
pub fn is_sentinel(value: &str) -> bool {
    const WORDS: [&str; 21] = [
        "null",
        "unset",
        "none",
        "nil",
        "undefined",
        "false",
        "true",
        "yes",
        "no",
        "on",
        "off",
        "disabled",
        "disable",
        "enabled",
        "enable",
        "empty",
        "n/a",
        "-",
        "{}",
        "[]",
        "~",
    ];
    WORDS.iter().any(|word| value.eq_ignore_ascii_case(word))
}

/// What programs that ask for a key get when their server, on the same machine, does not: `ollama`, `no-key-required`.
pub fn is_stand_in(value: &str) -> bool {
    const WORDS: [&str; 11] = [
        "ollama",
        "lm-studio",
        "lmstudio",
        "vllm",
        "no-key",
        "no-key-required",
        "sk-no-key-required",
        "not-needed",
        "not-required",
        "not-used",
        "unused",
    ];
    let value = value.to_ascii_lowercase().replace('_', "-");
    WORDS.contains(&value.as_str())
}

/// Numbers with a unit, rates, times: `15m`, `7d`, `60/minute`, `30 days`.
pub fn is_duration(value: &str) -> bool {
    const UNITS: [&str; 24] = [
        "ms", "s", "sec", "secs", "second", "seconds", "m", "min", "mins", "minute", "minutes", "h", "hr", "hour",
        "hours", "d", "day", "days", "w", "week", "weeks", "y", "year", "years",
    ];
    let digits = value.bytes().take_while(u8::is_ascii_digit).count();
    let rest = value.cut(digits..).trim_start_matches([' ', '/', '-']);
    digits > 0 && UNITS.iter().any(|unit| rest.eq_ignore_ascii_case(unit))
}

/// A path to a file: the secret is in there, not here.
pub fn is_path(value: &str) -> bool {
    const STARTS: [&str; 17] = [
        "./",
        "../",
        "~/",
        "/run/",
        "/etc/",
        "/var/",
        "/opt/",
        "/app/",
        "/home/",
        "/usr/",
        "/mnt/",
        "/root/",
        "/tmp/",
        "/secrets/",
        "/config/",
        "/data/",
        "/vault/",
    ];
    const ENDS: [&str; 9] = [".pem", ".key", ".json", ".txt", ".crt", ".p12", ".pfx", ".jks", ".p8"];
    STARTS.iter().any(|start| value.starts_with(start))
        || ENDS.iter().any(|end| value.ends_with(end)) && !value.contains(char::is_whitespace)
}

/// Whether a value is plainly something other than a secret: a switch, a duration, a path, an address.
pub fn is_other(value: &str) -> bool {
    is_sentinel(value)
        || is_duration(value)
        || is_path(value)
        || value.starts_with("http://")
        || value.starts_with("https://")
        || value.starts_with("null:")
        || value.len() == 42 && value.starts_with("0x") && value.cut(2..).bytes().all(|b| b.is_ascii_hexdigit())
}

/// Patterns a person types when asked for something random. Says which.
pub fn pattern(value: &str) -> Option<&'static str> {
    let bytes = value.as_bytes();
    let mut seen = [false; 256];
    let distinct = bytes.iter().filter(|byte| !std::mem::replace(&mut seen[usize::from(**byte)], true)).count();
    if bytes.len() >= 6 && distinct <= 2 || bytes.len() >= 10 && distinct <= 4 {
        return Some("it consists of the same few characters");
    }
    if repeats(bytes) {
        return Some("it repeats one short part");
    }
    if bytes.len() >= 4 && run_share(bytes) {
        return Some("it is a sequence of neighbouring characters");
    }
    if woven(bytes) {
        return Some("it is two sequences, one put into the other");
    }
    if bytes.len() >= 4 && walk_share(bytes) {
        return Some("it is a walk over the keyboard");
    }
    word_and_number(value)
}

/// `Winter2024!`, `junjin19800819`, `shuang123456`.
fn word_and_number(value: &str) -> Option<&'static str> {
    let body = value.trim_end_matches(['!', '?', '.', '#', '*', '$', '@']);
    let word = body.trim_end_matches(|c: char| c.is_ascii_digit());
    let number = &body.as_bytes()[word.len()..];
    let word = word.trim_end_matches(['-', '_', '.', '@', '#']);
    if !(3..=12).contains(&word.len()) || !word.bytes().all(|b| b.is_ascii_alphabetic()) {
        return None;
    }
    let century = number.starts_with(b"19") || number.starts_with(b"20");
    let counted = number.windows(2).all(|pair| pair[1].wrapping_sub(pair[0]) <= 1 || pair == b"90");
    match number.len() {
        4 if century => Some("it is a word and a year"),
        8 if century && matches!(number[4], b'0' | b'1') && number[6] <= b'3' => Some("it is a word and a date"),
        4.. if counted => Some("it is a word and a count"),
        _ => None,
    }
}

/// `abcabcabc`: a unit of at most 16 characters, again and again. `test123123123123` as well: four fifths of it; of what is
/// drawn by hand (`1234567890:aAaAaA_aAaAaAaAaAaAaAa`) half, where a unit is at most 3.
fn repeats(bytes: &[u8]) -> bool {
    let again = |unit: usize| bytes[unit..].iter().zip(bytes).filter(|(one, before)| one == before).count();
    if bytes.len() >= 24 && (1..=3).any(|unit| again(unit) * 2 >= bytes.len()) {
        return true;
    }
    bytes.len() >= 6
        && (1..=16.min(bytes.len() / 2)).any(|unit| {
            let loose = bytes.len() >= 16 && unit * 4 <= bytes.len();
            let others = if loose { (bytes.len() - unit) / 5 } else { 0 };
            bytes[unit..].iter().zip(bytes).filter(|(one, before)| one != before).nth(others).is_none()
        })
}

/// Whether at least three quarters of the steps go to the same, the next or the previous character (`0123456789abcdef`,
/// `aabbccdd`).
fn run_share(bytes: &[u8]) -> bool {
    let step = |a: u8, b: u8| {
        let near = b.wrapping_sub(a) <= 1 || a.wrapping_sub(b) == 1;
        near && a.is_ascii_alphanumeric() && b.is_ascii_alphanumeric()
            || a == b'9' && (b == b'0' || b == b'a' || b == b'A')
    };
    let steps = bytes.windows(2).filter(|pair| step(pair[0], pair[1])).count();
    steps * 4 >= (bytes.len() - 1) * 3
}

/// Whether the letters alone and the digits alone count on, each in turn: `a1b2c3d4e5f6g7h8`, as documentation makes up a key.
fn woven(bytes: &[u8]) -> bool {
    let letters: Vec<u8> = bytes.iter().filter(|b| b.is_ascii_alphabetic()).map(u8::to_ascii_lowercase).collect();
    let digits: Vec<u8> = bytes.iter().copied().filter(u8::is_ascii_digit).collect();
    // From the last one on it begins again.
    let counts = |all: &[u8], first: &[u8]| {
        let steps = all.windows(2).filter(|pair| pair[1] == pair[0] + 1 || first.contains(&pair[1])).count();
        steps + 1 >= all.len()
    };
    letters.len() >= 6
        && digits.len() >= 6
        && letters.len() + digits.len() == bytes.len()
        && counts(&letters, b"a")
        && counts(&digits, b"01")
}

/// Whether a part of a value is a sequence, or two of them woven, as documentation makes up a password: `a1b2c3d4e5f6g7h8`.
pub fn is_drawn_up(part: &str) -> bool {
    part.len() >= 12 && (run_share(part.as_bytes()) || woven(part.as_bytes()))
}

/// Whether at least three quarters of the steps go to the next key of a row (`qwertyuiop`, `1qaz2wsx`).
fn walk_share(bytes: &[u8]) -> bool {
    const LINES: [&[u8]; 17] = [
        b"qwertyuiop",
        b"!@#$%^&*()",
        b"1q2w3e4r5t6y7u8i9o0p",
        b"asdfghjkl",
        b"zxcvbnm",
        b"1234567890",
        b"1qaz",
        b"2wsx",
        b"3edc",
        b"4rfv",
        b"5tgb",
        b"6yhn",
        b"7ujm",
        b"8ik",
        b"9ol",
        b"qwertz",
        b"azerty",
    ];
    const NEAR: [u128; 128] = {
        let mut table = [0; 128];
        let mut line = 0;
        while line < LINES.len() {
            let mut at = 1;
            while at < LINES[line].len() {
                let (one, two) = (LINES[line][at - 1], LINES[line][at]);
                table[one as usize] |= 1 << two;
                table[two as usize] |= 1 << one;
                at += 1;
            }
            line += 1;
        }
        table
    };
    let near = |a: u8, b: u8| {
        let (a, b) = (a.to_ascii_lowercase(), b.to_ascii_lowercase());
        a.is_ascii() && b.is_ascii() && NEAR[usize::from(a)] >> b & 1 == 1
    };
    let steps = bytes.windows(2).filter(|pair| near(pair[0], pair[1])).count();
    // `1qaz2wsx` jumps once per four keys.
    steps * 4 >= (bytes.len() - 1) * 3 || bytes.len() >= 8 && steps * 3 >= (bytes.len() - 1) * 2 && steps >= 6
}

/// The binary logarithms of how many characters there are of 26 small letters, 26 capitals, 10 digits and 12 signs, by
/// which of them count. `f64::log2` would have every start of the program load the mathematics library.
const ALPHABETS: [f64; 16] = [
    1.0,
    4.700439718141092,
    4.700439718141092,
    5.700439718141092,
    std::f64::consts::LOG2_10,
    5.169925001442312,
    5.169925001442312,
    5.954196310386875,
    3.584962500721156,
    5.247927513443585,
    5.247927513443585,
    6.0,
    4.459431618637297,
    5.584962500721156,
    5.584962500721156,
    6.20945336562895,
];

/// Bits of a value if every character had been drawn at random from the kinds of characters in it: an upper bound.
pub fn bits(value: &str) -> u32 {
    let bytes = value.as_bytes();
    let has = |test: fn(&u8) -> bool| bytes.iter().any(test);
    let alphabet = if bytes.iter().all(u8::is_ascii_digit) {
        3.32
    } else if bytes.iter().all(|b| b.is_ascii_hexdigit() || *b == b'-') {
        4.0
    } else {
        let kinds: [fn(&u8) -> bool; 4] =
            [u8::is_ascii_lowercase, u8::is_ascii_uppercase, u8::is_ascii_digit, |b| !b.is_ascii_alphanumeric()];
        ALPHABETS[kinds.iter().rev().fold(0, |found, test| found << 1 | usize::from(has(*test)))]
    };
    (alphabet * bytes.len() as f64) as u32
}

/// Whether a value looks drawn at random: hexadecimal digits, or letters and digits that change kind and do not read as words.
pub fn is_random(value: &str) -> bool {
    let bytes = value.as_bytes();
    if bytes.len() < 16 || bytes.iter().any(u8::is_ascii_whitespace) {
        return false;
    }
    if bytes.iter().all(u8::is_ascii_hexdigit) {
        let digits = bytes.iter().filter(|b| b.is_ascii_digit()).count();
        return bytes.len() >= 24 && digits > 0 && digits < bytes.len();
    }
    let pairs = bytes.windows(2).map(|pair| [pair[0], pair[1]].map(|byte| KINDS[usize::from(byte)]));
    let (all, changes) = pairs.fold((0, 0), |(all, changes), [one, other]| {
        let both = one != Kind::Other && other != Kind::Other;
        (all + usize::from(both), changes + usize::from(both && one != other))
    });
    // Random base64 changes kind at 62 % of its steps, words at 5 % to 40 %. Of 300,000 random
    // values of 24 characters none fails these limits.
    let share = |percent: usize| changes * 100 >= all * percent;
    all > 0 && (share(40) || share(12) && !reads_as_words(bytes)) && !is_camel_case(bytes)
}

/// Whether nearly all of it is words that begin with a capital: `ShopSecretKeyForTokens2026`.
fn is_camel_case(bytes: &[u8]) -> bool {
    let (mut words, mut covered, mut at) = (0, 0, 0);
    while at < bytes.len() {
        let small = bytes[at + 1..].iter().take_while(|byte| byte.is_ascii_lowercase()).count();
        let word = &bytes[at..=at + small];
        let spoken =
            word.iter().any(|byte| matches!(byte.to_ascii_lowercase(), b'a' | b'e' | b'i' | b'o' | b'u' | b'y'));
        if bytes[at].is_ascii_uppercase() && small > 1 && spoken {
            (words, covered) = (words + 1, covered + word.len());
        }
        at += small + 1;
    }
    words > 4 && covered * 10 >= bytes.len() * 8
}

/// What a character is.
#[derive(Copy, Clone, PartialEq, Eq)]
enum Kind {
    Digit,
    Small,
    Capital,
    Other,
}

const KINDS: [Kind; 256] = {
    let (mut kinds, mut byte) = ([Kind::Other; 256], 0);
    while byte < 128 {
        kinds[byte] = match byte as u8 {
            b'0'..=b'9' => Kind::Digit,
            b'a'..=b'z' => Kind::Small,
            b'A'..=b'Z' => Kind::Capital,
            _ => Kind::Other,
        };
        byte += 1;
    }
    kinds
};

/// Whether three of five pairs of letters are frequent in ordinary words; of random pairs, one in six is.
fn reads_as_words(bytes: &[u8]) -> bool {
    const FREQUENT: Pairs = Pairs::of(
        b"th he in er an re on at en nd ti es or te of ed is it al ar st to nt ng se ha as ou io le ve co me \
        de hi ri ro ic ne ea ra ce li ch ll be ma si om ur ca el ta la ns di fo ho pe ec pr no ct us ac ot il tr ly nc et ut \
        ss so rs un lo wa ge ie ee wi em ad ol rt po we na ul ni mo ow pa sh su id ke ey cr rd wo ok ay am",
    );
    let (mut pairs, mut common) = (0, 0);
    for pair in bytes.windows(2).filter(|pair| pair.iter().all(u8::is_ascii_alphabetic)) {
        pairs += 1;
        common += usize::from(FREQUENT.hold(pair[0], pair[1]));
    }
    pairs >= 4 && common * 5 >= pairs * 3
}

/// A UUID of version 1 or 6 (RFC 9562) from this and the last decades: a clock, a counter and a network address.
pub fn is_time_based_uuid(value: &str) -> bool {
    let digits: Vec<u8> = value.bytes().filter(|b| *b != b'-').collect();
    let uuid = value.len() == 36
        && value.bytes().enumerate().all(|(i, b)| match i {
            8 | 13 | 18 | 23 => b == b'-',
            _ => b.is_ascii_hexdigit(),
        });
    if !uuid || !matches!(digits[16].to_ascii_lowercase(), b'8' | b'9' | b'a' | b'b') {
        return false;
    }
    // The upper half of the 60-bit count of 100 ns since 1582; 1994 to 2061.
    let high = match digits[12] {
        b'1' => [&digits[13..16], &digits[8..12]].concat(),
        b'6' => digits[0..7].to_vec(),
        _ => return false,
    };
    let high = std::str::from_utf8(&high).ok().and_then(|text| u32::from_str_radix(text, 16).ok());
    high.is_some_and(|high| (0x1cd_0000..=0x217_ffff).contains(&high))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alphabets_are_logarithms() {
        for (kinds, known) in ALPHABETS.iter().enumerate() {
            let size: usize = [26, 26, 10, 12].iter().enumerate().map(|(at, size)| (kinds >> at & 1) * size).sum();
            assert!((known - (size.max(2) as f64).log2()).abs() < 1e-12, "{kinds}");
        }
    }

    #[test]
    fn forms() {
        for value in ["${A}", "$DB_PASSWORD", "op://v/i", "${{ secrets.X }}", "{{ vault_x }}", "ENC[AES,x]"] {
            assert!(is_reference(value), "{value}");
        }
        for value in ["$2b$12$abc", "pa$$w0rd", "$ecret", "plain"] {
            assert!(!is_reference(value), "{value}");
        }
        for value in ["15m", "7d", "60/minute", "30 days"] {
            assert!(is_duration(value), "{value}");
        }
        assert!(!is_duration("3") && !is_duration("9admin") && is_path("/run/secrets/db") && !is_path("/9aK+x/TT2q"));
    }

    #[test]
    fn uuids_by_time() {
        for value in ["c232ab00-9414-11ec-b3c8-9f6bdeced846", "1EC9414C-232A-6B00-B3C8-9F6BDECED846"] {
            assert!(is_time_based_uuid(value), "{value}");
        }
        for value in [
            "919108f7-52d1-4320-9bac-f847db4148a8",
            "017f22e2-79b0-7cc3-98c4-dc0c0c07398f",
            "c232ab00-9414-11ec-33c8-9f6bdeced846",
            "f232ab00-9414-1fec-b3c8-9f6bdeced846",
            "c232ab00941411ecb3c89f6bdeced846",
        ] {
            assert!(!is_time_based_uuid(value), "{value}");
        }
    }

    #[test]
    fn patterns() {
        for value in [
            "aaaaaaaa",
            "0000000000000000",
            "abababab",
            "abcabcabc",
            "12345678",
            "0123456789abcdef",
            "qwertyuiop",
            "Winter-2024!!",
            "1qaz2wsx",
            "CAFECAFECAFECAFE",
            "zyxwvuts",
            "aabbccddeeff",
            "test123123123123123123",
            "!@#$%^&*()",
            "qazwsxedcrfv",
            "junjin19800819",
            "Shuang-123456!",
            "1234567890:aAaAaA_aAaAaAaAaAaAaAaAaA",
        ] {
            assert!(pattern(value).is_some(), "{value}");
        }
        for value in [
            "f3a9c1d27b60e84512aa90bc7d3e5f18",
            "q8Zr-PlmT2_vXc91",
            "correct horse battery",
            "2pQ9vL4sT7",
            "shuang839271",
        ] {
            assert_eq!(pattern(value), None, "{value}");
        }
    }
}
