//! What a token is by its look alone: drawn at random, or made of words, numbers and what else people read.

use std::ops::Range;

use super::super::pairs::Pairs;
use super::super::provider::provider_prefix;

/// Shorter runs say nothing.
const SHORTEST: usize = 8;

/// Shorter runs of letters of one kind are taken for words.
const LONG: usize = 20;

/// Words of the field that mix letters and digits.
const MIXED: [&str; 45] = [
    "sha1",
    "sha2",
    "sha224",
    "sha256",
    "sha384",
    "sha512",
    "md5",
    "aes128",
    "aes192",
    "aes256",
    "chacha20",
    "poly1305",
    "ed25519",
    "x25519",
    "curve25519",
    "secp256k1",
    "secp256r1",
    "secp384r1",
    "secp521r1",
    "prime256v1",
    "pkcs1",
    "pkcs8",
    "pkcs12",
    "x509",
    "base32",
    "base64",
    "utf8",
    "utf8mb4",
    "utf16",
    "iso8859",
    "latin1",
    "ipv4",
    "ipv6",
    "oauth2",
    "oauth1",
    "http2",
    "http3",
    "argon2id",
    "scram",
    "hs256",
    "rs256",
    "es256",
    "x86",
    "amd64",
    "arm64",
];

/// Endings of file names that people read, whatever stands before them.
const ENDINGS: [&str; 30] = [
    "js", "css", "map", "html", "php", "py", "sh", "png", "jpg", "svg", "ico", "woff", "woff2", "json", "yml", "yaml",
    "toml", "conf", "cfg", "ini", "txt", "log", "pem", "crt", "key", "sock", "tar", "gz", "zip", "whl",
];

/// Starts of names that a cloud makes up for its things.
const CLOUD: [&str; 12] =
    ["ami-", "vpc-", "subnet-", "sg-", "i-", "eni-", "vol-", "snap-", "rtb-", "igw-", "eipalloc-", "lt-"];

/// Names whose value is a hash of something public.
const HASHES: [&str; 12] = [
    "_ref",
    "sha",
    "commit",
    "revision",
    "digest",
    "checksum",
    "etag",
    "fingerprint",
    "serial",
    "integrity",
    "git_hash",
    "git_ref",
];

/// The bytes that tokens are made of.
const IN_TOKEN: [bool; 256] = {
    let (mut of, mut byte) = ([false; 256], 0u8);
    while byte < 128 {
        of[byte as usize] =
            byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'_' | b'-' | b'.' | b'~');
        byte += 1;
    }
    of
};

fn in_token(byte: u8) -> bool {
    IN_TOKEN[usize::from(byte)]
}

/// Whether anything in the text looks drawn at random.
pub(super) fn any(text: &str) -> bool {
    let mut found = Vec::new();
    find(text, &mut found);
    !found.is_empty()
}

/// Whether a name is made of more than words and numbers: drawn at random, or changing its kind all the time.
pub(super) fn mixed(name: &str) -> bool {
    let odd = |run: &[u8]| {
        let humps = run.iter().any(u8::is_ascii_lowercase) && run.iter().any(u8::is_ascii_uppercase);
        let Pieces { pairs, common, .. } = pieces(run);
        irregular(run) && run.iter().any(u8::is_ascii_lowercase) || humps && run.len() >= 10 && common * 5 < pairs * 3
    };
    any(name) || name.as_bytes().split(|b| b"_-.".contains(b)).any(odd)
}

/// The parts of a line that look like credentials.
pub(super) fn find(line: &str, found: &mut Vec<Range<usize>>) {
    let bytes = line.as_bytes();
    // A line of an armour is hidden as a whole: what is inside says nothing to people.
    let body = line.trim();
    if body.len() >= 40 && body.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=')) {
        let from = line.len() - line.trim_start().len();
        if !body.bytes().all(|b| b.is_ascii_lowercase()) {
            found.push(from..from + body.len());
        }
        return;
    }
    let mut at = 0;
    while at < bytes.len() {
        if !in_token(bytes[at]) {
            at += 1;
            continue;
        }
        let length = bytes[at..].iter().position(|&byte| !in_token(byte)).unwrap_or(bytes.len() - at);
        // The letter of an escape (`\n`) is no part of what follows.
        let escape = at > 0 && bytes[at - 1] == b'\\' && matches!(bytes[at], b'n' | b'r' | b't');
        let start = at + usize::from(escape);
        at += length;
        if at - start >= SHORTEST && !plain(&bytes[start..at]) {
            token(line, start..at, found);
        }
    }
}

