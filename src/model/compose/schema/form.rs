//! The forms of scalars: what their text must be. They are those of the types Compose decodes into (compose-go, `types/`).

use super::super::fault::Kind;
use super::super::value::boolean;
use super::nearest;
use crate::source::Cut;

/// The form of a scalar. Numbers that are written as numbers are judged by the type column of the table.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Form {
    /// Any text.
    Any,
    /// `true`, `false`, and the words YAML 1.1 had for them.
    Boolean,
    /// A whole number.
    Whole,
    /// A whole number that is not negative.
    Unsigned,
    /// A number.
    Number,
    /// `512m`.
    Size,
    /// `1m30s`.
    Duration,
    /// `all` or a number of devices.
    Count,
    /// `0440`.
    Mode,
    /// A command line that a shell could split.
    Command,
    /// `source:target:permissions`.
    Device,
    /// `name=value`.
    Pair,
    /// `default`, or `id=path`.
    SshKey,
    /// `NAME=value`, or `NAME` alone.
    Variable,
    /// `name=address`.
    Host,
    /// Anything but nothing.
    Filled,
    /// The name of a container.
    ContainerName,
    /// When an image is pulled.
    PullPolicy,
}

impl Form {
    /// Whether a text has the form.
    pub fn takes(self, text: &str) -> bool {
        match self {
            Form::Any => true,
            Form::Boolean => boolean(text).is_some(),
            Form::Whole => text.parse::<i64>().is_ok(),
            Form::Unsigned => text.parse::<i64>().is_ok_and(|number| number >= 0),
            Form::Number => text.parse::<f64>().is_ok(),
            Form::Size => bytes(text).is_some(),
            Form::Duration => duration(text),
            Form::Count => text.eq_ignore_ascii_case("all") || text.parse::<i64>().is_ok(),
            Form::Mode => i64::from_str_radix(text, 8).is_ok(),
            Form::Command => closed(text),
            Form::Device => text.split(':').count() <= 3,
            Form::Pair => text.contains('='),
            Form::SshKey => text == "default" || text.contains('='),
            Form::Variable => !text.split('=').next().is_some_and(|name| name.ends_with(char::is_whitespace)),
            Form::Host => {
                let split = text.split_once('=').or_else(|| text.split_once(':'));
                split.is_some_and(|(name, _)| !name.is_empty() && !name.contains(':'))
            }
            Form::Filled => !text.is_empty(),
            // Neither pattern is anchored: a part that fits is enough.
            Form::ContainerName => text.as_bytes().windows(2).any(|pair| {
                pair[0].is_ascii_alphanumeric()
                    && (pair[1].is_ascii_alphanumeric() || matches!(pair[1], b'_' | b'.' | b'-'))
            }),
            Form::PullPolicy => PULL_POLICIES.iter().any(|word| text.contains(word)) || every(text),
        }
    }

    /// The form in words, with an example.
    pub fn wanted(self) -> Option<&'static str> {
        Some(match self {
            Form::Any => return None,
            Form::Boolean => "`true` or `false`",
            Form::Whole => "a whole number",
            Form::Unsigned => "a whole number from 0",
            Form::Number => "a number such as `0.5`",
            Form::Size => "a size such as `512m` or `1g`",
            Form::Duration => "a duration such as `30s` or `1m30s`",
            Form::Count => "a whole number or `all`",
            Form::Mode => "an octal mode such as `\"0440\"`",
            Form::Command => "a command whose quotes and brackets are closed",
            Form::Device => "`source:target:permissions`",
            Form::Pair => "`name=value`",
            Form::SshKey => "`default` or `id=path`",
            Form::Variable => "`NAME=value` without a space before the `=`",
            Form::Host => "`name=address`",
            Form::Filled => "a path",
            Form::ContainerName => "two characters or more, of letters, digits, `_`, `.` and `-`",
            Form::PullPolicy => "`always`, `missing`, `never`, `build`, `daily`, `weekly` or `every_12h`",
        })
    }

    /// What kind of mistake it is not to have the form.
    pub fn kind(self) -> Kind {
        match self {
            Form::Any => Kind::Type,
            Form::Boolean => Kind::Boolean,
            Form::Whole | Form::Unsigned | Form::Number | Form::Count | Form::Mode => Kind::Number,
            Form::Size => Kind::Size,
            Form::Duration => Kind::Duration,
            Form::PullPolicy => Kind::Word,
            _ => Kind::Entry,
        }
    }

    /// What was probably meant.
    pub fn meant(self, text: &str) -> Option<String> {
        let guess = match self {
            Form::Boolean => nearest(text, ["true", "false"].into_iter())?.to_owned(),
            // Kubernetes writes `512Mi`.
            Form::Size => text.strip_suffix(['i', 'I'])?.to_ascii_lowercase(),
            Form::Duration => format!("{text}s"),
            Form::PullPolicy => nearest(text, PULL_POLICIES.into_iter())?.to_owned(),
            _ => return None,
        };
        self.takes(&guess).then_some(guess)
    }
}

const PULL_POLICIES: [&str; 8] =
    ["always", "never", "build", "if_not_present", "missing", "refresh", "daily", "weekly"];

/// `every_` with a number and a unit somewhere in it.
fn every(text: &str) -> bool {
    text.match_indices("every_").any(|(at, word)| {
        let rest = text.cut(at + word.len()..);
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        digits > 0 && matches!(rest.as_bytes().get(digits), Some(b'w' | b'd' | b'h' | b'm' | b's'))
    })
}

