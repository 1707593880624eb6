//! One Compose file on top of another, and what `extends` puts on top of what it extends (compose-go, `override/merge.go`
//! and `override/uncity.go`; tried with Compose 2.40).

use std::collections::{HashMap, HashSet};

use super::fault::{Fault, Kind};
use super::mounts::{mount_point, read_port};
use super::value::{Data, Field, Tag, Value, blank, keyed};
use crate::model::Known;
use crate::source::{Span, Spanned};

/// What is deeper is not merged; Compose's own schema is 12 levels deep.
const DEEPEST: usize = 64;

/// How the values of a key come together. What is not in [`HOW`] is merged as what it is: maps key by key, lists one
/// behind the other, everything else by taking the later one.
#[derive(Copy, Clone, PartialEq, Eq)]
enum How {
    /// The later one.
    Replace,
    /// A map, or a list of `KEY=value` read as one.
    Pairs,
    /// A list, or one word that stands for a list of one.
    Words,
    /// A map, or a list of its keys.
    Keys,
    /// The same; what is only named is waited for until it has started.
    Waits,
    /// `build:`, whose short form is the context.
    Build,
    /// Names with addresses: all that differ stay.
    Hosts,
    /// `gpus:`; what is there already is a list by then.
    Devices,
    /// `ssh:`; what is there already is a map by then.
    Agents,
    /// One of `ulimits`: a number or a map.
    Limit,
    /// `logging:`: the options of one driver are nothing for another.
    Logging,
}

/// Below `services.NAME`; `*` is any key.
const HOW: [(&[&str], How); 28] = [
    (&["annotations"], How::Pairs),
    (&["build"], How::Build),
    (&["build", "additional_contexts"], How::Pairs),
    (&["build", "args"], How::Pairs),
    (&["build", "extra_hosts"], How::Hosts),
    (&["build", "labels"], How::Pairs),
    (&["build", "ssh"], How::Agents),
    (&["build", "ulimits", "*"], How::Limit),
    (&["command"], How::Replace),
    (&["depends_on"], How::Waits),
    (&["deploy", "labels"], How::Pairs),
    (&["dns"], How::Words),
    (&["dns_opt"], How::Words),
    (&["dns_search"], How::Words),
    (&["entrypoint"], How::Replace),
    (&["env_file"], How::Words),
    (&["environment"], How::Pairs),
    (&["extra_hosts"], How::Hosts),
    (&["gpus"], How::Devices),
    (&["healthcheck", "test"], How::Replace),
    (&["label_file"], How::Words),
    (&["labels"], How::Pairs),
    (&["logging"], How::Logging),
    (&["models"], How::Keys),
    (&["networks"], How::Keys),
    (&["sysctls"], How::Pairs),
    (&["tmpfs"], How::Words),
    (&["ulimits", "*"], How::Limit),
];

