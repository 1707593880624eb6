//! A Compose file's values after interpolation: what `extends`, validation and typing work on. Every value knows where
//! it was written, also when it came through an alias, a merge key or another service.

use std::borrow::Cow;
use std::collections::HashMap;

use super::Dropped;
use super::fault::{Fault, Kind};
use super::interpolate::{self, Given, Lookup, MARK, Operator, Reference};
use crate::model::Known;
use crate::source::{Budget, Cut, Span, Spanned};
use crate::syntax::yaml;

/// What is deeper is not looked at.
const TOO_DEEP: &str = "this is nested too deeply to be a Compose file; what is below was not looked at";
/// Compose's own schema is 12 levels deep.
const DEEPEST: usize = 64;

/// One value.
#[derive(Clone, Debug)]
pub struct Value {
    /// Where it is written.
    pub span: Span,
    /// The bytes of its text, if they are written as they are read.
    pub inner: Option<Span>,
    /// Whether variables were put in.
    pub filled: bool,
    /// The key it stands below.
    pub key: Option<Span>,
    /// What it is.
    pub data: Data,
    /// Set when it depends on a variable that is not set in the project; [`Value::data`] then has blanks in it.
    pub unresolved: Option<Box<Missing>>,
    /// `!reset` or `!override`.
    pub tag: Tag,
}

/// What a value lacks.
#[derive(Clone, Debug)]
pub struct Missing {
    /// The first variable that is not set.
    pub variable: String,
    /// The text with [`MARK`] in place of every variable that is not set.
    pub marked: String,
}

/// What a value is.
#[derive(Clone, Debug)]
pub enum Data {
    /// Nothing.
    Null,
    /// An unquoted boolean.
    Bool(bool),
    /// An unquoted whole number.
    Int(i64),
    /// Another unquoted number.
    Float(f64),
    /// An unquoted date.
    Date,
    /// Text, variables filled in.
    Text(String),
    /// A list.
    List(Vec<Value>),
    /// A map, each key once.
    Map(Vec<Field>),
}

/// One entry of a map.
#[derive(Clone, Debug)]
pub struct Field {
    /// The key.
    pub key: Spanned<String>,
    /// The value.
    pub value: Value,
}

/// What a tag asks of a merge.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Tag {
    /// Nothing.
    None,
    /// The value is removed.
    Reset,
    /// The value replaces, it does not merge.
    Override,
}

impl Value {
    /// A value of a map.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.fields().iter().find(|field| field.key.value == key).map(|field| &field.value)
    }

    /// A value of a map, to change it.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Value> {
        match &mut self.data {
            Data::Map(fields) => fields.iter_mut().find(|field| field.key.value == key).map(|field| &mut field.value),
            _ => None,
        }
    }

    /// Whether another value says the same, wherever it is written.
    pub fn says_the_same(&self, other: &Value) -> bool {
        match (&self.data, &other.data) {
            (Data::Map(a), Data::Map(b)) => {
                let by_key: HashMap<&str, &Value> = b.iter().map(|field| (field.key.as_str(), &field.value)).collect();
                let same = |field: &Field| {
                    by_key.get(field.key.as_str()).is_some_and(|other| field.value.says_the_same(other))
                };
                a.len() == b.len() && a.iter().all(same)
            }
            (Data::List(a), Data::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.says_the_same(b)),
            (Data::Null, Data::Null) | (Data::Date, Data::Date) => true,
            (Data::Map(_) | Data::List(_), _) | (_, Data::Map(_) | Data::List(_)) => false,
            _ => self.text() == other.text(),
        }
    }

    /// The entries of a map; none for anything else.
    pub fn fields(&self) -> &[Field] {
        match &self.data {
            Data::Map(fields) => fields,
            _ => &[],
        }
    }

    /// The items of a list; none for anything else.
    pub fn items(&self) -> &[Value] {
        match &self.data {
            Data::List(items) => items,
            _ => &[],
        }
    }

    /// A scalar as Compose prints it: `010` is `8`, `1.10` is `1.1`. `None` for lists, maps and nothing.
    pub fn text(&self) -> Option<String> {
        Some(match &self.data {
            Data::Bool(value) => value.to_string(),
            Data::Int(value) => value.to_string(),
            Data::Float(value) if value.abs() >= 1e21 || *value != 0.0 && value.abs() < 1e-4 => {
                let text = format!("{value:e}");
                let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
                format!("{digits}e{:+03}", exponent.parse::<i32>().unwrap_or(0))
            }
            Data::Float(value) => value.to_string(),
            Data::Text(text) => text.clone(),
            Data::Null | Data::Date | Data::List(_) | Data::Map(_) => return None,
        })
    }

    /// Text, not a number.
    pub fn as_str(&self) -> Option<&str> {
        match &self.data {
            Data::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Whether it is empty.
    pub fn is_null(&self) -> bool {
        matches!(self.data, Data::Null)
    }

    /// How many values it is made of.
    pub fn size(&self) -> usize {
        let items = self.items().iter().map(Value::size);
        let fields = self.fields().iter().map(|field| field.value.size());
        1 + items.chain(fields).sum::<usize>()
    }

    /// What it is, for messages.
    pub fn kind_name(&self) -> &'static str {
        match self.data {
            Data::Null => "empty",
            Data::Bool(_) => "a boolean",
            Data::Int(_) | Data::Float(_) => "a number",
            Data::Date => "a date",
            Data::Text(_) => "text",
            Data::List(_) => "a list",
            Data::Map(_) => "a map",
        }
    }
}

