//! What Compose refuses although the table of the schema allows it (compose-go, `loader/validate.go`, `validation/`,
//! `transform/`): what needs more than one value to be seen.

use std::collections::{HashMap, HashSet};

use super::fault::{Fault, Kind};
use super::mounts::{mount_point, read_mount, read_port};
use super::schema::bytes;
use super::value::{Data, Field, Tag, Value};
use super::{Composition, Dependency, Displaced, MountKind, Named, Resource, Service, Undefined};
use crate::model::Known;
use crate::source::{Span, Spanned, normalize};

/// Adds faults, undefined names and conditional breaks to a file that is otherwise read.
pub(super) fn check(compose: &mut Composition, root: &Value) {
    let mut faults = Vec::new();
    let mut breaks = Vec::new();
    for (service, field) in compose.services.iter().zip(fields(root, "services")) {
        // The rest is asked of services that run.
        if compose.is_on(service) {
            mounted_twice(field, &mut faults);
            contradictions(field, &mut faults);
            missing(field, &mut faults);
            healthcheck(field, &mut faults);
        }
    }
    container_names(compose, &mut faults);
    sections(root, &mut faults, &mut breaks);
    // Parts that stand elsewhere may bring an image.
    images(compose, root, &mut faults, &mut breaks);
    circles(compose, &mut faults);
    if compose.incomplete.is_none() {
        contexts(compose, root, &mut faults);
    }
    compose.undefined = undefined(compose, root);
    compose.faults.extend(faults);
    compose.breaks.extend(breaks);
}

/// The ports and volumes of what a file has become: Compose reads them with every file, also those that a later one
/// replaces.
pub(super) fn entries(compose: &mut Composition, root: &Value) {
    for service in fields(root, "services") {
        short_forms(service, &mut compose.faults, &mut compose.breaks);
    }
}

type Breaks = Vec<(Span, String, String)>;

fn fields<'a>(root: &'a Value, section: &str) -> &'a [Field] {
    root.get(section).map_or(&[], |section| section.fields())
}

fn items<'a>(service: &'a Field, key: &str) -> &'a [Value] {
    service.value.get(key).map_or(&[], |value| value.items())
}

/// The value with blanks for what is not set, as Compose would read it then.
fn blanked(value: &Value) -> Option<(Value, &str)> {
    let inner = value.fields().iter().find_map(|field| field.value.unresolved.as_ref());
    let missing = value.unresolved.as_ref().or(inner)?;
    let mut blank = Value { unresolved: None, ..value.clone() };
    if let Data::Map(fields) = &mut blank.data {
        fields.iter_mut().for_each(|field| field.value.unresolved = None);
    }
    Some((blank, &missing.variable))
}

fn short_forms(service: &Field, faults: &mut Vec<Fault>, breaks: &mut Breaks) {
    let name = &service.key.value;
    type Read<'a> = &'a dyn Fn(&Value) -> Result<(), String>;
    let mut look = |key: &str, kind: Kind, read: Read, help: &str| {
        for item in items(service, key) {
            if let Err(why) = read(item) {
                let message = format!("service `{name}` has an entry in `{key}` that Compose refuses: {why}");
                faults.push(kind.at(item.span, message).help(help));
            } else if let Some((blank, variable)) = blanked(item)
                && let Err(why) = read(&blank)
            {
                breaks.push((item.span, variable.to_owned(), why));
            }
        }
    };
    let ports = "write `\"8080:80\"` or `\"127.0.0.1:8080:80\"`";
    look("ports", Kind::Port, &|item| read_port(item).map(drop), ports);
    let volumes = "write `./source:/target` or `name:/target`";
    look("volumes", Kind::Volume, &|item| read_mount(item, "").map(drop), volumes);
    for item in items(service, "ports") {
        if let Some(message) = super::mounts::refused_later(item) {
            let mut fault =
                Kind::Port.at(item.span, format!("service `{name}` has an entry in `ports` whose {message}"));
            fault.later = true;
            faults.push(fault.help(ports));
        }
    }
}

