//! Variables in values, as Compose fills them in (compose-go, `template/template.go`): `$$`, `$NAME`, `${NAME}` and
//! the operators `:-` `-` `:?` `?` `:+` `+`, whose arguments may hold variables again. Anything else after `$` is text.

use std::ops::Range;

use crate::model::BLANK;
use crate::source::{Budget, Cut, Span, Spanned};

/// Arguments within arguments are read to this depth.
const DEEPEST: usize = 16;

/// What a reference says about the case that the variable is not set.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Operator {
    /// `$NAME`, `${NAME}`: nothing takes its place.
    Plain,
    /// `:-`: also when it is empty.
    DefaultIfEmpty,
    /// `-`.
    Default,
    /// `:?`: also when it is empty.
    RequiredNotEmpty,
    /// `?`.
    Required,
    /// `:+`: the argument when it is set and not empty.
    AlternativeIfNotEmpty,
    /// `+`.
    Alternative,
}

/// One reference, by byte ranges of the text it stands in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reference {
    /// The variable.
    pub name: String,
    /// From `$` to the closing brace.
    pub range: Range<usize>,
    /// The operator.
    pub operator: Operator,
    /// The argument of the operator.
    pub argument: Option<Range<usize>>,
    /// The value it got, with its place.
    pub value: Option<Spanned<String>>,
    /// Whether Compose looks at it: not so inside the default of a variable that is set.
    pub evaluated: bool,
    /// Whether what starts Compose gives it, so that its default takes no effect.
    pub overruled: bool,
    /// What it became, as bytes of the result; nothing where Compose does not look at it.
    pub made: Range<usize>,
}

/// A text with its variables filled in.
#[derive(Clone, Default, Debug)]
pub struct Expanded {
    /// The result, with a NUL byte in place of every variable that is not set and has no default.
    pub text: String,
    /// The references, in order, outer before inner.
    pub references: Vec<Reference>,
    /// The first variable that is not set and has no default: the result depends on the shell.
    pub missing: Option<String>,
    /// The first place that is not a valid reference. Compose refuses the file.
    pub invalid: Option<Range<usize>>,
}

/// Stands for a variable that is not set. Compose would put nothing there, if the shell does not set it.
pub const MARK: char = BLANK;

/// Where values come from.
pub type Lookup<'a> = &'a dyn Fn(&str) -> Option<Spanned<String>>;

/// What the commands that start Compose give a variable; the inner value is `None` where it is not known. What it is beside the
/// default that stands in the file is not put in: no place of the file has it.
pub type Given<'a> = &'a dyn Fn(&str) -> Option<Option<String>>;

/// Fills in the variables of a text that is written at a place, as far as the budget goes. Variables come from `lookup`; the
/// default of one that it does not have gives way to what is `given`.
pub fn expand(text: &str, lookup: Lookup, given: Given, budget: &Budget, at: Span) -> Expanded {
    let mut walk = Walk { lookup, given, budget, at, all: Expanded::default() };
    let mut result = String::with_capacity(text.len());
    walk.fill(Level { text, base: 0, evaluated: true, depth: 0 }, &mut result);
    Expanded { text: result, ..walk.all }
}

/// A text, or the argument of a reference in it.
#[derive(Copy, Clone)]
struct Level<'a> {
    text: &'a str,
    /// Where it starts in the outermost text.
    base: usize,
    /// Whether its value is used.
    evaluated: bool,
    depth: usize,
}

struct Walk<'a> {
    lookup: Lookup<'a>,
    given: Given<'a>,
    budget: &'a Budget,
    at: Span,
    all: Expanded,
}

