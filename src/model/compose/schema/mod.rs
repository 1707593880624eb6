//! Which keys and values Compose accepts. Compose validates after interpolation and `extends`; so does this.
//!
//! The table says it column by column; `generate.py` writes it from the sources of Compose 2.40.3. Keys that are newer
//! than that are known, too: whoever uses them needs a newer Compose.

mod form;
mod table;

pub use form::{Form, bytes};

use std::collections::HashMap;

use super::fault::{Fault, Is, Kind, Says};
use super::value::{Data, Value};
use crate::source::{Span, Spanned};
use crate::syntax::near::letters_apart;

/// What a value may be: some kinds of scalars, a list, a map.
pub struct Shape {
    /// Kinds of scalars, as bits.
    scalars: u8,
    /// The words that are possible; empty for any.
    words: &'static [&'static str],
    /// The form of the text.
    form: Form,
    /// Whether text is made a number or a boolean before it is looked at.
    cast: bool,
    /// The least and the greatest number.
    range: (i64, i64),
    list: Option<&'static Shape>,
    /// Whether an item of the list may stand there only once.
    unique: bool,
    map: Option<&'static Map>,
}

/// The keys of a map.
pub struct Map {
    keys: &'static [(&'static str, &'static Shape)],
    /// Keys that only later versions know.
    newer: &'static [&'static str],
    /// How other keys must look.
    names: Names,
    /// What is below other keys.
    others: Option<&'static Shape>,
    /// Whether anything else is accepted as well.
    open: bool,
    /// Whether `x-` keys are accepted.
    extensions: bool,
    required: &'static [&'static str],
    /// Keys of which one may stand there.
    exclusive: &'static [&'static [&'static str]],
}

/// How keys that the user chooses must look.
#[derive(Copy, Clone, PartialEq, Eq)]
enum Names {
    Any,
    /// `[a-zA-Z0-9._-]+`
    Identifier,
}

const NULL: u8 = 1;
const TEXT: u8 = 2;
const BOOL: u8 = 4;
const INT: u8 = 8;
const NUMBER: u8 = 16;
/// A whole number that is written as one: not `80.0`.
const EXACT: u8 = 32;
const NONE: Shape = Shape {
    scalars: 0,
    words: &[],
    form: Form::Any,
    cast: false,
    range: (i64::MIN, i64::MAX),
    list: None,
    unique: false,
    map: None,
};
const CLOSED: Map = Map {
    keys: &[],
    newer: &[],
    names: Names::Any,
    others: None,
    open: false,
    extensions: false,
    required: &[],
    exclusive: &[],
};

/// A key that Compose does not know.
#[derive(Clone, Debug)]
pub struct UnknownKey {
    /// The key.
    pub key: Spanned<String>,
    /// The path of the map it stands in, for people: `services.web.deploy`.
    pub owner: String,
    /// The known key that is nearest.
    pub nearest: Option<&'static str>,
    /// The key that exists two levels up or in a section where it would be right, if it was merely put in a wrong place.
    pub belongs: Option<&'static str>,
    /// Whether later versions know it.
    pub newer: bool,
}

/// What the schema says against a file.
#[derive(Default)]
pub struct Verdict {
    /// Unknown keys.
    pub unknown_keys: Vec<UnknownKey>,
    /// Wrong types, forms and words.
    pub faults: Vec<Fault>,
    /// Values that are wrong if the variable in them is not set: the value, the variable, what Compose would say.
    pub breaks: Vec<(Span, String, String)>,
}

/// Validates a whole file.
pub fn validate(root: &Value) -> Verdict {
    let mut walk = Walk { path: Vec::new(), verdict: Verdict::default() };
    walk.value(root, &table::ROOT);
    walk.verdict
}

/// Whether Compose knows a key of a service.
pub fn is_key_of_service(name: &str) -> bool {
    table::SERVICE.map.is_some_and(|map| map.keys.iter().any(|(own, _)| *own == name))
}

