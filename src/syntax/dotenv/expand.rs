//! `$NAME`, `${NAME:-default}` and their relatives, as Compose expands them (compose-go's `template` package).

use crate::source::Cut;
use std::ops::Range;

use super::Decoded;
use crate::source::budget;

/// What an expansion came to.
#[derive(Default, Debug)]
pub struct Expanded {
    /// The text with everything put in.
    pub text: Decoded,
    /// Names that were needed and not set.
    pub unset: Vec<String>,
    /// Whether the value of another variable went into it.
    pub used: bool,
}

/// Why there is no text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Failure {
    /// `${` that is no reference; Compose calls it an invalid template.
    Invalid,
    /// `${NAME:?why}` and NAME is not set.
    Required(String),
    /// Nested deeper than anything sensible.
    TooDeep,
    /// Grown by more than [`budget::MADE`].
    TooLong,
}

/// Nesting of defaults in defaults.
const DEEPEST: usize = 40;

/// The value of a name, if it is set.
type Lookup<'l, 'v> = &'l dyn Fn(&str) -> Option<&'v str>;

/// Expands a text.
pub fn expand<'v>(text: &Decoded, lookup: Lookup<'_, 'v>) -> Result<Expanded, Failure> {
    let mut expansion = Expansion { from: text, lookup, result: Expanded::default() };
    expansion.part(0..text.as_str().len(), 0)?;
    Ok(expansion.result)
}

struct Expansion<'a, 'v> {
    from: &'a Decoded,
    lookup: Lookup<'a, 'v>,
    result: Expanded,
}

impl Expansion<'_, '_> {
    /// Expands a part of the text: the whole, or a default inside it.
    fn part(&mut self, range: Range<usize>, depth: usize) -> Result<(), Failure> {
        if depth > DEEPEST {
            return Err(Failure::TooDeep);
        }
        let text = self.from.as_str().cut(..range.end);
        let bytes = text.as_bytes();
        let mut at = range.start;
        // The pattern's `.*` ends at the last brace of a line; found once per line.
        let mut line = Line::default();
        while let Some(dollar) = memchr::memchr(b'$', &bytes[at..]).map(|i| at + i) {
            self.result.text.push(self.from, at..dollar);
            let next = bytes.get(dollar + 1).copied().unwrap_or(0);
            at = match next {
                b'$' => {
                    self.put("$", dollar..dollar + 2);
                    dollar + 2
                }
                b'{' => {
                    let braced = braced(text, dollar, &mut line).ok_or(Failure::Invalid)?;
                    self.substitute(&braced, dollar..braced.end, depth)?;
                    braced.end
                }
                _ => match name_length(text.cut(dollar + 1..)) {
                    0 => {
                        self.result.text.push(self.from, dollar..dollar + 1);
                        dollar + 1
                    }
                    length => {
                        let end = dollar + 1 + length;
                        self.variable(text.cut(dollar + 1..end), dollar..end);
                        end
                    }
                },
            };
            if self.result.text.as_str().len() > self.from.as_str().len() + budget::MADE {
                return Err(Failure::TooLong);
            }
        }
        self.result.text.push(self.from, at..text.len());
        Ok(())
    }

    fn put(&mut self, value: &str, place: Range<usize>) {
        self.result.text.push_replaced(value, self.from.origin(place));
    }

    fn variable(&mut self, name: &str, place: Range<usize>) {
        match (self.lookup)(name) {
            Some(value) => {
                self.result.used = true;
                self.put(value, place);
            }
            None => self.result.unset.push(name.to_owned()),
        }
    }

    fn substitute(&mut self, braced: &Braced, place: Range<usize>, depth: usize) -> Result<(), Failure> {
        let value = (self.lookup)(braced.name);
        let filled = value.is_some_and(|value| !value.is_empty());
        let there = if braced.operator.starts_with(':') { filled } else { value.is_some() };
        match braced.operator.as_bytes().last() {
            None => self.variable(braced.name, place),
            Some(b'-') if !there => self.part(braced.rest.clone(), depth + 1)?,
            Some(b'?') if !there => return Err(Failure::Required(braced.name.to_owned())),
            Some(b'+') if there => self.part(braced.rest.clone(), depth + 1)?,
            Some(_) => {
                self.result.used |= filled;
                self.put(value.unwrap_or_default(), place);
            }
        }
        Ok(())
    }
}

