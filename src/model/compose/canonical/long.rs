//! Short forms as the long ones they stand for.

use super::super::mounts::{read_mount, read_port, sections};
use super::super::value::{Data, Field, Value, blank, keyed, pairs};
use super::super::{Mount, MountKind, Port};
use super::{Outside, is_address, text};
use crate::model::Known;
use crate::source::{Spanned, normalize};

/// A map at the place of a value.
pub(super) fn map(at: &Value, fields: Vec<(&str, Value)>) -> Value {
    let field = |(key, value): (&str, Value)| Field { key: Spanned::new(key.to_owned(), at.span), value };
    Value { data: Data::Map(fields.into_iter().map(field).collect()), ..blank(at.span, at.key) }
}

/// The value with something that it has if nothing else is said.
fn with(value: &Value, key: &str, default: Data) -> Value {
    let mut value = value.clone();
    if value.get(key).is_none_or(Value::is_null) {
        let made = Value { data: default, ..blank(value.span.at_start(), None) };
        set(&mut value, key, made);
    }
    value
}

/// Puts something into a map; anything else becomes one.
pub(super) fn set(value: &mut Value, key: &str, made: Value) {
    if !matches!(value.data, Data::Map(_)) {
        value.data = Data::Map(Vec::new());
    }
    let Data::Map(fields) = &mut value.data else { return };
    match fields.iter_mut().find(|field| field.key.value == key) {
        Some(field) => field.value = made,
        None => fields.push(Field { key: Spanned::new(key.to_owned(), made.span), value: made }),
    }
}

/// Every item made anew.
fn each(value: &Value, make: impl Fn(&Value) -> Vec<Value>) -> Value {
    Value { data: Data::List(value.items().iter().flat_map(make).collect()), ..value.clone() }
}

/// Names as a map of them.
fn named(value: &Value) -> Value {
    let Data::List(items) = &value.data else { return value.clone() };
    let field =
        |item: &Value| Some(Field { key: Spanned::new(item.text()?, item.span), value: blank(item.span, item.key) });
    Value { data: Data::Map(items.iter().filter_map(field).collect()), ..value.clone() }
}

pub(super) fn networks(_: &Outside, value: &Value) -> Value {
    named(value)
}

pub(super) fn depends(_: &Outside, value: &Value) -> Value {
    let mut named = named(value);
    if let Data::Map(fields) = &mut named.data {
        for field in fields {
            let started = with(&field.value, "condition", Data::Text("service_started".into()));
            field.value = with(&started, "required", Data::Bool(true));
        }
    }
    named
}

/// A value in which variables that are not set are blank, as Compose takes them.
fn filled(value: &Value) -> Value {
    Value { unresolved: None, ..value.clone() }
}

pub(super) fn ports(_: &Outside, value: &Value) -> Value {
    each(value, |item| match (&item.data, read_port(&filled(item))) {
        (Data::Map(_), _) => {
            let ingress = with(item, "mode", Data::Text("ingress".into()));
            vec![with(&ingress, "protocol", Data::Text("tcp".into()))]
        }
        (_, Ok(port)) => published(item, &port).unwrap_or_else(|| vec![item.clone()]),
        (_, Err(_)) => vec![item.clone()],
    })
}

/// The ports of a short form, each for itself; `None` when something of it is not known.
fn published(item: &Value, port: &Port) -> Option<Vec<Value>> {
    let Known::Set(target) = &port.target else { return None };
    if matches!(port.published, Known::Unresolved { .. }) || matches!(port.host_ip, Known::Unresolved { .. }) {
        return None;
    }
    let (first, last) = target.value;
    let host = |at: u16| match port.published.get() {
        Some((start, end)) if first == last && end != start => Some(format!("{start}-{end}")),
        Some((start, _)) => Some((u32::from(*start) + u32::from(at - first)).to_string()),
        None => None,
    };
    let mut targets: Vec<u16> = (first..=last).collect();
    // Compose orders them as texts.
    targets.sort_by_key(u16::to_string);
    let one = |target: u16| {
        let mut fields = vec![("mode", text("ingress".into(), item))];
        fields.extend(port.host_ip.get().map(|ip| ("host_ip", text(ip.clone(), item))));
        fields.push(("target", Value { data: Data::Int(i64::from(target)), ..item.clone() }));
        fields.extend(host(target).map(|host| ("published", text(host, item))));
        fields.push(("protocol", text(port.protocol.name().to_owned(), item)));
        map(item, fields)
    };
    Some(targets.into_iter().map(one).collect())
}

pub(super) fn mounts(outside: &Outside, value: &Value) -> Value {
    each(value, |item| {
        let made = match &item.data {
            Data::Map(_) => long_mount(outside, item),
            _ => match (read_mount(&filled(item), ""), item.text()) {
                (Ok(mount), Some(written)) => short_mount(outside, item, &mount, &written),
                _ => item.clone(),
            },
        };
        vec![made]
    })
}

fn clean(path: &str) -> String {
    if path.starts_with('/') { normalize(path) } else { path.to_owned() }
}

fn long_mount(outside: &Outside, item: &Value) -> Value {
    let mut item = item.clone();
    let bind = item.get("type").and_then(Value::as_str) == Some("bind");
    if let Some(target) = item.get_mut("target")
        && let Some(path) = target.text()
    {
        target.data = Data::Text(clean(&path));
    }
    if let Some(source) = item.get_mut("source").filter(|_| bind)
        && let Some(path) = source.text()
    {
        source.data = Data::Text(outside.absolute(&path, source.span));
    }
    item
}

const PROPAGATIONS: [&str; 6] = ["rprivate", "private", "rshared", "shared", "rslave", "slave"];