impl Walk<'_> {
    fn fill(&mut self, level: Level, out: &mut String) {
        let Level { text, base, .. } = level;
        let bytes = text.as_bytes();
        let mut at = 0;
        while let Some(dollar) = memchr::memchr(b'$', &bytes[at..]).map(|found| at + found) {
            out.push_str(text.cut(at..dollar));
            let next = bytes.get(dollar + 1).copied().unwrap_or(0);
            if next == b'$' {
                out.push('$');
                at = dollar + 2;
            } else if next == b'{' {
                match braced(text, dollar) {
                    Some(found) => {
                        at = found.end;
                        self.evaluate(level, dollar, &found, out);
                    }
                    None => {
                        self.all.invalid.get_or_insert(base + dollar..base + text.len().min(dollar + 2));
                        return;
                    }
                }
            } else if next == b'_' || next.is_ascii_alphabetic() {
                let end = dollar + 1 + name_length(&bytes[dollar + 1..]);
                let found = Braced { name: dollar + 1..end, operator: Operator::Plain, argument: None, end };
                at = end;
                self.evaluate(level, dollar, &found, out);
            } else {
                out.push('$');
                at = dollar + 1;
            }
        }
        out.push_str(text.cut(at..));
    }

    fn evaluate(&mut self, level: Level, dollar: usize, found: &Braced, out: &mut String) {
        let Level { text, base, evaluated, depth } = level;
        use Operator as O;
        let name = text.cut(found.name.clone());
        let value = (self.lookup)(name);
        // Each reference keeps the value it has, beside the text.
        let made = 2 * value.as_ref().map_or(0, |value| value.value.len());
        if !self.budget.nodes(2, self.at) || !self.budget.bytes(made, self.at) {
            return;
        }
        let takes_default = matches!(found.operator, O::Default | O::DefaultIfEmpty) && value.is_none();
        let default = found.argument.clone().map_or("", |range| text.cut(range));
        let is_default = |given: Option<String>| {
            given.is_some_and(|given| given == default || given.is_empty() && found.operator == O::DefaultIfEmpty)
        };
        let overruled = takes_default && (self.given)(name).is_some_and(|given| !is_default(given));
        let set = value.is_some();
        let filled = value.as_ref().is_some_and(|value| !value.value.is_empty());
        let (at, start) = (self.all.references.len(), out.len());
        self.all.references.push(Reference {
            name: name.to_owned(),
            range: base + dollar..base + found.end,
            operator: found.operator,
            argument: found.argument.clone().map(|range| base + range.start..base + range.end),
            value: value.clone(),
            evaluated,
            overruled,
            made: 0..0,
        });
        let wanted = match found.operator {
            O::Plain => false,
            O::DefaultIfEmpty => !filled && !overruled,
            O::Default => !set && !overruled,
            O::RequiredNotEmpty | O::Required => false,
            O::AlternativeIfNotEmpty => filled,
            O::Alternative => set,
        };
        let missing = match found.operator {
            O::Plain | O::Required => !set,
            O::RequiredNotEmpty => !filled,
            _ => overruled,
        };
        if missing && evaluated {
            self.all.missing.get_or_insert_with(|| name.to_owned());
            out.push(MARK);
        }
        let mut aside = String::new();
        if let Some(range) = found.argument.clone().filter(|_| depth < DEEPEST) {
            let level = Level {
                text: text.cut(range.clone()),
                base: base + range.start,
                evaluated: evaluated && wanted,
                depth: depth + 1,
            };
            self.fill(level, if wanted { &mut *out } else { &mut aside });
        }
        let alternative = matches!(found.operator, O::Alternative | O::AlternativeIfNotEmpty);
        if !wanted
            && !alternative
            && let Some(value) = value
        {
            out.push_str(&value.value);
        }
        if evaluated {
            self.all.references[at].made = start..out.len();
        }
    }
}

struct Braced {
    name: Range<usize>,
    operator: Operator,
    argument: Option<Range<usize>>,
    end: usize,
}

fn name_length(bytes: &[u8]) -> usize {
    if bytes.first().is_none_or(u8::is_ascii_digit) {
        return 0;
    }
    bytes.iter().take_while(|b| **b == b'_' || b.is_ascii_alphanumeric()).count()
}

