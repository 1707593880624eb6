//! What Compose refuses although the schema allows it (compose-go, `loader/validate.go`, `validation/`).

use std::collections::{HashMap, HashSet};

use super::mounts::{read_mount, read_port};
use super::value::{Data, Field, Value};
use super::{Composition, MountKind, Named, Resource, Undefined};
use crate::model::Known;
use crate::source::{Cut, Span, Spanned};
use crate::syntax::Fault;

/// Adds faults, undefined names and conditional breaks to a file that is otherwise read.
pub(super) fn check(compose: &mut Composition, root: &Value, directory: &str) {
    let mut faults = Vec::new();
    let mut breaks = Vec::new();
    let services = root.get("services").map_or(&[][..], |services| services.fields());
    for field in services {
        short_forms(field, directory, &mut faults, &mut breaks);
        values(field, &mut faults);
        contradictions(field, &mut faults);
        healthcheck(field, &mut faults);
    }
    container_names(compose, &mut faults);
    sections(root, &mut faults);
    // Parts that stand elsewhere may bring an image.
    images(compose, root, &mut faults, &mut breaks);
    circles(compose, &mut faults);
    compose.undefined = undefined(compose, root);
    compose.faults.extend(faults);
    compose.breaks.extend(breaks);
}

type Breaks = Vec<(Span, String, String)>;

/// The value with blanks for what is not set, as Compose would read it then.
fn blanked(value: &Value) -> Option<(Value, &str)> {
    let missing = value.unresolved.as_ref()?;
    Some((Value { unresolved: None, ..value.clone() }, &missing.variable))
}

fn short_forms(service: &Field, directory: &str, faults: &mut Vec<Fault>, breaks: &mut Breaks) {
    let name = &service.key.value;
    let mut look = |key: &str, read: &dyn Fn(&Value) -> Result<(), String>, help: &str| {
        let items = service.value.get(key).map_or(&[][..], |value| value.items());
        for item in items {
            if let Err(why) = read(item) {
                let message = format!("service `{name}` has an entry in `{key}` that Compose refuses: {why}");
                faults.push(Fault::new(item.span, message).help(help));
            } else if let Some((blank, variable)) = blanked(item)
                && let Err(why) = read(&blank)
            {
                breaks.push((item.span, variable.to_owned(), why));
            }
        }
    };
    look("ports", &|item| read_port(item).map(drop), "write `\"8080:80\"` or `\"127.0.0.1:8080:80\"`");
    look("volumes", &|item| read_mount(item, directory).map(drop), "write `./source:/target` or `name:/target`");
    let mut targets: HashMap<String, &'static str> = HashMap::new();
    for item in service.value.get("tmpfs").map_or(&[][..], |value| value.items()) {
        if let Some(path) = item.as_str() {
            targets.insert(path.split(':').next().unwrap_or("").to_owned(), "tmpfs");
        }
    }
    if targets.is_empty() {
        return;
    }
    for item in service.value.get("volumes").map_or(&[][..], |value| value.items()) {
        let Ok(mount) = read_mount(item, directory) else { continue };
        if mount.target.get().is_some_and(|target| targets.contains_key(target)) {
            let message = format!("service `{name}` mounts a volume and a tmpfs at the same path; Compose refuses it");
            faults.push(Fault::new(item.span, message).help("remove one of the two"));
        }
    }
}