/// What makes two items of a list the same one: the later takes the place of the earlier.
#[derive(Copy, Clone, PartialEq, Eq)]
enum Same {
    /// The part before `=`.
    Word,
    /// The path in the container.
    Mount,
    /// The path in the container of a device.
    Device,
    /// Address, ports and protocol.
    Port,
    /// The target, or the source behind this.
    Given(&'static str),
    /// The path of an env file.
    Path,
}

/// Below `services.NAME`.
const UNIQUE: [(&str, Same); 15] = [
    ("cap_add", Same::Word),
    ("cap_drop", Same::Word),
    ("configs", Same::Given("/")),
    ("devices", Same::Device),
    ("dns", Same::Word),
    ("dns_opt", Same::Word),
    ("dns_search", Same::Word),
    ("env_file", Same::Path),
    ("expose", Same::Word),
    ("links", Same::Word),
    ("ports", Same::Port),
    ("profiles", Same::Word),
    ("secrets", Same::Given("/run/secrets/")),
    ("tmpfs", Same::Word),
    ("volumes", Same::Mount),
];

/// Below `services.NAME.build`.
const BUILT_ONCE: [&str; 1] = ["tags"];
/// Below `services.NAME.networks.NAME`.
const JOINED_ONCE: [&str; 2] = ["aliases", "link_local_ips"];

/// `over` on top of `base`: two files, or two documents of one. Faults are what cannot be merged.
pub fn files(base: Value, over: Value, faults: &mut Vec<Fault>) -> Value {
    Merge { path: Vec::new(), settled: true, faults }.merge(base, over)
}

/// A service on top of the one it extends.
pub fn service(base: Value, over: Value, faults: &mut Vec<Fault>) -> Value {
    Merge { path: vec!["services".into(), String::new()], settled: false, faults }.merge(base, over)
}

/// Brings what has a short form into its long one, as Compose does with a file before it looks for what others extend.
pub fn lengthen(root: &mut Value) {
    let Some(Data::Map(services)) = root.get_mut("services").map(|services| &mut services.data) else { return };
    for service in services {
        if let Some(gpus) = service.value.get_mut("gpus") {
            *gpus = all_devices(gpus.clone());
        }
        if let Some(ssh) = service.value.get_mut("build").and_then(|build| build.get_mut("ssh")) {
            *ssh = keyed(ssh.clone());
        }
    }
}

/// What is left when there is nothing to merge with: without what is reset, and each thing once.
pub fn settle(root: &mut Value) {
    prune(root, 0);
    let Data::Map(fields) = &mut root.data else { return };
    let Some(services) = fields.iter_mut().find(|field| field.key.value == "services") else { return };
    let Data::Map(services) = &mut services.value.data else { return };
    for service in services {
        let Data::Map(fields) = &mut service.value.data else { continue };
        for field in fields {
            let same = UNIQUE.iter().find(|(key, _)| *key == field.key.value);
            if let (Some((_, same)), Data::List(items)) = (same, &mut field.value.data) {
                once(items, *same);
            }
            nested(field);
        }
    }
}

/// What is there once below the keys of a service.
fn nested(field: &mut Field) {
    let inside: Vec<&mut Field> = match (field.key.value.as_str(), &mut field.value.data) {
        ("build", Data::Map(parts)) => {
            parts.iter_mut().filter(|part| BUILT_ONCE.contains(&part.key.as_str())).collect()
        }
        ("networks", Data::Map(networks)) => {
            let parts = networks.iter_mut().filter_map(|network| match &mut network.value.data {
                Data::Map(parts) => Some(parts.iter_mut()),
                _ => None,
            });
            parts.flatten().filter(|part| JOINED_ONCE.contains(&part.key.as_str())).collect()
        }
        _ => return,
    };
    for part in inside {
        if let Data::List(items) = &mut part.value.data {
            once(items, Same::Word);
        }
    }
}

/// Takes out what `!reset` removes.
fn prune(value: &mut Value, depth: usize) {
    if depth > DEEPEST {
        return;
    }
    match &mut value.data {
        Data::Map(fields) => {
            fields.retain(|field| field.value.tag != Tag::Reset);
            fields.iter_mut().for_each(|field| prune(&mut field.value, depth + 1));
        }
        Data::List(items) => {
            items.retain(|item| item.tag != Tag::Reset);
            items.iter_mut().for_each(|item| prune(item, depth + 1));
        }
        _ => {}
    }
}

fn once(items: &mut Vec<Value>, same: Same) {
    if items.len() < 2 {
        return;
    }
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut kept: Vec<Value> = Vec::with_capacity(items.len());
    for item in items.drain(..) {
        match identity(&item, same).map(|name| (places.get(&name).copied(), name)) {
            Some((Some(at), _)) => kept[at] = item,
            Some((None, name)) => {
                places.insert(name, kept.len());
                kept.push(item);
            }
            None => kept.push(item),
        }
    }
    *items = kept;
}

/// What an item is known by; `None` when that is not known here.
fn identity(item: &Value, same: Same) -> Option<String> {
    if item.unresolved.is_some() {
        return None;
    }
    let field = |key: &str| item.get(key).filter(|value| value.unresolved.is_none()).and_then(Value::text);
    Some(match same {
        Same::Word => {
            let text = item.text()?;
            text.split_once('=').map_or(text.clone(), |(key, _)| key.to_owned())
        }
        Same::Mount => mount_point(item)?,
        Same::Device => match item.text() {
            Some(text) => text.split(':').nth(1).unwrap_or(&text).to_owned(),
            None => field("target")?,
        },
        Same::Path => item.text().or_else(|| field("path"))?,
        Same::Given(above) => match item.text() {
            Some(source) => format!("{above}{source}"),
            None => field("target").or_else(|| Some(format!("{above}{}", field("source")?)))?,
        },
        Same::Port => {
            let port = read_port(item).ok()?;
            let address = match &port.host_ip {
                Known::Unresolved { .. } => return None,
                ip => ip.get().map_or("0.0.0.0", String::as_str),
            };
            let (Known::Set(target), published) = (&port.target, &port.published) else { return None };
            if matches!(published, Known::Unresolved { .. }) {
                return None;
            }
            // In a long form a number is to Compose another port than the same one as text.
            let number = matches!(item.get("published"), Some(Value { data: Data::Int(_), .. }));
            format!("{address} {number} {:?} {:?} {}", published.get(), target.value, port.protocol.name())
        }
    })
}

struct Merge<'a> {
    /// The keys above.
    path: Vec<String>,
    /// Whether what is there already is to be brought into its long form: a file before was, what is extended is as it is.
    settled: bool,
    faults: &'a mut Vec<Fault>,
}