/// A boolean as Compose reads it from text.
pub fn boolean(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "y" | "yes" | "on" => Some(true),
        "false" | "n" | "no" | "off" => Some(false),
        _ => None,
    }
}

/// A use of a variable in a value.
#[derive(Clone, Debug)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// The reference, from `$` to the closing brace; the whole value where that cannot be told.
    pub span: Span,
    /// What it says about the case that the variable is not set.
    pub operator: Operator,
    /// The argument of the operator as written.
    pub argument: Option<Spanned<String>>,
    /// The value it has, with its place in the `.env`.
    pub value: Option<Spanned<String>>,
    /// Whether Compose evaluates it; not so inside the default of a variable that is set.
    pub evaluated: bool,
    /// Whether what starts Compose gives it, so that its default takes no effect.
    pub overruled: bool,
    /// The keys above it: `services`, `web`, `image`.
    pub path: Vec<String>,
    /// Whether the reference is the whole value.
    pub whole: bool,
    /// What it became, as bytes of the value it stands in.
    pub made: std::ops::Range<usize>,
}

/// Turns nodes into values.
pub struct Reader<'a> {
    lookup: Lookup<'a>,
    given: Given<'a>,
    /// All uses of variables.
    pub variables: Vec<Variable>,
    /// What cannot be interpolated, expanded or keyed.
    pub faults: Vec<Fault>,
    /// Variables that merge keys bring in vain.
    pub dropped: Vec<Dropped>,
    budget: &'a Budget,
    path: Vec<String>,
}

impl<'a> Reader<'a> {
    /// A reader that takes variables from `lookup`, or has them `given` by what starts Compose.
    pub fn new(lookup: Lookup<'a>, given: Given<'a>, budget: &'a Budget) -> Self {
        Reader {
            lookup,
            given,
            variables: Vec::new(),
            faults: Vec::new(),
            dropped: Vec::new(),
            budget,
            path: Vec::new(),
        }
    }

    /// The value of a node.
    pub fn read(&mut self, node: yaml::Node, key: Option<Span>) -> Value {
        let node = node.resolve();
        let tag = match node.tag() {
            Some("!reset") => Tag::Reset,
            Some("!override") => Tag::Override,
            _ => Tag::None,
        };
        let mut value = Value {
            span: node.span(),
            inner: node.verbatim(),
            filled: false,
            key,
            data: Data::Null,
            unresolved: None,
            tag,
        };
        // Aliases of aliases grow without end.
        if !self.budget.nodes(1, node.span()) {
            return value;
        }
        if self.path.len() > DEEPEST {
            if self.faults.last().is_none_or(|fault| fault.kind != Kind::Depth) {
                self.faults.push(Kind::Depth.at(node.span(), TOO_DEEP));
            }
            return value;
        }
        if node.is_map() {
            let mut fields = Vec::new();
            self.merges(node);
            if let [services, name] = &self.path[..]
                && services == "services"
                && let Some(dropped) = dropped(node, name)
            {
                self.dropped.push(dropped);
            }
            for entry in node.entries() {
                let Some(key) = self.key(entry) else { continue };
                self.path.push(key.value.clone());
                let value = self.read(entry.value, Some(key.span));
                self.path.pop();
                fields.push(Field { key, value });
            }
            value.data = Data::Map(fields);
        } else if node.is_sequence() {
            // The key of a list's owner serves its items as well.
            self.path.push("-".into());
            value.data = Data::List(node.items().map(|item| self.read(item, key)).collect());
            self.path.pop();
        } else {
            self.scalar(node, &mut value);
            // A tag that is not YAML's own makes text of what stands behind it, of nothing, too.
            if tag == Tag::Override && !matches!(value.data, Data::Text(_)) {
                value.data = Data::Text(node.as_str().unwrap_or_default().to_owned());
            }
        }
        value
    }

