//! A service's fields from its values.

use super::mounts::{read_mount, read_port};
use super::value::{Data, Field, Value, boolean, known_text, pairs, why};
use super::{
    Build, Condition, Dependency, Directories, EnvFileRef, Form, Mount, MountKind, SecretRef, Service, ServiceId,
};
use std::collections::HashSet;

use crate::model::image::ImageRef;
use crate::model::{Healthcheck, Known};
use crate::source::{Role, Span, Spanned, join};
use crate::syntax::shell;

/// Reads one service.
pub(super) fn read(name: Spanned<String>, span: Span, value: &Value, directories: &Directories) -> Service {
    let get = |key: &str| value.get(key);
    let known = |key: &str| known_text(get(key));
    let limits = |key: &str| value.get("deploy")?.get("resources")?.get("limits")?.get(key);
    let policy = |key: &str| value.get("deploy")?.get("restart_policy")?.get(key);
    let keys = |value: &Value| value.fields().iter().map(|field| field.key.clone()).collect();
    Service {
        form: Form::Service,
        image: known_text(get("image")).map_set(|text| ImageRef::parse(&text)),
        // `build: !override` with nothing behind it takes the build of the base away, beside an image.
        build: get("build")
            .filter(|build| build.as_str() != Some("") || get("image").is_none())
            .and_then(|build| read_build(build, directories)),
        ports: get("ports")
            .map_or(Vec::new(), |ports| ports.items().iter().filter_map(|p| read_port(p).ok()).collect()),
        environment: variables(get("environment")),
        env_files: env_files(get("env_file"), directories),
        mounts: mounts(value, directories),
        depends_on: dependencies(value).into_iter().map(|dependency| dependency.service).collect(),
        dependencies: dependencies(value),
        networks: names(get("networks")),
        aliases: aliases(get("networks")),
        hosts: hosts(&get),
        network_mode: known("network_mode"),
        pid: known("pid"),
        ipc: known("ipc"),
        privileged: known_text(get("privileged")).and_then_set(|text| boolean(&text)),
        cap_add: names(get("cap_add")),
        cap_drop: names(get("cap_drop")),
        devices: devices(get("devices")),
        security_opt: names(get("security_opt")),
        read_only: known_text(get("read_only")).and_then_set(|text| boolean(&text)),
        api_socket: known_text(get("use_api_socket")).and_then_set(|text| boolean(&text)),
        user: known("user"),
        restart: known_text(policy("condition").or_else(|| get("restart"))),
        attempts: known_text(policy("max_attempts")).and_then_set(|text| text.parse().ok()),
        command: words(get("command")),
        entrypoint: words(get("entrypoint")),
        healthcheck: get("healthcheck").map_or(Healthcheck::Inherited, healthcheck),
        lost_probe_words: get("healthcheck").map_or(Vec::new(), lost_probe_words),
        memory_limit: known_text(get("mem_limit").or_else(|| limits("memory"))),
        replicas: known_text(get("scale").or_else(|| get("deploy")?.get("replicas"))).and_then_set(|t| t.parse().ok()),
        profiles: names(get("profiles")),
        labels: variables(get("labels")),
        container_name: known("container_name"),
        hostname: known("hostname"),
        working_dir: known("working_dir"),
        expose: names(get("expose")),
        secrets: sources(get("secrets")),
        configs: sources(get("configs")),
        provider: get("provider").is_some(),
        logging: known_text(get("logging").and_then(|logging| logging.get("driver"))),
        keys: keys(value),
        deploy: get("deploy").map(keys).unwrap_or_default(),
        gap: None,
        id: ServiceId::default(),
        role: Role::Production,
        file: name.span.file,
        name,
        span,
    }
}

impl<T> Known<T> {
    /// Another type for a written value.
    fn map_set<U>(self, f: impl FnOnce(T) -> U) -> Known<U> {
        self.and_then_set(|value| Some(f(value)))
    }

    /// Another type for a written value; what cannot be read is as good as unresolved.
    fn and_then_set<U>(self, f: impl FnOnce(T) -> Option<U>) -> Known<U> {
        match self {
            Known::Set(Spanned { value, span }) => match f(value) {
                Some(value) => Known::Set(Spanned::new(value, span)),
                None => Known::unresolved(span, "the value cannot be read"),
            },
            Known::Default(value) => f(value).map_or(Known::Absent, Known::Default),
            Known::Absent => Known::Absent,
            Known::Unresolved { span, why, .. } => Known::unresolved(span, why),
        }
    }
}

fn variables(value: Option<&Value>) -> Vec<(Spanned<String>, Known<String>)> {
    let variable = |field: &Field| (field.key.clone(), known_text(Some(&field.value)));
    value.map(|value| pairs(value).iter().map(variable).collect()).unwrap_or_default()
}

/// The items of a list, or the keys of a map; a single word counts as a list of one.
pub(super) fn names(value: Option<&Value>) -> Vec<Spanned<String>> {
    let Some(value) = value else { return Vec::new() };
    match &value.data {
        Data::List(items) => items.iter().filter_map(name).collect(),
        Data::Map(fields) => fields.iter().map(|field| field.key.clone()).collect(),
        _ => name(value).into_iter().collect(),
    }
}