/// Values whose text must have a form.
fn values(service: &Field, faults: &mut Vec<Fault>) {
    let mut must = |value: Option<&Value>, path: &str, form: &str, fits: &dyn Fn(&str) -> bool| {
        let Some(value) = value.filter(|value| value.unresolved.is_none()) else { return };
        let Some(text) = value.text() else { return };
        if !fits(&text) {
            let message = format!("`{path}` of service `{}` must be {form}; Compose refuses it", service.key.value);
            faults.push(Fault::new(value.span, message));
        }
    };
    let get = |path: &[&str]| path.iter().try_fold(&service.value, |value, key| value.get(key));
    for key in ["mem_limit", "mem_reservation", "memswap_limit", "shm_size"] {
        must(get(&[key]), key, "a size such as `512m` or `1g`", &|text| bytes(text).is_some());
    }
    for part in ["limits", "reservations"] {
        let resource = |key| get(&["deploy", "resources", part, key]);
        must(resource("memory"), "deploy.resources", "a size such as `512m` or `1g`", &|text| bytes(text).is_some());
        must(resource("cpus"), "deploy.resources", "a number such as `0.5`", &|text| text.parse::<f64>().is_ok());
    }
    must(get(&["cpus"]), "cpus", "a number such as `0.5`", &|text| text.parse::<f64>().is_ok());
    for key in ["interval", "timeout", "start_period", "start_interval"] {
        must(get(&["healthcheck", key]), key, "a duration such as `30s` or `1m30s`", &duration);
    }
    must(get(&["stop_grace_period"]), "stop_grace_period", "a duration such as `30s` or `1m30s`", &duration);
    for key in ["privileged", "read_only", "init", "tty", "stdin_open", "oom_kill_disable"] {
        must(get(&[key]), key, "`true` or `false`", &|text| super::value::boolean(text).is_some());
    }
    must(get(&["deploy", "replicas"]), "deploy.replicas", "a whole number", &|text| text.parse::<i64>().is_ok());
    must(get(&["scale"]), "scale", "a whole number", &|text| text.parse::<i64>().is_ok());
    must(get(&["healthcheck", "retries"]), "retries", "a whole number", &|text| text.parse::<f64>().is_ok());
    must(
        get(&["container_name"]),
        "container_name",
        "two characters or more, of letters, digits, `_`, `.` and `-`",
        &|text| {
            // The pattern is not anchored: two fitting characters in a row anywhere are enough.
            text.as_bytes().windows(2).any(|pair| {
                pair[0].is_ascii_alphanumeric()
                    && (pair[1].is_ascii_alphanumeric() || matches!(pair[1], b'_' | b'.' | b'-'))
            })
        },
    );
}

/// Sizes of go-units: a number, then `b`, `k`, `m`, `g`, `t`, `p`, perhaps with `b` or `ib`.
fn bytes(text: &str) -> Option<f64> {
    let text = text.trim();
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '-')).len();
    let number: f64 = text.cut(..digits).parse().ok()?;
    let unit = text.cut(digits..).trim_start().to_ascii_lowercase();
    let power = match unit.trim_end_matches('b').trim_end_matches('i') {
        "" => 0,
        "k" => 1,
        "m" => 2,
        "g" => 3,
        "t" => 4,
        "p" => 5,
        _ => return None,
    };
    Some(number * 1024_f64.powi(power))
}

/// Durations of Go, and whole days and weeks.
fn duration(text: &str) -> bool {
    let mut rest = text.trim_start_matches(['+', '-']);
    if rest == "0" {
        return true;
    }
    if rest.is_empty() {
        return false;
    }
    while !rest.is_empty() {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.').len();
        if digits == 0 {
            return false;
        }
        rest = rest.cut(digits..);
        let Some(unit) =
            ["ns", "us", "µs", "ms", "s", "m", "h", "d", "w"].into_iter().find(|unit| rest.starts_with(unit))
        else {
            return false;
        };
        rest = rest.cut(unit.len()..);
    }
    true
}

/// Keys that exclude or must equal each other.
fn contradictions(service: &Field, faults: &mut Vec<Fault>) {
    let name = &service.key.value;
    let value = &service.value;
    let both = |a: &Value, b: Span, message: String, help: &str| {
        Fault::new(a.span, message).help(help).related(b, "against this")
    };
    if let (Some(mode), Some(networks)) = (value.get("network_mode"), value.get("networks"))
        && !(networks.fields().is_empty() && networks.items().is_empty())
    {
        let message = format!("service `{name}` has both `network_mode` and `networks`; Compose refuses it");
        faults.push(both(mode, networks.span, message, "remove one of the two"));
    }
    if let Some(build) = value.get("build")
        && let (Some(file), Some(inline)) = (build.get("dockerfile"), build.get("dockerfile_inline"))
    {
        let message = format!("service `{name}` has both `dockerfile` and `dockerfile_inline`; Compose refuses it");
        faults.push(both(inline, file.span, message, "remove one of the two"));
    }
    let deploy = value.get("deploy");
    if let (Some(scale), Some(replicas)) = (value.get("scale"), deploy.and_then(|deploy| deploy.get("replicas")))
        && let (Some(a), Some(b)) = (settled(scale), settled(replicas))
        && a != b
    {
        let message =
            format!("service `{name}` has `scale` and another number in `deploy.replicas`; Compose refuses it");
        faults.push(both(scale, replicas.span, message, "remove `scale`"));
    }
    let limits = deploy.and_then(|deploy| deploy.get("resources")?.get("limits"));
    if let Some(limits) = limits {
        for (key, other) in [("cpus", "cpus"), ("mem_limit", "memory"), ("pids_limit", "pids")] {
            let Some(old) = value.get(key) else { continue };
            let Some(text) = settled(old) else { continue };
            if limits.get(other).is_some_and(|new| settled(new).is_none()) {
                continue;
            }
            let new = limits.get(other).and_then(Value::text).unwrap_or_else(|| "0".into());
            let number = |text: &str| if key == "mem_limit" { bytes(text) } else { text.parse().ok() };
            let (Some(a), Some(b)) = (number(&text), number(&new)) else { continue };
            if a != 0.0 && (a - b).abs() > 1e-9 {
                let message = format!(
                    "service `{name}` sets `{key}` and another value in `deploy.resources.limits.{other}`; Compose refuses it"
                );
                let help = format!("remove `{key}` and write `{other}:` below `deploy.resources.limits`");
                faults.push(Fault::new(old.span, message).help(help).related(limits.span, "against these limits"));
            }
        }
    }
    let replicas = value.get("scale").or_else(|| deploy?.get("replicas"));
    if let (Some(replicas), Some(container)) = (replicas, value.get("container_name"))
        && settled(replicas).and_then(|text| text.parse::<i64>().ok()).is_some_and(|n| n > 1)
    {
        let message = format!("service `{name}` has a `container_name` and more than one replica; Compose refuses it");
        faults.push(both(container, replicas.span, message, "remove `container_name`"));
    }
}

