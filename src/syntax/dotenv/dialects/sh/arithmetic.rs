//! `$((...))` without assignments.

use crate::source::Cut;

/// Why there is no number.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(super) enum Failure {
    /// The shell says so, too.
    Wrong,
    /// It is not known here.
    Unknown,
}

/// Evaluates an expression; `lookup` gives the text of a name.
pub(super) fn evaluate(text: &str, lookup: &mut dyn FnMut(&str) -> Result<String, Failure>) -> Result<i64, Failure> {
    let mut reader = Reader { rest: text, lookup, depth: 0 };
    reader.blanks();
    if reader.rest.is_empty() {
        return Ok(0);
    }
    let value = reader.binary(0)?;
    if reader.rest.is_empty() {
        return Ok(value);
    }
    // Assignments, `?:`, commas: the shells know these.
    Err(if reader.rest.starts_with(['=', '?', ',', '+', '-', '*', '[']) { Failure::Unknown } else { Failure::Wrong })
}

struct Reader<'a, 'l> {
    rest: &'a str,
    lookup: &'l mut dyn FnMut(&str) -> Result<String, Failure>,
    depth: usize,
}

/// Operators by how tightly they bind.
const LEVELS: [&[&str]; 10] = [
    &["||"],
    &["&&"],
    &["|"],
    &["^"],
    &["&"],
    &["==", "!="],
    &["<=", ">=", "<", ">"],
    &["<<", ">>"],
    &["+", "-"],
    &["*", "/", "%"],
];

impl<'a> Reader<'a, '_> {
    fn blanks(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n']);
    }

    fn operator(&self, level: usize) -> Option<&'static str> {
        let found = LEVELS[level].iter().copied().find(|operator| self.rest.starts_with(operator))?;
        let next = self.rest.as_bytes().get(found.len()).copied().unwrap_or(0);
        let longer = match found {
            "|" => matches!(next, b'|' | b'='),
            "&" => matches!(next, b'&' | b'='),
            "<" | ">" => next == found.as_bytes()[0],
            "+" | "-" | "*" | "/" | "%" | "^" | "<<" | ">>" => next == b'=' || found == "*" && next == b'*',
            _ => false,
        };
        (!longer).then_some(found)
    }

    fn binary(&mut self, level: usize) -> Result<i64, Failure> {
        if level == LEVELS.len() {
            return self.unary();
        }
        let mut left = self.binary(level + 1)?;
        while let Some(operator) = self.operator(level) {
            self.rest = self.rest.cut(operator.len()..);
            let right = self.binary(level + 1)?;
            left = match operator {
                "||" => i64::from(left != 0 || right != 0),
                "&&" => i64::from(left != 0 && right != 0),
                "|" => left | right,
                "^" => left ^ right,
                "&" => left & right,
                "==" => i64::from(left == right),
                "!=" => i64::from(left != right),
                "<=" => i64::from(left <= right),
                ">=" => i64::from(left >= right),
                "<" => i64::from(left < right),
                ">" => i64::from(left > right),
                "<<" => left.wrapping_shl(right as u32),
                ">>" => left.wrapping_shr(right as u32),
                "+" => left.wrapping_add(right),
                "-" => left.wrapping_sub(right),
                "*" => left.wrapping_mul(right),
                _ if right == 0 => return Err(Failure::Wrong),
                "/" => left.wrapping_div(right),
                _ => left.wrapping_rem(right),
            };
        }
        Ok(left)
    }

    fn unary(&mut self) -> Result<i64, Failure> {
        self.depth += 1;
        if self.depth > 64 {
            return Err(Failure::Unknown);
        }
        self.blanks();
        if self.rest.starts_with("++") || self.rest.starts_with("--") {
            return Err(Failure::Unknown);
        }
        let value = match self.rest.bytes().next() {
            Some(sign @ (b'+' | b'-' | b'!' | b'~')) => {
                self.rest = self.rest.cut(1..);
                let value = self.unary()?;
                match sign {
                    b'-' => value.wrapping_neg(),
                    b'!' => i64::from(value == 0),
                    b'~' => !value,
                    _ => value,
                }
            }
            Some(b'(') => {
                self.rest = self.rest.cut(1..);
                let value = self.binary(0)?;
                self.rest = self.rest.strip_prefix(')').ok_or(Failure::Wrong)?;
                value
            }
            Some(c) if c.is_ascii_digit() => {
                let word = self.word();
                number(word)?
            }
            Some(c) if c.is_ascii_alphabetic() || c == b'_' => {
                let word = self.word();
                let text = (self.lookup)(word)?;
                match text.trim() {
                    "" => 0,
                    text => match text.strip_prefix('-') {
                        Some(text) => number(text)?.wrapping_neg(),
                        None => number(text)?,
                    },
                }
            }
            _ => return Err(Failure::Wrong),
        };
        self.depth -= 1;
        self.blanks();
        if self.rest.starts_with("**") {
            return Err(Failure::Unknown);
        }
        Ok(value)
    }

    fn word(&mut self) -> &'a str {
        let end =
            self.rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '#')).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        word
    }
}

fn number(text: &str) -> Result<i64, Failure> {
    let (digits, radix) = match text {
        _ if text.starts_with("0x") || text.starts_with("0X") => (text.cut(2..), 16),
        _ if text.len() > 1 && text.starts_with('0') => (text.cut(1..), 8),
        _ => (text, 10),
    };
    i64::from_str_radix(digits, radix)
        .map_err(|_| if text.bytes().all(|b| b.is_ascii_digit()) { Failure::Wrong } else { Failure::Unknown })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_have_values() {
        let mut lookup = |name: &str| Ok(if name == "A" { "4".to_owned() } else { String::new() });
        for (text, value) in [("1+2*3", 7), (" (1 + 2) * A ", 12), ("-A % 3", -1), ("1 << 3 | 1", 9), ("U", 0), ("", 0)]
        {
            assert_eq!(evaluate(text, &mut lookup), Ok(value), "{text}");
        }
        assert_eq!(evaluate("1/0", &mut lookup), Err(Failure::Wrong));
        assert_eq!(evaluate("1+", &mut lookup), Err(Failure::Wrong));
        assert_eq!(evaluate("A=1", &mut lookup), Err(Failure::Unknown));
    }
}
