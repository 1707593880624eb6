//! Tables of switches: variables, values that are wrong in production, and what to say about them. The data comes from
//! packs; what is judged here is only whether a value is one of those.

use std::borrow::Cow;

use super::{Context, Finding, Fix, Safety, Severity, Sink};
use crate::model::env::{is_false, is_true};
use crate::project::Variables;
use crate::source::{Role, Spanned, fits};

/// A text that is read from a pack, or comes with the program.
type Text = Cow<'static, str>;

/// A variable that may hold a value that is wrong in production.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Switch {
    /// The values; none when a later layer switched it off.
    pub bad: Cow<'static, [Bad]>,
    /// Variables that make it harmless, when one of them is set.
    pub unless: Cow<'static, [Text]>,
    /// What happens because of them, a sentence that goes on after a colon.
    pub why: Text,
    /// The value to put there instead.
    pub set: Option<Text>,
    /// What else to do, in the imperative.
    pub help: Option<Text>,
    /// How much damage it does.
    pub severity: Severity,
}

/// A kind of value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Bad {
    /// Any spelling of yes.
    On,
    /// Any spelling of no.
    Off,
    /// Anything.
    Any,
    /// Nothing.
    Empty,
    /// This word, in any case, alone or as an item of a list.
    Word(Text),
    /// A value with this text in it.
    Holds(Text),
    /// A number smaller than this.
    Below(i64),
    /// A number larger than this.
    Above(i64),
}

impl Bad {
    /// Whether a value is of this kind.
    pub fn fits(&self, value: &str) -> bool {
        let value = value.trim();
        let number = || value.parse::<i64>().ok();
        match self {
            Bad::On => is_true(value),
            Bad::Off => is_false(value),
            Bad::Any => !value.is_empty(),
            Bad::Empty => items(value).next().is_none(),
            Bad::Word(word) => value.eq_ignore_ascii_case(word) || items(value).any(|i| i.eq_ignore_ascii_case(word)),
            Bad::Holds(text) => value.contains(text.as_ref()),
            Bad::Below(least) => number().is_some_and(|number| number < *least),
            Bad::Above(most) => number().is_some_and(|number| number > *most),
        }
    }
}

/// What a list holds, in any of the spellings programs take: `a,b`, `a b`, `["a", "b"]`.
fn items(value: &str) -> impl Iterator<Item = &str> {
    let separator = |c: char| c == ',' || c == ';' || c.is_whitespace();
    value.split(separator).map(|item| item.trim_matches(['"', '\'', '[', ']'])).filter(|item| !item.is_empty())
}

/// Sorted by name: every variable of every file is looked for.
type Table = Vec<(Text, Cow<'static, Switch>)>;

/// Switches by the name of their variable.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Switches {
    exact: Table,
    patterns: Table,
}

impl Switches {
    /// Switches that come with the program, by names as they are compared.
    pub fn ready(table: &'static [(&'static str, Switch)]) -> Self {
        let mut switches = Switches::default();
        for (name, switch) in table {
            switches.put(Cow::Borrowed(name), Cow::Borrowed(switch));
        }
        switches
    }

    /// Adds a switch for a name, or for a pattern with `*`; takes the place of an earlier one.
    pub fn insert(&mut self, name: &str, switch: Switch) {
        self.put(plain(name).into_owned().into(), Cow::Owned(switch));
    }

    fn put(&mut self, name: Text, switch: Cow<'static, Switch>) {
        let table = if name.contains('*') { &mut self.patterns } else { &mut self.exact };
        match table.binary_search_by(|(own, _)| own.cmp(&name)) {
            Ok(at) => table[at].1 = switch,
            Err(at) => table.insert(at, (name, switch)),
        }
    }

    /// Adds what a later layer says.
    pub fn extend(&mut self, later: Switches) {
        for (name, switch) in later.exact.into_iter().chain(later.patterns) {
            self.put(name, switch);
        }
    }

    /// The switch a variable is: its own name, or the longest pattern that fits.
    pub fn of(&self, variable: &str) -> Option<&Switch> {
        let name = plain(variable);
        let fit = |pattern: &str| fits(pattern.as_bytes(), name.as_bytes(), |b| *b == b'*', |a, b| a == b);
        let exact = self.exact.binary_search_by(|(own, _)| own.cmp(&name)).ok().map(|at| &self.exact[at]);
        let widest =
            || self.patterns.iter().filter(|(pattern, _)| fit(pattern)).max_by_key(|(pattern, _)| pattern.len());
        exact.or_else(widest).map(|(_, switch)| switch.as_ref())
    }

    /// All of them with their names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Switch)> {
        self.exact.iter().chain(&self.patterns).map(|(name, switch)| (name.as_ref(), switch.as_ref()))
    }
}

/// A name as it is compared: Spring and Elasticsearch take `xpack.security.enabled` for `XPACK_SECURITY_ENABLED`.
fn plain(name: &str) -> Cow<'_, str> {
    if name.bytes().all(|b| !matches!(b, b'.' | b'-') && !b.is_ascii_lowercase()) {
        return Cow::Borrowed(name);
    }
    name.chars().map(|c| if matches!(c, '.' | '-') { '_' } else { c.to_ascii_uppercase() }).collect()
}

