//! The model of a composition as `docker compose config` prints it: every part in its long form, in Compose's order,
//! with the names, defaults and paths that Compose puts in. Every value keeps the place it is written at.

mod long;
mod resolve;
mod scalars;
mod table;

use std::cmp::Ordering;

use super::value::{Data, Field, Value, blank, keyed};
use super::{Composition, Library};
use crate::source::{Span, Spanned, normalize};
use crate::syntax::dotenv::{Dialect, Environment};
use crate::syntax::shell;

/// What is deeper is not looked at.
const DEEPEST: usize = 64;

/// How a part is printed. "Left out" is what Compose does with what is empty, zero or no.
pub(super) enum Form {
    /// Text; empty text is left out.
    Text,
    /// A boolean; `false` is left out.
    Flag,
    /// A boolean that is shown whatever it is.
    Choice,
    /// A whole number; zero is left out.
    Int,
    /// A whole number that is shown whatever it is.
    Count,
    /// A number of devices: `all` is `-1`.
    All,
    /// A number.
    Float,
    /// Bytes, as text.
    Size,
    /// A duration; zero is left out.
    Duration,
    /// A duration that is shown whatever it is.
    Period,
    /// The mode of a file.
    Mode,
    /// A number, or `soft` and `hard`.
    Limit,
    /// A path of the machine.
    Path,
    /// A path of the machine, or an address.
    Context,
    /// Words; text is split as Compose splits it, and no words say something, too.
    Command,
    /// A list of texts; one text is a list of one.
    Texts,
    /// A map, or a list of `KEY=value`; a name without a value has an empty one.
    Pairs,
    /// The same; a name without a value is taken from the outside or has none.
    Maybe,
    /// The same; a name without a value that is not known outside is left out.
    Set,
    /// A map with these keys; an empty one is left out.
    Object(&'static [(&'static str, Form)]),
    /// A map with these keys that is shown even when it is empty.
    Kept(&'static [(&'static str, Form)]),
    /// A map with keys of the user's.
    Named(&'static Form),
    /// A list.
    List(&'static Form),
    /// What becomes of the value is printed like this.
    Made(fn(&Outside, &Value) -> Value, &'static Form),
}

/// What the model takes from outside the files.
pub(super) struct Outside<'a> {
    compose: &'a Composition,
    library: &'a dyn Library,
    /// The directory on the machine that paths are relative to, with `/`.
    root: &'a str,
    /// The variables of the env files the composition is started with.
    environment: Environment,
    /// The name of the project.
    name: Spanned<String>,
}

impl Composition {
    /// What Compose makes of the merged files, which [`Composition::with_model`] gives. `root`: where the project lies on
    /// this machine; `name`: what the project is called, if somebody says so.
    pub fn canonical(&self, merged: &Value, library: &dyn Library, root: &str, name: Option<&str>) -> Value {
        let mut environment = Environment::default();
        for path in &self.env {
            let Some(reading) = library.reading(path, Dialect::Compose, &environment) else { continue };
            let read = reading.effective(Dialect::Compose).into_iter();
            let read = read.filter_map(|entry| Some((entry.key.value.clone(), entry.value.text()?.to_owned())));
            let known = environment.iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
            environment = known.chain(read).collect();
        }
        let project = resolve::project_name(self, merged, &environment, root, name);
        let outside = Outside { compose: self, library, root, environment, name: project };
        let complete = resolve::resolve(&outside, merged);
        let mut fields = vec![Field {
            key: Spanned::new("name".into(), outside.name.span),
            value: text(outside.name.value.clone(), &blank(outside.name.span, None)),
        }];
        let mut parts = outside.parts(&complete, table::PROJECT, 0);
        if parts.first().is_none_or(|part| part.key.value != "services") {
            let start = merged.span.at_start();
            let none = Value { data: Data::Map(Vec::new()), ..blank(start, None) };
            parts.insert(0, Field { key: Spanned::new("services".into(), start), value: none });
        }
        fields.append(&mut parts);
        Value { data: Data::Map(fields), ..blank(merged.span, None) }
    }
}

impl Outside<'_> {
    fn parts(&self, value: &Value, parts: &'static [(&'static str, Form)], depth: usize) -> Vec<Field> {
        let mut fields: Vec<Field> = Vec::new();
        for (key, form) in parts {
            let found = value.fields().iter().find(|field| field.key.value == *key);
            let made = found.and_then(|field| Some((field.key.clone(), self.form(&field.value, form, depth + 1)?)));
            fields.extend(made.map(|(key, value)| Field { key, value }));
        }
        let mut own: Vec<Field> =
            value.fields().iter().filter(|field| field.key.value.starts_with("x-")).map(sorted).collect();
        own.sort_by(by_name);
        fields.extend(own);
        fields
    }

    /// A value in its form; `None` when it is left out.
    fn form(&self, value: &Value, form: &'static Form, depth: usize) -> Option<Value> {
        if depth > DEEPEST {
            return None;
        }
        let like = |data: Data| Some(Value { data, ..value.clone() });
        match form {
            Form::Made(make, form) => return self.form(&make(self, value), form, depth),
            Form::Pairs | Form::Maybe | Form::Set => return self.pairs(value, form),
            _ if value.is_null() => return None,
            _ => {}
        }
        match form {
            Form::Text => value.text().filter(|text| !text.is_empty()).and_then(|text| like(Data::Text(text))),
            Form::Flag => scalars::flag(value).filter(|flag| *flag).and_then(|flag| like(Data::Bool(flag))),
            Form::Choice => scalars::flag(value).and_then(|flag| like(Data::Bool(flag))),
            Form::Int => scalars::whole(value).filter(|number| *number != 0).and_then(|n| like(Data::Int(n))),
            Form::Count => scalars::whole(value).and_then(|number| like(Data::Int(number))),
            Form::All if value.as_str() == Some("all") => like(Data::Int(-1)),
            Form::All => scalars::whole(value).filter(|number| *number != 0).and_then(|n| like(Data::Int(n))),
            Form::Float => scalars::number(value).and_then(like),
            Form::Size => scalars::size(value).and_then(|size| like(Data::Text(size))),
            Form::Duration => scalars::duration(value, false).and_then(|text| like(Data::Text(text))),
            Form::Period => scalars::duration(value, true).and_then(|text| like(Data::Text(text))),
            Form::Mode => scalars::mode(value).and_then(|mode| like(Data::Text(mode))),
            Form::Path | Form::Context => {
                let path = value.text().filter(|path| !path.is_empty())?;
                let address = matches!(form, Form::Context) && is_address(&path);
                like(Data::Text(if address { path } else { self.absolute(&path, value.span) }))
            }
            Form::Limit if value.fields().is_empty() => scalars::whole(value).and_then(|n| like(Data::Int(n))),
            Form::Limit => {
                const ENDS: &[(&str, Form)] = &[("soft", Form::Count), ("hard", Form::Count)];
                like(Data::Map(self.parts(value, ENDS, depth)))
            }
            Form::Command => like(Data::List(words(value))),
            Form::Texts => {
                let items = if let Data::List(items) = &value.data { items } else { std::slice::from_ref(value) };
                let texts: Vec<Value> = items.iter().filter_map(|item| Some(text(item.text()?, item))).collect();
                (!texts.is_empty()).then_some(texts).and_then(|texts| like(Data::List(texts)))
            }
            Form::Object(parts) | Form::Kept(parts) => {
                let parts = self.parts(value, parts, depth);
                let kept = matches!(form, Form::Kept(_)) || !parts.is_empty();
                kept.then_some(parts).and_then(|parts| like(Data::Map(parts)))
            }
            Form::Named(inner) => {
                let named = |field: &Field| {
                    let value = match field.value.is_null() {
                        true => Some(field.value.clone()),
                        false => self.form(&field.value, inner, depth + 1),
                    };
                    Some(Field { key: field.key.clone(), value: value? })
                };
                let mut fields: Vec<Field> = value.fields().iter().filter_map(named).collect();
                fields.sort_by(by_name);
                (!fields.is_empty()).then_some(fields).and_then(|fields| like(Data::Map(fields)))
            }
            Form::List(inner) => {
                let items: Vec<Value> =
                    value.items().iter().filter_map(|item| self.form(item, inner, depth + 1)).collect();
                (!items.is_empty()).then_some(items).and_then(|items| like(Data::List(items)))
            }
            Form::Made(..) | Form::Pairs | Form::Maybe | Form::Set => None,
        }
    }

    fn pairs(&self, value: &Value, form: &Form) -> Option<Value> {
        let pairs = keyed(value.clone());
        let mut fields: Vec<Field> = Vec::with_capacity(pairs.fields().len());
        for field in pairs.fields() {
            let outside = || self.environment.get(&field.key.value).map(str::to_owned);
            let found = match form {
                _ if !field.value.is_null() => field.value.text(),
                Form::Pairs => Some(String::new()),
                _ => outside(),
            };
            let value = match (found, form) {
                (Some(found), _) => text(found, &field.value),
                (None, Form::Set) => continue,
                (None, _) => Value { data: Data::Null, ..field.value.clone() },
            };
            fields.push(Field { key: field.key.clone(), value });
        }
        fields.sort_by(by_name);
        (!fields.is_empty()).then(|| Value { data: Data::Map(fields), ..blank(value.span, value.key) })
    }

    /// A path that is written at a place, on this machine.
    fn absolute(&self, path: &str, at: Span) -> String {
        // Whose home is meant is not known here.
        if path.starts_with(['/', '~']) {
            return path.to_owned();
        }
        normalize(&format!("{}/{}/{path}", self.root, self.compose.directories.of(at)))
    }
}