/// Of two volumes with the same target in one list the later one counts, and nobody hears of the other.
pub(super) fn displaced(compose: &mut Composition, file: &Value) {
    for service in fields(file, "services") {
        let mut last: HashMap<String, (&Value, Option<String>)> = HashMap::new();
        for item in items(service, "volumes").iter().rev().filter(|item| item.unresolved.is_none()) {
            let Ok(mount) = read_mount(item, "") else { continue };
            let (Some(target), source) = (mount_point(item), mount.source.get().cloned()) else { continue };
            match last.get(&target) {
                None => drop(last.insert(target, (item, source))),
                Some((_, same)) if *same == source => {}
                Some((by, _)) => compose.displaced.push(Displaced {
                    service: service.key.value.clone(),
                    target,
                    span: item.span,
                    by: by.span,
                }),
            }
        }
    }
}

/// Mounts of services that an earlier file makes read-only, and a file on top of it does not.
pub(super) fn reopened(compose: &mut Composition, base: &Value, over: &Value) {
    let mounts = |service: &Field| -> Vec<(String, bool, Option<String>, Span)> {
        let read = |item: &Value| {
            let mount = read_mount(item, "").ok()?;
            Some((mount_point(item)?, mount.read_only, mount.source.get().cloned(), mount.span))
        };
        let whole = |item: &&Value| item.unresolved.is_none() && item.tag == Tag::None;
        items(service, "volumes").iter().filter(whole).filter_map(read).collect()
    };
    for service in fields(over, "services") {
        let Some(below) = fields(base, "services").iter().find(|own| own.key.value == service.key.value) else {
            continue;
        };
        let before: HashMap<String, _> = mounts(below).into_iter().map(|mount| (mount.0.clone(), mount)).collect();
        for (target, read_only, source, by) in mounts(service) {
            let Some((_, true, same, span)) = before.get(&target) else { continue };
            if !read_only && *same == source {
                compose.reopened.push(Displaced { service: service.key.value.clone(), target, span: *span, by });
            }
        }
    }
}

/// Paths at which more than one thing is mounted.
fn mounted_twice(service: &Field, faults: &mut Vec<Fault>) {
    let mut mounts: HashMap<String, Span> = HashMap::new();
    let mut add = |path: String, span: Span| {
        if let Some(&first) = mounts.get(&path) {
            let message =
                format!("service `{}` mounts two things at the same path; Compose refuses it", service.key.value);
            let fault = Kind::MountTwice.at(span, message).help("remove one of the two");
            faults.push(fault.related(first, "the other one"));
        } else {
            mounts.insert(path, span);
        }
    };
    let tmpfs = service.value.get("tmpfs");
    let tmpfs = tmpfs
        .map_or(&[][..], |value| if value.as_str().is_some() { std::slice::from_ref(value) } else { value.items() });
    let mut same = HashSet::new();
    for item in tmpfs.iter().filter(|item| item.unresolved.is_none()) {
        let Some(text) = item.as_str() else { continue };
        if same.insert(text.split('=').next().unwrap_or(text)) {
            add(text.split(':').next().unwrap_or(text).to_owned(), item.span);
        }
    }
    // Those that Compose takes for one are one by now.
    for item in items(service, "volumes").iter().filter(|item| item.unresolved.is_none()) {
        if let Some(target) = mount_point(item) {
            add(normalize(&target), item.span);
        }
    }
}

