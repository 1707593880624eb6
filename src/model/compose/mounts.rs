//! Ports and volumes in their short and long forms (compose-go, `format/volume.go`; go-connections, `nat.ParsePortSpec`).

use std::net::IpAddr;

use super::interpolate::MARK;
use super::value::{Data, Value, boolean, known_text, why};
use super::{Mount, MountKind, Port, Transport};
use crate::model::Known;
use crate::source::{Spanned, join, normalize};

/// The text of a short form with [`MARK`] where variables are missing, and why.
fn marked(value: &Value) -> Option<(String, String)> {
    match &value.unresolved {
        Some(missing) => Some((missing.marked.clone(), why(&missing.variable))),
        None => Some((value.text()?, String::new())),
    }
}

/// Reads an item of `ports:`. The error is what Compose would say against it.
pub(super) fn read_port(value: &Value) -> Result<Port, String> {
    if let Data::Map(_) = value.data {
        return long_port(value);
    }
    let Some((text, why)) = marked(value) else { return Err("a port must be a number or text".into()) };
    let span = value.inner.unwrap_or(value.span);
    let mut slashes = text.split('/');
    let (ports, protocol) = (slashes.next().unwrap_or(""), slashes.next().filter(|word| !word.is_empty()));
    let protocol = Transport::parse(&protocol.unwrap_or("tcp").to_ascii_lowercase());
    if matches!(&protocol, Transport::Other(word) if !word.contains(MARK)) {
        return Err("the protocol must be tcp, udp or sctp".into());
    }
    let mut parts = ports.rsplitn(3, ':');
    let target = parts.next().unwrap_or("");
    let published = parts.next();
    let ip = parts.next();
    let host_ip = match ip {
        None | Some("") => Known::Absent,
        Some(ip) if ip.contains(MARK) => Known::unresolved(span, why.clone()),
        Some(ip) => {
            let bare = ip.strip_prefix('[').and_then(|ip| ip.strip_suffix(']'));
            if bare.is_none() && ip.contains(':') || bare.unwrap_or(ip).parse::<IpAddr>().is_err() {
                return Err("the part before the ports is not an IP address".into());
            }
            Known::Set(Spanned::new(bare.unwrap_or(ip).to_owned(), span))
        }
    };
    let range = |text: &str, what: &str| -> Result<Known<(u16, u16)>, String> {
        if text.contains(MARK) {
            Ok(Known::unresolved(span, why.clone()))
        } else {
            ports_of(text)
                .map(|range| Known::Set(Spanned::new(range, span)))
                .ok_or(format!("the {what} port is not a number from 0 to 65535 or a range"))
        }
    };
    if target.is_empty() {
        return Err("there is no container port".into());
    }
    let target = range(target, "container")?;
    if target.get().is_some_and(|(first, _)| *first == 0) {
        return Err("the container port is 0".into());
    }
    let published = match published {
        None | Some("") => Known::Absent,
        Some(text) => range(text, "host")?,
    };
    if let (Some(a), Some(b)) = (published.get(), target.get())
        && b.1 > b.0
        && a.1 - a.0 != b.1 - b.0
    {
        return Err("the host range and the container range differ in length".into());
    }
    Ok(Port { span, host_ip, published, target, protocol })
}

fn long_port(value: &Value) -> Result<Port, String> {
    let range = |key: &str| match known_text(value.get(key)) {
        Known::Set(text) if text.value.is_empty() => Known::Absent,
        // Compose keeps what is no port as it is written.
        Known::Set(text) => match ports_of(&text.value) {
            Some(range) => Known::Set(text.map(|_| range)),
            None => Known::unresolved(text.span, "it is not a port"),
        },
        Known::Unresolved { span, why, .. } => Known::unresolved(span, why),
        Known::Absent | Known::Default(_) => Known::Absent,
    };
    let host_ip = known_text(value.get("host_ip"));
    if host_ip.get().is_some_and(|ip| ip.parse::<IpAddr>().is_err()) {
        return Err("`host_ip` is not an IP address".into());
    }
    let protocol = Transport::parse(value.get("protocol").and_then(Value::as_str).unwrap_or("tcp"));
    Ok(Port { span: value.span, host_ip, published: range("published"), target: range("target"), protocol })
}

/// What Docker will refuse of a port in the long form, which Compose hands on as it is.
pub(super) fn refused_later(value: &Value) -> Option<String> {
    let wrong = |key: &&str| {
        let text = known_text(value.get(key));
        text.get().is_some_and(|text| !text.is_empty() && ports_of(text).is_none())
    };
    let key = ["published", "target"].into_iter().find(wrong)?;
    Some(format!("`{key}` is not a port from 0 to 65535; Compose takes it, and the container cannot be created"))
}