/// The length of the name a text starts with. The pattern does not regard case, as Unicode has it: the long s and the
/// kelvin sign are letters of ASCII, too.
fn name_length(text: &str) -> usize {
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        return 0;
    }
    let named = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '\u{17f}' | '\u{212a}');
    text.find(|c| !named(c)).unwrap_or(text.len())
}

/// `${name operator rest}`.
struct Braced<'a> {
    name: &'a str,
    /// `""`, `:-`, `-`, `:?`, `?`, `:+` or `+`.
    operator: &'a str,
    rest: Range<usize>,
    /// Behind the closing brace.
    end: usize,
}

/// The end and the last brace of the line at a place.
#[derive(Default)]
struct Line {
    end: usize,
    last_brace: Option<usize>,
}

impl Line {
    fn seek(&mut self, text: &str, at: usize) {
        if at >= self.end {
            self.end = memchr::memchr(b'\n', &text.as_bytes()[at..]).map_or(text.len(), |i| at + i).max(at + 1);
            let line = &text.as_bytes()[at..self.end.min(text.len())];
            self.last_brace = memchr::memrchr(b'}', line).map(|i| at + i);
        }
    }
}

/// Takes `${...}` apart. Compose first matches up to the line's last brace, then cuts at the brace that closes the first
/// one; when none does, everything up to the last brace belongs to it.
fn braced<'a>(text: &'a str, dollar: usize, line: &mut Line) -> Option<Braced<'a>> {
    let bytes = text.as_bytes();
    let start = dollar + 2;
    let name_end = start + name_length(text.cut(start..));
    if name_end == start {
        return None;
    }
    let name = text.cut(start..name_end);
    if bytes.get(name_end) == Some(&b'}') {
        return Some(Braced { name, operator: "", rest: 0..0, end: name_end + 1 });
    }
    let width = match (bytes.get(name_end), bytes.get(name_end + 1)) {
        (Some(b':'), Some(b'-' | b'?' | b'+')) => 2,
        (Some(b'-' | b'?' | b'+'), _) => 1,
        _ => return None,
    };
    line.seek(text, name_end);
    let last = line.last_brace.filter(|&last| last >= name_end + width)?;
    let close = closing(&bytes[dollar..=last]).map_or(last, |i| dollar + i);
    let operator = text.cut(name_end..name_end + width);
    // `${A:{-}`: the brace that closes can stand before the operator's end only in such nonsense.
    let rest = name_end + width..close;
    text.get(rest.clone())?;
    Some(Braced { name, operator, rest, end: close + 1 })
}

/// The brace that closes the first one. The byte after an opening brace is not looked at (compose-go skips it).
fn closing(bytes: &[u8]) -> Option<usize> {
    let mut open = 0i32;
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'}' => {
                open -= 1;
                if open == 0 {
                    return Some(at);
                }
            }
            b'{' => {
                open += 1;
                at += 1;
            }
            _ => {}
        }
        at += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<String, Failure> {
        let lookup = |name: &str| match name {
            "A" => Some("1"),
            "E" => Some(""),
            _ => None,
        };
        expand(&Decoded::written(text, 0), &lookup).map(|expanded| expanded.text.as_str().to_owned())
    }

    #[test]
    fn references() {
        for (text, expected) in [
            ("$A ${A} $$A $1 $", "1 1 $A $1 $"),
            ("${U:-d}${E:-d}${E-d}${A:-d}", "dd1"),
            ("${A:+x}${E:+x}${E+x}${U+x}", "xx"),
            ("${U:-${V:-d}}-${A}", "d-1"),
            ("${U:-{}}", "{}"),
            ("${A:?why}", "1"),
            ("${U:-a}b}", "ab}"),
        ] {
            assert_eq!(of(text).as_deref(), Ok(expected), "{text}");
        }
        assert_eq!(of("${U:?why}"), Err(Failure::Required("U".into())));
        for text in ["${", "${}", "${A", "${A:-x", "${1}", "${A!}", "${{ x }}"] {
            assert_eq!(of(text), Err(Failure::Invalid), "{text}");
        }
    }
}
