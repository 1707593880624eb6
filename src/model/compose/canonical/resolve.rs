//! What Compose puts into a model before it prints it: the variables of env files, the names of resources, the network
//! that everybody is in. And what it takes out: services whose profile is not on, resources that nobody uses.

use std::collections::HashSet;

use super::long::{map, mounts, set};
use super::{Outside, text};
use crate::model::Known;
use crate::model::compose::value::{Data, Field, Value, blank, boolean, keyed, known_text, pairs};
use crate::model::compose::{Composition, service};
use crate::source::{Cut, Span, Spanned, join};
use crate::syntax::dotenv::{Dialect, Environment};

/// The project's name: said, in the environment, in a file, or that of its directory.
pub(super) fn project_name(
    compose: &Composition,
    merged: &Value,
    environment: &Environment,
    root: &str,
    said: Option<&str>,
) -> Spanned<String> {
    let start = Span::new(compose.file, 0, 0);
    if let Some(name) = said.or(environment.get("COMPOSE_PROJECT_NAME")).filter(|name| !name.is_empty()) {
        return Spanned::new(normal(name), start);
    }
    if let Known::Set(name) = known_text(merged.get("name"))
        && !name.value.is_empty()
    {
        return name.map(|name| normal(&name));
    }
    let directory = join(root, &compose.directories.project);
    Spanned::new(normal(directory.rsplit('/').next().unwrap_or("")), start)
}

/// A name as Compose writes it.
fn normal(name: &str) -> String {
    let allowed = |c: &char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-');
    let name: String = name.to_lowercase().chars().filter(allowed).collect();
    name.trim_start_matches(['_', '-']).to_owned()
}

/// The model with all that.
pub(super) fn resolve(outside: &Outside, merged: &Value) -> Value {
    let mut root = merged.clone();
    let compose = outside.compose;
    let on = |field: &Field| {
        let profiles = service::names(field.value.get("profiles"));
        profiles.is_empty() || profiles.iter().any(|profile| compose.switches_on(&profile.value))
    };
    if let Some(Value { data: Data::Map(services), .. }) = root.get_mut("services") {
        services.retain(on);
        services.iter_mut().for_each(|field| service(outside, &mut field.value));
    }
    let used = Used::of(outside, &root);
    for section in ["networks", "volumes", "secrets", "configs", "models"] {
        resources(outside, &mut root, section, &used);
    }
    root
}

/// One service.
fn service(outside: &Outside, value: &mut Value) {
    if value.is_null() {
        value.data = Data::Map(Vec::new());
    }
    if value.get("env_file").is_some() || value.get("environment").is_some() {
        let complete = environment(outside, value);
        set(value, "environment", complete);
    }
    if let Some(files) = value.get("label_file").cloned() {
        let mut labels: Vec<Field> = Vec::new();
        for path in service::names(Some(&files)) {
            let read = read(outside, &path, Dialect::Compose, &outside.environment);
            merge(&mut labels, read);
        }
        merge(&mut labels, value.get("labels").map_or(Vec::new(), |own| pairs(own).into_owned()));
        let at = files.span;
        set(value, "labels", Value { data: Data::Map(labels), ..blank(at, None) });
    }
    if let Some(build) = value.get("build").cloned() {
        set(value, "build", complete_build(build));
    }
    // How many there are is said in one place.
    if let (Some(scale), Some(deploy)) = (value.get("scale").cloned(), value.get_mut("deploy"))
        && !scale.is_null()
    {
        set(deploy, "replicas", scale);
    }
    dependencies(value);
    let alone = value.get("network_mode").is_some_and(|mode| !mode.is_null()) || value.get("provider").is_some();
    let networks = value.get("networks").is_some_and(|own| !own.fields().is_empty() || !own.items().is_empty());
    if !alone && !networks {
        let default = map(value, vec![("default", blank(value.span.at_start(), None))]);
        set(value, "networks", default);
    }
}