fn settled(value: &Value) -> Option<String> {
    value.text().filter(|_| value.unresolved.is_none())
}

fn healthcheck(service: &Field, faults: &mut Vec<Fault>) {
    let Some(test) = service.value.get("healthcheck").and_then(|check| check.get("test")) else { return };
    let Some(first) = test.items().first() else { return };
    if first.unresolved.is_none() && !matches!(first.as_str(), Some("CMD" | "CMD-SHELL" | "NONE")) {
        let message = format!(
            "the health check of service `{}` must begin with `CMD`, `CMD-SHELL` or `NONE`; Compose refuses it",
            service.key.value
        );
        faults.push(Fault::new(first.span, message).help("write `[\"CMD\", ...]` with the program as second item"));
    }
}

fn container_names(compose: &Composition, faults: &mut Vec<Fault>) {
    let mut seen: HashMap<&str, &Spanned<String>> = HashMap::new();
    for service in compose.services.iter().filter(|service| compose.is_on(service)) {
        let Some(name) = service.container_name.set() else { continue };
        match seen.get(name.value.as_str()) {
            Some(first) if first.span != name.span => {
                let message =
                    format!("the container name `{}` is used by two services; Compose refuses it", name.value);
                let fault =
                    Fault::new(name.span, message).help("remove `container_name`, Compose finds a name on its own");
                faults.push(fault.related(first.span, "first used here"));
            }
            _ => {
                seen.insert(&name.value, name);
            }
        }
    }
}

/// Top-level definitions.
fn sections(root: &Value, faults: &mut Vec<Fault>) {
    for (section, keys) in
        [("secrets", &["file", "environment"][..]), ("configs", &["file", "environment", "content"]), ("volumes", &[])]
    {
        for field in root.get(section).map_or(&[][..], |section| section.fields()) {
            let owner = format!("`{section}.{}`", field.key.value);
            let external = field.value.get("external").and_then(|value| super::value::boolean(&value.text()?));
            let other = field.value.fields().iter().find(|field| {
                !matches!(field.key.value.as_str(), "name" | "external") && !field.key.value.starts_with("x-")
            });
            if let Some(other) = other
                && external == Some(true)
                && section == "volumes"
            {
                let message =
                    format!("{owner} is `external` and has `{}` as well; Compose refuses it", other.key.value);
                faults.push(Fault::new(other.key.span, message).help("keep only `name` beside `external`"));
            }
            let given: Vec<&Field> =
                field.value.fields().iter().filter(|f| keys.contains(&f.key.value.as_str())).collect();
            if given.len() > 1 {
                let message = format!(
                    "{owner} has both `{}` and `{}`; Compose refuses it",
                    given[0].key.value, given[1].key.value
                );
                faults.push(Fault::new(given[1].key.span, message).help("keep one of them"));
            }
            let driver = field.value.get("driver").is_some();
            if given.is_empty()
                && !keys.is_empty()
                && !driver
                && field.value.get("external").is_none()
                && matches!(field.value.data, Data::Map(_))
            {
                let message = format!("{owner} has no content; Compose refuses it");
                faults.push(
                    Fault::new(field.key.span, message).help("add `file:` or `environment:`, or `external: true`"),
                );
            }
        }
    }
}

