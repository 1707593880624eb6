//! Patterns of `${NAME#pattern}` and `case`.

/// A part of a pattern.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Part {
    Char(char),
    Any,
    Star,
    Class { ranges: Vec<(char, char)>, negated: bool },
}

/// Compiles characters, each with whether it was quoted.
pub(super) fn compile(chars: &[(char, bool)]) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut at = 0;
    while let Some(&(c, quoted)) = chars.get(at) {
        at += 1;
        parts.push(match c {
            '*' if !quoted => Part::Star,
            '?' if !quoted => Part::Any,
            '[' if !quoted => match class(chars, at) {
                Some((part, next)) => {
                    at = next;
                    part
                }
                None => Part::Char('['),
            },
            _ => Part::Char(c),
        });
    }
    parts
}

/// The class behind a `[`.
fn class(chars: &[(char, bool)], start: usize) -> Option<(Part, usize)> {
    let mut at = start;
    let negated = matches!(chars.get(at), Some(('!' | '^', false)));
    at += usize::from(negated);
    let first = at;
    let mut ranges = Vec::new();
    loop {
        let &(c, quoted) = chars.get(at)?;
        if c == ']' && !quoted && at > first {
            return Some((Part::Class { ranges, negated }, at + 1));
        }
        at += 1;
        match (chars.get(at), chars.get(at + 1)) {
            (Some(('-', false)), Some(&(end, quoted))) if end != ']' || quoted => {
                ranges.push((c, end));
                at += 2;
            }
            _ => ranges.push((c, c)),
        }
    }
}

fn one(part: &Part, c: char) -> bool {
    match part {
        Part::Char(own) => *own == c,
        Part::Any => true,
        Part::Star => false,
        Part::Class { ranges, negated } => ranges.iter().any(|&(from, to)| from <= c && c <= to) != *negated,
    }
}

/// For every number of characters from the start of `text`: whether the pattern matches exactly these.
pub(super) fn prefixes(parts: &[Part], text: &[char]) -> Vec<bool> {
    // `open[i]`: the parts so far match the first `i` characters.
    let mut open = vec![false; text.len() + 1];
    open[0] = true;
    for part in parts {
        let mut next = vec![false; text.len() + 1];
        if *part == Part::Star {
            let mut any = false;
            for (to, from) in next.iter_mut().zip(&open) {
                any |= from;
                *to = any;
            }
        } else {
            for (index, &c) in text.iter().enumerate() {
                next[index + 1] = open[index] && one(part, c);
            }
        }
        open = next;
    }
    open
}

/// Whether the pattern matches the whole text.
pub(super) fn matches(parts: &[Part], text: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    prefixes(parts, &text)[text.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match() {
        let plain = |text: &str| compile(&text.chars().map(|c| (c, false)).collect::<Vec<_>>());
        for (pattern, text, expected) in [
            ("a*c", "abbc", true),
            ("a?c", "abbc", false),
            ("[a-c]*", "b", true),
            ("[!a]", "a", false),
            ("[a", "[a", true),
            ("*", "", true),
        ] {
            assert_eq!(matches(&plain(pattern), text), expected, "{pattern} {text}");
        }
        assert!(matches(&compile(&[('*', true)]), "*") && !matches(&compile(&[('*', true)]), "a"));
    }
}