impl Merge<'_> {
    fn how(&self) -> Option<How> {
        let [top, _, below @ ..] = &self.path[..] else { return None };
        let fits = |path: &[&str]| {
            path.len() == below.len() && path.iter().zip(below).all(|(known, key)| *known == "*" || key == known)
        };
        let found = HOW.iter().find(|(path, _)| fits(path));
        match top.as_str() {
            "services" => found.map(|(_, how)| *how),
            "networks" | "volumes" => matches!(below, [key] if key == "labels").then_some(How::Pairs),
            _ => None,
        }
    }

    fn merge(&mut self, base: Value, over: Value) -> Value {
        match over.tag {
            Tag::Override => return over,
            Tag::Reset => return Value { data: Data::Null, ..over },
            Tag::None => {}
        }
        let how = self.how();
        if base.is_null() || how == Some(How::Replace) || self.path.len() > DEEPEST {
            return over;
        }
        if over.is_null() {
            return base;
        }
        let (base, over) = match how {
            Some(How::Pairs) => (keyed(base), keyed(over)),
            Some(How::Words) => (listed(base), listed(over)),
            Some(How::Keys) => (mapped(base), mapped(over)),
            Some(How::Waits) => (waits(base), waits(over)),
            Some(How::Hosts) => hosts(base, over),
            Some(How::Devices) if self.settled => (all_devices(base), over),
            Some(How::Agents) if self.settled => (keyed(base), over),
            Some(How::Limit) if !matches!((&base.data, &over.data), (Data::Map(_), Data::Map(_))) => return over,
            Some(How::Build) => (with_context(base), with_context(over)),
            Some(How::Logging) if other_driver(&base, &over) => return over,
            _ => (base, over),
        };
        let whole = || over.unresolved.is_none() && base.unresolved.is_none();
        let refused = match (&base.data, &over.data) {
            (Data::Map(_), Data::Map(_)) | (Data::List(_), Data::List(_)) => false,
            (Data::Map(_) | Data::List(_), _) => whole(),
            _ => false,
        };
        if refused {
            let message = format!(
                "`{}` is {} here and {} in what this is merged with; Compose cannot put them together",
                self.path.iter().filter(|key| !key.is_empty()).map(String::as_str).collect::<Vec<_>>().join("."),
                over.kind_name(),
                base.kind_name(),
            );
            let help = format!("write {}, or `!override` in front of the value", base.kind_name());
            self.faults.push(Kind::Type.at(over.span, message).help(help).related(base.span, "merged with this"));
            return base;
        }
        match (base.data, over.data) {
            (Data::Map(fields), Data::Map(more)) => {
                let data = Data::Map(self.fields(fields, more, how == Some(How::Pairs)));
                // A service or a volume is known by the place that names it first.
                let (span, key) = if self.path.len() <= 2 { (base.span, base.key) } else { (over.span, over.key) };
                Value { data, ..blank(span, key) }
            }
            (Data::List(mut items), Data::List(more)) => {
                items.extend(more);
                Value { data: Data::List(items), ..blank(over.span, over.key) }
            }
            (_, data) => Value {
                data,
                inner: over.inner,
                filled: over.filled,
                unresolved: over.unresolved,
                ..blank(over.span, over.key)
            },
        }
    }

    /// `pairs`: a name without a value is a value, too: that of the shell, or nothing.
    fn fields(&mut self, mut fields: Vec<Field>, more: Vec<Field>, pairs: bool) -> Vec<Field> {
        let mut places: HashMap<String, usize> =
            fields.iter().enumerate().map(|(at, field)| (field.key.value.clone(), at)).collect();
        for field in more {
            let Some(&at) = places.get(&field.key.value) else {
                places.insert(field.key.value.clone(), fields.len());
                fields.push(field);
                continue;
            };
            let old = std::mem::replace(&mut fields[at].value, blank(field.key.span, None));
            let stays = self.path.len() < 2 && !old.is_null();
            self.path.push(field.key.value.clone());
            fields[at].value = match pairs && field.value.tag == Tag::None {
                true => field.value,
                false => self.merge(old, field.value),
            };
            self.path.pop();
            if !stays {
                fields[at].key = field.key;
            }
        }
        fields.retain(|field| field.value.tag != Tag::Reset);
        fields
    }
}

