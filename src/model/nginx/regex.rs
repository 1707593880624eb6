//! What PCRE certainly refuses to compile. Whatever is not sure to be wrong passes: the library knows more than this.

use std::collections::HashSet;

use crate::cut::name_length;

/// Looks through an expression.
pub fn scan(pattern: &str) -> Result<(), &'static str> {
    let mut scan = Scan { bytes: pattern.as_bytes(), at: 0, groups: Vec::new(), names: HashSet::new(), lax: false };
    scan.run()
}

/// The names of the groups, each of which is a variable of nginx.
pub fn names(pattern: &str) -> impl Iterator<Item = &str> {
    ["(?<", "(?P<", "(?'"].into_iter().flat_map(move |open| {
        pattern.match_indices(open).filter_map(move |(at, _)| {
            let rest = pattern.get(at + open.len()..)?;
            let length = name_length(rest);
            rest.get(..length).filter(|_| length > 0 && matches!(rest.as_bytes().get(length), Some(b'>' | b'\'')))
        })
    })
}

struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
    /// The open groups.
    groups: Vec<Group>,
    names: HashSet<&'a [u8]>,
    /// Whether names may repeat.
    lax: bool,
}

/// A group.
#[derive(PartialEq)]
enum Group {
    Plain,
    Ahead,
    Behind,
}

/// What stands before a quantifier.
#[derive(Copy, Clone, PartialEq)]
enum Before {
    Nothing,
    Item,
    Quantifier,
}