/// Keys that exclude or must equal each other.
fn contradictions(service: &Field, faults: &mut Vec<Fault>) {
    let name = &service.key.value;
    let value = &service.value;
    let both = |kind: Kind, a: &Value, b: Span, message: String, help: &str| {
        kind.at(a.span, message).help(help).related(b, "against this")
    };
    if let (Some(mode), Some(networks)) = (value.get("network_mode"), value.get("networks"))
        && !(networks.fields().is_empty() && networks.items().is_empty())
    {
        let message = format!("service `{name}` has both `network_mode` and `networks`; Compose refuses it");
        faults.push(both(Kind::Exclusive, mode, networks.span, message, "remove one of the two"));
    }
    if let Some(build) = value.get("build")
        && let (Some(file), Some(inline)) = (build.get("dockerfile"), build.get("dockerfile_inline"))
        && ![file, inline].into_iter().any(|one| one.as_str() == Some(""))
    {
        let message = format!("service `{name}` has both `dockerfile` and `dockerfile_inline`; Compose refuses it");
        faults.push(both(Kind::Exclusive, inline, file.span, message, "remove one of the two"));
    }
    let deploy = value.get("deploy");
    if let (Some(scale), Some(replicas)) = (value.get("scale"), deploy.and_then(|deploy| deploy.get("replicas")))
        && let (Some(a), Some(b)) = (settled(scale), settled(replicas))
        && a != b
    {
        let message =
            format!("service `{name}` has `scale` and another number in `deploy.replicas`; Compose refuses it");
        faults.push(both(Kind::Contradiction, scale, replicas.span, message, "remove `scale`"));
    }
    let resources = |part: &str| deploy.and_then(|deploy| deploy.get("resources")?.get(part));
    for (key, part, other) in [
        ("cpus", "limits", "cpus"),
        ("mem_limit", "limits", "memory"),
        ("mem_reservation", "reservations", "memory"),
        ("pids_limit", "limits", "pids"),
    ] {
        let (Some(old), Some(limits)) = (value.get(key), resources(part)) else { continue };
        let Some(text) = settled(old) else { continue };
        if limits.get(other).is_some_and(|new| settled(new).is_none()) {
            continue;
        }
        let new = limits.get(other).and_then(Value::text).unwrap_or_else(|| "0".into());
        let number = |text: &str| if other == "memory" { bytes(text) } else { text.parse().ok() };
        let (Some(a), Some(b)) = (number(&text), number(&new)) else { continue };
        if a != 0.0 && (a - b).abs() > 1e-9 {
            let message = format!(
                "service `{name}` sets `{key}` and another value in `deploy.resources.{part}.{other}`; Compose refuses it"
            );
            let help = format!("remove `{key}` and write `{other}:` below `deploy.resources.{part}`");
            let fault = Kind::Contradiction.at(old.span, message).help(help);
            faults.push(fault.related(limits.span, "against these"));
        }
    }
    for (count, path) in
        [(value.get("scale"), "scale"), (deploy.and_then(|deploy| deploy.get("replicas")), "deploy.replicas")]
    {
        if let Some(count) = count
            && settled(count).and_then(|text| text.parse::<f64>().ok()).is_some_and(|number| number < 0.0)
        {
            let message = format!("`{path}` of service `{name}` is less than 0; Compose refuses it");
            faults.push(Kind::Number.at(count.span, message).help("write a whole number from 0"));
        }
    }
    if let (Some(platform), Some(platforms)) =
        (value.get("platform"), value.get("build").and_then(|build| build.get("platforms")))
        && let Some(text) = settled(platform).filter(|text| !text.is_empty())
        && !platforms.items().is_empty()
        && platforms.items().iter().all(|item| settled(item).is_some_and(|item| item != text))
    {
        let message =
            format!("the `platform` of service `{name}` is not among its `build.platforms`; Compose refuses it");
        let help = "add it to `build.platforms`";
        faults.push(both(Kind::Contradiction, platform, platforms.span, message, help));
    }
    let replicas = value.get("scale").or_else(|| deploy?.get("replicas"));
    if let (Some(replicas), Some(container)) = (replicas, value.get("container_name"))
        && settled(replicas).and_then(|text| text.parse::<i64>().ok()).is_some_and(|n| n > 1)
    {
        let message = format!("service `{name}` has a `container_name` and more than one replica; Compose refuses it");
        faults.push(both(Kind::Contradiction, container, replicas.span, message, "remove `container_name`"));
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
        faults.push(
            Kind::Healthcheck.at(first.span, message).help("write `[\"CMD\", ...]` with the program as second item"),
        );
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
                let fault = Kind::ContainerName
                    .at(name.span, message)
                    .help("remove `container_name`, Compose finds a name on its own");
                faults.push(fault.related(first.span, "first used here"));
            }
            _ => {
                seen.insert(&name.value, name);
            }
        }
    }
}