fn short_mount(outside: &Outside, item: &Value, mount: &Mount, written: &str) -> Value {
    let parts = sections(written);
    let said = |text_: &str| text(text_.to_owned(), item);
    let yes = || Value { data: Data::Bool(true), ..item.clone() };
    let bind = mount.kind == MountKind::Bind;
    let mut fields = vec![("type", said(if bind { "bind" } else { "volume" }))];
    if let ([source, _, ..], true) = (&parts[..], written.len() > 2) {
        fields.push(("source", text(if bind { outside.absolute(source, item.span) } else { source.clone() }, item)));
    }
    fields.extend(mount.target.get().map(|target| ("target", text(clean(target), item))));
    if mount.read_only {
        fields.push(("read_only", yes()));
    }
    let (mut host, mut volume) = (Vec::new(), Vec::new());
    for option in parts.get(2).map_or("", String::as_str).split(',') {
        match option {
            "z" | "Z" => host.push(("selinux", said(option))),
            "nocopy" => volume.push(("nocopy", yes())),
            option if PROPAGATIONS.contains(&option) => host.push(("propagation", said(option))),
            _ => {}
        }
    }
    if bind {
        host.push(("create_host_path", yes()));
    }
    if bind || !host.is_empty() {
        fields.push(("bind", map(item, host)));
    }
    if (!bind || !volume.is_empty()) && written.len() > 2 {
        fields.push(("volume", map(item, volume)));
    }
    map(item, fields)
}

pub(super) fn devices(_: &Outside, value: &Value) -> Value {
    each(value, |item| {
        let Some(written) = item.text() else { return vec![item.clone()] };
        let parts: Vec<&str> = written.split(':').collect();
        let (source, target, permissions) = match parts[..] {
            [source] => (source, source, "rwm"),
            [source, target] => (source, target, "rwm"),
            [source, target, permissions] => (source, target, permissions),
            _ => return vec![item.clone()],
        };
        let said = |part: &str| text(part.to_owned(), item);
        let fields = vec![("source", said(source)), ("target", said(target)), ("permissions", said(permissions))];
        vec![map(item, fields)]
    })
}

/// Secrets and configs by their names.
pub(super) fn links(_: &Outside, value: &Value) -> Value {
    each(value, |item| match item.text() {
        Some(name) => vec![map(item, vec![("source", text(name, item))])],
        None => vec![item.clone()],
    })
}

pub(super) fn secrets(outside: &Outside, value: &Value) -> Value {
    each(&links(outside, value), |item| {
        let source = item.get("source").and_then(Value::text).unwrap_or_default();
        vec![with(item, "target", Data::Text(format!("/run/secrets/{source}")))]
    })
}

/// A request for devices; without a number or names it is for all.
pub(super) fn request(_: &Outside, value: &Value) -> Value {
    match value.get("device_ids") {
        None => with(value, "count", Data::Int(-1)),
        Some(_) => value.clone(),
    }
}

pub(super) fn gpus(outside: &Outside, value: &Value) -> Value {
    match value.as_str() {
        Some(_) => {
            let all = map(value, vec![("count", Value { data: Data::Int(-1), ..value.clone() })]);
            Value { data: Data::List(vec![all]), ..blank(value.span, value.key) }
        }
        None => each(value, |item| vec![request(outside, item)]),
    }
}

pub(super) fn hosts(_: &Outside, value: &Value) -> Value {
    let line = |name: &str, address: &str, at: &Value| {
        let bare = address.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')).unwrap_or(address);
        text(format!("{name}={bare}"), at)
    };
    let mut lines: Vec<Value> = match &value.data {
        Data::List(items) => {
            let item = |item: &Value| {
                let written = item.text()?;
                let (name, address) = written.split_once('=').or_else(|| written.split_once(':'))?;
                Some(line(name, address, item))
            };
            items.iter().filter_map(item).collect()
        }
        _ => value
            .fields()
            .iter()
            .flat_map(|field| {
                let several = field.value.items();
                let addresses = if several.is_empty() { std::slice::from_ref(&field.value) } else { several };
                addresses.iter().filter_map(|at| Some(line(&field.key.value, &at.text()?, at))).collect::<Vec<_>>()
            })
            .collect(),
    };
    lines.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
    // A name without an address is something that was written; nothing of it is left, and that is shown.
    let written = !value.items().is_empty() || !value.fields().is_empty();
    Value { data: if written { Data::List(lines) } else { Data::Null }, ..value.clone() }
}

/// SSH agents and keys.
pub(super) fn keys(_: &Outside, value: &Value) -> Value {
    let pairs = pairs(value);
    let mut lines: Vec<Value> = pairs
        .iter()
        .map(|field| match field.value.text().filter(|path| !path.is_empty()) {
            Some(path) => text(format!("{}: {path}", field.key.value), &field.value),
            None => text(field.key.value.clone(), &field.value),
        })
        .collect();
    lines.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
    Value { data: Data::List(lines), ..value.clone() }
}

pub(super) fn additional(outside: &Outside, value: &Value) -> Value {
    let mut pairs = keyed(value.clone());
    if let Data::Map(fields) = &mut pairs.data {
        for field in fields {
            if let Some(context) = field.value.text().filter(|context| !is_address(context)) {
                field.value.data = Data::Text(outside.absolute(&context, field.value.span));
            }
        }
    }
    pairs
}

pub(super) fn test(_: &Outside, value: &Value) -> Value {
    match value.as_str() {
        Some(line) => {
            let words = vec![text("CMD-SHELL".into(), value), text(line.to_owned(), value)];
            Value { data: Data::List(words), ..blank(value.span, value.key) }
        }
        None => value.clone(),
    }
}
