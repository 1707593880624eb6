//! Wildcards: the one matcher behind every kind of pattern, and file name patterns as `glob(3)` has them.

/// Whether a pattern fits a sequence, where some of its items (`star`) stand for any number of things. Goes back to the
/// last of those only: the time is at most the product of the lengths.
pub fn fits<P, T>(pattern: &[P], items: &[T], star: impl Fn(&P) -> bool, one: impl Fn(&P, &T) -> bool) -> bool {
    // Most things do not fit, and most of those do not end as the pattern does.
    if pattern.last().is_some_and(|last| !star(last) && !items.last().is_some_and(|item| one(last, item))) {
        return false;
    }
    let (mut p, mut i) = (0, 0);
    let mut back: Option<(usize, usize)> = None;
    while i < items.len() {
        if p < pattern.len() && star(&pattern[p]) {
            back = Some((p + 1, i));
            p += 1;
        } else if p < pattern.len() && one(&pattern[p], &items[i]) {
            p += 1;
            i += 1;
        } else if let Some((after, from)) = back {
            back = Some((after, from + 1));
            (p, i) = (after, from + 1);
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(star)
}

/// A shell pattern for the name of a file: `*`, `?`, `[a-z]`, `[!a-z]`. A leading dot is only matched by a dot.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NamePattern {
    hidden: bool,
    pieces: Vec<Piece>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Piece {
    Star,
    Any,
    Char(char),
    Class { negated: bool, ranges: Vec<(char, char)> },
}

impl NamePattern {
    /// Reads a pattern. A `[` that is not closed stands for itself.
    pub fn new(pattern: &str) -> Self {
        let chars: Vec<char> = pattern.chars().collect();
        let mut pieces = Vec::new();
        let mut at = 0;
        while let Some(&first) = chars.get(at) {
            let (piece, length) = match first {
                '*' => (Piece::Star, 1),
                '?' => (Piece::Any, 1),
                '[' => class(&chars[at..]).unwrap_or((Piece::Char('['), 1)),
                other => (Piece::Char(other), 1),
            };
            pieces.push(piece);
            at += length;
        }
        NamePattern { hidden: pattern.starts_with('.'), pieces }
    }

    /// Whether a name fits.
    pub fn fits(&self, name: &str) -> bool {
        let name: Vec<char> = name.chars().collect();
        (self.hidden || name.first() != Some(&'.'))
            && fits(&self.pieces, &name, |piece| *piece == Piece::Star, |piece, c| piece.fits(*c))
    }
}

impl Piece {
    fn fits(&self, c: char) -> bool {
        match self {
            Piece::Star | Piece::Any => true,
            Piece::Char(own) => *own == c,
            Piece::Class { negated, ranges } => {
                ranges.iter().any(|(first, last)| (*first..=*last).contains(&c)) != *negated
            }
        }
    }
}

/// `[a-z]` or `[!abc]` at the start of a pattern, and its length. `None`: it is not closed.
fn class(pattern: &[char]) -> Option<(Piece, usize)> {
    let end = pattern.iter().skip(2).position(|c| *c == ']')? + 2;
    let inside = &pattern[1..end];
    let (negated, mut rest) = match inside.split_first() {
        Some(('!' | '^', rest)) => (true, rest),
        _ => (false, inside),
    };
    let mut ranges = Vec::new();
    loop {
        rest = match rest {
            [first, '-', last, after @ ..] => {
                ranges.push((*first, *last));
                after
            }
            [only, after @ ..] => {
                ranges.push((*only, *only));
                after
            }
            [] => break,
        };
    }
    Some((Piece::Class { negated, ranges }, end + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        for (pattern, name, expected) in [
            ("*.conf", "a.conf", true),
            ("*.conf", ".hidden.conf", false),
            ("*.conf", "a.conf~", false),
            ("*", "shop", true),
            ("[0-9]*.conf", "10-a.conf", true),
            ("[!0-9]*.conf", "10-a.conf", false),
            ("a?c", "abc", true),
            ("*a*b*", "xxaxxbx", true),
            (".*", ".hidden", true),
            ("[ab-]", "-", true),
            ("[a", "[a", true),
            ("[a", "a", false),
        ] {
            assert_eq!(NamePattern::new(pattern).fits(name), expected, "{pattern} {name}");
        }
    }
}