/// What must be there although the schema does not say so, or only beside something else.
fn missing(service: &Field, faults: &mut Vec<Fault>) {
    let name = &service.key.value;
    for key in ["secrets", "configs"] {
        for item in items(service, key).iter().filter(|item| !item.fields().is_empty() && item.get("source").is_none())
        {
            let message = format!("service `{name}` has an entry in `{key}` without `source`; Compose refuses it");
            faults.push(Kind::Missing.at(item.span, message).help("add `source:`"));
        }
    }
    let watch = service.value.get("develop").and_then(|develop| develop.get("watch"));
    for item in watch.map_or(&[][..], |value| value.items()) {
        let action = item.get("action").filter(|action| action.unresolved.is_none()).and_then(Value::as_str);
        let target =
            item.get("target").is_some_and(|target| target.unresolved.is_some() || target.as_str() != Some(""));
        if action.is_some_and(|action| action != "rebuild" && action != "restart") && !target {
            let message = format!("service `{name}` watches files for a `sync` without `target`; Compose refuses it");
            faults.push(Kind::Missing.at(item.span, message).help("add `target:`"));
        }
    }
    for item in service.value.get("env_file").map_or(&[][..], |value| value.items()) {
        if let Some(format) = item.get("format").filter(|format| format.unresolved.is_none())
            && format.as_str().is_some_and(|format| !matches!(format, "" | "raw" | ".env"))
            && item.get("required").and_then(Value::text).and_then(|text| super::value::boolean(&text)) != Some(false)
        {
            let message = format!("service `{name}` has an env file in a format that Compose refuses");
            faults.push(Kind::Word.at(format.span, message).help("write `raw`, or leave `format` out"));
        }
    }
}

/// Top-level definitions.
fn sections(root: &Value, faults: &mut Vec<Fault>, breaks: &mut Breaks) {
    for (section, keys) in [
        ("secrets", &["file", "environment"][..]),
        ("configs", &["file", "environment", "content"]),
        ("volumes", &[]),
        ("networks", &[]),
    ] {
        for field in fields(root, section) {
            let owner = format!("`{section}.{}`", field.key.value);
            let external = field.value.get("external");
            let outside = external.is_some_and(|value| {
                matches!(value.data, Data::Map(_))
                    || value.text().and_then(|text| super::value::boolean(&text)) == Some(true)
            });
            let other = field.value.fields().iter().find(|field| {
                !matches!(field.key.value.as_str(), "name" | "external") && !field.key.value.starts_with("x-")
            });
            if let Some(other) = other
                && outside
                && section == "volumes"
            {
                let message =
                    format!("{owner} is `external` and has `{}` as well; Compose refuses it", other.key.value);
                let help = "keep only `name` beside `external`";
                faults.push(Kind::Exclusive.at(other.key.span, message).help(help));
            }
            if let (Some(old), Some(new)) = (external.and_then(|value| value.get("name")), field.value.get("name"))
                && old.text() != new.text()
            {
                let why = format!("{owner} has `name` and another name in `external`");
                if let Some(missing) = old.unresolved.as_ref().or(new.unresolved.as_ref()) {
                    breaks.push((old.span, missing.variable.clone(), why));
                    continue;
                }
                let fault = Kind::Contradiction.at(old.span, format!("{why}; Compose refuses it"));
                let fault = fault.help("write `external: true` and keep `name`");
                faults.push(fault.related(new.span, "against this"));
            }
            let given = |key: &&str| field.value.get(key).is_some();
            // What a driver brings is enough for nobody but configs; that `external` is false is enough for them, too.
            let enough = if section == "secrets" { outside } else { external.is_some() };
            if !keys.is_empty() && !keys.iter().any(given) && !enough && matches!(field.value.data, Data::Map(_)) {
                let message = format!("{owner} has no content; Compose refuses it");
                let help = "add `file:` or `environment:`, or `external: true`";
                faults.push(Kind::Missing.at(field.key.span, message).help(help));
            }
        }
    }
}