fn name(value: &Value) -> Option<Spanned<String>> {
    let text = value.text().filter(|_| value.unresolved.is_none())?;
    Some(Spanned::new(text, value.inner.unwrap_or(value.span)))
}

/// The devices of the host, without the place and the rights they get.
fn devices(value: Option<&Value>) -> Vec<Spanned<String>> {
    let items = value.map_or(&[][..], |value| value.items());
    let source = |item: &Value| name(item.get("source").unwrap_or(item));
    let first = |text: String| text.split(':').next().unwrap_or("").to_owned();
    items.iter().filter_map(source).map(|device| device.map(first)).collect()
}

/// The names that a container finds in its own `/etc/hosts`.
fn hosts<'a>(get: &impl Fn(&str) -> Option<&'a Value>) -> Vec<Spanned<String>> {
    let first = |name: Spanned<String>| name.map(|text| text.split([':', '=']).next().unwrap_or("").to_owned());
    let last = |name: Spanned<String>| name.map(|text| text.rsplit(':').next().unwrap_or("").to_owned());
    let links = ["links", "external_links"].into_iter().flat_map(|key| names(get(key))).map(last);
    names(get("extra_hosts")).into_iter().map(first).chain(links).collect()
}

fn aliases(value: Option<&Value>) -> Vec<Spanned<String>> {
    let fields = value.map_or(&[][..], |value| value.fields());
    fields.iter().flat_map(|field| names(field.value.get("aliases"))).collect()
}

fn sources(value: Option<&Value>) -> Vec<SecretRef> {
    let items = value.map_or(&[][..], |value| value.items());
    items
        .iter()
        .filter_map(|item| {
            let source = name(item.get("source").unwrap_or(item))?;
            let owned = item.fields().iter().find(|field| matches!(field.key.value.as_str(), "uid" | "gid" | "mode"));
            Some(SecretRef { source, target: known_text(item.get("target")), owned: owned.map(|own| own.key.clone()) })
        })
        .collect()
}

fn words(value: Option<&Value>) -> Known<Vec<String>> {
    let Some(value) = value else { return Known::Absent };
    let missing = value.unresolved.as_ref().or_else(|| value.items().iter().find_map(|item| item.unresolved.as_ref()));
    if let Some(missing) = missing {
        // A list is as long as it is, whatever its items are.
        let written = |value: &Value| {
            let marked = value.unresolved.as_ref().map(|missing| missing.marked.clone());
            marked.or_else(|| value.text()).unwrap_or_default()
        };
        let text = match &value.data {
            Data::List(items) => items.iter().map(written).collect::<Vec<_>>().join(" "),
            _ => written(value),
        };
        let partly = Some(Box::new(Spanned::new(text, value.span)));
        return Known::Unresolved { span: value.span, why: why(&missing.variable), partly };
    }
    let words = match &value.data {
        Data::Text(text) => shell::words(text).into_iter().map(|word| word.text).collect(),
        Data::List(items) => items.iter().filter_map(Value::text).collect(),
        _ => return Known::Absent,
    };
    Known::Set(Spanned::new(words, value.span))
}

fn read_build(value: &Value, directories: &Directories) -> Option<Build> {
    let context = match &value.data {
        Data::Text(_) => Some(value),
        Data::Map(_) => value.get("context"),
        _ => return None,
    };
    let context = match known_text(context) {
        Known::Set(text) if remote(&text.value) => {
            Known::unresolved(text.span, "the build context is not in the project")
        }
        Known::Set(path) => Known::Set(directories.join(path)),
        Known::Absent | Known::Default(_) => Known::Default(join(directories.of(value.span), ".")),
        unresolved @ Known::Unresolved { .. } => unresolved,
    };
    let inline = value.get("dockerfile_inline");
    let dockerfile = match (&context, known_text(value.get("dockerfile")), inline) {
        (_, _, Some(inline)) => match known_text(Some(inline)) {
            unresolved @ Known::Unresolved { .. } => unresolved,
            _ => Known::unresolved(inline.span, "the Dockerfile is written inline"),
        },
        (Known::Unresolved { span, why, .. }, ..) => Known::unresolved(*span, why.clone()),
        (context, Known::Set(text), _) => {
            Known::Set(text.map(|path| join(context.get().map_or("", String::as_str), &path)))
        }
        (_, unresolved @ Known::Unresolved { .. }, _) => unresolved,
        (context, ..) => Known::Default(join(context.get().map_or("", String::as_str), "Dockerfile")),
    };
    let inline = inline.and_then(|inline| Some(Spanned::new(known_text(Some(inline)).get()?.clone(), inline.span)));
    let target = known_text(value.get("target"));
    let (args, contexts) = (variables(value.get("args")), variables(value.get("additional_contexts")));
    Some(Build { span: value.span, context, dockerfile, inline, target, args, contexts })
}