/// Reads `${...}` at `dollar`.
fn braced(text: &str, dollar: usize) -> Option<Braced> {
    use Operator as O;
    let bytes = text.as_bytes();
    let name = dollar + 2..dollar + 2 + name_length(&bytes[dollar + 2..]);
    if name.is_empty() {
        return None;
    }
    let rest = &bytes[name.end..];
    let (operator, length) = match rest {
        [b'}', ..] => {
            let end = name.end + 1;
            return Some(Braced { name, operator: O::Plain, argument: None, end });
        }
        [b':', b'-', ..] => (O::DefaultIfEmpty, 2),
        [b'-', ..] => (O::Default, 1),
        [b':', b'?', ..] => (O::RequiredNotEmpty, 2),
        [b'?', ..] => (O::Required, 1),
        [b':', b'+', ..] => (O::AlternativeIfNotEmpty, 2),
        [b'+', ..] => (O::Alternative, 1),
        _ => return None,
    };
    let start = name.end + length;
    // Braces are counted from the opening one; the character after an opening brace is skipped, as Compose does. If
    // they do not balance, the last one on the line counts.
    let (mut open, mut at, mut last, mut close) = (0_usize, dollar + 1, None, None);
    while let Some(byte) = bytes.get(at).filter(|byte| **byte != b'\n') {
        match byte {
            b'}' => {
                open = open.saturating_sub(1);
                last = Some(at);
                if open == 0 {
                    close = last;
                    break;
                }
            }
            b'{' => {
                open += 1;
                if bytes.get(at + 1).is_some_and(|next| *next != b'\n') {
                    at += 1;
                    last = if bytes[at] == b'}' { Some(at) } else { last };
                }
            }
            _ => {}
        }
        at += 1;
    }
    let close = close.or(last)?;
    (close >= start).then_some(Braced { name, operator, argument: Some(start..close), end: close + 1 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    fn with(text: &str) -> Expanded {
        let nowhere = Span::new(FileId(0), 0, 0);
        let lookup = |name: &str| {
            let value = match name {
                "FOO" => "first",
                "BAR" => "",
                _ => return None,
            };
            Some(Spanned::new(value.to_owned(), nowhere))
        };
        expand(text, &lookup, &|_| None, &Budget::of(text.len()), nowhere)
    }

    #[test]
    fn values_are_those_of_compose() {
        for (text, expected) in [
            ("ok", "ok"),
            ("$$", "$"),
            ("$FOO-$BAR.", "first-."),
            ("${FOO}", "first"),
            ("${BAR:-d}|${BAR-d}|${X:-d}|${X-d}", "d||d|d"),
            ("${FOO:+r}|${BAR:+r}|${BAR+r}|${X+r}", "r||r|"),
            ("${X:-${Y:-${FOO}}}", "first"),
            ("${X:-{\"a\": 1}}", "{\"a\": 1}"),
            ("${X-B-C}", "B-C"),
            ("${X:-/non:-alphanumeric}", "/non:-alphanumeric"),
            ("${X:-ghcr.example/a/b:1.2}:$1 $(x) $ ", "ghcr.example/a/b:1.2:$1 $(x) $ "),
            ("$$FOO $$$FOO", "$FOO $first"),
            ("${X:-a}}", "a}"),
            ("${FOO:?no}${FOO?no}", "firstfirst"),
        ] {
            let expanded = with(text);
            assert_eq!(expanded.text, expected, "{text}");
            assert_eq!(expanded.invalid, None, "{text}");
        }
    }

    #[test]
    fn what_compose_refuses_is_invalid() {
        for text in ["${}", "${FOO", "${ }", "${ foo}", "${foo }", "${foo!}", "${a.b:-1}", "${A%/}", "${A/b/c}", "${1}"]
        {
            assert!(with(text).invalid.is_some(), "{text}");
        }
    }

    #[test]
    fn a_broken_default_counts_also_where_it_is_not_used() {
        for text in ["${SOCK:-${DIR%/}/x}", "${FOO:-${DIR%/}/x}", "${FOO:+${}}", "${X:?${Y:-${1}}}"] {
            assert!(with(text).invalid.is_some(), "{text}");
        }
    }

    #[test]
    fn references_are_recorded_with_what_they_got() {
        let expanded = with("a ${X:-${FOO}} $Y ${FOO:-$Z}");
        let names: Vec<_> = expanded.references.iter().map(|r| (r.name.as_str(), r.evaluated)).collect();
        assert_eq!(names, [("X", true), ("FOO", true), ("Y", true), ("FOO", true), ("Z", false)]);
        assert_eq!(expanded.references[1].range, 7..13);
        let made: Vec<_> = expanded.references.iter().map(|r| expanded.text.cut(r.made.clone())).collect();
        assert_eq!(made, ["first", "first", "\0", "first", ""]);
        assert_eq!(expanded.missing.as_deref(), Some("Y"));
        assert_eq!(with("${X?why}").missing.as_deref(), Some("X"));
        assert_eq!(with("${X:+a}${X-b}").missing, None);
    }

    #[test]
    fn nesting_costs_no_stack() {
        let deep = "${A:-".repeat(100_000);
        let _ = with(&deep);
        let closed = deep + &"}".repeat(100_000);
        let _ = with(&closed);
        let _ = with(&"${A:-x}".repeat(100_000));
    }
}