/// Whether Compose knows a key at the top of a file.
pub fn is_key_at_the_top(name: &str) -> bool {
    name.starts_with("x-") || table::ROOT.map.is_some_and(|map| map.keys.iter().any(|(own, _)| *own == name))
}

struct Walk<'a> {
    path: Vec<&'a str>,
    verdict: Verdict,
}

impl<'a> Walk<'a> {
    fn value(&mut self, value: &'a Value, shape: &'static Shape) {
        match &value.data {
            Data::Map(_) if shape.map.is_some() => self.map(value, shape),
            Data::List(items) => match shape.list {
                Some(item) => self.list(items, item, shape.unique),
                None => self.wrong(value, shape),
            },
            _ if value.unresolved.is_some() && shape.scalars & TEXT != 0 => self.blank(value, shape),
            Data::Text(text) if shape.scalars & TEXT != 0 && !shape.takes(text) => self.form(value, text, shape),
            Data::Int(number) => self.number(value, *number as f64, shape),
            Data::Float(number) => self.number(value, *number, shape),
            data if shape.scalars & fits(data) == 0 => self.wrong(value, shape),
            _ => {}
        }
    }

    fn number(&mut self, value: &Value, number: f64, shape: &'static Shape) {
        if shape.scalars & fits(&value.data) == 0 {
            self.wrong(value, shape);
        } else if !shape.holds(number) {
            self.expects(shape.form.kind(), value, shape.wanted(), Is::Shown);
        }
    }

    fn list(&mut self, items: &'a [Value], item: &'static Shape, unique: bool) {
        let mut seen: HashMap<String, Span> = HashMap::new();
        for value in items {
            self.value(value, item);
            let Some(text) = value.text().filter(|_| unique && value.unresolved.is_none()) else { continue };
            let quoted = if matches!(value.data, Data::Text(_)) { format!("{text:?}") } else { text };
            if let Some(&first) = seen.get(&quoted) {
                let message = format!("{} has the same item twice; Compose refuses it", self.name());
                let fault = Kind::Duplicate.at(value.span, message).help("remove one of the two");
                self.verdict.faults.push(fault.related(first, "first written here"));
            } else {
                seen.insert(quoted, value.span);
            }
        }
    }

    /// Text that is not what its place takes.
    fn form(&mut self, value: &Value, text: &str, shape: &'static Shape) {
        let kind = if shape.words.is_empty() { shape.form.kind() } else { Kind::Word };
        let meant = match nearest(text, shape.words.iter().copied()) {
            Some(word) => Some(word.to_owned()),
            None => shape.form.meant(text),
        };
        let is = if kind == Kind::Entry { Is::Hidden } else { Is::Shown };
        self.expects(kind, value, shape.wanted(), is);
        if let (Some(fault), Some(word)) = (self.verdict.faults.last_mut(), meant) {
            fault.help = Some(format!("write `{word}`"));
        }
    }

    /// A value with variables that are not set: what Compose makes of it then.
    fn blank(&mut self, value: &Value, shape: &'static Shape) {
        let (Some(missing), Data::Text(text)) = (&value.unresolved, &value.data) else { return };
        if !missing.variable.is_empty() && !shape.takes(text) {
            let why = format!("{} must be {}", self.name(), shape.wanted());
            self.verdict.breaks.push((value.span, missing.variable.clone(), why));
        }
    }