    fn key(&mut self, entry: yaml::Entry) -> Option<Spanned<String>> {
        let name = entry.spanned_name();
        if name.is_none() || entry.key.scalar().is_some_and(|scalar| scalar != yaml::Scalar::Text) {
            let fault = Kind::Key.at(entry.key.span(), "a key must be text; Compose refuses the file");
            self.faults.push(fault.help("put the key into quotes"));
        }
        name
    }

    /// What `<<` takes over must be a map, or a list of maps.
    fn merges(&mut self, node: yaml::Node) {
        for entry in node.written_entries().filter(|entry| entry.is_merge()) {
            let value = entry.value;
            if !(value.is_map() || value.is_sequence() && value.items().all(yaml::Node::is_map)) {
                let fault =
                    Kind::Key.at(entry.span(), "`<<` takes over maps and nothing else; Compose refuses the file");
                self.faults.push(fault.help("name an anchor of a map, or remove the line"));
            }
        }
    }

    fn scalar(&mut self, node: yaml::Node, value: &mut Value) {
        use yaml::Scalar as S;
        value.data = match node.scalar() {
            None | Some(S::Null) => Data::Null,
            Some(S::Bool(flag)) => Data::Bool(flag),
            Some(S::Int(number)) => Data::Int(number),
            Some(S::Float(number)) => Data::Float(number),
            Some(S::Timestamp) => Data::Date,
            Some(S::Text) => {
                let text = node.as_str().unwrap_or("");
                if text.contains('$') { self.expand(node, text, value) } else { Data::Text(text.to_owned()) }
            }
        };
    }

    fn expand(&mut self, node: yaml::Node, text: &str, value: &mut Value) -> Data {
        // Of an image it is the version or the registry that is given: what is said of it holds for the default as well.
        let of_image = self.path.last().is_some_and(|key| key == "image");
        let given: Given = if of_image { &|_| None } else { self.given };
        let expanded = interpolate::expand(text, self.lookup, given, self.budget, value.span);
        if let Some(range) = expanded.invalid {
            let span = place(node, value.inner, text, &range);
            let fault =
                Kind::Interpolation.at(span, "this is not a variable Compose can read; Compose refuses the file");
            self.faults
                .push(fault.help("write `${NAME}` or `${NAME:-default}`; for a dollar sign that stays, write `$$`"));
            value.unresolved = Some(Box::new(Missing { variable: String::new(), marked: MARK.to_string() }));
        }
        value.filled = !expanded.references.is_empty();
        for reference in expanded.references {
            let variable = self.variable(node, value.inner, text, reference);
            self.variables.push(variable);
        }
        if let Some(name) = expanded.missing {
            let text = expanded.text.replace(MARK, "");
            value.unresolved = Some(Box::new(Missing { variable: name, marked: expanded.text }));
            return Data::Text(text);
        }
        Data::Text(expanded.text)
    }

    fn variable(&self, node: yaml::Node, inner: Option<Span>, text: &str, reference: Reference) -> Variable {
        let argument = reference
            .argument
            .map(|range| Spanned::new(text.cut(range.clone()).to_owned(), place(node, inner, text, &range)));
        Variable {
            whole: reference.range == (0..text.len()),
            span: place(node, inner, text, &reference.range),
            name: reference.name,
            operator: reference.operator,
            argument,
            value: reference.value,
            evaluated: reference.evaluated,
            overruled: reference.overruled,
            made: reference.made,
            path: self.path.clone(),
        }
    }
}

/// The variables that a service does not get from its merge key, because it has an `environment:` of its own.
fn dropped(service: yaml::Node, name: &str) -> Option<Dropped> {
    let own = service.written_entries().find(|entry| entry.name() == Some("environment"))?;
    let mut brought = service.written_entries().filter(|entry| entry.is_merge());
    let hidden = brought.find_map(|entry| entry.value.resolve().entry("environment"))?;
    let has = names(own.value);
    let names: Vec<String> = names(hidden.value).into_iter().filter(|name| !has.contains(name)).collect();
    let from = hidden.key.span();
    (!names.is_empty()).then(|| Dropped { service: name.to_owned(), names, by: own.key.span(), from })
}

