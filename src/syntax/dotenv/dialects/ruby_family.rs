//! What Ruby's dotenv and its ports in Go have in common; some of it is Symfony's, too.

use crate::source::Cut;
use std::collections::HashMap;

use crate::source::budget::MADE;
use crate::syntax::dotenv::Decoded;

/// `\x` is `x`. `\$` stays for the expansion.
pub(super) fn unescaped(text: &Decoded) -> Decoded {
    let all = text.as_str().as_bytes();
    let mut from = 0;
    let edits = std::iter::from_fn(|| {
        loop {
            let at = from + memchr::memchr(b'\\', all.get(from..)?)?;
            from = at + 1;
            match all.get(from)? {
                b'$' => {}
                _ => {
                    from += 1;
                    return Some((at..at + 1, ""));
                }
            }
        }
    });
    text.replaced(edits)
}

/// Puts values in the place of `$NAME` and `${NAME}`; each brace is optional by itself, and behind an escaped `$` nothing
/// is put in. `parenthesis`: whether `$(NAME` is a reference, too.
pub(super) fn expanded<'v>(
    text: &Decoded,
    parenthesis: bool,
    named: fn(char) -> bool,
    lookup: impl Fn(&str) -> &'v str,
) -> Decoded {
    let all = text.as_str();
    let bytes = all.as_bytes();
    let mut result = Decoded::default();
    let mut from = 0;
    let mut at = 0;
    while let Some(dollar) = memchr::memchr(b'$', &bytes[at..]).map(|i| at + i) {
        at = dollar + 1;
        let mut start = at;
        if bytes.get(start) == Some(&b'(') {
            if !parenthesis {
                continue;
            }
            start += 1;
        }
        start += usize::from(bytes.get(start) == Some(&b'{'));
        let length = all.cut(start..).find(|c| !named(c)).unwrap_or(all.len() - start);
        let end = start + length;
        at = end + usize::from(bytes.get(end) == Some(&b'}'));
        if dollar > from && bytes[dollar - 1] == b'\\' {
            result.push(text, from..dollar - 1);
            from = dollar;
        } else if length > 0 {
            result.push(text, from..dollar);
            result.push_replaced(lookup(all.cut(start..end)), text.origin(dollar..at));
            from = at;
            if result.as_str().len() > MADE {
                break;
            }
        }
    }
    result.push(text, from..all.len());
    result
}

/// The parentheses of a text that are closed and hold something, in every pair inside them as well: where they open and
/// close.
pub(super) fn closing(text: &str) -> HashMap<usize, usize> {
    let mut found = HashMap::new();
    // Where a pair opens, and whether a pair in it is empty.
    let mut open: Vec<(usize, bool)> = Vec::new();
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'(' => open.push((at, false)),
            b')' => {
                let Some((start, spoilt)) = open.pop() else { continue };
                let spoilt = spoilt || at == start + 1;
                if !spoilt {
                    found.insert(start, at);
                } else if let Some(outer) = open.last_mut() {
                    outer.1 = true;
                }
            }
            _ => {}
        }
    }
    found
}