/// A size of go-units: a number, perhaps a space, then `b`, or `k`, `m`, `g`, `t`, `p` with or without `b` or `ib`.
pub fn bytes(text: &str) -> Option<f64> {
    let last = text.rfind(|c: char| c.is_ascii_digit() || matches!(c, '.' | ' '))?;
    let number = if text.as_bytes()[last] == b' ' { text.cut(..last) } else { text.cut(..=last) };
    let number: f64 = number.parse().ok().filter(|number| *number >= 0.0)?;
    let unit = text.cut(last + 1..).to_ascii_lowercase();
    let power = match unit.bytes().next() {
        None => return Some(number),
        Some(b'b') => return (unit == "b").then_some(number),
        Some(b'k') => 1,
        Some(b'm') => 2,
        Some(b'g') => 3,
        Some(b't') => 4,
        Some(b'p') => 5,
        Some(_) => return None,
    };
    matches!(unit.cut(1..), "" | "b" | "ib").then_some(number * 1024_f64.powi(power))
}

/// A duration of Go, in which whole days and weeks are possible as well.
fn duration(text: &str) -> bool {
    let mut rest = text.strip_prefix(['+', '-']).unwrap_or(text);
    if rest == "0" {
        return true;
    }
    if rest.is_empty() {
        return false;
    }
    let number = |c: char| c.is_ascii_digit() || c == '.';
    while !rest.is_empty() {
        let digits = rest.len() - rest.trim_start_matches(number).len();
        let unit = rest.cut(digits..).split(number).next().unwrap_or("");
        let fits = rest.cut(..digits).bytes().filter(|b| *b == b'.').count() <= 1
            && rest.bytes().take(digits).any(|b| b.is_ascii_digit())
            && matches!(unit, "ns" | "us" | "µs" | "μs" | "ms" | "s" | "m" | "h" | "d" | "w");
        if !fits {
            return false;
        }
        rest = rest.cut(digits + unit.len()..);
    }
    true
}

/// Whether the quotes and brackets of a command line are closed (go-shellwords, which reads up to the first operator).
fn closed(text: &str) -> bool {
    let (mut escaped, mut single, mut double, mut back, mut dollar) = (false, false, false, false, false);
    let mut before = ' ';
    for c in text.chars() {
        let last = std::mem::replace(&mut before, c);
        if std::mem::take(&mut escaped) {
            before = ' ';
            continue;
        }
        match c {
            '\\' if !single => escaped = true,
            '`' if !single && !double && !dollar => back = !back,
            ')' if !single && !double && !back => dollar = !dollar,
            '(' if !single && !double && !back => {
                if dollar || last != '$' {
                    return false;
                }
                dollar = true;
            }
            '"' if !single && !dollar => double = !double,
            '\'' if !double && !dollar => single = !single,
            ';' | '&' | '|' | '<' | '>' if !(single || double || back || dollar) => return true,
            _ => {}
        }
    }
    !(escaped || single || double || back || dollar)
}

#[cfg(test)]
mod tests {
    use super::Form;

    #[test]
    fn forms_take_what_compose_takes() {
        let cases: [(Form, &[&str], &[&str]); 15] = [
            (
                Form::Size,
                &["1", "512m", "1g", "1.5GiB", "10kb", "2b", ".5g", "1 g"],
                &["512Mi", "1Gi", "-1", "x", "1x", ""],
            ),
            (
                Form::Duration,
                &["0", "30s", "1m30s", "1.5h", "2d", "1w", "-5s", "+5s", "5us", ".5s"],
                &["30", "s", "1m 30s", "1x", "--5s", "1..5s", "5sm", "", "."],
            ),
            (Form::Whole, &["1", "-1", "007"], &["1.5", "x", "", "1 ", "1e3"]),
            (Form::Unsigned, &["0", "5"], &["-1", "x"]),
            (Form::Number, &["0.5", "1", "1e3"], &["half", "", "0,5"]),
            (Form::Boolean, &["true", "False", "yes", "NO", "on", "y"], &["maybe", "1", ""]),
            (Form::Count, &["all", "ALL", "2"], &["some", "1.5"]),
            (Form::Mode, &["0440", "777"], &["0o440", "9", "rw"]),
            (Form::Device, &["/a", "/a:/b", "/a:/b:rwm"], &["/a:/b:r:w"]),
            (Form::SshKey, &["default", "key=/path"], &["key"]),
            (Form::Variable, &["A=1", "A", "A= 1"], &["A =1", "A "]),
            (Form::Host, &["a=1", "a:1", "a=::1"], &["a", "=1", ":1"]),
            (Form::ContainerName, &["web", "w.1"], &["w", ".", ""]),
            (Form::PullPolicy, &["always", "every_12h", "sometimes_always"], &["sometimes", "every_", "every_h"]),
            (
                Form::Command,
                &["a 'b' \"c\"", "a $(b)", "a \\(b", "a; b(", "a 'b;' && 'c", ""],
                &["a 'b", "a \"b", "a (b)", "a \\", "a $(b"],
            ),
        ];
        for (form, right, wrong) in cases {
            for text in right {
                assert!(form.takes(text), "{form:?} {text:?}");
            }
            for text in wrong {
                assert!(!form.takes(text), "{form:?} {text:?}");
            }
        }
    }
}