/// Lower case throughout: most tokens are let through here.
fn plain(token: &[u8]) -> bool {
    token.len() < LONG && !token.iter().any(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

/// Looks at one token where it stands.
fn token(line: &str, range: Range<usize>, found: &mut Vec<Range<usize>>) {
    let Some(text) = line.get(range.clone()) else { return };
    let Some(before) = line.get(..range.start) else { return };
    // `NAME=value`, but not the padding of base64.
    if let Some((name, value)) = text.split_once('=')
        && value.bytes().any(|byte| byte != b'=')
        && !name.contains('+')
    {
        let middle = range.start + name.len();
        token(line, range.start..middle, found);
        return token(line, middle + 1..range.end, found);
    }
    if text.len() < SHORTEST || is_hash(before, text) || is_uuid(text) {
        return;
    }
    let key = text.trim_end_matches(['.', '/', '-']);
    if provider_prefix(key).is_some_and(|prefix| {
        let rest = &key.as_bytes()[prefix.len()..];
        rest.len() >= 10 && (rest.iter().any(u8::is_ascii_digit) || any_drawn(rest))
    }) {
        found.push(range.start..range.start + key.len());
        return;
    }
    // In base64, a slash is a character like any other; in a path it is not.
    let padded = text.trim_end_matches('=');
    let base64 = text.contains('+') || padded.len() < text.len();
    let path = text.starts_with(['/', '.', '~']) || before.ends_with([':', '/', '$', '}']);
    if base64 && !path && padded.len() >= 16 && !padded.contains('=') && any_drawn(&strip(padded)) {
        found.push(range);
        return;
    }
    let mut from = 0;
    for segment in text.split('/') {
        // The letter of a short option: `-pSECRET`.
        let option =
            from == 0 && segment.starts_with('-') && before.ends_with([' ', '"', '\'']) && !segment.starts_with("--");
        let skipped = if option { 2 } else { 0 };
        let at = range.start + from + skipped;
        from += segment.len() + 1;
        self::segment(segment.get(skipped..).unwrap_or(""), at, found);
    }
}

/// A segment without slashes: `hT7-vq2Lx9_mRw`, `backup-2024-qX7mWd2LkR3p`.
fn segment(whole: &str, at: usize, found: &mut Vec<Range<usize>>) {
    let part = whole.trim_start_matches(['-', '.', '=']);
    let at = at + whole.len() - part.len();
    let part = part.trim_end_matches(['-', '.', '=']);
    // Words, whatever they are.
    if part.as_bytes().split(|b| b"-_.~+".contains(b)).all(is_word) {
        return;
    }
    let named = part.rsplit_once('.').is_some_and(|(_, end)| ENDINGS.contains(&end));
    let crossed = part.contains("xxxx") || part.contains("XXXX");
    if part.len() < SHORTEST || named || crossed || is_uuid(part) || is_host(part) || is_cloud(part) {
        return;
    }
    let runs = || part.split(['-', '_', '.', '~', '+']).map(str::as_bytes);
    let odd: usize = runs().filter(|run| drawn(run) || irregular(run)).map(<[u8]>::len).sum();
    let words = runs().any(|run| run.len() >= 4 && run.iter().all(u8::is_ascii_lowercase) && !unread(run));
    if !words && part.len() >= 12 && odd >= SHORTEST && odd * 2 >= part.len() {
        found.push(at..at + part.len());
        return;
    }
    let mut from = 0;
    for run in runs() {
        if drawn(run) {
            found.push(at + from..at + from + run.len());
        }
        from += run.len() + 1;
    }
}

fn strip(text: &str) -> Vec<u8> {
    text.bytes().filter(u8::is_ascii_alphanumeric).collect()
}

fn any_drawn(bytes: &[u8]) -> bool {
    bytes.split(|b| !b.is_ascii_alphanumeric()).any(drawn)
}

/// Whether a hash of something public stands here: behind `sha256:`, behind `@` or `#` as the commit of a source, as a tag.
fn is_hash(before: &str, text: &str) -> bool {
    let algorithm = ["sha256", "sha384", "sha512", "sha1", "md5"];
    let hex = |text: &str| text.bytes().all(|b| b.is_ascii_hexdigit());
    let size = |text: &str| matches!(text.len(), 7..=12 | 32 | 40 | 64 | 96 | 128);
    if algorithm.iter().any(|name| before.strip_suffix([':', '=']).is_some_and(|rest| rest.ends_with(name))) {
        return hex(text) && size(text);
    }
    if let Some((name, rest)) = text.split_once(['-', '=']) {
        // Subresource integrity: base64 of a digest.
        if algorithm.contains(&name) && matches!(rest.len(), 44 | 64 | 88) || name == "sha" && hex(rest) && size(rest) {
            return true;
        }
        if named_hash(name) && hex(rest) && size(rest) {
            return true;
        }
    }
    let head = before.trim_start().trim_start_matches("- ");
    let described = |run: &str| run.strip_prefix('g').is_some_and(|rest| hex(rest) && size(rest));
    let image =
        ["image:", "FROM ", "from ", "uses:", "cache_from:", "\"image\":"].iter().any(|key| head.starts_with(key));
    // `app:3f2a9c1b7d4e` or `sha-3f2a9c1`.
    if image
        && text
            .split(['-', '_', '.', '/'])
            .all(|run| run.len() < SHORTEST || hex(run) || described(run) || !drawn(run.as_bytes()))
    {
        return true;
    }
    let last = text.rsplit('/').next().unwrap_or(text);
    if !hex(last) || !size(last) {
        return false;
    }
    let inside = |word: &str| text.contains(word) || before.rsplit(' ').next().unwrap_or("").contains(word);
    let source = last.len() >= 32
        && (before.ends_with(['@', '#'])
            || ["commit/", "changeset/", "tree/", "github", "gitlab"].iter().any(|word| inside(word)));
    let name = before.trim_end_matches([' ', '=', ':', '"', '\'']);
    source || name.len() < before.len() && last.len() == text.len() && named_hash(name)
}

/// Whether the last word of a text names a hash of something public.
fn named_hash(text: &str) -> bool {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let name = text.rsplit(|c: char| !word(c)).next().unwrap_or("").to_ascii_lowercase();
    !name.contains("pass") && name.len() < 40 && HASHES.iter().any(|hash| name.contains(hash))
}

fn is_uuid(text: &str) -> bool {
    let dashed =
        |(at, byte): (usize, u8)| if matches!(at, 8 | 13 | 18 | 23) { byte == b'-' } else { byte.is_ascii_hexdigit() };
    text.len() == 36 && text.bytes().enumerate().all(dashed)
}

/// A host name: at least three labels in lower case, the last one of letters.
fn is_host(text: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.len() < 64
            && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    let last = text.rsplit('.').next().unwrap_or("");
    text.split('.').count() > 2
        && text.split('.').all(label)
        && last.len() > 1
        && last.bytes().all(|b| b.is_ascii_lowercase())
}

/// `ami-0abcdef1234567890`, an address on a blockchain.
fn is_cloud(text: &str) -> bool {
    let hex = |rest: &str, size: &[usize]| size.contains(&rest.len()) && rest.bytes().all(|b| b.is_ascii_hexdigit());
    CLOUD.iter().any(|start| text.strip_prefix(start).is_some_and(|rest| hex(rest, &[8, 17])))
        || text.strip_prefix("0x").is_some_and(|rest| hex(rest, &[40]))
}

/// What a run of letters and digits is made of: the pieces a reader would see in `createApp2`.
struct Pieces {
    count: usize,
    /// Neighbouring letters inside pieces, and how many of them are frequent in words.
    pairs: usize,
    common: usize,
}

fn pieces(run: &[u8]) -> Pieces {
    let kind = |byte: u8| match byte {
        b'0'..=b'9' => 0,
        b'a'..=b'z' => 1,
        _ => 2,
    };
    let mut pieces = Pieces { count: usize::from(!run.is_empty()), pairs: 0, common: 0 };
    for (at, pair) in run.windows(2).enumerate() {
        let [first, second] = [pair[0], pair[1]].map(kind);
        // `App` is one piece, and so is `HTTP`, also in `HTTPServer`.
        let hump = first == 2 && second == 1;
        let acronym = hump && at > 0 && kind(run[at - 1]) == 2;
        if first != second && !hump || acronym {
            pieces.count += 1;
        }
        if first > 0 && second > 0 && (first == second || hump && !acronym) {
            pieces.pairs += 1;
            pieces.common += usize::from(common(pair[0], pair[1]));
        }
    }
    pieces
}

/// Whether two letters often stand side by side in words.
fn common(first: u8, second: u8) -> bool {
    const FREQUENT: Pairs = Pairs::of(
        b"th he in er an re on at en nd ti es or te of ed is it al ar st to nt ng se ha as ou io le ve co me \
        de hi ri ro ic ne ea ra ce li ch ll be ma si om ur ca el ta la ns di fo ho pe ec pr no ct us ac ot il tr ly nc et ut \
        ss so rs un lo wa ge ie ee wi em ad ol rt po we na ul ni mo ow pa sh su id ke ey cr rd wo ok ay am ag ap ab ba bl bo \
        br cl do dr du ev ex ff fi fl fr ga gh go gr gu im ir iv ld lu mi mp nf ob od op os ov pi pl pp pu rk rm rn rv sc \
        sp sq sy tt tu tw ty ub uc ue um up va vi we xt ys ze",
    );
    FREQUENT.hold(first, second)
}

/// Whether letters do not read as words: random ones hit a frequent pair one time in four, words two times in three.
fn unread(run: &[u8]) -> bool {
    let Pieces { pairs, common, .. } = pieces(run);
    common * 5 < pairs * 2
}

/// A short run that changes its kind more than a word and a number do: `vq2Lx9`, not `amd64` or `v2`.
fn irregular(run: &[u8]) -> bool {
    let regular = || MIXED.iter().any(|word| run.eq_ignore_ascii_case(word.as_bytes()));
    let Pieces { count, .. } = pieces(run);
    run.len() >= 3 && run.len() < count * 3 && (count >= 3 || run[0].is_ascii_digit()) && !regular()
}

/// Whether a run is small letters, the first one perhaps a capital, and short enough to be a word.
fn is_word(run: &[u8]) -> bool {
    let [first, rest @ ..] = run else { return true };
    run.len() < LONG && first.is_ascii_alphabetic() && rest.iter().all(u8::is_ascii_lowercase)
}

/// Whether a run of letters and digits looks drawn at random.
pub(super) fn drawn(run: &[u8]) -> bool {
    if run.len() < SHORTEST || is_word(run) || run.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let run = without_known(run);
    let length = run.len();
    if length < SHORTEST || run.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let Pieces { count, pairs, common } = pieces(run);
    let hex = run.iter().all(u8::is_ascii_hexdigit);
    if hex && count > 1 {
        // Numbers with a letter or two are versions and dates; eight digits are a colour or the short name of a commit.
        return length >= 12 && count >= 4 || length >= 24;
    }
    let share = |percent: usize| common * 100 >= pairs * percent;
    // `phpMyAdmin`, `fail2ban`, `Xmx1024m`: too short to tell, unless it changes all the time.
    if length < 12 && count < 4 {
        return false;
    }
    match count {
        // One kind throughout: only a very long run of letters that nobody could say.
        1 => length >= LONG && !share(45),
        2 if run.iter().all(u8::is_ascii_alphabetic) => length >= 12 && !share(45),
        2 if length < 16 => false,
        _ if length >= count * 6 => !share(30) && length >= 16,
        _ if length >= count * 4 => !share(40),
        _ if length >= count * 3 => !share(60) || pairs < 5,
        _ if length * 2 >= count * 5 => !share(75) || pairs < 5,
        _ => true,
    }
}

/// The run without a word of the field at its start or end.
fn without_known(run: &[u8]) -> &[u8] {
    let [first, .., last] = run else { return run };
    // One letter sorts nearly all words out.
    let starts = |word: &[u8]| first.eq_ignore_ascii_case(&word[0]) && run[..word.len()].eq_ignore_ascii_case(word);
    let ends = |word: &[u8]| {
        last.eq_ignore_ascii_case(&word[word.len() - 1]) && run[run.len() - word.len()..].eq_ignore_ascii_case(word)
    };
    for word in MIXED.iter().map(|word| word.as_bytes()).filter(|word| word.len() <= run.len()) {
        if starts(word) {
            return &run[word.len()..];
        }
        if ends(word) {
            return &run[..run.len() - word.len()];
        }
    }
    run
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(text: &str) -> String {
        super::super::tests::masked_by(find, text)
    }

    #[test]
    fn random_tokens_are_hidden_and_nothing_beside_them() {
        for (text, expected) in [
            ("X=qX7mWd2LkR3p", "X=************"),
            ("\\nMIIEqX7mWd2LkR3p\\n", "\\n****************\\n"),
            ("[\"f3a9c1d27b60e84512aa90bc7d3e5f18\", 1]", "[\"********************************\", 1]"),
            ("hT7-vq2Lx9_mRw", "**************"),
            ("backup-2024-qX7mWd2LkR3p.", "backup-2024-************."),
            ("/hook/qX7mWd2LkR3p/in", "/hook/************/in"),
            ("q8Zr+PlmT2/vXc91kd03Bfw=", "************************"),
            ("admin:$apr1$abc$qX7mWd2LkR3p", "admin:$apr1$abc$************"),
            ("sk_live_4eC39HqLyjWDarjtT1zdp7dc", "********************************"),
        ] {
            assert_eq!(masked(text), expected, "{text}");
        }
    }

    #[test]
    fn what_people_read_is_shown() {
        for text in [
            "image: registry.example.com/team/app@sha256:3f2a9c1b7d4e8f605a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f6071",
            "image: app:3f2a9c1b7d4e",
            "git+https://github.com/a/b@3f2a9c1b7d4e8f605a1b2c3d4e5f60718293a4b5",
            "GIT_SHA=3f2a9c1b7d4e8f605a1b2c3d4e5f60718293a4b5",
            "/v/6fa459ea-ee8a-3ca4-894e-db77e160355e/x",
            "ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:TLS_AES_256_GCM_SHA384:!aNULL;",
            "python:3.12.4-slim-bookworm",
            "db-cluster.cluster-c9xyz8abcdef.eu-central-1.rds.amazonaws.com",
            "/static/js/main.8f3a2c1b9d.chunk.js",
            "createReactAppConfiguration",
            "XMLHttpRequestHandler2",
            "proxy_add_x_forwarded_for",
            "2026-11-20T12:00:00Z 1.27.3-alpine3.20 10m 1048576k",
            "uvicorn app.main:app --host 0.0.0.0 --port 8000 --proxy-headers",
            "ami-0abcdef1234567890",
        ] {
            assert_eq!(masked(text), text);
        }
    }

    /// Half of a pasted key must not be taken for a word: of 12 characters, at most two in a hundred are.
    #[test]
    fn halves_of_random_keys_are_noticed() {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let alphabet = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
        let mut key = |length: usize| -> Vec<u8> {
            let next = |_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                alphabet[(state >> 33) as usize % alphabet.len()]
            };
            (0..length).map(next).collect()
        };
        for (length, allowed) in [(12, 40), (16, 4), (24, 2), (32, 0)] {
            let missed = (0..2000).filter(|_| !drawn(&key(length))).count();
            assert!(missed <= allowed, "{missed} of 2000 keys of {length} characters");
        }
    }
}