    fn map(&mut self, value: &'a Value, shape: &'static Shape) {
        let (Data::Map(fields), Some(map)) = (&value.data, shape.map) else { return };
        for field in fields {
            let key = field.key.value.as_str();
            if map.extensions && key.starts_with("x-") {
                continue;
            }
            if let Ok(index) = map.keys.binary_search_by(|(name, _)| (*name).cmp(key)) {
                if map.newer.contains(&key) {
                    self.unknown(&field.key, map, true);
                }
                self.path.push(key);
                self.value(&field.value, map.keys[index].1);
                self.path.pop();
            } else if let Some(others) = map.others.filter(|_| named(map.names, key)) {
                self.path.push(key);
                self.value(&field.value, others);
                self.path.pop();
            } else if !map.open {
                self.unknown(&field.key, map, false);
            }
        }
        for required in map.required {
            if value.get(required).is_none() {
                let message = format!("{} needs the key `{required}`; Compose refuses it without", self.name());
                self.verdict.faults.push(Kind::Missing.at(value.span, message).help(format!("add `{required}:`")));
            }
        }
        for group in map.exclusive {
            let mut given = fields.iter().filter(|field| group.contains(&field.key.value.as_str()));
            if let (Some(first), Some(second)) = (given.next(), given.next()) {
                let (a, b) = (&first.key, &second.key);
                let message = format!("{} has both `{}` and `{}`; Compose refuses it", self.name(), a.value, b.value);
                let fault = Kind::Exclusive.at(b.span, message).help("keep one of them");
                self.verdict.faults.push(fault.related(a.span, "against this"));
            }
        }
    }

    fn unknown(&mut self, key: &Spanned<String>, map: &'static Map, newer: bool) {
        let known = map.keys.iter().map(|(name, _)| *name);
        let belongs = PLACES.iter().find(|(name, _)| *name == key.value).map(|(_, place)| *place);
        self.verdict.unknown_keys.push(UnknownKey {
            key: key.clone(),
            owner: self.path.join("."),
            nearest: nearest(&key.value, known),
            belongs,
            newer,
        });
    }

    fn wrong(&mut self, value: &Value, shape: &'static Shape) {
        let scalar = matches!(value.data, Data::Bool(_) | Data::Int(_) | Data::Float(_) | Data::Date);
        let is = if scalar { Is::Shown } else { Is::Called(value.kind_name()) };
        self.expects(Kind::Type, value, shape.wanted(), is);
        if let Some(fault) = self.verdict.faults.last_mut() {
            fault.help = advice(value, shape, self.path.last().copied());
        }
    }

    fn expects(&mut self, kind: Kind, value: &Value, expected: String, is: Is) {
        let says = Says::Expects { owner: self.name(), expected, is };
        self.verdict.faults.push(kind.says(value.place(), says));
    }

    fn name(&self) -> String {
        if self.path.is_empty() { "the file".into() } else { format!("`{}`", self.path.join(".")) }
    }
}

impl Shape {
    /// Whether a text is right here.
    fn takes(&self, text: &str) -> bool {
        if !self.words.is_empty() {
            return self.words.contains(&text);
        }
        if !self.form.takes(text) {
            return false;
        }
        let number = text.parse::<f64>().ok().filter(|_| self.cast);
        number.is_none_or(|number| (self.scalars & NUMBER != 0 || number.fract() == 0.0) && self.holds(number))
    }

    /// Whether a number is in its range.
    fn holds(&self, number: f64) -> bool {
        let (low, high) = self.range;
        let outside = self.range != NONE.range && (number < low as f64 || number > high as f64);
        !(outside || self.form == Form::Unsigned && number < 0.0)
    }

    /// What stands here, in words.
    fn wanted(&self) -> String {
        let mut words: Vec<String> = Vec::new();
        if !self.words.is_empty() {
            words.extend(self.words.iter().map(|word| format!("`{word}`")));
        } else if let (Some(form), true) = (self.form.wanted(), self.scalars & !NULL != 0) {
            words.push(match self.range {
                (i64::MIN, i64::MAX) => form.to_owned(),
                (low, i64::MAX) => format!("{form} from {low}"),
                (low, high) => format!("{form} from {low} to {high}"),
            });
        } else {
            for (bit, word) in [(TEXT, "text"), (BOOL, "true or false"), (INT, "a whole number"), (NUMBER, "a number")]
            {
                if self.scalars & bit != 0 {
                    words.push(word.to_owned());
                }
            }
        }
        if self.list.is_some() {
            words.push("a list".into());
        }
        if self.map.is_some() {
            words.push("a map".into());
        }
        match words.split_last() {
            Some((last, [])) => last.clone(),
            Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
            None => String::new(),
        }
    }
}