fn images(compose: &mut Composition, root: &Value, faults: &mut Vec<Fault>, breaks: &mut Breaks) {
    let mut imageless = Vec::new();
    // Services stand in the order of their fields.
    let fields = root.get("services").map_or(&[][..], |services| services.fields());
    for (service, field) in compose.services.iter().zip(fields) {
        let Some(value) = Some(&field.value).filter(|value| matches!(value.data, Data::Map(_))) else { continue };
        if service.build.is_some() || service.provider || service.gap.is_some() || !compose.is_on(service) {
            continue;
        }
        match value.get("image") {
            Some(image) => {
                if let Some((blank, variable)) = blanked(image)
                    && blank.as_str() == Some("")
                {
                    breaks.push((image.span, variable.to_owned(), "the service has no image".into()));
                } else if image.unresolved.is_none() && image.as_str() == Some("") {
                    let message = format!("the image of service `{}` is empty; Compose refuses it", service.name.value);
                    faults.push(Fault::new(image.span, message).help("write `image: NAME:TAG`"));
                }
            }
            None => imageless.push(service.name.clone()),
        }
    }
    compose.imageless = imageless;
}

/// Circles of dependencies, each reported once.
fn circles(compose: &Composition, faults: &mut Vec<Fault>) {
    let index: HashMap<&str, usize> =
        compose.services.iter().enumerate().map(|(at, service)| (service.name.value.as_str(), at)).collect();
    // 0: not seen, 1: on the way, 2: done.
    let mut state = vec![0_u8; compose.services.len()];
    for start in 0..compose.services.len() {
        let mut stack = vec![(start, 0)];
        while let Some((at, next)) = stack.pop() {
            state[at] = state[at].max(1);
            let Some(dependency) = compose.services[at].depends_on.get(next) else {
                state[at] = 2;
                continue;
            };
            stack.push((at, next + 1));
            let Some(&to) = index.get(dependency.value.as_str()) else { continue };
            match state[to] {
                0 => stack.push((to, 0)),
                1 => {
                    let name = &compose.services[at].name.value;
                    let message = format!(
                        "service `{name}` waits for `{}`, which waits for it again; Compose refuses the circle",
                        dependency.value
                    );
                    faults.push(Fault::new(dependency.span, message).help("remove one of the dependencies"));
                }
                _ => {}
            }
        }
    }
}

fn undefined(compose: &Composition, root: &Value) -> Vec<Undefined> {
    let set = |resources: &[Resource]| resources.iter().map(|r| r.name.value.clone()).collect::<HashSet<_>>();
    let networks = set(&compose.networks);
    let volumes = set(&compose.volumes);
    let (secrets, configs) = (set(&compose.secrets), set(&compose.configs));
    let services: HashMap<&str, bool> =
        compose.services.iter().map(|service| (service.name.value.as_str(), compose.is_on(service))).collect();
    let mut found = Vec::new();
    // Compose looks at the services that run; those of a profile run only on request.
    let fields = root.get("services").map_or(&[][..], |services| services.fields());
    for (service, field) in compose.services.iter().zip(fields).filter(|(service, _)| compose.is_on(service)) {
        let mut add = |name: &Spanned<String>, what| {
            found.push(Undefined { name: name.clone(), what, service: service.name.value.clone() });
        };
        for network in service.networks.iter().filter(|n| n.value != "default" && !networks.contains(&n.value)) {
            add(network, Named::Network);
        }
        for mount in service.mounts.iter().filter(|mount| mount.kind == MountKind::Volume) {
            if let Known::Set(source) = &mount.source
                && !source.value.is_empty()
                && !volumes.contains(&source.value)
            {
                add(source, Named::Volume);
            }
        }
        for secret in service.secrets.iter().filter(|secret| !secrets.contains(&secret.source.value)) {
            add(&secret.source, Named::Secret);
        }
        for config in service.configs.iter().filter(|config| !configs.contains(&config.source.value)) {
            add(&config.source, Named::Config);
        }
        for dependency in &service.dependencies {
            match services.get(dependency.service.value.as_str()) {
                None => add(&dependency.service, Named::Service),
                Some(false) if dependency.required => add(&dependency.service, Named::Service),
                Some(_) => {}
            }
        }
        let build = field.value.get("build").and_then(|build| build.get("secrets"));
        for item in build.map_or(&[][..], |value| value.items()) {
            if let Some(name) = item.get("source").unwrap_or(item).as_str()
                && !secrets.contains(name)
            {
                add(&Spanned::new(name.to_owned(), item.span), Named::Secret);
            }
        }
    }
    found
}