/// `environment:` on top of the env files.
fn environment(outside: &Outside, value: &Value) -> Value {
    let own = value.get("environment").map_or(Vec::new(), |own| keyed(own.clone()).fields().to_vec());
    let known = own.iter().filter_map(|field| Some((field.key.value.clone(), field.value.text()?)));
    let around: Environment =
        known.chain(outside.environment.iter().map(|(name, value)| (name.to_owned(), value.to_owned()))).collect();
    let mut all: Vec<Field> = Vec::new();
    let files = value.get("env_file");
    for item in files
        .map_or(&[][..], |files| if files.items().is_empty() { std::slice::from_ref(files) } else { files.items() })
    {
        let Known::Set(path) = known_text(Some(item.get("path").unwrap_or(item))) else { continue };
        let raw = item.get("format").and_then(Value::as_str) == Some("raw");
        let dialect = if raw { Dialect::Docker } else { Dialect::Compose };
        merge(&mut all, read(outside, &path, dialect, &around));
    }
    merge(&mut all, own);
    let at = value.get("environment").or(files).map_or(value.span, |at| at.span);
    Value { data: Data::Map(all), ..blank(at, None) }
}

/// What is in an env file.
fn read(outside: &Outside, path: &Spanned<String>, dialect: Dialect, around: &Environment) -> Vec<Field> {
    let full = outside.compose.directories.join(path.clone());
    let Some(reading) = outside.library.reading(&full.value, dialect, around) else { return Vec::new() };
    let effective = reading.effective(dialect).into_iter();
    effective
        .filter_map(|entry| {
            let decoded = match &entry.value {
                crate::syntax::dotenv::Value::Text(decoded) => decoded,
                _ => return None,
            };
            let written = decoded.as_str();
            let place = decoded.origin(0..written.len());
            let at = entry.key.span;
            let span = if place.is_empty() { at } else { Span::new(at.file, place.start, place.end) };
            let value = text(written.to_owned(), &blank(span, Some(at)));
            Some(Field { key: entry.key.clone(), value })
        })
        .collect()
}

/// The later ones take the place of the earlier ones.
fn merge(all: &mut Vec<Field>, more: Vec<Field>) {
    let mut places: std::collections::HashMap<String, usize> =
        all.iter().enumerate().map(|(at, field)| (field.key.value.clone(), at)).collect();
    for field in more {
        match places.get(&field.key.value) {
            Some(&at) => all[at] = field,
            None => {
                places.insert(field.key.value.clone(), all.len());
                all.push(field);
            }
        }
    }
}

fn complete_build(build: Value) -> Value {
    let mut build = match build.text() {
        Some(_) => map(&build.clone(), vec![("context", build)]),
        None => build,
    };
    let said = |word: &str, at: &Value| text(word.to_owned(), &blank(at.span.at_start(), None));
    if build.get("context").is_none_or(Value::is_null) {
        let here = said(".", &build);
        set(&mut build, "context", here);
    }
    if build.get("dockerfile").is_none_or(Value::is_null) && build.get("dockerfile_inline").is_none() {
        let usual = said("Dockerfile", &build);
        set(&mut build, "dockerfile", usual);
    }
    build
}

/// Whom a service waits for without saying so.
fn dependencies(value: &mut Value) {
    let mut implied: Vec<(String, bool, Span)> = Vec::new();
    for link in service::names(value.get("links")) {
        let name = link.value.split(':').next().unwrap_or("").to_owned();
        implied.push((name, true, link.span));
    }
    for key in ["network_mode", "ipc", "pid", "uts", "cgroup"] {
        if let Known::Set(mode) = known_text(value.get(key))
            && let Some(name) = mode.value.strip_prefix("service:")
        {
            implied.push((name.to_owned(), true, mode.span));
        }
    }
    for from in service::names(value.get("volumes_from")) {
        if !from.value.starts_with("container:") {
            implied.push((from.value.split(':').next().unwrap_or("").to_owned(), false, from.span));
        }
    }
    if implied.is_empty() && value.get("depends_on").is_none() {
        return;
    }
    let start = value.get("depends_on").map_or(value.span, |on| on.span);
    let mut on: Vec<Field> = match value.get("depends_on") {
        Some(Value { data: Data::List(items), .. }) => items
            .iter()
            .filter_map(|item| {
                Some(Field { key: Spanned::new(item.text()?, item.span), value: blank(item.span, None) })
            })
            .collect(),
        Some(map) => map.fields().to_vec(),
        None => Vec::new(),
    };
    for (name, restart, at) in implied {
        if on.iter().all(|field| field.key.value != name) {
            let here = blank(at, None);
            let again = Value { data: Data::Bool(restart), ..here.clone() };
            on.push(Field { key: Spanned::new(name, at), value: map(&here, vec![("restart", again)]) });
        }
    }
    set(value, "depends_on", Value { data: Data::Map(on), ..blank(start, None) });
}

