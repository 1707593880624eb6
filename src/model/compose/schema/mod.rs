//! Which keys and types Compose accepts. Compose validates after interpolation and `extends`; so does this.

mod table;

use super::value::{Data, Value};
use crate::source::{Span, Spanned};
use crate::syntax::Fault;
use crate::syntax::near::letters_apart;

/// What a value may be: some kinds of scalars, a list, a map.
pub struct Shape {
    scalars: u8,
    words: &'static [&'static str],
    list: Option<&'static Shape>,
    map: Option<&'static Map>,
}

/// The keys of a map.
pub struct Map {
    keys: &'static [(&'static str, &'static Shape)],
    /// How other keys must look.
    names: Names,
    /// What is below other keys.
    others: Option<&'static Shape>,
    /// Whether anything else is accepted as well.
    open: bool,
    /// Whether `x-` keys are accepted.
    extensions: bool,
    required: &'static [&'static str],
}

/// How keys that the user chooses must look.
#[derive(Copy, Clone, PartialEq, Eq)]
enum Names {
    Any,
    /// `[a-zA-Z0-9._-]+`
    Identifier,
    /// `[a-z]+`
    Lower,
}

const NULL: u8 = 1;
const TEXT: u8 = 2;
const BOOL: u8 = 4;
const INT: u8 = 8;
const NUMBER: u8 = 16;
const NONE: Shape = Shape { scalars: 0, words: &[], list: None, map: None };
const CLOSED: Map = Map { keys: &[], names: Names::Any, others: None, open: false, extensions: false, required: &[] };

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
}

/// What the schema says against a file.
#[derive(Default)]
pub struct Verdict {
    /// Unknown keys.
    pub unknown_keys: Vec<UnknownKey>,
    /// Wrong types and words.
    pub faults: Vec<Fault>,
}

/// Validates a whole file.
pub fn validate(root: &Value) -> Verdict {
    let mut walk = Walk { path: Vec::new(), verdict: Verdict::default() };
    walk.value(root, &table::ROOT);
    walk.verdict
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
                Some(item) => items.iter().for_each(|value| self.value(value, item)),
                None => self.wrong(value, shape),
            },
            _ if value.unresolved.is_some() && shape.scalars != 0 => {}
            Data::Text(text) if shape.scalars & TEXT != 0 => self.word(value, text, shape),
            data if shape.scalars & fits(data) == 0 => self.wrong(value, shape),
            _ => {}
        }
    }

    fn word(&mut self, value: &Value, text: &str, shape: &'static Shape) {
        if shape.words.is_empty() || shape.words.contains(&text) {
            return;
        }
        let words = shape.words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
        let message = format!("{} must be one of {words}; Compose refuses anything else", self.name());
        let fault = Fault::new(value.span, message);
        self.verdict.faults.push(match nearest(text, shape.words.iter().copied()) {
            Some(word) => fault.help(format!("write `{word}`")),
            None => fault,
        });
    }

    fn map(&mut self, value: &'a Value, shape: &'static Shape) {
        let (Data::Map(fields), Some(map)) = (&value.data, shape.map) else { return };
        for field in fields {
            let key = field.key.value.as_str();
            if map.extensions && key.starts_with("x-") {
                continue;
            }
            if let Ok(index) = map.keys.binary_search_by(|(name, _)| (*name).cmp(key)) {
                self.path.push(key);
                self.value(&field.value, map.keys[index].1);
                self.path.pop();
            } else if let Some(others) = map.others.filter(|_| named(map.names, key)) {
                self.path.push(key);
                self.value(&field.value, others);
                self.path.pop();
            } else if !map.open {
                self.unknown(&field.key, map);
            }
        }
        for required in map.required {
            if value.get(required).is_none() {
                let message = format!("{} needs the key `{required}`; Compose refuses it without", self.name());
                self.verdict.faults.push(Fault::new(value.span, message).help(format!("add `{required}:`")));
            }
        }
    }

    fn unknown(&mut self, key: &Spanned<String>, map: &'static Map) {
        let known = map.keys.iter().map(|(name, _)| *name);
        let belongs = PLACES.iter().find(|(name, _)| *name == key.value).map(|(_, place)| *place);
        self.verdict.unknown_keys.push(UnknownKey {
            key: key.clone(),
            owner: self.path.join("."),
            nearest: nearest(&key.value, known),
            belongs,
        });
    }

    fn wrong(&mut self, value: &Value, shape: &Shape) {
        let message =
            format!("{} must be {}, but it is {}; Compose refuses it", self.name(), wanted(shape), value.kind_name());
        self.verdict.faults.push(match advice(value, shape, self.path.last().copied()) {
            Some(help) => Fault::new(value.place(), message).help(help),
            None => Fault::new(value.place(), message),
        });
    }

    fn name(&self) -> String {
        if self.path.is_empty() { "the file".into() } else { format!("`{}`", self.path.join(".")) }
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
        Data::Int(_) => INT | NUMBER,
        Data::Float(value) if value.fract() == 0.0 => INT | NUMBER,
        Data::Float(_) => NUMBER,
        // Compose casts text on the way where a number or a boolean is wanted.
        Data::Text(text) => {
            let boolean = super::value::boolean(text).is_some();
            TEXT | if boolean { BOOL } else { 0 } | if text.parse::<f64>().is_ok() { INT | NUMBER } else { 0 }
        }
        Data::Date | Data::List(_) | Data::Map(_) => 0,
    }
}

fn named(names: Names, key: &str) -> bool {
    match names {
        Names::Any => true,
        Names::Identifier => {
            !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
        }
        Names::Lower => !key.is_empty() && key.bytes().all(|b| b.is_ascii_lowercase()),
    }
}

fn wanted(shape: &Shape) -> String {
    let mut words = Vec::new();
    for (bit, word) in [(TEXT, "text"), (BOOL, "true or false"), (INT, "a whole number"), (NUMBER, "a number")] {
        if shape.scalars & bit != 0 {
            words.push(word);
        }
    }
    if shape.list.is_some() {
        words.push("a list");
    }
    if shape.map.is_some() {
        words.push("a map");
    }
    words.join(" or ")
}

fn advice(value: &Value, shape: &Shape, key: Option<&str>) -> Option<String> {
    let text = shape.scalars & TEXT != 0;
    Some(match (&value.data, key) {
        (Data::Null, Some(key)) => format!("fill in `{key}:` or remove the line"),
        (Data::Int(_) | Data::Float(_) | Data::Bool(_) | Data::Date, _) if text => "put the value into quotes".into(),
        (Data::Int(_), Some("interval" | "timeout" | "start_period" | "start_interval")) => {
            "add the unit and quotes: `30s`".into()
        }
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