/// One word as a list of one.
fn listed(value: Value) -> Value {
    match value.data {
        Data::Text(_) => {
            let (span, key) = (value.span, value.key);
            Value { data: Data::List(vec![value]), ..blank(span, key) }
        }
        _ => value,
    }
}

/// A list of names as a map of them.
fn mapped(value: Value) -> Value {
    named(value, |_, _| Data::Null)
}

/// The same for services to wait for, each with what a name alone says.
fn waits(value: Value) -> Value {
    named(value, |span, key| {
        let part = |name: &str, data: Data| Field {
            key: Spanned::new(name.to_owned(), span),
            value: Value { data, ..blank(span, key) },
        };
        Data::Map(vec![part("condition", Data::Text("service_started".into())), part("required", Data::Bool(true))])
    })
}

fn named(value: Value, says: impl Fn(Span, Option<Span>) -> Data) -> Value {
    let Data::List(items) = value.data else { return value };
    let field = |item: Value| {
        let data = says(item.span, item.key);
        Some(Field { key: Spanned::new(item.text()?, item.span), value: Value { data, ..blank(item.span, item.key) } })
    };
    Value { data: Data::Map(items.into_iter().filter_map(field).collect()), ..blank(value.span, value.key) }
}

/// Names with addresses as lines, and those of the later one that the earlier one has not.
fn hosts(base: Value, over: Value) -> (Value, Value) {
    let (base, mut over) = (lines(base), lines(over));
    let known: HashSet<String> = base.items().iter().filter_map(Value::text).collect();
    if let Data::List(items) = &mut over.data {
        items.retain(|item| item.text().is_none_or(|line| !known.contains(&line)));
    }
    (base, over)
}

/// A map as lines of `key=value`, one for every item of a list.
fn lines(value: Value) -> Value {
    let Data::Map(fields) = value.data else { return value };
    let mut lines = Vec::with_capacity(fields.len());
    for field in fields {
        let name = &field.key.value;
        let single = std::slice::from_ref(&field.value);
        let several = if let Data::List(items) = &field.value.data { items } else { single };
        lines.extend(several.iter().map(|item| Value {
            data: Data::Text(item.text().map_or(name.clone(), |text| format!("{name}={text}"))),
            unresolved: item.unresolved.clone(),
            ..blank(item.span, item.key)
        }));
    }
    Value { data: Data::List(lines), ..blank(value.span, value.key) }
}

/// `all` as a list of one request.
fn all_devices(value: Value) -> Value {
    let Data::Text(_) = value.data else { return value };
    let (span, key) = (value.span, value.key);
    let count = Field { key: Spanned::new("count".into(), span), value };
    let request = Value { data: Data::Map(vec![count]), ..blank(span, key) };
    Value { data: Data::List(vec![request]), ..blank(span, key) }
}

/// The short form of `build:` as its long one.
fn with_context(value: Value) -> Value {
    let Data::Text(_) = value.data else { return value };
    let (span, key) = (value.span, value.key);
    let context = Field { key: Spanned::new("context".into(), span), value };
    Value { data: Data::Map(vec![context]), ..blank(span, key) }
}

fn other_driver(base: &Value, over: &Value) -> bool {
    let driver = |value: &Value| value.get("driver").and_then(Value::text);
    matches!((driver(base), driver(over)), (Some(a), Some(b)) if a != b)
}