/// Services whose build takes another service's image as a context.
fn contexts(compose: &Composition, root: &Value, faults: &mut Vec<Fault>) {
    for (service, field) in
        compose.services.iter().zip(fields(root, "services")).filter(|(service, _)| compose.is_on(service))
    {
        let Some(contexts) = field.value.get("build").and_then(|build| build.get("additional_contexts")) else {
            continue;
        };
        for context in super::value::pairs(contexts).iter() {
            let Some(text) = settled(&context.value) else { continue };
            let Some(name) = text.strip_prefix("service:") else { continue };
            let other = compose.service(name);
            if other.is_some_and(|other| compose.is_on(other) && other.build.is_some() || other.gap.is_some()) {
                continue;
            }
            let why = if other.is_some_and(|other| compose.is_on(other)) { "is not built" } else { "does not run" };
            let message = format!(
                "service `{}` is built with the image of `{name}`, which {why}; Compose refuses it",
                service.name.value
            );
            faults.push(Kind::Contradiction.at(context.value.span, message).help("name a service with `build:`"));
        }
    }
}

fn images(compose: &mut Composition, root: &Value, faults: &mut Vec<Fault>, breaks: &mut Breaks) {
    let mut imageless = Vec::new();
    // Services stand in the order of their fields.
    for (service, field) in compose.services.iter().zip(fields(root, "services")) {
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
                    faults.push(Kind::Image.at(image.span, message).help("write `image: NAME:TAG`"));
                }
            }
            None => imageless.push(service.name.clone()),
        }
    }
    compose.imageless = imageless;
}

/// Circles of dependencies, each reported once.
fn circles(compose: &Composition, faults: &mut Vec<Fault>) {
    let running = compose.services.iter().enumerate().filter(|(_, service)| compose.is_on(service));
    let index: HashMap<&str, usize> = running.map(|(at, service)| (service.name.value.as_str(), at)).collect();
    // 0: not seen, 1: on the way, 2: done.
    let mut state = vec![0_u8; compose.services.len()];
    for start in (0..compose.services.len()).filter(|&start| compose.is_on(&compose.services[start])) {
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
                    faults.push(Kind::Circle.at(dependency.span, message).help("remove one of the dependencies"));
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
    // What somebody starts on request, with its profile, is not there for those that start without.
    let is_left_out = |service: &Service, needed: &Dependency| {
        let of_profile = compose.service(&needed.service.value).is_some_and(|other| !other.profiles.is_empty());
        compose.started_plain.is_some() && service.profiles.is_empty() && of_profile
    };
    let mut found = Vec::new();
    // Compose looks at the services that run; those of a profile run only on request.
    for (service, field) in
        compose.services.iter().zip(fields(root, "services")).filter(|(service, _)| compose.is_on(service))
    {
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
                Some(on) if dependency.required && (!on || is_left_out(service, dependency)) => {
                    add(&dependency.service, Named::Service);
                }
                Some(_) => {}
            }
        }
        for model in super::service::names(field.value.get("models")) {
            if root.get("models").is_none_or(|models| models.get(&model.value).is_none()) {
                add(&model, Named::Model);
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