/// The names that services use.
#[derive(Default)]
struct Used {
    networks: HashSet<String>,
    volumes: HashSet<String>,
    secrets: HashSet<String>,
    configs: HashSet<String>,
    models: HashSet<String>,
}

impl Used {
    fn of(outside: &Outside, root: &Value) -> Self {
        let mut used = Used::default();
        let add = |names: &mut HashSet<String>, value: Option<&Value>| {
            names.extend(service::names(value).into_iter().map(|name| name.value));
            let sources = value.map_or(&[][..], |value| value.items()).iter();
            names.extend(sources.filter_map(|item| item.get("source")?.text()));
        };
        for service in root.get("services").map_or(&[][..], |services| services.fields()) {
            let part = |key: &str| service.value.get(key);
            add(&mut used.networks, part("networks"));
            add(&mut used.secrets, part("secrets"));
            add(&mut used.secrets, part("build").and_then(|build| build.get("secrets")));
            add(&mut used.configs, part("configs"));
            add(&mut used.models, part("models"));
            let mounted = part("volumes").map(|volumes| mounts(outside, volumes));
            let volumes = mounted.iter().flat_map(|mounted| mounted.items());
            let volumes = volumes.filter(|item| item.get("type").and_then(Value::as_str) == Some("volume"));
            used.volumes.extend(volumes.filter_map(|item| item.get("source")?.text()));
        }
        used
    }

    fn has(&self, section: &str, name: &str) -> bool {
        match section {
            "networks" => self.networks.contains(name),
            "volumes" => self.volumes.contains(name),
            "secrets" => self.secrets.contains(name),
            "configs" => self.configs.contains(name),
            _ => self.models.contains(name),
        }
    }
}

/// What is defined at the top: what is used of it, each with its name.
fn resources(outside: &Outside, root: &mut Value, section: &str, used: &Used) {
    if section == "networks" && used.networks.contains("default") {
        if root.get(section).is_none_or(Value::is_null) {
            let none = map(root, Vec::new());
            set(root, section, none);
        }
        if let Some(networks) = root.get_mut(section)
            && networks.get("default").is_none()
        {
            let default = blank(networks.span, None);
            set(networks, "default", default);
        }
    }
    let Some(Value { data: Data::Map(fields), .. }) = root.get_mut(section) else { return };
    fields.retain(|field| used.has(section, &field.key.value));
    for field in fields.iter_mut() {
        if field.value.is_null() {
            field.value.data = Data::Map(Vec::new());
        }
        let key = &field.key.value;
        if section == "models" || field.value.get("name").is_some_and(|name| !name.is_null()) {
            continue;
        }
        let external = field.value.get("external").and_then(Value::text).and_then(|text| boolean(&text)) == Some(true);
        let name = if external { key.clone() } else { format!("{}_{key}", outside.name.value) };
        let name = text(name, &blank(field.key.span.at_start(), None));
        set(&mut field.value, "name", name);
        local_device(outside, &mut field.value);
    }
}

/// The device of a local volume that is a directory of the machine.
fn local_device(outside: &Outside, volume: &mut Value) {
    let local = volume.get("driver").is_none_or(|driver| driver.as_str() == Some("local"));
    let Some(options) = volume.get_mut("driver_opts").filter(|_| local) else { return };
    let says = |key: &str, word: &str| options.get(key).and_then(Value::as_str).is_some_and(|text| text == word);
    let binds = says("o", "bind");
    if let Some(device) = options.get_mut("device").filter(|_| binds)
        && let Some(path) = device.text().filter(|path| !path.is_empty())
    {
        let end = path.len();
        device.data = Data::Text(outside.absolute(path.cut(..end), device.span));
    }
}