impl Scan<'_> {
    fn run(&mut self) -> Result<(), &'static str> {
        let mut before = Before::Nothing;
        while let Some(byte) = self.next() {
            before = match byte {
                b'\\' => self.escape()?,
                b'[' => self.class()?,
                b'(' => match self.group(before)? {
                    Some(before) => before,
                    // The rest is written in another way.
                    None => return Ok(()),
                },
                b')' => match self.groups.pop() {
                    Some(_) => Before::Item,
                    None => return Err("a `)` has no `(` before it"),
                },
                b'|' => Before::Nothing,
                b'*' | b'+' | b'?' => self.quantifier(before, byte != b'?')?,
                b'{' => match self.counts()? {
                    Some(endless) => self.quantifier(before, endless)?,
                    None => Before::Item,
                },
                b'^' => Before::Item,
                _ => Before::Item,
            };
        }
        if self.groups.is_empty() { Ok(()) } else { Err("a `)` is missing") }
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.bytes.get(self.at).copied();
        self.at += usize::from(byte.is_some());
        byte
    }

    fn rest(&self) -> &[u8] {
        self.bytes.get(self.at..).unwrap_or(&[])
    }

    /// Past the next occurrence of an end.
    fn skip(&mut self, end: &[u8]) -> bool {
        let found = memchr::memmem::find(self.rest(), end);
        self.at = found.map_or(self.bytes.len(), |at| self.at + at + end.len());
        found.is_some()
    }

    fn escape(&mut self) -> Result<Before, &'static str> {
        match self.next() {
            None => return Err("it ends with a `\\`"),
            Some(b'Q') => {
                self.skip(b"\\E");
            }
            Some(b'x' | b'o' | b'p' | b'P' | b'N' | b'g' | b'k')
                if self.rest().first() == Some(&b'{') && !self.skip(b"}") =>
            {
                return Err("a `}` is missing");
            }
            Some(b'p' | b'P') if self.bytes.get(self.at.wrapping_sub(1)) == Some(&b'}') => self.property()?,
            _ => {}
        }
        Ok(Before::Item)
    }

    /// The name of a property, which was passed with its braces.
    fn property(&self) -> Result<(), &'static str> {
        let name = self.bytes.get(..self.at - 1).and_then(|read| read.rsplit(|byte| *byte == b'{').next());
        let name = name.and_then(|name| std::str::from_utf8(name).ok()).unwrap_or_default();
        let plain: String = name.chars().filter(|c| !matches!(c, '^' | '_' | '-' | ' ')).collect();
        let plain = plain.to_ascii_lowercase();
        let own = matches!(&*plain, "any" | "l&" | "xan" | "xps" | "xsp" | "xuc" | "xwd") || plain.contains("bidi");
        let known = || regex::Regex::new(&format!("\\p{{{plain}}}")).is_ok();
        if own || !plain.bytes().all(|byte| byte.is_ascii_alphabetic()) || plain.is_empty() || known() {
            return Ok(());
        }
        Err("no property of characters has the name in `\\p{...}`")
    }

    fn class(&mut self) -> Result<Before, &'static str> {
        if self.rest().first() == Some(&b'^') {
            self.at += 1;
        }
        let start = self.at;
        // The plain character before, and whether a `-` stands between it and the next one.
        let (mut last, mut range) = (None::<u8>, false);
        loop {
            let Some(byte) = self.next() else { return Err("a `]` is missing") };
            let plain = match byte {
                b']' if self.at - 1 > start => return Ok(Before::Item),
                b'[' if matches!(self.rest().first(), Some(b':' | b'.' | b'=')) && self.posix()? => None,
                b'\\' => {
                    match self.next() {
                        None => return Err("it ends with a `\\`"),
                        Some(b'Q') => {
                            self.skip(b"\\E");
                        }
                        Some(_) => {}
                    }
                    None
                }
                b'-' if last.is_some() && !range && self.rest().first() != Some(&b']') => {
                    range = true;
                    continue;
                }
                _ if byte < 0x80 => Some(byte),
                _ => None,
            };
            if let (true, Some(first), Some(second)) = (range, last, plain)
                && second < first
            {
                return Err("a range in `[]` ends before it begins");
            }
            (last, range) = (if range { None } else { plain }, false);
        }
    }

    /// Past `[:alpha:]`, if that is what stands here.
    fn posix(&mut self) -> Result<bool, &'static str> {
        const CLASSES: [&str; 14] = [
            "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space", "upper",
            "word", "xdigit",
        ];
        let rest = self.rest();
        if rest.first() != Some(&b':') {
            return Ok(false);
        }
        let name = rest.get(1..).unwrap_or(&[]);
        let name = name.strip_prefix(b"^").unwrap_or(name);
        let length = name.iter().take_while(|byte| byte.is_ascii_lowercase()).count();
        if !name.get(length..).is_some_and(|rest| rest.starts_with(b":]")) {
            return Ok(false);
        }
        if !CLASSES.iter().any(|class| Some(class.as_bytes()) == name.get(..length)) {
            return Err("a class like `[:alpha:]` is unknown");
        }
        self.skip(b":]");
        Ok(true)
    }

    /// `{2}`, `{2,}`, `{2,4}`; says whether it is without end.
    fn counts(&mut self) -> Result<Option<bool>, &'static str> {
        let rest = self.bytes.get(self.at..).unwrap_or(&[]);
        let Some(end) = rest.iter().take(16).position(|byte| *byte == b'}') else { return Ok(None) };
        let Some(Ok(inside)) = rest.get(..end).map(str::from_utf8) else { return Ok(None) };
        let (low, high) = inside.split_once(',').map_or((inside, None), |(low, high)| (low, Some(high)));
        let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if low.is_empty() || !number(low) || !high.is_none_or(number) {
            return Ok(None);
        }
        let least: u64 = low.parse().unwrap_or(u64::MAX);
        let most: u64 = high.filter(|high| !high.is_empty()).map_or(least, |high| high.parse().unwrap_or(u64::MAX));
        if least > 65535 || most > 65535 {
            return Err("a number in `{}` is greater than 65535");
        }
        if most < least {
            return Err("the numbers in `{}` are in the wrong order");
        }
        self.at += end + 1;
        Ok(Some(high == Some("")))
    }

    fn quantifier(&mut self, before: Before, endless: bool) -> Result<Before, &'static str> {
        if before != Before::Item {
            return Err("a `*`, `+`, `?` or `{}` has nothing to repeat before it");
        }
        let look = self.groups.iter().rev().find(|group| **group != Group::Plain);
        if endless && look == Some(&Group::Behind) {
            return Err("a look-behind has no fixed length");
        }
        // Lazy, or without a way back.
        if matches!(self.rest().first(), Some(b'?' | b'+')) {
            self.at += 1;
        }
        Ok(Before::Quantifier)
    }

    /// What follows `(`. `None` where the scan cannot go on.
    fn group(&mut self, before: Before) -> Result<Option<Before>, &'static str> {
        let rest = self.bytes.get(self.at..).unwrap_or(&[]);
        if rest.first() == Some(&b'*') && rest.get(1).is_some_and(|byte| byte.is_ascii_alphabetic()) {
            return Ok(self.skip(b")").then_some(Before::Nothing));
        }
        if rest.first() != Some(&b'?') {
            self.groups.push(Group::Plain);
            return Ok(Some(Before::Nothing));
        }
        self.at += 1;
        let after = rest.get(1..).unwrap_or(&[]);
        let mut group = Group::Plain;
        match after {
            [] => return Err("the sign behind `(?` is missing"),
            [b'#', ..] => return if self.skip(b")") { Ok(Some(before)) } else { Err("a `)` is missing") },
            [b':' | b'>', ..] => self.at += 1,
            [b'=' | b'!', ..] => {
                self.at += 1;
                group = Group::Ahead;
            }
            [b'|', ..] => {
                self.at += 1;
                self.lax = true;
            }
            [b'<', b'=' | b'!', ..] => {
                self.at += 2;
                group = Group::Behind;
            }
            [b'<', name @ ..] => return self.named(name, b'>', 1),
            [b'P', b'<', name @ ..] => return self.named(name, b'>', 2),
            [b'\'', name @ ..] => return self.named(name, b'\'', 1),
            [b'i' | b'm' | b's' | b'n' | b'x' | b'J' | b'U' | b'a' | b'r' | b'^' | b'-' | b')', ..] => {
                let flags = after.iter().take_while(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'^' | b'-'));
                let flags = flags.count();
                // White space and comments, or names that repeat.
                if after.iter().take(flags).any(|flag| matches!(flag, b'x' | b'J')) {
                    return Ok(None);
                }
                self.at += flags;
                return match self.next() {
                    Some(b')') => Ok(Some(Before::Nothing)),
                    Some(b':') => {
                        self.groups.push(Group::Plain);
                        Ok(Some(Before::Nothing))
                    }
                    _ => Err("nginx's library does not know what follows `(?`"),
                };
            }
            // Conditions, recursion, callouts.
            [b'(' | b'R' | b'P' | b'&' | b'C' | b'+' | b'0'..=b'9', ..] => return Ok(None),
            _ => return Err("nginx's library does not know what follows `(?`"),
        }
        self.groups.push(group);
        Ok(Some(Before::Nothing))
    }

    fn named(&mut self, name: &[u8], end: u8, before: usize) -> Result<Option<Before>, &'static str> {
        let length = name_length(name);
        match name.first() {
            Some(byte) if byte.is_ascii_digit() => return Err("the name of a group starts with a digit"),
            _ if length == 0 => return Err("the name of a group is missing"),
            _ => {}
        }
        if name.get(length) != Some(&end) {
            return Err("the name of a group does not end");
        }
        let start = self.at + before;
        let known = self.bytes.get(start..start + length).unwrap_or(&[]);
        if !self.names.insert(known) && !self.lax {
            return Err("two groups have the same name");
        }
        self.at = start + length + 1;
        self.groups.push(Group::Plain);
        Ok(Some(Before::Nothing))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_pcre_refuses() {
        for bad in [
            "^/(a",
            "^/a)",
            "[a-",
            "*a",
            "a(?<n",
            "(?P<1a>x)",
            "a{2,1}",
            "(?<=a+)b",
            "\\",
            "(?z)a",
            "[[:foo:]]",
            "(?<n>a)(?<n>b)",
            "a**",
            "+",
            "(?",
            "[z-a]",
            "a|*",
        ] {
            assert!(scan(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_it_takes() {
        for good in [
            "^/(?!a)b",
            "(?i)^/x",
            "(?<=a)b",
            "a{2}",
            "^/[^/]+/(?<tail>.*)$",
            "a++b",
            "(?>a|b)c",
            "\\p{L}+",
            "[[:alpha:]]",
            "^/\\Qa.(b\\E",
            "(?#note)a",
            "(?:a|b){1,3}?",
            "[]a]",
            "[a\\]b]",
            "x{,3}",
            "(?P<q>a)",
            "(?'q2'a)",
            "a{",
            "{a}",
            "(a)|b(?(1)c|d)",
            "(?|(a)|(b))",
            "(*UTF8)a",
            "\\d+(?=x)",
            "^*",
            "[\\w-.]",
            "[a-z-9]",
            "(?<=^|/)a",
            "a(?#x)*",
            "(?<=(?=a+)b)x",
            "(?)",
            "()*",
            "[--/]",
        ] {
            assert_eq!(scan(good), Ok(()), "{good}");
        }
        assert_eq!(names("^/(?<a>x)(?P<b_1>y)(?'c'z)(?<=d)").collect::<Vec<_>>(), ["a", "b_1", "c"]);
    }
}