/// Keys that are often written one level too high or too low, and where they belong.
const PLACES: &[(&str, &str)] = &[
    ("restart_policy", "deploy"),
    ("resources", "deploy"),
    ("replicas", "deploy"),
    ("limits", "deploy.resources"),
    ("reservations", "deploy.resources"),
    ("test", "healthcheck"),
    ("interval", "healthcheck"),
    ("retries", "healthcheck"),
    ("start_period", "healthcheck"),
    ("dockerfile", "build"),
    ("args", "build"),
    ("driver_opts", "volumes.NAME or networks.NAME"),
];

fn fits(data: &Data) -> u8 {
    match data {
        Data::Null => NULL,
        Data::Bool(_) => BOOL,
        Data::Int(_) => INT | NUMBER | EXACT,
        Data::Float(value) if value.fract() == 0.0 => INT | NUMBER,
        Data::Float(_) => NUMBER,
        Data::Text(_) => TEXT,
        Data::Date | Data::List(_) | Data::Map(_) => 0,
    }
}

fn named(names: Names, key: &str) -> bool {
    match names {
        Names::Any => true,
        Names::Identifier => {
            !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
        }
    }
}

fn advice(value: &Value, shape: &Shape, key: Option<&str>) -> Option<String> {
    let text = shape.scalars & TEXT != 0;
    Some(match (&value.data, key) {
        (Data::Null, Some(key)) => format!("fill in `{key}:` or remove the line"),
        (Data::Int(_) | Data::Float(_), _) if shape.form == Form::Duration => "add the unit: `30s`".into(),
        (Data::Int(_) | Data::Float(_), _) if shape.form == Form::Size => "add the unit: `512m`".into(),
        (Data::Int(_) | Data::Float(_) | Data::Bool(_) | Data::Date, _) if text => "put the value into quotes".into(),
        (Data::Date, _) => "put the value into quotes".into(),
        (Data::Map(_), _) if text => "write `- KEY=value`, or drop the dashes and write a map".into(),
        (Data::List(_), _) if shape.map.is_some() => "drop the dashes and write `name:` entries".into(),
        _ => return None,
    })
}

/// The known word that is nearest to `wrong`, if any is near enough to be a slip.
pub fn nearest(wrong: &str, known: impl Iterator<Item = &'static str>) -> Option<&'static str> {
    let most = match wrong.len() {
        0..=3 => 1,
        4..=8 => 2,
        _ => 3,
    };
    if wrong.len() > 64 {
        return None;
    }
    let plain = |word: &str| word.replace(['-', '_'], "").to_ascii_lowercase();
    let key = plain(wrong);
    known
        .map(|word| (letters_apart(&key, &plain(word)), word))
        .filter(|(steps, word)| *steps <= most && *steps * 2 < word.len())
        .min()
        .map(|(_, word)| word)
}

impl Value {
    /// Where to point when the value itself may be empty.
    fn place(&self) -> Span {
        if self.span.start == self.span.end { self.key.unwrap_or(self.span) } else { self.span }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_found_and_other_words_left_alone() {
        let keys = ["image", "network_mode", "read_only", "restart", "ports", "limits", "timeout"];
        let near = |word| nearest(word, keys.into_iter());
        assert_eq!(near("imagee"), Some("image"));
        assert_eq!(near("network-mode"), Some("network_mode"));
        assert_eq!(near("readonly"), Some("read_only"));
        assert_eq!(near("limit"), Some("limits"));
        assert_eq!(near("timeouts"), Some("timeout"));
        assert_eq!(near("prots"), Some("ports"));
        assert_eq!(near("mount"), None);
        assert_eq!(near("exclude_from_hc"), None);
    }
}