/// The names of variables in a map, or in a list of `NAME=value`.
fn names(environment: yaml::Node) -> Vec<String> {
    let item = |item: yaml::Node| item.as_str().and_then(|text| text.split('=').next()).map(str::to_owned);
    let entries = environment.entries().filter_map(|entry| entry.name().map(str::to_owned));
    entries.chain(environment.items().filter_map(item)).collect()
}

/// Where a part of a text is written. `inner` is asked first: it was compared once for the whole text.
fn place(node: yaml::Node, inner: Option<Span>, text: &str, range: &std::ops::Range<usize>) -> Span {
    inner.map_or_else(|| node.part(text, range), |inner| inner.slice(range.start, range.end))
}

/// Nothing, at a place.
pub(super) fn blank(span: Span, key: Option<Span>) -> Value {
    Value { span, inner: None, filled: false, key, data: Data::Null, unresolved: None, tag: Tag::None }
}

/// The entries of a map, or of a `KEY=value` list read as one.
pub fn pairs(value: &Value) -> Cow<'_, [Field]> {
    match value.data {
        Data::List(_) => match keyed(value.clone()).data {
            Data::Map(fields) => Cow::Owned(fields),
            _ => Cow::Borrowed(&[]),
        },
        _ => Cow::Borrowed(value.fields()),
    }
}

/// A `KEY=value` list as a map; later entries win. Anything else stays.
pub fn keyed(value: Value) -> Value {
    let Data::List(items) = value.data else { return value };
    let mut fields: Vec<Field> = Vec::with_capacity(items.len());
    let mut places: HashMap<String, usize> = HashMap::new();
    for item in items {
        let Data::Text(text) = &item.data else { continue };
        let (name, rest) = match text.split_once('=') {
            Some((name, rest)) => (name.to_owned(), Some(rest.to_owned())),
            None => (text.clone(), None),
        };
        let (key, inner) = split_span(&item, &name);
        let data = rest.map_or(Data::Null, Data::Text);
        let unresolved = item.unresolved.clone().map(|mut missing| {
            missing.marked = missing.marked.split_once('=').map_or(String::new(), |(_, rest)| rest.to_owned());
            missing
        });
        let unresolved = unresolved.filter(|missing| missing.marked.contains(MARK));
        let field = Field {
            key: Spanned::new(name, key),
            value: Value {
                inner: item.inner.map(|_| inner),
                filled: item.filled,
                data,
                unresolved,
                ..blank(inner, Some(key))
            },
        };
        match places.get(&field.key.value) {
            Some(&at) => fields[at] = field,
            None => {
                places.insert(field.key.value.clone(), fields.len());
                fields.push(field);
            }
        }
    }
    Value { data: Data::Map(fields), ..blank(value.span, value.key) }
}

/// Where key and value of `KEY=value` are written; both are the whole item where that cannot be told.
fn split_span(item: &Value, name: &str) -> (Span, Span) {
    match item.inner {
        Some(inner) if name.len() < (inner.end - inner.start) as usize => {
            (inner.slice(0, name.len()), inner.slice(name.len() + 1, (inner.end - inner.start) as usize))
        }
        Some(inner) => (inner, inner),
        None => (item.span, item.span),
    }
}

/// Why a value is not known.
pub(super) fn why(variable: &str) -> String {
    if variable.is_empty() {
        "the value cannot be interpolated".into()
    } else {
        format!("the variable `{variable}` is not set in the project")
    }
}

/// A scalar as text.
pub(super) fn known_text(value: Option<&Value>) -> Known<String> {
    let Some(value) = value else { return Known::Absent };
    if let Some(missing) = &value.unresolved {
        let partly = Spanned::new(missing.marked.clone(), value.inner.unwrap_or(value.span));
        let partly = missing.marked.trim_matches(MARK).contains(|c| c != MARK).then(|| Box::new(partly));
        return Known::Unresolved { span: value.span, why: why(&missing.variable), partly };
    }
    value.text().map_or(Known::Absent, |text| Known::Set(Spanned::new(text, value.inner.unwrap_or(value.span))))
}