fn remote(context: &str) -> bool {
    context.contains("://")
        || context.starts_with("git@")
        || context.starts_with("github.com/")
        || context.ends_with(".git")
        || context.starts_with("service:")
}

fn env_files(value: Option<&Value>, directories: &Directories) -> Vec<EnvFileRef> {
    let Some(value) = value else { return Vec::new() };
    let one = [value];
    let items: Vec<&Value> = match &value.data {
        Data::List(items) => items.iter().collect(),
        Data::Text(_) => one.to_vec(),
        _ => Vec::new(),
    };
    let read = |item: &Value| EnvFileRef {
        path: match known_text(item.get("path").or(Some(item))) {
            Known::Set(path) => Known::Set(directories.join(path)),
            other => other,
        },
        required: item.get("required").and_then(Value::text).and_then(|text| boolean(&text)) != Some(false),
        raw: item.get("format").and_then(Value::as_str) == Some("raw"),
    };
    items.into_iter().map(read).collect()
}

fn mounts(service: &Value, directories: &Directories) -> Vec<Mount> {
    let items = service.get("volumes").map_or(&[][..], |value| value.items());
    let mut mounts: Vec<Mount> =
        items.iter().filter_map(|item| read_mount(item, directories.of(item.span)).ok()).collect();
    for target in names(service.get("tmpfs")) {
        let path = target.value.split(':').next().unwrap_or("").to_owned();
        mounts.push(Mount {
            span: target.span,
            kind: MountKind::Tmpfs,
            source: Known::Absent,
            target: Known::Set(Spanned::new(path, target.span)),
            read_only: false,
        });
    }
    mounts
}

/// What a service needs to run: `depends_on`, and what it lacks of `links`, `volumes_from` and namespaces of other services
/// (compose-go, `setIfMissing`).
fn dependencies(service: &Value) -> Vec<Dependency> {
    let mut found = Vec::new();
    let mut known = HashSet::new();
    let mut add = |service: Spanned<String>, condition: Option<&Value>, required: bool| {
        let condition = match condition.and_then(Value::as_str) {
            None | Some("service_started") => Condition::Started,
            Some("service_healthy") => Condition::Healthy,
            Some("service_completed_successfully") => Condition::Completed,
            Some(_) => Condition::Unknown,
        };
        if known.insert(service.value.clone()) {
            found.push(Dependency { service, condition, required });
        }
    };
    match service.get("depends_on").map(|value| (value, &value.data)) {
        Some((_, Data::Map(fields))) => {
            for field in fields {
                let required = field.value.get("required").and_then(Value::text).and_then(|text| boolean(&text));
                add(field.key.clone(), field.value.get("condition"), required != Some(false));
            }
        }
        Some((value, _)) => names(Some(value)).into_iter().for_each(|name| add(name, None, true)),
        None => {}
    }
    let first = |name: Spanned<String>| name.map(|text| text.split(':').next().unwrap_or("").to_owned());
    for link in names(service.get("links")) {
        add(first(link), None, true);
    }
    for from in names(service.get("volumes_from")).into_iter().filter(|from| !from.value.starts_with("container:")) {
        add(first(from), None, true);
    }
    for key in ["network_mode", "ipc", "pid", "uts"] {
        let Some(mode) = service.get(key).and_then(name) else { continue };
        if let Some(other) = mode.value.strip_prefix("service:") {
            add(Spanned::new(other.to_owned(), mode.span), None, true);
        }
    }
    found
}

fn healthcheck(value: &Value) -> Healthcheck {
    if let Some(disable) = value.get("disable")
        && disable.text().and_then(|text| boolean(&text)) == Some(true)
    {
        return Healthcheck::Disabled;
    }
    let Some(test) = value.get("test") else { return Healthcheck::Inherited };
    if test.unresolved.is_some() || test.items().iter().any(|item| item.unresolved.is_some()) {
        return Healthcheck::Unresolved(test.span);
    }
    let span = test.inner.unwrap_or(test.span);
    match &test.data {
        Data::Text(text) if text == "NONE" => Healthcheck::Disabled,
        Data::Text(text) => Healthcheck::Shell(Spanned::new(text.clone(), span)),
        Data::List(items) => {
            let words: Vec<Spanned<String>> = items.iter().filter_map(name).collect();
            match words.first().map(|word| word.value.as_str()) {
                Some("NONE") => Healthcheck::Disabled,
                Some("CMD-SHELL") => match words.into_iter().nth(1) {
                    Some(script) => Healthcheck::Shell(script),
                    None => Healthcheck::Unresolved(test.span),
                },
                Some("CMD") if words.len() > 1 => Healthcheck::Exec(words[1..].to_vec()),
                _ => Healthcheck::Unresolved(test.span),
            }
        }
        _ => Healthcheck::Inherited,
    }
}

fn lost_probe_words(check: &Value) -> Vec<Spanned<String>> {
    let words = check.get("test").map_or(&[][..], |test| test.items());
    match words.first().and_then(Value::as_str) {
        Some("CMD-SHELL") => words.iter().skip(2).filter_map(name).collect(),
        _ => Vec::new(),
    }
}