fn ports_of(text: &str) -> Option<(u16, u16)> {
    let number = |text: &str| text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok())?;
    // Compose does not look at what follows a range.
    let mut ends = text.split('-');
    match (ends.next()?, ends.next()) {
        (first, Some(last)) => Some((number(first)?, number(last)?)).filter(|(first, last): &(u16, u16)| first <= last),
        (port, None) => number(port).map(|port| (port, port)),
    }
}

/// Reads an item of `volumes:`. The error is what Compose would say against it.
pub(super) fn read_mount(value: &Value, directory: &str) -> Result<Mount, String> {
    if let Data::Map(_) = value.data {
        let mount = long_mount(value, directory);
        if value.get("type").and_then(Value::as_str) == Some("bind") && mount.source.is_absent() {
            return Err("a `bind` needs a `source`".into());
        }
        return Ok(mount);
    }
    let Some((text, why)) = marked(value) else { return Err("a volume must be text or a map".into()) };
    let span = value.inner.unwrap_or(value.span);
    let set = |text: &str| {
        if text.contains(MARK) {
            Known::unresolved(span, why.clone())
        } else {
            Known::Set(Spanned::new(text.to_owned(), span))
        }
    };
    let volume = |target: &str| Mount {
        span,
        kind: MountKind::Volume,
        source: Known::Absent,
        target: set(target),
        read_only: false,
    };
    if text.is_empty() {
        return Err("a volume may not be empty".into());
    }
    if text.len() <= 2 {
        return Ok(volume(&text));
    }
    let parts = sections(&text);
    if parts.iter().any(|part| part.is_empty()) {
        return Err("nothing stands between two colons".into());
    }
    match parts.as_slice() {
        [target] => Ok(volume(target)),
        [source, target] | [source, target, _] => {
            let options = parts.get(2).map_or("", String::as_str);
            let kind = if is_path(source) { MountKind::Bind } else { MountKind::Volume };
            let source = match (kind, set(source)) {
                (MountKind::Bind, Known::Set(path)) => Known::Set(path.map(|path| host_path(directory, &path))),
                (_, source) => source,
            };
            Ok(Mount { span, kind, source, target: set(target), read_only: options.split(',').any(|o| o == "ro") })
        }
        _ => Err("there are too many colons".into()),
    }
}

/// The path in the container that an item of `volumes:` is known by. Compose tidies up that of the short form only.
pub(super) fn mount_point(value: &Value) -> Option<String> {
    let mount = read_mount(value, "").ok()?;
    let target = mount.target.get()?;
    Some(if value.fields().is_empty() { normalize(target) } else { target.clone() })
}

/// Splits at colons; a single letter before a colon is a Windows drive.
pub(super) fn sections(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    for c in text.chars() {
        let Some(part) = parts.last_mut() else { break };
        let drive = part.chars().count() == 1 && part.chars().all(char::is_alphabetic);
        if c == ':' && !drive {
            parts.push(String::new());
        } else {
            part.push(c);
        }
    }
    parts
}

/// Whether a source is a path of the host and not the name of a volume.
fn is_path(source: &str) -> bool {
    let mut chars = source.chars();
    let first = chars.next();
    matches!(first, Some('.' | '/' | '~' | MARK))
        || source.starts_with("\\\\")
        || first.is_some_and(char::is_alphabetic) && chars.next() == Some(':')
}

fn host_path(directory: &str, path: &str) -> String {
    if path.starts_with(['~', '\\']) || path.as_bytes().get(1) == Some(&b':') {
        return path.to_owned();
    }
    join(directory, path)
}

fn long_mount(value: &Value, directory: &str) -> Mount {
    let kind = match value.get("type").and_then(Value::as_str) {
        Some("bind" | "npipe") => MountKind::Bind,
        Some("tmpfs") => MountKind::Tmpfs,
        Some("image" | "cluster") => MountKind::Other,
        _ => MountKind::Volume,
    };
    let source = match (kind, known_text(value.get("source"))) {
        (MountKind::Bind, Known::Set(path)) => Known::Set(path.map(|path| host_path(directory, &path))),
        (_, source) => source,
    };
    let read_only = value.get("read_only").and_then(Value::text).and_then(|text| boolean(&text)) == Some(true);
    Mount { span: value.span, kind, source, target: known_text(value.get("target")), read_only }
}