/// Reports every variable that holds a value its switch calls wrong. Only what ships is judged.
pub fn judge(variables: &Variables, ctx: &Context, sink: &mut Sink) {
    let Some(switches) = ctx.switches("switches") else { return sink.not_applicable() };
    if !matches!(variables.role, Role::Production | Role::Staging) {
        return sink.not_applicable();
    }
    for (key, value) in variables.iter() {
        let Some(switch) = switches.of(key.value) else { continue };
        let Some(bad) = switch.bad.iter().find(|bad| bad.fits(value.value)) else { continue };
        if switch.unless.iter().any(|other| variables.may_have(other)) {
            continue;
        }
        // Only its host and its neighbours reach a container that publishes no port to others, and of stores that are told to ask nobody
        // somebody thought so. What a server accepts on the way out is the same everywhere.
        let store =
            || !variables.services.is_empty() && variables.services.iter().all(|service| service.store().is_some());
        let most = match variables.inside {
            true if store() => Severity::Low,
            true => Severity::Medium,
            false => Severity::Critical,
        };
        // Cookies that wait for HTTPS, and those of testers.
        let staged = variables.role == Role::Staging && key.value.contains("COOKIE");
        let most = if staged || ctx.project.tells_to_turn_on(key.value) { most.min(Severity::Low) } else { most };
        report(key, value, bad, switch, ctx, sink).severity(switch.severity.min(most));
    }
}

fn report<'a>(
    key: Spanned<&str>,
    value: Spanned<&str>,
    bad: &Bad,
    switch: &Switch,
    ctx: &Context,
    sink: &'a mut Sink,
) -> &'a mut Finding {
    let name = key.value;
    let state = match bad {
        Bad::On => "is on".to_owned(),
        Bad::Off => "is off".to_owned(),
        Bad::Empty => "is empty".to_owned(),
        Bad::Any => "is set".to_owned(),
        Bad::Holds(text) => format!("holds `{text}`"),
        Bad::Word(_) | Bad::Below(_) | Bad::Above(_) => format!("is `{}`", ctx.quote(value.span)),
    };
    let span = if value.span.start == value.span.end { key.span } else { value.span };
    let finding = sink.report(span, format!("`{name}` {state}: {}", switch.why));
    let set = switch.set.as_deref().map(|set| format!("set `{name}={set}`"));
    let help: Vec<&str> = set.as_deref().into_iter().chain(switch.help.as_deref()).collect();
    finding.help(help.join("; ")).cause((name, value.value), "set here, too");
    if let Some(set) = switch.set.as_deref().filter(|_| span == value.span) {
        finding.fix(Fix::replace(format!("set `{name}` to `{set}`"), Safety::Unsafe, value.span, set));
    }
    finding
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_told_apart() {
        for (bad, value, expected) in [
            (Bad::On, " True ", true),
            (Bad::On, "", false),
            (Bad::Off, "no", true),
            (Bad::Off, "none", false),
            (Bad::Empty, "[]", true),
            (Bad::Empty, "\"\"", true),
            (Bad::Empty, "0", false),
            (Bad::Word("*".into()), "a.de, *", true),
            (Bad::Word("*".into()), "[\"*\"]", true),
            (Bad::Word("*".into()), "*.shop.de", false),
            (Bad::Word("debug".into()), "warn,shop=DEBUG debug", true),
            (Bad::Word("debug".into()), "debugger", false),
            (Bad::Holds("--inspect=0.0.0.0".into()), "--max-old-space-size=1 --inspect=0.0.0.0:9229", true),
            (Bad::Below(31_536_000), "3600", true),
            (Bad::Below(31_536_000), "one year", false),
            (Bad::Above(1440), "11520", true),
            (Bad::Above(1440), "1440", false),
        ] {
            assert_eq!(bad.fits(value), expected, "{bad:?} {value}");
        }
    }

    #[test]
    fn the_nearest_name_counts() {
        let switch = |why: &str| Switch {
            bad: Cow::Borrowed(&[Bad::On]),
            unless: Cow::Borrowed(&[]),
            why: why.to_owned().into(),
            set: None,
            help: None,
            severity: Severity::High,
        };
        let mut switches = Switches::default();
        for name in ["*_VERIFY", "*_SSL_VERIFY", "GIT_SSL_VERIFY", "xpack.security.enabled"] {
            switches.insert(name, switch(name));
        }
        let of = |name: &str| switches.of(name).map(|switch| switch.why.as_ref());
        assert_eq!(of("GIT_SSL_VERIFY"), Some("GIT_SSL_VERIFY"));
        assert_eq!(of("es_ssl_verify"), Some("*_SSL_VERIFY"));
        assert_eq!(of("TLS_VERIFY"), Some("*_VERIFY"));
        assert_eq!(of("XPACK_SECURITY_ENABLED"), Some("xpack.security.enabled"));
        assert_eq!(of("VERIFY"), None);
    }
}