/// Text at the place of a value.
fn text(text: String, at: &Value) -> Value {
    Value { data: Data::Text(text), ..at.clone() }
}

/// Whether a build context is somewhere else: a repository, an image, another service.
fn is_address(context: &str) -> bool {
    context.contains("://") || ["git@", "github.com/", "service:"].iter().any(|start| context.starts_with(start))
}

fn words(value: &Value) -> Vec<Value> {
    match &value.data {
        Data::Text(line) => shell::words(line).into_iter().map(|word| text(word.text, value)).collect(),
        _ => value.items().iter().filter_map(|item| Some(text(item.text()?, item))).collect(),
    }
}

/// What is the user's own, with its keys in order.
fn sorted(field: &Field) -> Field {
    fn inside(value: &Value) -> Value {
        let data = match &value.data {
            Data::Map(fields) => {
                let mut fields: Vec<Field> = fields.iter().map(sorted).collect();
                fields.sort_by(by_name);
                Data::Map(fields)
            }
            Data::List(items) => Data::List(items.iter().map(inside).collect()),
            data => data.clone(),
        };
        Value { data, ..value.clone() }
    }
    Field { key: field.key.clone(), value: inside(&field.value) }
}

fn by_name(a: &Field, b: &Field) -> Ordering {
    natural(&a.key.value, &b.key.value)
}

/// Names in the order people count: `a9` before `a10`, signs before letters, capitals first.
fn natural(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a, b);
    loop {
        let (Some(x), Some(y)) = (left.chars().next(), right.chars().next()) else {
            return left.len().cmp(&right.len());
        };
        let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
        let (m, n) = (digits(left), digits(right));
        let order = if m > 0 && n > 0 {
            let strip = |text: &str, len: usize| text.get(..len).unwrap_or("").trim_start_matches('0').to_owned();
            let (p, q) = (strip(left, m), strip(right, n));
            p.len().cmp(&q.len()).then_with(|| p.cmp(&q)).then(m.cmp(&n))
        } else if x.is_alphabetic() == y.is_alphabetic() {
            x.cmp(&y)
        } else {
            x.is_alphabetic().cmp(&y.is_alphabetic())
        };
        if order != Ordering::Equal {
            return order;
        }
        let step = |c: char, digits: usize| digits.max(c.len_utf8());
        left = left.get(step(x, m)..).unwrap_or("");
        right = right.get(step(y, n)..).unwrap_or("");
    }
}
